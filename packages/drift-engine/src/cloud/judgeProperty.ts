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
import { nameKey, sameInCloud } from './sameInCloud';

/** What the comparison says of one property. */
export interface Difference {
  /** JSON pointer below the resource. */
  path: string;
  /** `unseen`: the API does not tell it; `expected`: within the wanted bounds. */
  verdict: 'drift' | 'expected' | 'same' | 'unseen';
  desired?: JsonValue;
  actual?: JsonValue;
  /** One sentence. */
  reason?: string;
}

/** The neutral properties, wanted and actual. */
export interface PropertyPair {
  wanted: JsonObject;
  actual: JsonObject;
}

type Judge = (pair: PropertyPair) => Difference[];

/**
 * Compares one neutral property. Properties with a meaning of their own have a
 * judge; all others are the same when the provider would say so.
 */
export function judgeProperty(name: string, pair: PropertyPair): Difference[] {
  return (JUDGES.get(name) ?? judgePlain(name))(pair);
}

const JUDGES = new Map<string, Judge>(
  Object.entries({
    version: ({ wanted, actual }: PropertyPair) =>
      judge('/version', wanted.version, actual.version, () =>
        meetsVersion(wanted.version, actual.version),
      ),
    engine: ({ wanted, actual }: PropertyPair) =>
      judge('/engine', wanted.engine, actual.engine, () =>
        typeof wanted.engine === 'string' &&
        typeof actual.engine === 'string' &&
        engineKey(wanted.engine) === engineKey(actual.engine)
          ? 'The provider has another name for the same engine.'
          : undefined,
      ),
    storageGiB: judgeStorage,
    // Only a bound for the other one, unless the provider knows it, too.
    storageMaxGiB: ({ wanted, actual }: PropertyPair): Difference[] =>
      actual.storageMaxGiB === undefined && actual.storageGiB !== undefined
        ? [{ path: '/storageMaxGiB', verdict: 'unseen' }]
        : judge('/storageMaxGiB', wanted.storageMaxGiB, actual.storageMaxGiB),
    encryption: judgeEncryption,
  }),
);

function judgePlain(name: string): Judge {
  return ({ wanted, actual }) =>
    judge(
      `/${name}`,
      wanted[name],
      Object.hasOwn(actual, name) ? actual[name] : undefined,
    );
}

function judge(
  path: string,
  desired: JsonValue | undefined,
  actual: JsonValue | undefined,
  same: () => string | undefined = () => undefined,
): Difference[] {
  if (desired === undefined) {
    return [];
  }
  if (actual === undefined) {
    // Nobody says that it is otherwise.
    return [{ path, verdict: 'unseen' }];
  }
  const reason = sameInCloud(desired, actual) ?? same();
  if (reason === undefined) {
    return [{ path, verdict: 'drift', desired, actual }];
  }
  return reason === '' ? [] : [{ path, verdict: 'same', reason }];
}

/** `15` is met by `15.4`, `15.4` is not met by `15.40`. */
function meetsVersion(
  wanted: JsonValue | undefined,
  actual: JsonValue | undefined,
): string | undefined {
  const parts = String(wanted).split('.');
  const really = String(actual).split('.');
  return parts.length < really.length &&
    parts.every((part, index) => part === really[index])
    ? 'The version is as exact as it was wanted; the provider chose the rest.'
    : undefined;
}

function engineKey(engine: string): string {
  const key = nameKey(engine);
  return ENGINES.get(key) ?? key;
}

const ENGINES = new Map(
  Object.entries({
    postgresql: 'postgres',
    pgsql: 'postgres',
    mssql: 'sqlserver',
    azuresql: 'sqlserver',
  }),
);

/** Storage that grows by itself may be anything between its two bounds. */
function judgeStorage({ wanted, actual }: PropertyPair): Difference[] {
  const path = '/storageGiB';
  const [least, most, really] = [
    wanted.storageGiB,
    wanted.storageMaxGiB,
    actual.storageGiB,
  ];
  const grew =
    typeof least === 'number' &&
    typeof most === 'number' &&
    typeof really === 'number' &&
    really > least &&
    really <= most;
  return grew
    ? [
        {
          path,
          verdict: 'expected',
          desired: least,
          actual: really,
          reason: `The storage grew by itself from ${least} to ${really} GiB, up to ${most} are wanted.`,
        },
      ]
    : judge(path, least, really);
}

function judgeEncryption({ wanted, actual }: PropertyPair): Difference[] {
  const path = '/encryption';
  const desired = wanted.encryption;
  const really = actual.encryption;
  if (!isObject(desired) || !isObject(really)) {
    return judge(path, desired, really);
  }
  return Object.keys(desired).flatMap(name =>
    judge(`${path}/${name}`, desired[name], really[name] ?? absent(name)),
  );
}

/** Without an id, the key is the provider's own. */
function absent(name: string): JsonValue | undefined {
  return name === 'keyId' ? '' : undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
