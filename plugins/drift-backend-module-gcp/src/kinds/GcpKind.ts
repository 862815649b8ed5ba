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

import { JsonObject } from '@backstage/types';
import { CloudKind } from '@infra-hub/drift-engine';
import { GcpName, IdForms } from './ids';

/**
 * A type of resource of Google Cloud: what is compared, and where it is.
 */
export interface GcpKind {
  kind: CloudKind;
  /** How people may write ids. */
  ids: IdForms;
  /** Of the resource in the API of its service. */
  url(name: GcpName): string;
  /**
   * Of the zone or region that it is in, where the service does not say which of
   * the two it does not know.
   */
  placeUrl?(name: GcpName): string;
  /**
   * Of all of the project, where the service refuses to speak of what is gone: only
   * the list tells that from a missing right.
   */
  listUrl?(name: GcpName): string;
  regionOf(document: JsonObject): string | undefined;
  /** Changes with every change of the resource, where there is such a thing. */
  versionOf?(document: JsonObject): string | undefined;
  labels: '/labels' | '/settings/userLabels';
  consoleUrl(name: GcpName): string;
  /** Sends changes. */
  changes: GcpChanges;
}

/** How a service takes changes. */
export type GcpChanges =
  | {
      /** One PATCH of what differs. */
      by: 'patch';
      /** What the PATCH says beside the writes, so that nothing newer is overwritten. */
      guard?(document: JsonObject): {
        query?: Record<string, string>;
        body?: JsonObject;
      };
      /** Names the changed members of the document in `updateMask`. */
      masked: boolean;
      /** Absent where the answer is the end of it. */
      operation?: OperationForm;
    }
  | {
      /** A request for each group of members; others cannot be changed. */
      by: 'methods';
      methods: readonly GcpMethod[];
      operation: OperationForm;
    };

/** A method that changes some members of a document. */
export interface GcpMethod {
  members: readonly string[];
  method: 'POST' | 'PATCH';
  /** Below the address of the resource. */
  path: string;
  query?: Record<string, string>;
  body(after: JsonObject): JsonObject;
}

/** How a service tells of what takes longer. */
export interface OperationForm {
  /** Where it is asked for. */
  url(name: GcpName, operation: JsonObject): string | undefined;
  isDone(operation: JsonObject): boolean;
}
