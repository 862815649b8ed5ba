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
import { PlanValue, RawNumber } from '../plan/PlanDocument';
import { compareStates } from './compareStates';
import { toPointer } from './pointer';
import { equalValues, State } from './values';

/** `path: recorded → actual → desired` of every difference; `-` is absent. */
function differences(
  recorded: State,
  actual: State,
  desired: State = actual,
): string[] {
  return compareStates({
    recorded,
    actual,
    desired,
    unknown: undefined,
    masks: [],
    outside: true,
    planned: true,
    isOpenMap: () => false,
  }).map(
    each =>
      `${toPointer(each.segments)}: ${[each.recorded, each.actual, each.desired]
        .map(value => (value === undefined ? '-' : JSON.stringify(value)))
        .join(' → ')}`,
  );
}

describe('compareStates', () => {
  it.each<[what: string, [State, State, State?], string[]]>([
    ['nothing', [{ a: 1 }, { a: 1 }], []],
    ['null for absent', [{ a: null }, {}], []],
    [
      'an empty map where a filled one was recorded and none is there',
      [{ m: { a: 1 } }, {}, { m: {} }],
      ['/m: {"a":1} → - → {}'],
    ],
    ['a number', [{ a: 1 }, { a: 2 }], ['/a: 1 → 2 → 2']],
    [
      'a nested entry',
      [{ a: { b: 1, c: 1 } }, { a: { b: 2, c: 1 } }],
      ['/a/b: 1 → 2 → 2'],
    ],
    [
      'keys that need escaping',
      [{ 'a/b': { '~c': 1 } }, { 'a/b': { '~c': 2 } }],
      ['/a~1b/~0c: 1 → 2 → 2'],
    ],
    [
      'a key called __proto__',
      [JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":2}')],
      ['/__proto__: 1 → 2 → 2'],
    ],
    [
      'integers beyond 2^53 by their digits',
      [
        { a: new RawNumber('9007199254740993') },
        { a: new RawNumber('9007199254740992') },
      ],
      ['/a: "9007199254740993" → "9007199254740992" → "9007199254740992"'],
    ],
    [
      'numbers written in another way not at all',
      [{ a: new RawNumber('1.50') }, { a: 1.5 }],
      [],
    ],
    [
      'an element added in the middle',
      [{ r: ['a', 'c'] }, { r: ['a', 'b', 'c'] }],
      ['/r/1: - → "b" → "b"'],
    ],
    [
      'an element removed in the middle',
      [{ r: ['a', 'b', 'c'] }, { r: ['a', 'c'] }, { r: ['a', 'b', 'c'] }],
      ['/r/1: "b" → - → "b"'],
    ],
    [
      'a block added at the start by its own index',
      [
        { r: [{ name: 'x', p: 1 }] },
        {
          r: [
            { name: 'new', p: 2 },
            { name: 'x', p: 1 },
          ],
        },
        { r: [{ name: 'x', p: 1 }] },
      ],
      ['/r/0: - → {"name":"new","p":2} → -'],
    ],
    [
      'a block by its name when another was added before it',
      [
        { r: [{ name: 'x', p: 1 }] },
        {
          r: [
            { name: 'new', p: 2 },
            { name: 'x', p: 9 },
          ],
        },
        { r: [{ name: 'x', p: 1 }] },
      ],
      ['/r/0: - → {"name":"new","p":2} → -', '/r/1/p: 1 → 9 → 1'],
    ],
    [
      'the changed attribute of a block in place',
      [
        { r: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] },
        { r: [{ id: 'a' }, { id: 'z' }, { id: 'c' }] },
      ],
      ['/r/1/id: "b" → "z" → "z"'],
    ],
    [
      'an order as one difference of the list',
      [{ z: ['a', 'b'] }, { z: ['b', 'a'] }, { z: ['a', 'b'] }],
      ['/z: ["a","b"] → ["b","a"] → ["a","b"]'],
    ],
    [
      'an outside and an unapplied change in one list',
      [{ r: ['a'] }, { r: ['a', 'hand'] }, { r: ['a', 'code'] }],
      ['/r/1: - → "hand" → "code"'],
    ],
    [
      'a map that the code gave up, entry by entry',
      [{ m: { a: 1, b: 1 } }, { m: { a: 2, b: 1 } }, {}],
      ['/m/a: 1 → 2 → -', '/m/b: 1 → 1 → -'],
    ],
    ['another type', [{ a: [1] }, { a: 'x' }], ['/a: [1] → "x" → "x"']],
    [
      'a list that appears as a whole',
      [{ a: null }, { a: ['x'] }, { a: null }],
      ['/a: null → ["x"] → null'],
    ],
  ])('finds %s', (_what, [recorded, actual, desired], expected) => {
    expect(differences(recorded, actual, desired)).toEqual(expected);
  });

  const value = fc.letrec<{ any: PlanValue }>(tie => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.integer({ min: 0, max: 3 }),
      fc.constantFrom('a', 'b', ''),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'name', 'x/y'), tie('any')),
    ),
  })).any;
  const state = fc.dictionary(fc.constantFrom('p', 'q', 'r'), value);

  it('finds something exactly where something differs, each place once', () => {
    fc.assert(
      fc.property(state, state, state, (recorded, actual, desired) => {
        const found = compareStates({
          recorded,
          actual,
          desired,
          unknown: undefined,
          masks: [],
          outside: true,
          planned: true,
          isOpenMap: () => false,
        });
        expect(found.some(each => each.outside)).toBe(
          !equalValues(recorded, actual),
        );
        expect(found.some(each => each.planned)).toBe(
          !equalValues(actual, desired),
        );
        const paths = found.map(each => toPointer(each.segments));
        expect(new Set(paths).size).toBe(paths.length);
        for (const each of found) {
          expect(each.outside).toBe(!equalValues(each.recorded, each.actual));
          expect(each.planned).toBe(!equalValues(each.actual, each.desired));
        }
      }),
      { numRuns: 5000 },
    );
  });
});
