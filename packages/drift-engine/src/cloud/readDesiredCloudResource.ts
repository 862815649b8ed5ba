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
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { secretsWithin } from '../redact/holdsSecret';
import { looksSecretValue } from '../redact/secrets';
import { DesiredCloudResource } from './CloudResource';
import { isDeeper, isObject, own } from './json';
import { CLOUD_PROPERTIES, CloudPropertyShape, nearest } from './properties';

/** Levels of lists and maps inside each other. */
const MAX_DEPTH = 32;
const MAX_TEXT = 1_024;
/** More are not worth reading. */
const MAX_PROBLEMS = 50;

const FORBIDDEN = ['__proto__', 'constructor', 'prototype'];

const MEMBERS = [
  'provider',
  'account',
  'region',
  'kind',
  'id',
  'properties',
  'providerProperties',
];

class Problems {
  readonly all: string[] = [];

  tell(sentence: string): void {
    if (this.all.length < MAX_PROBLEMS && !this.all.includes(sentence)) {
      this.all.push(sentence);
    }
  }
}

/** With a mark where a credential was. */
class Copier {
  readonly #secrets = new Set<string>();
  readonly #problems: Problems;

  constructor(given: JsonObject, problems: Problems) {
    this.#problems = problems;
    for (const path of secretsWithin([], given)) {
      this.#secrets.add(JSON.stringify(path));
    }
  }

  copyMembers(
    value: JsonObject,
    path: readonly (string | number)[],
  ): JsonObject {
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) =>
        member === undefined || !this.#isUsable(name, path)
          ? []
          : [[name, this.#copy(member, [...path, name])]],
      ),
    );
  }

  #copy(value: JsonValue, path: readonly (string | number)[]): JsonValue {
    if (this.#secrets.has(JSON.stringify(path))) {
      this.#problems.tell(
        `'${describe(
          path,
        )}' looks like a credential and was not kept; leave it out, or refer to a secret of the provider.`,
      );
      return SENSITIVE_DESIRED_VALUE;
    }
    if (Array.isArray(value)) {
      return value.map((item, index) => this.#copy(item, [...path, index]));
    }
    return isObject(value) ? this.copyMembers(value, path) : value;
  }

  #isUsable(name: string, path: readonly (string | number)[]): boolean {
    if (FORBIDDEN.includes(name)) {
      this.#problems.tell(`The name '${name}' is not allowed.`);
      return false;
    }
    if (looksSecretValue(name)) {
      this.#problems.tell(
        `A name in '${describe(
          path,
        )}' looks like a credential and was not kept.`,
      );
      return false;
    }
    return true;
  }
}

/**
 * Reads a desired state of type `database` or `storage`: either its bare spec, or a
 * whole manifest of `apiVersion: infra-hub.io/v1` and `kind: Database` or `Storage`.
 *
 * @returns the resource as far as it can be compared; absent where it does not say
 *   for sure which one it is. `problems` says all that is wrong or was left out, one
 *   sentence each and without values; a resource with problems should not be stored,
 *   and a stored one with problems is a blind spot as far as they go.
 *
 * @public
 */
export function readDesiredCloudResource(row: {
  resourceType: string;
  name: string;
  spec: JsonValue;
}): { resource?: DesiredCloudResource; problems: string[] } {
  const problems = new Problems();
  const resourceType = row.resourceType.toLowerCase();
  if (resourceType !== 'database' && resourceType !== 'storage') {
    problems.tell(
      `The type ${shown(row.resourceType)} is neither database nor storage.`,
    );
    return { problems: problems.all };
  }
  const spec = specOf(row.spec, resourceType, problems);
  if (!spec) {
    return { problems: problems.all };
  }
  if (isDeeper(spec, MAX_DEPTH)) {
    problems.tell(
      `More than ${MAX_DEPTH} levels of lists and maps are too many.`,
    );
    return { problems: problems.all };
  }
  for (const name of Object.keys(spec)) {
    if (!MEMBERS.includes(name)) {
      problems.tell(unknown(`The spec`, name, MEMBERS));
    }
  }
  const place = readPlace(spec, problems);
  const properties = readProperties(spec, resourceType, problems);
  const providerProperties = readProviderProperties(spec, problems);
  return {
    ...(place && {
      resource: {
        resourceType,
        name: row.name,
        ...place,
        properties,
        ...(providerProperties && { providerProperties }),
      },
    }),
    problems: problems.all,
  };
}

