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

import { CloudClient } from '../cloud/CloudClient';
import { JsonObject } from '../cloud/json';
import {
  createWorkbench,
  describeWithTerraform,
} from '../__testUtils__/terraform';

const everything = `
resource "sandbox_kubernetes_cluster" "main" {
  name     = "aks-prod"
  location = "westeurope"
  node_pool {
    name       = "workers"
    size       = "Standard_D4s_v5"
    node_count = 3
    labels     = { pool = "workers" }
  }
  tags = { env = "prod" }
}

resource "sandbox_sql_server" "main" {
  name           = "sql-prod"
  location       = "westeurope"
  version        = "16"
  admin_login    = "dbadmin"
  admin_password = "fake-password-1"
  firewall_rule {
    name     = "office"
    start_ip = "198.51.100.1"
    end_ip   = "198.51.100.9"
  }
}

resource "sandbox_sql_database" "orders" {
  name        = "orders"
  server      = sandbox_sql_server.main.name
  size        = "S1"
  max_size_gb = 50
}

resource "sandbox_virtual_network" "main" {
  name          = "vnet-prod"
  location      = data.sandbox_region.home.name
  address_space = ["10.0.0.0/16"]
  subnet {
    name           = "nodes"
    address_prefix = "10.0.0.0/24"
  }
}

resource "sandbox_network_security_group" "web" {
  name     = "nsg-web"
  location = "westeurope"
  rule {
    name      = "https"
    priority  = 100
    direction = "Inbound"
    access    = "Allow"
    protocol  = "Tcp"
    port      = "443"
    source    = "*"
  }
}

resource "sandbox_storage_bucket" "assets" {
  name          = "assets"
  location      = "westeurope"
  public_access = false
  policy        = jsonencode({ Version = "1" })
  allowed_ips   = ["10.0.0.0/8", "192.168.0.0/16"]
  lifecycle_rule {
    name              = "expire"
    delete_after_days = 90
  }
}

data "sandbox_region" "home" {
  name = "westeurope"
}
`;

