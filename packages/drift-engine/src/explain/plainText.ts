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

/**
 * Everything that is not seen but may be obeyed or reorder what is seen: control
 * and format characters (bidirectional marks, zero width, the tag block, soft
 * hyphen), private use, unassigned and lone surrogates; variation selectors and
 * the blanks that are letters by category.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180D\u180F\u2800\u3164\uFE00-\uFE0F\uFFA0\u{E0100}-\u{E01EF}]/gu;

/**
 * One line of text that shows everything it holds: without invisible characters,
 * white space collapsed, and no longer than `maxLength` characters (UTF-16 units),
 * the last of which is then an ellipsis. Markup is not touched; it stays text.
 *
 * @public
 */
export function plainText(text: string, maxLength: number): string {
  // Bounded first: a value of megabytes costs no more than a long one.
  const line = text
    .slice(0, maxLength * 4 + 1000)
    .replace(/\s/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (line.length <= maxLength) {
    return line;
  }
  const cut = line.slice(0, Math.max(0, maxLength - 1));
  const whole = /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut;
  return maxLength < 1 ? '' : `${whole.trimEnd()}…`;
}
