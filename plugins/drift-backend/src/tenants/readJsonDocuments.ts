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

import { JsonValue } from '@backstage/types';
import { DesiredStateProblem } from '@infra-hub/backstage-plugin-drift-common';
import { ReadDocuments } from './DesiredDocument';
import { findRepeatedKeys } from './findRepeatedKeys';

/** Reads a JSON text as one document. */
export function readJsonDocuments(text: string): ReadDocuments {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { documents: [], problems: [syntaxProblem(text, error)] };
  }
  return {
    documents: [{ document: 1, line: 1, value }],
    problems: findRepeatedKeys(text).map(({ key, line }) => ({
      document: 1,
      line,
      level: 'error',
      message: `The key ${JSON.stringify(key.slice(0, 100))} is there twice.`,
    })),
  };
}

/** The parser's own message repeats the text, and the text may be a secret. */
function syntaxProblem(text: string, error: unknown): DesiredStateProblem {
  const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
  return {
    document: 1,
    ...(position !== undefined && {
      line: text.slice(0, Number(position)).split('\n').length,
    }),
    level: 'error',
    message: 'This is not valid JSON.',
  };
}
