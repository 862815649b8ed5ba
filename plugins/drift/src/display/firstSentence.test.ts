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

import { firstSentence } from './firstSentence';

describe('firstSentence', () => {
  it.each([
    ['Scaled from 3 to 5. The code says 3.', 'Scaled from 3 to 5.'],
    ['Only one sentence', 'Only one sentence'],
    [
      'Version 1.11.4 of 10.0.0.0/16 changed.',
      'Version 1.11.4 of 10.0.0.0/16 changed.',
    ],
    ['Tags differ, e.g. owner. Apply resets them.', 'Tags differ, e.g. owner.'],
    ['Is it open? Über alles.', 'Is it open?'],
    ['First line.\n\nSecond line.', 'First line.'],
    ['Up to, e.g. 3 nodes. Then more.', 'Up to, e.g. 3 nodes.'],
    ['', ''],
  ])('of %j is %j', (text, expected) => {
    expect(firstSentence(text)).toBe(expected);
  });
});
