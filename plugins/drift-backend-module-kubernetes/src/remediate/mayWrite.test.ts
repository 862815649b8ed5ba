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

import { WriteRefused } from '@infra-hub/backstage-plugin-drift-node';
import {
  KubernetesAdmission,
  RunningKubernetes,
  startKubernetes,
} from '@infra-hub/drift-sandbox';
import { configMap, deployment, desired } from '../__testUtils__/manifests';
import { NAMESPACE, RemediationBench } from '../__testUtils__/RemediationBench';
import { READABLE_KINDS } from '../read/kinds';

jest.setTimeout(60_000);

const TOKEN = 'token-planted';
const STOPPED = 'All remediation is stopped.';
const SETTINGS = `${NAMESPACE}/ConfigMap/settings`;
const AI = `${NAMESPACE}/Deployment/ai`;

describe('a stop while a cluster is repaired', () => {
  let cluster: RunningKubernetes;
  let bench: RemediationBench;
  let stopped: boolean;
  let admit: (admission: KubernetesAdmission) => KubernetesAdmission['object'];

  beforeEach(async () => {
    stopped = false;
    admit = ({ object }) => object;
    cluster = await startKubernetes({
      port: 0,
      users: [
        {
          token: TOKEN,
          user: 'all',
          rules: [
            {
              verbs: ['list', 'create', 'patch', 'delete'],
              resources: READABLE_KINDS.map(kind => kind.resource),
              namespaces: [NAMESPACE],
            },
          ],
        },
      ],
      admit: admission => admit(admission),
    });
    const wanted = [deployment('ai', 3), configMap('settings')];
    for (const object of [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      ...wanted,
    ]) {
      await cluster.apply(object, 'platform');
    }
    const { apiVersion, kind } = wanted[0] as Record<string, string>;
    cluster
      .as('kubectl')
      .scale({ apiVersion, kind, namespace: NAMESPACE, name: 'ai' }, 7);
    cluster.as('kubectl-edit').patch(
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: NAMESPACE,
        name: 'settings',
      },
      { data: { more: 'by hand' } },
    );
    bench = new RemediationBench({ cluster, token: TOKEN, writeToken: TOKEN });
    bench.resources = desired(...wanted);
    bench.mayWrite = async () => {
      if (stopped) {
        throw new WriteRefused(STOPPED);
      }
    };
  });

  afterEach(async () => {
    await cluster.stop();
  });

  const writes = () =>
    cluster.requests.filter(
      each => each.verb !== 'list' && each.resource && !each.query.dryRun,
    );

  it('writes nothing when it comes during the fresh look', async () => {
    const { hash } = await bench.preview();
    cluster.clearRequests();
    // The dry runs of the fresh look
    admit = ({ object }) => {
      stopped = true;
      return object;
    };
    const outcome = await bench.apply(hash);
    expect(stopped).toBe(true);
    expect(writes()).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'failed' });
    expect(outcome.objects).toEqual(
      expect.arrayContaining(
        [SETTINGS, AI].map(address => ({
          address,
          outcome: 'skipped',
          message: STOPPED,
        })),
      ),
    );
    expect(await bench.drift()).not.toEqual([]);
  });

  it('leaves what is not written yet when it comes in between', async () => {
    const { hash } = await bench.preview();
    cluster.clearRequests();
    admit = ({ object, dryRun }) => {
      stopped ||= !dryRun;
      return object;
    };
    const outcome = await bench.apply(hash);
    expect(writes()).toHaveLength(1);
    expect(outcome).toMatchObject({
      kind: 'partial',
      message: '1 of 2 objects were changed, 0 failed and 1 were not reached.',
      objects: [
        { outcome: 'applied' },
        { outcome: 'skipped', message: STOPPED },
      ],
    });
  });
});
