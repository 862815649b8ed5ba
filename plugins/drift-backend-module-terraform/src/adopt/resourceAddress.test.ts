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

import { parseResourceAddress } from './resourceAddress';

describe('parseResourceAddress', () => {
  it.each([
    ['aws_x.a', { modules: [], type: 'aws_x', name: 'a' }],
    ['aws_x.a[0]', { modules: [], type: 'aws_x', name: 'a', key: 0 }],
    [
      'aws_x.a["k.[0]\\"q"]',
      { modules: [], type: 'aws_x', name: 'a', key: 'k.[0]"q' },
    ],
    [
      'module.m["x"].module.n[1].module.module.aws_x.a["$${k}"]',
      {
        modules: [
          { name: 'm', key: 'x' },
          { name: 'n', key: 1 },
          { name: 'module' },
        ],
        type: 'aws_x',
        name: 'a',
        key: '${k}',
      },
    ],
    ['data.aws_x.a', undefined],
    ['module.m', undefined],
    ['aws_x', undefined],
    ['aws_x.a.b', undefined],
    ['', undefined],
    ['aws_x.a[each.key]', undefined],
  ])('reads %s', (address, parts) => {
    expect(parseResourceAddress(address)).toEqual(parts);
  });
});
