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

import { JsonObject } from '@backstage/types';
import { applyCloudWrites, CloudFieldWrite } from '@infra-hub/drift-engine';
import { applyPatch } from 'fast-json-patch';
import { buildPatch, saysTheSame } from './buildPatch';

const DOCUMENT: JsonObject = {
  Plain: 'a',
  Flag: false,
  'With/slash~': 1,
  Nested: { Inner: { Value: 1 }, Other: [1, 2] },
  List: [{ Id: 'a' }, { Id: 'b' }],
};

const WRITES: [string, CloudFieldWrite[], string[]][] = [
  ['replaces', [{ pointer: '/Plain', value: 'b' }], ['test', 'replace']],
  ['replaces false', [{ pointer: '/Flag', value: true }], ['test', 'replace']],
  ['escapes', [{ pointer: '/With~1slash~0', value: 2 }], ['test', 'replace']],
  ['adds at the top', [{ pointer: '/New', value: { a: 1 } }], ['add']],
  ['adds parents', [{ pointer: '/New/Deep/er', value: 1 }], ['add']],
  [
    'adds below what is there, which it tests',
    [{ pointer: '/Nested/Inner/More', value: 1 }],
    ['test', 'add'],
  ],
  ['removes', [{ pointer: '/Nested', value: undefined }], ['test', 'remove']],
  [
    'removes of a list',
    [{ pointer: '/List/0', value: undefined }],
    ['test', 'remove'],
  ],
  [
    'changes in a list',
    [{ pointer: '/List/1/Id', value: 'c' }],
    ['test', 'replace'],
  ],
  [
    'does several things',
    [
      { pointer: '/Plain', value: 'b' },
      { pointer: '/New', value: { a: 1 } },
      { pointer: '/New/b', value: 2 },
      { pointer: '/Nested/Other', value: [] },
    ],
    ['test', 'test', 'replace', 'add', 'add', 'replace'],
  ],
  ['leaves alone what is so', [{ pointer: '/Plain', value: 'a' }], []],
  ['removes nothing', [{ pointer: '/No/Where', value: undefined }], []],
];

describe('buildPatch', () => {
  it.each(WRITES)('%s', (_what, writes, operations) => {
    const patch = buildPatch(DOCUMENT, writes);
    expect(patch.map(({ op }) => op)).toEqual(operations);
    expect(applyPatch(DOCUMENT, patch, true, false).newDocument).toEqual(
      applyCloudWrites(DOCUMENT, writes),
    );
  });

  it('fails on a document that was changed where it writes', () => {
    const patch = buildPatch(DOCUMENT, [{ pointer: '/Plain', value: 'b' }]);
    expect(() =>
      applyPatch({ ...DOCUMENT, Plain: 'c' }, patch, true, false),
    ).toThrow(/[Tt]est/);
  });

  it('knows whether a document still says the same', () => {
    const writes = [{ pointer: '/Nested/New', value: 1 }];
    expect(saysTheSame(DOCUMENT, { ...DOCUMENT, Plain: 'z' }, writes)).toBe(
      true,
    );
    expect(saysTheSame(DOCUMENT, { Nested: { New: 1 } }, writes)).toBe(false);
  });
});
