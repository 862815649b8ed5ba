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

import { plainText } from '@infra-hub/drift-engine';

/**
 * One line of text from a plan or a tool, for places that know markup or make
 * links by themselves: mails, chats, pages.
 *
 * @remarks
 * Backstage's mail module puts texts into HTML as they are, hence no angle
 * brackets; and what makes an address out of a word goes.
 */
export function inertText(text: string, maxLength: number): string {
  const inert = plainText(text, maxLength)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/:\/\/+/g, ': //');
  return plainText(inert, maxLength);
}
