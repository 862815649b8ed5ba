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

import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { memberSchema, Scalar, Schema } from './schema';

/** What reading an object as its kind met. */
export interface DecodeProblems {
  /** Paths of fields that the kind does not have, e.g. `spec.bogus`. */
  unknown: string[];
  /** Paths whose value is of the wrong type, with what was wanted. */
  mistyped: Array<{ path: string; found: string; wanted: string }>;
}

/** Numbers and switches that the server leaves out when they are zero or off. */
const omittedWhenZero: ReadonlySet<string> = new Set([
  ...['minReadySeconds', 'nodePort', 'hostPort', 'initialDelaySeconds'],
  ...['healthCheckNodePort', 'timeoutSeconds', 'periodSeconds'],
  ...['successThreshold', 'failureThreshold', 'currentReplicas'],
  ...['updatedReplicas', 'readyReplicas', 'availableReplicas'],
  ...['unavailableReplicas', 'paused', 'hostNetwork', 'hostPID', 'hostIPC'],
  ...['publishNotReadyAddresses', 'readOnly', 'stdin', 'stdinOnce', 'tty'],
]);

/** Texts that mean something when empty. */
const keptWhenEmpty: ReadonlySet<string> = new Set([
  ...['storageClassName', 'operator', 'path', 'subPath', 'kind', 'key'],
]);

/**
 * Reads an object as the server does: without unknown fields, nothing where
 * nothing was said, quantities in their canonical form.
 */
export function decode(
  schema: Schema,
  value: JsonObject,
): { object: JsonObject; problems: DecodeProblems } {
  const problems: DecodeProblems = { unknown: [], mistyped: [] };
  const object = read(schema, value, '', '', problems);
  return { object: isJsonObject(object) ? object : {}, problems };
}

function read(
  schema: Schema,
  value: JsonValue,
  path: string,
  field: string,
  problems: DecodeProblems,
): JsonValue | undefined {
  if (value === null) {
    return undefined;
  }
  switch (schema.type) {
    case 'scalar':
      return readScalar(schema.scalar, value, path, field, problems);
    case 'list':
      return readList(schema, value, path, problems);
    default:
      return readObject(schema, value, path, problems);
  }
}

function readList(
  schema: Schema & { type: 'list' },
  value: JsonValue,
  path: string,
  problems: DecodeProblems,
): JsonValue | undefined {
  if (!Array.isArray(value)) {
    problems.mistyped.push({ path, found: foundType(value), wanted: 'array' });
    return undefined;
  }
  const items = value
    .map((item, i) => read(schema.of, item, `${path}[${i}]`, '', problems))
    .filter(item => item !== undefined);
  return items.length === 0 ? undefined : items;
}

function readObject(
  schema: Schema,
  value: JsonValue,
  path: string,
  problems: DecodeProblems,
): JsonValue | undefined {
  if (!isJsonObject(value)) {
    problems.mistyped.push({ path, found: foundType(value), wanted: 'object' });
    return undefined;
  }
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) {
    const inner = memberSchema(schema, key);
    const innerPath = path === '' ? key : `${path}.${key}`;
    if (!inner) {
      problems.unknown.push(innerPath);
      continue;
    }
    const isText = schema.type === 'map' && isStringLike(inner);
    const field = schema.type === 'map' ? '' : key;
    const content = read(inner, item, innerPath, field, problems);
    if (content !== undefined) {
      result[key] = content;
    } else if (isText && (item === null || item === '')) {
      result[key] = '';
    }
  }
  const empty = Object.keys(result).length === 0;
  return empty && schema.type === 'map' ? undefined : result;
}

function isStringLike(schema: Schema): boolean {
  return (
    schema.type === 'scalar' &&
    (schema.scalar === 'string' || schema.scalar === 'bytes')
  );
}

function readScalar(
  scalar: Scalar,
  value: JsonValue,
  path: string,
  field: string,
  problems: DecodeProblems,
): JsonValue | undefined {
  if (!fits(scalar, value)) {
    problems.mistyped.push({ path, found: foundType(value), wanted: scalar });
    return undefined;
  }
  if (scalar === 'quantity') {
    return canonicalQuantity(String(value));
  }
  if (value === '' && scalar !== 'intOrString' && !keptWhenEmpty.has(field)) {
    return undefined;
  }
  return (value === 0 || value === false) && omittedWhenZero.has(field)
    ? undefined
    : value;
}

function fits(scalar: Scalar, value: JsonValue): boolean {
  switch (scalar) {
    case 'any':
      return true;
    case 'int':
      return typeof value === 'number' && Number.isInteger(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'intOrString':
    case 'quantity':
      return typeof value === 'number' || typeof value === 'string';
    default:
      return typeof value === 'string';
  }
}

function foundType(value: JsonValue): string {
  if (Array.isArray(value)) {
    return 'array';
  }
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimalSuffixes = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** As the server writes a quantity: `0.5` is `500m`, `1024Mi` is `1Gi`. */
export function canonicalQuantity(text: string): string {
  const match =
    /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:([eE])([+-]?[0-9]+)|([numkMGTPE]|[KMGTPE]i)?)$/.exec(
      text.trim(),
    );
  if (!match || (match[2] === '' && !match[3])) {
    return text;
  }
  const [, sign, whole, fraction = '', , exponent, suffix = ''] = match;
  const digits = BigInt(`${whole}${fraction}` || '0');
  if (digits === BigInt(0)) {
    return '0';
  }
  const minus = sign === '-' ? '-' : '';
  if (suffix.endsWith('i')) {
    return minus + binaryQuantity(digits, fraction.length, suffix);
  }
  const power = exponent
    ? Number(exponent)
    : (decimalSuffixes.indexOf(suffix) - 3) * 3;
  return minus + decimalQuantity(digits, power - fraction.length);
}

function binaryQuantity(
  digits: bigint,
  decimals: number,
  suffix: string,
): string {
  const factor = BigInt(1024) ** BigInt(binarySuffixes.indexOf(suffix));
  const scale = BigInt(10) ** BigInt(decimals);
  if ((digits * factor) % scale !== BigInt(0)) {
    return decimalQuantity((digits * factor * BigInt(1000)) / scale, -3);
  }
  let value = (digits * factor) / scale;
  let step = 0;
  while (step < 6 && value % BigInt(1024) === BigInt(0)) {
    value /= BigInt(1024);
    step += 1;
  }
  return `${value}${binarySuffixes[step]}`;
}

function decimalQuantity(digits: bigint, power: number): string {
  let value = digits;
  let exponent = power;
  while (value % BigInt(10) === BigInt(0)) {
    value /= BigInt(10);
    exponent += 1;
  }
  while (((exponent % 3) + 3) % 3 !== 0) {
    value *= BigInt(10);
    exponent -= 1;
  }
  const suffix = decimalSuffixes[exponent / 3 + 3];
  return suffix === undefined ? `${value}e${exponent}` : `${value}${suffix}`;
}
