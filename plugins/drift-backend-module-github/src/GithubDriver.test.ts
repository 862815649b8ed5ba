/*
 * Copyright 2026 The Infra Hub Authors
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

import { ConfigReader } from '@backstage/config';
import {
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import {
  PipelineRemediator,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { approvalText } from '@infra-hub/drift-engine';
import { FakeGithub, Override } from './__testUtils__/FakeGithub';
import {
  contextOf,
  fastClock,
  findingOf,
  requestOf,
} from './__testUtils__/requests';
import { readGithubRoutes } from './config/readGithubRoutes';
import { GithubDriver } from './GithubDriver';

let github: FakeGithub;

beforeEach(async () => {
  github = await FakeGithub.start();
});

afterEach(() => github.stop());

function setUp(
  parts: {
    token?: string;
    route?: object;
    timeoutMs?: number;
    signal?: AbortSignal;
  } = {},
) {
  const config = new ConfigReader({
    integrations: {
      github: [
        {
          host: 'github.example',
          apiBaseUrl: github.url,
          ...(parts.token === '' ? {} : { token: parts.token ?? 'the-token' }),
        },
      ],
    },
    drift: {
      github: {
        remediation: [
          {
            targets: [{ client: 'acme', name: 'net*' }],
            host: 'github.example',
            repository: 'acme/infra',
            ...parts.route,
          },
        ],
      },
    },
  });
  const integrations = ScmIntegrations.fromConfig(config);
  const recorded = contextOf(parts.signal);
  const clock = fastClock();
  const remediator = () =>
    PipelineRemediator.create({
      id: 'github',
      configKey: 'drift.github.remediation',
      routes: readGithubRoutes(config, integrations),
      driver: GithubDriver.create({
        credentials:
          DefaultGithubCredentialsProvider.fromIntegrations(integrations),
        logger: recorded.context.logger,
        timeoutMs: parts.timeoutMs,
      }),
      clock,
    });
  const apply = async (request: RemediationRequest = requestOf()) => {
    const { hash } = await remediator().preview(request);
    return remediator().apply(request, hash, recorded.context);
  };
  return { ...recorded, clock, remediator, apply };
}

const link = {
  title: 'Run 1001 in acme/infra',
  url: 'https://github.example/acme/infra/actions/runs/1001',
};

/** The first requests that match are answered in another way. */
function instead(match: RegExp, ...overrides: Override[]): void {
  const left = [...overrides];
  github.override = ({ path }) => (match.test(path) ? left.shift() : undefined);
}

