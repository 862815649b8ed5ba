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

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KubernetesObject } from '../KubernetesObject';
import { readKubernetesAnswers } from '../read/readAnswers';
import { readKubernetesManifests } from '../read/readManifests';

const DIRECTORY = join(
  __dirname,
  '../../__fixtures__/kubernetes/recorded-v1.36.2',
);

/** A file recorded from an API server 1.36.2. */
export function recorded(name: string): { name: string; text: string } {
  return { name, text: readFileSync(join(DIRECTORY, name), 'utf8') };
}

export function recordedNames(prefix: string): string[] {
  return readdirSync(DIRECTORY).filter(name => name.startsWith(prefix));
}

export function recordedDesired(): KubernetesObject[] {
  return readKubernetesManifests([recorded('desired.yaml')]);
}

export function recordedLive(...names: string[]): KubernetesObject[] {
  return readKubernetesAnswers(names.map(recorded)).live;
}
