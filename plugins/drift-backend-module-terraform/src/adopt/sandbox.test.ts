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
import { join } from 'node:path';
import { describeWithTool } from '../__testUtils__/realTool';
import { SandboxBench } from '../__testUtils__/SandboxBench';

jest.setTimeout(240_000);

describeWithTool('code that takes over what really is', () => {
  let sandbox: SandboxBench;

  beforeEach(async () => {
    sandbox = await SandboxBench.create();
  });

  afterEach(() => sandbox.dispose());

  /** Scans, proposes, and writes what was proposed. */
  const adopt = async (module: string) => {
    const findings = await sandbox.findings(module);
    const { context } = sandbox.bench.remediation();
    const proposal = await sandbox.bench
      .adopter()
      .propose(sandbox.request(module, { action: 'adopt', findings }), context);
    for (const { path, before, after } of proposal.files) {
      const file = join(sandbox.path('.'), path);
      expect(readFileSync(file, 'utf8')).toBe(before);
      writeFileSync(file, after);
    }
    return proposal;
  };
  /** Nothing to apply: only the record of what was is older than the code. */
  const assertClean = async (module: string) => {
    const observation = await sandbox.scan(module);
    expect(observation).toMatchObject({ failure: undefined, complete: true });
    expect(
      observation.differences.filter(each => each.class !== 'absorbed'),
    ).toEqual([]);
  };

  it('has five nodes where somebody scaled the pool to five, and nothing is left to apply', async () => {
    const module = 'tf-sandbox-aks';
    await sandbox.deploy(module);
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
          pool.name === 'workers' ? { ...pool, nodeCount: 5 } : pool,
        ),
        tags: {
          ...(cluster.tags as object),
          incident: 'INC-1 "urgent" ${now}',
        },
      },
    );
    const { files, instructions } = await adopt(module);
    expect(instructions).toEqual([]);
    expect(files).toEqual([
      {
        path: `${module}/terraform.tfvars`,
        before: expect.any(String),
        after: files[0].before
          .replace('node_count = 3', 'node_count = 5')
          .replace(
            '  owner       = "team-a"\n',
            () =>
              '  owner       = "team-a"\n  incident    = "INC-1 \\"urgent\\" $${now}"\n',
          ),
      },
    ]);
    await assertClean(module);
  });

  it('has what was changed in a bucket, and says by hand what others share', async () => {
    const module = 'tf-sandbox-storage';
    await sandbox.deploy(module);
    await sandbox.people.update('acme', 'storage-buckets', 'logs-prod-acme', {
      publicAccess: true,
      tier: 'Hot',
      versioning: true,
    });
    const first = await adopt(module);
    expect(first.instructions).toEqual([]);
    expect(first.files.map(({ path }) => path)).toEqual([`${module}/main.tf`]);
    await assertClean(module);

    const bucket = await sandbox.people.get(
      'acme',
      'storage-buckets',
      'logs-prod-acme',
    );
    await sandbox.people.update('acme', 'storage-buckets', 'logs-prod-acme', {
      tags: { ...(bucket.tags as object), owner: 'nobody' },
    });
    const second = await adopt(module);
    expect(second.files).toEqual([]);
    expect(second.instructions).toEqual([
      {
        address: 'sandbox_storage_bucket.logs',
        path: '/tags/owner',
        text: expect.stringMatching(
          /^tf-sandbox-storage\/main\.tf:\d+: tags\.owner is "team-b" in the code and "nobody" in reality\. It must be changed by hand, since var\.tags is used elsewhere, too: sandbox_storage_bucket\.assets \(tf-sandbox-storage\/main\.tf:\d+\)\.$/,
        ),
      },
    ]);
  });

  it('has the changed rule of a security group, and the new block of addresses', async () => {
    const module = 'tf-sandbox-vnet';
    await sandbox.deploy(module);
    const group = await sandbox.people.get(
      'acme',
      'network-security-groups',
      'nsg-web-prod-acme',
    );
    await sandbox.people.update(
      'acme',
      'network-security-groups',
      'nsg-web-prod-acme',
      {
        rules: (group.rules as { name: string }[]).map(rule =>
          rule.name === 'https' ? { ...rule, port: '8443' } : rule,
        ),
      },
    );
    const network = await sandbox.people.get(
      'acme',
      'virtual-networks',
      'vnet-prod-acme',
    );
    await sandbox.people.update('acme', 'virtual-networks', 'vnet-prod-acme', {
      addressSpace: [...(network.addressSpace as string[]), '10.99.0.0/16'],
    });
    const { files, instructions } = await adopt(module);
    expect(instructions).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual([
      `${module}/main.tf`,
      `${module}/terraform.tfvars`,
    ]);
    expect(files[1].after).toContain(
      'address_space = ["10.20.0.0/16", "10.99.0.0/16"]',
    );
    await assertClean(module);
  });
});