describe('a GitHub that tells the id of the run', () => {
  it('is told what to do, and followed to the end', async () => {
    const { apply, log, remembered, written } = setUp();
    expect(await apply()).toEqual({
      kind: 'applied',
      message: 'The run succeeded.',
      link,
      appliedAt: '2026-11-22T10:00:00.000Z',
    });
    expect(github.dispatches).toHaveLength(1);
    const [{ body, headers }] = github.dispatches;
    expect(headers).toMatchObject({
      authorization: 'Bearer the-token',
      'x-github-api-version': '2022-11-28',
      accept: 'application/vnd.github+json',
    });
    expect(body).toEqual({
      ref: 'main',
      return_run_details: true,
      inputs: {
        remediation: expect.stringMatching(
          /^0f9f6d0e-7a53-4a53-9c3e-6a1d3b6f0d11-[0-9a-f]{12}$/,
        ),
        module: 'network',
        client: 'acme',
        action: 'revert',
        addresses: '',
        expected: approvalText([findingOf()]),
      },
    });
    expect(remembered).toEqual([
      expect.not.objectContaining({ run: expect.anything() }),
      expect.objectContaining({ run: { id: 1001 } }),
    ]);
    expect(log).toEqual([
      `Started: workflow drift-remediate.yml of acme/infra at main, ${link.url}`,
      'The run waits in the queue of GitHub.',
      'The run is under way.',
    ]);
    expect(written()).not.toContain('the-token');
    expect(github.asked.some(({ path }) => path.endsWith('/runs'))).toBe(false);
  });

  it('is told the chosen addresses, one in each line', async () => {
    const { apply } = setUp();
    await apply(
      requestOf({
        addresses: ['sandbox_storage_bucket.assets', 'a.b["x,y"]'],
        findings: [findingOf(), findingOf({ address: 'other.thing' })],
      }),
    );
    expect(github.dispatches[0].body?.inputs).toMatchObject({
      addresses: 'sandbox_storage_bucket.assets\na.b["x,y"]',
      expected: approvalText([findingOf()]),
    });
  });

  it.each<[string, string | null, string, object]>([
    [
      'refused what was not approved',
      'failure',
      'superseded',
      { refused: 'failure', apply: 'skipped' },
    ],
    [
      'failed before applying',
      'failure',
      'failed',
      { refused: 'skipped', apply: 'skipped' },
    ],
    [
      'failed in applying',
      'failure',
      'unknown',
      { refused: 'skipped', apply: 'failure' },
    ],
    [
      'failed after applying',
      'failure',
      'applied',
      { refused: 'skipped', apply: 'success' },
    ],
    [
      'was cancelled in applying',
      'cancelled',
      'unknown',
      { refused: 'skipped', apply: 'cancelled' },
    ],
    [
      'was cancelled before',
      'cancelled',
      'failed',
      { refused: 'skipped', apply: 'skipped' },
    ],
    ['was cancelled in the queue', 'cancelled', 'failed', {}],
    [
      'took too long',
      'timed_out',
      'unknown',
      { refused: 'skipped', apply: null },
    ],
    ['waits for a person', 'action_required', 'failed', {}],
    ['was neutral', 'neutral', 'unknown', { other: 'success' }],
    ['was skipped', 'skipped', 'failed', {}],
    ['never started', 'startup_failure', 'failed', {}],
    ['ended in a new way', 'exploded', 'unknown', { apply: 'exploded' }],
    [
      'succeeded without applying',
      'success',
      'failed',
      { refused: 'skipped', apply: 'skipped' },
    ],
    ['succeeded by other steps', 'success', 'applied', { other: 'success' }],
  ])('a run that %s (%s) is %s', async (_what, conclusion, kind, steps) => {
    const names: Record<string, string> = {
      refused: 'Not what was approved',
      apply: 'Apply',
    };
    github.script = {
      states: [{ status: 'completed', conclusion: conclusion ?? undefined }],
      jobs: [
        {
          steps: Object.entries(steps).map(([name, result]) => ({
            name: names[name] ?? name,
            conclusion: result,
          })),
        },
      ],
    };
    const outcome = await setUp().apply();
    expect(outcome).toMatchObject({ kind, link });
    expect(outcome.message).toMatch(/^The (run|plan|pipeline) .*\.$/);
  });

  it('is followed through a slow queue and a review', async () => {
    github.script = {
      ...github.script,
      states: [
        ...Array(20).fill({ status: 'queued' }),
        ...Array(20).fill({ status: 'waiting' }),
        { status: 'completed', conclusion: 'success' },
      ],
    };
    const { apply, log, clock } = setUp();
    expect((await apply()).kind).toBe('applied');
    expect(log.slice(1)).toEqual([
      'The run waits in the queue of GitHub.',
      'The run waits for a reviewer of its environment in GitHub.',
    ]);
    expect(Math.max(...clock.waited)).toBe(20_000);
    expect(clock.waited[0]).toBe(2_000);
  });

  it('is asked to stop a run that takes too long', async () => {
    github.script = { states: [{ status: 'queued' }] };
    const { apply } = setUp({ route: { timeout: { minutes: 5 } } });
    expect(await apply()).toMatchObject({
      kind: 'unknown',
      message: expect.stringContaining('after 5 minutes and was asked to stop'),
    });
    expect(github.asked.at(-1)).toMatchObject({
      method: 'POST',
      path: '/repos/acme/infra/actions/runs/1001/cancel',
    });
  });
});

