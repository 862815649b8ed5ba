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

import * as fc from 'fast-check';
import { JsonValue } from '@backstage/types';
import { reportOf } from './__testUtils__/planOf';

const CANARY = 'canary-4f9d1c7e';

describe('secrets in a plan', () => {
  const changed = (
    recorded: unknown,
    actual: unknown,
    masks: { before_sensitive?: unknown; after_sensitive?: unknown } = {},
    address = 'test_thing.it',
  ) => ({
    drift: [
      {
        address,
        actions: ['update'],
        before: recorded,
        after: actual,
        ...masks,
      },
    ],
    changes: [
      { address, actions: ['update'], before: actual, after: recorded },
    ],
  });

  it.each<[place: string, parts: Parameters<typeof reportOf>[0]]>([
    [
      'a masked attribute',
      changed({ a: 'x' }, { a: CANARY }, { after_sensitive: { a: true } }),
    ],
    [
      'an attribute masked only on the other side',
      changed({ a: CANARY }, { a: 'x' }, { after_sensitive: { a: true } }),
    ],
    [
      'a whole masked block',
      changed(
        { b: [] },
        { b: [{ c: CANARY }] },
        { after_sensitive: { b: true } },
      ),
    ],
    [
      'a masked attribute of a new list element',
      changed(
        { b: [{ n: 'a' }] },
        { b: [{ n: 'a' }, { n: 'b', c: CANARY }] },
        { after_sensitive: { b: [{}, { c: true }] } },
      ),
    ],
    [
      'a masked element that moved to another position',
      changed(
        { b: [{ n: 'a', c: CANARY }] },
        { b: [{ n: 'new' }, { n: 'a', c: CANARY }] },
        { before_sensitive: { b: [{ c: true }] } },
      ),
    ],
    [
      'a map entry',
      changed(
        { m: {} },
        { m: { k: CANARY } },
        { after_sensitive: { m: { k: true } } },
      ),
    ],
    [
      'an unmasked copy of a masked value',
      changed(
        { a: 'x', url: 'u' },
        { a: CANARY, url: `https://h/?k=${CANARY}` },
        { after_sensitive: { a: true } },
      ),
    ],
    [
      'a copy in an instance key',
      changed(
        { a: 'x' },
        { a: CANARY },
        { after_sensitive: { a: true } },
        `test_thing.it["${CANARY}"]`,
      ),
    ],
    [
      'a copy as the key of a map',
      changed(
        { a: 'x', m: {} },
        { a: CANARY, m: { [CANARY]: 1 } },
        { after_sensitive: { a: true } },
      ),
    ],
    [
      'an attribute called like a secret',
      changed({ db_password: 'x' }, { db_password: CANARY }),
    ],
    [
      'an environment variable called like a secret',
      changed(
        { env: [{ name: 'DB_PASSWORD', value: 'x' }] },
        { env: [{ name: 'DB_PASSWORD', value: CANARY }] },
      ),
    ],
    [
      'a new environment variable called like a secret',
      changed({ env: [] }, { env: [{ name: 'DB_PASSWORD', value: CANARY }] }),
    ],
    [
      'a JSON text',
      changed(
        { doc: '{}' },
        { doc: JSON.stringify([{ name: 'API_TOKEN', value: CANARY }]) },
      ),
    ],
    [
      'a resource deleted outside',
      {
        drift: [
          {
            actions: ['delete'],
            before: { a: CANARY, b: 'x' },
            before_sensitive: { a: true },
          },
        ],
        changes: [{ actions: ['create'], after: { a: CANARY, b: 'x' } }],
      },
    ],
    [
      'a mask that alone changed',
      {
        changes: [
          {
            actions: ['update'],
            before: { a: CANARY },
            after: { a: CANARY },
            before_sensitive: {},
            after_sensitive: { a: true },
          },
        ],
      },
    ],
  ])('do not come out of %s', async (_place, parts) => {
    const report = await reportOf(parts);
    expect(report.findings.length).toBeGreaterThan(0);
    expect(JSON.stringify(report)).not.toContain(CANARY);
  });

  it('do not come out of the address of a deferred change or a failed check', async () => {
    const report = await reportOf({
      ...changed({ a: 'x' }, { a: CANARY }, { after_sensitive: { a: true } }),
      more: {
        deferred_changes: [
          {
            reason: 'instance_count_unknown',
            resource_change: { address: `test_thing.later["${CANARY}"]` },
          },
        ],
        checks: [
          {
            address: { to_display: `test_thing.checked["${CANARY}"]` },
            status: 'fail',
          },
        ],
      },
    });
    expect(JSON.stringify(report)).not.toContain(CANARY);
    expect(report.blindSpots.map(({ scope }) => scope)).toEqual([
      'test_thing.later["(sensitive)"]',
    ]);
    expect(report.warnings).toContain(
      'The check test_thing.checked["(sensitive)"] has status fail.',
    );
  });

  it('are still reported as changed', async () => {
    const report = await reportOf(
      changed({ a: 'x' }, { a: CANARY }, { after_sensitive: { a: true } }),
    );
    expect(report.findings[0].fields).toEqual([
      { path: '/a', sensitive: true },
    ]);
  });

  it('never come out, wherever the mask is', async () => {
    const tree = fc.letrec<{ any: JsonValue }>(tie => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.nat(9),
        fc.constantFrom('plain', 'text'),
        fc.constant(CANARY),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('any')),
      ),
    })).any;
    const maskOf = (value: JsonValue): JsonValue => {
      if (Array.isArray(value)) {
        return value.map(maskOf);
      }
      if (typeof value === 'object' && value !== null) {
        return Object.fromEntries(
          Object.entries(value).map(([key, below]) => [
            key,
            maskOf(below ?? null),
          ]),
        );
      }
      return value === CANARY;
    };
    const state = fc.dictionary(fc.constantFrom('p', 'q'), tree);
    await fc.assert(
      fc.asyncProperty(state, state, async (recorded, actual) => {
        const report = await reportOf({
          drift: [
            {
              actions: ['update'],
              before: recorded,
              after: actual,
              before_sensitive: maskOf(recorded),
              after_sensitive: maskOf(actual),
            },
          ],
          changes: [
            {
              actions: ['update'],
              before: actual,
              after: recorded,
              before_sensitive: maskOf(actual),
              after_sensitive: maskOf(recorded),
            },
          ],
        });
        expect(JSON.stringify(report)).not.toContain(CANARY);
      }),
      { numRuns: 300 },
    );
  });
});

describe('values that are hard to carry', () => {
  const one = async (recorded: string, actual: string) =>
    (
      await reportOf({
        drift: [
          {
            actions: ['update'],
            before: { a: recorded },
            after: { a: actual },
          },
        ],
        changes: [
          {
            actions: ['update'],
            before: { a: actual },
            after: { a: recorded },
          },
        ],
      })
    ).findings[0];

  it('are cut when they are very long, and still told apart', async () => {
    const long = 'x y '.repeat(20_000);
    const first = await one(long, `${long}1`);
    const second = await one(long, `${long}2`);
    expect(JSON.stringify(first).length).toBeLessThan(10_000);
    expect(first.fingerprint).not.toBe(second.fingerprint);
  });
});
