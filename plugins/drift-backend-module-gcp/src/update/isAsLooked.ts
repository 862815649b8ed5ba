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
import { CloudDocument } from '@infra-hub/backstage-plugin-drift-node';
import {
  applyCloudWrites,
  CloudFieldWrite,
  isEqual,
  valueAt,
} from '@infra-hub/drift-engine';

/**
 * Whether a resource still is as it was looked at: by its version and what is to
 * be changed where it has a version; else by everything that the service does not
 * change by itself.
 */
export function isAsLooked(
  looked: CloudDocument,
  now: CloudDocument,
  writes: readonly CloudFieldWrite[],
): boolean {
  if (looked.version !== undefined || now.version !== undefined) {
    return (
      looked.version === now.version &&
      writes.every(({ pointer }) =>
        isEqual(
          valueAt(looked.document, pointer),
          valueAt(now.document, pointer),
        ),
      )
    );
  }
  const { computed = [] } = now.kind;
  const settled = (document: JsonObject) =>
    applyCloudWrites(
      document,
      computed.map(pointer => ({ pointer, value: undefined })),
    );
  return isEqual(settled(looked.document), settled(now.document));
}
