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

import { jsonPointer } from './planAddress';
import { PlanValue, RawNumber } from './PlanDocument';

/**
 * The attribute paths that the `expressions` of one configured resource set, as
 * JSON pointers of names; blocks stand without index, and both the block and
 * its attributes are listed.
 *
 * Source: terraform internal/command/jsonconfig/expression.go. An attribute is
 * `{constant_value}`, `{references}` or `{}`; a block is an object or a list of
 * objects of those.
 */
export function configuredPaths(expressions: PlanValue): Set<string> {
  const paths = new Set<string>();
  collect(expressions, [], paths);
  return paths;
}

function collect(body: PlanValue, steps: string[], paths: Set<string>): void {
  if (!isObject(body)) {
    return;
  }
  for (const name of Object.keys(body)) {
    const value = body[name];
    const path = [...steps, name];
    paths.add(jsonPointer(path));
    if (Array.isArray(value)) {
      value.forEach(block => collect(block, path, paths));
    } else if (!isExpression(value)) {
      collect(value, path, paths);
    }
  }
}

function isExpression(value: PlanValue): boolean {
  if (!isObject(value)) {
    return true;
  }
  const names = Object.keys(value);
  return names.every(
    name =>
      name === 'constant_value' ||
      (name === 'references' && Array.isArray(value[name])),
  );
}

function isObject(value: PlanValue): value is { [key: string]: PlanValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RawNumber)
  );
}
