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
import { createSign, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
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
import {
  DriftTarget,
  ScansPage,
} from '@infra-hub/backstage-plugin-drift-common';
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
const STATIC_TOKEN = 'static-ci-token-0123456789abcdef';
const READER_TOKEN = 'reader-token-0123456789abcdef01';
const REQUEST_TOKEN = 'request-token-of-the-runner';
const CANARY = 'Canary-8c1f-Secret';

const pipelines: Record<
  string,
  {
    file: string;
    run: (file: string, options: JobOptions) => Promise<JobResult>;
  }
> = {
  'github-oidc': {
    file: 'github-actions/drift.yml',
    run: runGithubJob,
  },
  'github-vault': {
    file: 'github-actions/drift-vault.yml',
    run: runGithubJob,
  },
  azure: {
    file: 'azure-pipelines/azure-pipelines.yml',
    run: runAzureJob,
  },
  gitlab: {
    file: 'gitlab-ci/drift.gitlab-ci.yml',
    run: runGitlabJob,
  },
};

/** Does what the file `outcome` in its directory says, and writes down what it was given. */
const PRETENDED_TERRAFORM = `#!/bin/sh
env >> "$PRETENDED/environment"
case "$1" in
  init) [ "$(cat outcome)" != init ] || { echo "Error: No backend" >&2; exit 1; } ;;
  plan)
    case "$(cat outcome)" in
      0) echo "No changes."; echo plan > tfplan; exit 0 ;;
      2) echo "Plan: 0 to add, 1 to change, 0 to destroy."; echo plan > tfplan; exit 2 ;;
      *) echo "Error: Login failed with password = \\"${CANARY}\\"" >&2; exit 1 ;;
    esac ;;
  show) cat "$PRETENDED/$(cat outcome).json" ;;
esac
`;

/** A vault with two-line and awkward values. */
const PRETENDED_VAULT = `#!/bin/sh
case "$*" in
  write*) cat > /dev/null; echo vault-session-token ;;
  *field=drift_token*) printf %s "${STATIC_TOKEN}" ;;
  *field=arm_client_secret*) printf '${CANARY}%%0A1\\n${CANARY}-2' ;;
  *) echo "${CANARY}-id" ;;
esac
`;

let backend: TestBackend;
let identity: Server;
let identityUrl: string;
const directory = mkdtempSync(join(tmpdir(), 'drift-pipelines-'));
const repository = join(directory, 'repository');
const tools = join(directory, 'tools');
const pretended = join(directory, 'pretended');

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});

