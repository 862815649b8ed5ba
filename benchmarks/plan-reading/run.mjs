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

/*
 * Compares the engine's plan reader with JSON.parse and a filter, in ratios of
 * one run: see README.md. `--quick` uses smaller plans and fewer pairs.
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writePlan } from './plans.mjs';

const quick = process.argv.includes('--quick');
const PAIRS = quick ? 3 : 7;
const MEGABYTE = 1_000_000;

const here = path => fileURLToPath(new URL(path, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'plan-reading-'));
const engine = join(directory, 'engine.mjs');

async function compileEngine() {
  await build({
    stdin: {
      contents: `
        export { readPlan } from '../../packages/drift-engine/src/plan/readPlan';
        export { fileBytes } from '../../packages/drift-engine/src/plan/fileBytes';`,
      resolveDir: here('.'),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    outfile: engine,
    logLevel: 'error',
  });
}

function read(kind, file, passes) {
  return JSON.parse(
    execFileSync(
      process.execPath,
      [here('./reader.mjs'), kind, file, String(passes), engine],
      { encoding: 'utf8' },
    ),
  );
}

function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Interleaved pairs, so that both sides meet the same disturbances. */
function compare(file, passes) {
  const pairs = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const ours = read('ours', file, passes);
    const baseline = read('baseline', file, passes);
    if (ours.found !== baseline.found) {
      throw new Error(
        `The readers disagree: ${ours.found} and ${baseline.found}.`,
      );
    }
    pairs.push({ ours, baseline });
  }
  return {
    found: pairs[0].ours.found,
    warm: median(pairs.map(({ ours, baseline }) => baseline.last / ours.last)),
    cold: median(
      pairs.map(({ ours, baseline }) => baseline.first / ours.first),
    ),
    memory: median(
      pairs.map(({ ours, baseline }) => ours.memory / baseline.memory),
    ),
    peak: median(pairs.map(({ ours }) => ours.memory)),
    milliseconds: median(pairs.map(({ ours }) => ours.last)),
  };
}

/** Peak memory of a process that does nothing, in MiB. */
function idleMemory() {
  return (
    JSON.parse(
      execFileSync(process.execPath, ['-p', 'process.resourceUsage().maxRSS'], {
        encoding: 'utf8',
      }),
    ) / 1024
  );
}

const rows = [];
let missed = 0;

function row(what, value, goal, isReached) {
  missed += isReached ? 0 : 1;
  rows.push({ what, value, goal, reached: isReached ? 'yes' : 'NO' });
}

function note(what, value) {
  rows.push({ what, value, goal: '', reached: '' });
}

const times = ratio => `${ratio.toFixed(2)} x`;

try {
  await compileEngine();

  const large = join(directory, 'large.json');
  writePlan(large, {
    resources: quick ? 1000 : 5250,
    every: 20,
    large: true,
  });
  const size = statSync(large).size / MEGABYTE;
  const big = compare(large, 8);
  const name = `${size.toFixed(0)} MB, 5 % changed (${big.found})`;
  row(
    `${name}: speed`,
    times(big.warm),
    quick ? '>= 1' : '>= 2 (aim 3)',
    big.warm >= (quick ? 1 : 2),
  );
  note(`${name}: speed of the first read in a process`, times(big.cold));
  note(
    `${name}: throughput`,
    `${((size / big.milliseconds) * 1000).toFixed(0)} MB/s`,
  );
  row(
    `${name}: peak memory`,
    times(big.memory),
    quick ? '<= 1' : '<= 0.33',
    big.memory <= (quick ? 1 : 0.334),
  );
  note(`${name}: peak memory`, `${big.peak.toFixed(0)} MiB`);
  const idle = idleMemory();
  note('  of which a process that does nothing', `${idle.toFixed(0)} MiB`);
  writePlan(large, {
    resources: quick ? 1000 : 5250,
    every: 20,
    large: true,
    ascii: true,
  });
  const ascii = compare(large, 8);
  note('  the same in ASCII: speed', times(ascii.warm));
  note('  the same in ASCII: peak memory', times(ascii.memory));
  note(
    '  the same in ASCII: peak memory beyond a process that does nothing',
    times((ascii.peak - idle) / (ascii.peak / ascii.memory - idle)),
  );
  rmSync(large);

  const small = join(directory, 'small.json');
  writePlan(small, {
    resources: quick ? 2500 : 5000,
    every: 1,
    large: false,
  });
  const smallSize = statSync(small).size / MEGABYTE;
  const all = compare(small, 24);
  row(
    `${smallSize.toFixed(1)} MB, all changed (${all.found}): speed`,
    times(all.warm),
    '>= 0.8',
    all.warm >= 0.8,
  );
  note('  first read in a process', times(all.cold));
  rmSync(small);

  const huge = join(directory, 'huge.json');
  writePlan(huge, {
    resources: quick ? 20_000 : 105_000,
    every: 400,
    large: true,
  });
  const hugeSize = `${(statSync(huge).size / MEGABYTE).toFixed(0)} MB`;
  const ours = read('ours', huge, 1);
  row(
    `${hugeSize}: works`,
    ours.found,
    'no failure',
    !ours.found.startsWith('failed'),
  );
  row(
    `${hugeSize}: peak memory against ${size.toFixed(0)} MB`,
    times(ours.memory / big.peak),
    '<= 1.5',
    ours.memory / big.peak <= 1.5,
  );
  note(
    `${hugeSize}: throughput, first read`,
    `${((statSync(huge).size / MEGABYTE / ours.first) * 1000).toFixed(0)} MB/s`,
  );
  if (!quick) {
    note(`${hugeSize}: JSON.parse`, read('baseline', huge, 1).found);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const width = Math.max(...rows.map(({ what }) => what.length));
for (const { what, value, goal, reached } of rows) {
  process.stdout.write(
    `${what.padEnd(width)}  ${value.padStart(24)}  ${goal.padEnd(
      14,
    )}${reached}\n`,
  );
}
process.exitCode = missed === 0 ? 0 : 1;
