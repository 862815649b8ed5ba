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

import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readKubernetesConfig } from './KubernetesConfig';

describe('readKubernetesConfig', () => {
  const read = (kubernetes: JsonObject, root: JsonObject = {}) =>
    readKubernetesConfig(new ConfigReader({ ...root, drift: { kubernetes } }));

  it('is safe and complete without any setting', () => {
    const config = readKubernetesConfig(new ConfigReader({}));
    expect(config).toMatchObject({
      clusters: [],
      tenants: [],
      allowedNamespaces: [],
      readSecrets: true,
      timeoutMs: 300_000,
      requestTimeoutMs: 30_000,
      maxResponseBytes: 64 * 1024 * 1024,
      concurrency: 6,
    });
    expect(config.kinds.map(({ resource }) => resource)).toEqual([
      'deployments',
      'statefulsets',
      'daemonsets',
      'services',
      'configmaps',
      'secrets',
      'ingresses',
      'networkpolicies',
      'horizontalpodautoscalers',
      'persistentvolumeclaims',
      'serviceaccounts',
      'cronjobs',
    ]);
  });

  it('reads the credentials by which drift is repaired', () => {
    const url = 'https://c.example:6443';
    const { clusters, fieldManager } = read({
      clusters: [
        { name: 'a', kubeconfig: '/etc/a' },
        {
          name: 'b',
          url,
          token: 'reads',
          caData: 'Y2E=',
          remediation: { token: 'writes' },
        },
        {
          name: 'c',
          url,
          token: 'reads',
          remediation: { kubeconfig: '/etc/c', context: 'w' },
        },
      ],
    });
    expect(fieldManager).toBe('infra-hub-drift');
    expect(clusters.map(({ remediation }) => remediation)).toEqual([
      undefined,
      {
        type: 'token',
        url: expect.stringMatching(/^https:\/\/c\.example:6443/),
        token: 'writes',
        caData: 'Y2E=',
        skipTLSVerify: false,
      },
      { type: 'kubeconfig', file: '/etc/c', context: 'w' },
    ]);
    expect(() =>
      read({
        clusters: [
          { name: 'a', kubeconfig: '/a', remediation: { token: 'planted' } },
        ],
      }),
    ).toThrow('drift.kubernetes.clusters[0].remediation.token needs the url');
    expect(() =>
      read({ remediation: { fieldManager: 'x'.repeat(129) } }),
    ).toThrow('drift.kubernetes.remediation.fieldManager');
  });

  it('reads clusters in every form', () => {
    const { clusters } = read({
      clusters: [
        { name: 'a', kubeconfig: '/etc/a', context: 'x', tenants: ['acme'] },
        { name: 'b', inCluster: true, clients: ['acme'] },
        {
          name: 'c',
          url: 'https://c.example:6443/prefix',
          token: 'planted',
          caData: 'Y2E=',
        },
      ],
    });
    expect(clusters).toMatchObject([
      {
        name: 'a',
        access: { type: 'kubeconfig', file: '/etc/a', context: 'x' },
        tenants: ['acme'],
      },
      { name: 'b', access: { type: 'inCluster' }, clients: ['acme'] },
      {
        name: 'c',
        access: {
          type: 'token',
          url: 'https://c.example:6443/prefix',
          token: 'planted',
          caData: 'Y2E=',
          skipTLSVerify: false,
        },
      },
    ]);
  });

  it("takes the clusters of Backstage's Kubernetes plugin, and its own before them", () => {
    const cluster = (name: string, more: JsonObject) => ({
      name,
      url: `https://${name}.example`,
      ...more,
    });
    const { clusters } = read(
      { clusters: [{ name: 'twice', kubeconfig: '/etc/own' }] },
      {
        kubernetes: {
          serviceLocatorMethod: { type: 'multiTenant' },
          clusterLocatorMethods: [
            { type: 'gke', projectId: 'x' },
            {
              type: 'config',
              clusters: [
                cluster('twice', { authProvider: 'serviceAccount' }),
                cluster('token', {
                  authProvider: 'serviceAccount',
                  serviceAccountToken: 'planted',
                  caData: 'Y2E=',
                  skipTLSVerify: true,
                }),
                cluster('people', { authProvider: 'google' }),
                cluster('metadata', {
                  authMetadata: {
                    'kubernetes.io/auth-provider': 'serviceAccount',
                  },
                }),
              ],
            },
          ],
        },
      },
    );
    expect(clusters.map(({ name, access }) => [name, access.type])).toEqual([
      ['twice', 'kubeconfig'],
      ['token', 'token'],
      ['people', 'unusable'],
      ['metadata', 'token'],
    ]);
    expect(clusters[1].access).toMatchObject({
      url: 'https://token.example',
      token: 'planted',
      caData: 'Y2E=',
      skipTLSVerify: true,
    });
  });

  it('keeps Secrets out, and to the named kinds', () => {
    const kinds = (settings: JsonObject) =>
      read(settings).kinds.map(({ kind }) => kind);
    expect(kinds({ readSecrets: false })).not.toContain('Secret');
    expect(kinds({ kinds: ['Secret', 'Deployment'] })).toEqual([
      'Deployment',
      'Secret',
    ]);
  });

  it.each<[string, JsonObject]>([
    [
      'drift.kubernetes.clusters[0] needs exactly one',
      { clusters: [{ name: 'a' }] },
    ],
    [
      'drift.kubernetes.clusters[0] needs exactly one',
      { clusters: [{ name: 'a', inCluster: true, kubeconfig: '/a' }] },
    ],
    [
      'drift.kubernetes.clusters[0].url must not hold credentials',
      {
        clusters: [
          { name: 'a', url: 'https://me:planted@a.example', token: 'planted' },
        ],
      },
    ],
    [
      'drift.kubernetes.clusters[0].url must be an http or https URL',
      { clusters: [{ name: 'a', url: 'a.example', token: 'planted' }] },
    ],
    [
      'two clusters with the name a',
      {
        clusters: [
          { name: 'a', inCluster: true },
          { name: 'a', kubeconfig: '/a' },
        ],
      },
    ],
    [
      'drift.kubernetes.tenants[0].namespaces',
      { tenants: [{ id: 'acme', namespaces: ['*'] }] },
    ],
    [
      'drift.kubernetes.tenants[0].namespaces is empty',
      { tenants: [{ id: 'acme', namespaces: [] }] },
    ],
    ['drift.kubernetes.kinds must hold some of', { kinds: ['Pod'] }],
    ['drift.kubernetes.kinds must hold some of', { kinds: [] }],
    ['drift.kubernetes.timeout', { timeout: 'soon' }],
    ['drift.kubernetes.requestTimeout', { requestTimeout: { seconds: 0 } }],
    ['drift.kubernetes.concurrency', { concurrency: 1.5 }],
  ])('refuses, by name and without values: %s', (message, settings) => {
    expect(() => read(settings)).toThrow(message);
    expect(() => read(settings)).not.toThrow('planted');
  });
});
