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
 * One line of text from a plan or a tool, for places that know markup or make
 * links by themselves: mails, chats, pages.
 *
 * @remarks
 * Backstage's mail module puts texts into HTML as they are, hence no angle
 * brackets. Characters that cannot be seen or that turn the writing direction go,
 * and so does what makes an address out of a word.
 */
export function plainText(text: string, maxLength: number): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Surrogate}]/gu, '')
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/:\/\/+/g, ': //')
    .trim();
  const characters = [...line];
  return characters.length > maxLength
    ? `${characters.slice(0, maxLength - 1).join('')}…`
    : line;
}
