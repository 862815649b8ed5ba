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

import { readFileSync } from 'node:fs';
import { assess } from '../assess/assess';
import {
  inChunks,
  planBytes,
  publicPlanPaths,
  recordedPlan,
  recordedPlanNames,
} from '../plan/__testUtils__/plans';
import { PlanReadError } from '../plan/PlanReadError';
import { readPlan } from '../plan/readPlan';
import { observePlan } from '../terraform/observePlan';
import { redactPlan } from './redactPlan';

async function redact(bytes: Buffer, salt?: Buffer): Promise<string> {
  let text = '';
  for await (const piece of redactPlan(
    inChunks(bytes, () => 5000),
    salt ? { salt } : {},
  )) {
    text += piece;
  }
  return text;
}

const report = async (bytes: Buffer) =>
  assess(observePlan(await readPlan(inChunks(bytes))));

describe('redactPlan gives the same report', () => {
  it.each(recordedPlanNames())('for %s, once and twice', async name => {
    const bytes = recordedPlan(name);
    const expected = await report(bytes);
    const once = Buffer.from(await redact(bytes));
    const twice = Buffer.from(await redact(once));
    expect(await report(once)).toEqual(expected);
    expect(await report(twice)).toEqual(expected);
    expect(once.length).toBeLessThan(bytes.length);
  });
});

const publicPlans = publicPlanPaths();
const whenPresent = publicPlans.length > 0 ? describe : describe.skip;

whenPresent(
  publicPlans.length > 0
    ? 'redactPlan on plans of other projects'
    : 'skipped: public corpus not present',
  () => {
    it('gives the same report, once and twice', async () => {
      const reports = [];
      for (const path of publicPlans) {
        const bytes = readFileSync(path);
        const expected = await report(bytes).catch(error => error);
        if (!(expected instanceof PlanReadError)) {
          const once = Buffer.from(await redact(bytes));
          const twice = Buffer.from(await redact(once));
          reports.push([
            path,
            expected,
            await report(once),
            await report(twice),
          ]);
        }
      }
      for (const [path, expected, once, twice] of reports) {
        expect([path, once]).toEqual([path, expected]);
        expect([path, twice]).toEqual([path, expected]);
      }
      expect(reports.length).toBeGreaterThan(35);
    });
  },
);

