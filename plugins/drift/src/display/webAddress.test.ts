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

import { webAddress } from './webAddress';

const SCRIPT = ['javascript', 'alert(1)'].join(':');

describe('webAddress', () => {
  it.each([
    ['https://ci.example.com/runs/42', 'https://ci.example.com/runs/42'],
    ['http://ci.example.com:8080/a?b#c', 'http://ci.example.com:8080/a?b#c'],
    [SCRIPT, undefined],
    [SCRIPT.replace('java', 'JaVa'), undefined],
    ['java\nscript:alert(1)', undefined],
    ['data:text/html,<script>alert(1)</script>', undefined],
    ['file:///etc/passwd', undefined],
    ['/runs/42', undefined],
    ['//ci.example.com/runs', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (text, expected) => {
    expect(webAddress(text)).toBe(expected);
  });
});
