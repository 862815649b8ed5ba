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

import { execFile, spawn } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { version } from '../package.json';

const ROOT = join(__dirname, '..');
const FIXTURES = join(ROOT, '../drift-engine/src/__fixtures__/terraform');
const MEGABYTE = 1_000_000;

const directory = mkdtempSync(join(tmpdir(), 'infra-hub-drift-file-'));
const program = join(directory, 'infra-hub-drift.cjs');

beforeAll(async () => {
  const built = join(directory, 'built/infra-hub-drift.cjs');
  mkdirSync(join(directory, 'built'));
  await promisify(execFile)(process.execPath, [
    join(ROOT, 'scripts/build-single-file.mjs'),
    '--out',
    built,
  ]);
  copyFileSync(built, program);
  rmSync(join(directory, 'built'), { recursive: true });
});

afterAll(() => rmSync(directory, { recursive: true }));

async function start(args: string[], nodeArguments: string[] = []) {
  const child = spawn('node', [...nodeArguments, program, ...args], {
    cwd: directory,
    env: { PATH: process.env.PATH, DRIFT_TOKEN: 'token', TMPDIR: directory },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', chunk => {
    out += chunk;
  });
  child.stderr.on('data', chunk => {
    err += chunk;
  });
  const code = await new Promise<number | null>(resolve => {
    child.once('close', resolve);
  });
  return { code, out, err };
}

describe('the single file', () => {
  it('is all that is needed', async () => {
    expect(readdirSync(directory)).toEqual(['infra-hub-drift.cjs']);
    expect(await start(['--version'])).toEqual({
      code: 0,
      out: `${version}\n`,
      err: '',
    });
    const plan = await start(['plan', join(FIXTURES, 'drift-1000.json.gz')]);
    expect(plan.code).toBe(2);
    expect(JSON.parse(plan.out).driftedResources).toBe(1000);
  });

  it('reports a plan of 200 MB with little memory', async () => {
    const large = join(directory, 'large.json');
    const { resource_changes, resource_drift, ...plan } = JSON.parse(
      readFileSync(join(FIXTURES, 'config-change-plus-drift.json'), 'utf8'),
    );
    writeFileSync(
      large,
      `{"format_version":"1.2","resource_drift":${JSON.stringify(
        resource_drift,
      )},"configuration":${JSON.stringify(
        plan.configuration,
      )},"resource_changes":[`,
    );
    const resource = (index: number) => {
      const values = { id: `r${index}`, text: `Canary${'x'.repeat(2000)}` };
      return JSON.stringify({
        address: `filler_thing.r[${index}]`,
        mode: 'managed',
        type: 'filler_thing',
        name: 'r',
        index,
        change: { actions: ['no-op'], before: values, after: values },
      });
    };
    for (let index = 0, size = 0; size < 200 * MEGABYTE; ) {
      const rows: string[] = [];
      for (let row = 0; row < 1000; row++) {
        rows.push(`${resource(index++)},`);
      }
      const text = rows.join('');
      size += text.length;
      appendFileSync(large, text);
    }
    appendFileSync(large, `${JSON.stringify(resource_changes).slice(1)}}`);

    const body: string[] = [];
    const server = createServer(async (request, response) => {
      for await (const chunk of request.pipe(createGunzip())) {
        body.push(String(chunk));
      }
      response.writeHead(202, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ scanId: 's', targetId: 't' }));
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const memory = join(directory, 'memory.cjs');
    writeFileSync(
      memory,
      `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(
        join(directory, 'memory'),
      )}, String(process.resourceUsage().maxRSS)));`,
    );
    const { port } = server.address() as AddressInfo;
    const result = await start(
      [
        'report',
        large,
        ...['--module', 'a', '--url', `http://127.0.0.1:${port}`],
        ...['--fail-on', 'drift'],
      ],
      ['--max-old-space-size=128', '--require', memory],
    );
    server.close();
    expect(result.err).toMatch(/Reading: 50 % of 20\d MB\n/);
    expect(result.err).toContain('as scan s of t');
    expect(result.code).toBe(2);
    expect(body.join('')).not.toContain('Canary');
    expect(JSON.parse(body.join('')).resource_drift).toHaveLength(1);
    const peakMegabytes =
      Number(readFileSync(join(directory, 'memory'), 'utf8')) / 1000;
    expect(peakMegabytes).toBeLessThan(250);
    expect(readdirSync(directory).sort()).toEqual([
      'infra-hub-drift.cjs',
      'large.json',
      'memory',
      'memory.cjs',
    ]);
  }, 120_000);
});
