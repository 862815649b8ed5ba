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

import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  comparable,
  recorded,
  recordedManifests,
} from './__testUtils__/recordings';
import { RunningKubernetes, startKubernetes } from './startKubernetes';

jest.setTimeout(120_000);

const installed = (() => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
const describeWithKubectl = installed ? describe : describe.skip;
if (!installed) {
  it('skipped: kubectl not installed', () => expect(installed).toBe(false));
}

describeWithKubectl('kubectl with the sandbox cluster', () => {
  let cluster: RunningKubernetes;
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'drift-kubectl-'));
    cluster = await startKubernetes({
      port: 0,
      tls: true,
      controllers: false,
      stateFile: join(dir, 'cluster.json'),
    });
    await writeFile(
      join(dir, 'kubeconfig'),
      cluster.kubeconfig({ namespace: 'tenant-acme' }),
    );
  });

  afterEach(async () => {
    await cluster.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const kubectl = (...args: string[]) =>
    new Promise<{ code: number; out: string; errors: string }>(resolve => {
      execFile(
        'kubectl',
        args,
        {
          env: {
            PATH: process.env.PATH,
            HOME: dir,
            KUBECONFIG: join(dir, 'kubeconfig'),
            EDITOR: join(dir, 'editor'),
          },
        },
        (error, out, errors) =>
          resolve({ code: error ? Number(error.code) : 0, out, errors }),
      );
    });

  const live = async (...args: string[]) =>
    JSON.parse(
      (await kubectl('get', ...args, '-o', 'json', '--show-managed-fields'))
        .out,
    );

  it('applies, changes by hand and finds the drift as with a real server', async () => {
    const applied = await kubectl(
      ...['apply', '--server-side', '--field-manager=platform'],
      ...['-f', recordedManifests],
    );
    expect(applied).toMatchObject({ code: 0, errors: '' });
    const unchanged = await kubectl('diff', '-f', recordedManifests);
    expect(unchanged).toMatchObject({ code: 0, out: '' });
    await kubectl('scale', 'deploy/ai-service', '--replicas=2');
    await kubectl('label', 'deploy/ai-service', 'hotfix=true');
    await kubectl(
      ...['set', 'image', 'deploy/ai-service'],
      'main=registry.local/ai:1.4.3-hotfix',
    );
    await kubectl('set', 'env', 'deploy/ai-service', 'DEBUG=1');
    await kubectl(
      ...['set', 'resources', 'deploy/ai-service', '--limits=cpu=2,memory=2Gi'],
    );
    await kubectl('delete', 'netpol', 'deny');
    expect(comparable(await live('deploy', 'ai-service'))).toEqual(
      comparable(recorded('live-drifted-deployments-apps-ai-service')),
    );

    const difference = await kubectl('diff', '-f', recordedManifests);
    expect(difference.code).toBe(1);
    const [, ofDeployment, ofPolicy] = difference.out.split('diff -u -N');
    expect(ofPolicy).toContain('+  name: deny');
    const lines = ofDeployment.split('\n').filter(line => /^[-+] /.test(line));
    expect(lines).toEqual([
      '-  generation: 5',
      '+  generation: 6',
      '-  replicas: 2',
      '+  replicas: 3',
      '-        image: registry.local/ai:1.4.3-hotfix',
      '+        image: registry.local/ai:1.4.2',
      '-            cpu: "2"',
      '-            memory: 2Gi',
      '+            cpu: 500m',
      '+            memory: 512Mi',
    ]);
    const refused = await kubectl(
      ...['diff', '--server-side', '--field-manager=platform'],
      ...['-f', recordedManifests],
    );
    expect(refused.errors).toContain('Apply failed with 4 conflicts');
  });

  it('applies on the client, and takes back only what it stated', async () => {
    const file = join(dir, 'config.yaml');
    const configMap = (data: string) =>
      writeFile(
        file,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default}\ndata: {${data}}\n`,
      );
    await configMap('a: one, b: two');
    expect(await kubectl('apply', '-f', file)).toMatchObject({ code: 0 });
    await kubectl(
      ...['patch', 'cm', 'c', '-n', 'default', '-p', '{"data":{"x":"mine"}}'],
    );
    await configMap('a: other');
    expect(await kubectl('apply', '-f', file)).toMatchObject({ code: 0 });
    const { data, metadata } = await live('cm', 'c', '-n', 'default');
    expect(data).toEqual({ a: 'other', x: 'mine' });
    // In order of time, whose unit is a second
    expect(
      metadata.managedFields
        .map(
          (entry: { manager: string; operation: string }) =>
            `${entry.manager} ${entry.operation}`,
        )
        .sort(),
    ).toEqual(['kubectl-client-side-apply Update', 'kubectl-patch Update']);
  });

  it('edits with an editor, and says who', async () => {
    await kubectl(
      ...['apply', '--server-side', '--field-manager=platform'],
      ...['-f', recordedManifests],
    );
    await writeFile(
      join(dir, 'editor'),
      '#!/bin/sh\nsed -i s/60s/30s/ "$1"\n',
      { mode: 0o755 },
    );
    expect(await kubectl('edit', 'cm', 'ai-service-config')).toMatchObject({
      code: 0,
    });
    const { data, metadata } = await live('cm', 'ai-service-config');
    expect(data).toEqual({ 'query.timeout': '30s' });
    expect(metadata.managedFields).toEqual([
      expect.objectContaining({ manager: 'kubectl-edit', operation: 'Update' }),
    ]);
  });

  it('refuses what is wrong in the words kubectl prints', async () => {
    const file = join(dir, 'wrong.yaml');
    await writeFile(
      file,
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: default}\nbogus: 1\n',
    );
    const refused = await kubectl('apply', '-f', file);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain(
      'strict decoding error: unknown field "bogus"',
    );
    const missing = await kubectl('get', 'deploy', 'nope', '-n', 'default');
    expect(missing.errors).toContain('deployments.apps "nope" not found');
  });

  it('keeps everything over a restart, also the certificate', async () => {
    await kubectl('apply', '--server-side', '-f', recordedManifests);
    const before = await live('deploy', 'ai-service');
    const { port, certificate } = cluster;
    await cluster.stop();
    cluster = await startKubernetes({
      port,
      tls: true,
      controllers: false,
      stateFile: join(dir, 'cluster.json'),
    });
    expect(cluster.certificate).toBe(certificate);
    expect(await live('deploy', 'ai-service')).toEqual(before);
    expect(await readFile(join(dir, 'kubeconfig'), 'utf8')).toBe(
      cluster.kubeconfig({ namespace: 'tenant-acme' }),
    );
  });
});
