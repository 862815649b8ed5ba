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
 * One measured process: `node reader.mjs <ours|baseline> <file> <passes> <engine>`.
 * Prints JSON with CPU time of the first pass and of the later half of the passes
 * (median; a garbage collection falls into any of them), the peak memory
 * after the first pass, and what was found.
 */

import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [, , kind, file, passes, engine] = process.argv;

async function ours({ readPlan, fileBytes }) {
  const plan = await readPlan(fileBytes(file));
  return `${plan.drift.length}/${plan.changes.length}`;
}

/** What a user would write in its place. */
async function baseline() {
  const plan = JSON.parse(readFileSync(file, 'utf8'));
  const drift = plan.resource_drift ?? [];
  const drifted = new Set(drift.map(({ address }) => address));
  const changes = (plan.resource_changes ?? []).filter(
    ({ address, change: { actions } }) =>
      drifted.has(address) || actions.length !== 1 || actions[0] !== 'no-op',
  );
  return `${drift.length}/${changes.length}`;
}

const read = kind === 'ours' ? ours : baseline;
const loaded = kind === 'ours' ? await import(pathToFileURL(engine)) : {};
const result = { first: 0, last: 0, memory: 0, found: '' };
const times = [];
for (let pass = 0; pass < Number(passes); pass++) {
  const before = process.cpuUsage();
  try {
    result.found = await read(loaded);
  } catch (error) {
    result.found = `failed: ${error.code ?? error.name}`;
  }
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / 1000);
  if (pass === 0) {
    result.first = times[0];
    result.memory = process.resourceUsage().maxRSS / 1024;
  }
}
const settled = times.slice(Math.floor(times.length / 2)).sort((a, b) => a - b);
result.last = settled[Math.floor(settled.length / 2)];
process.stdout.write(JSON.stringify(result));
