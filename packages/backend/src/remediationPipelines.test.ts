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

import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import {
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import driftPlugin from '@infra-hub/backstage-plugin-drift-backend';
import driftModuleTerraform from '@infra-hub/backstage-plugin-drift-backend-module-terraform';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { judgePipelineRun } from '@infra-hub/backstage-plugin-drift-node';
import {
  approvalText,
  assess,
  fileBytes,
  observePlan,
  readPlan,
} from '@infra-hub/drift-engine';
import {
  CloudClient,
  findTerraform,
  installProvider,
  PROVIDER_SOURCE,
  PROVIDER_VERSION,
  startCloud,
} from '@infra-hub/drift-sandbox';
import {
  JobOptions,
  JobResult,
  runAzureJob,
  runGithubJob,
  runGitlabJob,
} from './__testUtils__/runPipeline';

const ROOT = join(__dirname, '../../..');
const FIXTURES = join(ROOT, 'packages/drift-engine/src/__fixtures__/terraform');
const CI_TOKEN = 'static-ci-token-0123456789abcdef';
const READER_TOKEN = 'reader-token-0123456789abcdef01';

const pipelines: Record<
  string,
  {
    file: string;
    run: (file: string, options: JobOptions) => Promise<JobResult>;
  }
> = {
  github: { file: 'github-actions/drift-remediate.yml', run: runGithubJob },
  azure: { file: 'azure-pipelines/drift-remediate.yml', run: runAzureJob },
  gitlab: {
    file: 'gitlab-ci/drift-remediate.gitlab-ci.yml',
    run: runGitlabJob,
  },
};

/** Plans what the file `outcome` in its directory says; applying makes it clean. */
const PRETENDED_TERRAFORM = `#!/bin/sh
printf '%s\\n' "$*" >> "$PRETENDED/calls"
env >> "$PRETENDED/environment"
case "$1" in
  plan)
    [ "$(cat outcome)" != unplannable ] || { echo "Error: password = s3cr3t-9" >&2; exit 1; }
    echo "plan of $(cat outcome)" > tfplan
    [ "$(cat outcome)" = clean ] || exit 2 ;;
  show) cat "$PRETENDED/$(cat outcome).json" ;;
  apply)
    [ "$(cat outcome)" != broken ] || { echo "Error: password = s3cr3t-9" >&2; exit 1; }
    echo clean > outcome ;;
esac
`;

let backend: TestBackend;
let identity: Server;
const directory = mkdtempSync(join(tmpdir(), 'drift-remediation-pipelines-'));
const repository = join(directory, 'repository');
const tools = join(directory, 'tools');
const pretended = join(directory, 'pretended');

function tool(path: string, name: string, script: string): void {
  writeFileSync(join(path, name), script);
  chmodSync(join(path, name), 0o755);
}

async function approvalOf(plan: string): Promise<string> {
  return approvalText(
    assess(observePlan(await readPlan(fileBytes(plan)))).findings,
  );
}

beforeAll(async () => {
  mkdirSync(tools);
  mkdirSync(pretended);
  const bundle = join(directory, 'infra-hub-drift.cjs');
  execFileSync(process.execPath, [
    join(ROOT, 'packages/drift-cli/scripts/build-single-file.mjs'),
    '--out',
    bundle,
  ]);
  tool(
    tools,
    'infra-hub-drift',
    `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`,
  );
  tool(tools, 'az', '#!/bin/sh\necho subscription\n');
  tool(pretended, 'terraform', PRETENDED_TERRAFORM);
  for (const [outcome, fixture] of [
    ['clean', 'ignore-changes-drift-exit0.json'],
    ['drifted', 'drift-update-sensitive-block.json'],
    ['broken', 'drift-update-sensitive-block.json'],
  ]) {
    writeFileSync(
      join(pretended, `${outcome}.json`),
      readFileSync(join(FIXTURES, fixture)),
    );
  }

  identity = createServer((_request, response) => {
    response.end(JSON.stringify({ value: CI_TOKEN }));
  });
  await new Promise<void>(resolve => {
    identity.listen(0, '127.0.0.1', resolve);
  });

  backend = await startTestBackend({
    features: [
      catalogPlugin,
      driftPlugin,
      driftModuleTerraform,
      authServiceFactory,
      httpAuthServiceFactory,
      mockServices.rootConfig.factory({
        data: {
          backend: {
            baseUrl: 'http://localhost',
            database: { client: 'better-sqlite3', connection: ':memory:' },
            auth: {
              externalAccess: [
                {
                  type: 'static',
                  options: { token: CI_TOKEN, subject: 'ci' },
                  accessRestrictions: [
                    { plugin: 'drift', permission: 'drift.report.ingest' },
                  ],
                },
                {
                  type: 'static',
                  options: { token: READER_TOKEN, subject: 'reader' },
                },
              ],
            },
          },
        },
      }),
    ],
  });
});

afterAll(async () => {
  await backend?.stop();
  await new Promise(resolve => {
    identity.close(resolve);
  });
  rmSync(directory, { recursive: true, force: true });
});

async function targetOf(client: string): Promise<DriftTarget> {
  const id = encodeURIComponent(`terraform:${client}/network`);
  const response = await fetch(
    `http://localhost:${backend.server.port()}/api/drift/targets/${id}`,
    { headers: { Authorization: `Bearer ${READER_TOKEN}` } },
  );
  expect(response.status).toBe(200);
  return (await response.json()) as DriftTarget;
}

function moduleDirectory(files: Record<string, string>): string {
  const module = join(repository, 'modules/network');
  rmSync(repository, { recursive: true, force: true });
  mkdirSync(module, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(module, name), text);
  }
  return module;
}

