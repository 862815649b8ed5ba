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
  DefaultAzureDevOpsCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import {
  PipelineRemediator,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { approvalText } from '@infra-hub/drift-engine';
import { FakeAzureDevOps, Override } from './__testUtils__/FakeAzureDevOps';
import {
  contextOf,
  fastClock,
  findingOf,
  requestOf,
} from './__testUtils__/requests';
import { AzureDriver } from './AzureDriver';
import { readAzureRoutes } from './config/readAzureRoutes';

let azure: FakeAzureDevOps;

beforeEach(async () => {
  azure = await FakeAzureDevOps.start();
});

afterEach(() => azure.stop());

function setUp(
  parts: { token?: string; route?: object; signal?: AbortSignal } = {},
) {
  const { host } = azure;
  const config = new ConfigReader({
    integrations: {
      azure: [
        {
          host,
          credentials: [
            {
              organizations: [parts.token === '' ? 'other' : 'acme'],
              personalAccessToken: parts.token || 'the-token',
            },
          ],
        },
      ],
    },
    drift: {
      azureDevOps: {
        remediation: [
          {
            targets: [{ name: 'network' }],
            host,
            organization: 'acme',
            project: 'Infra Team',
            pipelineId: 12,
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
      id: 'azure-devops',
      configKey: 'drift.azureDevOps.remediation',
      routes: readAzureRoutes(config, integrations).map(route => {
        expect(route.organizationUrl).toBe(`https://${host}/acme`);
        return { ...route, organizationUrl: `http://${host}/acme` };
      }),
      driver: AzureDriver.create({
        credentials:
          DefaultAzureDevOpsCredentialsProvider.fromIntegrations(integrations),
        logger: recorded.context.logger,
      }),
      clock,
    });
  const apply = async (request: RemediationRequest = requestOf()) => {
    const { hash } = await remediator().preview(request);
    return remediator().apply(request, hash, recorded.context);
  };
  return { ...recorded, clock, remediator, apply };
}

const link = () => ({
  title: 'Run 501 in Infra Team',
  url: `http://${azure.host}/acme/Infra%20Team/_build/results?buildId=501`,
});

/** The first requests that match are answered in another way. */
function instead(match: RegExp, ...overrides: Override[]): void {
  const left = [...overrides];
  azure.override = ({ method, path }) =>
    match.test(`${method} ${path}`) ? left.shift() : undefined;
}

const START = /^POST .*\/runs$/;
const RUN = /^GET .*\/runs\/501$/;

describe('a run of a pipeline', () => {
  it('is told what to do, and followed to the end', async () => {
    const { apply, log, remembered, written } = setUp();
    expect(await apply()).toEqual({
      kind: 'applied',
      message: 'The run succeeded.',
      link: link(),
      appliedAt: '2026-11-22T10:00:00.123Z',
    });
    expect(azure.starts).toHaveLength(1);
    expect(azure.starts[0].body).toEqual({
      resources: { repositories: { self: { refName: 'refs/heads/main' } } },
      templateParameters: {
        remediation: expect.stringMatching(/^[\w-]+$/),
        module: 'network',
        client: 'acme',
        action: 'revert',
        expected: approvalText([findingOf()]),
      },
    });
    expect(remembered.at(-1)).toMatchObject({ run: { id: 501 } });
    expect(log).toEqual([
      `Started: pipeline 12 of acme/Infra Team at main, ${link().url}`,
      'The run is under way, or waits for an agent or an approval.',
    ]);
    const basic = Buffer.from(':the-token').toString('base64');
    expect(written()).not.toContain('the-token');
    expect(written()).not.toContain(basic);
  });

  const task = (
    name: string,
    result: string | undefined,
    state = 'completed',
  ) => ({
    type: 'Task',
    name,
    state,
    result,
  });
  const REFUSED = 'Not what was approved';

  it.each<[string, string, string, object[] | undefined]>([
    [
      'refused what was not approved',
      'failed',
      'superseded',
      [task(REFUSED, 'failed'), task('Apply', 'skipped')],
    ],
    [
      'failed before applying',
      'failed',
      'failed',
      [task(REFUSED, 'skipped'), task('Apply', 'skipped')],
    ],
    ['failed in applying', 'failed', 'unknown', [task('Apply', 'failed')]],
    ['failed afterwards', 'failed', 'applied', [task('Apply', 'succeeded')]],
    [
      'was cancelled before applying',
      'canceled',
      'failed',
      [task('Apply', undefined, 'pending')],
    ],
    [
      'was cancelled in applying',
      'canceled',
      'unknown',
      [task('Apply', 'canceled')],
    ],
    ['was cancelled in the queue', 'canceled', 'failed', []],
    ['lost its agent', 'failed', 'unknown', [task('Apply', 'abandoned')]],
    ['has no timeline', 'failed', 'unknown', undefined],
    ['ended in a new way', 'exploded', 'unknown', [task('Apply', 'exploded')]],
    [
      'succeeded with issues in applying',
      'succeeded',
      'applied',
      [task('Apply', 'succeededWithIssues')],
    ],
  ])('that %s (%s) is %s', async (_what, result, kind, records) => {
    azure.states = [{ state: 'completed', result }];
    azure.records = records;
    expect(await setUp().apply()).toMatchObject({ kind, link: link() });
  });

  it('is followed through a slow queue', async () => {
    azure.states = [
      ...Array(40).fill({ state: 'inProgress' }),
      { state: 'canceling' },
      { state: 'completed', result: 'succeeded' },
    ];
    const { apply, log } = setUp();
    expect((await apply()).kind).toBe('applied');
    expect(log).toHaveLength(3);
  });

  it('that takes too long is asked to stop', async () => {
    azure.states = [{ state: 'inProgress' }];
    const { apply } = setUp({ route: { timeout: 'PT2M' } });
    expect((await apply()).kind).toBe('unknown');
    expect(azure.asked.at(-1)).toMatchObject({
      method: 'PATCH',
      path: '/acme/Infra%20Team/_apis/build/builds/501',
      body: { status: 'cancelling' },
    });
  });
});

describe('a connection that is lost', () => {
  it.each([
    ['by the parameters of the list', true, undefined],
    ['by its name', false, undefined],
    ['by its own parameters', false, () => '20261122.1'],
  ])(
    'after the start has the run found %s, and starts no other',
    async (_how, listsParameters, nameOf) => {
      azure.listsParameters = listsParameters;
      azure.nameOf = nameOf ?? azure.nameOf;
      instead(START, 'hang-up-after');
      expect(await setUp().apply()).toMatchObject({
        kind: 'applied',
        link: link(),
      });
      expect(azure.starts).toHaveLength(1);
      expect(azure.runs).toHaveLength(1);
    },
  );

  it.each<Override>(['hang-up', { status: 500 }, { status: 200, body: '[' }])(
    'before the start leaves it unknown, and is not tried again (%j)',
    async how => {
      instead(START, how);
      expect(await setUp().apply()).toMatchObject({
        kind: 'unknown',
        message: expect.stringContaining('none with the mark'),
      });
      expect(azure.starts).toHaveLength(1);
    },
  );

  it('never takes a run from before', async () => {
    const { apply, remediator, remembered, context } = setUp();
    await apply();
    azure.runs[0].createdDate = '2026-01-01T00:00:00.000Z';
    const [handle] = remembered;
    expect(
      await remediator().follow(requestOf(), handle, context),
    ).toMatchObject({ kind: 'unknown' });
  });

  it('while the run goes on does not end the watch', async () => {
    instead(RUN, 'hang-up', { status: 503 }, { status: 429 });
    expect((await setUp().apply()).kind).toBe('applied');
  });

  it('that never came about is tried again for a while', async () => {
    const { apply, clock } = setUp();
    await azure.stop();
    expect(await apply()).toEqual({
      kind: 'failed',
      message: 'Azure DevOps could not be reached: the connection was refused.',
    });
    expect(clock.waited.length).toBeGreaterThan(5);
    azure = await FakeAzureDevOps.start();
  });
});

describe('a refusal', () => {
  it.each<[string, () => void, RegExp]>([
    [
      'a page to sign in at',
      () => instead(START, { status: 203, body: '<html>the-token</html>' }),
      /^Azure DevOps does not accept the credentials .* \(203\)\.$/,
    ],
    [
      'a redirect to it',
      () =>
        instead(START, {
          status: 302,
          headers: { location: 'https://spsprodeus.example/_signin' },
        }),
      /\(302\)\.$/,
    ],
    [
      '403',
      () => {
        azure.mayQueue = false;
      },
      /permission to queue builds/,
    ],
    [
      '404',
      () => instead(START, { status: 404, body: { message: 'the-token' } }),
      /^There is no pipeline 12 of acme\/Infra Team/,
    ],
    [
      '400 for a parameter',
      () => {
        azure.parameters = ['module'];
      },
      /must declare the parameters remediation,/,
    ],
    [
      '400 for anything else',
      () => instead(START, { status: 400, body: { message: 'the-token' } }),
      /check that its file is valid/,
    ],
  ])('%s says what to do', async (_what, prepare, message) => {
    prepare();
    const { apply, written } = setUp();
    const outcome = await apply();
    expect(outcome).toEqual({
      kind: 'failed',
      message: expect.stringMatching(message),
    });
    expect(azure.asked).toHaveLength(1);
    expect(azure.runs).toEqual([]);
    expect(written() + outcome.message).not.toContain('the-token');
  });

  it('401 names the organization', async () => {
    const { apply } = setUp({ token: 'wrong' });
    expect((await apply()).message).toBe(
      'Azure DevOps does not accept the credentials of integrations.azure for acme (401).',
    );
  });

  it('for a missing branch names it', async () => {
    const { apply } = setUp({ route: { ref: 'gone' } });
    expect((await apply()).message).toContain('at refs/heads/gone');
  });

  it('without credentials asks nobody', async () => {
    const { apply } = setUp({ token: '' });
    expect((await apply()).message).toContain('no credentials for acme');
    expect(azure.asked).toEqual([]);
  });

  it('for now is waited for, then the run starts', async () => {
    instead(START, { status: 429, headers: { 'retry-after': '45' } });
    const { apply, clock } = setUp();
    expect((await apply()).kind).toBe('applied');
    expect(clock.waited[0]).toBe(45_000);
  });
});

describe('malformed answers', () => {
  it.each([[[]], [{}], [{ id: 'one' }], ['<html>'], [null]])(
    'for a run are not taken for an end (%j)',
    async body => {
      instead(RUN, { status: 200, body });
      expect((await setUp().apply()).kind).toBe('applied');
    },
  );

  it('that do not stop end the watch', async () => {
    instead(RUN, ...Array(9).fill({ status: 403, body: {} }));
    expect(await setUp().apply()).toMatchObject({
      kind: 'unknown',
      message:
        'The run can no longer be followed: Azure DevOps does not show the run (403).',
    });
  });
});

it('is followed by another process, by id and by mark', async () => {
  const first = setUp();
  await first.apply();
  expect(first.remembered).toHaveLength(2);
  for (const handle of first.remembered) {
    const second = setUp();
    expect(
      await second.remediator().follow(requestOf(), handle, second.context),
    ).toMatchObject({ kind: 'applied', link: link() });
  }
  expect(azure.starts).toHaveLength(1);
});