describe('a GitHub that tells no id', () => {
  it.each(['old', 'strict'] as const)(
    'has the run found by its mark (%s)',
    async version => {
      github.version = version;
      github.hiddenFor = 4;
      const { apply, remembered } = setUp();
      expect(await apply()).toMatchObject({ kind: 'applied', link });
      expect(github.runs).toHaveLength(1);
      expect(github.dispatches).toHaveLength(version === 'strict' ? 2 : 1);
      expect(remembered.at(-1)).toMatchObject({ run: { id: 1001 } });
    },
  );

  it('never takes the run of somebody else', async () => {
    github.version = 'old';
    github.title = inputs => `Drift remediation ${inputs.module}`;
    const { apply } = setUp();
    expect(await apply()).toMatchObject({
      kind: 'unknown',
      message: expect.stringMatching(/none with the mark \S+ was found/),
    });
    expect(github.runs).toHaveLength(1);
  });
});

describe('a connection that is lost', () => {
  it.each(['hang-up-after', { status: 502 }, { status: 200, body: '<html>' }])(
    'after the run was started has it found, and starts no other (%j)',
    async how => {
      github.override = asked => {
        if (!asked.path.endsWith('/dispatches')) {
          return undefined;
        }
        if (typeof how === 'object') {
          github.runs.push({
            ...github.script,
            id: 1001,
            looks: 0,
            title: asked.body?.inputs?.remediation ?? '',
          });
        }
        return how as Override;
      };
      const { apply } = setUp();
      expect(await apply()).toMatchObject({ kind: 'applied', link });
      expect(github.dispatches).toHaveLength(1);
      expect(github.runs).toHaveLength(1);
    },
  );

  it('before anything was started leaves it unknown, and is not tried again', async () => {
    instead(/dispatches$/, 'hang-up');
    expect((await setUp().apply()).kind).toBe('unknown');
    expect(github.dispatches).toHaveLength(1);
  });

  it('while the run goes on does not end the watch', async () => {
    instead(
      /runs\/1001/,
      'hang-up',
      { status: 500 },
      { status: 503, body: 'x' },
    );
    expect((await setUp().apply()).kind).toBe('applied');
  });

  it('by silence counts as lost', async () => {
    // Announces more than it sends.
    instead(/dispatches$/, {
      status: 200,
      body: '{',
      headers: { 'content-length': '99' },
    });
    expect((await setUp({ timeoutMs: 50 }).apply()).kind).toBe('unknown');
    expect(github.dispatches).toHaveLength(1);
  });

  it('that never came about is tried again for a while', async () => {
    const { apply, clock } = setUp();
    await github.stop();
    expect(await apply()).toEqual({
      kind: 'failed',
      message: 'GitHub could not be reached: the connection was refused.',
    });
    expect(clock.waited.length).toBeGreaterThan(5);
    github = await FakeGithub.start();
  });
});

