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

import type { JsonValue } from '@backstage/types';
import {
  applyHclEdits,
  insertHclAttribute,
  insertHclElement,
  insertHclMember,
  removeHclAttribute,
  removeHclItem,
  replaceHclValue,
} from './edits';
import { HclEdit } from './edits';
import { HclFile, HclObject, HclTuple } from './HclFile';
import { scanHcl } from './HclScanner';

type Edits = HclEdit | HclEdit[] | undefined;

/** The text after the edit, that must be HCL, too; undefined when it was refused. */
function edited(
  text: string,
  edit: (file: HclFile) => Edits,
): string | undefined {
  const file = scanHcl(text);
  expect(file.error).toBe(undefined);
  const edits = edit(file);
  if (edits === undefined) {
    return undefined;
  }
  const after = applyHclEdits(text, Array.isArray(edits) ? edits : [edits]);
  expect(scanHcl(after).error).toBe(undefined);
  return after;
}
const first = (file: HclFile) => file.body.attributes[0];
const object = (file: HclFile) => first(file).value as HclObject;
const tuple = (file: HclFile) => first(file).value as HclTuple;

describe('edits of HCL', () => {
  it.each<[string, JsonValue, string]>([
    ['a = 1 # why\n', 2, 'a = 2 # why\n'],
    ['a=1', 2, 'a=2'],
    ['a   =   "x"  // y', 'z"', 'a   =   "z\\""  // y'],
    ['a = ( 1 )\n', 2, 'a = ( 2 )\n'],
    ['a = [1, 2]\n', [1, 2, 3], 'a = [1, 2, 3]\n'],
    ['a = [\n  1,\n]\n', [1, 2], 'a = [\n  1,\n  2,\n]\n'],
    [
      '  a = {\n    b = 1\n  }\n',
      { b: 2, c: { d: 'e' } },
      '  a = {\n    b = 2\n    c = {\n      d = "e"\n    }\n  }\n',
    ],
    ['a = {\r\n  b = 1\r\n}\r\n', { b: 2 }, 'a = {\r\n  b = 2\r\n}\r\n'],
  ])('replace a value: %j', (text, value, after) => {
    expect(
      edited(text, file => replaceHclValue(text, first(file).value, value)),
    ).toBe(after);
  });

  it.each<[string, string | undefined]>([
    ['x {\n  a = 1\n}\n', 'x {\n  a = 1\n  n = "v"\n}\n'],
    [
      'x {\n  a     = 1 # one\n  bbbbb = 2\n}\n',
      'x {\n  a     = 1 # one\n  bbbbb = 2\n  n     = "v"\n}\n',
    ],
    [
      'x {\n\ta = 1\n\n\tb {\n\t}\n}\n',
      'x {\n\ta = 1\n\tn = "v"\n\n\tb {\n\t}\n}\n',
    ],
    [
      'x {\n  b {\n  }\n  a = 1\n}\n',
      'x {\n  b {\n  }\n  a = 1\n  n = "v"\n}\n',
    ],
    [
      'x {\n  a = [\n    1,\n  ]\n}\n',
      'x {\n  a = [\n    1,\n  ]\n  n = "v"\n}\n',
    ],
    ['x {\n}\n', 'x {\n  n = "v"\n}\n'],
    ['  x {\n  }\n', '  x {\n    n = "v"\n  }\n'],
    ['x {\r\n  a = 1\r\n}\r\n', 'x {\r\n  a = 1\r\n  n = "v"\r\n}\r\n'],
    [
      'x {\n  a = <<EOT\ntext\nEOT\n}\n',
      'x {\n  a = <<EOT\ntext\nEOT\n  n = "v"\n}\n',
    ],
    ['x { a = 1 }\n', undefined],
    ['x {}\n', undefined],
  ])('add an attribute to %j', (text, after) => {
    expect(
      edited(text, file =>
        insertHclAttribute(text, file.body.blocks[0].body, 'n', 'v'),
      ),
    ).toBe(after);
  });

  it.each<[string, string | undefined]>([
    ['a = 1\nb = 2\n', 'b = 2\n'],
    ['a = [\n 1,\n]\nb = 2', 'b = 2'],
    ['a = 1', ''],
    ['a = 1 # keep me\n', undefined],
    ['/* keep me */ a = 1\n', undefined],
  ])('take an attribute out of %j', (text, after) => {
    expect(edited(text, file => removeHclAttribute(text, first(file)))).toBe(
      after,
    );
  });

  it.each<[string, string | undefined]>([
    ['a = {}\n', 'a = { n = "v" }\n'],
    ['a = { b = 1 }\n', 'a = { b = 1, n = "v" }\n'],
    ['a = { b = 1, }\n', 'a = { b = 1, n = "v", }\n'],
    ['a = {\n  b = 1\n}\n', 'a = {\n  b = 1\n  n = "v"\n}\n'],
    [
      'a = {\n  b   = 1, # one\n  ccc = 2, # two\n}\n',
      'a = {\n  b   = 1, # one\n  ccc = 2, # two\n  n   = "v",\n}\n',
    ],
    [
      'a = {\n  b = {\n    c = 1\n  }\n}\n',
      'a = {\n  b = {\n    c = 1\n  }\n  n = "v"\n}\n',
    ],
    ['a = {\n  # nothing yet\n}\n', undefined],
    ['a = {\n  b = 1 }\n', undefined],
  ])('add a member to %j', (text, after) => {
    expect(
      edited(text, file => insertHclMember(text, object(file), 'n', 'v')),
    ).toBe(after);
  });

  it.each<[string, number, string | undefined]>([
    ['a = []\n', 0, 'a = [9]\n'],
    ['a = [1]\n', 1, 'a = [1, 9]\n'],
    ['a = [1, 2]\n', 1, 'a = [1, 9, 2]\n'],
    ['a = [1, 2, ]\n', 5, 'a = [1, 2, 9, ]\n'],
    ['a = [\n  1\n]\n', 1, 'a = [\n  1,\n  9\n]\n'],
    ['a = [\n  1, # one\n]\n', 1, 'a = [\n  1, # one\n  9,\n]\n'],
    ['a = [\n  1,\n  2,\n]\n', 1, 'a = [\n  1,\n  9,\n  2,\n]\n'],
    ['a = [\n  # none\n]\n', 0, undefined],
  ])('add an element to %j at %s', (text, index, after) => {
    expect(
      edited(text, file => insertHclElement(text, tuple(file), index, 9)),
    ).toBe(after);
  });

  it.each<[string, number, string | undefined]>([
    ['a = [1]\n', 0, 'a = []\n'],
    ['a = [1, 2, 3]\n', 0, 'a = [2, 3]\n'],
    ['a = [1, 2, 3]\n', 1, 'a = [1, 3]\n'],
    ['a = [1, 2, 3]\n', 2, 'a = [1, 2]\n'],
    ['a = [1, 2,]\n', 1, 'a = [1,]\n'],
    ['a = [\n  1,\n  2,\n]\n', 1, 'a = [\n  1,\n]\n'],
    ['a = [\n  1,\n  2\n]\n', 1, 'a = [\n  1,\n]\n'],
    ['a = [\n  1, # one\n  2, # two\n]\n', 0, undefined],
    ['a = [1 /* one */, 2]\n', 0, undefined],
  ])('take an element out of %j at %s', (text, index, after) => {
    expect(
      edited(text, file => {
        const { items } = tuple(file);
        return removeHclItem(text, items, items[index]);
      }),
    ).toBe(after);
  });

  it.each<[string, number, string | undefined]>([
    ['a = { b = 1, c = 2 }\n', 0, 'a = { c = 2 }\n'],
    ['a = { b = 1, c = 2 }\n', 1, 'a = { b = 1 }\n'],
    ['a = {\n  b = 1\n  c = 2\n}\n', 0, 'a = {\n  c = 2\n}\n'],
    ['a = {\n  b = 1\n  c = 2 # two\n}\n', 1, undefined],
  ])('take a member out of %j at %s', (text, index, after) => {
    expect(
      edited(text, file => {
        const { items } = object(file);
        return removeHclItem(text, items, items[index]);
      }),
    ).toBe(after);
  });

  it('are all made at once, in the order of the text, and never overlap', () => {
    expect(
      applyHclEdits('abcdef', [
        { start: 4, end: 5, text: 'E' },
        { start: 0, end: 1, text: '' },
        { start: 2, end: 2, text: '-' },
        { start: 2, end: 2, text: '+' },
      ]),
    ).toBe('b-+cdEf');
    expect(() =>
      applyHclEdits('abc', [
        { start: 0, end: 2, text: '' },
        { start: 1, end: 3, text: '' },
      ]),
    ).toThrow(RangeError);
  });
});
