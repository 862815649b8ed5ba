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

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describeWithTerraform, searchPath } from '../__testUtils__/terraform';
import { CloudClient } from '../cloud/CloudClient';
import { startCloud } from '../cloud/startCloud';
import { copyExamples, exampleModules, repositoryRoot } from './exampleModules';
import { prepareDemo } from './prepareDemo';
import { recordedFileName, recordPlans } from './recordPlans';

const recordedDir = join(repositoryRoot(), 'packages/sandbox/recorded');
const path = searchPath().join(delimiter);

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'drift-sandbox-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** Which resources a plan says have drifted, and in which attributes. */
async function driftIn(file: string): Promise<Record<string, string[]>> {
  const plan = JSON.parse(await readFile(file, 'utf8'));
  expect(plan).toMatchObject({ errored: false, complete: true });
  const drift: Record<string, string[]> = {};
  for (const { address, change } of plan.resource_drift ?? []) {
    drift[address] = Object.keys(change.after).filter(
      key =>
        JSON.stringify(change.before[key]) !==
        JSON.stringify(change.after[key]),
    );
  }
  return drift;
}

const expectedDrift: Record<string, Record<string, string[]>> = {
  'acme--tf-sandbox-aks.json': {
    'sandbox_kubernetes_cluster.main': ['node_pool'],
  },
  'globex--tf-sandbox-sql.json': {
    'sandbox_sql_server.main': ['firewall_rule'],
  },
  'acme--tf-sandbox-vnet.json': {},
  'acme--tf-sandbox-storage.json': {},
};

describe('the recorded plans', () => {
  it('are there for every example module', async () => {
    expect((await readdir(recordedDir)).sort()).toEqual(
      exampleModules.map(recordedFileName).sort(),
    );
  });

  it.each(Object.entries(expectedDrift))(
    'show the drift of %s without secrets and places of a machine',
    async (file, drift) => {
      const recorded = join(recordedDir, file);
      expect(await driftIn(recorded)).toEqual(drift);
      const content = await readFile(recorded, 'utf8');
      expect(content).not.toMatch(/fake-sandbox-password|127\.0\.0\.1|\/tmp\//);
    },
  );
});

describe('copyExamples', () => {
  it('makes the copy speak to another cloud', async () => {
    await copyExamples({ to: dir, endpoint: 'http://127.0.0.1:4711' });
    const versions = await readFile(
      join(dir, 'clients/acme/tf-sandbox-aks/versions.tf'),
      'utf8',
    );
    expect(versions).toContain(
      'http://127.0.0.1:4711/tfstate/acme/tf-sandbox-aks',
    );
    expect(versions).not.toContain(':7071');
  });
});

describe('prepareDemo without Terraform', () => {
  it('installs the provider, says what is missing and applies nothing', async () => {
    const cloud = await startCloud({ port: 0 });
    const lines: string[] = [];
    try {
      const prepared = await prepareDemo({
        rootDir: repositoryRoot(),
        cacheDir: dir,
        log: line => lines.push(line),
        path: join(dir, 'nowhere'),
        endpoint: cloud.url,
      });
      expect(prepared).toMatchObject({
        tool: undefined,
        cliConfigFile: join(dir, 'terraform.tfrc'),
        applied: [],
        planted: [],
      });
      expect(lines.join('\n')).toContain(
        'Neither terraform nor tofu is on PATH',
      );
    } finally {
      await cloud.stop();
    }
  });
});

describeWithTerraform('prepareDemo', () => {
  it('applies and plants once, and leaves alone what people did since', async () => {
    const cloud = await startCloud({ port: 0 });
    const prepare = () =>
      prepareDemo({
        rootDir: repositoryRoot(),
        cacheDir: dir,
        log: () => undefined,
        path,
        endpoint: cloud.url,
      });
    try {
      const first = await prepare();
      expect(first.applied.sort()).toEqual(
        exampleModules.map(({ client, name }) => `${client}/${name}`).sort(),
      );
      expect(first.planted).toHaveLength(2);
      expect(await readdir(join(dir, 'work'))).toEqual([]);

      const bob = CloudClient.create({ endpoint: cloud.url, actor: 'bob' });
      const audit = await bob.audit();
      expect(audit.map(entry => entry.who)).toEqual(
        expect.arrayContaining(['jane@acme (incident 2026-03-28)']),
      );
      const aks = ['acme', 'kubernetes-clusters', 'aks-prod-acme'] as const;
      const { nodePools } = await bob.get(...aks);
      await bob.update(...aks, {
        nodePools: (nodePools as { name: string }[]).map(pool => ({
          ...pool,
          nodeCount: 3,
        })),
      });
      await bob.delete('acme', 'storage-buckets', 'logs-prod-acme');

      expect(await prepare()).toMatchObject({ applied: [], planted: [] });
      await expect(bob.get(...aks)).resolves.toMatchObject({
        nodePools: [{ nodeCount: 3 }, { nodeCount: 3 }],
      });
      expect(await bob.list('acme', 'storage-buckets')).toHaveLength(1);
    } finally {
      await cloud.stop();
    }
  }, 120_000);

  it('finds today what was recorded', async () => {
    const files = await recordPlans({
      rootDir: repositoryRoot(),
      outDir: dir,
      path,
      log: () => undefined,
    });
    expect(files).toHaveLength(exampleModules.length);
    for (const [file, drift] of Object.entries(expectedDrift)) {
      expect(await driftIn(join(dir, file))).toEqual(drift);
    }
  }, 120_000);
});
