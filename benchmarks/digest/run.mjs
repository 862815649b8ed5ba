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
 * How much of a plan a language model gets to see: bytes of the digest against
 * bytes of a plan of 50 MB of which every fourth resource changed. Exits with 1
 * when that is more than a hundredth.
 *
 * Usage: node benchmarks/digest/run.mjs [--quick]
 */

import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { writePlan } from '../plan-reading/plans.mjs';

const MAX_SHARE = 1 / 100;
const resources = process.argv.includes('--quick') ? 500 : 5_000;

const directory = mkdtempSync(join(tmpdir(), 'drift-digest-'));
try {
  const plan = join(directory, 'plan.json');
  writePlan(plan, { resources, every: 4, large: true });
  const bundle = join(directory, 'engine.cjs');
  await build({
    entryPoints: [
      fileURLToPath(
        new URL('../../packages/drift-engine/src/index.ts', import.meta.url),
      ),
    ],
    outfile: bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    logLevel: 'error',
  });
  const { assess, digestFindings, observePlan, readPlan } = await import(
    pathToFileURL(bundle)
  );
  const report = assess(observePlan(await readPlan(createReadStream(plan))));
  const digest = digestFindings(report.findings);
  const size = statSync(plan).size;
  const share = Buffer.byteLength(digest.json) / size;
  console.log(
    `plan ${(size / 1e6).toFixed(1)} MB, ${
      report.driftedResources
    } drifted resources; digest ${Buffer.byteLength(digest.json)} bytes with ${
      digest.included.length
    } of them`,
  );
  console.log(
    `share of the plan: 1/${Math.round(1 / share)} (at most 1/${
      1 / MAX_SHARE
    })`,
  );
  process.exitCode = share <= MAX_SHARE ? 0 : 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
