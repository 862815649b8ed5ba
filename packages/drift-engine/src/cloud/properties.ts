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

/** What a neutral property may be. */
export type CloudPropertyShape =
  | { type: 'name'; mayBeEmpty?: boolean }
  | { type: 'number'; unit: string; whole?: boolean }
  | { type: 'switch' }
  | { type: 'rules' }
  | {
      type: 'object';
      members: Readonly<
        Record<string, Exclude<CloudPropertyShape, { type: 'object' }>>
      >;
    };

type Shapes = Readonly<Record<string, CloudPropertyShape>>;

const ENCRYPTION: CloudPropertyShape = {
  type: 'object',
  members: {
    enabled: { type: 'switch' },
    // Empty for the provider's own key.
    keyId: { type: 'name', mayBeEmpty: true },
  },
};

/** The neutral properties and what they may hold. */
export const CLOUD_PROPERTIES: Readonly<
  Record<'database' | 'storage', Shapes>
> = {
  database: {
    engine: { type: 'name' },
    version: { type: 'name' },
    size: { type: 'name' },
    storageGiB: { type: 'number', unit: 'GiB' },
    storageMaxGiB: { type: 'number', unit: 'GiB' },
    storageType: { type: 'name' },
    replicas: { type: 'number', unit: 'replicas', whole: true },
    highAvailability: { type: 'switch' },
    backupRetentionDays: { type: 'number', unit: 'days', whole: true },
    encryption: ENCRYPTION,
    publicAccess: { type: 'switch' },
    deletionProtection: { type: 'switch' },
  },
  storage: {
    capacityGiB: { type: 'number', unit: 'GiB' },
    tier: { type: 'name' },
    redundancy: { type: 'name' },
    versioning: { type: 'switch' },
    encryption: ENCRYPTION,
    publicAccess: { type: 'switch' },
    throughputMiBps: { type: 'number', unit: 'MiB per second' },
    iops: { type: 'number', unit: 'operations per second', whole: true },
    lifecycle: { type: 'rules' },
  },
};

/** All of them, parts named as in `encryption/keyId`. */
export function propertyNames(resourceType: 'database' | 'storage'): string[] {
  return Object.entries(CLOUD_PROPERTIES[resourceType]).flatMap(
    ([name, shape]) =>
      shape.type === 'object'
        ? Object.keys(shape.members).map(member => `${name}/${member}`)
        : name,
  );
}

/** The known name that somebody most likely meant; undefined where none is near. */
export function nearest(
  name: string,
  known: readonly string[],
): string | undefined {
  const [closest] = known
    .map(each => ({ each, far: distance(keyOf(name), keyOf(each)) }))
    .sort((one, other) => one.far - other.far);
  return closest && closest.far <= Math.max(2, closest.each.length / 3)
    ? closest.each
    : undefined;
}

function keyOf(name: string): string {
  return name
    .slice(0, 60)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** How many letters have to be changed, added or taken away (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      next[to] = Math.min(
        row[to] + 1,
        next[to - 1] + 1,
        row[to - 1] + Number(one[at - 1] !== other[to - 1]),
      );
    }
    row = next;
  }
  return row[other.length];
}