describe('a refusal', () => {
  it.each<[string, () => void, RegExp]>([
    [
      '401',
      () => {
        github.token = 'another';
      },
      /^GitHub does not accept the credentials of integrations\.github for github\.example \(401\)\.$/,
    ],
    [
      '403',
      () => {
        github.mayWrite = false;
      },
      /may not start workflows in acme\/infra \(403\).*permission to write Actions\.$/,
    ],
    [
      '404',
      () =>
        instead(/dispatches$/, { status: 404, body: { message: 'Not Found' } }),
      /^There is no workflow drift-remediate\.yml in acme\/infra, or .*\(404\)/,
    ],
    [
      '422 for an input',
      () => {
        github.inputs = ['module'];
      },
      /must declare the inputs remediation, module, .* \(422\)\.$/,
    ],
    [
      '422 for the trigger',
      () => {
        github.dispatchable = false;
      },
      /needs the trigger workflow_dispatch \(422\)\.$/,
    ],
    [
      'a move',
      () =>
        instead(/dispatches$/, {
          status: 307,
          headers: { location: `${github.url}/repositories/1/dispatches` },
        }),
      /^acme\/infra was renamed or moved \(307\)/,
    ],
  ])('%s says what to do', async (_what, prepare, message) => {
    prepare();
    const { apply, written } = setUp();
    const outcome = await apply();
    expect(outcome).toEqual({
      kind: 'failed',
      message: expect.stringMatching(message),
    });
    expect(github.dispatches).toHaveLength(1);
    expect(github.runs).toEqual([]);
    expect(written() + JSON.stringify(outcome)).not.toContain('the-token');
  });

  it('for a missing branch names it', async () => {
    const { apply } = setUp({ route: { ref: 'gone' } });
    expect((await apply()).message).toBe(
      'acme/infra has no branch or tag gone (422).',
    );
  });

  it('without credentials asks nobody', async () => {
    const { apply } = setUp({ token: '' });
    expect((await apply()).message).toMatch(
      /^Backstage has no credentials for acme\/infra/,
    );
    expect(github.asked).toEqual([]);
  });

  it('never repeats what the server says', async () => {
    for (const status of [400, 401, 403, 404, 409, 422]) {
      instead(/dispatches$/, {
        status,
        body: { message: 'token the-token is <b>bad</b> 4711' },
      });
      const { apply, written } = setUp();
      const outcome = await apply();
      expect(outcome.kind).toBe('failed');
      expect(written() + JSON.stringify(outcome)).not.toMatch(
        /the-token|4711|<b>/,
      );
    }
  });
});

describe('a rate limit', () => {
  const reset = String(Math.floor(Date.now() / 1000) + 90);

  it.each<[string, Override]>([
    ['429', { status: 429, headers: { 'retry-after': '70' } }],
    [
      'a used up one',
      {
        status: 403,
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset },
      },
    ],
    [
      'a secondary one',
      {
        status: 403,
        headers: { 'retry-after': '61' },
        body: { message: 'You have exceeded a secondary rate limit' },
      },
    ],
  ])('(%s) is waited for, then the run starts', async (_what, override) => {
    instead(/dispatches$/, override);
    const { apply, clock } = setUp();
    expect((await apply()).kind).toBe('applied');
    expect(clock.waited[0]).toBeGreaterThan(60_000);
    expect(clock.waited[0]).toBeLessThan(91_000);
    expect(github.runs).toHaveLength(1);
  });

  it('while following is waited for', async () => {
    instead(/runs\/1001$/, { status: 429, headers: { 'retry-after': '300' } });
    const { apply, clock } = setUp();
    expect((await apply()).kind).toBe('applied');
    expect(clock.waited).toContain(300_000);
  });
});

describe('malformed answers', () => {
  it.each([
    [[]],
    [{}],
    [{ id: 'one', status: 4 }],
    ['{"id": 10'],
    [null],
    ['x'.repeat(6_000_000)],
  ])('for a run are not taken for an end (%#)', async body => {
    instead(/runs\/1001$/, { status: 200, body });
    expect((await setUp().apply()).kind).toBe('applied');
  });

  it('for steps leave it unknown how far a failed run went', async () => {
    github.script = {
      states: [{ status: 'completed', conclusion: 'failure' }],
    };
    instead(/jobs$/, { status: 200, body: { jobs: [{ steps: 'none' }] } });
    expect((await setUp().apply()).kind).toBe('unknown');
  });

  it('that do not stop end the watch', async () => {
    instead(/runs\/1001$/, ...Array(9).fill({ status: 404, body: {} }));
    expect(await setUp().apply()).toMatchObject({
      kind: 'unknown',
      message:
        'The run can no longer be followed: GitHub does not show the run (404).',
    });
  });
});

