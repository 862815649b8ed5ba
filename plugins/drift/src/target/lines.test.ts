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

import { isLong, lineDifference, toText } from './lines';

describe('toText', () => {
  it('writes JSON documents in one order of keys', () => {
    expect(toText('{"b":1,"a":[true]}')).toBe(
      '{\n  "a": [\n    true\n  ],\n  "b": 1\n}',
    );
    expect(toText({ b: 1, a: 2 })).toBe('{\n  "a": 2,\n  "b": 1\n}');
  });

  it('leaves text alone whose numbers would lose digits', () => {
    const text = '{"id":12345678901234567890}';

    expect(toText(text)).toBe(text);
  });

  it('leaves text alone that only looks like JSON', () => {
    expect(toText('{not json')).toBe('{not json');
  });
});

describe('isLong', () => {
  it.each([
    ['short', false],
    [5, false],
    [null, false],
    [undefined, false],
    [['a'], false],
    ['x'.repeat(81), true],
    ['two\nlines', true],
    ['{"a":1}', true],
    [Array.from({ length: 30 }, (_, index) => index), true],
  ])('of %j is %s', (value, expected) => {
    expect(isLong(value)).toBe(expected);
  });
});

describe('lineDifference', () => {
  it('marks lines of one side and folds long equal stretches', () => {
    const equal = ['1', '2', '3', '4', '5', '6', '7', '8'];
    const from = [...equal, 'old', 'same'].join('\n');
    const to = [...equal, 'new', 'same'].join('\n');

    expect(lineDifference(from, to)).toEqual([
      { kind: 'folded', count: 6 },
      { kind: 'equal', text: '7' },
      { kind: 'equal', text: '8' },
      { kind: 'removed', text: 'old' },
      { kind: 'added', text: 'new' },
      { kind: 'equal', text: 'same' },
    ]);
  });

  it('shows a text that is missing on one side as whole', () => {
    expect(lineDifference('', 'a\nb')).toEqual([
      { kind: 'added', text: 'a' },
      { kind: 'added', text: 'b' },
    ]);
  });
});
