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
import { groupOf, isKubernetesObject } from '../identity';
import { isObject, KubernetesObject } from '../KubernetesObject';
import { KubernetesReadError } from './KubernetesReadError';
import { parseDocuments, placeOf } from './parseDocuments';

/**
 * Reads desired objects from manifests: JSON or multi-document YAML, as written
 * by hand, by Kustomize or by `helm template`. Lists are taken apart, empty
 * documents skipped.
 *
 * @throws {@link KubernetesReadError} that names file, document and line: of
 * what is not a Kubernetes object, and of what is there twice
 *
 * @public
 */
export function readKubernetesManifests(
  texts: readonly { name: string; text: string }[],
): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  const places = new Map<string, string>();
  for (const { name, text } of texts) {
    for (const { value, number, line } of parseDocuments(text, name)) {
      const place = placeOf(name, number, line);
      for (const object of objectsOf(value, place)) {
        const key = [
          groupOf(object),
          object.kind,
          object.metadata.namespace ?? '',
          object.metadata.name,
        ].join('/');
        const other = places.get(key);
        if (other !== undefined) {
          throw new KubernetesReadError(
            `${place} has ${object.kind} '${object.metadata.name}' again, which is already in ${other}.`,
          );
        }
        places.set(key, place);
        objects.push(object);
      }
    }
  }
  return objects;
}

function objectsOf(value: JsonValue, place: string): KubernetesObject[] {
  if (Array.isArray(value)) {
    return value.flatMap(each => objectsOf(each, place));
  }
  if (!isObject(value)) {
    throw new KubernetesReadError(`${place} is not a Kubernetes object.`);
  }
  if (
    typeof value.kind === 'string' &&
    value.kind.endsWith('List') &&
    Array.isArray(value.items)
  ) {
    return value.items.flatMap(each => objectsOf(each, place));
  }
  if (isKubernetesObject(value)) {
    return [value];
  }
  throw new KubernetesReadError(`${place} ${lackOf(value)}.`);
}

function lackOf(value: { [key: string]: JsonValue | undefined }): string {
  for (const key of ['apiVersion', 'kind']) {
    if (typeof value[key] !== 'string' || value[key] === '') {
      return `has no ${key}`;
    }
  }
  if (!isObject(value.metadata)) {
    return 'has no metadata';
  }
  return typeof value.metadata.name === 'string' && value.metadata.name !== ''
    ? 'has a namespace that is no text'
    : 'has no metadata.name';
}
