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

import type { JsonValue } from '@backstage/types';
import { HclBody, HclExpression, HclReference } from './HclFile';

/**
 * The value of an expression that needs no evaluation; `undefined` for any other.
 *
 * @public
 */
export function hclLiteralValue(
  expression: HclExpression,
): JsonValue | undefined {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'tuple': {
      const items = expression.items.map(hclLiteralValue);
      return items.some(item => item === undefined)
        ? undefined
        : (items as JsonValue[]);
    }
    case 'object': {
      const members: [string, JsonValue][] = [];
      for (const item of expression.items) {
        const value = hclLiteralValue(item.value);
        if (item.key === undefined || value === undefined) {
          return undefined;
        }
        members.push([item.key, value]);
      }
      return Object.fromEntries(members);
    }
    default:
      return undefined;
  }
}

/**
 * Writes a value so that HCL reads exactly it.
 *
 * @param indent - what the lines of the value begin with; it is written on one line when absent
 * @public
 */
export function formatHclValue(value: JsonValue, indent?: string): string {
  if (typeof value === 'string') {
    return quote(value);
  }
  if (Array.isArray(value)) {
    return list(
      '[',
      ']',
      value.map(item => formatHclValue(item, deeper(indent))),
      indent,
      ',',
    );
  }
  if (typeof value === 'object' && value !== null) {
    return list(
      '{',
      '}',
      Object.entries(value).flatMap(([key, member]) =>
        member === undefined
          ? []
          : [
              `${formatHclKey(key)} = ${formatHclValue(
                member,
                deeper(indent),
              )}`,
            ],
      ),
      indent,
      '',
    );
  }
  return JSON.stringify(value);
}

/**
 * Writes the key of an object: bare where that is possible.
 *
 * @public
 */
export function formatHclKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) &&
    !['true', 'false', 'null', 'for'].includes(key)
    ? key
    : quote(key);
}

/**
 * Every reference in an expression, however deep.
 *
 * @public
 */
export function referencesIn(expression: HclExpression): HclReference[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'tuple':
      return expression.items.flatMap(referencesIn);
    case 'object':
      return expression.items.flatMap(item => [
        ...(item.keyExpression ? referencesIn(item.keyExpression) : []),
        ...referencesIn(item.value),
      ]);
    case 'reference':
      return [expression, ...expression.children.flatMap(referencesIn)];
    default:
      return expression.children.flatMap(referencesIn);
  }
}

/**
 * Every reference in a body and the blocks in it.
 *
 * @public
 */
export function referencesInBody(body: HclBody): HclReference[] {
  return [
    ...body.attributes.flatMap(attribute => referencesIn(attribute.value)),
    ...body.blocks.flatMap(block => referencesInBody(block.body)),
  ];
}

function quote(text: string): string {
  const escaped = text
    .replace(/[\\"]/g, match => `\\${match}`)
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t')
    .replace(/\$\{/g, () => '$${')
    .replace(/%\{/g, '%%{');
  return `"${[...escaped].map(visible).join('')}"`;
}

/** Control characters, and line breaks that HCL does not take for any, by their number. */
function visible(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hidden =
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0xfeff;
  return hidden ? `\\u${code.toString(16).padStart(4, '0')}` : character;
}

function deeper(indent: string | undefined): string | undefined {
  return indent === undefined ? undefined : `${indent}  `;
}

function list(
  open: string,
  close: string,
  parts: string[],
  indent: string | undefined,
  separator: string,
): string {
  if (parts.length === 0) {
    return `${open}${close}`;
  }
  if (indent === undefined) {
    return open === '[' ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  }
  return `${open}\n${parts
    .map(part => `${indent}  ${part}${separator}\n`)
    .join('')}${indent}${close}`;
}
