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
import { isObject, own } from './json';
import { sameInCloud } from './sameInCloud';
import { armKey, CloudPlace, nameKey, regionKey } from './sameText';

/** What the comparison says of one property. */
export interface Difference {
  /** JSON pointer below the resource. */
  path: string;
  /** `unseen`: nobody can tell; `expected`: within the wanted bounds. */
  verdict: 'drift' | 'expected' | 'same' | 'unseen';
  desired?: JsonValue;
  actual?: JsonValue;
  /** One sentence. */
  reason?: string;
  /** Of what is unseen: this answer holds no value of it, as another one might. */
  untold?: true;
}

/** The neutral properties, wanted and actual. */
export interface PropertyPair {
  wanted: JsonObject;
  actual: JsonObject;
}

/** What a judge of its own says: the same and why, or that nobody can tell. */
type Opinion = { same: string } | { unseen: string } | undefined;

type Judge = (pair: PropertyPair) => Difference[];

/** Why something is not known that the API could have told. */
export const NOT_TOLD = 'The API of the provider did not tell it.';

const ENGINES = new Map(
  Object.entries({
    postgresql: 'postgres',
    pgsql: 'postgres',
    mssql: 'sqlserver',
    azuresql: 'sqlserver',
    microsoftsqlserver: 'sqlserver',
    cosmos: 'cosmosdb',
    azurecosmosdb: 'cosmosdb',
    amazondynamodb: 'dynamodb',
  }),
);

/** Engines whose edition some providers add: `sqlserver-se`, `oracle-ee`. */
const EDITIONS = ['sqlserver', 'oracle'];

const SAME_NAME: Opinion = {
  same: 'The provider spells the same name differently.',
};

const JUDGES = new Map<string, Judge>(
  Object.entries({
    version: judgeAs('version', meetsVersion),
    engine: judgeAs('engine', meetsEngine),
    // Names of the provider: no two of them differ only in their letters.
    size: judgeAs('size', isSameWord),
    storageType: judgeAs('storageType', isSameWord),
    tier: judgeAs('tier', isSameName),
    redundancy: judgeAs('redundancy', isSameName),
    storageGiB: judgeStorage,
    // Only a bound for the other one, unless the provider knows it, too.
    storageMaxGiB: judgeAs('storageMaxGiB'),
    lifecycle: judgeAs('lifecycle', undefined, 'all'),
    encryption: judgeEncryption,
  }),
);

/**
 * Compares one neutral property. Properties with a meaning of their own have a
 * judge; all others are the same when the provider would say so.
 */
export function judgeProperty(name: string, pair: PropertyPair): Difference[] {
  return (JUDGES.get(name) ?? judgeAs(name))(pair);
}

function judgeAs(
  name: string,
  opinion?: (wanted: string, actual: string) => Opinion,
  members: CloudPlace['members'] = 'wanted',
): Judge {
  return ({ wanted, actual }) =>
    judge({
      path: `/${name}`,
      desired: own(wanted, name),
      actual: own(actual, name),
      opinion,
      members,
    });
}

function judge(options: {
  path: string;
  desired: JsonValue | undefined;
  actual: JsonValue | undefined;
  opinion?: (wanted: string, actual: string) => Opinion;
  members?: CloudPlace['members'];
}): Difference[] {
  const { path, desired, opinion, members = 'wanted' } = options;
  const actual = options.actual ?? undefined;
  if (desired === undefined) {
    return [];
  }
  if (actual === undefined) {
    // Nobody says that it is otherwise.
    return [{ path, verdict: 'unseen', reason: NOT_TOLD, untold: true }];
  }
  const reason = sameInCloud(desired, actual, {
    path: [path.slice(1)],
    members,
  });
  if (reason !== undefined) {
    return reason === '' ? [] : [{ path, verdict: 'same', reason }];
  }
  const said =
    typeof desired === 'string' && ['string', 'number'].includes(typeof actual)
      ? opinion?.(desired, String(actual))
      : undefined;
  if (said === undefined) {
    return [{ path, verdict: 'drift', desired, actual }];
  }
  return 'same' in said
    ? [{ path, verdict: 'same', reason: said.same }]
    : [{ path, verdict: 'unseen', reason: said.unseen }];
}