/** What a CI system signs for its job. */
function identityToken(audience: string): string {
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256', kid: 'ci', typ: 'JWT' })}.${part({
    iss: identityUrl,
    aud: audience,
    sub: 'repo:acme/infra:ref:refs/heads/main',
    iat: now,
    exp: now + 300,
  })}`;
  const signature = createSign('RSA-SHA256').update(signed).sign(privateKey);
  return `${signed}.${signature.toString('base64url')}`;
}

beforeAll(async () => {
  for (const path of [tools, pretended]) {
    mkdirSync(path);
  }
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
  tool(tools, 'vault', PRETENDED_VAULT);
  tool(tools, 'az', '#!/bin/sh\necho subscription\n');
  tool(pretended, 'terraform', PRETENDED_TERRAFORM);
  for (const [outcome, fixture] of [
    ['0', 'ignore-changes-drift-exit0.json'],
    ['2', 'drift-update-sensitive-block.json'],
  ]) {
    writeFileSync(
      join(pretended, `${outcome}.json`),
      readFileSync(join(FIXTURES, fixture)),
    );
  }

  identity = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://identity');
    if (url.pathname === '/jwks') {
      const jwk = publicKey.export({ format: 'jwk' });
      response.end(
        JSON.stringify({ keys: [{ ...jwk, kid: 'ci', alg: 'RS256' }] }),
      );
    } else if (request.headers.authorization === `bearer ${REQUEST_TOKEN}`) {
      response.end(
        JSON.stringify({
          value: identityToken(url.searchParams.get('audience') ?? ''),
        }),
      );
    } else {
      response.writeHead(401).end();
    }
  });
  await new Promise<void>(resolve => {
    identity.listen(0, '127.0.0.1', resolve);
  });
  identityUrl = `http://127.0.0.1:${(identity.address() as AddressInfo).port}`;

  const accessRestrictions = [
    { plugin: 'drift', permission: 'drift.report.ingest' },
  ];
  backend = await startTestBackend({
    features: [
      catalogPlugin,
      driftPlugin,
      driftModuleTerraform,
      authServiceFactory,
      httpAuthServiceFactory,
      mockServices.rootConfig.factory({
        data: {
          drift: {
            ingest: {
              requireTokenEntry: true,
              tokens: [
                { subject: 'ci' },
                {
                  subject: 'external:oidc:repo:acme/infra:ref:refs/heads/main',
                  modules: ['network'],
                },
              ],
            },
          },
          backend: {
            baseUrl: 'http://localhost',
            database: { client: 'better-sqlite3', connection: ':memory:' },
            auth: {
              externalAccess: [
                {
                  type: 'static',
                  options: { token: STATIC_TOKEN, subject: 'ci' },
                  accessRestrictions,
                },
                {
                  type: 'jwks',
                  options: {
                    url: `${identityUrl}/jwks`,
                    issuer: identityUrl,
                    audience: 'backstage-drift',
                    algorithm: 'RS256',
                    subjectPrefix: 'oidc',
                  },
                  accessRestrictions,
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

function tool(path: string, name: string, script: string): void {
  writeFileSync(join(path, name), script);
  chmodSync(join(path, name), 0o755);
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(
    `http://localhost:${backend.server.port()}/api/drift${path}`,
    { headers: { Authorization: `Bearer ${READER_TOKEN}` } },
  );
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}: ${text}`);
  }
  return JSON.parse(text) as T;
}

const idOf = (client: string) =>
  encodeURIComponent(`terraform:${client}/network`);

/** Runs a pipeline for the module `network` of a client of its own. */
async function runPipeline(
  name: string,
  client: string,
  environment: Record<string, string>,
  path: string[],
): Promise<JobResult> {
  const { file, run } = pipelines[name];
  return run(join(ROOT, 'pipelines', file), {
    repository,
    module: 'network',
    variables: {
      DRIFT_URL: `http://localhost:${backend.server.port()}`,
      DRIFT_CLIENT: client,
      DRIFT_AUDIENCE: 'backstage-drift',
      DRIFT_TOKEN:
        name === 'gitlab' ? identityToken('backstage-drift') : STATIC_TOKEN,
      VAULT_ADDR: 'https://vault.example',
      VAULT_ROLE: 'drift',
      VAULT_MOUNT: 'secret',
      VAULT_PATH: 'drift',
    },
    environment: {
      PATH: [...path, dirname(process.execPath), process.env.PATH].join(
        delimiter,
      ),
      HOME: directory,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${identityUrl}/token?api-version=2`,
      GITHUB_SHA: 'c0ffee',
      BUILD_SOURCEVERSION: 'c0ffee',
      CI_COMMIT_SHA: 'c0ffee',
      ...environment,
    },
  });
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

/** The log as people see it. */
function shown({ log, masked }: JobResult): string {
  return masked
    .map(value => value.replace(/%25/g, '%'))
    .reduce(
      (text, value) => text.replaceAll(value, '***'),
      log.replace(/^::add-mask::.*$/gm, ''),
    );
}

describe.each(Object.keys(pipelines))('the pipeline %s', name => {
  it('reports all three outcomes as what they are', async () => {
    const client = `pretended-${name}`;
    for (const [outcome, status, reason] of [
      ['0', 'clean', /./],
      ['2', 'drifted', /./],
      ['1', 'error', /Login failed/],
      ['0', 'clean', /./],
      ['init', 'error', /No backend/],
    ] as const) {
      const module = moduleDirectory({ outcome });
      const result = await runPipeline(name, client, { PRETENDED: pretended }, [
        pretended,
        tools,
      ]);
      expect(result.failed).toEqual([]);
      const target = await read<DriftTarget>(`/targets/${idOf(client)}`);
      expect({ outcome, status: target.status }).toEqual({ outcome, status });
      expect(JSON.stringify(target)).toMatch(reason);
      expect(shown(result)).not.toContain(CANARY);
      expect(JSON.stringify(target)).not.toContain(CANARY);
      for (const secret of [STATIC_TOKEN, REQUEST_TOKEN, 'eyJ']) {
        expect(shown(result)).not.toContain(secret);
      }
      // Nothing stays that an artifact or a cache could carry away.
      expect(readdirSync(module)).toEqual(['outcome']);
    }
    const { items } = await read<ScansPage>(
      `/targets/${idOf(client)}/scans?limit=50`,
    );
    expect(items).toHaveLength(5);
    expect(items.every(scan => scan.commit === 'c0ffee')).toBe(true);
    expect(items.every(scan => scan.trigger === 'ci')).toBe(true);
    const given = readFileSync(join(pretended, 'environment'), 'utf8');
    expect(given).not.toContain(STATIC_TOKEN);
    expect(given).not.toMatch(/^DRIFT_TOKEN=./m);
  }, 120_000);

  it('reports an error when terraform is not there', async () => {
    const client = `without-${name}`;
    const path = join(directory, 'terraform-is-missing');
    mkdirSync(path, { recursive: true });
    tool(path, 'terraform', '#!/bin/sh\nexit 127\n');
    moduleDirectory({});
    await runPipeline(name, client, {}, [path, tools]);
    const target = await read<DriftTarget>(`/targets/${idOf(client)}`);
    expect(target.status).toBe('error');
  }, 60_000);
});

it("gives the vault's secrets to the plan, masked line by line", async () => {
  moduleDirectory({ outcome: '0' });
  rmSync(join(pretended, 'environment'), { force: true });
  const result = await runPipeline(
    'github-vault',
    'vault',
    { PRETENDED: pretended },
    [pretended, tools],
  );
  const given = readFileSync(join(pretended, 'environment'), 'utf8');
  expect(given).toContain(`ARM_CLIENT_SECRET=${CANARY}%0A1\n${CANARY}-2\n`);
  expect(result.masked).toEqual(
    expect.arrayContaining([
      'vault-session-token',
      STATIC_TOKEN,
      `${CANARY}%250A1`,
      `${CANARY}-2`,
    ]),
  );
});

it('fails loudly, and for nobody else, when the token is wrong', async () => {
  moduleDirectory({ outcome: '2' });
  const result = await runPipeline('azure', 'wrong', { PRETENDED: pretended }, [
    pretended,
    tools,
  ]);
  expect(result.failed).toEqual([]);
  const { run, file } = pipelines.azure;
  const refused = await run(join(ROOT, 'pipelines', file), {
    repository,
    module: 'network',
    variables: {
      DRIFT_URL: `http://localhost:${backend.server.port()}`,
      DRIFT_CLIENT: 'wrong',
      DRIFT_TOKEN: 'not-a-token-0123456789',
    },
    environment: {
      PATH: [
        pretended,
        tools,
        dirname(process.execPath),
        process.env.PATH,
      ].join(delimiter),
      PRETENDED: pretended,
    },
  });
  expect(refused.failed).toEqual(['Report']);
  expect(refused.log).toContain('does not accept the token (401)');
  expect(refused.log).not.toContain('not-a-token');
});

describe('with real Terraform', () => {
  it('reports all three outcomes as what they are', async () => {
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
  name          = "assets-${name}"
  location      = "eastus"
  public_access = false
}
`,
      });
      for (const args of [
        ['init', '-input=false'],
        ['apply', '-auto-approve', '-input=false'],
      ]) {
        // The cloud lives in this process, which must not wait for it.
        await promisify(execFile)(terraform, args, {
          cwd: module,
          env: { ...process.env, ...environment },
        });
      }
      const statusAfterRun = async () => {
        await runPipeline(name, client, environment, [bin, tools]);
        const target = await read<DriftTarget>(`/targets/${idOf(client)}`);
        return target.status;
      };
      const clean = await statusAfterRun();
      await person.update('acme', 'storage-buckets', `assets-${name}`, {
        publicAccess: true,
      });
      const drifted = await statusAfterRun();
      const main = join(module, 'main.tf');
      writeFileSync(
        main,
        readFileSync(main, 'utf8').replace(cloud.url, 'http://127.0.0.1:1'),
      );
      const broken = await statusAfterRun();
      expect({ name, clean, drifted, broken }).toEqual({
        name,
        clean: 'clean',
        drifted: 'drifted',
        broken: 'error',
      });
    }
    await cloud.stop();
  }, 240_000);
});
