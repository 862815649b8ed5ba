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

import { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { JsonObject } from '@backstage/types';
import { ApiServer, pathOf, send, sendStatus } from './__testUtils__/ApiServer';
import {
  configMap,
  deployment,
  desired,
  secret,
} from './__testUtils__/manifests';
import { SourceBench } from './__testUtils__/SourceBench';
import { READABLE_KINDS } from './read/kinds';

describe('KubernetesDriftSource', () => {
  let api: ApiServer;
  let bench: SourceBench;

  beforeEach(async () => {
    api = await ApiServer.start();
    bench = new SourceBench();
  });

  afterEach(async () => {
    await api.stop();
  });

  const config = (settings: JsonObject = {}): JsonObject => ({
    clusters: [{ name: 'prod', url: api.url, token: api.token }],
    allowedNamespaces: [{ tenants: ['acme'], namespaces: ['tenant-acme'] }],
    ...settings,
  });
  const source = (settings?: JsonObject) => bench.source(config(settings));
  const CONFIG_MAPS = pathOf('ConfigMap', 'tenant-acme');

  /** Many objects, so that a list has three pages. */
  const manyConfigMaps = () =>
    Array.from({ length: 1001 }, (_, index) => configMap(`config-${index}`));

  describe('reading', () => {
    it('sees what differs, what is missing and what nobody desired', async () => {
      api.add('Deployment', deployment('ai-service', 2));
      api.add('ConfigMap', configMap('present'), configMap('surprise'));
      const observation = await bench.scan(
        source(),
        desired(
          deployment('ai-service', 3),
          configMap('present'),
          configMap('gone'),
        ),
      );
      expect(observation).toMatchObject({
        complete: true,
        evidence: 'live-objects',
        blindSpots: [],
        tool: { name: 'kubernetes', version: '1.36.2' },
      });
      expect(
        observation.differences.map(each => [
          each.address,
          each.change,
          each.class,
        ]),
      ).toEqual(
        expect.arrayContaining([
          ['tenant-acme/Deployment/ai-service', 'update', 'drift'],
          ['tenant-acme/ConfigMap/gone', 'create', 'drift'],
          ['tenant-acme/ConfigMap/surprise', 'create', 'drift'],
        ]),
      );
      expect(observation.differences).toHaveLength(3);
    });

    it('asks once per kind and namespace for up to 500 objects, and never for one', async () => {
      const many = manyConfigMaps();
      api.add('ConfigMap', ...many);
      const observation = await bench.scan(source(), desired(...many));
      expect(observation).toMatchObject({
        complete: true,
        differences: [],
        totalResources: 1001,
      });
      expect(api.lists.filter(line => line.includes('configmaps'))).toEqual([
        `GET ${CONFIG_MAPS}?limit=500`,
        `GET ${CONFIG_MAPS}?limit=500&continue=500`,
        `GET ${CONFIG_MAPS}?limit=500&continue=1000`,
      ]);
      expect(api.lists).toHaveLength(READABLE_KINDS.length + 2);
      // Beside the lists, only the version is asked for.
      expect(api.requests).toHaveLength(api.lists.length + 1);
    });

    it('reads only the configured kinds, and says which desired objects that leaves out', async () => {
      api.add('ConfigMap', configMap('a'));
      const observation = await bench.scan(
        source({ kinds: ['ConfigMap'] }),
        desired(configMap('a'), deployment('ai-service', 3), {
          apiVersion: 'rbac.authorization.k8s.io/v1',
          kind: 'Role',
          metadata: { name: 'reader', namespace: 'tenant-acme' },
        }),
      );
      expect(api.lists).toEqual([`GET ${CONFIG_MAPS}?limit=500`]);
      expect(observation).toMatchObject({ complete: true, differences: [] });
      expect(observation.blindSpots).toEqual([
        {
          scope: 'Deployment',
          reason:
            '1 desired object is not compared: the configuration keeps objects of this kind out.',
        },
        {
          scope: 'Role',
          reason:
            '1 desired object is not compared: objects of this kind are not read.',
        },
      ]);
    });

    it('understands gzip', async () => {
      api.trouble = ({ path }, response) => {
        if (path === CONFIG_MAPS) {
          response
            .writeHead(200, { 'Content-Encoding': 'gzip' })
            .end(gzipSync(listText('ConfigMap', [configMap('a')])));
          return true;
        }
        return undefined;
      };
      await expect(
        bench.scan(source(), desired(configMap('a'))),
      ).resolves.toMatchObject({ complete: true, differences: [] });
    });

    it('leaves desired objects of other namespaces and clusters out aloud', async () => {
      api.add('ConfigMap', configMap('a'));
      const elsewhere = {
        ...desired(configMap('c'))[0],
        cluster: 'another',
      };
      const observation = await bench.scan(source(), [
        ...desired(configMap('a'), configMap('b', {}, 'other')),
        elsewhere,
      ]);
      expect(observation.differences).toEqual([]);
      expect(observation.blindSpots.map(({ scope }) => scope)).toEqual([
        'namespace other',
        'cluster another',
      ]);
    });

    it.each([[[]], [[{ ...desired(configMap('a', {}, 'other'))[0] }]]])(
      'never calls a tenant clean of which nothing is compared',
      async resources => {
        const observation = await bench.scan(source(), resources);
        expect(observation.failure).toMatch(
          /has no desired state yet|None of the desired objects/,
        );
        expect(observation.complete).toBe(false);
        expect(api.requests).toEqual([]);
      },
    );

    it('takes the managers of the platform from the configuration', async () => {
      api.add('ConfigMap', {
        ...configMap('a', { mode: 'fast', extra: 'x' }),
        metadata: {
          name: 'a',
          namespace: 'tenant-acme',
          managedFields: [
            {
              manager: 'our-deployer',
              operation: 'Apply',
              apiVersion: 'v1',
              time: '2026-11-22T02:37:07Z',
              fieldsType: 'FieldsV1',
              fieldsV1: { 'f:data': { 'f:mode': {}, 'f:extra': {} } },
            },
          ],
        },
      });
      const classes = async (settings: JsonObject) =>
        (
          await bench.scan(source(settings), desired(configMap('a')))
        ).differences.map(each => each.class);
      await expect(
        classes({ platformManagers: ['our-deployer'] }),
      ).resolves.not.toContain('drift');
      await expect(
        classes({ platformManagers: ['somebody-else'] }),
      ).resolves.toContain('drift');
    });
  });

  describe('secrets', () => {
    const VALUE = 'aHVudGVyMi1wbGFudGVk';

    it('are compared by type and keys, and their values never leave the stream', async () => {
      const live = secret('db', { password: VALUE, extra: VALUE });
      api.add('Secret', {
        ...live,
        stringData: { more: VALUE },
        unknown: { deep: [VALUE, 12345678, { even: VALUE }] },
        metadata: {
          name: 'db',
          namespace: 'tenant-acme',
          annotations: {
            'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"password":"${VALUE}"}}`,
            note: 'kept',
          },
        },
      });
      const parse = jest.spyOn(JSON, 'parse');
      const observation = await bench.scan(
        source(),
        desired(secret('db', { password: '' })),
      );
      const parsed = parse.mock.calls.map(([text]) => text).join('');
      parse.mockRestore();

      expect(parsed).toContain('"note":"kept"');
      expect(parsed).not.toContain(VALUE);
      expect(parsed).not.toContain('12345678');
      expect(JSON.stringify(observation)).not.toContain(VALUE);
      expect(JSON.stringify(bench.logged)).not.toContain(VALUE);
      expect(JSON.stringify(observation.differences)).toContain('extra');
    });

    it('are not quoted where an answer is broken', async () => {
      api.trouble = ({ path }, response) => {
        if (path.endsWith('/secrets')) {
          response.writeHead(200).end(`{"items":[${VALUE}`);
          return true;
        }
        return undefined;
      };
      const observation = await bench.scan(
        source(),
        desired(secret('db', { password: '' })),
      );
      expect(observation).toMatchObject({ complete: false, differences: [] });
      expect(JSON.stringify([observation, bench.logged])).not.toContain(VALUE);
    });

    it('are not read at all where the configuration says so', async () => {
      api.add('ConfigMap', configMap('a'));
      const observation = await bench.scan(
        source({ readSecrets: false }),
        desired(configMap('a'), secret('db', { password: '' })),
      );
      expect(api.lists.join()).not.toContain('secrets');
      expect(observation.differences).toEqual([]);
      expect(observation.blindSpots.map(({ scope }) => scope)).toEqual([
        'Secret',
        'Secret',
      ]);
    });
  });

  describe('a list that cannot be read', () => {
    type Lie = (response: ServerResponse) => void;
    const broken: [string, Lie, RegExp][] = [
      [
        'is forbidden',
        response => sendStatus(response, 403),
        /may not list configmaps .* verb "list" for resource "configmaps" in API group ""/,
      ],
      [
        'is not served',
        response => sendStatus(response, 404),
        /does not serve configmaps in v1/,
      ],
      [
        'meets an error',
        response => sendStatus(response, 500),
        /answers with status 500/,
      ],
      [
        'is redirected',
        response =>
          sendStatus(response, 302, { Location: 'http://169.254.169.254/' }),
        /answers with status 302/,
      ],
      [
        'is answered by a Status with 200',
        response => send(response, { kind: 'Status', apiVersion: 'v1' }),
        /is not a list of this kind/,
      ],
      [
        'is answered by another list',
        response => response.end(listText('Secret', [secret('a', { k: 'v' })])),
        /is not a list of this kind/,
      ],
      [
        'is answered by a page of HTML',
        response => response.end('<html>Sign in</html>'),
        /not the JSON/,
      ],
      [
        'ends in the middle of its JSON',
        response =>
          response.end(listText('ConfigMap', [configMap('a')]).slice(0, -20)),
        /not the JSON/,
      ],
      [
        'breaks off before the announced length',
        response => {
          response.writeHead(200, { 'Content-Length': '1000' });
          response.write('{"kind":"ConfigMapList","items":[');
          setImmediate(() => response.destroy());
        },
        /broke off its answer/,
      ],
      [
        'resets the connection',
        response => response.destroy(),
        /broke off its answer/,
      ],
      [
        'breaks off within gzip',
        response =>
          response
            .writeHead(200, { 'Content-Encoding': 'gzip' })
            .end(
              gzipSync(listText('ConfigMap', [configMap('a')])).subarray(0, 40),
            ),
        /broke off its answer/,
      ],
      ['is empty', response => response.writeHead(200).end(), /not the JSON/],
      [
        'has null for items',
        response =>
          send(response, {
            kind: 'ConfigMapList',
            apiVersion: 'v1',
            metadata: { resourceVersion: '1' },
            items: null,
          }),
        /is not a list of this kind/,
      ],
      [
        'holds an object of another namespace',
        response =>
          response.end(listText('ConfigMap', [configMap('a', {}, 'another')])),
        /holds an object of another place/,
      ],
      [
        'names an object twice',
        response =>
          response.end(listText('ConfigMap', [configMap('a'), configMap('a')])),
        /names an object twice/,
      ],
      [
        'has no end but no continuation',
        response =>
          response.end(
            listText('ConfigMap', [configMap('a')], { remainingItemCount: 7 }),
          ),
        /ends before its end/,
      ],
      [
        'goes round in circles',
        response =>
          response.end(listText('ConfigMap', [], { continue: 'again' })),
        /leads in circles/,
      ],
      [
        'is too big',
        response =>
          response.end(
            listText('ConfigMap', [configMap('a', { big: 'x'.repeat(2e6) })]),
          ),
        /more than 1 MiB/,
      ],
      [
        'is not UTF-8',
        response => response.end(Buffer.from([0x7b, 0xff, 0x7d])),
        /not the JSON/,
      ],
    ];

    it.each(broken)(
      'because it %s makes nothing deleted, and nothing clean',
      async (_name, lie, reason) => {
        api.add('Deployment', deployment('ai-service', 2));
        api.trouble = ({ path }, response) => {
          if (path === CONFIG_MAPS) {
            lie(response);
            return true;
          }
          return undefined;
        };
        const observation = await bench.scan(
          source({ maxResponseMegabytes: 1 }),
          desired(configMap('a'), deployment('ai-service', 3)),
        );
        // What could be read still counts.
        expect(observation.differences.map(each => each.address)).toEqual([
          'tenant-acme/Deployment/ai-service',
        ]);
        expect(observation.complete).toBe(false);
        expect(observation.failure).toBeUndefined();
        expect(
          observation.blindSpots.map(({ reason: text }) => text).join('\n'),
        ).toMatch(reason);
        expect(JSON.stringify(observation)).not.toContain('planted message');
      },
    );

    it('does not count against a kind that is not served and that nobody desires', async () => {
      api.add('ConfigMap', configMap('a'));
      api.trouble = ({ path }, response) =>
        path.endsWith('/horizontalpodautoscalers')
          ? sendStatus(response, 404)
          : undefined;
      const observation = await bench.scan(source(), desired(configMap('a')));
      expect(observation).toMatchObject({
        complete: true,
        blindSpots: [{ scope: 'tenant-acme/HorizontalPodAutoscaler' }],
      });
    });

    it('is waited for no longer than a request may take', async () => {
      api.trouble = ({ path }) => path === CONFIG_MAPS || undefined;
      const observation = await bench.scan(
        source({ requestTimeout: { milliseconds: 200 } }),
        desired(configMap('a')),
      );
      expect(observation).toMatchObject({ complete: false, differences: [] });
      expect(observation.blindSpots[0].reason).toContain(
        'did not answer within 0.2 seconds',
      );
    });

    it('is started again once when the server drops it half-way', async () => {
      const many = manyConfigMaps();
      api.add('ConfigMap', ...many);
      let drops = 1;
      api.trouble = ({ path, query }, response) => {
        if (path === CONFIG_MAPS && query.has('continue') && drops > 0) {
          drops -= 1;
          return sendStatus(response, 410);
        }
        return undefined;
      };
      await expect(
        bench.scan(source(), desired(...many)),
      ).resolves.toMatchObject({ complete: true, differences: [] });
      expect(
        api.lists
          .filter(line => line.includes('configmaps'))
          .map(line => line.split('continue=')[1]),
      ).toEqual([undefined, '500', undefined, '500', '1000']);
    });

    it('is a blind spot when the server drops it twice', async () => {
      const many = manyConfigMaps();
      api.add('ConfigMap', ...many);
      api.trouble = ({ query }, response) =>
        query.has('continue') ? sendStatus(response, 410) : undefined;
      const observation = await bench.scan(source(), desired(...many));
      expect(observation).toMatchObject({ complete: false, differences: [] });
      expect(
        api.lists.filter(line => line.includes('configmaps')),
      ).toHaveLength(4);
    });

    it('is asked for again after the time that a busy server names', async () => {
      api.add('ConfigMap', configMap('a'));
      let refusals = 2;
      api.trouble = ({ path }, response) => {
        if (path === CONFIG_MAPS && refusals > 0) {
          refusals -= 1;
          return sendStatus(response, refusals ? 429 : 503, {
            'Retry-After': '0',
          });
        }
        return undefined;
      };
      await expect(
        bench.scan(source(), desired(configMap('a'))),
      ).resolves.toMatchObject({ complete: true, differences: [] });
    });

    it('is given up when the server stays busy', async () => {
      api.trouble = ({ path }, response) =>
        path === CONFIG_MAPS
          ? sendStatus(response, 429, { 'Retry-After': '0' })
          : undefined;
      const observation = await bench.scan(source(), desired(configMap('a')));
      expect(observation).toMatchObject({ complete: false, differences: [] });
      expect(observation.blindSpots[0].reason).toContain('too busy');
    });
  });

  describe('a cluster that cannot be read', () => {
    const failureOf = async (settings?: JsonObject) => {
      const observation = await bench.scan(
        source(settings),
        desired(configMap('a')),
      );
      expect(observation).toMatchObject({ complete: false, differences: [] });
      return observation.failure;
    };

    it('fails the scan when it does not accept the credentials', async () => {
      await expect(
        failureOf({
          clusters: [{ name: 'prod', url: api.url, token: 'wrong' }],
        }),
      ).resolves.toBe(
        'The API server of cluster prod does not accept the configured credentials (401).',
      );
    });

    it('fails the scan when it takes the credentials back half-way', async () => {
      api.trouble = ({ path }, response) =>
        path.endsWith('/cronjobs') ? sendStatus(response, 401) : undefined;
      await expect(failureOf()).resolves.toContain('(401)');
    });

    it('fails the scan when it refuses connections', async () => {
      await api.stop();
      await expect(failureOf()).resolves.toBe(
        'The API server of cluster prod cannot be reached: it refuses connections.',
      );
    });

    it('fails the scan when it forbids everything', async () => {
      api.trouble = (_request, response) => sendStatus(response, 403);
      await expect(failureOf()).resolves.toMatch(
        /Nothing could be read\. The drift backend may not list/,
      );
    });

    it('fails the scan when all of it takes too long', async () => {
      api.trouble = () => true;
      await expect(failureOf({ timeout: { milliseconds: 200 } })).resolves.toBe(
        'Cluster prod could not be read within 0.2 seconds.',
      );
    });

    it('is left when the scan is cancelled', async () => {
      const cancel = new AbortController();
      api.trouble = () => {
        cancel.abort(new Error('shutting down'));
        return true;
      };
      await expect(
        bench.scan(source(), desired(configMap('a')), {
          signal: cancel.signal,
        }),
      ).rejects.toThrow('shutting down');
    });

    it('is not asked by plain http over a network', async () => {
      await expect(
        failureOf({
          clusters: [
            { name: 'prod', url: 'http://kubernetes.example', token: 'x' },
          ],
        }),
      ).resolves.toContain('plain http');
    });
  });

  describe('permission', () => {
    const failureOf = async (
      location: JsonObject,
      settings: JsonObject = {},
      target: { name?: string; client?: string } = {},
    ) =>
      (
        await bench.scan(source(settings), desired(configMap('a')), {
          target: { location, ...target },
        })
      ).failure;

    it('is needed for every namespace that annotations name', async () => {
      await expect(
        failureOf({
          cluster: 'prod',
          namespaces: ['tenant-acme', 'kube-system'],
        }),
      ).resolves.toBe(
        'Nothing in drift.kubernetes.allowedNamespaces lets tenant acme be looked at in namespace kube-system of cluster prod.',
      );
      expect(api.requests).toEqual([]);
    });

    it('is granted to nobody by default', async () => {
      await expect(
        failureOf(
          { cluster: 'prod', namespaces: ['tenant-acme'] },
          { allowedNamespaces: [] },
        ),
      ).resolves.toContain('Nothing in drift.kubernetes.allowedNamespaces');
    });

    it('follows from a tenant of the configuration', async () => {
      api.add('ConfigMap', configMap('a'));
      await expect(
        failureOf(
          { cluster: 'prod', namespaces: ['tenant-acme'] },
          {
            allowedNamespaces: [],
            tenants: [
              { id: 'acme', cluster: 'prod', namespaces: ['tenant-acme'] },
            ],
          },
        ),
      ).resolves.toBeUndefined();
    });

    it.each(['other', 'http://evil.example', 'prod.evil'])(
      'does not reach clusters that are not configured: %s',
      async cluster => {
        await expect(
          failureOf({ cluster, namespaces: ['tenant-acme'] }),
        ).resolves.toBe(`No cluster with the name ${cluster} is configured.`);
      },
    );

    it('can keep a cluster to some tenants and clients', async () => {
      const clusters = [
        {
          name: 'prod',
          url: api.url,
          token: api.token,
          tenants: ['umbrella-*'],
          clients: ['umbrella'],
        },
      ];
      const location = { cluster: 'prod', namespaces: ['tenant-acme'] };
      await expect(failureOf(location, { clusters })).resolves.toContain(
        'names neither it nor its client',
      );
      api.add('ConfigMap', configMap('a'));
      await expect(
        failureOf(location, { clusters }, { client: 'umbrella' }),
      ).resolves.toBeUndefined();
    });

    it('does not take a client for a pattern', async () => {
      const settings = {
        allowedNamespaces: [{ namespaces: ['{client}', 'of-{client}-*'] }],
      };
      const location = { cluster: 'prod', namespaces: ['tenant-acme'] };
      await expect(
        failureOf(location, settings, { client: '*' }),
      ).resolves.toContain('Nothing in');
      await expect(failureOf(location, settings)).resolves.toContain(
        'Nothing in',
      );
    });

    it('warns of rules that everybody can use', () => {
      source({
        allowedNamespaces: [
          { tenants: ['acme'], namespaces: ['acme-*'] },
          { namespaces: ['tenant-{tenant}'] },
        ],
      });
      expect(bench.logged).toEqual([]);
      source({ allowedNamespaces: [{ namespaces: ['{tenant}'] }] });
      expect(bench.logged.join()).toContain(
        'Whoever may register catalog entities can have the namespaces {tenant} looked at',
      );
    });
  });

  describe('health', () => {
    it('is good when every cluster says its version', async () => {
      await expect(source().checkHealth()).resolves.toEqual({
        source: 'kubernetes',
        ok: true,
        tool: { name: 'kubernetes', version: '1.36.2' },
      });
      expect(api.requests).toEqual(['GET /version']);
    });

    it('names every cluster that is not as it should be', async () => {
      const health = await bench
        .source(
          config({
            clusters: [
              { name: 'prod', url: api.url, token: 'wrong' },
              { name: 'demo', kubeconfig: '/nowhere/kubeconfig' },
            ],
          }),
          {
            kubernetes: {
              clusterLocatorMethods: [
                {
                  type: 'config',
                  clusters: [
                    {
                      name: 'people',
                      url: 'https://people.example',
                      authProvider: 'google',
                    },
                  ],
                },
              ],
            },
          },
        )
        .checkHealth();
      expect(health).toEqual({
        source: 'kubernetes',
        ok: false,
        message:
          'The API server of cluster prod does not accept the configured credentials (401). ' +
          'The cluster demo has a kubeconfig file that does not exist. ' +
          'The cluster people is configured for Backstage with the authentication "google", and scans can use "serviceAccount" only: add it to drift.kubernetes.clusters.',
      });
    });

    it('is good with notes where only clusters of other people cannot be used', async () => {
      const health = await bench
        .source(config(), {
          kubernetes: {
            clusterLocatorMethods: [
              { type: 'gke', projectId: 'x' },
              {
                type: 'config',
                clusters: [
                  {
                    name: 'people',
                    url: 'https://people.example',
                    authProvider: 'oidc',
                  },
                ],
              },
            ],
          },
        })
        .checkHealth();
      expect(health.ok).toBe(true);
      expect(health.message).toMatch(
        /The cluster people .*"oidc".* Clusters that Backstage finds by "gke" are unknown to scans/,
      );
    });

    it('asks for a cluster when there is none', async () => {
      await expect(bench.source({}).checkHealth()).resolves.toMatchObject({
        ok: false,
        message: expect.stringContaining('drift.kubernetes.clusters'),
      });
    });
  });

  describe('capture', () => {
    it('gives whole manifests of what somebody wrote, without what the cluster added', async () => {
      api.add(
        'Deployment',
        {
          ...deployment('ai-service', 2),
          metadata: {
            name: 'ai-service',
            namespace: 'tenant-acme',
            uid: 'b3a5',
            resourceVersion: '227',
            generation: 5,
            creationTimestamp: '2026-11-22T02:37:07Z',
            managedFields: [],
            labels: { app: 'ai' },
            annotations: {
              'deployment.kubernetes.io/revision': '3',
              owner: 'team-a',
            },
          },
          status: { replicas: 2 },
        },
        deployment('scaled', 7),
      );
      api.add('HorizontalPodAutoscaler', {
        metadata: { name: 'scaled', namespace: 'tenant-acme' },
        spec: {
          scaleTargetRef: {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            name: 'scaled',
          },
          minReplicas: 2,
          maxReplicas: 9,
        },
      });
      api.add('Service', {
        metadata: { name: 'ai', namespace: 'tenant-acme' },
        spec: {
          type: 'NodePort',
          clusterIP: '10.0.0.7',
          clusterIPs: ['10.0.0.7'],
          ports: [{ port: 80, targetPort: 8080, nodePort: 31234 }],
        },
      });
      api.add(
        'ConfigMap',
        configMap('settings'),
        configMap('kube-root-ca.crt', { 'ca.crt': 'x' }),
        {
          ...configMap('made'),
          metadata: {
            name: 'made',
            namespace: 'tenant-acme',
            ownerReferences: [
              {
                apiVersion: 'example.com/v1',
                kind: 'Maker',
                name: 'm',
                uid: '1',
                controller: true,
              },
            ],
          },
        },
      );
      api.add('Secret', secret('db', { password: 'aHVudGVyMg==' }));
      api.add('StatefulSet', {
        metadata: { name: 'db', namespace: 'tenant-acme' },
        spec: {
          volumeClaimTemplates: [
            { metadata: { name: 'data' }, status: { phase: 'Pending' } },
          ],
        },
      });
      const claim = (name: string) => ({
        metadata: { name, namespace: 'tenant-acme' },
        spec: { volumeName: 'pvc-1', storageClassName: 'fast' },
      });
      api.add('PersistentVolumeClaim', claim('data-db-0'), claim('uploads'));

      const manifests = await bench.capture(source());
      expect(JSON.stringify(manifests)).not.toContain('aHVudGVyMg');
      const byName = new Map(
        manifests.map(each => [
          `${each.kind}/${(each.metadata as JsonObject).name}`,
          each,
        ]),
      );
      expect([...byName.keys()].sort()).toEqual([
        'ConfigMap/settings',
        'Deployment/ai-service',
        'Deployment/scaled',
        'HorizontalPodAutoscaler/scaled',
        'PersistentVolumeClaim/uploads',
        'Secret/db',
        'Service/ai',
        'StatefulSet/db',
      ]);
      expect(byName.get('Deployment/ai-service')).toEqual({
        ...deployment('ai-service', 2),
        metadata: {
          name: 'ai-service',
          namespace: 'tenant-acme',
          labels: { app: 'ai' },
          annotations: { owner: 'team-a' },
        },
      });
      expect(byName.get('Deployment/scaled')?.spec).not.toHaveProperty(
        'replicas',
      );
      expect(byName.get('Service/ai')?.spec).toEqual({
        type: 'NodePort',
        ports: [{ port: 80, targetPort: 8080 }],
      });
      expect(byName.get('Secret/db')).toEqual(secret('db', { password: '' }));
      expect(byName.get('PersistentVolumeClaim/uploads')?.spec).toEqual({
        storageClassName: 'fast',
      });

      const observation = await bench.scan(source(), desired(...manifests));
      expect(
        observation.differences.filter(
          each =>
            each.class === 'drift' &&
            each.resourceType !== 'PersistentVolumeClaim',
        ),
      ).toEqual([]);
    });

    it('gives nothing when not everything can be read', async () => {
      api.add('ConfigMap', configMap('a'));
      api.trouble = ({ path }, response) =>
        path.endsWith('/secrets') ? sendStatus(response, 403) : undefined;
      await expect(bench.capture(source())).rejects.toThrow(
        'half a baseline is none',
      );
    });
  });
});

function listText(
  kind: string,
  items: JsonObject[],
  metadata: JsonObject = {},
): string {
  return JSON.stringify({
    kind: `${kind}List`,
    apiVersion: 'v1',
    metadata: { resourceVersion: '1', ...metadata },
    items,
  });
}