describeWithTerraform('the provider under real Terraform', () => {
  let bench: Awaited<ReturnType<typeof createWorkbench>>;
  let portal: CloudClient;

  beforeAll(async () => {
    bench = await createWorkbench();
    portal = CloudClient.create({ endpoint: bench.cloud.url, actor: 'jane' });
    await bench.write(everything);
    await bench.init();
  }, 60_000);
  afterAll(() => bench.close());

  // Every test begins with code and cloud in agreement, whatever came before.
  beforeEach(async () => {
    bench.cloud.faults.set({});
    await bench.write(everything);
    await bench.applyOrThrow();
  }, 60_000);

  it('finds nothing to do after apply', async () => {
    const { exitCode, json } = await bench.plan();
    expect(exitCode).toBe(0);
    expect(json.resource_drift).toBeUndefined();
    expect(json.errored).toBe(false);
  }, 60_000);

  it('shows changes by hand as drift of just the changed fields, and apply heals them', async () => {
    const server = await portal.get('acme', 'sql-servers', 'sql-prod');
    await portal.update('acme', 'kubernetes-clusters', 'aks-prod', {
      nodePools: [
        {
          name: 'workers',
          size: 'Standard_D4s_v5',
          nodeCount: 5,
          labels: { pool: 'workers' },
        },
      ],
    });
    await portal.update('acme', 'sql-servers', 'sql-prod', {
      firewallRules: [
        ...(server.firewallRules as JsonObject[]),
        { name: 'temp', startIp: '203.0.113.7', endIp: '203.0.113.7' },
      ],
    });
    await portal.update('acme', 'storage-buckets', 'assets', {
      tags: { incident: '4711' },
    });

    const { exitCode, json } = await bench.plan();
    expect(exitCode).toBe(2);
    const drift = Object.fromEntries(
      (json.resource_drift ?? []).map(({ address, change }) => [
        address,
        changedKeys(change.before, change.after),
      ]),
    );
    expect(drift).toEqual({
      'sandbox_kubernetes_cluster.main': {
        node_pool: [
          [expect.objectContaining({ node_count: 3 })],
          [expect.objectContaining({ node_count: 5 })],
        ],
      },
      'sandbox_sql_server.main': {
        firewall_rule: [
          [expect.objectContaining({ name: 'office' })],
          [
            expect.objectContaining({ name: 'office' }),
            expect.objectContaining({ name: 'temp' }),
          ],
        ],
      },
      'sandbox_storage_bucket.assets': expect.objectContaining({
        tags: [null, { incident: '4711' }],
      }),
    });

    expect((await bench.apply()).exitCode).toBe(0);
    expect((await bench.plan()).exitCode).toBe(0);
    await expect(
      portal.get('acme', 'kubernetes-clusters', 'aks-prod'),
    ).resolves.toMatchObject({ nodePools: [{ nodeCount: 3 }] });
  }, 60_000);

  it('shows what only the cloud reports as drift that apply would not touch', async () => {
    await portal.writeData('acme', 'storage-buckets', 'assets');
    const { exitCode, json } = await bench.plan();
    expect(exitCode).toBe(0);
    expect(json.resource_drift).toHaveLength(1);
    const [{ change }] = json.resource_drift ?? [];
    expect(Object.keys(changedKeys(change.before, change.after))).toEqual(
      expect.arrayContaining(['etag']),
    );
    expect(json.resource_changes).toContainEqual(
      expect.objectContaining({
        address: 'sandbox_storage_bucket.assets',
        change: expect.objectContaining({ actions: ['no-op'] }),
      }),
    );
  }, 60_000);

  it('marks secrets, and keeps them out of what people read', async () => {
    await portal.update('acme', 'sql-servers', 'sql-prod', {
      adminPassword: 'fake-password-2',
    });
    const { stdout, json } = await bench.plan();
    const server = json.resource_drift?.find(
      ({ address }) => address === 'sandbox_sql_server.main',
    );
    expect(server?.change.after_sensitive).toMatchObject({
      admin_password: true,
    });
    expect(stdout).toContain('(sensitive value)');
    expect(stdout).not.toContain('fake-password');
  }, 60_000);

  it('makes again what somebody deleted', async () => {
    await portal.delete('acme', 'network-security-groups', 'nsg-web');
    const { exitCode, json } = await bench.plan();
    expect(exitCode).toBe(2);
    expect(json.resource_drift).toMatchObject([
      {
        address: 'sandbox_network_security_group.web',
        change: { actions: ['delete'] },
      },
    ]);
    expect(json.resource_changes).toContainEqual(
      expect.objectContaining({
        address: 'sandbox_network_security_group.web',
        change: expect.objectContaining({ actions: ['create'] }),
      }),
    );
  }, 60_000);

  it('replaces for what cannot change', async () => {
    await bench.write(
      everything.replace(
        'name          = "vnet-prod"',
        'name          = "vnet-new"',
      ),
    );
    const { exitCode, json } = await bench.plan();
    expect(exitCode).toBe(2);
    expect(json.resource_drift).toBeUndefined();
    const entry = json.resource_changes?.find(
      ({ address }) => address === 'sandbox_virtual_network.main',
    );
    expect(entry).toMatchObject({
      action_reason: 'replace_because_cannot_update',
      change: { actions: ['delete', 'create'], replace_paths: [['name']] },
    });
    expect((await bench.apply()).exitCode).toBe(0);
    await expect(
      portal.list('acme', 'virtual-networks'),
    ).resolves.toMatchObject([{ name: 'vnet-new' }]);
  }, 60_000);

  it('points at the line that is wrong', async () => {
    await bench.write(everything.replace('node_count = 3', 'node_count = 101'));
    const { exitCode, stderr } = await bench.plan();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Node count out of range');
    expect(stderr).toMatch(/node_count = 101/);
  }, 60_000);

  it('says what the cloud refuses', async () => {
    await bench.write(everything.replace('"10.0.0.0/24"', '"10.9.0.0/24"'));
    const { exitCode, stderr } = await bench.apply();
    expect(exitCode).toBe(1);
    expect(stderr.replace(/[│\s]+/g, ' ')).toContain(
      'subnets[0].addressPrefix 10.9.0.0/24 is outside of the address space',
    );
  }, 60_000);

  it('fails the plan when the cloud fails', async () => {
    bench.cloud.faults.set({ fail: { status: 500, match: /storage-buckets/ } });
    const { exitCode, stderr } = await bench.plan();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Reading sandbox_storage_bucket assets failed');
  }, 60_000);

  it('says in the saved plan that it failed when the login is rejected', async () => {
    bench.cloud.faults.set({ fail: { status: 401, match: /session/ } });
    const { exitCode, stderr, json } = await bench.plan();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('Login failed');
    expect(json.errored).toBe(true);
    expect(json.resource_drift).toBeUndefined();
  }, 60_000);

  it('imports what exists without wanting to change it', async () => {
    await portal.create('acme', 'virtual-networks', {
      name: 'vnet-old',
      location: 'westeurope',
      addressSpace: ['10.7.0.0/16'],
      tags: { made: 'by hand' },
    });
    await bench.write(`${everything}
import {
  to = sandbox_virtual_network.old
  id = "/clients/acme/virtual-networks/vnet-old"
}
resource "sandbox_virtual_network" "old" {
  name          = "vnet-old"
  location      = "westeurope"
  address_space = ["10.7.0.0/16"]
  tags          = { made = "by hand" }
}
`);
    const { json } = await bench.plan();
    expect(json.resource_changes).toContainEqual(
      expect.objectContaining({
        address: 'sandbox_virtual_network.old',
        change: expect.objectContaining({ actions: ['no-op'] }),
      }),
    );
    expect((await bench.apply()).exitCode).toBe(0);
  }, 60_000);
});

describeWithTerraform('the provider and its login', () => {
  it('takes the token from the environment, and fails without', async () => {
    const bench = await createWorkbench({ token: 'fake-token' });
    try {
      await bench.write(
        'resource "sandbox_storage_bucket" "a" {\n name = "assets"\n location = "eastus"\n public_access = false\n}',
      );
      await bench.init();
      const rejected = await bench.plan();
      expect(rejected.exitCode).toBe(1);
      expect(rejected.stderr).toContain('rejected the login');
      expect(rejected.json.errored).toBe(true);
      const accepted = await bench.plan({ SANDBOX_TOKEN: 'fake-token' });
      expect(accepted.exitCode).toBe(2);
      expect(accepted.stderr).toBe('');
    } finally {
      await bench.close();
    }
  }, 60_000);

  it('says so when the cloud is away', async () => {
    const bench = await createWorkbench();
    await bench.write('');
    await bench.init();
    await bench.cloud.stop();
    const { exitCode, stderr } = await bench.plan();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('connection refused');
  }, 60_000);
});

/** The keys whose values differ, with both values. */
function changedKeys(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(after)
      .filter(key => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
      .map(key => [key, [before[key], after[key]]]),
  );
}
