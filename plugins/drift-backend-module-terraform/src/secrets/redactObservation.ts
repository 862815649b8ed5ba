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
import { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { Observation, ResourceDifference } from '@infra-hub/drift-engine';
import { SecretRedactor } from './SecretRedactor';

/**
 * Takes known secret values out of an observation. The engine has already
 * dropped what the plan marks as sensitive; this catches credentials that were
 * put into an attribute that nobody marked.
 */
export function redactObservation(
  observation: Observation,
  redactor: SecretRedactor,
): Observation {
  return {
    ...redactTexts(observation, redactor),
    differences: observation.differences.map(difference =>
      redactDifference(difference, redactor),
    ),
  };
}

function redactDifference(
  difference: ResourceDifference,
  redactor: SecretRedactor,
): ResourceDifference {
  return {
    ...redactTexts(difference, redactor),
    fields: difference.fields.map(field => redactField(field, redactor)),
  };
}

function redactField(
  field: FieldDifference,
  redactor: SecretRedactor,
): FieldDifference {
  const path = redactor.redact(field.path);
  const values = [field.recorded, field.actual, field.desired];
  if (!values.some(value => holdsSecret(value, redactor))) {
    return { ...field, path };
  }
  const { recorded, actual, desired, ...rest } = field;
  return { ...rest, path, sensitive: true };
}

function holdsSecret(
  value: JsonValue | undefined,
  redactor: SecretRedactor,
): boolean {
  if (value === undefined || value === null || typeof value === 'boolean') {
    return false;
  }
  return typeof value === 'string'
    ? redactor.isIn(value)
    : redactor.isIn(JSON.stringify(value));
}

/** Strings at any depth; `differences` and `fields` are left to their own rules. */
function redactTexts<T extends object>(value: T, redactor: SecretRedactor): T {
  const walk = (node: unknown): unknown => {
    if (typeof node === 'string') {
      return redactor.redact(node);
    }
    if (Array.isArray(node)) {
      return node.map(walk);
    }
    if (typeof node === 'object' && node !== null) {
      return Object.fromEntries(
        Object.entries(node).map(([key, child]) => [
          key,
          key === 'differences' || key === 'fields' ? child : walk(child),
        ]),
      );
    }
    return node;
  };
  return walk(value) as T;
}
