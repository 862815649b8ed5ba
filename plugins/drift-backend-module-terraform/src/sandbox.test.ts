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

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CloudClient,
  copyExamples,
  installProvider,
  RunningCloud,
  startCloud,
} from '@infra-hub/drift-sandbox';
import { SourceBench } from './__testUtils__/createSource';
import { describeWithTool, realTool, runTool } from './__testUtils__/realTool';

jest.setTimeout(180_000);

const ADMIN_PASSWORD = 'Adm1n-password-planted';
const TOKEN = 'cloud-token-planted';

describeWithTool('scans of a real cloud', () => {
  let bench: SourceBench;
  let cloud: RunningCloud;
  let people: CloudClient;
  let cliConfigFile: string;

  const environment = (token = TOKEN) => ({
    SANDBOX_ENDPOINT: cloud.url,
    SANDBOX_CLIENT: 'acme',
    SANDBOX_TOKEN: token,
  });

  beforeEach(async () => {
    bench = new SourceBench();
    cloud = await startCloud({ port: 0, token: TOKEN });
    people = CloudClient.create({
      endpoint: cloud.url,
      token: TOKEN,
      actor: 'alice',
    });
    ({ cliConfigFile } = await installProvider({
      dir: join(bench.base, 'provider'),
    }));
    mkdirSync(join(bench.codeDir, 'sql'));
    writeFileSync(
      join(bench.codeDir, 'sql/main.tf'),
      `terraform {
  required_providers {
    sandbox = {
      source = "sandbox.local/infra-hub/sandbox"
    }
  }
}
provider "sandbox" {}
variable "admin_password" {
  sensitive = true
}
resource "sandbox_sql_server" "main" {
  name           = "sql-prod"
  location       = "westeurope"
  version        = "16"
  admin_login    = "dbadmin"
  admin_password = var.admin_password
}
resource "sandbox_sql_database" "orders" {
  name        = "orders"
  server      = sandbox_sql_server.main.name
  size        = "S1"
  max_size_gb = 50
}
`,
    );
    writeFileSync(
      join(bench.codeDir, 'sql/terraform.tfvars'),
      `admin_password = "${ADMIN_PASSWORD}"\n`,
    );
    const options = {
      cwd: join(bench.codeDir, 'sql'),
      cliConfigFile,
      env: environment(),
    };
    await runTool(['init', '-input=false'], options);
    await runTool(['apply', '-auto-approve', '-input=false'], options);
    rmSync(join(bench.codeDir, 'sql/.terraform'), { recursive: true });
  });

  afterEach(async () => {
    await cloud.stop();
    bench.dispose();
  });

  const scan = (
    token?: string,
    config: Parameters<SourceBench['source']>[0] = {},
  ) => {
    const { SANDBOX_TOKEN, ...settings } = environment(token);
    return bench.scan(
      bench.source(
        {
          binary: realTool,
          cliConfigFile,
          credentials: [{ client: 'acme', env: { SANDBOX_TOKEN }, settings }],
          ...config,
        },
        // The provider is a program of node.
        { path: `${dirname(process.execPath)}:${process.env.PATH}` },
      ),
      {
        client: 'acme',
        name: 'sql',
        location: { type: 'file', root: bench.codeDir, dir: 'sql' },
      },
    );
  };
  const assertNoSecret = (observation: unknown) => {
    const everything = JSON.stringify([observation, bench.logged]);
    for (const secret of [ADMIN_PASSWORD, TOKEN, 'New-password-planted']) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(
        Buffer.from(secret).toString('base64').slice(0, -4),
      );
    }
  };

  it('are clean, then show what a person changed with the right values, then are clean again', async () => {
    await expect(scan()).resolves.toMatchObject({
      failure: undefined,
      complete: true,
      differences: [],
      totalResources: 2,
      warnings: [],
    });

    await people.update('acme', 'sql-servers', 'sql-prod', {
      firewallRules: [
        { name: 'by-hand', startIp: '0.0.0.0', endIp: '255.255.255.255' },
      ],
    });
    await people.update('acme', 'sql-databases', 'orders', { size: 'S2' });
    const drifted = await scan();
    expect(drifted).toMatchObject({ failure: undefined, complete: true });
    expect(drifted.differences.map(each => [each.address, each.class])).toEqual(
      expect.arrayContaining([
        ['sandbox_sql_server.main', 'drift'],
        ['sandbox_sql_database.orders', 'drift'],
      ]),
    );
    expect(
      drifted.differences.find(
        each => each.address === 'sandbox_sql_database.orders',
      )?.fields,
    ).toContainEqual(
      expect.objectContaining({
        path: '/size',
        recorded: 'S1',
        actual: 'S2',
        desired: 'S1',
      }),
    );
    assertNoSecret(drifted);

    await people.update('acme', 'sql-servers', 'sql-prod', {
      firewallRules: [],
    });
    await people.update('acme', 'sql-databases', 'orders', { size: 'S1' });
    await expect(scan()).resolves.toMatchObject({
      failure: undefined,
      differences: [],
    });
  });

  it('tell that a secret changed without telling it', async () => {
    await people.update('acme', 'sql-servers', 'sql-prod', {
      adminPassword: 'New-password-planted',
    });
    const observation = await scan();
    expect(observation.differences).toMatchObject([
      { address: 'sandbox_sql_server.main', class: 'drift' },
    ]);
    const field = observation.differences[0].fields.find(
      each => each.path === '/admin_password',
    );
    expect(field).toMatchObject({ sensitive: true });
    expect(field).not.toHaveProperty('actual');
    assertNoSecret(observation);
  });

  it('see a deletion', async () => {
    await people.delete('acme', 'sql-databases', 'orders');
    await expect(scan()).resolves.toMatchObject({
      differences: [{ address: 'sandbox_sql_database.orders', class: 'drift' }],
    });
  });

  it('are failures when the login is rejected or the cloud is down, and keep secrets then', async () => {
    const rejected = await scan('wrong-token-planted');
    expect(rejected.failure).toMatch(/^The credentials were rejected/);
    assertNoSecret(rejected);
    expect(JSON.stringify(rejected)).not.toContain('wrong-token-planted');

    cloud.faults.set({ fail: { status: 503, match: /sql-databases/ } });
    const broken = await scan();
    expect(broken).toMatchObject({
      failure: expect.any(String),
      complete: false,
    });
    assertNoSecret(broken);
  });

  it('are failures that end in time when the cloud hangs, and leave no process', async () => {
    cloud.faults.set({ latencyMs: 600_000 });
    const observation = await scan(undefined, { timeout: { seconds: 4 } });
    expect(observation.failure).toMatch(
      /did not end within 4 seconds \(drift\.terraform\.timeout\)/,
    );
    expect(processesWith(`HOME=${join(bench.base, 'work-1/home')}`)).toEqual(
      [],
    );
  });

  it('follow an entity of the examples to its module with remote state', async () => {
    await copyExamples({
      to: join(bench.codeDir, 'examples'),
      endpoint: cloud.url,
    });
    const clientDir = join(bench.codeDir, 'examples/clients/globex');
    const env = { ...environment(), SANDBOX_CLIENT: 'globex' };
    const cwd = join(clientDir, 'tf-sandbox-sql');
    await runTool(['init', '-input=false'], { cwd, cliConfigFile, env });
    await runTool(['apply', '-auto-approve', '-input=false'], {
      cwd,
      cliConfigFile,
      env,
    });
    const source = bench.source(
      {
        binary: realTool,
        cliConfigFile,
        credentials: [{ client: 'globex', env: { SANDBOX_TOKEN: TOKEN } }],
      },
      { path: `${dirname(process.execPath)}:${process.env.PATH}` },
    );
    const [target] = source.targetsFromEntity({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'sql',
        annotations: {
          'backstage.io/managed-by-location': `file:${clientDir}/catalog-info.yaml`,
          'infra-hub.io/terraform-dir': './tf-sandbox-sql',
          'infra-hub.io/client': 'globex',
        },
      },
    });
    const look = async () => bench.scan(source, target);
    await expect(look()).resolves.toMatchObject({
      failure: undefined,
      differences: [],
      warnings: [],
    });
    const state = await people.terraformStates();
    await people.update('globex', 'sql-databases', 'orders', { size: 'S2' });
    await expect(look()).resolves.toMatchObject({
      failure: undefined,
      differences: [{ address: 'sandbox_sql_database.orders', class: 'drift' }],
    });
    await expect(people.terraformStates()).resolves.toEqual(state);
  });

  it('share provider packages', async () => {
    const pluginCacheDir = join(bench.base, 'cache');
    const [first, second] = await Promise.all([
      scan(undefined, { pluginCacheDir }),
      scan(undefined, { pluginCacheDir }),
    ]);
    expect([first.failure, second.failure]).toEqual([undefined, undefined]);
    expect(readdirSync(join(pluginCacheDir, 'sandbox.local'))).toEqual([
      'infra-hub',
    ]);
  });
});

function processesWith(variable: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1')
          .split('\0')
          .includes(variable);
      } catch {
        // It ended meanwhile.
        return false;
      }
    });
}
