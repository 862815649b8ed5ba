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

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudClient } from './CloudClient';
import { JsonObject } from './json';
import { RunningCloud, startCloud, StartCloudOptions } from './startCloud';

const cluster: JsonObject = {
  name: 'aks-prod',
  location: 'westeurope',
  version: '1.31',
  nodePools: [
    { name: 'system', size: 'Standard_B2s', nodeCount: 2, labels: {} },
    { name: 'workers', size: 'Standard_D4s_v5', nodeCount: 3, labels: {} },
  ],
  tags: { team: 'a' },
};

const server: JsonObject = {
  name: 'sql-prod',
  location: 'westeurope',
  version: '16',
  adminLogin: 'dbadmin',
  adminPassword: 'fake-password-1',
};

const bucket: JsonObject = { name: 'assets', location: 'westeurope' };

const network: JsonObject = {
  name: 'vnet-prod',
  location: 'westeurope',
  addressSpace: ['10.0.0.0/16'],
};

describe('the sandbox cloud', () => {
  const running: RunningCloud[] = [];
  const start = async (options: StartCloudOptions = {}) => {
    const cloud = await startCloud({ port: 0, ...options });
    running.push(cloud);
    return {
      cloud,
      client: CloudClient.create({ endpoint: cloud.url, actor: 'jane@acme' }),
    };
  };

  afterEach(async () => {
    await Promise.all(running.splice(0).map(cloud => cloud.stop()));
  });

  it('changes what is asked and leaves the rest', async () => {
    const { client } = await start();
    const created = await client.create('acme', 'kubernetes-clusters', cluster);
    expect(created).toMatchObject({
      id: '/clients/acme/kubernetes-clusters/aks-prod',
      endpoint: 'https://aks-prod.acme.k8s.sandbox.local:6443',
    });
    await client.update('acme', 'kubernetes-clusters', 'aks-prod', {
      version: '1.32',
    });
    await expect(
      client.get('acme', 'kubernetes-clusters', 'aks-prod'),
    ).resolves.toMatchObject({
      version: '1.32',
      nodePools: cluster.nodePools,
      tags: { team: 'a' },
    });
  });

  it('keeps clients apart', async () => {
    const { client } = await start();
    await client.create('acme', 'storage-buckets', bucket);
    await client.create('globex', 'storage-buckets', bucket);
    await client.delete('acme', 'storage-buckets', 'assets');
    expect(await client.list('acme', 'storage-buckets')).toEqual([]);
    expect(await client.list('globex', 'storage-buckets')).toHaveLength(1);
  });

  it('tells who changed what, in the smallest fields', async () => {
    const { client } = await start({
      now: () => new Date('2026-03-28T09:00:00Z'),
    });
    await client.create('acme', 'kubernetes-clusters', cluster);
    const [system, workers] = cluster.nodePools as JsonObject[];
    await client.update('acme', 'kubernetes-clusters', 'aks-prod', {
      nodePools: [system, { ...workers, nodeCount: 5 }],
      tags: { team: 'a', incident: '4711' },
    });
    const [latest] = await client.audit();
    expect(latest).toMatchObject({
      at: '2026-03-28T09:00:00.000Z',
      who: 'jane@acme',
      how: 'api',
      action: 'update',
      resource: '/clients/acme/kubernetes-clusters/aks-prod',
      changes: [
        { field: 'tags.incident', after: '4711' },
        { field: 'nodePools[workers].nodeCount', before: 3, after: 5 },
      ],
    });
  });

  it('shows secrets nowhere but among the credentials', async () => {
    const { cloud, client } = await start();
    await client.create('globex', 'sql-servers', server);
    await client.update('globex', 'sql-servers', 'sql-prod', {
      adminPassword: 'fake-password-2',
    });
    await expect(
      client.credentials('globex', 'sql-servers', 'sql-prod'),
    ).resolves.toEqual({ adminPassword: 'fake-password-2' });
    for (const path of [
      '/api/audit',
      '/api/clients/globex/sql-servers',
      '/api/clients/globex/sql-servers/sql-prod',
      '/clients/globex/sql-servers/sql-prod',
      '/audit',
    ]) {
      const answer = await fetch(`${cloud.url}${path}`);
      expect(answer.status).toBe(200);
      expect(await answer.text()).not.toContain('fake-password');
    }
    const [latest] = await client.audit();
    expect(latest.changes).toEqual([{ field: 'adminPassword', secret: true }]);
  });

  it.each<[string, string, JsonObject, string]>([
    [
      'a node count out of range',
      'kubernetes-clusters',
      {
        ...cluster,
        nodePools: [
          { name: 'system', size: 'Standard_B2s', nodeCount: 101, labels: {} },
        ],
      },
      'nodePools[0].nodeCount must be between 0 and 100',
    ],
    [
      'two node pools of one name',
      'kubernetes-clusters',
      {
        ...cluster,
        nodePools: [0, 1].map(() => (cluster.nodePools as JsonObject[])[0]),
      },
      'nodePools has two entries with the name system',
    ],
    [
      'a firewall rule that ends before it starts',
      'sql-servers',
      {
        ...server,
        firewallRules: [
          { name: 'office', startIp: '10.0.0.9', endIp: '10.0.0.1' },
        ],
      },
      'firewallRules[0].endIp must not be lower than startIp',
    ],
    [
      'an address that is none',
      'sql-servers',
      {
        ...server,
        firewallRules: [
          { name: 'office', startIp: '10.0.0.999', endIp: '10.0.0.1' },
        ],
      },
      'firewallRules[0].startIp must be an IPv4 address such as 10.0.0.1',
    ],
    [
      'a subnet outside of the network',
      'virtual-networks',
      {
        ...network,
        subnets: [{ name: 'nodes', addressPrefix: '10.1.0.0/24' }],
      },
      'subnets[0].addressPrefix 10.1.0.0/24 is outside of the address space',
    ],
    [
      'a database without its server',
      'sql-databases',
      { name: 'orders', server: 'nowhere', size: 'S1', maxSizeGb: 10 },
      'server nowhere does not exist',
    ],
    [
      'a policy that is not JSON',
      'storage-buckets',
      { ...bucket, policy: '{' },
      'policy is not JSON',
    ],
    [
      'an unknown region',
      'storage-buckets',
      { ...bucket, location: 'moon' },
      'location must be one of westeurope, northeurope, eastus',
    ],
    [
      'an unknown field',
      'storage-buckets',
      { ...bucket, colour: 'red' },
      'colour is not a field of this resource',
    ],
    [
      'a field of the prototype',
      'storage-buckets',
      { ...bucket, constructor: 'x' },
      'constructor is not a field of this resource',
    ],
    [
      'a missing field',
      'storage-buckets',
      { name: 'assets' },
      'location is required',
    ],
  ])('refuses %s and names the field', async (_, kind, fields, message) => {
    const { client } = await start();
    await expect(client.create('acme', kind, fields)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(message),
      field: message.split(' ')[0],
    });
    expect(await client.list('acme', kind)).toEqual([]);
    expect(await client.audit()).toEqual([]);
  });

  it('refuses to change what is fixed after creation', async () => {
    const { client } = await start();
    await client.create('acme', 'storage-buckets', bucket);
    await expect(
      client.update('acme', 'storage-buckets', 'assets', {
        location: 'eastus',
      }),
    ).rejects.toMatchObject({ status: 409, field: 'location' });
  });

  it('refuses to delete a server that has databases', async () => {
    const { client } = await start();
    await client.create('globex', 'sql-servers', server);
    await client.create('globex', 'sql-databases', {
      name: 'orders',
      server: 'sql-prod',
      size: 'S1',
      maxSizeGb: 10,
    });
    await expect(
      client.delete('globex', 'sql-servers', 'sql-prod'),
    ).rejects.toMatchObject({
      status: 409,
      message: expect.stringContaining('database orders is on it'),
    });
    await client.delete('globex', 'sql-databases', 'orders');
    await client.delete('globex', 'sql-servers', 'sql-prod');
    expect(await client.list('globex', 'sql-servers')).toEqual([]);
  });

  it('changes only what it reports itself when an application writes', async () => {
    let time = Date.parse('2026-01-01T00:00:00Z');
    const { client } = await start({ now: () => new Date(time) });
    const before = await client.create('acme', 'storage-buckets', bucket);
    time += 60_000;
    await client.writeData('acme', 'storage-buckets', 'assets');
    const after = await client.get('acme', 'storage-buckets', 'assets');
    const changed = Object.keys(after).filter(
      key => after[key] !== before[key],
    );
    expect(
      changed.filter(key => typeof after[key] !== 'object').sort(),
    ).toEqual(['etag', 'lastModified', 'updatedAt']);
  });

  it('asks for the token when it has one', async () => {
    const { cloud, client } = await start({ token: 'fake-token' });
    await expect(client.checkLogin()).rejects.toMatchObject({
      status: 401,
      message: expect.stringContaining('rejected the login'),
    });
    await expect(client.list('acme', 'storage-buckets')).rejects.toMatchObject({
      status: 401,
    });
    await CloudClient.create({
      endpoint: cloud.url,
      actor: 'ci',
      token: 'fake-token',
    }).checkLogin();
  });

  it('says when it cannot be reached', async () => {
    const { cloud, client } = await start();
    await cloud.stop();
    running.splice(0);
    await expect(client.checkLogin()).rejects.toMatchObject({
      status: 0,
      message: expect.stringContaining('cannot be reached'),
    });
  });

  it('fails as often as told and then works again', async () => {
    const { cloud, client } = await start();
    cloud.faults.set({ fail: { status: 503, times: 2, match: /session/ } });
    await expect(client.checkLogin()).rejects.toMatchObject({ status: 503 });
    await client.list('acme', 'storage-buckets');
    await expect(client.checkLogin()).rejects.toMatchObject({ status: 503 });
    await client.checkLogin();
  });

  it('ends while an answer is held back', async () => {
    const { cloud, client } = await start({ faults: { latencyMs: 600_000 } });
    const pending = client.checkLogin().catch(error => error.status);
    await cloud.stop();
    running.splice(0);
    await expect(pending).resolves.toBe(0);
  });

  it('answers neither other names nor pages of other sites', async () => {
    const { cloud } = await start();
    const statusFor = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        request(`${cloud.url}/api/audit`, { headers }, response => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    await expect(statusFor({ host: 'evil.example:7071' })).resolves.toBe(403);
    await expect(statusFor({ origin: 'https://evil.example' })).resolves.toBe(
      403,
    );
    await expect(statusFor({ origin: cloud.url })).resolves.toBe(200);
  });

  describe('with a state file', () => {
    let dir: string;
    beforeEach(async () => {
      dir = await mkdtemp(join(tmpdir(), 'drift-sandbox-'));
    });
    afterEach(() => rm(dir, { recursive: true, force: true }));

    it('finds everything again after a restart', async () => {
      const stateFile = join(dir, 'deep', 'cloud.json');
      const first = await start({ stateFile });
      await first.client.create('acme', 'storage-buckets', bucket);
      await first.cloud.stop();
      running.splice(0);
      const second = await start({ stateFile });
      expect(await second.client.list('acme', 'storage-buckets')).toHaveLength(
        1,
      );
      expect(await second.client.audit()).toHaveLength(1);
    });

    it('has everything on disk that it has confirmed, however many come at once', async () => {
      const stateFile = join(dir, 'cloud.json');
      const { client } = await start({ stateFile });
      await Promise.all(
        Array.from({ length: 40 }, (_, i) =>
          client.create('acme', 'storage-buckets', {
            ...bucket,
            name: `bucket-${i}`,
          }),
        ),
      );
      const state = JSON.parse(await readFile(stateFile, 'utf8'));
      expect(Object.keys(state.resources)).toHaveLength(40);
      expect(await readdir(dir)).toEqual(['cloud.json']);
    });
  });

  describe('as a store of Terraform states', () => {
    const call = async (
      cloud: RunningCloud,
      method: string,
      body?: string,
      query = '',
    ) => {
      const answer = await fetch(`${cloud.url}/tfstate/acme/net${query}`, {
        method,
        body,
      });
      return { status: answer.status, body: await answer.text() };
    };

    it('gives back what was put', async () => {
      const { cloud, client } = await start();
      expect((await call(cloud, 'GET')).status).toBe(404);
      expect((await call(cloud, 'POST', '{"serial":1}')).status).toBe(200);
      expect((await call(cloud, 'GET')).body).toBe('{"serial":1}');
      expect(await client.terraformStates()).toEqual(['acme/net']);
    });

    it('lets only one hold the lock', async () => {
      const { cloud } = await start();
      const lock = (id: string) => JSON.stringify({ ID: id, Who: id });
      expect((await call(cloud, 'LOCK', lock('a'))).status).toBe(200);
      expect(await call(cloud, 'LOCK', lock('b'))).toEqual({
        status: 423,
        body: lock('a'),
      });
      expect((await call(cloud, 'POST', '{}', '?ID=b')).status).toBe(409);
      expect((await call(cloud, 'UNLOCK', lock('b'))).status).toBe(409);
      expect((await call(cloud, 'POST', '{}', '?ID=a')).status).toBe(200);
      expect((await call(cloud, 'UNLOCK', lock('a'))).status).toBe(200);
      expect((await call(cloud, 'LOCK', lock('b'))).status).toBe(200);
    });
  });
});
