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
import { plainText } from './plainText';

describe('plainText', () => {
  it.each([
    ['line breaks', 'a\r\n\tb\u2028c', 'a b c'],
    ['control characters', 'a\u0000\u001b[31mb\u009f', 'a[31mb'],
    ['zero width characters', 'pay\u200bload\u2060\ufeff', 'payload'],
    ['bidirectional marks', 'a\u202egnp.exe\u202c\u2066', 'agnp.exe'],
    ['the tag block', 'ok\u{e0041}\u{e0042}\u{e007f}', 'ok'],
    ['private use', 'a\ue000\u{f0000}\u{10fffd}b', 'ab'],
    ['variation selectors', 'a\ufe0f\u{e0100}b', 'ab'],
    ['blanks that are letters', 'a\u3164\u115f\u2800b', 'ab'],
    ['lone surrogates', 'a\ud83db\ude00', 'ab'],
    ['soft hyphens', 'ig\u00adnore', 'ignore'],
    ['nothing else', 'Łódź 日本 😀 <b>![x](y)', 'Łódź 日本 😀 <b>![x](y)'],
  ])('drops %s', (_what, text, expected) => {
    expect(plainText(text, 100)).toBe(expected);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['abc def', 5, 'abc…'],
    ['a😀😀', 3, 'a…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('cuts %s to %d characters', (text, length, expected) => {
    expect(plainText(text, length)).toBe(expected);
  });

  it('is never too long, of one line, whole and stable', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.nat(80),
        (text, length) => {
          const plain = plainText(text, length);
          expect(plain.length).toBeLessThanOrEqual(length);
          expect(plain).not.toMatch(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]| {2}|^\s|\s$/u);
          expect(plainText(plain, length)).toBe(plain);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
