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

import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { observePlan, readPlan } from '@infra-hub/drift-engine';
import {
  backstageError,
  Portal,
  Reply,
  startPortal,
} from '../__testUtils__/startPortal';
import { main } from '../main';

const FIXTURES = join(
  __dirname,
  '../../../drift-engine/src/__fixtures__/terraform',
);
const fixture = (name: string) => join(FIXTURES, name);
const DRIFTED = fixture('drift-update-sensitive-block.json');
const CLEAN = fixture('ignore-changes-drift-exit0.json');
const TOKEN = 'ci-token-0123456789';

class Captured extends Writable {
  text = '';
  readonly isTTY = false;
  _write(chunk: Buffer, _encoding: string, done: () => void) {
    this.text += chunk.toString();
    done();
  }
}

let portal: Portal | undefined;
const directory = mkdtempSync(join(tmpdir(), 'infra-hub-drift-test-'));
const temporary = join(directory, 'tmp');
const temporaryBefore = process.env.TMPDIR;

beforeAll(() => {
  mkdirSync(temporary);
  process.env.TMPDIR = temporary;
});

afterAll(() => {
  if (temporaryBefore === undefined) {
    delete process.env.TMPDIR;
  } else {
    process.env.TMPDIR = temporaryBefore;
  }
  rmSync(directory, { recursive: true });
});

afterEach(async () => {
  await portal?.stop();
  portal = undefined;
});

