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
  KubernetesAdmission,
  RunningKubernetes,
} from '@infra-hub/drift-sandbox';

/** A small generator of chance (mulberry32), so that a seed gives the same edits again. */
export function chance(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

export interface Edited {
  apiVersion: string;
  kind: string;
  namespace: string;
  name: string;
}

/** As the sandbox takes it. */
type Patch = KubernetesAdmission['object'];

const MANAGERS = ['kubectl', 'kubectl-edit', 'kubectl-patch', 'k9s', 'curl'];

const container = (change: Patch): Patch => ({
  spec: { template: { spec: { containers: [{ name: 'main', ...change }] } } },
});

/** What people do by hand, as strategic merge patches. */
const PATCHES: Record<string, ((n: number) => Patch)[]> = {
  Deployment: [
    n => container({ image: `registry.example/other:${n}` }),
    n => container({ env: [{ name: 'MODE', value: `by-hand-${n}` }] }),
    n => container({ env: [{ name: `ADDED_${n}`, value: 'x' }] }),
    () => container({ env: [{ name: 'MODE', $patch: 'delete' }] }),
    () =>
      container({
        env: [{ name: 'API_KEY', value: 'literal', valueFrom: null }],
      }),
    n => container({ resources: { limits: { cpu: `${n + 1}` } } }),
    () => container({ resources: { limits: null } }),
    n => container({ ports: [{ containerPort: 9000 + n, name: 'debug' }] }),
    n => container({ args: ['--verbose', `--level=${n}`] }),
    () =>
      container({
        readinessProbe: { httpGet: null, tcpSocket: { port: 8080 } },
      }),
    n => ({
      spec: {
        template: {
          spec: { containers: [{ name: 'sidecar', image: `side:${n}` }] },
        },
      },
    }),
    n => ({
      spec: { template: { metadata: { annotations: { note: `n${n}` } } } },
    }),
    n => ({ spec: { template: { spec: { hostNetwork: n % 2 === 0 } } } }),
    n => ({
      spec: {
        template: {
          spec: { tolerations: [{ key: `k${n}`, operator: 'Exists' }] },
        },
      },
    }),
    () => ({ spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }),
    n => ({ spec: { minReadySeconds: n, paused: true } }),
    n => ({ metadata: { labels: { [`hand-${n}`]: 'yes' } } }),
    () => ({ metadata: { labels: { app: null } } }),
  ],
  ConfigMap: [
    n => ({ data: { 'query.timeout': `${n}s` } }),
    n => ({ data: { [`added.${n}`]: 'x' } }),
    () => ({ data: { 'log.level': null } }),
    () => ({ data: null }),
  ],
  Secret: [n => ({ data: { [`extra-${n}`]: 'aGFuZA==' } })],
  Service: [
    () => ({ spec: { type: 'NodePort' } }),
    n => ({ spec: { ports: [{ port: 8000 + n, name: `extra${n}` }] } }),
    () => ({
      spec: {
        ports: [
          { $patch: 'replace' } as Patch,
          { port: 81, name: 'http' } as Patch,
        ],
      },
    }),
    () => ({ spec: { ports: [{ port: 80, targetPort: 9999 }] } }),
    () => ({ spec: { selector: { app: 'other', tier: 'x' } } }),
    n => ({ metadata: { annotations: { note: `n${n}` } } }),
    () => ({ spec: { sessionAffinity: 'ClientIP' } }),
  ],
  Ingress: [
    n => ({
      metadata: { annotations: { 'nginx.ingress.kubernetes.io/x': `${n}` } },
    }),
    () => ({
      spec: {
        rules: [
          {
            host: 'evil.example',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'x', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
    () => ({ spec: { tls: null } }),
  ],
  NetworkPolicy: [
    () => ({ spec: { ingress: [{}] } }),
    () => ({ spec: { policyTypes: ['Ingress', 'Egress'] } }),
    () => ({ spec: { ingress: null } }),
  ],
  HorizontalPodAutoscaler: [
    n => ({ spec: { maxReplicas: 20 + n } }),
    () => ({ spec: { minReplicas: 1 } }),
  ],
  StatefulSet: [
    n => ({ spec: { replicas: 5 + n } }),
    n => ({ metadata: { labels: { hand: `${n}` } } }),
  ],
};

/** Does one thing by hand, and says what. */
export function editByHand(
  cluster: RunningKubernetes,
  object: Edited,
  random: (below: number) => number,
): string {
  const manager = MANAGERS[random(MANAGERS.length)];
  const console = cluster.as(manager);
  const choices = PATCHES[object.kind] ?? [
    (n: number): Patch => ({ metadata: { labels: { hand: `${n}` } } }),
  ];
  const dice = random(12);
  if (dice === 0 && object.kind !== 'Secret') {
    console.delete(object);
    return `delete ${object.kind}/${object.name}`;
  }
  if (dice === 1 && object.kind === 'Deployment') {
    console.scale(object, random(6));
    return `scale ${object.name}`;
  }
  const patch = choices[random(choices.length)](random(5));
  console.patch(object, patch);
  return `${manager} ${object.kind}/${object.name} ${JSON.stringify(patch)}`;
}
