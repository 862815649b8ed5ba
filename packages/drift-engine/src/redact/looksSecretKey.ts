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

import { looksSecretValue } from './secrets';

const MOST_KEYS = 10_000;
const LONGEST_KEY = 100;

/** Keys that are no secrets; thousands of resources have the same ones. */
const plainKeys = new Set<string>();

/** Whether the key of a map is a secret itself. Secrets are never remembered. */
export function looksSecretKey(key: string): boolean {
  if (plainKeys.has(key)) {
    return false;
  }
  if (looksSecretValue(key)) {
    return true;
  }
  if (key.length <= LONGEST_KEY) {
    if (plainKeys.size >= MOST_KEYS) {
      plainKeys.clear();
    }
    plainKeys.add(key);
  }
  return false;
}
