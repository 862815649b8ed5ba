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
import type { CloudProperty, CloudPropertyName } from '@infra-hub/drift-engine';
import { valueAt } from '../document/valueAt';

type Extras = Pick<CloudProperty, 'unit' | 'effect' | 'refuse' | 'fixed'> & {
  /** What the document leaves out means this. Only where AWS says so. */
  absent?: JsonValue;
  /** Documents where the value is there and means nothing. */
  unless?: (document: JsonObject) => boolean;
};

/** A text that stands in the document as it is. */
export function textProperty(
  name: CloudPropertyName,
  field: string,
  extras: Extras = {},
): CloudProperty {
  return plainProperty(name, field, extras, {
    read: value => (typeof value === 'string' ? value : undefined),
    write: value => value,
  });
}

export function booleanProperty(
  name: CloudPropertyName,
  field: string,
  extras: Extras = {},
): CloudProperty {
  return plainProperty(name, field, extras, {
    read: value => (typeof value === 'boolean' ? value : undefined),
    write: value => value,
  });
}

export function numberProperty(
  name: CloudPropertyName,
  field: string,
  extras: Extras = {},
): CloudProperty {
  return plainProperty(name, field, extras, {
    read: value => (typeof value === 'number' ? value : undefined),
    write: value => value,
  });
}

/** A number that the schema has as text. */
export function numberAsTextProperty(
  name: CloudPropertyName,
  field: string,
  extras: Extras = {},
): CloudProperty {
  return plainProperty(name, field, extras, {
    read: value =>
      (typeof value === 'string' && value !== '') || typeof value === 'number'
        ? numberOf(value)
        : undefined,
    write: value => String(value),
  });
}

/** What is so for every resource of the kind, whatever its document says. */
export function constantProperty(
  name: CloudPropertyName,
  field: string,
  options: { value: JsonValue; fixed: string },
): CloudProperty {
  return { name, field, read: () => options.value, fixed: options.fixed };
}

function plainProperty(
  name: CloudPropertyName,
  field: string,
  { absent, unless, ...extras }: Extras,
  type: {
    read(value: JsonValue): JsonValue | undefined;
    write(value: JsonValue): JsonValue;
  },
): CloudProperty {
  return {
    name,
    field,
    ...extras,
    read: document => {
      if (unless?.(document)) {
        return undefined;
      }
      const value = valueAt(document, field);
      return value === undefined || value === null ? absent : type.read(value);
    },
    ...(extras.fixed === undefined && {
      write: value => [{ pointer: field, value: type.write(value) }],
    }),
  };
}

function numberOf(value: string | number): number | undefined {
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
