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

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { main } from '../main';

const RECORDED = join(
  __dirname,
  '../../../drift-engine/src/__fixtures__/kubernetes/recorded-v1.36.2',
);
const recorded = (prefix: string) =>
  readdirSync(RECORDED)
    .filter(name => name.startsWith(prefix))
    .map(name => join(RECORDED, name));

const DESIRED = join(RECORDED, 'desired.yaml');
const CLEAN = recorded('live-clean-');
const DRIFTED = [
  ...recorded('live-drifted-'),
  ...recorded('live-clean-secrets-'),
];

const directory = mkdtempSync(join(tmpdir(), 'infra-hub-drift-'));
function file(name: string, content: string | Buffer | object): string {
  const path = join(directory, name);
  writeFileSync(
    path,
    typeof content === 'string' || Buffer.isBuffer(content)
      ? content
      : JSON.stringify(content),
  );
  return path;
}

async function run(
  args: string[],
  { stdin = '', tty = false }: { stdin?: string; tty?: boolean } = {},
) {
  let out = '';
  let err = '';
  const stdout = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        out += chunk;
        done();
      },
    }),
    { isTTY: tty },
  );
  const stderr = new Writable({
    write(chunk, _encoding, done) {
      err += chunk;
      done();
    },
  });
  const code = await main(
    ['node', 'infra-hub-drift', 'compare', ...args],
    { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr },
    { environment: {}, wait: async () => {}, random: () => 0 },
  );
  return { code, out, err };
}

async function verdict(live: string[], ...more: string[]) {
  const { code, out } = await run([
    '--desired',
    DESIRED,
    '--live',
    ...live,
    ...more,
  ]);
  return { code, report: JSON.parse(out) };
}

describe('infra-hub-drift compare', () => {
  it('exits 0 when everything is as desired', async () => {
    const { code, report } = await verdict(CLEAN);
    expect(report).toMatchObject({
      status: 'clean',
      risk: 'none',
      driftedResources: 0,
      totalResources: 7,
      blindSpots: [],
      warnings: [],
    });
    expect(code).toBe(0);
  });

  it('exits 2 on drift and names objects as kubectl does', async () => {
    const { code, report } = await verdict(DRIFTED);
    expect(code).toBe(2);
    expect(report).toMatchObject({ status: 'drifted', driftedResources: 5 });
    const findings = new Map(
      report.findings
        .filter((each: { class: string }) => each.class === 'drift')
        .map((each: { kind: string }) => [each.kind, each]),
    );
    expect(findings.get('Ingress')).toEqual({
      kind: 'Ingress',
      namespace: 'tenant-acme',
      name: 'ai',
      address: 'tenant-acme/Ingress/ai',
      resourceType: 'Ingress',
      resourceName: 'ai',
      class: 'drift',
      change: 'update',
      severity: 'low',
      severityRule: 'kubernetes-labels',
      rule: 'set-outside',
      reason:
        'annotations[nginx/timeout] was added in the cluster by kubectl-annotate; the desired state does not have it.',
      attribution: {
        who: 'kubectl-annotate',
        when: '2026-11-22T02:37:08Z',
        how: 'Update',
        evidence: 'managedFields',
      },
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      fields: [
        {
          path: '/metadata/annotations/nginx~1timeout',
          label: 'annotations[nginx/timeout]',
          actual: '5',
        },
      ],
    });
    expect(findings.get('NetworkPolicy')).toMatchObject({
      change: 'delete',
      severity: 'critical',
      fields: [],
    });
  });

  it('reads lists, streams, YAML, gzip and standard input', async () => {
    const objects = CLEAN.map(path => JSON.parse(readFileSync(path, 'utf8')));
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    for (const live of [
      file('list.json', list),
      file('lines.json', objects.map(each => JSON.stringify(each)).join('\n')),
      file(
        'list.yaml',
        `---\n${objects.map(each => JSON.stringify(each)).join('\n---\n')}\n`,
      ),
      file('list.json.gz', gzipSync(JSON.stringify(list))),
    ]) {
      expect(await verdict([live])).toMatchObject({ code: 0 });
    }
    const { code } = await run(['--desired', DESIRED, '--live', '-'], {
      stdin: `\uFEFF${JSON.stringify(list)}`,
    });
    expect(code).toBe(0);
  });

  it.each([
    ['a refusal', () => recorded('forbidden-403')],
    [
      'a refusal beside clean objects',
      () => [
        ...CLEAN.filter(path => !path.includes('deployments')),
        ...recorded('forbidden-403'),
      ],
    ],
    ['an error', () => recorded('unauthorized-401')],
    ['half a list', () => recorded('list-chunk-1')],
    [
      'a cut file',
      () => [
        ...CLEAN.slice(1),
        file('cut.json', readFileSync(CLEAN[0], 'utf8').slice(0, -40)),
      ],
    ],
    ['an empty file', () => [file('empty.json', '')]],
    ['no file', () => [join(directory, 'nothing.json')]],
    [
      'no text',
      () => [file('binary.json', Buffer.from([0xff, 0xfe, 0x00, 0xc0]))],
    ],
  ])('exits 1 on %s, without a word of deletions', async (_, live) => {
    const { code, report } = await verdict(live());
    expect(code).toBe(1);
    expect(report).toMatchObject({ status: 'error', complete: false });
    expect(report.error).toBeTruthy();
    expect(
      report.findings.filter(
        (each: { class: string }) => each.class === 'drift',
      ),
    ).toEqual([]);
  });

  it('says where a manifest is wrong', async () => {
    const wrong = file(
      'wrong.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nkind: X\n',
    );
    const { code, out } = await run(['--desired', wrong, '--live', ...CLEAN]);
    expect(code).toBe(1);
    expect(JSON.parse(out).error).toBe(
      `${wrong}: document 2 (line 5) has no apiVersion.`,
    );
  });

  it('takes platform managers and rules', async () => {
    const managers = await verdict(
      DRIFTED,
      '--platform-manager',
      'platform',
      'kubectl-annotate',
    );
    expect(
      managers.report.findings.find(
        (each: { kind: string }) => each.kind === 'Ingress',
      ).class,
    ).toBe('pending');
    const muted = await verdict(
      DRIFTED,
      '--ignore-rules',
      file('ignore.json', [
        {
          id: 'hotfix',
          reason: 'known',
          source: 'kubernetes',
          path: '/metadata/annotations',
        },
      ]),
    );
    expect(muted.report.driftedResources).toBe(4);
  });

  it('shows people what differs, and no secret', async () => {
    const { code, out } = await run(
      ['--desired', DESIRED, '--live', ...DRIFTED],
      { tty: true },
    );
    expect(code).toBe(2);
    expect(out).toContain('replicas  is 2  code wants 3\n');
    expect(out).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it('needs both sides', async () => {
    expect((await run(['--desired', DESIRED])).code).toBe(1);
    expect((await run(['--live', ...CLEAN])).code).toBe(1);
  });
});
