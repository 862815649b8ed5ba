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
import {
  FieldDifference,
  SENSITIVE_DESIRED_VALUE,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudFieldPair,
  DesiredCloudResource,
  fromPointer,
  isEqual,
  toPointer,
  valueAt,
} from '@infra-hub/drift-engine';
import { ManifestEdit } from '../manifests/ManifestText';
import { isObject, Step, valueAt as valueAtSteps } from '../manifests/steps';
import { PlacedResource } from './selectDesired';

/** A field that a manifest is to take over. */
export interface AdoptedField {
  /** As findings have it. */
  path: string;
  label: string;
  /** Steps in the manifest. */
  steps: Step[];
  /** What the manifest says, as far as it is known. */
  desired: JsonValue | undefined;
  /** What it is to say. */
  actual: JsonValue | undefined;
  isSecret: boolean;
  shown: FieldDifference;
}

/** Drifted fields, with what a manifest has to say for them not to. */
export function adoptedFields(
  fields: readonly CloudFieldPair[],
): AdoptedField[] {
  return fields
    .filter(each => each.class === 'drift')
    .map(({ path, property, desired: wanted, actual, shown }) => {
      const segments = fromPointer(path);
      return {
        path,
        label: segments.join('.'),
        steps: [
          'spec',
          ...(property === undefined ? [] : ['properties']),
          ...segments,
        ],
        desired: wanted,
        actual: property === 'version' ? asExactAs(wanted, actual) : actual,
        isSecret: shown.sensitive === true || holdsUnkept(wanted),
        shown,
      };
    })
    .sort((one, other) => rank(one) - rank(other));
}

/** Whether a manifest still says what was compared. */
export function isAsCompared(
  { steps, desired }: AdoptedField,
  read: DesiredCloudResource,
): boolean {
  const [, ...path] = steps;
  return isEqual(
    valueAt({ ...read } as unknown as JsonObject, toPointer(path.map(String))),
    desired,
  );
}

/** What has to be done to a manifest so that a field is as it really is. */
export function editsFor(
  { steps, desired, actual }: AdoptedField,
  { manifest, placed }: { manifest: JsonObject; placed: PlacedResource },
): ManifestEdit[] {
  if (actual === undefined) {
    return [{ op: 'remove', path: steps }];
  }
  const written = valueAtSteps(manifest, steps);
  return [
    {
      op: 'set',
      path: steps,
      value: asWritten(narrowed(actual, desired), written),
    },
    ...boundsFor(steps, actual, placed),
  ];
}

/** Storage above the wanted bound moves the bound, too. */
function boundsFor(
  steps: readonly Step[],
  actual: JsonValue,
  { desired }: PlacedResource,
): ManifestEdit[] {
  const { storageMaxGiB } = desired.properties as JsonObject;
  return steps.at(-1) === 'storageGiB' &&
    typeof storageMaxGiB === 'number' &&
    Number(actual) > storageMaxGiB
    ? [
        {
          op: 'set',
          path: [...steps.slice(0, -1), 'storageMaxGiB'],
          value: Number(actual),
        },
      ]
    : [];
}

/** Of versions only as many numbers as were wanted: the provider chooses the rest. */
function asExactAs(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
): JsonValue | undefined {
  return typeof wanted === 'string' && typeof actual === 'string'
    ? actual.split('.').slice(0, wanted.split('.').length).join('.')
    : actual;
}

/** Of `[{ Key, Value }]` only the tags that somebody wants. */
function narrowed(actual: JsonValue, wanted: JsonValue | undefined): JsonValue {
  if (!isTagged(actual) || !isTagged(wanted)) {
    return actual;
  }
  const keys = new Set(wanted.map(({ Key }) => Key));
  return actual.filter(({ Key }) => keys.has(Key));
}

function isTagged(
  value: JsonValue | undefined,
): value is (JsonObject & { Key: string })[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(
      item => isObject(item) && typeof item.Key === 'string' && 'Value' in item,
    )
  );
}

/** Numbers that were written as texts stay texts, and the other way round. */
function asWritten(
  actual: JsonValue,
  written: JsonValue | undefined,
): JsonValue {
  if (typeof written === 'string' && typeof actual === 'number') {
    return String(actual);
  }
  return typeof written === 'number' &&
    typeof actual === 'string' &&
    /^-?(?:0|[1-9]\d{0,14})$/.test(actual)
    ? Number(actual)
    : actual;
}

/** What is taken away comes last, so that nothing else moves. */
function rank({ actual }: AdoptedField): number {
  return actual === undefined ? 1 : 0;
}

function holdsUnkept(value: JsonValue | undefined): boolean {
  return typeof value === 'object' && value !== null
    ? Object.values(value).some(holdsUnkept)
    : value === SENSITIVE_DESIRED_VALUE;
}
