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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from '@backstage/types';
import { RunningKubernetes, startKubernetes } from '@infra-hub/drift-sandbox';
import { describeWithKubectl, kubectl } from './__testUtils__/kubectl';
import {
  configMap,
  deployment,
  desired,
  secret,
} from './__testUtils__/manifests';
import { SourceBench } from './__testUtils__/SourceBench';
import { READABLE_KINDS } from './read/kinds';

jest.setTimeout(120_000);

const READER = 'reader-token-planted';
const PARTIAL = 'partial-token-planted';
const PLANTED = 'aHVudGVyMi1wbGFudGVk';

describe('scans of a cluster', () => {
  let bench: SourceBench;
  let cluster: RunningKubernetes;
  let directory: string;

  beforeEach(async () => {
    bench = new SourceBench();
    directory = mkdtempSync(join(tmpdir(), 'drift-kubernetes-test-'));
    cluster = await startKubernetes({
      port: 0,
      users: [
        {
          token: READER,
          user: 'system:serviceaccount:backstage:drift',
          rules: [
            {
              verbs: ['list'],
              resources: READABLE_KINDS.map(kind => kind.resource),
              namespaces: ['tenant-acme'],
            },
          ],
        },
        {
          token: PARTIAL,
          user: 'system:serviceaccount:backstage:partial',
          rules: [
            {
              verbs: ['list'],
              resources: ['deployments'],
              namespaces: ['tenant-acme'],
            },
          ],
        },
      ],
    });
    await cluster.apply(
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'tenant-acme' },
      },
      'platform',
    );
  });

  afterEach(async () => {
    await cluster.stop();
    rmSync(directory, { recursive: true });
  });

  const source = (token = READER, settings: JsonObject = {}) => {
    const kubeconfig = join(directory, 'kubeconfig');
    writeFileSync(kubeconfig, cluster.kubeconfig({ token }));
    return bench.source({
      clusters: [{ name: 'prod', kubeconfig }],
      allowedNamespaces: [{ tenants: ['acme'], namespaces: ['tenant-acme'] }],
      ...settings,
    });
  };

  const apply = async (...objects: JsonObject[]) => {
    for (const object of objects) {
      await cluster.apply(object, 'platform');
    }
  };

  /** What somebody does by hand. */
  const patch = async (path: string, body: JsonObject, manager: string) => {
    const answer = await fetch(
      `${cluster.url}${path}?fieldManager=${manager}`,
      {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${cluster.adminToken}`,
          'content-type': 'application/merge-patch+json',
        },
        body: JSON.stringify(body),
      },
    );
    expect(answer.status).toBe(200);
  };

  it('are clean after the platform applied, and tell who changed what by hand', async () => {
    const wanted = [
      deployment('ai-service', 3),
      configMap('ai-service-config', { 'query.timeout': '60s' }),
      secret('db', { password: PLANTED }),
    ];
    await apply(...wanted);
    const state = desired(wanted[0], wanted[1], secret('db', { password: '' }));
    const clean = await bench.scan(source(), state);
    expect(clean).toMatchObject({ complete: true, blindSpots: [] });
    expect(clean.failure).toBeUndefined();
    expect(clean.differences.filter(each => each.class === 'drift')).toEqual(
      [],
    );

    await patch(
      '/apis/apps/v1/namespaces/tenant-acme/deployments/ai-service',
      { spec: { replicas: 2 } },
      'kubectl-edit',
    );
    await patch(
      '/api/v1/namespaces/tenant-acme/configmaps/ai-service-config',
      { data: { 'query.timeout': '30s' } },
      'kubectl-edit',
    );
    const drifted = await bench.scan(source(), state);
    expect(
      drifted.differences
        .filter(each => each.class === 'drift')
        .map(each => ({
          address: each.address,
          who: each.attribution?.who,
          fields: each.fields.map(field => [
            field.label,
            field.desired,
            field.actual,
          ]),
        })),
    ).toEqual(
      expect.arrayContaining([
        {
          address: 'tenant-acme/Deployment/ai-service',
          who: expect.stringContaining('kubectl-edit'),
          fields: [['replicas', 3, 2]],
        },
        {
          address: 'tenant-acme/ConfigMap/ai-service-config',
          who: expect.stringContaining('kubectl-edit'),
          fields: [['data[query.timeout]', '60s', '30s']],
        },
      ]),
    );
    expect(JSON.stringify([clean, drifted, bench.logged])).not.toContain(
      PLANTED,
    );
  });

  it('only ever list, by the role of the documentation', async () => {
    await apply(configMap('a'));
    cluster.clearRequests();
    const observation = await bench.scan(source(), desired(configMap('a')));
    expect(observation).toMatchObject({ complete: true, blindSpots: [] });
    expect(new Set(cluster.requests.map(({ method }) => method))).toEqual(
      new Set(['GET']),
    );
    expect(
      cluster.requests.filter(({ resource }) => resource).map(r => r.verb),
    ).toEqual(READABLE_KINDS.map(() => 'list'));
  });

  it('do not take what the role does not show for deleted', async () => {
    await apply(configMap('a'), deployment('ai-service', 3));
    const observation = await bench.scan(
      source(PARTIAL),
      desired(configMap('a'), deployment('ai-service', 3)),
    );
    expect(observation.complete).toBe(false);
    expect(
      observation.differences.filter(each => each.class === 'drift'),
    ).toEqual([]);
    expect(observation.blindSpots).toContainEqual({
      scope: 'tenant-acme/ConfigMap',
      reason:
        'The drift backend may not list configmaps in namespace tenant-acme: its role needs the verb "list" for resource "configmaps" in API group "".',
    });
  });

  it('fail when the token is not known', async () => {
    await expect(
      bench.scan(source('unknown'), desired(configMap('a'))),
    ).resolves.toMatchObject({ failure: expect.stringContaining('(401)') });
  });

  it('read a list again that expired half-way, and give it up when that happens again', async () => {
    const many = manyConfigMaps(501);
    await apply(...many);
    cluster.faults.set([
      {
        resource: 'configmaps',
        midList: true,
        times: 1,
        effect: { type: 'status', code: 410 },
      },
    ]);
    await expect(bench.scan(source(), desired(...many))).resolves.toMatchObject(
      { complete: true },
    );
    cluster.faults.set([
      {
        resource: 'configmaps',
        midList: true,
        effect: { type: 'status', code: 410 },
      },
    ]);
    const observation = await bench.scan(source(), desired(...many));
    expect(observation.complete).toBe(false);
    expect(
      observation.differences.filter(each => each.rule === 'missing-object'),
    ).toEqual([]);
  });

  it.each([
    ['is cut', { type: 'cut', bytes: 200 }],
    ['is truncated', { type: 'truncate', bytes: 200 }],
    ['hangs', { type: 'hang' }],
    ['is an error', { type: 'status', code: 500 }],
  ] as const)('survive an answer that %s', async (_name, effect) => {
    await apply(configMap('a'), configMap('b'));
    cluster.faults.set([{ resource: 'configmaps', effect }]);
    const observation = await bench.scan(
      source(READER, { requestTimeout: { milliseconds: 500 } }),
      desired(configMap('a'), configMap('b')),
    );
    expect(observation.complete).toBe(false);
    expect(
      observation.differences.filter(each => each.rule === 'missing-object'),
    ).toEqual([]);
  });

  it('capture a baseline after which the tenant is clean', async () => {
    await apply(
      deployment('ai-service', 3),
      configMap('a'),
      secret('db', { password: PLANTED }),
    );
    const manifests = await bench.capture(source());
    expect(manifests.map(each => each.kind).sort()).toEqual([
      'ConfigMap',
      'Deployment',
      'Secret',
    ]);
    expect(JSON.stringify(manifests)).not.toContain(PLANTED);
    const observation = await bench.scan(source(), desired(...manifests));
    expect(observation.complete).toBe(true);
    expect(
      observation.differences.filter(each => each.class === 'drift'),
    ).toEqual([]);
  });

  describe('over TLS', () => {
    let secure: RunningKubernetes;

    beforeEach(async () => {
      secure = await startKubernetes({ port: 0, tls: true });
      await secure.apply(
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'tenant-acme' },
        },
        'platform',
      );
    });

    afterEach(async () => {
      await secure.stop();
    });

    it('trust the certificate that the kubeconfig names, and no other', async () => {
      await secure.apply(configMap('a'), 'platform');
      const { url, adminToken: token, certificate = '' } = secure;
      const scan = async (access: JsonObject) =>
        await bench.scan(
          source(READER, { clusters: [{ name: 'prod', ...access }] }),
          desired(configMap('a')),
        );
      const caData = Buffer.from(certificate).toString('base64');
      await expect(scan({ url, token, caData })).resolves.toMatchObject({
        complete: true,
        blindSpots: [],
      });
      await expect(
        scan({ url, token, skipTLSVerify: true }),
      ).resolves.toMatchObject({ complete: true });
      await expect(scan({ url, token })).resolves.toMatchObject({
        failure:
          'The API server of cluster prod cannot be reached: its certificate is not trusted.',
      });
    });

    describeWithKubectl('beside kubectl', () => {
      it('need a hundredth of the requests of kubectl diff for 1,000 objects', async () => {
        // The cluster itself puts one into every namespace.
        const many = manyConfigMaps(999);
        for (const object of many) {
          await secure.apply(object, 'platform');
        }
        const manifest = join(directory, 'desired.json');
        writeFileSync(
          manifest,
          JSON.stringify({ apiVersion: 'v1', kind: 'List', items: many }),
        );
        const kubeconfig = join(directory, 'secure');
        writeFileSync(kubeconfig, secure.kubeconfig());

        secure.clearRequests();
        const observation = await bench.scan(
          source(READER, {
            clusters: [{ name: 'prod', kubeconfig }],
            kinds: ['ConfigMap'],
          }),
          desired(...many),
        );
        expect(observation).toMatchObject({ complete: true });
        const ours = secure.requests.filter(each => each.resource).length;
        expect(ours).toBe(2);

        secure.clearRequests();
        const { exitCode, output } = await kubectl([
          '--kubeconfig',
          kubeconfig,
          `--cache-dir=${join(directory, 'cache')}`,
          'diff',
          '-f',
          manifest,
        ]);
        expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' });
        const theirs = secure.requests.length;
        expect(theirs).toBeGreaterThanOrEqual(999);
        expect(theirs / ours).toBeGreaterThanOrEqual(100);
      });
    });
  });
});

function manyConfigMaps(count: number): JsonObject[] {
  return Array.from({ length: count }, (_, index) =>
    configMap(`config-${index}`),
  );
}
