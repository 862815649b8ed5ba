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

/** What the configuration of one resource says, by JSON pointer of names. */
export interface ConfiguredAttributes {
  /** Blocks stand without index; both the block and its attributes are listed. */
  paths: Set<string>;
  /** The objects that an attribute's expression names. */
  references: Map<string, string[]>;
}

function isObject(value: PlanValue): value is { [key: string]: PlanValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RawNumber)
  );
}

function isExpression(value: PlanValue): boolean {
  if (!isObject(value)) {
    return true;
  }
  return Object.keys(value).every(
    name =>
      name === 'constant_value' ||
      (name === 'references' && Array.isArray(value[name])),
  );
}

/** `references` of an expression, as written. */
export function referencesOf(expression: PlanValue): string[] {
  if (!isObject(expression) || !Array.isArray(expression.references)) {
    return [];
  }
  return expression.references.filter(
    (reference): reference is string => typeof reference === 'string',
  );
}

function collect(
  body: PlanValue,
  steps: string[],
  found: ConfiguredAttributes,
): void {
  if (!isObject(body)) {
    return;
  }
  for (const name of Object.keys(body)) {
    const value = body[name];
    const path = [...steps, name];
    const pointer = jsonPointer(path);
    found.paths.add(pointer);
    if (Array.isArray(value)) {
      value.forEach(block => collect(block, path, found));
    } else if (!isExpression(value)) {
      collect(value, path, found);
    } else {
      const references = referencesOf(value);
      if (references.length > 0) {
        const known = found.references.get(pointer) ?? [];
        found.references.set(pointer, [...new Set([...known, ...references])]);
      }
    }
  }
}

/**
 * Reads the `expressions` of one configured resource.
 *
 * Source: terraform internal/command/jsonconfig/expression.go. An attribute is
 * `{constant_value}`, `{references}` or `{}`; a block is an object or a list of
 * objects of those.
 */
export function configuredAttributes(
  expressions: PlanValue | undefined,
): ConfiguredAttributes {
  const found: ConfiguredAttributes = {
    paths: new Set(),
    references: new Map(),
  };
  if (expressions !== undefined) {
    collect(expressions, [], found);
  }
  return found;
}

/**
 * References by `/name` of an object of expressions (`module_calls.*.expressions`)
 * or of outputs (`outputs`, where the expression is a member).
 */
export function referencesByName(
  members: PlanValue,
  expressionOf: 'itself' | 'expression',
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  if (isObject(members)) {
    for (const name of Object.keys(members)) {
      const member = members[name];
      const expression =
        expressionOf === 'expression' && isObject(member)
          ? member.expression ?? null
          : member;
      const references = referencesOf(expression);
      if (references.length > 0) {
        found.set(jsonPointer([name]), references);
      }
    }
  }
  return found;
}
