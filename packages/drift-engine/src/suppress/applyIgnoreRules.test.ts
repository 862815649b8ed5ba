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
import type {
  FieldDifference,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { differenceOf, fieldOf } from '../assess/__testUtils__/differenceOf';
import { ResourceDifference } from '../observation/Observation';
import { applyIgnoreRules } from './applyIgnoreRules';
import { addressGlobMatches, globMatches, pointerGlobMatches } from './glob';
import { IgnoreContext, IgnoreRule } from './IgnoreRule';

const rule = (parts: Partial<IgnoreRule>): IgnoreRule => ({
  id: 'r',
  reason: 'Known.',
  ...parts,
});
const isMuted = (
  difference: ResourceDifference,
  parts: Partial<IgnoreRule>,
  context: IgnoreContext = {},
) =>
  applyIgnoreRules(difference, [rule(parts)], context).suppressedBy !==
  undefined;

describe('an ignore rule', () => {
  it.each<[string, Partial<IgnoreRule>, boolean]>([
    ['for the path', { path: '/size' }, true],
    ['for another path', { path: '/siz' }, false],
    ['for every path', { path: '/*' }, true],
    ['for the type', { resourceType: 'aws_*', path: '/size' }, true],
    ['for another type', { resourceType: 'azurerm_*', path: '/size' }, false],
    ['for the address', { address: 'aws_thing.it', path: '/size' }, true],
    ['for another address', { address: 'aws_thing.other' }, false],
    ['for the value', { path: '/size', value: 2 }, true],
    ['for another value', { path: '/size', value: 3 }, false],
    ['for the resource as a whole', { address: 'aws_thing.*' }, true],
    ['of another client', { path: '/size', client: 'acme' }, false],
    ['of another source', { path: '/size', source: 'kubernetes' }, false],
    ['of another target', { path: '/size', target: 'vpc*' }, false],
    ['of a manager where nobody knows who', { manager: '*' }, false],
  ])('%s', (_what, parts, expected) => {
    expect(isMuted(differenceOf(), parts)).toBe(expected);
  });

  it('applies to its own client and source', () => {
    const parts = { path: '/size', client: 'acme', source: 'terraform' };
    expect(
      isMuted(differenceOf(), parts, { client: 'acme', source: 'terraform' }),
    ).toBe(true);
  });

  it('applies to targets of its name', () => {
    for (const [target, expected] of [
      ['aks', true],
      ['aks-*', false],
      ['a*s', true],
      ['*', true],
    ] as const) {
      expect(
        isMuted(differenceOf(), { path: '/size', target }, { target: 'aks' }),
      ).toBe(expected);
    }
  });

  it('takes a text with a star for a pattern of values, and nothing else', () => {
    const having = (actual: FieldDifference['actual']) =>
      differenceOf({ fields: [fieldOf('/image', actual)] });
    const value = 'registry.io/*:v1.*';
    expect(isMuted(having('registry.io/app:v1.2'), { value })).toBe(true);
    expect(isMuted(having('registry.io/app:v2.1'), { value })).toBe(false);
    expect(isMuted(having(5), { value: '*' })).toBe(false);
    expect(isMuted(having('a.c'), { value: 'a?c' })).toBe(false);
    expect(isMuted(having({ a: [1] }), { value: { a: [1] } })).toBe(true);
    expect(isMuted(having({ a: [1] }), { value: { a: '*' } })).toBe(false);
  });

  it('mutes what a manager did, if nobody else did a part of it', () => {
    const by = (who: string) =>
      differenceOf({ attribution: { who, evidence: 'managedFields' } });
    expect(isMuted(by('hpa'), { manager: 'hpa' })).toBe(true);
    expect(isMuted(by('hpa-v2'), { manager: 'hpa*' })).toBe(true);
    expect(isMuted(by('kubectl-edit'), { manager: 'hpa' })).toBe(false);
    expect(isMuted(by('hpa, kubectl-edit'), { manager: 'hpa' })).toBe(false);
    expect(isMuted(by('hpa, kubectl-edit'), { manager: 'hpa*' })).toBe(false);
    expect(isMuted(by('Doe, Jane'), { manager: 'Doe, Jane' })).toBe(true);
    expect(
      isMuted({ ...by('hpa'), change: 'replace' }, { manager: 'hpa' }),
    ).toBe(false);
  });

  it('finds elements of lists by their names', () => {
    const image = differenceOf({
      fields: [
        {
          path: '/spec/containers/1/env/0/value',
          label: 'containers[main].env[A/B]',
          actual: 'x',
        },
      ],
    });
    for (const [path, expected] of [
      ['/spec/containers/[main]/env/[A~1B]/value', true],
      ['/spec/containers/[main]', true],
      ['/spec/containers/[other]', false],
      ['/spec/containers/1', true],
      ['/spec/containers/[1]', false],
      ['/spec/[main]', false],
    ] as const) {
      expect(isMuted(image, { path })).toBe(expected);
    }
    expect(
      isMuted(
        differenceOf({
          fields: [{ path: '/data/a.b/0', label: 'data[a.b][x]', actual: 1 }],
        }),
        { path: '/data/a.b/[x]' },
      ),
    ).toBe(true);
  });

  it('does nothing from its expiry on, or where nobody knows the time', () => {
    const parts = { path: '/size', expires: '2026-06-01T00:00:00Z' };
    const at = (now: string) => ({ now: new Date(now) });
    expect(isMuted(differenceOf(), parts, at('2026-05-31T23:59:59Z'))).toBe(
      true,
    );
    expect(isMuted(differenceOf(), parts, at('2026-06-01T00:00:00Z'))).toBe(
      false,
    );
    expect(isMuted(differenceOf(), parts)).toBe(false);
    expect(
      isMuted(
        differenceOf(),
        { path: '/size', expires: 'soon' },
        at('2026-01-01T00:00:00Z'),
      ),
    ).toBe(false);
  });

  it('mutes a finding only with all of its fields; else the rest remains', () => {
    const two = differenceOf({ fields: [fieldOf('/a', 1), fieldOf('/b', 1)] });
    const muted = applyIgnoreRules(two, [rule({ path: '/a' })], {});
    expect(muted.suppressedBy).toBeUndefined();
    expect(muted.difference.fields).toEqual([fieldOf('/b', 1)]);
    expect(muted.difference.normalised).toEqual([
      {
        path: '/a',
        normaliser: 'ignore-rule:r',
        reason: 'Known.',
        muted: fieldOf('/a', 1),
      },
    ]);
    expect(
      applyIgnoreRules(
        two,
        [rule({ path: '/a' }), rule({ id: 's', path: '/b' })],
        {},
      ).suppressedBy,
    ).toEqual({ ruleId: 'r', reason: 'Known.', alsoBy: ['s'] });
  });

  it('for every entry of a map mutes the map that appeared as a whole', () => {
    const whole = differenceOf({ fields: [fieldOf('/tags', { a: '1' })] });
    expect(isMuted(whole, { path: '/tags/*' })).toBe(true);
    expect(isMuted(whole, { path: '/tags/b' })).toBe(false);
  });

  it('never takes a secret for a value', () => {
    const secret = differenceOf({
      fields: [{ path: '/size', sensitive: true }],
    });
    expect(isMuted(secret, { path: '/size', value: null })).toBe(false);
  });

  it('mutes a missing or doomed resource only by its bare address', () => {
    const gone = (change: ResourceChange) => differenceOf({ change });
    for (const change of ['create', 'delete', 'replace'] as const) {
      expect(isMuted(gone(change), { address: 'aws_thing.it' })).toBe(true);
      expect(isMuted(gone(change), { address: 'aws_thing.*' })).toBe(false);
      expect(isMuted(gone(change), { resourceType: 'aws_thing' })).toBe(false);
      expect(isMuted(gone(change), {})).toBe(false);
    }
  });

  const anyGlob = fc.oneof(
    fc.constantFrom('*', '**', '/', '/*', '/size', '*.*', 'aws_*', '[*]'),
    fc.string({ maxLength: 8 }),
    fc.stringMatching(/^[a-z_*/.[\]]{0,12}$/),
  );
  const anyRule: fc.Arbitrary<Partial<IgnoreRule>> = fc.record(
    {
      client: fc.constantFrom('acme', 'globex'),
      source: fc.constantFrom('terraform', 'kubernetes'),
      target: fc.oneof(fc.constantFrom('aks', 'a*'), anyGlob),
      resourceType: fc.oneof(fc.constant('aws_thing'), anyGlob),
      address: fc.oneof(
        fc.constantFrom('aws_thing.it', 'aws_thing.*', 'aws_thing.it[*]'),
        anyGlob,
      ),
      path: anyGlob,
      value: fc.oneof(fc.constantFrom(null, 2, '*', 'x'), fc.jsonValue()),
      manager: fc.oneof(fc.constantFrom('*', 'hpa'), anyGlob),
      expires: fc.constantFrom('2027-01-01T00:00:00Z', '2020-01-01', ''),
    },
    { requiredKeys: [] },
  );
  const anyDoomed = fc
    .record({
      change: fc.constantFrom<ResourceChange>(
        'create',
        'delete',
        'replace',
        'forget',
        'unknown',
      ),
      actual: fc.oneof(fc.constantFrom(2, 'x', null), fc.jsonValue()),
      unmanaged: fc.constantFrom(true as const, undefined),
      who: fc.constantFrom('hpa', 'hpa, me', undefined),
    })
    .map(({ change, actual, unmanaged, who }) =>
      differenceOf({
        change,
        fields: [fieldOf('/size', actual as FieldDifference['actual'])],
        ...(unmanaged && { unmanaged }),
        ...(who && { attribution: { who, evidence: 'log' } }),
      }),
    );

  it('never mutes that a resource is missing, goes or is replaced, but by its bare address alone', () => {
    fc.assert(
      fc.property(
        anyDoomed,
        fc.array(anyRule, { minLength: 1, maxLength: 4 }),
        (difference, parts) => {
          const rules = parts.map((part, index) =>
            rule({ ...part, id: String(index) }),
          );
          const muted = applyIgnoreRules(difference, rules, {
            client: 'acme',
            source: 'terraform',
            target: 'aks',
            now: new Date('2026-11-22T10:00:00Z'),
          });
          const mayMute = rules.filter(
            ({ address, path, value, manager }) =>
              address === 'aws_thing.it' &&
              path === undefined &&
              value === undefined &&
              manager === undefined,
          );
          // Neither as a whole nor in part
          expect(muted.difference).toEqual(difference);
          expect([undefined, ...mayMute.map(({ id }) => id)]).toContain(
            muted.suppressedBy?.ruleId,
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('loses no field: what it does not mute stays, what it mutes is listed', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.constantFrom('/a', '/b', '/b/c', '/tags/x', '/d~1e'),
          {
            minLength: 1,
          },
        ),
        fc.array(anyRule, { maxLength: 4 }),
        (paths, parts) => {
          const difference = differenceOf({
            fields: paths.map((path, index) => fieldOf(path, index)),
          });
          const muted = applyIgnoreRules(
            difference,
            parts.map((part, index) => rule({ ...part, id: String(index) })),
            { client: 'acme', target: 'aks' },
          );
          const listed = (muted.difference.normalised ?? []).map(
            field => field.muted,
          );
          expect(
            [...muted.difference.fields, ...listed].map(field => field?.path),
          ).toHaveLength(paths.length);
          expect(muted.difference.fields.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('globs', () => {
  it.each([
    ['aws_x.*', 'aws_x.a', true],
    ['aws_x.*', 'aws_x.a[0]', true],
    ['aws_x.*', 'aws_x.a["k.ey"]', true],
    ['aws_x.*', 'module.m.aws_x.a', false],
    ['*', 'aws_x.a', false],
    ['module.*.aws_x.a', 'module.m["x"].aws_x.a', true],
    ['module.*.aws_x.a', 'module.m.module.n.aws_x.a', false],
    ['aws_x.a[*]', 'aws_x.a[3]', true],
    ['aws_x.a[*]', 'aws_x.a["b"]', true],
    ['aws_x.a[*]', 'aws_x.a', true],
    ['aws_x.a[*]', 'aws_x.ab', false],
    ['aws_x.a[0]', 'aws_x.a[0]', true],
    ['aws_x.a[0]', 'aws_x.a0', false],
    ['aws_x.(a)', 'aws_x.a', false],
  ])('%s over the address %s: %s', (glob, address, expected) => {
    expect(addressGlobMatches(glob, address)).toBe(expected);
  });

  it.each([
    ['/tags/*', '/tags/a', true],
    ['/tags/*', '/tags/a/b', true],
    ['/tags/*', '/tags', false],
    ['/tags', '/tags/a', true],
    ['/tags', '/tags_all', false],
    ['/r/*/cidr', '/r/0/cidr', true],
    ['/r/*/cidr', '/r/0/x/cidr', false],
    ['/tags/aws:*', '/tags/aws:x', true],
  ])('%s over the path %s: %s', (glob, pointer, expected) => {
    expect(pointerGlobMatches(glob, pointer)).toBe(expected);
  });

  it('of names match as a regular expression does', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ab*]{0,8}$/),
        fc.stringMatching(/^[ab]{0,10}$/),
        (glob, text) => {
          const pattern = new RegExp(`^${glob.replace(/\*/g, '.*')}$`);
          expect(globMatches(glob, text)).toBe(pattern.test(text));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('of addresses and pointers match as regular expressions do', () => {
    const key = '\\[(?:\\d+|"(?:[^"\\\\]|\\\\.)*")\\]';
    fc.assert(
      fc.property(
        fc.stringMatching(/^(?:a|b|\.|\*|\[\*\]|\[0\]){0,6}$/),
        fc.stringMatching(/^(?:a|b|\.|\[0\]|\["a\.b"\]){0,8}$/),
        (glob, text) => {
          const pattern = glob
            .split(/(\[\*\]|\*)/)
            .map(part => {
              if (part === '[*]') {
                return `(?:${key})?`;
              }
              return part === '*'
                ? `(?:[^.[\\]"]|${key})*`
                : part.replace(/[.[\]]/g, '\\$&');
            })
            .join('');
          expect(addressGlobMatches(glob, text)).toBe(
            new RegExp(`^(?:${pattern})$`).test(text),
          );
        },
      ),
      { numRuns: 3_000 },
    );
    fc.assert(
      fc.property(
        fc.stringMatching(/^(?:\/|a|b|\*){0,8}$/),
        fc.stringMatching(/^(?:\/|a|b){0,8}$/),
        (glob, text) => {
          const pattern = glob.replace(/\/+$/, '').replace(/\*/g, '[^/]*');
          expect(pointerGlobMatches(glob, text)).toBe(
            new RegExp(`^${pattern}(?:/.*)?$`).test(text),
          );
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('take no exponential time, however hostile they are', () => {
    const glob = '*a'.repeat(200);
    const text = 'a'.repeat(20_000);
    expect(globMatches(`${glob}b`, text)).toBe(false);
    expect(addressGlobMatches(`${'*a'.repeat(50)}b`, text.slice(0, 500))).toBe(
      false,
    );
    expect(
      pointerGlobMatches(`/${'*a'.repeat(50)}b`, `/${text.slice(0, 500)}`),
    ).toBe(false);
  });
});
