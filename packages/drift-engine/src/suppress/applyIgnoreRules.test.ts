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
import type { ResourceChange } from '@infra-hub/backstage-plugin-drift-common';
import { differenceOf, fieldOf } from '../assess/__testUtils__/differenceOf';
import { ResourceDifference } from '../observation/Observation';
import { applyIgnoreRules } from './applyIgnoreRules';
import { addressGlobMatches, pointerGlobMatches } from './glob';
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
  ])('%s', (_what, parts, expected) => {
    expect(isMuted(differenceOf(), parts)).toBe(expected);
  });

  it('applies to its own client and source', () => {
    const parts = { path: '/size', client: 'acme', source: 'terraform' };
    expect(
      isMuted(differenceOf(), parts, { client: 'acme', source: 'terraform' }),
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

  it('about attributes never mutes that a resource is missing, goes or is replaced', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ResourceChange>(
          'create',
          'delete',
          'replace',
          'forget',
          'unknown',
        ),
        fc.record(
          {
            path: fc.constantFrom('', '/', '/*', '/size', '*'),
            value: fc.constantFrom<string | number | null>(null, 2, 'x'),
            address: fc.constantFrom('*', 'aws_thing.it', 'aws_thing.*'),
            resourceType: fc.constantFrom('*', 'aws_thing'),
          },
          { requiredKeys: [] },
        ),
        (change, parts) => {
          fc.pre(parts.path !== undefined || parts.value !== undefined);
          const difference = differenceOf({ change });
          const muted = applyIgnoreRules(difference, [rule(parts)], {});
          expect(muted).toEqual({ difference });
        },
      ),
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
});
