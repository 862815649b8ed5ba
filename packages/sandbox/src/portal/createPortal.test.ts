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
import { RunningCloud, startCloud } from '../cloud/startCloud';

describe('the portal', () => {
  let cloud: RunningCloud;
  let code: CloudClient;

  beforeEach(async () => {
    cloud = await startCloud({ port: 0 });
    code = CloudClient.create({
      endpoint: cloud.url,
      actor: 'terraform',
      via: 'terraform',
    });
    await code.create('acme', 'kubernetes-clusters', {
      name: 'aks-prod',
      location: 'westeurope',
      version: '1.31',
      nodePools: [
        {
          name: 'workers',
          size: 'Standard_D4s_v5',
          nodeCount: 3,
          labels: { pool: 'workers' },
        },
      ],
      tags: { env: 'prod' },
    });
    await code.create('acme', 'storage-buckets', {
      name: 'assets',
      location: 'westeurope',
      versioning: true,
      policy: '{"Version":"1"}',
      allowedIps: ['10.0.0.0/8'],
    });
    await code.create('globex', 'sql-servers', {
      name: 'sql-prod',
      location: 'westeurope',
      version: '16',
      adminLogin: 'dbadmin',
      adminPassword: 'fake-password',
      firewallRules: [
        { name: 'office', startIp: '198.51.100.1', endIp: '198.51.100.9' },
      ],
    });
  });

  afterEach(() => cloud.stop());

  const aks = '/clients/acme/kubernetes-clusters/aks-prod';
  const sql = '/clients/globex/sql-servers/sql-prod';
  const assets = '/clients/acme/storage-buckets/assets';

  const show = async (path: string, cookie?: string) => {
    const answer = await fetch(`${cloud.url}${path}`, {
      headers: cookie ? { cookie } : {},
    });
    return { status: answer.status, page: await answer.text() };
  };

  const submit = async (
    path: string,
    fields: Record<string, string> = {},
    actor = 'jane@acme',
  ) => {
    const answer = await fetch(`${cloud.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams({ actor, ...fields }),
      redirect: 'manual',
    });
    return {
      status: answer.status,
      page: await answer.text(),
      headers: answer.headers,
    };
  };

  it('says so when there is no cluster and no AWS', async () => {
    expect((await show('/tenants')).page).toContain('There is no cluster');
    expect((await show('/aws')).page).toContain('There is no AWS');
  });

  it.each([
    [aks, ['Node count of workers', 'Size of workers', 'Kubernetes version']],
    [
      sql,
      [
        'Start IP of office',
        'Name of the new firewall rule',
        'End IP of the new firewall rule',
        'Public network access',
      ],
    ],
    [assets, ['Public access', 'Versioning', 'Tier', 'Access policy (JSON)']],
    ['/', ['Acting as']],
  ])('labels every control of %s', async (path, expected) => {
    const { page } = await show(path);
    const labels = new Map(
      [...page.matchAll(/<label\s+for="([^"]+)"[^>]*>([\s\S]*?)<\/label/g)].map(
        ([, id, label]) => [id, plainText(label)],
      ),
    );
    const controls = [
      ...page.matchAll(/<(?:input|select|textarea)\b[^>]*>/g),
    ].filter(([tag]) => !tag.includes('type="hidden"'));
    for (const [tag] of controls) {
      expect([...labels.keys()]).toContain(/\bid="([^"]+)"/.exec(tag)?.[1]);
    }
    expect([...labels.values()]).toEqual(expect.arrayContaining(expected));
  });

  it('scales a node pool in the name of whoever acts', async () => {
    const { status, headers } = await submit(
      `${aks}?editor=nodePools&operation=save&entry=workers`,
      { nodeCount: '5', size: 'Standard_D4s_v5' },
    );
    expect(status).toBe(303);
    expect(headers.get('location')).toBe(`${aks}?done=save`);
    await expect(
      code.get('acme', 'kubernetes-clusters', 'aks-prod'),
    ).resolves.toMatchObject({
      nodePools: [
        { name: 'workers', nodeCount: 5, labels: { pool: 'workers' } },
      ],
    });
    const [latest] = await code.audit();
    expect(latest).toMatchObject({
      who: 'jane@acme',
      how: 'portal',
      changes: [{ field: 'nodePools[workers].nodeCount', before: 3, after: 5 }],
    });
    const overview = plainText((await show('/')).page);
    expect(overview).toContain('aks-prod Kubernetes cluster ● changed by hand');
    expect(plainText((await show('/audit')).page)).toContain(
      'jane@acme by portal acme / aks-prod nodePools[workers].nodeCount: 3 → 5',
    );
  });

  it('adds and removes firewall rules', async () => {
    await submit(`${sql}?editor=firewallRules&operation=add`, {
      name: 'temp-debug',
      startIp: '203.0.113.7',
      endIp: '203.0.113.7',
    });
    const rules = async () =>
      (await code.get('globex', 'sql-servers', 'sql-prod')).firewallRules;
    expect(await rules()).toEqual([
      { name: 'office', startIp: '198.51.100.1', endIp: '198.51.100.9' },
      { name: 'temp-debug', startIp: '203.0.113.7', endIp: '203.0.113.7' },
    ]);
    await submit(`${sql}?editor=firewallRules&operation=remove&entry=office`);
    expect(await rules()).toEqual([
      { name: 'temp-debug', startIp: '203.0.113.7', endIp: '203.0.113.7' },
    ]);
  });

  it('edits, adds and removes tags', async () => {
    await submit(`${aks}?editor=tags&operation=save&entry=env`, {
      value: 'test',
    });
    await submit(`${aks}?editor=tags&operation=add`, {
      name: 'incident',
      value: '4711',
    });
    const tags = async () =>
      (await code.get('acme', 'kubernetes-clusters', 'aks-prod')).tags;
    expect(await tags()).toEqual({ env: 'test', incident: '4711' });
    await submit(`${aks}?editor=tags&operation=remove&entry=env`);
    expect(await tags()).toEqual({ incident: '4711' });
  });

  it('saves switches, choices, lists and texts of a form together', async () => {
    await submit(`${assets}?editor=settings&operation=save`, {
      publicAccess: 'on',
      tier: 'Cool',
      allowedIps: '10.0.0.0/8\r\n\r\n 192.168.0.0/16 ',
      policy: '{}',
    });
    await expect(
      code.get('acme', 'storage-buckets', 'assets'),
    ).resolves.toMatchObject({
      publicAccess: true,
      versioning: false,
      tier: 'Cool',
      allowedIps: ['10.0.0.0/8', '192.168.0.0/16'],
      policy: '{}',
    });
  });

  it('puts back what code had', async () => {
    await submit(`${aks}?editor=tags&operation=add`, { name: 'x', value: '1' });
    expect((await show(aks)).page).toContain('To reset to code');
    await submit(`${aks}?editor=resource&operation=undo`);
    expect((await show(aks)).page).not.toContain('To reset to code');
    const cluster = await code.get('acme', 'kubernetes-clusters', 'aks-prod');
    expect(cluster.tags).toEqual({ env: 'prod' });
  });

  it('deletes a bucket and returns to the overview', async () => {
    const { headers } = await submit(
      `${assets}?editor=resource&operation=delete`,
    );
    expect(headers.get('location')).toBe('/?done=delete');
    expect(await code.list('acme', 'storage-buckets')).toEqual([]);
    expect((await show(assets)).status).toBe(404);
  });

  it('says what is wrong with an entry and changes nothing', async () => {
    const { status, page } = await submit(
      `${aks}?editor=nodePools&operation=save&entry=workers`,
      { nodeCount: '500', size: 'Standard_D4s_v5' },
    );
    expect(status).toBe(400);
    expect(plainText(page)).toContain(
      'nodePools[0].nodeCount must be between 0 and 100',
    );
    const cluster = await code.get('acme', 'kubernetes-clusters', 'aks-prod');
    expect(cluster.nodePools).toMatchObject([{ nodeCount: 3 }]);
  });

  it('shows what people typed as text, never as markup', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const { headers } = await submit(
      `${aks}?editor=tags&operation=add`,
      { name: 'note', value: evil },
      evil,
    );
    const cookie = headers.get('set-cookie')?.split(';')[0];
    for (const path of [aks, '/audit', '/', `/${evil}`]) {
      expect((await show(path, cookie)).page).not.toContain('<img');
    }
  });

  it('remembers the name', async () => {
    const { headers } = await submit('/actor', {}, 'Zoë from ops');
    const cookie = headers.get('set-cookie')?.split(';')[0];
    expect((await show('/', cookie)).page).toContain('value="Zoë from ops"');
  });
});

function plainText(markup: string): string {
  return markup
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ')
    .replace(/ ([:,])/g, '$1')
    .trim();
}