describe('redactPlan keeps secrets out', () => {
  let number = 0;
  const canaries: string[] = [];
  /** A new secret that no pattern knows; only its place gives it away. */
  const canary = () => {
    number++;
    const text = `Cn${number}"q/ü+${(number * 7919).toString(36)}Z`;
    canaries.push(text);
    return text;
  };
  /** A canary inside a text of a known form. */
  const plain = () => {
    number++;
    const text = `canary${number}x${(number * 104729).toString(36)}`;
    canaries.push(text);
    return text;
  };

  const copied = canary();
  const encoded = canary();
  const keyed = plain();
  const siblingMasked = canary();
  const accessKey = `${'AKIA'}${'CANARY0123456789'}`;
  canaries.push(accessKey);
  const before = {
    masked: canary(),
    nested: { deep: [{ leaf: canary() }] },
    subtree: { a: canary(), b: [canary(), { c: canary() }] },
    list: ['x', canary(), 'y', canary()],
    sparse: ['x', 'y', canary()],
    number: 123456789012,
    password: canary(),
    environment: [{ name: 'DB_PASSWORD', value: canary() }],
    settings: { client_secret: canary() },
    policy: JSON.stringify({ Statement: [], db: { password: canary() } }),
    containers: JSON.stringify([
      { environment: [{ name: 'API_TOKEN', value: canary() }] },
    ]),
    url: `postgres://app:${plain()}@db.local/x`,
    connection: `Server=x;Password=${plain()};`,
    script: `export AWS_KEY=${accessKey}`,
    source: copied,
    copy: `prefix ${copied} suffix`,
    encoded_source: encoded,
    user_data: Buffer.from(`#!/bin/sh\nlogin ${encoded}\n`).toString('base64'),
    user_data_2: Buffer.from(`a${encoded}`).toString('base64'),
    user_data_3: Buffer.from(`ab${encoded}`).toString('base64url'),
    hex: Buffer.from(encoded).toString('hex'),
    escaped: JSON.stringify({ x: encoded }),
    link: `https://x/?q=${encodeURIComponent(encoded)}`,
    keyed_source: keyed,
    tags: { [keyed]: 'owner', size: 'small' },
    sibling: siblingMasked,
    size: 1,
  };
  const changed = {
    ...before,
    masked: canary(),
    password: canary(),
    subtree: { a: canary() },
    number: 987654321098,
    settings: { client_secret: canary() },
    policy: JSON.stringify({ Statement: [1], db: { password: canary() } }),
    size: 2,
  };
  canaries.push('123456789012', '987654321098');
  const mask = {
    masked: true,
    nested: { deep: [{ leaf: true }] },
    subtree: true,
    list: [false, true, false, true],
    sparse: [null, null, true],
    number: true,
    source: true,
    encoded_source: true,
    keyed_source: true,
  };
  const address = `module.m["${keyed}"].t.a["${keyed}"]`;
  const drifted = {
    address,
    module_address: `module.m["${keyed}"]`,
    mode: 'managed',
    type: 't',
    name: 'a',
    index: keyed,
    change: {
      actions: ['update'],
      before,
      after: changed,
      before_sensitive: mask,
      after_sensitive: { ...mask, sibling: false },
    },
  };
  const document = {
    format_version: '1.2',
    terraform_version: '1.11.4',
    variables: { v: { value: canary() } },
    planned_values: {
      outputs: { o: { value: canary() } },
      root_module: { resources: [{ address: 't.x', values: { a: canary() } }] },
    },
    resource_drift: [drifted],
    resource_changes: [
      {
        ...drifted,
        change: {
          ...drifted.change,
          before: changed,
          after: { ...before, sibling: canary() },
          before_sensitive: { ...mask, sibling: true },
          after_sensitive: { sibling: true },
          before_identity: { id: canary() },
          generated_config: canary(),
        },
        action_reason: canary(),
      },
      {
        address: `t.other["${keyed}"]`,
        previous_address: `t.former["${keyed}"]`,
        mode: 'managed',
        type: 't',
        name: 'other',
        change: { actions: ['no-op'], before: { a: canary() } },
      },
      {
        address: 't.unchanged',
        mode: 'managed',
        change: { actions: ['no-op'], before: { a: canary() } },
      },
      {
        address: `data.t.${plain()}`,
        mode: 'data',
        change: { actions: ['read'], after: { a: canary() } },
      },
    ],
    deferred_changes: [
      {
        reason: 'instance_count_unknown',
        resource_change: {
          address: `t.deferred["${keyed}"]`,
          change: { after: canary() },
        },
      },
    ],
    output_changes: {
      o: { actions: ['update'], before: canary(), after: canary() },
    },
    action_invocations: [{ config_values: { a: canary() } }],
    prior_state: {
      values: {
        outputs: { o: { value: canary() } },
        root_module: {
          resources: [
            { address, mode: 'managed', values: { a: canary() } },
            { address: `t.s["${keyed}"]`, mode: 'managed' },
          ],
        },
      },
    },
    configuration: {
      provider_config: { p: { expressions: { token: canary() } } },
      root_module: {
        variables: { v: { default: canary() } },
        resources: [
          {
            address: 't.a',
            mode: 'managed',
            expressions: { size: { constant_value: canary() } },
          },
        ],
        module_calls: {
          m: {
            expressions: { in: { constant_value: canary() } },
            module: {
              resources: [
                {
                  address: 't.a',
                  mode: 'managed',
                  expressions: {
                    size: { references: [`t.other["${keyed}"]`] },
                    list: { constant_value: [canary()] },
                  },
                },
              ],
            },
          },
        },
      },
    },
    relevant_attributes: [{ resource: address, attribute: ['tags', keyed] }],
    checks: [
      {
        address: { to_display: `t.other["${keyed}"]` },
        status: 'fail',
        instances: [{ problems: [{ message: canary() }] }],
      },
    ],
    unknown_key: canary(),
    timestamp: '2026-11-22T01:58:31Z',
    complete: true,
    errored: false,
  };

  /** The forms in which a leak could be written. */
  const spellings = (text: string) => [
    text,
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
    JSON.stringify(JSON.stringify(JSON.stringify(text))).slice(7, -7),
    encodeURIComponent(text),
    Buffer.from(text).toString('hex'),
    Buffer.from(text).toString('base64').replace(/=*$/, '').slice(0, -1),
    Buffer.from(`a${text}`).toString('base64').replace(/=*$/, '').slice(2, -1),
    Buffer.from(`ab${text}`).toString('base64').replace(/=*$/, '').slice(3, -1),
  ];

  const leaks = (text: string) => {
    const found = new Set<string>();
    for (const secret of canaries) {
      for (const spelling of spellings(secret)) {
        if (text.toLowerCase().includes(spelling.toLowerCase())) {
          found.add(secret);
        }
      }
    }
    return [...found];
  };

  it('wherever they were planted', async () => {
    const source = JSON.stringify(document);
    expect(canaries.length).toBeGreaterThanOrEqual(40);
    expect(leaks(source)).toEqual(canaries);
    const redacted = await redact(planBytes(source));
    expect(leaks(redacted)).toEqual([]);
    expect(leaks(await redact(Buffer.from(redacted)))).toEqual([]);
  });

  it('and still gives the same report', async () => {
    const bytes = planBytes(document);
    // The key stands in addresses, of which the report says no more than needed.
    const expected = JSON.parse(
      JSON.stringify(await report(bytes)).replaceAll(keyed, '(sensitive)'),
    ) as Awaited<ReturnType<typeof report>>;
    expect(
      expected.findings.flatMap(finding =>
        finding.fields.map(field => field.path),
      ),
    ).toEqual(expect.arrayContaining(['/size', '/masked', '/password']));
    const once = Buffer.from(await redact(bytes));
    expect(await report(once)).toEqual(expected);
    expect(await report(Buffer.from(await redact(once)))).toEqual(expected);
  });

  it('with markers that differ where values differ, and tell no more', async () => {
    const plan = (value: string, other: string) =>
      planBytes({
        format_version: '1.2',
        resource_changes: [
          {
            address: 't.a',
            mode: 'managed',
            type: 't',
            name: 'a',
            change: {
              actions: ['update'],
              before: { same: value, changes: value, twin: value, empty: '' },
              after: { same: value, changes: other, twin: value, empty: '' },
              before_sensitive: true,
              after_sensitive: true,
            },
          },
        ],
      });
    const salt = Buffer.alloc(32, 1);
    const change = async (bytes: Buffer, key?: Buffer) =>
      JSON.parse(await redact(bytes, key)).resource_changes[0].change;

    const { before: was, after: is } = await change(
      plan('one-1', 'two-2'),
      salt,
    );
    expect(was.same).toBe(is.same);
    expect(was.changes).not.toBe(is.changes);
    expect(was.twin).not.toBe(was.same);
    expect(was.empty).toBe('');

    const again = await change(plan('one-1', 'two-2'));
    expect(again.before.same).not.toBe(was.same);
  });

  it('keeps numbers exact', async () => {
    const bytes = planBytes(
      '{"format_version":"1.2","resource_changes":[{"address":"t.a","mode":"managed","change":{"actions":["update"],"before":{"n":9007199254740993},"after":{"n":1e400}}}]}',
    );
    expect(await redact(bytes)).toContain(
      '"before":{"n":9007199254740993},"after":{"n":1e400}',
    );
  });

  it('writes nothing of a plan that it refuses', async () => {
    const bytes = recordedPlan('refresh-only-drift.json');
    const pieces = redactPlan(inChunks(bytes.subarray(0, -10)));
    await expect(pieces.next()).rejects.toMatchObject({ code: 'truncated' });
  });
});
