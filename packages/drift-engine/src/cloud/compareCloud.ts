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
import type {
  BlindSpot,
  FieldDifference,
  NormalisedField,
} from '@infra-hub/backstage-plugin-drift-common';
import { holdsSecret } from '../redact/holdsSecret';
import { fromPointer, toPointer } from '../diff/pointer';
import { Observation, ResourceDifference } from '../observation/Observation';
import {
  CompareCloudOptions,
  DesiredCloudResource,
  LiveCloudResource,
} from './CloudResource';
import { Difference, judgeProperty } from './judgeProperty';
import { sameInCloud } from './sameInCloud';

/**
 * Compares the databases and storages that a platform wants with what a cloud
 * provider has. Only what somebody wants is compared; what a provider adds is not
 * drift. What was not looked at is never taken for gone.
 *
 * @public
 */
export function compareCloud(options: CompareCloudOptions): Observation {
  const { desired, live, unseen = [], failures = [] } = options;
  const actual = new Map(live.map(resource => [keyOf(resource), resource]));
  const hidden = new Set(unseen.map(keyOf));
  const wanted = new Set(desired.map(keyOf));
  const blindSpots: BlindSpot[] = [...(options.blindSpots ?? [])];
  const differences: ResourceDifference[] = [];

  for (const resource of desired) {
    const key = keyOf(resource);
    const found = actual.get(key);
    if (found) {
      const compared = compareResource(resource, found);
      blindSpots.push(...compared.blindSpots);
      if (compared.difference) {
        differences.push(compared.difference);
      }
    } else if (hidden.has(key)) {
      blindSpots.push({
        scope: addressOf(resource),
        reason: `The ${resource.resourceType} ${resource.name} could not be read, so nothing is known of it.`,
      });
    } else {
      differences.push(missing(resource));
    }
  }
  for (const resource of live) {
    if (!wanted.has(keyOf(resource)) && isListed(resource, options)) {
      differences.push(unmanaged(resource));
    }
  }
  return {
    differences,
    totalResources: desired.filter(
      resource => !hidden.has(keyOf(resource)) || actual.has(keyOf(resource)),
    ).length,
    complete: hidden.size === 0 && failures.length === 0,
    ...(failures.length > 0 && { failure: failures.join(' ') }),
    blindSpots,
    warnings: [],
    evidence: 'live-objects',
    ...(options.tool && { tool: options.tool }),
  };
}

/** Names a resource in findings: the provider's type and id. */
export function addressOf(
  resource: Pick<DesiredCloudResource, 'kind' | 'id'>,
): string {
  return `${resource.kind}/${resource.id}`;
}

function keyOf(
  resource: Pick<DesiredCloudResource, 'provider' | 'kind' | 'id'>,
): string {
  const { provider, kind, id } = resource;
  return JSON.stringify([
    provider.toLowerCase(),
    kind.toLowerCase(),
    // Azure's ids are the same in any case, others' are not.
    provider.toLowerCase() === 'azure' ? id.toLowerCase() : id,
  ]);
}

function isListed(
  resource: LiveCloudResource,
  { listed = [] }: CompareCloudOptions,
): boolean {
  return listed.some(
    ({ provider, kind, account }) =>
      provider === resource.provider &&
      kind.toLowerCase() === resource.kind.toLowerCase() &&
      (account === undefined || account === resource.account),
  );
}

function missing(resource: DesiredCloudResource): ResourceDifference {
  return {
    address: addressOf(resource),
    resourceType: resource.resourceType,
    resourceName: resource.name,
    change: 'create',
    class: 'drift',
    rule: 'cloud-missing',
    reason: `The ${resource.resourceType} ${resource.name} is wanted and not there.`,
    fields: [],
  };
}

function unmanaged(resource: LiveCloudResource): ResourceDifference {
  const name = resource.name ?? resource.id;
  const { managedBy, attribution } = resource;
  return {
    address: addressOf(resource),
    resourceType: resource.resourceType,
    resourceName: name,
    change: 'create',
    unmanaged: true,
    ...(managedBy
      ? {
          class: 'expected',
          rule: 'cloud-managed-elsewhere',
          reason: `Nobody desired the ${
            resource.resourceType
          } ${name}, and ${describeTool(managedBy)} looks after it.`,
        }
      : {
          class: 'drift',
          rule: 'cloud-unmanaged',
          reason: `The ${resource.resourceType} ${name} is there, and nobody desired it.`,
        }),
    fields: [],
    ...(attribution && { attribution }),
  };
}