function specOf(
  value: JsonValue,
  resourceType: string,
  problems: Problems,
): JsonObject | undefined {
  if (!isObject(value)) {
    problems.tell('The spec must be an object.');
    return undefined;
  }
  const apiVersion = own(value, 'apiVersion');
  const isManifest = apiVersion !== undefined || isObject(own(value, 'spec'));
  if (!isManifest) {
    return value;
  }
  if (apiVersion !== 'infra-hub.io/v1') {
    problems.tell(
      apiVersion === undefined
        ? 'The manifest has no apiVersion; it must be infra-hub.io/v1.'
        : `The apiVersion ${shown(
            apiVersion,
          )} is not known; it must be infra-hub.io/v1.`,
    );
    return undefined;
  }
  const kind = own(value, 'kind');
  if (typeof kind !== 'string' || kind.toLowerCase() !== resourceType) {
    problems.tell(
      `The kind ${shown(kind)} does not fit; it must be ${
        resourceType === 'database' ? 'Database' : 'Storage'
      }.`,
    );
    return undefined;
  }
  const spec = own(value, 'spec');
  if (!isObject(spec)) {
    problems.tell("The manifest has no object 'spec'.");
    return undefined;
  }
  return spec;
}

/** Who does not say for sure where to look must not be told that nothing is there. */
function readPlace(
  spec: JsonObject,
  problems: Problems,
):
  | Pick<
      DesiredCloudResource,
      'provider' | 'account' | 'region' | 'kind' | 'id'
    >
  | undefined {
  let usable = true;
  const text = (name: string, example: string, required: boolean) => {
    const value = own(spec, name);
    if (value === undefined && !required) {
      return undefined;
    }
    const wrong =
      value === undefined
        ? `There is no '${name}'; it must be ${example}.`
        : wrongText(name, value, example);
    if (wrong !== undefined) {
      problems.tell(wrong);
      usable = false;
      return undefined;
    }
    return value as string;
  };
  const provider = text('provider', 'aws, azure or gcp', true);
  const kind = text('kind', "the provider's own type", true);
  const id = text('id', "the provider's id of the resource", true);
  const account = text('account', 'an account, subscription or project', false);
  const region = text('region', "the provider's name of a region", false);
  return usable && provider && kind && id
    ? {
        provider: provider.toLowerCase(),
        ...(account !== undefined && { account }),
        ...(region !== undefined && { region }),
        kind,
        id,
      }
    : undefined;
}

function wrongText(
  name: string,
  value: JsonValue,
  example: string,
): string | undefined {
  if (typeof value !== 'string') {
    return `'${name}' must be a text (${example})${
      typeof value === 'number' ? '; put the number in quotes' : ''
    }.`;
  }
  if (value.trim() === '') {
    return `'${name}' is empty; it must be ${example}.`;
  }
  if (value.trim() !== value || /\p{C}/u.test(value)) {
    return `'${name}' must not begin or end with spaces, or hold characters that cannot be printed.`;
  }
  if (value.length > MAX_TEXT) {
    return `'${name}' is longer than ${MAX_TEXT} characters.`;
  }
  return looksSecretValue(value)
    ? `'${name}' looks as if it held a credential.`
    : undefined;
}

function readProperties(
  spec: JsonObject,
  resourceType: 'database' | 'storage',
  problems: Problems,
): JsonObject {
  const given = own(spec, 'properties');
  if (given === undefined) {
    return {};
  }
  if (!isObject(given)) {
    problems.tell("'properties' must be an object.");
    return {};
  }
  const properties = readShape(
    given,
    'properties',
    CLOUD_PROPERTIES[resourceType],
    problems,
  );
  const { storageGiB, storageMaxGiB } = properties;
  if (
    typeof storageGiB === 'number' &&
    typeof storageMaxGiB === 'number' &&
    storageMaxGiB < storageGiB
  ) {
    problems.tell(
      "'properties.storageMaxGiB' must not be less than 'properties.storageGiB'.",
    );
    delete properties.storageMaxGiB;
  }
  return properties;
}

