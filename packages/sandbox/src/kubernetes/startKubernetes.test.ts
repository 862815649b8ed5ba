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

import { isJsonObject, JsonObject } from '../cloud/json';
import { entries } from './defaults';
import { KubernetesFault } from './faults';
import { RunningKubernetes, startKubernetes } from './startKubernetes';

const configMaps = '/api/v1/namespaces/default/configmaps';

/** As a webhook would mark an object. */
function stamped({ metadata }: JsonObject): JsonObject {
  return { ...(metadata as JsonObject), annotations: { stamped: 'yes' } };
}

describe('the sandbox cluster', () => {
  let cluster: RunningKubernetes;

  beforeEach(async () => {
    cluster = await startKubernetes({
      port: 0,
      users: [
        {
          token: 'reader',
          user: 'reader',
          rules: [
            {
              verbs: ['list'],
              resources: ['configmaps'],
              namespaces: ['default'],
            },
          ],
        },
        {
          token: 'patcher',
          user: 'patcher',
          rules: [{ verbs: ['patch'], resources: ['configmaps'] }],
        },
      ],
      admit: ({ object, dryRun }) =>
        object.kind === 'Service' && !dryRun
          ? { ...object, metadata: { ...stamped(object) } }
          : object,
    });
    for (const name of ['a', 'b', 'c']) {
      await cluster.apply(
        {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace: 'default', labels: { name } },
          data: { key: 'value' },
        },
        'platform',
      );
    }
  });

  afterEach(() => cluster.stop());

  const get = async (path: string, token = cluster.adminToken) => {
    const answer = await fetch(`${cluster.url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text };
  };

  const names = (text: string) =>
    entries(JSON.parse(text).items).map(
      item => isJsonObject(item.metadata) && item.metadata.name,
    );

  it('logs every request for those who count them', async () => {
    cluster.clearRequests();
    await get(`${configMaps}?limit=500`, 'reader');
    expect(cluster.requests).toEqual([
      {
        method: 'GET',
        path: configMaps,
        query: { limit: '500' },
        verb: 'list',
        resource: 'configmaps',
        namespace: 'default',
        user: 'reader',
      },
    ]);
  });

  it('lets users do only what their rules allow, and where', async () => {
    expect((await get(configMaps, 'reader')).status).toBe(200);
    expect((await get(`${configMaps}/a`, 'reader')).status).toBe(403);
    expect((await get('/api/v1/configmaps', 'reader')).status).toBe(403);
    const secrets = await get('/api/v1/namespaces/default/secrets', 'reader');
    expect(JSON.parse(secrets.text).message).toBe(
      'secrets is forbidden: User "reader" cannot list resource "secrets" in API group "" in the namespace "default"',
    );
  });

  it('selects by labels and by name', async () => {
    const select = async (query: string) =>
      names((await get(`${configMaps}?${query}`)).text);
    expect(await select('labelSelector=name%3Da')).toEqual(['a']);
    expect(await select('labelSelector=name%20in%20(a,c)')).toEqual(['a', 'c']);
    expect(await select('labelSelector=name,name!%3Da')).toEqual(['b', 'c']);
    expect(await select('labelSelector=!name')).toEqual(['kube-root-ca.crt']);
    expect(await select('fieldSelector=metadata.name%3Db')).toEqual(['b']);
  });

  it.each<[effect: string, fault: KubernetesFault, status: number]>([
    [
      'a forbidden kind',
      { resource: 'configmaps', effect: { type: 'status', code: 403 } },
      403,
    ],
    ['an internal error', { effect: { type: 'status', code: 500 } }, 500],
    [
      'too many requests',
      { effect: { type: 'status', code: 429, retryAfterSeconds: 7 } },
      429,
    ],
  ])('fails on demand: %s', async (_effect, fault, status) => {
    cluster.faults.set([{ ...fault, times: 1 }]);
    const failed = await get(configMaps);
    expect(failed.status).toBe(status);
    expect(JSON.parse(failed.text)).toMatchObject({
      kind: 'Status',
      code: status,
    });
    expect(failed.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    expect((await get(configMaps)).status).toBe(200);
  });

  it('ends a list in the middle on demand', async () => {
    cluster.faults.set([
      { midList: true, effect: { type: 'status', code: 410 } },
    ]);
    const first = await get(`${configMaps}?limit=2`);
    expect(first.status).toBe(200);
    const token = JSON.parse(first.text).metadata.continue;
    const second = await get(`${configMaps}?limit=2&continue=${token}`);
    expect(second.status).toBe(410);
  });

  it('sends half an answer, breaks off and falls silent on demand', async () => {
    cluster.faults.set([{ effect: { type: 'truncate', bytes: 20 } }]);
    expect((await get(configMaps)).text).toHaveLength(20);
    cluster.faults.set([{ effect: { type: 'cut', bytes: 20 } }]);
    await expect(get(configMaps)).rejects.toThrow();
    cluster.faults.set([{ effect: { type: 'hang' } }]);
    const silent = fetch(`${cluster.url}${configMaps}`, {
      signal: AbortSignal.timeout(200),
    });
    await expect(silent).rejects.toThrow(/timeout|aborted/);
    cluster.faults.set([]);
    expect((await get(configMaps)).status).toBe(200);
  });

  it('runs workloads as controllers would, owned by them', async () => {
    const deployment = (replicas: number): JsonObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image: 'web:1' }] },
        },
      },
    });
    await cluster.apply(deployment(2), 'platform');
    const read = async (path: string) =>
      JSON.parse((await get(path)).text) as JsonObject;
    const pods = async () =>
      entries((await read('/api/v1/namespaces/default/pods')).items);
    expect(await pods()).toHaveLength(2);
    await cluster.apply(deployment(1), 'platform');
    expect(await pods()).toEqual([
      expect.objectContaining({
        metadata: expect.objectContaining({
          ownerReferences: [
            expect.objectContaining({ kind: 'ReplicaSet', controller: true }),
          ],
        }),
      }),
    ]);
    expect(
      await read('/apis/apps/v1/namespaces/default/deployments/web'),
    ).toMatchObject({ status: { readyReplicas: 1, observedGeneration: 2 } });
  });

  it('stores autoscalers as v2 and serves them as v1 too', async () => {
    await cluster.apply(
      {
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web', namespace: 'default' },
        spec: {
          scaleTargetRef: {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: 'web',
          },
          maxReplicas: 5,
          targetCPUUtilizationPercentage: 70,
        },
      },
      'platform',
    );
    const path = 'namespaces/default/horizontalpodautoscalers/web';
    const v2 = JSON.parse((await get(`/apis/autoscaling/v2/${path}`)).text);
    expect(v2.spec.metrics[0].resource.target.averageUtilization).toBe(70);
    const v1 = JSON.parse((await get(`/apis/autoscaling/v1/${path}`)).text);
    expect(v1.apiVersion).toBe('autoscaling/v1');
    expect(v1.spec.targetCPUUtilizationPercentage).toBe(70);
  });

  it('writes quantities as the server does, and leaves out what says nothing', async () => {
    const applied = await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data', namespace: 'default', labels: {} },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '2048Mi' } },
        },
      },
      'platform',
    );
    expect(applied).toMatchObject({
      spec: {
        resources: { requests: { storage: '2Gi' } },
        volumeMode: 'Filesystem',
      },
      status: { phase: 'Bound' },
    });
    expect(applied.metadata).not.toHaveProperty('labels');
  });

  const send = async (
    method: string,
    path: string,
    body: JsonObject,
    { type = 'application/json', token = cluster.adminToken } = {},
  ) => {
    const answer = await fetch(`${cluster.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as JsonObject };
  };
  const apply = 'application/apply-patch+yaml';
  const configMap = (name: string, metadata: JsonObject = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default', ...metadata },
  });

  it('deletes only what still has the uid and the version that it should have', async () => {
    const { uid, resourceVersion } = JSON.parse(
      (await get(`${configMaps}/a`)).text,
    ).metadata;
    const remove = async (preconditions: JsonObject, query = '') =>
      await send('DELETE', `${configMaps}/a${query}`, { preconditions });
    expect(await remove({ uid: 'other' })).toMatchObject({
      status: 409,
      body: {
        reason: 'Conflict',
        message: `Operation cannot be fulfilled on configmaps "a": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
      },
    });
    expect(await remove({ uid, resourceVersion: '1' })).toMatchObject({
      status: 409,
    });
    expect(await remove({ uid, resourceVersion }, '?dryRun=All')).toMatchObject(
      { status: 200 },
    );
    expect((await get(`${configMaps}/a`)).status).toBe(200);
    cluster.clearRequests();
    expect(await remove({ uid, resourceVersion })).toMatchObject({
      status: 200,
    });
    expect(cluster.requests).toMatchObject([
      { verb: 'delete', body: { preconditions: { uid } } },
    ]);
    expect((await get(`${configMaps}/a`)).status).toBe(404);
  });

  it('lets nobody create by an apply who may only patch', async () => {
    const path = (name: string) => `${configMaps}/${name}?fieldManager=test`;
    const options = { type: apply, token: 'patcher' };
    expect(
      await send('PATCH', path('a'), configMap('a'), options),
    ).toMatchObject({ status: 200 });
    expect(
      await send('PATCH', path('new'), configMap('new'), options),
    ).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('cannot create resource') },
    });
  });

  it('refuses to apply to an object that is meant by its uid and gone', async () => {
    expect(
      await send(
        'PATCH',
        `${configMaps}/gone?fieldManager=test`,
        configMap('gone', { uid: 'x' }),
        { type: apply },
      ),
    ).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('uid mismatch') },
    });
  });

  it('refuses a JSON patch of an older version, and one whose test fails', async () => {
    const patch = async (operations: JsonObject[]) =>
      await send(
        'PATCH',
        `${configMaps}/a?fieldManager=test`,
        operations as unknown as JsonObject,
        { type: 'application/json-patch+json' },
      );
    expect(
      await patch([
        { op: 'replace', path: '/metadata/resourceVersion', value: '1' },
        { op: 'remove', path: '/data/key' },
      ]),
    ).toMatchObject({ status: 409 });
    expect(
      await patch([
        { op: 'test', path: '/data/key', value: 'other' },
        { op: 'remove', path: '/data/key' },
      ]),
    ).toMatchObject({ status: 422 });
    expect(await patch([{ op: 'remove', path: '/data/key' }])).toMatchObject({
      status: 200,
    });
  });

  it('stores what webhooks make of objects', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { ports: [{ port: 80 }] },
    };
    expect(await cluster.apply(service, 'platform')).toMatchObject({
      metadata: { annotations: { stamped: 'yes' } },
    });
  });

  it('refuses to change the claims of a stateful set', async () => {
    const set = (size: string) => ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default' },
      spec: {
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: {
          metadata: { labels: { app: 'db' } },
          spec: { containers: [{ name: 'db', image: 'db:1' }] },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: size } },
            },
          },
        ],
      },
    });
    await cluster.apply(set('1Gi'), 'platform');
    await cluster.apply(set('1Gi'), 'platform');
    await expect(cluster.apply(set('2Gi'), 'platform')).rejects.toThrow(
      'updates to statefulset spec',
    );
  });
});
