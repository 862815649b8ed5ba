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
 * Objects per second that are compared: the engine against microdiff, the fastest
 * generic differ, on 10,000 Deployments as written and as an API server gives them
 * back, of which every tenth was changed. Both in the same run, in turns, the best
 * of each. Exits with 1 below the floor, or when the engine does not find exactly
 * what was changed.
 *
 * Usage: node benchmarks/kubernetes-compare/run.mjs [--quick]
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import diff from 'microdiff';

const GOAL = 2;
const FLOOR = 1.2;
const quick = process.argv.includes('--quick');
const count = quick ? 2_000 : 10_000;
const rounds = quick ? 5 : 9;

function desiredDeployment(index) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: `service-${index}`,
      namespace: 'acme',
      labels: { app: `service-${index}`, team: 'platform' },
    },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: `service-${index}` } },
      template: {
        metadata: { labels: { app: `service-${index}`, team: 'platform' } },
        spec: {
          containers: [
            {
              name: 'main',
              image: `registry.local/service:${index}`,
              ports: [{ containerPort: 8080, name: 'http' }],
              env: Array.from({ length: 8 }, (_, at) => ({
                name: `SETTING_${at}`,
                value: `value ${at}`,
              })),
              resources: {
                limits: { cpu: '1000m', memory: '1Gi' },
                requests: { cpu: '500m', memory: '512Mi' },
              },
              readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
            },
            { name: 'proxy', image: 'registry.local/proxy:2.1' },
          ],
        },
      },
    },
  };
}

function liveDeployment(index) {
  const live = desiredDeployment(index);
  Object.assign(live.metadata, {
    uid: `uid-${index}`,
    resourceVersion: String(index),
    generation: 1,
    creationTimestamp: '2026-11-22T02:37:07Z',
    managedFields: [
      {
        manager: 'platform',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-11-22T02:37:07Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {}, 'f:team': {} } },
          'f:spec': { 'f:replicas': {}, 'f:selector': {}, 'f:template': {} },
        },
      },
    ],
  });
  Object.assign(live.spec, {
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    },
  });
  Object.assign(live.spec.template.spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  for (const container of live.spec.template.spec.containers) {
    Object.assign(container, {
      imagePullPolicy: 'IfNotPresent',
      terminationMessagePath: '/dev/termination-log',
      terminationMessagePolicy: 'File',
      resources: container.resources ?? {},
    });
  }
  const [main] = live.spec.template.spec.containers;
  main.ports[0].protocol = 'TCP';
  Object.assign(main.readinessProbe, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  main.readinessProbe.httpGet.scheme = 'HTTP';
  live.status = { replicas: 3, readyReplicas: 3, observedGeneration: 1 };
  if (index % 10 === 0) {
    live.spec.replicas = 5;
  }
  return live;
}

const directory = mkdtempSync(join(tmpdir(), 'drift-compare-'));
try {
  const bundle = join(directory, 'engine.mjs');
  await build({
    entryPoints: [
      fileURLToPath(
        new URL('../../packages/drift-engine/src/index.ts', import.meta.url),
      ),
    ],
    outfile: bundle,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const { compareKubernetes } = await import(pathToFileURL(bundle));

  // Parsed, as they come from an answer, and not as this script made them.
  const parsed = make =>
    JSON.parse(
      JSON.stringify(Array.from({ length: count }, (_, at) => make(at))),
    );
  const desired = parsed(desiredDeployment);
  const live = parsed(liveDeployment);

  const contestants = {
    engine: () =>
      compareKubernetes({ desired, live }).differences.reduce(
        (sum, each) => sum + each.fields.length,
        0,
      ),
    microdiff: () =>
      desired.reduce((sum, each, at) => sum + diff(each, live[at]).length, 0),
  };
  const best = { engine: 0, microdiff: 0 };
  const found = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = process.hrtime.bigint();
      found[name] = run();
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      best[name] = Math.max(best[name], count / seconds);
    }
  }

  const planted = count / 10;
  for (const name of Object.keys(contestants)) {
    console.log(
      `${name.padEnd(10)} ${Math.round(best[name]).toLocaleString(
        'en',
      )} objects a second, ${found[name]} differences (truth ${planted})`,
    );
  }
  const ratio = best.engine / best.microdiff;
  console.log(
    `${ratio.toFixed(2)}× microdiff (goal ${GOAL}×, floor ${FLOOR}×)`,
  );
  process.exitCode = ratio >= FLOOR && found.engine === planted ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