function readShape(
  given: JsonObject,
  path: string,
  shape: Readonly<Record<string, CloudPropertyShape>>,
  problems: Problems,
): JsonObject {
  const read: JsonObject = {};
  for (const [name, value] of Object.entries(given)) {
    const member = `${path}.${name}`;
    const wanted = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (value === undefined) {
      continue;
    }
    if (!wanted) {
      problems.tell(unknown(`'${path}'`, name, Object.keys(shape)));
    } else if (wanted.type === 'object') {
      if (isObject(value)) {
        const inner = readShape(value, member, wanted.members, problems);
        if (Object.keys(inner).length > 0) {
          read[name] = inner;
        }
      } else {
        problems.tell(`'${member}' must be an object.`);
      }
    } else {
      const wrong = wrongValue(member, value, wanted);
      if (wrong === undefined) {
        read[name] = value;
      } else {
        problems.tell(wrong);
      }
    }
  }
  return read;
}

function wrongValue(
  member: string,
  value: JsonValue,
  wanted: Exclude<CloudPropertyShape, { type: 'object' }>,
): string | undefined {
  if (value === null) {
    return `'${member}' is empty; leave it out where nothing is wanted.`;
  }
  switch (wanted.type) {
    case 'number':
      return wrongNumber(member, value, wanted);
    case 'switch':
      return typeof value === 'boolean'
        ? undefined
        : `'${member}' must be true or false.`;
    case 'rules':
      return wrongRules(member, value);
    default:
      return wrongName(member, value, wanted);
  }
}

function wrongNumber(
  member: string,
  value: JsonValue,
  { unit, whole }: { unit: string; whole?: boolean },
): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return `'${member}' must be a number of ${unit}${
      typeof value === 'string' ? ', not a text' : ''
    }.`;
  }
  if (value < 0) {
    return `'${member}' must not be negative.`;
  }
  return whole && !Number.isSafeInteger(value)
    ? `'${member}' must be a whole number of ${unit}.`
    : undefined;
}

function wrongRules(member: string, value: JsonValue): string | undefined {
  if (!Array.isArray(value) || !value.every(isObject)) {
    return `'${member}' must be a list of objects.`;
  }
  return secretsWithin([member], value).next().done
    ? undefined
    : `'${member}' looks as if it held a credential, which is never kept.`;
}

function wrongName(
  member: string,
  value: JsonValue,
  { mayBeEmpty }: { mayBeEmpty?: boolean },
): string | undefined {
  if (typeof value === 'number') {
    return `'${member}' must be a text: put it in quotes, or 15.10 becomes 15.1.`;
  }
  if (value === '' && mayBeEmpty) {
    return undefined;
  }
  return wrongText(member, value, "in the provider's words");
}

function readProviderProperties(
  spec: JsonObject,
  problems: Problems,
): JsonObject | undefined {
  const given = own(spec, 'providerProperties');
  if (given === undefined) {
    return undefined;
  }
  if (!isObject(given)) {
    problems.tell("'providerProperties' must be an object.");
    return undefined;
  }
  return new Copier(given, problems).copyMembers(given, []);
}

function describe(path: readonly (string | number)[]): string {
  return ['providerProperties', ...path].join('.').slice(0, 200);
}

function unknown(what: string, name: string, known: readonly string[]): string {
  if (FORBIDDEN.includes(name)) {
    return `The name '${name}' is not allowed.`;
  }
  const near = nearest(name, known);
  return `${what} has no '${shortened(name)}'; ${
    near === undefined
      ? `known are ${known.join(', ')}`
      : `did you mean '${near}'?`
  }${near === undefined ? '.' : ''}`;
}

function shortened(name: string): string {
  return looksSecretValue(name) ? '…' : name.slice(0, 60);
}

function shown(value: JsonValue | undefined): string {
  return typeof value === 'string' && !looksSecretValue(value)
    ? JSON.stringify(value.slice(0, 60))
    : 'that was given';
}
