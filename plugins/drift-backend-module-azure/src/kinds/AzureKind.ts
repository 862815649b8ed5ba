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

import { JsonObject, JsonValue } from '@backstage/types';
import { CloudKind } from '@infra-hub/drift-engine';

/**
 * A type of resource of Azure, and how the Resource Manager is asked for it.
 */
export interface AzureKind extends CloudKind {
  /** Stable version of the API whose words the tables use. */
  apiVersion: string;
  /** What belongs to it and has an address of its own. */
  parts?: readonly AzurePart[];
  /**
   * JSON pointers of objects that a PATCH must hold whole, because some of their
   * members are required.
   */
  wholeInPatch?: readonly string[];
  /** Members that Azure computes within lists; they are taken out of the document. */
  computedInLists?: Readonly<Record<string, readonly string[]>>;
  /** Whether one found by listing is Azure's own, such as the database `master`. */
  isInternal?(document: JsonObject): boolean;
  /** The property `managedBy` names what uses it, not what looks after it. */
  managedByIsUser?: boolean;
}

/**
 * A resource that is read with another one, as part of its document.
 */
export interface AzurePart {
  /** Where it stands in the document: a JSON pointer. */
  pointer: string;
  /** For people, e.g. `settings of the blob service`. */
  title: string;
  apiVersion: string;
  /** Its ARM id, by that of the resource that it belongs to. */
  idOf(id: string): string;
  /** How it is changed; absent where it is only read. */
  method?: 'PATCH' | 'PUT';
  /**
   * Whether the resource has such a part, and Azure may be asked for it; always when
   * absent. Of what was not asked for nothing is compared.
   */
  applies?(document: JsonObject): boolean;
  /** Error codes by which Azure says that there is none, which is no error. */
  absentCodes?: readonly string[];
  /** JSON pointers below the part that cannot be written. */
  readOnly?: readonly string[];
  /**
   * It is a list, whose elements have addresses of their own. What of them goes into
   * the document.
   */
  elements?(elements: readonly JsonObject[]): JsonValue;
}
