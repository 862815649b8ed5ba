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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, JsonObject, JsonValue } from '../../cloud/json';

const directory = join(__dirname, '../__fixtures__/recorded-v1.36.2');

/** What a real 1.36.2 server answered. */
export function recorded(file: string): JsonObject {
  return JSON.parse(recordedText(`${file}.json`));
}

export function recordedText(file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

export const recordedManifests = join(directory, 'desired.yaml');

export function desiredObjects(): JsonObject[] {
  return parseAllDocuments(recordedText('desired.yaml')).map(document =>
    document.toJS(),
  );
}

const chance: ReadonlySet<string> = new Set([
  ...['uid', 'resourceVersion', 'creationTimestamp', 'time'],
  ...['clusterIP', 'clusterIPs', 'nodePort', 'continue'],
]);

/** Without what differs from run to run: identity, versions, times, addresses. */
export function comparable(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value.map(comparable);
  }
  if (!isJsonObject(value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      chance.has(key) ? 'any' : comparable(item),
    ]),
  );
}
