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
import {
  comparable,
  desiredObjects,
  recorded,
  recordedText,
} from './__testUtils__/recordings';
import { entries } from './defaults';
import { RunningKubernetes, startKubernetes } from './startKubernetes';

const deployment =
  '/apis/apps/v1/namespaces/tenant-acme/deployments/ai-service';
const configMap = '/api/v1/namespaces/tenant-acme/configmaps/ai-service-config';

describe('the sandbox cluster answers like a real 1.36 server', () => {
  let cluster: RunningKubernetes;

  beforeEach(async () => {
    cluster = await startKubernetes({
      port: 0,
      controllers: false,
      users: [{ token: 'reader', user: 'reader', rules: [] }],
    });
    for (const object of desiredObjects()) {
      await cluster.apply(object, 'platform');
    }
  });

  afterEach(() => cluster.stop());

  const ask = async (
    path: string,
    {
      method = 'GET',
      type = 'application/json',
      body,
      token = cluster.adminToken,
      accept = 'application/json',
    }: {
      method?: string;
      type?: string;
      body?: unknown;
      token?: string;
      accept?: string;
    } = {},
  ) => {
    const answer = await fetch(`${cluster.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': type,
        accept,
        'user-agent': 'kubectl/v1.32',
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      text,
      json: (): JsonObject => JSON.parse(text),
    };
  };

  const patch = (path: string, body: unknown, type = 'merge-patch+json') =>
    ask(path, { method: 'PATCH', type: `application/${type}`, body });

  /** What colleagues did before the second recording. */
  const drift = async () => {
    await patch(`${deployment}/scale`, { spec: { replicas: 2 } });
    await patch(`${deployment}?fieldManager=kubectl-label`, {
      metadata: { labels: { hotfix: 'true' } },
    });
    await patch(
      `${deployment}?fieldManager=kubectl-set`,
      {
        spec: {
          template: {
            spec: {
              containers: [
                {
                  name: 'main',
                  image: 'registry.local/ai:1.4.3-hotfix',
                  env: [{ name: 'DEBUG', value: '1' }],
                  resources: { limits: { cpu: '2', memory: '2Gi' } },
                },
              ],
            },
          },
        },
      },
      'strategic-merge-patch+json',
    );
    await patch(`${configMap}?fieldManager=kubectl-patch`, {
      data: { 'query.timeout': '30s', 'extra.key': 'x' },
    });
    await patch(
      '/api/v1/namespaces/tenant-acme/services/ai?fieldManager=kubectl-patch',
      { spec: { type: 'NodePort' } },
      'strategic-merge-patch+json',
    );
    await patch(
      '/apis/networking.k8s.io/v1/namespaces/tenant-acme/ingresses/ai?fieldManager=kubectl-annotate',
      { metadata: { annotations: { 'nginx/timeout': '5' } } },
    );
  };

  const objects: Array<[file: string, path: string]> = [
    ['deployments-apps-ai-service', deployment],
    ['configmaps-ai-service-config', configMap],
    ['services-ai', '/api/v1/namespaces/tenant-acme/services/ai'],
    [
      'ingresses-networking-k8s-io-ai',
      '/apis/networking.k8s.io/v1/namespaces/tenant-acme/ingresses/ai',
    ],
  ];
  const untouched: typeof objects = [
    ['secrets-db', '/api/v1/namespaces/tenant-acme/secrets/db'],
    [
      'networkpolicies-networking-k8s-io-deny',
      '/apis/networking.k8s.io/v1/namespaces/tenant-acme/networkpolicies/deny',
    ],
  ];

  it.each([...objects, ...untouched])(
    'applied: %s with defaults and owners',
    async (file, path) => {
      const { json } = await ask(path);
      const real = withoutGeneration(recorded(`live-clean-${file}`));
      expect(comparable(withoutGeneration(json()))).toEqual(comparable(real));
    },
  );

  it.each(objects)('changed by hand: %s', async (file, path) => {
    await drift();
    const { json } = await ask(path);
    expect(comparable(withoutGeneration(json()))).toEqual(
      comparable(withoutGeneration(recorded(`live-drifted-${file}`))),
    );
  });

  it('refuses to apply over others, naming them', async () => {
    await drift();
    const [wanted] = desiredObjects().filter(
      object => object.kind === 'Deployment',
    );
    const path = `${deployment}?fieldManager=platform&dryRun=All`;
    const refused = await patch(path, wanted, 'apply-patch+yaml');
    expect(refused.status).toBe(409);
    expect(refused.json()).toEqual(recorded('ssa-dryrun-conflict-409'));
    const forced = await patch(
      `${path}&force=true`,
      withoutVariable(wanted, 'PW'),
      'apply-patch+yaml',
    );
    expect(comparable(withoutGeneration(forced.json()))).toEqual(
      comparable(withoutGeneration(recorded('ssa-dryrun-forced-200'))),
    );
    const live = (await ask(deployment)).json();
    expect(live).toMatchObject({ spec: { replicas: 2 } });
  });

  it.each<
    [file: string, status: number, request: () => ReturnType<typeof ask>]
  >([
    ['unauthorized-401', 401, () => ask(deployment, { token: 'wrong' })],
    ['forbidden-403', 403, () => ask(deployment, { token: 'reader' })],
    [
      'notfound-404',
      404,
      () => ask('/apis/apps/v1/namespaces/tenant-acme/deployments/nope'),
    ],
    [
      'merge-patch-invalid-422',
      422,
      () => patch(deployment, { spec: { replicas: -1 } }),
    ],
    [
      'immutable-selector-422',
      422,
      () =>
        patch(deployment, {
          spec: { selector: { matchLabels: { app: 'x' } } },
        }),
    ],
    [
      'list-continue-bad',
      400,
      () => ask('/api/v1/namespaces?limit=1&continue=invalid'),
    ],
    [
      'ssa-strict-unknown-field',
      500,
      () =>
        patch(
          `${deployment}?fieldManager=platform`,
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'ai-service' },
            spec: { bogus: 1 },
          },
          'apply-patch+yaml',
        ),
    ],
  ])('refuses: %s', async (file, status, request) => {
    const answer = await request();
    expect(answer.status).toBe(status);
    const answered = answer.json();
    expect(answered).toEqual({
      ...recorded(file),
      ...(file === 'list-continue-bad' && { message: answered.message }),
    });
  });

  it('refuses groups that do not exist in plain text', async () => {
    const answer = await ask('/apis/nope.example/v1/namespaces/x/things');
    expect(answer.status).toBe(404);
    expect(recordedText('unknown-type-404.json')).toContain(answer.text.trim());
  });

  it('tells of each resource type what a real server tells', async () => {
    const lists: Array<[string, string]> = [
      ['/api/v1', 'api-v1'],
      ['/apis/apps/v1', 'apis-apps-v1'],
    ];
    for (const [path, file] of lists) {
      const own = entries((await ask(path)).json().resources);
      const real = entries(recorded(file).resources);
      expect(own.length).toBeGreaterThan(5);
      for (const resource of own) {
        expect(real).toContainEqual(resource);
      }
    }
  });

  it('offers aggregated discovery', async () => {
    const answer = await ask('/apis', {
      accept:
        'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    });
    const real = entries(recorded('apis-aggregated').items);
    const apps = entries(answer.json().items).filter(isGroup('apps'));
    const [realApps] = real.filter(isGroup('apps'));
    expect(apps).toHaveLength(1);
    for (const resource of resourcesOf(apps[0])) {
      expect(resourcesOf(realApps)).toContainEqual(resource);
    }
  });

  it('lists in chunks that agree with each other', async () => {
    const first = (await ask('/api/v1/namespaces?limit=2')).json();
    const real = recorded('list-chunk-1');
    expect(comparable(first)).toEqual(comparable(real));
    await cluster.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-z' } },
      'platform',
    );
    const { continue: token } = metadataOf(first);
    const second = (
      await ask(`/api/v1/namespaces?limit=2&continue=${String(token)}`)
    ).json();
    expect(comparable(second)).toEqual(comparable(recorded('list-chunk-2')));
    cluster.expireContinueTokens();
    const expired = await ask(
      `/api/v1/namespaces?limit=2&continue=${String(token)}`,
    );
    expect(expired.status).toBe(410);
    expect(expired.json()).toMatchObject({ reason: 'Expired', code: 410 });
  });

  it('prints deployments as a table', async () => {
    await drift();
    const answer = await ask(
      '/apis/apps/v1/namespaces/tenant-acme/deployments',
      {
        accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
      },
    );
    const own = answer.json();
    const real = recorded('table-deployments');
    expect(own.columnDefinitions).toEqual(real.columnDefinitions);
    const [row] = entries(own.rows);
    const [realRow] = entries(real.rows);
    const withoutAge = (cells: unknown) =>
      Array.isArray(cells) && cells.filter((_, i) => i !== 4);
    expect(withoutAge(row.cells)).toEqual(withoutAge(realRow.cells));
  });

  it('streams changes as a real server does', async () => {
    await drift();
    const stop = new AbortController();
    const watch = await fetch(
      `${cluster.url}/api/v1/namespaces/tenant-acme/configmaps?watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
      {
        headers: { authorization: `Bearer ${cluster.adminToken}` },
        signal: stop.signal,
      },
    );
    await patch(`${configMap}?fieldManager=kubectl-patch`, {
      data: { a: '1' },
    });
    await ask(configMap, { method: 'DELETE' });
    const events: JsonObject[] = [];
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of watch.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.split('\n').length > 4) {
        break;
      }
    }
    stop.abort();
    events.push(
      ...text
        .trim()
        .split('\n')
        .map(line => JSON.parse(line)),
    );
    const real = recordedText('watch.jsonl').trim().split('\n');
    expect(events.map(comparable)).toEqual(
      real.map(line => comparable(JSON.parse(line))),
    );
  });

  it('ends a watch of a forgotten version with 410', async () => {
    const before = metadataOf((await ask(configMap)).json()).resourceVersion;
    await patch(configMap, { data: { a: '1' } });
    cluster.compact();
    const answer = await ask(
      `/api/v1/configmaps?watch=true&resourceVersion=${String(before)}`,
    );
    expect(answer.json()).toMatchObject({
      type: 'ERROR',
      object: { code: 410, reason: 'Expired' },
    });
  });

  it('keeps no owner of a scale to zero, as a real server', async () => {
    await patch(`${deployment}/scale`, { spec: { replicas: 0 } });
    const live = (await ask(deployment)).json();
    expect(live).toMatchObject({ spec: { replicas: 0 } });
    expect(JSON.stringify(metadataOf(live).managedFields)).not.toContain(
      'f:replicas',
    );
  });
});

function metadataOf(object: JsonObject): JsonObject {
  return isJsonObject(object.metadata) ? object.metadata : {};
}

function withoutGeneration(object: JsonObject): JsonObject {
  const { generation: _generation, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}

function isGroup(name: string): (item: JsonObject) => boolean {
  return item => metadataOf(item).name === name;
}

function resourcesOf(group: JsonObject): JsonObject[] {
  return entries(group.versions).flatMap(version => entries(version.resources));
}

function withoutVariable(object: JsonObject, name: string): JsonObject {
  const text = JSON.stringify(object, (key, value) =>
    key === 'env'
      ? entries(value).filter(variable => variable.name !== name)
      : value,
  );
  return JSON.parse(text);
}
