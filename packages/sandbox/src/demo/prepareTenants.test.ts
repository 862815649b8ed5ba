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

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningKubernetes } from '../kubernetes/startKubernetes';
import { startCloud } from '../cloud/startCloud';
import { repositoryRoot } from './exampleModules';
import { prepareTenants, startTenantCluster } from './prepareTenants';

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: 'tenant-ai',
  name: 'ai-service',
};
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'tenant-ai',
  name: 'ai-service-config',
};

describe('the tenants of the demonstration', () => {
  let dir: string;
  const running: Array<{ stop(): Promise<void> }> = [];

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'drift-tenants-'));
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map(server => server.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  const start = async () => {
    const cluster = await startTenantCluster({ cacheDir: dir, port: 0 });
    running.push(cluster.kubernetes);
    return cluster;
  };

  const prepare = (kubernetes: RunningKubernetes) =>
    prepareTenants({ kubernetes, rootDir: repositoryRoot() });

  const managers = (object: unknown) =>
    (
      object as {
        metadata: {
          managedFields: Array<{ manager: string; subresource?: string }>;
        };
      }
    ).metadata.managedFields.map(entry =>
      [entry.manager, entry.subresource].filter(Boolean).join('/'),
    );

  it('is drifted by a manual scale and an edited value, once', async () => {
    const { kubernetes } = await start();
    expect(await prepare(kubernetes)).toHaveLength(2);
    const platform = kubernetes.as('platform');
    expect(platform.find(deployment)).toMatchObject({ spec: { replicas: 2 } });
    expect(managers(platform.find(deployment))).toEqual([
      'platform',
      'kubectl/scale',
      'kube-controller-manager/status',
    ]);
    expect(platform.find(configMap)).toMatchObject({
      data: { 'query.timeout': '30s' },
    });
    expect(managers(platform.find(configMap))).toEqual([
      'platform',
      'kubectl-edit',
    ]);

    kubernetes.as('kubectl').scale(deployment, 3);
    await kubernetes.stop();
    running.pop();
    const again = await start();
    expect(await prepare(again.kubernetes)).toEqual([]);
    expect(again.kubernetes.as('platform').find(deployment)).toMatchObject({
      spec: { replicas: 3 },
    });
  });

  it('gives Backstage a token that reads the tenants and nothing else', async () => {
    const { kubernetes, tokenFile, kubeconfigFile } = await start();
    await prepare(kubernetes);
    const token = await readFile(tokenFile, 'utf8');
    expect(await readFile(kubeconfigFile, 'utf8')).toContain(token);
    expect(token).not.toBe(kubernetes.adminToken);
  });

  it('can be changed in the portal, which tells who did', async () => {
    const { kubernetes } = await start();
    await prepare(kubernetes);
    const cloud = await startCloud({ port: 0, kubernetes });
    running.push(cloud);
    const show = async (path: string) =>
      (await fetch(`${cloud.url}${path}`)).text();
    const submit = (path: string, fields: Record<string, string>) =>
      fetch(`${cloud.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams({ actor: 'jane@acme', ...fields }),
        redirect: 'manual',
      });
    expect(await show('/tenants')).toContain(
      '/tenants/tenant-shop/deployments/cart',
    );

    const scale = '/tenants/tenant-ai/deployments/ai-service?operation=scale';
    expect((await submit(scale, { replicas: '4' })).status).toBe(303);
    const values =
      '/tenants/tenant-ai/configmaps/ai-service-config?operation=save&entry=query.timeout';
    await submit(values, { value: '45s' });
    const type = '/tenants/tenant-ai/services/ai-service?operation=type';
    await submit(type, { type: 'NodePort' });
    const policy = '/tenants/tenant-ai/networkpolicies/ai-service';
    await submit(`${policy}?operation=delete`, {});

    const platform = kubernetes.as('platform');
    expect(platform.find(deployment)).toMatchObject({ spec: { replicas: 4 } });
    expect(managers(platform.find(deployment))).toContain('portal/scale');
    expect(platform.find(configMap)).toMatchObject({
      data: { 'query.timeout': '45s' },
    });
    expect(managers(platform.find(configMap))).toContain('portal');
    expect((await fetch(`${cloud.url}${policy}`)).status).toBe(404);
    const audit = await show('/audit');
    expect(audit).toContain('jane@acme');
    expect(audit).toContain('href="/tenants/tenant-ai/services/ai-service"');

    const refused = await submit(scale, { replicas: '-1' });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain(
      'must be greater than or equal to 0',
    );
  });

  it('shows the keys of secrets and never their values', async () => {
    const { kubernetes } = await start();
    await prepare(kubernetes);
    const cloud = await startCloud({ port: 0, kubernetes });
    running.push(cloud);
    const page = await fetch(
      `${cloud.url}/tenants/tenant-ai/secrets/ai-service-credentials`,
    );
    const text = await page.text();
    const secret = kubernetes.as('platform').find({
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: 'tenant-ai',
      name: 'ai-service-credentials',
    });
    const { data } = secret as { data: Record<string, string> };
    expect(text).toContain('api-key');
    expect(data['api-key']).toMatch(/^\S{20,}/);
    expect(text).not.toContain(data['api-key']);
  });
});
