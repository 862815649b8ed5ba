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
import { looksSecretAt } from '../redact/secrets';
import { FoundField, Path } from './compareObject';
import { isObject } from './KubernetesObject';

/**
 * Whether the values of a field must not leave the engine: they look like a
 * credential, or one side takes them from a Secret.
 *
 * @param root - the object that the path is in
 */
export function isConfidential(found: FoundField, root: JsonValue): boolean {
  const names = namesAlong(found.path, root);
  return [found.desired, found.actual].some(
    value =>
      value !== undefined &&
      (holdsSecret(names, value) ||
        (mixed(found) && isObject(value) && isObject(value.secretKeyRef))),
  );
}

/** A literal on one side and a reference on the other. */
function mixed({ desired, actual }: FoundField): boolean {
  return (
    desired !== undefined &&
    actual !== undefined &&
    isObject(desired) !== isObject(actual)
  );
}

/** Names along a path; an element of a list answers to its own name. */
function namesAlong(path: Path, root: JsonValue): string[] {
  const names: string[] = [];
  let value: JsonValue | undefined = root;
  for (const step of path) {
    if (typeof step === 'number') {
      value = Array.isArray(value) ? value[step] : undefined;
      if (isObject(value) && typeof value.name === 'string') {
        names.push(value.name);
      }
    } else {
      value = isObject(value) ? value[step] : undefined;
      // The value of a variable is named by the variable.
      if (step !== 'value') {
        names.push(step);
      }
    }
  }
  return names;
}

/** Members that hold names of things, whatever the thing is called. */
const NAMES =
  /^(?:name|key|kind|secretName|serviceAccountName|claimName|mountPath|path|image|host)$/;

function holdsSecret(names: readonly string[], value: JsonValue): boolean {
  if (typeof value === 'string') {
    const last = names[names.length - 1] ?? '';
    return looksSecretAt(NAMES.test(last) ? [''] : names, value);
  }
  if (Array.isArray(value)) {
    return (
      value.some(element => holdsSecret(names, element)) || givesSecret(value)
    );
  }
  return isObject(value) && objectHoldsSecret(names, value);
}

function objectHoldsSecret(
  names: readonly string[],
  value: JsonObject,
): boolean {
  if (
    typeof value.name === 'string' &&
    typeof value.value === 'string' &&
    looksSecretAt([value.name], value.value)
  ) {
    return true;
  }
  return Object.entries(value).some(
    ([key, inner]) =>
      inner !== undefined &&
      inner !== null &&
      holdsSecret(key === 'value' ? names : [...names, key], inner),
  );
}

/** `--password`, `hunter2`: a name and its value as two arguments. */
function givesSecret(list: readonly JsonValue[]): boolean {
  return list.some((element, index) => {
    const next = list[index + 1];
    return (
      typeof element === 'string' &&
      /^--?[A-Za-z]/.test(element) &&
      typeof next === 'string' &&
      !next.startsWith('-') &&
      looksSecretAt([element.replace(/^-+/, '')], next)
    );
  });
}