/** Runs a pipeline as Backstage, or the receiver of its webhook, starts it. */
async function remediate(
  name: string,
  inputs: {
    client: string;
    expected: string;
    module?: string;
    addresses?: string;
    action?: string;
  },
  environment: Record<string, string>,
  path: string[],
): Promise<JobResult> {
  const { file, run } = pipelines[name];
  const given: Record<string, string> = {
    remediation: 'mark-1',
    module: 'network',
    action: 'revert',
    addresses: '',
    ...inputs,
  };
  const { port } = identity.address() as AddressInfo;
  return run(join(ROOT, 'pipelines', file), {
    repository,
    module: 'unused',
    inputs:
      name === 'gitlab'
        ? Object.fromEntries(
            Object.entries(given).map(([key, value]) => [
              `DRIFT_${key.toUpperCase()}`,
              value,
            ]),
          )
        : given,
    variables: {
      DRIFT_URL: `http://localhost:${backend.server.port()}`,
      DRIFT_AUDIENCE: 'backstage-drift',
      DRIFT_TOKEN: CI_TOKEN,
    },
    environment: {
      PATH: [...path, tools, dirname(process.execPath), process.env.PATH].join(
        delimiter,
      ),
      HOME: directory,
      PRETENDED: pretended,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-the-runner',
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
      ...environment,
    },
  });
}

const calls = () =>
  existsSync(join(pretended, 'calls'))
    ? readFileSync(join(pretended, 'calls'), 'utf8').split('\n')
    : [];
const applied = () => calls().filter(call => call.startsWith('apply'));

/** What Backstage makes of the run; GitLab's has one step only. */
function kindOf(name: string, { steps, failed }: JobResult): string {
  return name === 'gitlab'
    ? String(failed.length === 0)
    : judgePipelineRun({
        succeeded: failed.length === 0,
        ending: 'ended',
        steps,
      }).kind;
}

describe.each(Object.keys(pipelines))('the pipeline %s', name => {
  beforeEach(() => {
    for (const file of ['calls', 'environment']) {
      rmSync(join(pretended, file), { force: true });
    }
  });

  const pretend = (
    outcome: string,
    inputs: Parameters<typeof remediate>[1],
  ) => {
    const module = moduleDirectory({ outcome });
    return {
      module,
      result: remediate(name, inputs, {}, [pretended]),
    };
  };

  it('applies exactly the plan that was approved, and reports what is there then', async () => {
    const client = `applied-${name}`;
    const expected = await approvalOf(join(pretended, 'drifted.json'));
    const { module, result } = pretend('drifted', { client, expected });
    const run = await result;
    expect(run.failed).toEqual([]);
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'true' : 'applied');
    expect(applied()).toEqual(['apply -input=false -no-color tfplan']);
    expect(await targetOf(client)).toMatchObject({ status: 'clean' });
    expect(readdirSync(module)).toEqual(['outcome']);
    expect(run.log).not.toMatch(/s3cr3t/);
    expect(run.log.replace(/^::add-mask::.*$/gm, '').includes(CI_TOKEN)).toBe(
      false,
    );
    expect(readFileSync(join(pretended, 'environment'), 'utf8')).not.toContain(
      CI_TOKEN,
    );
  }, 120_000);

  it('applies nothing else, and reports what it saw instead', async () => {
    const client = `other-${name}`;
    const expected = await approvalOf(
      join(FIXTURES, 'config-change-plus-drift.json'),
    );
    const { module, result } = pretend('drifted', { client, expected });
    const run = await result;
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'superseded');
    expect(run.log).toContain('Not approved in this form');
    expect(applied()).toEqual([]);
    expect(await targetOf(client)).toMatchObject({ status: 'drifted' });
    expect(readdirSync(module)).toEqual(['outcome']);
    expect(run.log).not.toMatch(/s3cr3t/);
  }, 120_000);

  it('says that it is not known how far applying went', async () => {
    const client = `broken-${name}`;
    const expected = await approvalOf(join(pretended, 'broken.json'));
    const run = await pretend('broken', { client, expected }).result;
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'unknown');
    expect(applied()).toHaveLength(1);
    expect(await targetOf(client)).toMatchObject({ status: 'drifted' });
    expect(run.log).not.toMatch(/s3cr3t/);
  }, 120_000);

  it('applies nothing when it cannot plan, and reports that', async () => {
    const client = `unplannable-${name}`;
    const expected = await approvalOf(join(pretended, 'drifted.json'));
    const run = await pretend('unplannable', { client, expected }).result;
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'failed');
    expect(applied()).toEqual([]);
    expect(await targetOf(client)).toMatchObject({ status: 'error' });
    expect(run.log).not.toMatch(/s3cr3t/);
  }, 120_000);

  it('plans only what was chosen, whatever the addresses are', async () => {
    const expected = await approvalOf(join(pretended, 'drifted.json'));
    const run = await pretend('drifted', {
      client: `chosen-${name}`,
      expected,
      addresses: 'a.b["x, $(id) y"]\nmodule.m["*"].c.d[0]',
    }).result;
    expect(calls()).toContain(
      'plan -input=false -no-color -detailed-exitcode -out=tfplan -target=a.b["x, $(id) y"] -target=module.m["*"].c.d[0]',
    );
    expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'superseded');
    expect(run.log).toContain('Not asked for');
    expect(applied()).toEqual([]);
  }, 120_000);

  it.each([
    ['a module elsewhere', { module: '../../elsewhere' }],
    ['a module with an absolute path', { module: '/etc' }],
    ['another action', { action: 'destroy' }],
    ['no approval', { expected: '' }],
    ['half an approval', { expected: 'abc' }],
  ])(
    'does nothing for %s',
    async (_what, parts) => {
      const expected = await approvalOf(join(pretended, 'drifted.json'));
      const run = await pretend('drifted', {
        client: `refused-${name}`,
        expected,
        ...parts,
      }).result;
      expect(kindOf(name, run)).toBe(name === 'gitlab' ? 'false' : 'failed');
      expect(applied()).toEqual([]);
    },
    60_000,
  );
});

