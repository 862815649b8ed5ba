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
import { isObject, member } from './KubernetesObject';
import { Path } from './compareObject';
import { keyValue } from './shape/kinds';
import { Shape } from './shape/Shape';

/**
 * The readable form of a path: `replicas`, `containers[main].env[MODE]`,
 * `data[query.timeout]`, `ports[80/TCP].targetPort`.
 *
 * @param root - the object that the path is in
 */
export function labelOf(path: Path, root: JsonValue, rootShape: Shape): string {
  let label = '';
  let value: JsonValue | undefined = root;
  let shape: Shape | undefined = rootShape;
  let hidden = '';
  for (const step of path) {
    let part: string;
    let next: Shape | undefined;
    if (typeof step === 'number') {
      const element: JsonValue | undefined = Array.isArray(value)
        ? value[step]
        : undefined;
      part = `[${elementName(element, step, shape)}]`;
      next = shape?.items;
      value = element;
    } else {
      const field: Shape | undefined = shape?.fields?.get(step);
      next = field ?? shape?.entries;
      part = nameOf(step, next, !field && shape?.entries !== undefined);
      value = isObject(value) ? member(value, step) : undefined;
    }
    hidden = next?.hidden && typeof step === 'string' ? step : '';
    if (hidden === '') {
      label += label === '' || part.startsWith('[') ? part : `.${part}`;
    }
    shape = next;
  }
  return label || hidden || '.';
}

function nameOf(
  step: string,
  shape: Shape | undefined,
  entry: boolean,
): string {
  if (shape?.label !== undefined && shape.label !== '.') {
    return shape.label;
  }
  return entry && shape?.label !== '.' ? `[${step}]` : step;
}

function elementName(
  element: JsonValue | undefined,
  index: number,
  list: Shape | undefined,
): string {
  if (!isObject(element)) {
    return String(index);
  }
  if (!list?.keys) {
    return list === undefined && typeof element.name === 'string'
      ? element.name
      : String(index);
  }
  return list.keys
    .map(key =>
      String(
        keyValue(element, key) ?? list.items?.fields?.get(key)?.constant ?? '*',
      ),
    )
    .join(list.keys[0] === 'path' ? ' ' : '/');
}
