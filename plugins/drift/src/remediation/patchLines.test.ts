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

import { patchLines } from './patchLines';

describe('patchLines', () => {
  it('tells what goes, what comes and what stays', () => {
    expect(
      patchLines(
        '--- a/main.tf\n+++ b/main.tf\n@@ -1,2 +1,2 @@\n a\n--- b\n+c\n\\ No newline at end of file\n',
      ),
    ).toEqual([
      { kind: 'head', text: '--- a/main.tf' },
      { kind: 'head', text: '+++ b/main.tf' },
      { kind: 'head', text: '@@ -1,2 +1,2 @@' },
      { kind: 'equal', text: 'a' },
      { kind: 'removed', text: '-- b' },
      { kind: 'added', text: 'c' },
      { kind: 'head', text: '\\ No newline at end of file' },
    ]);
  });
});