describe('another process', () => {
  it('goes on following the run', async () => {
    const stop = new AbortController();
    const first = setUp({ signal: stop.signal });
    github.script = { ...github.script, states: [{ status: 'queued' }] };
    github.override = ({ path }) => {
      if (/runs\/1001$/.test(path)) {
        stop.abort();
      }
      return undefined;
    };
    await expect(first.apply()).rejects.toThrow('interrupted');
    github.override = () => undefined;
    github.runs[0].states = [{ status: 'completed', conclusion: 'success' }];
    const second = setUp();
    expect(
      await second
        .remediator()
        .follow(requestOf(), first.remembered.at(-1)!, second.context),
    ).toMatchObject({ kind: 'applied', link });
    expect(github.dispatches).toHaveLength(1);
  });

  it('finds the run of a process that died in the request', async () => {
    const first = setUp();
    await first.apply();
    const second = setUp();
    const [beforeTheRequest] = first.remembered;
    expect(
      await second
        .remediator()
        .follow(requestOf(), beforeTheRequest, second.context),
    ).toMatchObject({ kind: 'applied', link });
    expect(github.dispatches).toHaveLength(1);
  });

  it('does not follow by another route, or a handle of something else', async () => {
    const first = setUp();
    await first.apply();
    const handle = first.remembered.at(-1)!;
    const elsewhere = setUp({ route: { ref: 'other' } });
    const before = github.asked.length;
    for (const [remediator, remembered] of [
      [elsewhere.remediator(), handle],
      [first.remediator(), { ...handle, mark: 'forged' }],
      [first.remediator(), {}],
    ] as const) {
      expect(
        await remediator.follow(requestOf(), remembered, first.context),
      ).toMatchObject({ kind: 'unknown' });
    }
    expect(github.asked).toHaveLength(before);
  });
});

describe('an approval', () => {
  it.each<[string, Partial<RemediationRequest>]>([
    [
      'another value',
      {
        findings: [
          findingOf({
            fields: [
              { path: '/public_access', actual: 'maybe', desired: false },
            ],
          }),
        ],
      },
    ],
    [
      'something more',
      {
        findings: [
          findingOf(),
          findingOf({ address: 'a.b', class: 'pending' }),
        ],
      },
    ],
    ['nothing any more', { findings: [] }],
    ['other addresses', { addresses: ['sandbox_storage_bucket.assets'] }],
    ['another salt', { salt: 'other' }],
  ])('is not for %s', async (_what, parts) => {
    const { remediator, context } = setUp();
    const { hash } = await remediator().preview(requestOf());
    expect(
      await remediator().apply(requestOf(parts), hash, context),
    ).toMatchObject({ kind: 'superseded' });
    expect(github.asked).toEqual([]);
  });

  it('is for one pipeline', async () => {
    const { hash } = await setUp().remediator().preview(requestOf());
    const other = setUp({ route: { ref: 'other' } });
    expect(
      await other.remediator().apply(requestOf(), hash, other.context),
    ).toMatchObject({ kind: 'superseded' });
  });

  it('starts nothing when it cannot be remembered what was started', async () => {
    const { remediator, context } = setUp();
    const { hash } = await remediator().preview(requestOf());
    const outcome = await remediator().apply(requestOf(), hash, {
      ...context,
      remember: async () => {
        throw new Error('password=hunter2');
      },
    });
    expect(outcome.kind).toBe('failed');
    expect(outcome.message).not.toContain('hunter2');
    expect(github.asked).toEqual([]);
  });
});

describe('who is asked', () => {
  it('is only the configured address, whatever an answer points to', async () => {
    const asked: string[] = [];
    const fetched = jest.spyOn(globalThis, 'fetch').mockImplementation(
      (fetch => (url, options) => {
        asked.push(String(url));
        return fetch(url, options);
      })(globalThis.fetch),
    );
    const elsewhere = 'http://169.254.169.254/latest';
    github.runs.push({ ...github.script, id: 1001, looks: 0, title: '' });
    instead(
      /(?:dispatches|runs\/1001)$/,
      {
        status: 200,
        body: {
          workflow_run_id: 1001,
          run_url: elsewhere,
          html_url: elsewhere,
        },
      },
      { status: 302, headers: { location: elsewhere } },
    );
    await setUp().apply();
    fetched.mockRestore();
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter(url => !url.startsWith(github.url))).toEqual([]);
  });
});
