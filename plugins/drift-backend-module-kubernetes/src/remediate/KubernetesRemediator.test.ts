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
import {
  SENSITIVE_DESIRED_VALUE,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  KubernetesAdmission,
  KubernetesUser,
  RunningKubernetes,
  startKubernetes,
} from '@infra-hub/drift-sandbox';
import { describeWithKubectl, kubectl } from '../__testUtils__/kubectl';
import {
  configMap,
  deployment,
  desired,
  secret,
} from '../__testUtils__/manifests';
import {
  BenchOptions,
  NAMESPACE,
  RemediationBench,
} from '../__testUtils__/RemediationBench';
import { READABLE_KINDS } from '../read/kinds';

jest.setTimeout(120_000);

const READER = 'reader-token-planted';
const WRITER = 'writer-token-planted';
const PLANTED = 'hunter2-planted';
/** Requests that are no dry runs. */
const REAL = /\?fieldManager=|\/(?!.*\?)[^/]+$/;

const resources = READABLE_KINDS.map(kind => kind.resource);
const users: KubernetesUser[] = [
  {
    token: READER,
    user: 'reader',
    rules: [{ verbs: ['list'], resources, namespaces: [NAMESPACE] }],
  },
  {
    token: WRITER,
    user: 'writer',
    rules: [
      {
        verbs: ['create', 'patch', 'delete'],
        resources,
        namespaces: [NAMESPACE],
      },
    ],
  },
];

const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace: NAMESPACE,
  name: 'ai',
};
const CONFIG = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: NAMESPACE,
  name: 'settings',
};
const AI = `${NAMESPACE}/Deployment/ai`;
const SETTINGS = `${NAMESPACE}/ConfigMap/settings`;

/** An object as the sandbox has it. */
type Stored = KubernetesAdmission['object'];

const container = (change: Stored): Stored => ({
  spec: { template: { spec: { containers: [{ name: 'main', ...change }] } } },
});

