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

import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { JsonObject } from '@backstage/types';
import { SecretFilter } from './SecretFilter';

const VALUE = 'cGxhbnRlZA';

describe('SecretFilter', () => {
  /** What comes out of the filter, fed in pieces of a size. */
  const filter = async (input: string, size = input.length) => {
    const bytes = Buffer.from(input);
    const pieces: Buffer[] = [];
    for (let start = 0; start < bytes.length; start += size) {
      pieces.push(bytes.subarray(start, start + size));
    }
    return await text(Readable.from(pieces).pipe(SecretFilter.create()));
  };
  const list = (...items: JsonObject[]) =>
    JSON.stringify({
      kind: 'SecretList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7', remainingItemCount: 3 },
      items,
    });

  it('keeps what tells a Secret apart, wherever the bytes are split', async () => {
    const input = list({
      metadata: {
        name: 'dé"\\b',
        labels: { 'tier\n': 'ü' },
        generation: 3,
        immutable: [true, { a: false }],
        annotations: {
          note: 'short',
          'kubectl.kubernetes.io/last-applied-configuration': VALUE,
          'objectset.rio.cattle.io/applied': VALUE,
          long: `{"copy":"${VALUE.repeat(30)}"}`,
        },
      },
      type: 'Opaque',
      immutable: true,
      data: { password: VALUE, 'a"b': `\\"${VALUE}` },
      stringData: { plain: VALUE },
      spec: { deep: [{ numbers: [1234567, -1.5e9, true] }, VALUE] },
    });
    const expected = {
      kind: 'SecretList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '7', remainingItemCount: 3 },
      items: [
        {
          metadata: {
            name: 'dé"\\b',
            labels: { 'tier\n': 'ü' },
            generation: 3,
            immutable: [true, { a: false }],
            annotations: {
              note: 'short',
              'kubectl.kubernetes.io/last-applied-configuration': '',
              'objectset.rio.cattle.io/applied': '',
              long: '',
            },
          },
          type: 'Opaque',
          immutable: true,
          data: { password: '', 'a"b': '' },
          stringData: { plain: '' },
          spec: { deep: [{ numbers: ['', '', ''] }, ''] },
        },
      ],
    };
    for (const size of [input.length, 1, 2, 3, 7, 64]) {
      const output = await filter(input, size);
      expect(output).not.toContain(VALUE);
      expect(JSON.parse(output)).toEqual(expected);
    }
  });

  it.each([
    `{"items":[{"d\\u0061ta":{"k":"${VALUE}"}}]}`,
    `{"items":[{"metadata":{"name":"a"},"data":{"k":"${VALUE}`,
    `{"items":[{"data":{"k":"\\"${VALUE}"}}]}`,
    `{"items":{"data":{"k":"${VALUE}"}}}`,
    `{"items":["${VALUE}"]}`,
    `{"items":"${VALUE}"}`,
    `{"items":[[{"metadata":"${VALUE}"}]]}`,
    `{"data":{"k":"${VALUE}"}}`,
    `{"items":[{"data":{"metadata":"${VALUE}","type":"${VALUE}"}}]}`,
    `["${VALUE}"]`,
    `"${VALUE}"`,
    `${VALUE}`,
    `{"items":[{"data":${VALUE}}]}`,
    `{"items":[{"data" "${VALUE}"}]}`,
    `{"items":[{"metadata":{"name":"a"}}},{"data":{"k":"${VALUE}"}}]}`,
    `{"items":[{"metadata":{}},"data":"${VALUE}"]}`,
  ])('lets no value through, also of what is malformed: %s', async input => {
    await expect(filter(input)).resolves.not.toContain(VALUE);
    await expect(filter(input, 1)).resolves.not.toContain(VALUE);
  });
});
