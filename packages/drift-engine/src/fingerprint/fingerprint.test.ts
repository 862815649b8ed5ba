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
import { differenceOf, fieldOf } from '../assess/__testUtils__/differenceOf';
import { fingerprintOf } from './fingerprint';

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

function shuffledKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(shuffledKeys);
  }
  if (typeof value === 'object' && value !== null) {
    const copy: { [key: string]: JsonValue } = {};
    for (const key of Object.keys(value).reverse()) {
      Object.defineProperty(copy, key, {
        value: shuffledKeys(value[key] ?? null),
        enumerable: true,
      });
    }
    return copy;
  }
  return value;
}

describe('fingerprintOf', () => {
  it('does not depend on order, noise, wording, recorded or desired values', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string(), json), {
          maxLength: 5,
          selector: ([path]) => path,
        }),
        json,
        fc.string(),
        (fields, other, words) => {
          const one = differenceOf({
            fields: fields.map(([path, actual]) => fieldOf(path, actual)),
          });
          const same = differenceOf({
            fields: [...fields].reverse().map(([path, actual]) =>
              fieldOf(path, shuffledKeys(actual), {
                recorded: other,
                desired: other,
                label: words,
              }),
            ),
            reason: words,
            rule: words,
            normalised: [{ path: words, normaliser: words, reason: words }],
            cascadeOf: words,
          });
          expect(fingerprintOf(same)).toBe(fingerprintOf(one));
        },
      ),
    );
  });

  it.each([
    ['the address', { address: 'aws_thing.other' }],
    ['the deposed object', { deposed: 'abc' }],
    ['the change', { change: 'replace' as const }],
    ['the class', { class: 'pending' as const }],
    ['a path', { fields: [fieldOf('/other', 2)] }],
    ['a value', { fields: [fieldOf('/size', 3)] }],
    ['the type of a value', { fields: [fieldOf('/size', '2')] }],
    ['one more field', { fields: [fieldOf('/size', 2), fieldOf('/b', 1)] }],
    ['sensitivity', { fields: [{ path: '/size', sensitive: true as const }] }],
  ])('depends on %s', (_what, parts) => {
    expect(fingerprintOf(differenceOf(parts))).not.toBe(
      fingerprintOf(differenceOf()),
    );
  });

  it('stays the same for every further change of a secret', () => {
    const secret = {
      fields: [{ path: '/password', sensitive: true as const }],
    };
    expect(fingerprintOf(differenceOf(secret))).toBe(
      fingerprintOf(differenceOf(secret)),
    );
  });

  it('of a missing resource does not depend on what it would be like', () => {
    const missing = (fields: { path: string; desired: number }[]) =>
      fingerprintOf(differenceOf({ change: 'create', fields }));
    expect(missing([{ path: '/a', desired: 1 }])).toBe(
      missing([{ path: '/b', desired: 2 }]),
    );
  });

  it('is a constant of this format', () => {
    expect(fingerprintOf(differenceOf())).toMatch(/^[0-9a-f]{64}$/);
    expect(fingerprintOf(differenceOf())).toBe(
      fingerprintOf(structuredClone(differenceOf())),
    );
  });
});
