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

import { readFileSync, writeFileSync } from 'node:fs';
import { describeWithTool } from '../__testUtils__/realTool';
import { SandboxBench } from '../__testUtils__/SandboxBench';

jest.setTimeout(240_000);

const AKS = 'tf-sandbox-aks';
const CLUSTER = 'sandbox_kubernetes_cluster.main';

describeWithTool('remediation of a real cloud', () => {
  let sandbox: SandboxBench;

  beforeEach(async () => {
    sandbox = await SandboxBench.create();
  });

  afterEach(() => sandbox.dispose());

  const nodeCounts = async () => {
    const cluster = await sandbox.people.get(
      'acme',
      'kubernetes-clusters',
      'aks-prod-acme',
    );
    return (cluster.nodePools as { name: string; nodeCount: number }[]).map(
      pool => [pool.name, pool.nodeCount],
    );
  };
  const scale = async (workers: number) => {
    const cluster = await sandbox.people.get(
      'acme',
      'kubernetes-clusters',
      'aks-prod-acme',
    );
    await sandbox.people.update(
      'acme',
      'kubernetes-clusters',
      'aks-prod-acme',
      {
        nodePools: (cluster.nodePools as { name: string }[]).map(pool =>
          pool.name === 'workers' ? { ...pool, nodeCount: workers } : pool,
        ),
      },
    );
  };
  const edit = (file: string, from: string, to: string) => {
    const path = sandbox.path(AKS, file);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));
  };

  it('brings the node pool back from 5 to 3, and the next scan is clean', async () => {
    await sandbox.deploy(AKS);
    await scale(5);
    const findings = await sandbox.findings(AKS);
    const plan = await sandbox.preview(AKS, { findings });
    expect(plan.changes).toEqual([
      expect.objectContaining({
        address: CLUSTER,
        change: 'update',
        class: 'drift',
        severity: findings[0].severity,
        fields: [
          expect.objectContaining({
            path: '/node_pool/1/node_count',
            actual: 5,
            desired: 3,
          }),
        ],
      }),
    ]);
    expect(plan.warnings).toEqual([]);
    expect(await nodeCounts()).toContainEqual(['workers', 5]);

    const { outcome, said } = await sandbox.apply(AKS, plan.hash, { findings });
    expect(outcome).toEqual({
      kind: 'applied',
      message: 'The approved plan was applied.',
      objects: [{ address: CLUSTER, outcome: 'applied' }],
    });
    expect(said.slice(-2)).toEqual([
      `${CLUSTER}: changing …`,
      expect.stringMatching(`^${CLUSTER}: done after \\d+ s$`),
    ]);
    expect(await nodeCounts()).toContainEqual(['workers', 3]);
    await expect(sandbox.scan(AKS)).resolves.toMatchObject({
      failure: undefined,
      complete: true,
      differences: [],
    });
    // Once more changes nothing: what was approved is not what there is to do.
    await expect(sandbox.apply(AKS, plan.hash)).resolves.toMatchObject({
      outcome: { kind: 'superseded' },
    });
  });

  it('leaves the cloud alone when reality or the code changed after the approval', async () => {
    await sandbox.deploy(AKS);
    await scale(5);
    const { hash } = await sandbox.preview(AKS);

    await scale(7);
    await expect(sandbox.apply(AKS, hash)).resolves.toMatchObject({
      outcome: { kind: 'superseded' },
    });
    expect(await nodeCounts()).toContainEqual(['workers', 7]);

    await scale(5);
    edit('terraform.tfvars', '"1.31"', '"1.32"');
    await expect(sandbox.apply(AKS, hash)).resolves.toMatchObject({
      outcome: { kind: 'superseded' },
    });
    expect(await nodeCounts()).toContainEqual(['workers', 5]);

    // The very same again is what was approved.
    edit('terraform.tfvars', '"1.32"', '"1.31"');
    await expect(sandbox.apply(AKS, hash)).resolves.toMatchObject({
      outcome: { kind: 'applied' },
    });
    expect(await nodeCounts()).toContainEqual(['workers', 3]);
  });

  it('shows code that was never applied, and a replace, before they come along', async () => {
    await sandbox.deploy(AKS);
    await scale(5);
    edit('terraform.tfvars', '"1.31"', '"1.32"');
    const both = await sandbox.preview(AKS);
    expect(
      both.changes.map(each => [
        each.class,
        each.fields.map(field => field.path),
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['drift', ['/node_pool/1/node_count']],
        ['pending', expect.arrayContaining(['/version'])],
      ]),
    );

    edit('main.tf', '"aks-${var.environment}-acme"', '"aks-new-acme"');
    const replaced = await sandbox.preview(AKS);
    expect(new Set(replaced.changes.map(each => each.change))).toEqual(
      new Set(['replace']),
    );
    expect(replaced.warnings).toContainEqual(
      expect.stringContaining('endpoint'),
    );
    expect(await nodeCounts()).toContainEqual(['workers', 5]);
  });

  it('takes what is into the state, and changes nothing else', async () => {
    await sandbox.deploy(AKS);
    await scale(5);
    const request = { action: 'refresh-state' as const };
    const plan = await sandbox.preview(AKS, request);
    expect(plan.changes).toMatchObject([
      { address: CLUSTER, change: 'update' },
    ]);
    // Another action needs another approval.
    await expect(sandbox.apply(AKS, plan.hash)).resolves.toMatchObject({
      outcome: { kind: 'superseded' },
    });
    await expect(sandbox.apply(AKS, plan.hash, request)).resolves.toMatchObject(
      { outcome: { kind: 'applied' } },
    );
    expect(await nodeCounts()).toContainEqual(['workers', 5]);
    // The code still wants 3: no longer drift, but what the next apply would do.
    await expect(sandbox.scan(AKS)).resolves.toMatchObject({
      differences: [{ address: CLUSTER, class: 'pending' }],
    });
  });

  it('repairs only what was asked for', async () => {
    const module = 'tf-sandbox-storage';
    const buckets = ['assets-prod-acme', 'logs-prod-acme'];
    await sandbox.deploy(module);
    for (const bucket of buckets) {
      await sandbox.people.update('acme', 'storage-buckets', bucket, {
        publicAccess: true,
      });
    }
    const request = { addresses: ['sandbox_storage_bucket.logs'] };
    const plan = await sandbox.preview(module, request);
    expect(plan.changes.map(each => each.address)).toEqual(request.addresses);
    expect(plan.warnings).toContainEqual(expect.stringContaining('-target'));
    await expect(
      sandbox.apply(module, plan.hash, request),
    ).resolves.toMatchObject({ outcome: { kind: 'applied' } });
    const access = await Promise.all(
      buckets.map(
        async bucket =>
          (
            await sandbox.people.get('acme', 'storage-buckets', bucket)
          ).publicAccess,
      ),
    );
    expect(access).toEqual([true, false]);
  });

  it('says what was applied when the cloud fails half-way, and ends what it can', async () => {
    const module = 'tf-sandbox-storage';
    await sandbox.deploy(module);
    for (const bucket of ['assets-prod-acme', 'logs-prod-acme']) {
      await sandbox.people.update('acme', 'storage-buckets', bucket, {
        publicAccess: true,
      });
    }
    const plan = await sandbox.preview(module);
    sandbox.cloud.faults.set({
      fail: { status: 500, match: /^(PATCH|PUT|POST) .*logs-prod/ },
    });
    const { outcome } = await sandbox.apply(module, plan.hash);
    expect(outcome).toMatchObject({
      kind: 'partial',
      message: expect.stringMatching(/^1 of 2 resources were applied\. /),
      objects: [
        { address: 'sandbox_storage_bucket.assets', outcome: 'applied' },
        { address: 'sandbox_storage_bucket.logs', outcome: 'failed' },
      ],
    });
  });

  it('changes nothing while somebody else holds the lock, and says who', async () => {
    await sandbox.deploy(AKS);
    await scale(5);
    const { hash } = await sandbox.preview(AKS);
    const lock = `${sandbox.cloud.url}/tfstate/acme/${AKS}`;
    const info = JSON.stringify({
      ID: 'a-lock',
      Operation: 'OperationTypeApply',
      Who: 'bob@pipeline',
      Version: '1.11.4',
      Created: '2026-11-22T00:00:00Z',
    });
    await fetch(lock, { method: 'LOCK', body: info });
    const { outcome } = await sandbox.apply(
      AKS,
      hash,
      {},
      { remediation: { lockTimeout: { seconds: 1 } } },
    );
    expect(outcome).toEqual({
      kind: 'failed',
      message: expect.stringMatching(
        /^The state is locked by the run with the lock a-lock, so nothing was applied/,
      ),
    });
    expect(await nodeCounts()).toContainEqual(['workers', 5]);
  });
});
