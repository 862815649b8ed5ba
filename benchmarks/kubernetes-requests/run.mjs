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

/**
 * What a look at 1,000 objects of a cluster costs against `kubectl diff`: requests
 * and time, against the sandbox's API server with 20 ms of latency for every
 * request. Prints ratios of one run; exits with 1 when a floor is missed. Without
 * kubectl there is nothing to compare with, and nothing is measured.
 *
 * Usage: node benchmarks/kubernetes-requests/run.mjs [--quick]
 */

import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../store/startDatabases.mjs';

const require = createRequire(import.meta.url);
const { ConfigReader } = require('@backstage/config');
const { startKubernetes } = require('../../packages/sandbox/src');
const {
  KubernetesDriftSource,
} = require('../../plugins/drift-backend-module-kubernetes/src/KubernetesDriftSource');

const quick = process.argv.includes('--quick');
const PAIRS = quick ? 1 : 3;
const OBJECTS = 1000;
const LATENCY_MS = 20;
const NAMESPACE = 'tenant-acme';
const REQUESTS_FLOOR = 100;
const TIME_FLOOR = 30;

const logger = {
  debug() {},
  info() {},
  warn() {},
  error: console.error,
  child: () => logger,
};

function deployment(index) {
  const app = `service-${index}`;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: app, namespace: NAMESPACE, labels: { app } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app } },
      template: {
        metadata: { labels: { app } },
        spec: {
          containers: [
            {
              name: 'main',
              image: `registry.example/${app}:1.2.3`,
              env: [{ name: 'MODE', value: 'fast' }],
              resources: { limits: { cpu: '500m', memory: '256Mi' } },
            },
          ],
        },
      },
    },
  };
}

async function measure(cluster, work) {
  cluster.clearRequests();
  const start = performance.now();
  await work();
  return {
    milliseconds: performance.now() - start,
    requests: cluster.requests.length,
  };
}

async function scan(source, desired) {
  const observation = await source.scan(
    {
      id: 'kubernetes:-/acme',
      name: 'acme',
      entityRefs: [],
      location: { cluster: 'sandbox', namespaces: [NAMESPACE] },
    },
    {
      signal: new AbortController().signal,
      logger,
      workDir: tmpdir(),
      readDesiredState: async () => ({
        tenantId: 'acme',
        revision: 1,
        resources: desired.map(spec => ({
          tenantId: 'acme',
          resourceType: 'deployment',
          namespace: NAMESPACE,
          name: spec.metadata.name,
          spec,
          revision: 1,
          updatedAt: '2026-01-01T00:00:00Z',
          origin: 'api',
        })),
      }),
    },
  );
  const drift = observation.differences.filter(each => each.class === 'drift');
  if (!observation.complete || drift.length > 0) {
    throw new Error(`The scan is not clean: ${JSON.stringify(drift[0])}`);
  }
}

function kubectlDiff(directory) {
  return new Promise((resolve, reject) => {
    execFile(
      'kubectl',
      [
        `--kubeconfig=${join(directory, 'kubeconfig')}`,
        `--cache-dir=${join(directory, 'cache')}`,
        'diff',
        '-f',
        join(directory, 'desired.json'),
      ],
      { maxBuffer: 1e9 },
      (error, stdout, stderr) =>
        error || stdout
          ? reject(new Error(`kubectl diff is not clean: ${stdout}${stderr}`))
          : resolve(),
    );
  });
}

async function compare(directory) {
  const cluster = await startKubernetes({
    port: 0,
    tls: true,
    controllers: false,
  });
  try {
    const desired = Array.from({ length: OBJECTS }, (_, index) =>
      deployment(index),
    );
    await cluster.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } },
      'platform',
    );
    for (const object of desired) {
      await cluster.apply(object, 'platform');
    }
    await writeFile(join(directory, 'kubeconfig'), cluster.kubeconfig());
    await writeFile(
      join(directory, 'desired.json'),
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: desired }),
    );
    cluster.faults.set([{ effect: { type: 'delay', ms: LATENCY_MS } }]);

    const pairs = [];
    for (let pair = 0; pair < PAIRS; pair++) {
      const source = KubernetesDriftSource.fromConfig({
        logger,
        config: new ConfigReader({
          drift: {
            kubernetes: {
              clusters: [
                { name: 'sandbox', kubeconfig: join(directory, 'kubeconfig') },
              ],
              allowedNamespaces: [
                { tenants: ['acme'], namespaces: [NAMESPACE] },
              ],
            },
          },
        }),
      });
      pairs.push({
        ours: await measure(cluster, () => scan(source, desired)),
        kubectl: await measure(cluster, () => kubectlDiff(directory)),
      });
    }
    return pairs;
  } finally {
    await cluster.stop();
  }
}

if (spawnSync('kubectl', ['version', '--client']).status !== 0) {
  console.log('skipped: kubectl not installed');
  process.exit();
}

const directory = await mkdtemp(join(tmpdir(), 'drift-benchmark-'));
try {
  const pairs = await compare(directory);
  const ratio = what =>
    median(pairs.map(({ ours, kubectl }) => kubectl[what] / ours[what]));
  const requests = ratio('requests');
  const time = ratio('milliseconds');
  const { ours, kubectl } = pairs[0];
  console.log(
    `${OBJECTS} Deployments, ${LATENCY_MS} ms of latency: ${requests.toFixed(
      0,
    )}x fewer requests (${ours.requests} against ${
      kubectl.requests
    }), ${time.toFixed(1)}x faster (${ours.milliseconds.toFixed(
      0,
    )} ms against ${kubectl.milliseconds.toFixed(0)} ms) than kubectl diff`,
  );
  const missed = [
    requests < REQUESTS_FLOOR ? `requests ${requests} < ${REQUESTS_FLOOR}` : [],
    time < TIME_FLOOR ? `time ${time} < ${TIME_FLOOR}` : [],
  ].flat();
  if (missed.length > 0) {
    console.error(`Missed: ${missed.join('; ')}`);
    process.exitCode = 1;
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
