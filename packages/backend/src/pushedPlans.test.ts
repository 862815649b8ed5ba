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

import { mockCredentials } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import {
  DriftReport,
  IngestResult,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DriftBench } from './__testUtils__/DriftBench';

const RECORDED = resolvePackagePath(
  '@infra-hub/drift-engine',
  'src/__fixtures__/terraform',
);
const TYPES: Record<string, string> = {
  json: 'application/json',
  jsonl: 'application/x-ndjson',
  txt: 'text/plain',
};

/** Every recorded plan, with the exit code that Terraform gave and with one that contradicts it. */
const cases = readdirSync(RECORDED).flatMap(file => {
  const right = file.includes('exit0') ? 0 : 2;
  return [
    { file, exitCode: right },
    { file, exitCode: 2 - right },
    { file, exitCode: 1 },
  ];
});

describe('plans that pipelines push', () => {
  const directory = mkdtempSync(join(tmpdir(), 'drift-pushed-plans-'));
  const tool = join(directory, 'infra-hub-drift.cjs');
  let bench: DriftBench;

  beforeAll(async () => {
    execFileSync(process.execPath, [
      resolvePackagePath(
        '@infra-hub/drift-cli',
        'scripts/build-single-file.mjs',
      ),
      '--out',
      tool,
    ]);
    bench = new DriftBench();
    await bench.start();
  }, 120_000);

  afterAll(async () => {
    await bench.dispose();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  async function send(
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = { 'Content-Type': 'application/json' },
  ) {
    const response = await fetch(`${bench.url}/api/drift${path}`, {
      method: 'POST',
      headers: { Authorization: mockCredentials.user.header(), ...headers },
      body: body as BodyInit,
    });
    return { status: response.status, text: await response.text() };
  }

  async function openFindings(targetId: string): Promise<StoredFinding[]> {
    const all: StoredFinding[] = [];
    for (;;) {
      const page = await bench.findings(
        targetId,
        `&state=open&offset=${all.length}`,
      );
      all.push(...page);
      if (page.length === 0) {
        return all;
      }
    }
  }

  /** What the command line says of a plan; its exit code says the same again. */
  function printed(file: string, exitCode: number): Promise<DriftReport> {
    return new Promise((resolve, reject) => {
      execFile(
        process.execPath,
        [tool, 'plan', file, '--exit-code', `${exitCode}`, '--format', 'json'],
        { maxBuffer: 64 * 1024 ** 2 },
        (error, stdout) => {
          if (stdout === '') {
            reject(error ?? new Error('The command line said nothing'));
          } else {
            resolve(JSON.parse(stdout));
          }
        },
      );
    });
  }

  it('get the verdict that the command line prints', async () => {
    const statuses = new Set<string>();
    for (const [index, { file, exitCode }] of cases.entries()) {
      const path = join(RECORDED, file);
      const expected = await printed(path, exitCode);
      const { status, text } = await send(
        `/ingest/plan?module=m${index}&exitCode=${exitCode}`,
        file.endsWith('.gz')
          ? gunzipSync(readFileSync(path))
          : readFileSync(path),
        { 'Content-Type': TYPES[file.replace('.gz', '').split('.')[1]] },
      );
      expect({ file, status }).toEqual({ file, status: 202 });
      const { targetId, scanId }: IngestResult = JSON.parse(text);

      const [scan] = await bench.scans(targetId);
      const { findings, complete, ...verdict } = expected;
      expect({ file, exitCode, scan }).toMatchObject({
        file,
        exitCode,
        scan: { id: scanId, ...verdict },
      });
      statuses.add(verdict.status);

      const stored = (await openFindings(targetId)).map(
        ({
          id: _id,
          targetId: _targetId,
          state: _state,
          firstSeenAt: _firstSeenAt,
          lastSeenAt: _lastSeenAt,
          resolvedAt: _resolvedAt,
          recurrences: _recurrences,
          ...finding
        }) => finding,
      );
      // A look that failed adds what drifted, and nothing else
      const kept = complete
        ? findings
        : findings.filter(finding => finding.class === 'drift');
      expect(sorted(stored)).toEqual(sorted(kept));
    }
    expect([...statuses].sort()).toEqual([
      'clean',
      'drifted',
      'error',
      'pending',
    ]);
  }, 180_000);
});

function sorted<T extends { address: string; class: string }>(list: T[]): T[] {
  const key = (item: T) => `${item.address} ${item.class}`;
  return [...list].sort((a, b) => key(a).localeCompare(key(b)));
}
