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

import { PlanReadError } from '../plan/PlanReadError';

/**
 * Bounds on a text that is read as a whole.
 *
 * @public
 */
export interface TextLimits {
  /** Bytes of the whole text. Default 64 MiB. */
  maxBytes?: number;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** CSI and OSC sequences of a terminal, as in ECMA-48; built from text, because a pattern may not hold control characters. */
const ESCAPE = '\\u001b';
const TERMINAL_SEQUENCES = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\u0007${ESCAPE}]*(?:\\u0007|${ESCAPE}\\\\)?|[@-Z\\\\^_])`,
  'g',
);

/** The text without what only a terminal needs. Bytes that are no UTF-8 become U+FFFD. */
export async function readText(
  input: AsyncIterable<Uint8Array>,
  limits: TextLimits,
): Promise<string> {
  const maxBytes = limits.maxBytes ?? DEFAULT_MAX_BYTES;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new PlanReadError(
        'too-large',
        `The text is larger than the limit of ${maxBytes} bytes.`,
      );
    }
    chunks.push(Buffer.from(chunk));
  }
  const text = new TextDecoder().decode(Buffer.concat(chunks));
  if (text.trim() === '') {
    throw new PlanReadError('empty', 'The text is empty.');
  }
  return text.replace(TERMINAL_SEQUENCES, '').replace(/\r\n?/g, '\n');
}