function file(name: string, content: string): string {
  const path = join(directory, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

interface Given {
  environment?: Record<string, string>;
  stdin?: string;
}

async function report(
  args: string[],
  options: Given & { replies?: Reply[] } = {},
) {
  portal = await startPortal(options.replies);
  const { url, received } = portal;
  return { ...(await run(['--url', url, ...args], options)), received, url };
}

async function run(
  args: string[],
  { environment = {}, stdin = '' }: Given = {},
) {
  const stdout = new Captured();
  const stderr = new Captured();
  const pauses: number[] = [];
  const code = await main(
    ['node', 'infra-hub-drift', 'report', ...args],
    { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr },
    {
      environment: { DRIFT_TOKEN: TOKEN, ...environment },
      wait: async ms => {
        pauses.push(ms);
      },
      random: () => 0.5,
    },
  );
  expect(readdirSync(temporary)).toEqual([]);
  return { code, out: stdout.text, err: stderr.text, pauses };
}

describe('infra-hub-drift report', () => {
  it('sends the redacted plan with all that is known of it', async () => {
    const result = await report([
      DRIFTED,
      ...['--module', 'network/vpc', '--client', 'acme & co'],
      ...['--exit-code', '2', '--commit', 'abc', '--actor', 'Jo'],
      ...['--run-url', 'https://ci.example/1', '--run-id', 'run-1'],
    ]);
    expect(result.code).toBe(0);
    expect(result.err).toBe(
      `network/vpc: sent to ${
        new URL(result.url).host
      } as scan scan-1 of terraform:-/a.\n`,
    );
    const [received] = result.received;
    expect(received).toMatchObject({
      path: '/api/drift/ingest/plan',
      query: {
        module: 'network/vpc',
        client: 'acme & co',
        exitCode: '2',
        commit: 'abc',
        actor: 'Jo',
        runUrl: 'https://ci.example/1',
        runId: 'run-1',
      },
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
    });
    expect(received.body).not.toContain('s3cr3t-1');
    const seen = observePlan(
      await readPlan(Readable.from([Buffer.from(received.body)])),
      { exitCode: 2 },
    );
    expect(seen.differences.map(each => each.class)).toContain('drift');
    expect(JSON.parse(result.out)).toMatchObject({ status: 'drifted' });
  });

  it('lets no planted secret reach the portal, from any kind of input', async () => {
    const plan = JSON.parse(readFileSync(DRIFTED, 'utf8'));
    plan.variables = { password: { value: 'Canary-plan-1' } };
    plan.resource_changes[0].change.before.admin_password = 'Canary-plan-1';
    plan.resource_drift[0].change.after.admin_password = 'Canary-plan-1';
    const inputs = [
      file('secret.json', JSON.stringify(plan)),
      file(
        'secret.txt',
        `Terraform will perform the following actions:

  # t.a will be updated in-place
  ~ resource "t" "a" {
      ~ password = "Canary-text-2" -> "Canary-text-3"
      ~ size     = 1 -> 2
    }

Plan: 0 to add, 1 to change, 0 to destroy.
`,
      ),
      file(
        'secret.log',
        `Initializing with Canary-log-4
╷
│ Error: Login failed
│ 
│ password = "Canary-log-5"
╵
`,
      ),
    ];
    portal = await startPortal();
    for (const input of inputs) {
      const result = await run(['--url', portal.url, '--module', 'a', input]);
      expect(result.code).toBe(0);
      expect(result.out + result.err).not.toContain('Canary');
    }
    expect(portal.received).toHaveLength(3);
    expect(JSON.stringify(portal.received)).not.toContain('Canary');
    expect(JSON.stringify(portal.received)).toContain('Login failed');
  });

  it.each([
    ['a plan text', 'refresh-only-drift.txt', 'text/plain; charset=utf-8'],
    ['a stream', 'plan-stream-ui.jsonl', 'application/x-ndjson; charset=utf-8'],
  ])('says that it sends %s', async (_what, name, contentType) => {
    const result = await report(['--module', 'a', fixture(name)]);
    expect(result.code).toBe(0);
    expect(result.received[0].headers['content-type']).toBe(contentType);
    expect(JSON.parse(result.out).status).toBe('drifted');
  });

  it('reads standard input and sends it again after a failure', async () => {
    const result = await report(['-', '--module', 'a'], {
      stdin: readFileSync(DRIFTED, 'utf8'),
      replies: ['cut', { status: 503 }],
    });
    expect(result.code).toBe(0);
    expect(result.received).toHaveLength(3);
    expect(new Set(result.received.map(each => each.body)).size).toBe(1);
    expect(new Set(result.received.map(each => each.query.runId)).size).toBe(1);
    expect(result.pauses).toEqual([750, 1500]);
  });

  it('gives every call an id of its own', async () => {
    portal = await startPortal();
    for (let call = 0; call < 2; call++) {
      await run(['--url', portal.url, '--module', 'a', CLEAN]);
    }
    const [one, two] = portal.received.map(each => each.query.runId);
    expect(one).not.toBe(two);
  });

  it('sends nothing in a dry run, needs no token, and says what it would send', async () => {
    const result = await report([CLEAN, '--module', 'a', '--dry-run'], {
      environment: { DRIFT_TOKEN: '' },
    });
    expect(result.code).toBe(0);
    expect(result.received).toEqual([]);
    expect(result.err).toContain('/api/drift/ingest/plan?module=a');
    expect(JSON.parse(result.out).status).toBe('clean');
  });

  it('takes the token from a file', async () => {
    const result = await report(
      [CLEAN, '--module', 'a', '--token-file', file('token', 'other\n')],
      { environment: { DRIFT_TOKEN: '' } },
    );
    expect(result.code).toBe(0);
    expect(result.received[0].headers.authorization).toBe('Bearer other');
  });
});

describe('a plan command that failed', () => {
  const LOG = '╷\n│ Error: No valid credential sources found\n╵\n';

  it.each<[string, () => string[], string]>([
    ['left nothing', () => [], 'left no plan (exit code 1)'],
    [
      'left no file',
      () => [join(directory, 'nowhere.json')],
      'left no plan (exit code 1)',
    ],
    [
      'left a log',
      () => ['--log', file('plan.log', LOG)],
      'No valid credential sources found',
    ],
    [
      'left a log and no file',
      () => [join(directory, 'nowhere.json'), '--log', file('plan.log', LOG)],
      'No valid credential sources found',
    ],
    [
      'left an empty file and an empty log',
      () => [file('empty.json', ''), '--log', file('empty.log', '')],
      'left no plan (exit code 1)',
    ],
    [
      'printed something else',
      () => ['--log', file('other.log', 'sh: terraform: not found\n')],
      'holds no plan',
    ],
  ])('is reported as failed when it %s', async (_what, args, reason) => {
    const result = await report([
      ...['--module', 'a', '--exit-code', '1'],
      ...args(),
    ]);
    expect(result.code).toBe(0);
    expect(result.received).toHaveLength(1);
    expect(result.received[0].query.exitCode).toBe('1');
    expect(result.received[0].headers['content-type']).toMatch(/^text\/plain/);
    expect(result.received[0].body).toContain(reason);
    expect(JSON.parse(result.out)).toMatchObject({ status: 'error' });
  });

  it.each<[string, () => string]>([
    ['is cut off', () => file('cut.json', '{"format_version":"1.2",')],
    ['is not there', () => join(directory, 'nowhere.json')],
    ['is no plan', () => file('other.json', '{"a":1}')],
    ['is a directory', () => directory],
  ])('is also one whose plan %s', async (_what, path) => {
    const result = await report([path(), '--module', 'a', '--exit-code', '2']);
    expect(result.code).toBe(0);
    expect(result.received[0].body).toMatch(/^Error: /);
    expect(JSON.parse(result.out).status).toBe('error');
  });

  it('sends the log of a good plan that could not be shown', async () => {
    const result = await report([
      join(directory, 'nowhere.json'),
      ...['--log', fixture('refresh-only-drift.txt')],
      ...['--module', 'a', '--exit-code', '2'],
    ]);
    expect(result.err).toContain('There is no plan in');
    expect(JSON.parse(result.out)).toMatchObject({
      status: 'drifted',
      evidence: 'plan-text',
    });
  });
});

describe('the exit code', () => {
  it.each([
    [DRIFTED, [], 0],
    [DRIFTED, ['--fail-on', 'none'], 0],
    [DRIFTED, ['--fail-on', 'drift'], 2],
    [DRIFTED, ['--fail-on', 'error'], 0],
    [DRIFTED, ['--fail-on', 'any'], 2],
    [CLEAN, ['--fail-on', 'any'], 0],
    [CLEAN, ['--fail-on', 'drift,error', '--exit-code', '1'], 3],
    [CLEAN, ['--exit-code', '1'], 0],
  ])('of %s with %j is %i', async (plan, args, code) => {
    const result = await report([plan, '--module', 'a', ...args]);
    expect(result.code).toBe(code);
    expect(result.received).toHaveLength(1);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ['no module', [CLEAN], {}, '--module'],
    ['nothing to report', ['--module', 'a'], {}, 'nothing to report'],
    ['no token', [CLEAN, '--module', 'a'], { DRIFT_TOKEN: '' }, 'DRIFT_TOKEN'],
    [
      'a broken token',
      [CLEAN, '--module', 'a'],
      { DRIFT_TOKEN: 'a\nb' },
      'line breaks',
    ],
    [
      'a run URL that is no web address',
      [CLEAN, '--module', 'a', '--run-url', 'file:///etc/passwd'],
      {},
      'run URL',
    ],
    [
      'a file beside units',
      [CLEAN, '--terragrunt-dir', directory],
      {},
      '--terragrunt-dir goes without',
    ],
    ['an unknown verdict', [CLEAN, '--fail-on', 'x'], {}, '--fail-on'],
  ])('is 1 for %s', async (_what, args, environment, message) => {
    const result = await report(args, { environment });
    expect(result.code).toBe(1);
    expect(result.err).toContain(message);
    expect(result.err).not.toContain(TOKEN);
    expect(result.received).toEqual([]);
  });

  it.each([
    ['http://portal.example', 'readable'],
    ['ftp://portal.example', 'no http or https'],
    ['https://user:pass@portal.example', 'DRIFT_TOKEN'],
    ['https://portal.example/?a=b', 'end with its path'],
    ['portal.example', 'no http or https'],
  ])('is 1 for the portal %s', async (url, message) => {
    const result = await run([CLEAN, '--module', 'a', '--url', url]);
    expect(result.code).toBe(1);
    expect(result.err).toContain(message);
    expect(result.err).not.toContain('pass@');
  });
});

describe('a portal that does not take the plan', () => {
  it.each([
    [400, "Parameter 'x' is not known", 'does not accept the request'],
    [401, 'Invalid token', 'check DRIFT_TOKEN'],
    [403, 'This token is not allowed', 'may not report module a of client c'],
    [404, 'Not found', '--url must be the base URL'],
    [413, 'More than 2GB', 'larger than the portal accepts'],
    [415, 'Unsupported', 'does not read this kind'],
    [422, "The client 'c' is not known here", 'cannot use the plan'],
    [500, 'Oh', 'status 500'],
  ])('with %i is asked once, and quoted', async (status, message, said) => {
    const result = await report([CLEAN, '--module', 'a', '--client', 'c'], {
      replies: [backstageError(status, message)],
    });
    expect(result.code).toBe(5);
    expect(result.received).toHaveLength(1);
    expect(result.pauses).toEqual([]);
    expect(result.err).toContain(said);
    expect(result.err).toContain(message);
    expect(result.err.trimEnd().split('\n')).toHaveLength(1);
    expect(result.err).not.toContain(TOKEN);
    expect(JSON.parse(result.out).status).toBe('clean');
  });

  it('for now is asked again with growing pauses, and then given up', async () => {
    const result = await report([CLEAN, '--module', 'a', '--retries', '3'], {
      replies: [502, 503, 504, 503].map(status => ({ status })),
    });
    expect(result.code).toBe(4);
    expect(result.received).toHaveLength(4);
    expect(result.pauses).toEqual([750, 1500, 3000]);
    expect(result.err).toContain('(3 of 3)');
  });

  it.each([
    ['seconds', () => '7', 7_000],
    ['a date', () => new Date(Date.now() + 90_000).toUTCString(), 60_000],
  ])('is given the time it asks for in %s', async (_what, value, least) => {
    const result = await report([CLEAN, '--module', 'a'], {
      replies: [backstageError(429, 'Slow down', { 'retry-after': value() })],
    });
    expect(result.code).toBe(0);
    expect(result.pauses).toHaveLength(1);
    expect(result.pauses[0]).toBeGreaterThanOrEqual(least);
  });

  it('is not waited for an hour', async () => {
    const result = await report([CLEAN, '--module', 'a'], {
      replies: [backstageError(429, 'Slow down', { 'retry-after': '3600' })],
    });
    expect(result.code).toBe(4);
    expect(result.pauses).toEqual([]);
    expect(result.err).toContain('60 minutes');
  });

  it('never sees the token when it redirects to another host', async () => {
    const thief = await startPortal();
    const result = await report([CLEAN, '--module', 'a'], {
      replies: [
        {
          status: 307,
          headers: { location: `${thief.url}/api/drift/ingest/plan` },
        },
      ],
    });
    expect(result.code).toBe(5);
    expect(result.err).toContain('the token is not sent');
    expect(thief.received).toEqual([]);
    await thief.stop();
  });

  it('is followed to another path of the same host', async () => {
    const result = await report([CLEAN, '--module', 'a', '--run-id', 'r'], {
      replies: [
        {
          status: 308,
          headers: { location: '/backstage/api/drift/ingest/plan' },
        },
      ],
    });
    expect(result.code).toBe(0);
    expect(result.received[1]).toMatchObject({
      path: '/backstage/api/drift/ingest/plan',
      query: { module: 'a', runId: 'r' },
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(result.received[1].body).toBe(result.received[0].body);
  });

  it.each<[string, Reply]>([
    ['is a web page', { status: 200, body: '<!doctype html>' }],
    ['wants a login', { status: 302, headers: { location: '/login' } }],
  ])('says what is wrong when it %s', async (_what, reply) => {
    const result = await report([CLEAN, '--module', 'a'], { replies: [reply] });
    expect(result.code).toBe(5);
    expect(result.err).toContain('--url must be the base URL of the backend');
  });

  it('cannot steer the terminal with its words', async () => {
    const result = await report([CLEAN, '--module', 'a'], {
      replies: [backstageError(403, 'no\u001b[2J\n::set-env name=x::y')],
    });
    expect(result.err).toContain('set-env');
    expect(result.err).not.toContain('\u001b');
    expect(result.err.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is away: it says so, tries again, and gives up', async () => {
    const gone = await startPortal();
    await gone.stop();
    const result = await run([
      CLEAN,
      ...['--module', 'a', '--retries', '2', '--url', gone.url],
    ]);
    expect(result.code).toBe(4);
    expect(result.pauses).toHaveLength(2);
    expect(result.err).toContain('nothing listens there');
    expect(JSON.parse(result.out).status).toBe('clean');
  });

  it('has a certificate of its own: it names the remedy and does not try again', async () => {
    const key = join(directory, 'key.pem');
    const cert = join(directory, 'cert.pem');
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'],
        ...['-subj', '/CN=127.0.0.1', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
    portal = await startPortal([], {
      key: readFileSync(key, 'utf8'),
      cert: readFileSync(cert, 'utf8'),
    });
    const result = await run([CLEAN, '--module', 'a', '--url', portal.url]);
    expect(result.code).toBe(5);
    expect(result.pauses).toEqual([]);
    expect(result.err).toContain('NODE_EXTRA_CA_CERTS');
    expect(portal.received).toEqual([]);
  });
});

describe('the run', () => {
  it.each<[string, Record<string, string>, Record<string, unknown>]>([
    [
      'GitHub Actions',
      {
        GITHUB_ACTIONS: 'true',
        GITHUB_SHA: 'c0ffee',
        GITHUB_ACTOR: 'octo',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'acme/infra',
        GITHUB_RUN_ID: '42',
        GITHUB_RUN_ATTEMPT: '3',
      },
      {
        commit: 'c0ffee',
        actor: 'octo',
        runUrl: 'https://github.com/acme/infra/actions/runs/42',
        runId: expect.stringMatching(/^github-42-3-/),
      },
    ],
    [
      'Azure Pipelines',
      {
        TF_BUILD: 'True',
        BUILD_SOURCEVERSION: 'c0ffee',
        BUILD_REQUESTEDFOR: 'Jo\u200b Doe',
        BUILD_BUILDID: '7',
        SYSTEM_TEAMFOUNDATIONCOLLECTIONURI: 'https://dev.azure.com/acme/',
        SYSTEM_TEAMPROJECT: 'Cloud Ops',
      },
      {
        commit: 'c0ffee',
        actor: 'Jo Doe',
        runUrl:
          'https://dev.azure.com/acme/Cloud%20Ops/_build/results?buildId=7',
        runId: expect.stringMatching(/^azure-7-1-/),
      },
    ],
    [
      'GitLab CI',
      {
        GITLAB_CI: 'true',
        CI_COMMIT_SHA: 'c0ffee',
        GITLAB_USER_LOGIN: 'jo',
        CI_JOB_ID: '9',
        CI_JOB_URL: 'https://gitlab.com/acme/infra/-/jobs/9',
      },
      {
        commit: 'c0ffee',
        actor: 'jo',
        runUrl: 'https://gitlab.com/acme/infra/-/jobs/9',
        runId: expect.stringMatching(/^gitlab-9-/),
      },
    ],
  ])('is known from %s', async (_what, environment, query) => {
    const { received } = await report([CLEAN, '--module', 'a'], {
      environment,
    });
    expect(received[0].query).toMatchObject(query);
  });

  it('is what the user says', async () => {
    const { received } = await report(
      [CLEAN, '--module', 'a', '--commit', 'mine'],
      {
        environment: {
          GITLAB_CI: 'true',
          CI_COMMIT_SHA: 'theirs',
          CI_JOB_URL: 'no address',
        },
      },
    );
    expect(received[0].query).toMatchObject({ commit: 'mine' });
    expect(received[0].query).not.toHaveProperty('runUrl');
  });

  it('goes where DRIFT_URL and DRIFT_CLIENT say', async () => {
    portal = await startPortal();
    await run([CLEAN, '--module', 'a'], {
      environment: {
        DRIFT_URL: `${portal.url}/backstage/api/drift/`,
        DRIFT_CLIENT: 'acme',
      },
    });
    expect(portal.received[0]).toMatchObject({
      path: '/backstage/api/drift/ingest/plan',
      query: { client: 'acme' },
    });
  });
});

describe('Terragrunt', () => {
  const units = () => {
    const out = mkdtempSync(join(directory, 'terragrunt-'));
    for (const [unit, plan] of [
      ['prod/network', CLEAN],
      ['prod/data/sql', DRIFTED],
      ['prod/.terragrunt-cache/x', DRIFTED],
    ]) {
      mkdirSync(join(out, unit), { recursive: true });
      writeFileSync(join(out, unit, 'tfplan.json'), readFileSync(plan));
    }
    return out;
  };

  it('is one report for each unit, all sent, and the worst exit code', async () => {
    const result = await report(
      [
        ...['--terragrunt-dir', units(), '--module-prefix', 'live/'],
        ...['--fail-on', 'drift', '--format', 'text'],
      ],
      { replies: [backstageError(403, 'Not yours')] },
    );
    expect(result.received.map(each => each.query.module)).toEqual([
      'live/prod/data/sql',
      'live/prod/network',
    ]);
    expect(result.code).toBe(5);
    expect(result.err).toContain('live/prod/data/sql was not reported');
    expect(result.err).toContain('live/prod/network: sent');
    expect(result.out).toContain(
      '2 units: 1 drifted, 1 clean; 1 not reported.',
    );
  });

  it('reports units that failed as failed', async () => {
    const runs = file(
      'run.json',
      JSON.stringify([
        { Name: 'prod/network', Result: 'succeeded' },
        { Name: 'prod/data/sql', Result: 'failed', Reason: 'run error' },
        { Name: 'prod/app', Result: 'early exit' },
        { Name: 'prod/old', Result: 'excluded' },
      ]),
    );
    const result = await report([
      ...['--terragrunt-dir', units(), '--terragrunt-report', runs],
      ...['--fail-on', 'error'],
    ]);
    expect(result.code).toBe(3);
    const verdicts = JSON.parse(result.out).map(
      (each: { module: string; report: { status: string } }) => [
        each.module,
        each.report.status,
      ],
    );
    expect(verdicts).toEqual([
      ['prod/app', 'error'],
      ['prod/data/sql', 'error'],
      ['prod/network', 'clean'],
    ]);
    expect(result.received).toHaveLength(3);
    expect(result.received[0].body).toContain('depends on failed');
  });

  it('is wrong use when there is no plan at all', async () => {
    const result = await report([
      '--terragrunt-dir',
      mkdtempSync(join(directory, 'none-')),
    ]);
    expect(result.code).toBe(1);
    expect(result.err).toContain('--json-out-dir');
  });
});