describe('with real Terraform', () => {
  it('repairs what was approved, and refuses what changed since', async () => {
    const terraform = await findTerraform(process.env.PATH ?? '');
    if (terraform === undefined) {
      process.stderr.write('skipped: terraform not installed\n');
      return;
    }
    const bin = join(directory, 'real');
    mkdirSync(bin);
    tool(bin, 'terraform', `#!/bin/sh\nexec "${terraform}" "$@"\n`);
    const cloud = await startCloud({ port: 0 });
    const { cliConfigFile } = await installProvider({
      dir: join(directory, 'provider'),
    });
    const environment = {
      TF_CLI_CONFIG_FILE: cliConfigFile,
      CHECKPOINT_DISABLE: '1',
    };
    const person = CloudClient.create({ endpoint: cloud.url, actor: 'jane' });
    for (const name of Object.keys(pipelines)) {
      const client = `real-${name}`;
      const bucket = `assets-${name}`;
      const module = moduleDirectory({
        'main.tf': `
terraform {
  required_providers {
    sandbox = {
      source  = "${PROVIDER_SOURCE}"
      version = "${PROVIDER_VERSION}"
    }
  }
}
provider "sandbox" {
  endpoint = "${cloud.url}"
  client   = "acme"
}
resource "sandbox_storage_bucket" "assets" {
  name          = "${bucket}"
  location      = "eastus"
  public_access = false
}
`,
      });
      // The cloud lives in this process, which must not wait for it.
      const run = async (...args: string[]) =>
        promisify(execFile)(terraform, args, {
          cwd: module,
          env: { ...process.env, ...environment },
          maxBuffer: 10_000_000,
        });
      await run('init', '-input=false');
      await run('apply', '-auto-approve', '-input=false');
      const isPublic = async () =>
        (await person.get('acme', 'storage-buckets', bucket)).publicAccess;

      await person.update('acme', 'storage-buckets', bucket, {
        publicAccess: true,
      });
      await run('plan', '-out=approved', '-input=false');
      const { stdout } = await run('show', '-json', 'approved');
      writeFileSync(join(directory, 'approved.json'), stdout);
      const expected = await approvalOf(join(directory, 'approved.json'));
      rmSync(join(module, 'approved'));

      // Code that nobody approved comes along: refused.
      const main = join(module, 'main.tf');
      const text = readFileSync(main, 'utf8');
      writeFileSync(main, text.replace('"eastus"', '"westus"'));
      const refused = await remediate(name, { client, expected }, environment, [
        bin,
      ]);
      expect(kindOf(name, refused)).toBe(
        name === 'gitlab' ? 'false' : 'superseded',
      );
      expect(await isPublic()).toBe(true);
      writeFileSync(main, text);

      const repaired = await remediate(
        name,
        { client, expected },
        environment,
        [bin],
      );
      expect(repaired.failed).toEqual([]);
      expect(await isPublic()).toBe(false);
      expect(await targetOf(client)).toMatchObject({ status: 'clean' });
    }
    await cloud.stop();
  }, 300_000);
});
