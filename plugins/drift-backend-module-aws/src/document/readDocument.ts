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

import type { JsonObject } from '@backstage/types';
import { CloudDocument } from '@infra-hub/backstage-plugin-drift-node';
import { applyCloudWrites } from '@infra-hub/drift-engine';
import { AwsKind } from '../kinds/AwsKind';
import { managedBy, nameTag } from './managedBy';
import { isObject, valueAt } from './valueAt';

/**
 * The document of an answer of Cloud Control, whose properties are JSON as text.
 *
 * @returns undefined when it is none
 */
export function readDocument(options: {
  kind: AwsKind;
  id: string;
  region: string;
  properties: string | undefined;
}): CloudDocument | undefined {
  const { kind, id, region, properties } = options;
  const parsed = parseObject(properties);
  if (!parsed) {
    return undefined;
  }
  const document = withoutWriteOnly(parsed, kind);
  const name = nameTag(document, kind.tags);
  const manager = managedBy(document, kind.tags);
  return {
    kind,
    id,
    region,
    document,
    ...(name !== undefined && { name }),
    ...(manager && { managedBy: manager }),
  };
}

function parseObject(text: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

/** AWS never tells them; an emulator may, and some are passwords. */
function withoutWriteOnly(document: JsonObject, kind: AwsKind): JsonObject {
  const present = (kind.writeOnly ?? []).filter(
    pointer => valueAt(document, pointer) !== undefined,
  );
  return applyCloudWrites(
    document,
    present.map(pointer => ({ pointer, value: undefined })),
  );
}
