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

import { assess } from '../assess/assess';
import { fromPointer } from '../diff/pointer';
import { explainFinding } from '../explain/explainFinding';
import { told } from './__testUtils__/cluster';
import {
  recorded,
  recordedDesired,
  recordedLive,
  recordedNames,
} from './__testUtils__/recorded';
import { compareKubernetes } from './compareKubernetes';
import { KubernetesObject } from './KubernetesObject';
import { readKubernetesAnswers } from './read/readAnswers';

const drifted = () =>
  recordedLive(...recordedNames('live-drifted-'), 'live-clean-secrets-db.json');

describe('objects recorded from an API server 1.36.2', () => {
  it('are clean before anybody touched them', () => {
    const observation = compareKubernetes({
      desired: recordedDesired(),
      live: recordedLive(...recordedNames('live-clean-')),
    });
    expect(told(observation)).toEqual([]);
    expect(assess(observation)).toMatchObject({
      status: 'clean',
      totalResources: 7,
      blindSpots: [],
      warnings: [],
    });
  });

  it('show all that was changed by hand and nothing else, with who did it', () => {
    const observation = compareKubernetes({
      desired: recordedDesired(),
      live: drifted(),
    });
    const people = '(kubectl-label, kubectl-set, kubectl)';
    expect(told(observation)).toEqual([
      'drift ConfigMap/ai-service-config data[extra.key]: - → "x" (kubectl-patch)',
      'drift ConfigMap/ai-service-config data[query.timeout]: "60s" → "30s" (kubectl-patch)',
      `drift Deployment/ai-service containers[main].env[DEBUG]: - → "1" ${people}`,
      `drift Deployment/ai-service containers[main].image: "registry.local/ai:1.4.2" → "registry.local/ai:1.4.3-hotfix" ${people}`,
      `drift Deployment/ai-service containers[main].resources.limits.cpu: "500m" → "2" ${people}`,
      `drift Deployment/ai-service containers[main].resources.limits.memory: "512Mi" → "2Gi" ${people}`,
      `drift Deployment/ai-service labels[hotfix]: - → "true" ${people}`,
      `drift Deployment/ai-service replicas: 3 → 2 ${people}`,
      'drift Ingress/ai annotations[nginx/timeout]: - → "5" (kubectl-annotate)',
      'drift NetworkPolicy/deny missing',
      'drift Service/ai type: - → "NodePort" (kubectl-patch)',
    ]);
    expect(
      observation.differences.find(each => each.resourceType === 'Deployment')
        ?.attribution,
    ).toEqual({
      who: 'kubectl-label, kubectl-set, kubectl',
      when: '2026-11-22T02:37:08Z',
      how: 'Update, Update/scale',
      evidence: 'managedFields',
    });
    expect(told(observation, ['expected'])).toEqual([
      'expected Service/ai clusterIP: - → "10.96.162.225"',
      'expected Service/ai clusterIPs: - → ["10.96.162.225"]',
      'expected Service/ai ipFamilies: - → ["IPv4"]',
      'expected Service/ai ports[80/TCP].nodePort: - → 32754',
    ]);
  });

  it('have pointers that lead to the value that is told', () => {
    const live = drifted();
    const { differences } = compareKubernetes({
      desired: recordedDesired(),
      live,
    });
    const fields = differences.flatMap(difference => {
      const object = live.find(
        each =>
          each.kind === difference.resourceType &&
          each.metadata.name === difference.resourceName,
      );
      return difference.fields.map(field => ({ object, field }));
    });
    expect(fields.length).toBe(14);
    for (const { object, field } of fields) {
      expect(at(object, field.path)).toEqual(field.actual);
    }
  });

  it('are rated as the seed rates them', () => {
    const report = assess(
      compareKubernetes({ desired: recordedDesired(), live: drifted() }),
    );
    expect(report).toMatchObject({
      status: 'drifted',
      risk: 'critical',
      driftedResources: 5,
      totalResources: 7,
    });
    expect(
      report.findings
        .filter(each => each.class === 'drift')
        .map(each => `${each.resourceType} ${each.severity}`),
    ).toEqual([
      'NetworkPolicy critical',
      'Deployment high',
      'Service high',
      'ConfigMap medium',
      'Ingress low',
    ]);
  });

  it('read well when they are put into words', () => {
    const report = assess(
      compareKubernetes({ desired: recordedDesired(), live: drifted() }),
    );
    const words = report.findings
      .filter(each => each.class === 'drift')
      .map(each => explainFinding(each).description);
    expect(words).toEqual([
      "Network policy 'deny' is desired, but does not exist.",
      expect.stringContaining('Deployment'),
      expect.stringContaining("'NodePort'"),
      expect.stringContaining("'30s'"),
      expect.stringContaining('nginx/timeout'),
    ]);
  });

  it.each([
    'forbidden-403.json',
    'notfound-404.json',
    'unauthorized-401.json',
    'unknown-type-404.json',
    'list-continue-bad.json',
    'list-chunk-1.json',
    'watch-expired-410.json',
  ])('never take %s for objects that are gone', name => {
    const answers = readKubernetesAnswers([recorded(name)]);
    const observation = compareKubernetes({
      desired: recordedDesired(),
      ...answers,
    });
    expect(told(observation)).toEqual([]);
    expect(observation.complete).toBe(false);
    expect(
      answers.failures.length + observation.blindSpots.length,
    ).toBeGreaterThan(0);
  });

  it('stay listed kinds when another kind is refused', () => {
    const answers = readKubernetesAnswers([
      recorded('forbidden-403.json'),
      recorded('live-drifted-configmaps-ai-service-config.json'),
    ]);
    expect(
      told(compareKubernetes({ desired: recordedDesired(), ...answers })),
    ).toEqual([
      'drift ConfigMap/ai-service-config data[extra.key]: - → "x" (kubectl-patch)',
      'drift ConfigMap/ai-service-config data[query.timeout]: "60s" → "30s" (kubectl-patch)',
    ]);
  });

  it('never let the value of a Secret out', () => {
    const desired = recordedDesired();
    const live = drifted();
    const secret = live.find(each => each.kind === 'Secret')!;
    secret.data = { pw: 'Y2FuYXJ5LXZhbHVl', extra: 'Y2FuYXJ5LXZhbHVl' };
    secret.metadata.annotations = {
      'kubectl.kubernetes.io/last-applied-configuration':
        '{"stringData":{"pw":"canary-value"}}',
    };
    const observation = compareKubernetes({ desired, live });
    expect(told(observation)).toContain(
      'drift Secret/db data[extra]: sensitive',
    );
    const text = JSON.stringify(assess(observation));
    for (const canary of ['hunter2', 'aHVudGVyMg', 'canary', 'Y2FuYXJ5']) {
      expect(text).not.toContain(canary);
    }
  });
});

function at(object: KubernetesObject | undefined, pointer: string): unknown {
  return fromPointer(pointer).reduce<unknown>(
    (value, step) => (value as Record<string, unknown>)[step],
    object,
  );
}