/** `15` is met by `15.4`, `15.4` is not met by `15.40`. */
function meetsVersion(wanted: string, actual: string): Opinion {
  const parts = wanted.replace(/(?:\.[x*])+$/i, '').split('.');
  const really = actual.split('.');
  const shared = Math.min(parts.length, really.length);
  if (parts.slice(0, shared).some((part, index) => part !== really[index])) {
    return undefined;
  }
  return parts.length <= really.length
    ? {
        same: 'The version is as exact as it was wanted; the provider chose the rest.',
      }
    : {
        unseen: `The API of the provider tells the version only as ${actual}.`,
      };
}

function meetsEngine(wanted: string, actual: string): Opinion {
  const [one, other] = [engineKey(wanted), engineKey(actual)];
  if (one === other) {
    return { same: 'The provider has another name for the same engine.' };
  }
  return EDITIONS.some(engine => one === engine && other.startsWith(engine))
    ? { same: 'The provider names the edition of the engine, too.' }
    : undefined;
}

function engineKey(engine: string): string {
  const key = nameKey(engine);
  return ENGINES.get(key) ?? key;
}

function isSameWord(wanted: string, actual: string): Opinion {
  return wanted.toLowerCase() === actual.toLowerCase() ? SAME_NAME : undefined;
}

function isSameName(wanted: string, actual: string): Opinion {
  return nameKey(wanted) === nameKey(actual) ? SAME_NAME : undefined;
}

/** Storage that grows by itself may be anything between its two bounds. */
function judgeStorage({ wanted, actual }: PropertyPair): Difference[] {
  const path = '/storageGiB';
  const [least, most, really] = [
    own(wanted, 'storageGiB'),
    own(wanted, 'storageMaxGiB'),
    own(actual, 'storageGiB'),
  ];
  const size = typeof really === 'string' ? Number(really) : really;
  const grew =
    typeof least === 'number' &&
    typeof most === 'number' &&
    typeof size === 'number' &&
    size > least &&
    size <= most;
  return grew
    ? [
        {
          path,
          verdict: 'expected',
          desired: least,
          actual: size,
          reason: `The storage grew by itself from ${least} to ${size} GiB; up to ${most} GiB are wanted.`,
        },
      ]
    : judge({ path, desired: least, actual: really });
}

function judgeEncryption({ wanted, actual }: PropertyPair): Difference[] {
  const path = '/encryption';
  const desired = own(wanted, 'encryption');
  const really = own(actual, 'encryption');
  if (!isObject(desired)) {
    return judge({ path, desired, actual: really });
  }
  const told = isObject(really) ? really : {};
  return Object.keys(desired).flatMap(name =>
    judge({
      path: `${path}/${name}`,
      desired: own(desired, name),
      actual: own(told, name) ?? unlessTold(name, told),
      opinion: name === 'keyId' ? isSameKey : undefined,
    }),
  );
}

/** Of what is encrypted without the id of a key, the key is the provider's own. */
function unlessTold(name: string, told: JsonObject): JsonValue | undefined {
  return name === 'keyId' && typeof told.enabled === 'boolean' ? '' : undefined;
}

/** Ids of keys: bare or as an ARN, of a vault or a key ring, with or without a version. */
function isSameKey(wanted: string, actual: string): Opinion {
  if (/(?:^|:)alias\//.test(wanted) && actual !== '') {
    return {
      unseen:
        'The alias of a key does not say which key it is; the id of the key would.',
    };
  }
  const [one, other] = [keyOf(wanted), keyOf(actual)];
  const isVersion = /^(?:cryptoKeyVersions\/)?[^/]+$/;
  return one === other ||
    (one !== '' &&
      other.startsWith(`${one}/`) &&
      isVersion.test(other.slice(one.length + 1))) ||
    /^arn:[^/]*:key\/([^/]+)$/.exec(other)?.[1] === one
    ? { same: 'The provider writes the id of the same key in another form.' }
    : undefined;
}

function keyOf(id: string): string {
  const bare = id.trim().replace(/\/+$/, '');
  const vault = /^https:\/\/([^/]+)(\/keys\/.+)$/i.exec(bare);
  return (
    armKey(bare) ??
    (vault ? `https://${vault[1].toLowerCase()}${vault[2]}` : bare)
  );
}

/** Whether both name the same region, or one a zone in the other. */
export function isSamePlace(wanted: string, actual: string): boolean {
  const [one, other] = [regionKey(wanted), regionKey(actual)];
  return (
    [one, other].includes('global') || isIn(one, other) || isIn(other, one)
  );
}

/** `europe-west1-b` is in `europe-west1`, `eu-central-1a` in `eu-central-1`. */
function isIn(zone: string, region: string): boolean {
  return (
    zone.startsWith(region) && /^(?:-?[a-z])?$/.test(zone.slice(region.length))
  );
}
