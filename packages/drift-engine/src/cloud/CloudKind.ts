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

import type { JsonObject, JsonValue } from '@backstage/types';
import type { DatabaseProperties, StorageProperties } from './CloudResource';

/**
 * A property of {@link DatabaseProperties} or {@link StorageProperties}, and parts
 * of one: `encryption/enabled`, `encryption/keyId`.
 *
 * @public
 */
export type CloudPropertyName =
  | Exclude<keyof DatabaseProperties | keyof StorageProperties, 'encryption'>
  | 'encryption/enabled'
  | 'encryption/keyId';

/**
 * How a provider's API shows a neutral property of one kind. The tables of the
 * modules are made of these, and so is the one in docs/clouds.md.
 *
 * @public
 */
export interface CloudProperty {
  name: CloudPropertyName;
  /** Where it stands in the provider's document: a JSON pointer, as people look it up. */
  field: string;
  /** E.g. `GiB`, `days`; absent where there is none. */
  unit?: string;
  /**
   * The neutral value; undefined when the document does not tell it. What the
   * provider leaves out because it is off must be told as such: `false`, `0`.
   */
  read(document: JsonObject): JsonValue | undefined;
  /**
   * What has to stand where for the neutral value to be true: JSON pointers of the
   * provider's document with their values; `undefined` removes. Absent where it
   * cannot be changed at all.
   */
  write?(value: JsonValue, document: JsonObject): CloudFieldWrite[];
  /** Why it cannot be changed in place: one sentence for people. With or instead of `write`. */
  fixed?: string;
  /** What changing it does beside: one sentence, e.g. that the database restarts. */
  effect?: string;
  /** Whether going from one value to the other is impossible, e.g. less storage: why, one sentence. */
  refuse?(from: JsonValue | undefined, to: JsonValue): string | undefined;
}

/** @public */
export interface CloudFieldWrite {
  /** JSON pointer in the provider's document. */
  pointer: string;
  /** Undefined removes it. */
  value: JsonValue | undefined;
}

/**
 * A type of resource of one provider.
 *
 * @public
 */
export interface CloudKind {
  /** The provider's own name, e.g. `AWS::RDS::DBInstance`. */
  kind: string;
  resourceType: 'database' | 'storage';
  /** For people, e.g. `RDS instance`. */
  title: string;
  properties: readonly CloudProperty[];
  /** JSON pointers of the document that the provider computes or changes by itself. */
  computed?: readonly string[];
  /** JSON pointers that the provider's API never tells, e.g. `/MasterUserPassword`. */
  writeOnly?: readonly string[];
  /** What the provider uses where nothing is said, by JSON pointer. */
  defaults?: Readonly<Record<string, JsonValue>>;
  /**
   * JSON pointers of texts in which the provider takes no notice of letter case, e.g.
   * because it writes identifiers in small letters.
   */
  caseless?: readonly string[];
  /** JSON pointers that cannot be changed without a new resource. */
  createOnly?: readonly string[];
  /** JSON pointers that no repair writes to, with one sentence each why. */
  notWritten?: Readonly<Record<string, string>>;
}
