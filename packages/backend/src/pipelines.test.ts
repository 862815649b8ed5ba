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

import { createSign, generateKeyPairSync } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ScansPage } from '@infra-hub/backstage-plugin-drift-common';
import {
  CI_TOKEN,
  Pipeline,
  PipelineBench,
  REQUEST_TOKEN,
  writeTool,
} from './__testUtils__/PipelineBench';
import {
  JobResult,
  runAzureJob,
  runGithubJob,
  runGitlabJob,
} from './__testUtils__/runPipeline';

const CANARY = 'Canary-8c1f-Secret';

const pipelines: Record<string, Pipeline> = {
  'github-oidc': { file: 'github-actions/drift.yml', run: runGithubJob },
  'github-vault': {
    file: 'github-actions/drift-vault.yml',
    run: runGithubJob,
  },
  azure: { file: 'azure-pipelines/azure-pipelines.yml', run: runAzureJob },
  gitlab: { file: 'gitlab-ci/drift.gitlab-ci.yml', run: runGitlabJob },
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
  *field=drift_token*) printf %s "${CI_TOKEN}" ;;
  *field=arm_client_secret*) printf '${CANARY}%%0A1\\n${CANARY}-2' ;;
  *) echo "${CANARY}-id" ;;
esac
`;

let bench: PipelineBench;

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});

/** What a CI system signs for its job. */
function identityToken(audience: string): string {
  const part = (value: object) =>
    Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'RS256', kid: 'ci', typ: 'JWT' })}.${part({
    iss: bench.identityUrl,
    aud: audience,
    sub: 'repo:acme/infra:ref:refs/heads/main',
    iat: now,
    exp: now + 300,
  })}`;
  const signature = createSign('RSA-SHA256').update(signed).sign(privateKey);
  return `${signed}.${signature.toString('base64url')}`;
}

beforeAll(async () => {
  bench = new PipelineBench({
    terraform: PRETENDED_TERRAFORM,
    plans: {
      '0': 'ignore-changes-drift-exit0.json',
      '2': 'drift-update-sensitive-block.json',
    },
  });
  bench.addTool('vault', PRETENDED_VAULT);
  await bench.startIdentity((request, response) => {
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
  await bench.startBackend({
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
    externalAccess: [
      {
        type: 'jwks',
        options: {
          url: `${bench.identityUrl}/jwks`,
          issuer: bench.identityUrl,
          audience: 'backstage-drift',
          algorithm: 'RS256',
          subjectPrefix: 'oidc',
        },
      },
    ],
  });
});

afterAll(async () => {
  await bench?.dispose();
});

/** Runs a pipeline for the module `network` of a client of its own. */
async function runPipeline(
  name: string,
  options: {
    client: string;
    /** Where Terraform is; the one that pretends by default. */
    path?: string;
    token?: string;
    environment?: Record<string, string>;
  },
): Promise<JobResult> {
  const { client, path = bench.pretended, environment } = options;
  return bench.run(pipelines[name], {
    path: [path],
    module: 'network',
    variables: {
      DRIFT_CLIENT: client,
      DRIFT_TOKEN:
        options.token ??
        (name === 'gitlab' ? identityToken('backstage-drift') : CI_TOKEN),
      VAULT_ADDR: 'https://vault.example',
      VAULT_ROLE: 'drift',
      VAULT_MOUNT: 'secret',
      VAULT_PATH: 'drift',
    },
    environment: {
      GITHUB_SHA: 'c0ffee',
      BUILD_SOURCEVERSION: 'c0ffee',
      CI_COMMIT_SHA: 'c0ffee',
      ...environment,
    },
  });
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
      const module = bench.checkOut({ outcome });
      const result = await runPipeline(name, { client });
      expect(result.failed).toEqual([]);
      const target = await bench.readTarget(client);
      expect({ outcome, status: target.status }).toEqual({ outcome, status });
      expect(JSON.stringify(target)).toMatch(reason);
      expect(shown(result)).not.toContain(CANARY);
      expect(JSON.stringify(target)).not.toContain(CANARY);
      for (const secret of [CI_TOKEN, REQUEST_TOKEN, 'eyJ']) {
        expect(shown(result)).not.toContain(secret);
      }
      // Nothing stays that an artifact or a cache could carry away.
      expect(readdirSync(module)).toEqual(['outcome']);
    }
    const { items } = await bench.readTarget<ScansPage>(
      client,
      '/scans?limit=50',
    );
    expect(items).toHaveLength(5);
    expect(items.every(scan => scan.commit === 'c0ffee')).toBe(true);
    expect(items.every(scan => scan.trigger === 'ci')).toBe(true);
    const given = readFileSync(join(bench.pretended, 'environment'), 'utf8');
    expect(given).not.toContain(CI_TOKEN);
    expect(given).not.toMatch(/^DRIFT_TOKEN=./m);
  }, 120_000);

  it('reports an error when terraform is not there', async () => {
    const client = `without-${name}`;
    const path = join(bench.directory, 'terraform-is-missing');
    mkdirSync(path, { recursive: true });
    writeTool(path, 'terraform', '#!/bin/sh\nexit 127\n');
    bench.checkOut({});
    await runPipeline(name, { client, path });
    expect((await bench.readTarget(client)).status).toBe('error');
  }, 60_000);
});

it("gives the vault's secrets to the plan, masked line by line", async () => {
  bench.checkOut({ outcome: '0' });
  rmSync(join(bench.pretended, 'environment'), { force: true });
  const result = await runPipeline('github-vault', { client: 'vault' });
  const given = readFileSync(join(bench.pretended, 'environment'), 'utf8');
  expect(given).toContain(`ARM_CLIENT_SECRET=${CANARY}%0A1\n${CANARY}-2\n`);
  expect(result.masked).toEqual(
    expect.arrayContaining([
      'vault-session-token',
      CI_TOKEN,
      `${CANARY}%250A1`,
      `${CANARY}-2`,
    ]),
  );
});

it('fails loudly, and for nobody else, when the token is wrong', async () => {
  bench.checkOut({ outcome: '2' });
  const client = 'wrong';
  const result = await runPipeline('azure', { client });
  expect(result.failed).toEqual([]);
  const refused = await runPipeline('azure', {
    client,
    token: 'not-a-token-0123456789',
  });
  expect(refused.failed).toEqual(['Report']);
  expect(refused.log).toContain('does not accept the token (401)');
  expect(refused.log).not.toContain('not-a-token');
});

describe('with real Terraform', () => {
  it('reports all three outcomes as what they are', async () => {
    const terraform = await bench.findRealTerraform();
    if (terraform === undefined) {
      return;
    }
    const { bin, environment, person } = terraform;
    const statusAfterRun = async (name: string, client: string) => {
      await runPipeline(name, { client, environment, path: bin });
      return (await bench.readTarget(client)).status;
    };
    for (const name of Object.keys(pipelines)) {
      const client = `real-${name}`;
      const bucket = `assets-${name}`;
      const { main } = await terraform.checkOutBucket(bucket);
      const clean = await statusAfterRun(name, client);
      await person.update('acme', 'storage-buckets', bucket, {
        publicAccess: true,
      });
      const drifted = await statusAfterRun(name, client);
      writeFileSync(
        main,
        readFileSync(main, 'utf8').replace(
          terraform.cloudUrl,
          'http://127.0.0.1:1',
        ),
      );
      const broken = await statusAfterRun(name, client);
      expect({ name, clean, drifted, broken }).toEqual({
        name,
        clean: 'clean',
        drifted: 'drifted',
        broken: 'error',
      });
    }
    await terraform.stop();
  }, 240_000);
});
