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

/** A YAML document, or an element of a list in JSON or YAML. */
export interface DesiredDocument {
  /** Position, from 1. */
  document: number;
  /** Where it begins, from 1, when known. */
  line?: number;
  value: JsonValue;
}

/** What a text holds, with everything that is wrong with it. */
export interface ReadDocuments {
  documents: DesiredDocument[];
  problems: DesiredStateProblem[];
}

/** Levels of lists and maps inside each other. */
export const MAX_DEPTH = 64;

export const TOO_DEEP = `More than ${MAX_DEPTH} levels of lists and maps are too many.`;

/** A key that would change the object itself in a careless reader. */
export const FORBIDDEN_KEY = '__proto__';
