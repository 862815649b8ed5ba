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
import type { CloudKind, CloudPropertyName } from './CloudKind';
import { isBelow, valueAt } from './cloudWrites';
import type { DesiredCloudResource } from './CloudResource';
import { nameKey } from './sameInCloud';

/** A neutral property that would have to be changed. */
export interface PropertyChange {
  from: JsonValue | undefined;
  to: JsonValue;
  resourceType: DesiredCloudResource['resourceType'];
  /** Of the database as it is. */
  engine?: string;
}

/** Where the second number tells major versions apart, too. */
const MAJOR_PARTS: Readonly<Record<string, number>> = {
  mysql: 2,
  mariadb: 2,
  auroramysql: 2,
};

function refuseLess({ from, to }: PropertyChange): string | undefined {
  return Number(to) < Number(from)
    ? `Storage can only grow, and there are ${from} GiB by now: desire as many, or make a new one and move the data.`
    : undefined;
}

function refuseLowerVersion({
  from,
  to,
  engine,
}: PropertyChange): string | undefined {
  const parts = MAJOR_PARTS[nameKey(engine ?? '')] ?? 1;
  const before = numbersOf(from).slice(0, parts);
  const after = numbersOf(to).slice(0, parts);
  const index = after.findIndex((part, at) => part !== before[at]);
  return index !== -1 && after[index] < before[index]
    ? `A lower major version cannot be gone back to, and it is ${from} by now: desire that, or make a new one from a backup.`
    : undefined;
}

/** `15.4` as well as `POSTGRES_15`. */
function numbersOf(version: JsonValue | undefined): number[] {
  return (String(version ?? '').match(/\d+/g) ?? []).map(Number);
}

const RULES: Partial<
  Record<CloudPropertyName, (change: PropertyChange) => string | undefined>
> = {
  engine: () =>
    'The engine of a database that exists cannot be changed: make a new one and move the data.',
  version: refuseLowerVersion,
  storageGiB: refuseLess,
  capacityGiB: refuseLess,
};

/**
 * Why no provider can change a property from one value to the other: one
 * sentence. What is special to one of them stands in the tables of its module.
 */
export function refuseChange(
  name: CloudPropertyName,
  change: PropertyChange,
): string | undefined {
  return RULES[name]?.(change);
}

/** Why there may be no way: for those properties where it is the same everywhere. */
export function noWayToChange(
  name: CloudPropertyName,
  { resourceType }: PropertyChange,
): string {
  return name.startsWith('encryption/') && resourceType === 'database'
    ? 'The encryption of a database that exists cannot be changed: make a new one and move the data.'
    : 'The provider offers no way to change it in place.';
}

/** Why a place of the document must not be written to: one sentence. */
export function refusePointer(
  kind: CloudKind,
  pointer: string,
  document: Parameters<typeof valueAt>[0],
): string | undefined {
  const covers = (pointers: readonly string[] = []) =>
    pointers.some(each => isBelow(each, pointer));
  const drops = (pointers: readonly string[] = []) =>
    pointers.some(each => each !== pointer && isBelow(pointer, each)) &&
    valueAt(document, pointer) !== undefined;
  if (covers(kind.computed)) {
    return 'The provider computes it by itself.';
  }
  if (covers(kind.createOnly)) {
    return 'It can only be chosen when the resource is made: make a new one, or change what is desired.';
  }
  if (covers(kind.writeOnly) || drops(kind.writeOnly)) {
    return 'The provider does not tell what is there, so that nobody could say what would be changed.';
  }
  return Object.entries(kind.notWritten ?? {}).find(([each]) =>
    isBelow(each, pointer),
  )?.[1];
}
