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

/** A line of a unified diff. */
export interface PatchLine {
  kind: 'head' | 'removed' | 'added' | 'equal';
  text: string;
}

/** Reads a unified diff of one file for showing it. */
export function patchLines(diff: string): PatchLine[] {
  const lines = diff.replace(/\n$/, '').split('\n');
  let inHunk = false;
  return lines.map(text => {
    if (text.startsWith('@@')) {
      inHunk = true;
      return { kind: 'head', text };
    }
    if (!inHunk || text.startsWith('\\')) {
      return { kind: 'head', text };
    }
    if (text.startsWith('+')) {
      return { kind: 'added', text: text.slice(1) };
    }
    if (text.startsWith('-')) {
      return { kind: 'removed', text: text.slice(1) };
    }
    return { kind: 'equal', text: text.slice(1) };
  });
}