function describeTool({ tool, id }: { tool: string; id?: string }): string {
  return id === undefined ? tool : `${tool} (${id})`;
}

function compareResource(
  desired: DesiredCloudResource,
  live: LiveCloudResource,
): { difference?: ResourceDifference; blindSpots: BlindSpot[] } {
  const found = [
    ...compareProperties(desired, live),
    ...compareProviderProperties(desired, live),
  ];
  const blindSpots = found.flatMap(({ verdict, path }) =>
    verdict === 'unseen'
      ? {
          scope: `${addressOf(desired)}${path}`,
          reason: 'The API of the provider does not tell this value.',
        }
      : [],
  );
  const drift = found.filter(({ verdict }) => verdict === 'drift');
  const expected = found.filter(({ verdict }) => verdict === 'expected');
  const [shown, isDrift] = drift.length > 0 ? [drift, true] : [expected, false];
  if (shown.length === 0) {
    return { blindSpots };
  }
  const normalised = found.flatMap(toNormalised);
  return {
    blindSpots,
    difference: {
      address: addressOf(desired),
      resourceType: desired.resourceType,
      resourceName: desired.name,
      change: 'update',
      class: isDrift ? 'drift' : 'expected',
      rule: isDrift ? 'cloud-changed' : 'cloud-within-bounds',
      reason: isDrift
        ? `${shown.map(({ path }) => lastOf(path)).join(', ')} of the ${
            desired.resourceType
          } ${desired.name} ${
            shown.length === 1 ? 'is' : 'are'
          } not what is wanted.`
        : expected[0].reason ??
          'The provider changed it within the wanted bounds.',
      fields: shown.map(toField),
      ...(normalised.length > 0 && { normalised }),
      ...(live.attribution && { attribution: live.attribution }),
    },
  };
}

function lastOf(path: string): string {
  return fromPointer(path).at(-1) ?? path;
}

function toNormalised(difference: Difference): NormalisedField[] {
  const { verdict, path, reason } = difference;
  return verdict === 'same' && reason !== undefined
    ? [{ path, normaliser: 'cloud-equal', reason }]
    : [];
}

function toField({ path, desired, actual }: Difference): FieldDifference {
  const segments = fromPointer(path);
  return [actual, desired].some(value => holdsSecret(segments, value))
    ? { path, sensitive: true }
    : {
        path,
        ...(actual !== undefined && { actual }),
        ...(desired !== undefined && { desired }),
      };
}

function compareProperties(
  desired: DesiredCloudResource,
  live: LiveCloudResource,
): Difference[] {
  const writeOnly = new Set(live.writeOnly);
  const wanted = desired.properties as JsonObject;
  const actual = live.properties as JsonObject;
  return Object.keys(wanted).flatMap(name => {
    const path = toPointer([name]);
    if (writeOnly.has(path)) {
      return [{ path, verdict: 'unseen' as const }];
    }
    return judgeProperty(name, { wanted, actual });
  });
}

function compareProviderProperties(
  desired: DesiredCloudResource,
  live: LiveCloudResource,
): Difference[] {
  const found: Difference[] = [];
  const walk = (
    segments: readonly string[],
    wanted: JsonValue | undefined,
    actual: JsonValue | undefined,
  ): void => {
    const pointer = toPointer(segments);
    const path = toPointer(['providerProperties', ...segments]);
    if (wanted === undefined || isBelow(live.computed, pointer)) {
      return;
    }
    if (isBelow(live.writeOnly, pointer)) {
      found.push({ path, verdict: 'unseen' });
      return;
    }
    const really = actual ?? live.defaults?.[pointer];
    if (isObject(wanted) && (isObject(really) || really === undefined)) {
      for (const name of Object.keys(wanted)) {
        walk(
          [...segments, name],
          wanted[name],
          Object.hasOwn(really ?? {}, name) ? really?.[name] : undefined,
        );
      }
      return;
    }
    const reason = sameInCloud(wanted, really);
    if (reason === undefined) {
      found.push({ path, verdict: 'drift', desired: wanted, actual: really });
    } else if (reason !== '') {
      found.push({ path, verdict: 'same', reason });
    }
  };
  walk([], desired.providerProperties, live.providerProperties ?? {});
  return found;
}

function isBelow(
  pointers: readonly string[] | undefined,
  pointer: string,
): boolean {
  return (pointers ?? []).some(
    each => pointer === each || pointer.startsWith(`${each}/`),
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
