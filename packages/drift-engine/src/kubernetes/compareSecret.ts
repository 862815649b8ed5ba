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

import { FoundField } from './compareObject';
import { below, KubernetesObject } from './KubernetesObject';

/**
 * Compares the names of the keys of two Secrets, never what they hold. A desired
 * Secret without any key says only that the Secret is there.
 */
export function compareSecretKeys(
  desired: KubernetesObject,
  live: KubernetesObject,
): FoundField[] {
  const wanted = new Map<string, string>();
  for (const part of ['data', 'stringData']) {
    for (const key of Object.keys(below(desired[part]) ?? {})) {
      wanted.set(key, part);
    }
  }
  if (wanted.size === 0) {
    return [];
  }
  const actual = new Set(Object.keys(below(live.data) ?? {}));
  const found: FoundField[] = [];
  for (const [key, part] of wanted) {
    if (!actual.has(key)) {
      const path = [part, key];
      found.push({
        form: 'missing',
        path,
        livePath: [],
        desiredPath: path,
        shape: {},
      });
    }
  }
  for (const key of actual) {
    if (!wanted.has(key)) {
      const path = ['data', key];
      found.push({
        form: 'extra',
        path,
        livePath: path,
        desiredPath: [],
        shape: {},
      });
    }
  }
  return found;
}