describe('reverting drift in a cluster', () => {
  let cluster: RunningKubernetes;
  let bench: RemediationBench;
  /** What a webhook does meanwhile. */
  let admit: (admission: KubernetesAdmission) => Stored;

  beforeEach(async () => {
    admit = ({ object }) => object;
    cluster = await startKubernetes({
      port: 0,
      users,
      admit: admission => admit(admission),
    });
    await cluster.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      'platform',
    );
  });

  afterEach(async () => {
    await cluster.stop();
  });

  /** A tenant whose desired objects were applied. */
  const given = async (
    wanted: JsonObject[],
    options: Partial<BenchOptions> = {},
  ) => {
    for (const object of wanted) {
      await cluster.apply(object, 'platform');
    }
    bench = new RemediationBench({
      cluster,
      token: READER,
      writeToken: WRITER,
      ...options,
    });
    bench.resources = desired(...wanted);
  };

  const byHand = (name: typeof DEPLOYMENT, patch: Stored) =>
    cluster.as('kubectl-edit').patch(name, patch);
  const find = (name: typeof DEPLOYMENT) => cluster.as('test').find(name);
  const writes = () =>
    cluster.requests.filter(each => each.verb !== 'list' && each.resource);
  const realWrites = () => writes().filter(each => !each.query.dryRun);

  it('sets drifted fields back by server-side apply, and says before what that will do', async () => {
    await given([deployment('ai', 3), configMap('settings')]);
    cluster.as('kubectl').scale(DEPLOYMENT, 7);
    expect(await bench.drift()).toEqual([`${AI} replicas`]);

    cluster.clearRequests();
    const plan = await bench.preview();
    expect(plan).toMatchObject({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      changes: [
        {
          address: AI,
          resourceType: 'Deployment',
          resourceName: 'ai',
          change: 'update',
          class: 'drift',
          fields: [
            {
              path: '/spec/replicas',
              label: 'replicas',
              desired: 3,
              actual: 7,
            },
          ],
        },
      ],
      warnings: [`Fields of ${AI} are taken over from kubectl.`],
      blindSpots: [],
      evidence: 'live-objects',
      tool: { name: 'kubernetes' },
    });
    expect(realWrites()).toEqual([]);
    expect(find(DEPLOYMENT)).toMatchObject({ spec: { replicas: 7 } });

    cluster.clearRequests();
    expect(await bench.apply(plan.hash)).toEqual({
      kind: 'applied',
      message: '1 object was changed.',
      objects: [{ address: AI, outcome: 'applied' }],
    });
    expect(realWrites()).toEqual([
      expect.objectContaining({
        verb: 'patch',
        user: 'writer',
        query: { fieldManager: 'infra-hub-drift', force: 'true' },
        body: expect.objectContaining({
          metadata: expect.objectContaining({
            uid: expect.any(String),
            resourceVersion: expect.any(String),
          }),
        }),
      }),
    ]);
    expect(await bench.drift()).toEqual([]);
    expect(bench.log).toEqual([
      'The fresh look is the one that was approved: 1 objects.',
      `${AI}: changed back by server-side apply.`,
    ]);
    // Scans and looks only ever list.
    expect(
      new Set(
        cluster.requests
          .filter(each => each.user === 'reader' && each.resource)
          .map(each => each.verb),
      ),
    ).toEqual(new Set(['list']));
  });

  it('takes nothing back that was repaired before', async () => {
    await given([deployment('ai', 3)]);
    cluster.as('kubectl').scale(DEPLOYMENT, 7);
    await bench.revert();
    byHand(DEPLOYMENT, container({ image: 'ai:by-hand' }));
    await bench.revert();
    expect(find(DEPLOYMENT)).toMatchObject({
      spec: {
        replicas: 3,
        template: { spec: { containers: [{ image: 'ai:1.2' }] } },
      },
    });
    expect(await bench.drift()).toEqual([]);
  });

  it('removes what others added, which an apply would leave', async () => {
    await given([deployment('ai', 3), configMap('settings')]);
    byHand(
      DEPLOYMENT,
      container({
        image: 'ai:by-hand',
        env: [
          { name: 'ONE', value: '1' },
          { name: 'TWO', value: '2' },
        ],
      }),
    );
    byHand(CONFIG, {
      data: { added: 'x' },
      metadata: { labels: { added: 'y' } },
    });
    const { plan, outcome } = await bench.revert();
    expect(
      plan.changes.map(each => [each.address, each.fields.length]),
    ).toEqual([
      [SETTINGS, 2],
      [AI, 3],
    ]);
    expect(outcome).toMatchObject({ kind: 'applied' });
    const [first] = realWrites();
    expect(first).toMatchObject({ resource: 'configmaps', verb: 'patch' });
    expect(first.body).toEqual([
      { op: 'replace', path: '/metadata/uid', value: expect.any(String) },
      {
        op: 'replace',
        path: '/metadata/resourceVersion',
        value: expect.any(String),
      },
      { op: 'remove', path: '/metadata/labels/added' },
      { op: 'remove', path: '/data/added' },
    ]);
    expect(await bench.drift()).toEqual([]);
    expect(find(DEPLOYMENT)).not.toHaveProperty(
      'spec.template.spec.containers.0.env.0',
    );
  });

  it('changes only what was asked for', async () => {
    await given([deployment('ai', 3), configMap('settings')]);
    cluster.as('kubectl').scale(DEPLOYMENT, 7);
    byHand(CONFIG, { data: { mode: 'slow' } });
    const { plan, outcome } = await bench.revert([SETTINGS]);
    expect(plan.changes.map(each => each.address)).toEqual([SETTINGS]);
    expect(outcome).toMatchObject({ kind: 'applied' });
    expect(await bench.drift()).toEqual([`${AI} replicas`]);
    expect((await bench.preview([SETTINGS])).warnings).toEqual([
      `There is no drift any more, or it cannot be seen, at ${SETTINGS}.`,
    ]);
  });

  it('creates what is missing, what others refer to first', async () => {
    await given([deployment('ai', 3), configMap('settings')]);
    cluster.as('kubectl').delete(DEPLOYMENT);
    cluster.as('kubectl').delete(CONFIG);
    const { plan, outcome } = await bench.revert();
    expect(plan.changes).toEqual([
      expect.objectContaining({ address: SETTINGS, change: 'create' }),
      expect.objectContaining({ address: AI, change: 'create' }),
    ]);
    expect(plan.warnings).toEqual([]);
    expect(outcome).toMatchObject({ kind: 'applied' });
    expect(await bench.drift()).toEqual([]);
  });

  it('deletes what nobody desired only by its address, and last', async () => {
    await given([deployment('ai', 3)]);
    await cluster.apply(configMap('surprise'), 'kubectl');
    cluster.as('kubectl').scale(DEPLOYMENT, 7);
    const surprise = `${NAMESPACE}/ConfigMap/surprise`;
    const all = await bench.preview();
    expect(all.changes.map(each => each.address)).toEqual([AI]);
    expect(all.warnings.join(' ')).toContain(
      `objects that nobody desired are only deleted when they are asked for one by one: ${surprise}.`,
    );
    cluster.clearRequests();
    const { plan, outcome } = await bench.revert([surprise, AI]);
    expect(plan.changes).toEqual([
      expect.objectContaining({ address: AI, change: 'update' }),
      expect.objectContaining({ address: surprise, change: 'delete' }),
    ]);
    expect(outcome).toMatchObject({ kind: 'applied' });
    expect(realWrites().at(-1)).toMatchObject({
      verb: 'delete',
      body: {
        preconditions: {
          uid: expect.any(String),
          resourceVersion: expect.any(String),
        },
        propagationPolicy: 'Background',
      },
    });
    expect(find({ ...CONFIG, name: 'surprise' })).toBeUndefined();
    expect(await bench.drift()).toEqual([]);
  });

  it('does not delete another object of the same name', async () => {
    await given([deployment('ai', 3)]);
    const surprise = { ...CONFIG, name: 'surprise' };
    const address = `${NAMESPACE}/ConfigMap/surprise`;
    await cluster.apply(configMap('surprise'), 'kubectl');
    const plan = await bench.preview([address]);
    // The dry run of apply still sees the old one; then somebody makes it anew.
    let deletes = 0;
    cluster.faults.set([
      {
        method: 'DELETE',
        resource: 'configmaps',
        match: /(?<!All)$/,
        effect: { type: 'status', code: 409 },
      },
    ]);
    const outcome = await bench.apply(plan.hash, [address]);
    deletes = realWrites().filter(each => each.verb === 'delete').length;
    expect(deletes).toBeGreaterThan(0);
    expect(outcome).toMatchObject({ kind: 'failed' });
    cluster.faults.set([]);
    cluster.as('kubectl').delete(surprise);
    await cluster.apply(configMap('surprise', { other: 'one' }), 'kubectl');
    expect(await bench.apply(plan.hash, [address])).toMatchObject({
      kind: 'superseded',
    });
    expect(find(surprise)).toBeDefined();
  });

  it('leaves replicas to the autoscaler, and everything else that is expected', async () => {
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'ai', namespace: NAMESPACE },
      spec: {
        minReplicas: 2,
        maxReplicas: 10,
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'ai',
        },
      },
    };
    await given([deployment('ai', 3), scaler]);
    cluster.as('kube-controller-manager').scale(DEPLOYMENT, 8);
    byHand(DEPLOYMENT, container({ image: 'ai:by-hand' }));
    const plan = await bench.preview();
    expect(plan.changes).toMatchObject([
      { address: AI, fields: [{ label: 'containers[main].image' }] },
    ]);
    // It goes on scaling while somebody decides.
    cluster.as('kube-controller-manager').scale(DEPLOYMENT, 9);
    expect(await bench.apply(plan.hash)).toMatchObject({ kind: 'applied' });
    expect(find(DEPLOYMENT)).toMatchObject({
      spec: {
        replicas: 9,
        template: { spec: { containers: [{ image: 'ai:1.2' }] } },
      },
    });
    expect(await bench.drift()).toEqual([]);
  });

  describe('refused', () => {
    it('says which right the role lacks', async () => {
      await given([deployment('ai', 3)], { writeToken: undefined });
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      await expect(bench.preview()).rejects.toThrow(
        new RemediationFailure(
          `${AI} cannot be reverted: the role for remediation needs the verb "patch" for resource "deployments" in API group "apps" in namespace ${NAMESPACE} (403).`,
        ),
      );
    });

    it('does not do what a policy of clusters and namespaces forbids', async () => {
      await given([deployment('ai', 3)], {
        settings: { allowedNamespaces: [] },
      });
      expect(bench.remediator.supports(bench.target, 'revert')).toEqual({
        supported: false,
        reason: expect.stringContaining('drift.kubernetes.allowedNamespaces'),
      });
      await expect(bench.preview()).rejects.toThrow(RemediationFailure);
      expect(cluster.requests).toEqual([]);
      expect(
        bench.remediator.supports(
          { ...bench.target, source: 'terraform' },
          'revert',
        ),
      ).toMatchObject({ supported: false });
    });

    it('explains what the API does not change of an object that exists, and does the rest', async () => {
      await given([deployment('ai', 3), configMap('settings')]);
      const other = deployment('ai', 3);
      (other.spec as JsonObject).selector = { matchLabels: { app: 'old' } };
      (
        ((other.spec as JsonObject).template as JsonObject)
          .metadata as JsonObject
      ).labels = { app: 'old' };
      cluster.as('kubectl').delete(DEPLOYMENT);
      await cluster.apply(other, 'kubectl');
      const refusal = `${AI} cannot be reverted: the API refuses to change spec.selector of what exists (422). Delete the object and create it anew, or change the desired state.`;
      await expect(bench.preview()).rejects.toThrow(
        new RemediationFailure(refusal),
      );
      byHand(CONFIG, { data: { mode: 'slow' } });
      const { plan, outcome } = await bench.revert();
      expect(plan.warnings).toContain(refusal);
      expect(plan.changes.map(each => each.address)).toEqual([SETTINGS]);
      expect(outcome).toMatchObject({ kind: 'applied' });
    });

    it('counts an object that is refused only when it matters as failed, and goes on', async () => {
      await given([deployment('ai', 3), configMap('settings')]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      byHand(CONFIG, { data: { mode: 'slow' } });
      const plan = await bench.preview();
      cluster.faults.set([
        {
          method: 'PATCH',
          resource: 'configmaps',
          match: REAL,
          effect: { type: 'status', code: 403 },
        },
      ]);
      expect(await bench.apply(plan.hash)).toEqual({
        kind: 'partial',
        message:
          '1 of 2 objects were changed, 1 failed and 0 were not reached.',
        objects: [
          {
            address: SETTINGS,
            outcome: 'failed',
            message: `It was not changed: the role for remediation needs the verb "patch" for resource "configmaps" in API group "" in namespace ${NAMESPACE} (403).`,
          },
          { address: AI, outcome: 'applied' },
        ],
      });
      expect(await bench.drift()).toEqual([`${SETTINGS} data[mode]`]);
    });
  });

  describe('meanwhile', () => {
    it('is refused when what matters changed after the approval', async () => {
      await given([deployment('ai', 3)]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      const { hash } = await bench.preview();
      byHand(DEPLOYMENT, container({ image: 'ai:by-hand' }));
      cluster.clearRequests();
      expect(await bench.apply(hash)).toEqual({
        kind: 'superseded',
        message:
          'What would be changed is no longer what was approved; nothing was changed.',
      });
      expect(realWrites()).toEqual([]);
    });

    it('is refused when what is desired changed after the approval', async () => {
      await given([deployment('ai', 3)]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      const { hash } = await bench.preview();
      bench.resources = desired(deployment('ai', 4));
      expect(await bench.apply(hash)).toMatchObject({ kind: 'superseded' });
    });

    it('has another hash for another remediation, and the same for the same', async () => {
      await given([deployment('ai', 3)]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      const { hash } = await bench.preview();
      expect((await bench.preview()).hash).toBe(hash);
      bench.salt = 'another';
      expect((await bench.preview()).hash).not.toBe(hash);
    });

    it('does not mind what changes all the time', async () => {
      await given([deployment('ai', 3)]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      const { hash } = await bench.preview();
      const answer = await fetch(
        `${cluster.url}/apis/apps/v1/namespaces/${NAMESPACE}/deployments/ai/status?fieldManager=kube-controller-manager`,
        {
          method: 'PATCH',
          headers: {
            authorization: `Bearer ${cluster.adminToken}`,
            'content-type': 'application/merge-patch+json',
          },
          body: JSON.stringify({ status: { observedGeneration: 99 } }),
        },
      );
      expect(answer.status).toBe(200);
      expect(await bench.apply(hash)).toMatchObject({ kind: 'applied' });
    });

    it('does not write over what somebody changes in the last moment', async () => {
      await given([deployment('ai', 3), configMap('settings')]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      byHand(CONFIG, { data: { mode: 'slow' } });
      const { hash } = await bench.preview();
      let once = true;
      admit = ({ object, dryRun, manager }) => {
        if (!dryRun && manager === 'infra-hub-drift' && once) {
          once = false;
          cluster.as('kubectl').scale(DEPLOYMENT, 9);
        }
        return object;
      };
      expect(await bench.apply(hash)).toMatchObject({
        kind: 'partial',
        objects: [
          { address: SETTINGS, outcome: 'applied' },
          {
            address: AI,
            outcome: 'failed',
            message:
              'Somebody changed it at the same time (409), so that nothing was written to it.',
          },
        ],
      });
      expect(find(DEPLOYMENT)).toMatchObject({ spec: { replicas: 9 } });
    });

    it('tries again when only the status changed in the last moment', async () => {
      await given([deployment('ai', 3), configMap('settings')]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      byHand(CONFIG, { data: { mode: 'slow' } });
      const { hash } = await bench.preview();
      let once = true;
      admit = ({ object, dryRun, manager }) => {
        if (!dryRun && manager === 'infra-hub-drift' && once) {
          once = false;
          cluster.as('kube-controller-manager').patch(DEPLOYMENT, {
            metadata: {
              annotations: { 'deployment.kubernetes.io/revision': '9' },
            },
          });
        }
        return object;
      };
      expect(await bench.apply(hash)).toMatchObject({ kind: 'applied' });
      expect(
        realWrites().filter(each => each.resource === 'deployments'),
      ).toHaveLength(2);
      expect(await bench.drift()).toEqual([]);
    });

    it('shows what a webhook would add, and that one undoes it', async () => {
      await given([deployment('ai', 3), configMap('settings')]);
      byHand(CONFIG, { data: { mode: 'slow' } });
      admit = ({ object }) =>
        object.kind === 'ConfigMap'
          ? {
              ...object,
              data: { ...(object.data as Stored), stamped: 'by webhook' },
            }
          : object;
      const plan = await bench.preview();
      expect(plan.changes[0].fields.map(field => field.label)).toEqual([
        'data[mode]',
        'data[stamped]',
      ]);
      expect(plan.warnings).toContain(
        `Along with it the API server would change data[stamped] of ${SETTINGS}.`,
      );
      admit = ({ object }) => ({
        ...object,
        ...(object.kind === 'ConfigMap' ? { data: { mode: 'slow' } } : {}),
      });
      await expect(bench.preview()).rejects.toThrow(
        `${SETTINGS} cannot be reverted: the API server, or a webhook, leaves data[mode] as it is.`,
      );
    });
  });

  describe('in trouble', () => {
    const drifted = async (settings: JsonObject = {}) => {
      await given([deployment('ai', 3), configMap('settings')], { settings });
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      // Something to take away, which an apply cannot do
      byHand(CONFIG, { data: { mode: 'slow', added: 'x' } });
      return (await bench.preview()).hash;
    };

    it('waits as long as a busy server says', async () => {
      const hash = await drifted();
      cluster.faults.set([
        {
          method: 'PATCH',
          match: REAL,
          times: 3,
          effect: { type: 'status', code: 429, retryAfterSeconds: 0 },
        },
      ]);
      expect(await bench.apply(hash)).toMatchObject({ kind: 'applied' });
      expect(realWrites()).toHaveLength(5);
      expect(await bench.drift()).toEqual([]);
    });

    it('gives a busy server up after some tries', async () => {
      const hash = await drifted();
      cluster.faults.set([
        {
          method: 'PATCH',
          match: REAL,
          effect: { type: 'status', code: 429, retryAfterSeconds: 0 },
        },
      ]);
      expect(await bench.apply(hash)).toMatchObject({
        kind: 'failed',
        objects: [
          {
            message:
              'The API server stayed too busy (429); nothing was changed.',
          },
          {},
        ],
      });
    });

    it('repeats an apply after an error of the server, and no patch', async () => {
      const hash = await drifted();
      cluster.faults.set([
        {
          method: 'PATCH',
          match: REAL,
          resource: 'configmaps',
          times: 1,
          effect: { type: 'status', code: 500 },
        },
        {
          method: 'PATCH',
          match: REAL,
          resource: 'deployments',
          times: 1,
          effect: { type: 'status', code: 500 },
        },
      ]);
      expect(await bench.apply(hash)).toMatchObject({
        kind: 'partial',
        objects: [
          {
            address: SETTINGS,
            outcome: 'failed',
            message:
              'The API server answered with status 500; the object is as it was.',
          },
          { address: AI, outcome: 'applied' },
        ],
      });
    });

    it('looks what holds when an answer was lost', async () => {
      const hash = await drifted();
      cluster.faults.set([
        {
          method: 'PATCH',
          match: REAL,
          effect: { type: 'cut', bytes: 20 },
        },
      ]);
      const outcome = await bench.apply(hash);
      const message =
        'The answer of the API server was lost, but the object is as it was approved.';
      expect(outcome).toMatchObject({
        kind: 'applied',
        objects: [
          { address: SETTINGS, outcome: 'applied', message },
          { address: AI, outcome: 'applied', message },
        ],
      });
      expect(realWrites()).toHaveLength(2);
      cluster.faults.set([]);
      expect(await bench.drift()).toEqual([]);
    });

    it('sends an apply again that did not arrive, and tells of a patch that did not', async () => {
      const hash = await drifted({ requestTimeout: { milliseconds: 700 } });
      cluster.faults.set([
        {
          method: 'PATCH',
          match: REAL,
          resource: 'configmaps',
          times: 1,
          effect: { type: 'hang' },
        },
        {
          method: 'PATCH',
          match: REAL,
          resource: 'deployments',
          times: 1,
          effect: { type: 'hang' },
        },
      ]);
      expect(await bench.apply(hash)).toMatchObject({
        kind: 'partial',
        objects: [
          {
            address: SETTINGS,
            outcome: 'failed',
            message:
              'The answer of the API server was lost; the object is as it was.',
          },
          { address: AI, outcome: 'applied' },
        ],
      });
    });

    it('says that it does not know when nothing can be read any more', async () => {
      const hash = await drifted();
      cluster.faults.set([
        { method: 'PATCH', match: REAL, effect: { type: 'cut', bytes: 20 } },
        {
          method: 'GET',
          match: /fieldSelector/,
          effect: { type: 'status', code: 500 },
        },
      ]);
      const outcome = await bench.apply(hash);
      expect(outcome).toMatchObject({
        kind: 'unknown',
        objects: [{ outcome: 'failed' }, { outcome: 'failed' }],
      });
      expect(outcome.objects?.[0]).not.toHaveProperty('unknown');
    });

    it('leaves the rest when it is to end', async () => {
      const hash = await drifted();
      const end = new AbortController();
      admit = ({ object, dryRun }) => {
        if (!dryRun && object.kind === 'ConfigMap') {
          setTimeout(() => end.abort(), 0);
        }
        return object;
      };
      cluster.faults.set([
        {
          method: 'PATCH',
          match: REAL,
          resource: 'deployments',
          effect: { type: 'hang' },
        },
      ]);
      const outcome = await bench.apply(hash, undefined, end.signal);
      expect(['partial', 'unknown']).toContain(outcome.kind);
      expect(outcome.objects).toHaveLength(2);
      expect(find(DEPLOYMENT)).toMatchObject({ spec: { replicas: 7 } });
    });

    it('fails as a whole when the cluster is gone, before anything was changed', async () => {
      const hash = await drifted();
      await cluster.stop();
      expect(await bench.apply(hash)).toMatchObject({ kind: 'failed' });
      await expect(bench.preview()).rejects.toThrow(RemediationFailure);
      cluster = await startKubernetes({ port: 0 });
    });
  });

  describe('secrets', () => {
    const data = { password: Buffer.from(PLANTED).toString('base64') };

    it('are never sent, shown or logged, and keys that others added go', async () => {
      await given([deployment('ai', 3), secret('db', data)]);
      bench.resources = desired(
        deployment('ai', 3),
        secret('db', { password: '' }),
      );
      const db = { ...CONFIG, kind: 'Secret', name: 'db' };
      byHand(db, { data: { extra: data.password } });
      byHand(
        DEPLOYMENT,
        container({ env: [{ name: 'DB_PASSWORD', value: PLANTED }] }),
      );
      cluster.clearRequests();
      const { plan, outcome } = await bench.revert();
      expect(plan.changes.map(each => each.address)).toEqual([
        `${NAMESPACE}/Secret/db`,
        AI,
      ]);
      expect(outcome).toMatchObject({ kind: 'applied' });
      const told = JSON.stringify([plan, outcome, bench.log]);
      expect(told).not.toContain(PLANTED);
      expect(told).not.toContain(data.password);
      expect(JSON.stringify(writes())).not.toContain(PLANTED);
      expect(JSON.stringify(writes())).not.toContain(data.password);
      expect(find(db)).toMatchObject({ data });
      expect(find(db)).not.toHaveProperty('data.extra');
      expect(await bench.drift()).toEqual([]);
    });

    it('cannot be restored without their values, and that is said', async () => {
      await given([deployment('ai', 3), secret('db', data)]);
      const wanted = deployment('ai', 3);
      bench.resources = desired(
        {
          ...wanted,
          spec: {
            ...(wanted.spec as JsonObject),
            template: {
              metadata: { labels: { app: 'ai' } },
              spec: {
                containers: [
                  {
                    name: 'main',
                    image: 'ai:1.2',
                    env: [
                      { name: 'API_TOKEN', value: SENSITIVE_DESIRED_VALUE },
                      { name: 'MODE', value: 'fast' },
                    ],
                  },
                ],
              },
            },
          },
        },
        secret('db', { password: '' }),
      );
      cluster.as('kubectl').delete({ ...CONFIG, kind: 'Secret', name: 'db' });
      const { plan, outcome } = await bench.revert();
      expect(plan.changes).toMatchObject([
        { address: AI, fields: [{ label: 'containers[main].env[MODE]' }] },
      ]);
      expect(plan.blindSpots).toEqual([
        {
          scope: `${AI} containers[main].env[API_TOKEN]`,
          reason: 'The field cannot be restored: its value was not kept.',
        },
        {
          scope: `${NAMESPACE}/Secret/db`,
          reason: expect.stringContaining('its values were not kept'),
        },
      ]);
      expect(outcome).toMatchObject({ kind: 'applied' });
      expect(JSON.stringify(writes())).not.toContain(SENSITIVE_DESIRED_VALUE);
      expect(await bench.drift()).toEqual([
        `${AI} containers[main].env[API_TOKEN]`,
        `${NAMESPACE}/Secret/db`,
      ]);
    });

    it('do not stand in an object that is made anew', async () => {
      await given([configMap('settings')]);
      bench.resources = desired(
        configMap('settings', {
          mode: 'fast',
          api_key: SENSITIVE_DESIRED_VALUE,
        }),
      );
      cluster.as('kubectl').delete(CONFIG);
      const { plan } = await bench.revert();
      expect(plan.blindSpots).toEqual([
        {
          scope: `${SETTINGS} /data/api_key`,
          reason: 'The field cannot be restored: its value was not kept.',
        },
      ]);
      expect(find(CONFIG)).toMatchObject({ data: { mode: 'fast' } });
      expect(find(CONFIG)).not.toHaveProperty('data.api_key');
    });
  });

  describe('what somebody muted or accepted', () => {
    const finding = (fields: Partial<StoredFinding>): StoredFinding => ({
      id: 'one',
      targetId: 'kubernetes:-/acme',
      state: 'open',
      firstSeenAt: '2026-11-22T08:00:00Z',
      lastSeenAt: '2026-11-22T08:00:00Z',
      recurrences: 0,
      address: AI,
      resourceType: 'Deployment',
      resourceName: 'ai',
      class: 'drift',
      change: 'update',
      severity: 'low',
      reason: 'It differs.',
      rule: 'differs-from-desired',
      fingerprint: 'f',
      fields: [],
      ...fields,
    });

    it('is left alone, unless it is asked for by its address', async () => {
      await given([deployment('ai', 3), configMap('settings')]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      bench.findings = [
        finding({ suppressedBy: { ruleId: 'r', reason: 'Scaled by hand.' } }),
      ];
      const plan = await bench.preview();
      expect(plan.changes).toEqual([]);
      expect(plan.warnings).toEqual([
        `Not touched, because an ignore rule mutes it: ${AI}.`,
      ]);
      expect((await bench.preview([AI])).changes).toHaveLength(1);
    });

    it('stays as it is beside fields that are repaired', async () => {
      await given([deployment('ai', 3)]);
      cluster.as('kubectl').scale(DEPLOYMENT, 7);
      byHand(DEPLOYMENT, container({ image: 'ai:by-hand' }));
      bench.findings = [
        finding({
          normalised: [
            {
              path: '/spec/replicas',
              normaliser: 'ignore-rule:scaled',
              reason: 'Scaled by hand.',
            },
          ],
        }),
      ];
      const { plan, outcome } = await bench.revert();
      expect(plan.changes).toMatchObject([
        { fields: [{ label: 'containers[main].image' }] },
      ]);
      expect(outcome).toMatchObject({ kind: 'applied' });
      expect(find(DEPLOYMENT)).toMatchObject({ spec: { replicas: 7 } });
    });
  });

  it('writes texts where the API wants texts', async () => {
    await given([configMap('settings', { limit: '3', flag: 'true' })]);
    bench.resources = desired(
      configMap('settings', { limit: 3, flag: true, more: 1.5 }),
    );
    byHand(CONFIG, { data: { limit: '9', added: 'x' } });
    expect((await bench.revert()).outcome).toMatchObject({ kind: 'applied' });
    expect(find(CONFIG)).toMatchObject({
      data: { limit: '3', flag: 'true', more: '1.5' },
    });
    expect(await bench.drift()).toEqual([]);
  });
});

describeWithKubectl('kubectl after a revert', () => {
  it('sees the desired state', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'drift-revert-test-'));
    const cluster = await startKubernetes({ port: 0, tls: true });
    try {
      const kubeconfig = join(directory, 'kubeconfig');
      writeFileSync(kubeconfig, cluster.kubeconfig());
      const run = async (...args: string[]) =>
        await kubectl([
          ...['--kubeconfig', kubeconfig, '--namespace', NAMESPACE],
          ...args,
        ]);
      await cluster.apply(
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
        'platform',
      );
      await cluster.apply(deployment('ai', 3), 'platform');
      const bench = new RemediationBench({ cluster });
      bench.resources = desired(deployment('ai', 3));
      await run('scale', 'deployment/ai', '--replicas=6');
      await run('set', 'env', 'deployment/ai', 'DEBUG=1');
      expect((await bench.revert()).outcome).toMatchObject({ kind: 'applied' });
      const { output } = await run('get', 'deployment', 'ai', '-o', 'json');
      const live = JSON.parse(output);
      expect(live.spec.replicas).toBe(3);
      expect(live.spec.template.spec.containers[0].env ?? []).toEqual([]);
    } finally {
      await cluster.stop();
      rmSync(directory, { recursive: true });
    }
  });
});
