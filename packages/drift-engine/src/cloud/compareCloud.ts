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
  FindingClass,
} from '@infra-hub/backstage-plugin-drift-common';
import { fromPointer, toPointer } from '../diff/pointer';
import { Observation, ResourceDifference } from '../observation/Observation';
import { holdsSecret } from '../redact/holdsSecret';
import { looksSecretValue } from '../redact/secrets';
import { Addresses, clean } from './Addresses';
import { CloudPropertyName } from './CloudKind';
import {
  CompareCloudOptions,
  DesiredCloudResource,
  LiveCloudResource,
} from './CloudResource';
import { compareFields } from './compareFields';
import { describeFields } from './describeFields';
import { isDeeper, isObject, own } from './json';
import { Difference } from './judgeProperty';
import { matchResources } from './matchResources';
import { worstFirst } from './worstFirst';

export { addressOf } from './Addresses';

/**
 * A property in which a live resource differs from what is wanted.
 *
 * @public
 */
export interface CloudFieldPair {
  /** JSON pointer below the resource, as findings have it. */
  path: string;
  /** `expected`: within the wanted bounds. */
  class: Extract<FindingClass, 'drift' | 'expected'>;
  /** Of a neutral property. */
  property?: CloudPropertyName;
  /** JSON pointer in the provider's document, of what is wanted in its words. */
  pointer?: string;
  desired?: JsonValue;
  actual?: JsonValue;
  /** How findings show it, without secrets. */
  shown: FieldDifference;
}

/**
 * A resource that was compared, with what it differs in. Unlike an observation it
 * holds the resources themselves, values included.
 *
 * @public
 */
export interface CloudPair {
  /** As findings have it. */
  address: string;
  /**
   * `same`: nothing differs, or only within bounds; `unseen`: it could not be read;
   * `unmanaged`: nobody desired it.
   */
  state: 'same' | 'changed' | 'missing' | 'unseen' | 'unmanaged';
  /** Absent where nobody desired the live resource. */
  desired?: DesiredCloudResource;
  /** Absent where the desired resource is missing or was not seen. */
  live?: LiveCloudResource;
  fields: CloudFieldPair[];
}

/** Deeper documents are no configuration but an attack. */
const MAX_DEPTH = 64;

/** Names that a sentence tells. */
const MAX_NAMED = 6;

class CloudComparison {
  readonly #options: CompareCloudOptions;
  readonly #differences: ResourceDifference[] = [];
  readonly #blindSpots: BlindSpot[];
  readonly #pairs: CloudPair[] = [];
  readonly #failures: string[];
  readonly #addresses: Addresses;
  #compared = 0;
  #unseen = 0;

  constructor(options: CompareCloudOptions) {
    this.#options = options;
    this.#blindSpots = [...(options.blindSpots ?? [])];
    this.#failures = [...(options.failures ?? [])];
    this.#addresses = new Addresses([...options.desired, ...options.live]);
  }

  compare(): { observation: Observation; pairs: CloudPair[] } {
    const { matches, repeated, others } = matchResources(this.#options);
    for (const match of matches) {
      if (match.state === 'found') {
        this.#compareResource(match.desired, match.live);
      } else if (match.state === 'missing') {
        this.#missing(match.desired);
      } else {
        this.#notSeen(match.desired, match.reason);
      }
    }
    for (const { desired, first } of repeated) {
      this.#failures.push(
        `${this.#addresses.of(desired)} is desired twice, as ${nameOf(
          first,
        )} and as ${nameOf(desired)}.`,
      );
    }
    for (const unread of this.#options.unread ?? []) {
      this.#unseen++;
      this.#blindSpots.push({
        scope: `${unread.resourceType}/${clean(unread.name)}`,
        reason:
          unread.problems.map(clean).join(' ') || 'It does not say what it is.',
      });
    }
    for (const live of others) {
      if (isListed(live, this.#options)) {
        this.#notDesired(live);
      }
    }
    return { observation: this.#observation(), pairs: this.#pairs };
  }

  #observation(): Observation {
    const { tool } = this.#options;
    const failure =
      this.#failures.length > 0 ? this.#failures.join(' ') : this.#unproven();
    return {
      differences: this.#differences,
      totalResources: this.#compared,
      complete: this.#unseen === 0 && this.#failures.length === 0,
      ...(failure !== undefined && { failure }),
      blindSpots: this.#blindSpots,
      warnings: [],
      evidence: 'live-objects',
      ...(tool && { tool }),
    };
  }

  /** Whoever did not see everything cannot say that nothing drifted; drift that was seen is drift. */
  #unproven(): string | undefined {
    return this.#unseen > 0 &&
      !this.#differences.some(each => each.class === 'drift')
      ? 'Not every desired resource could be read, so nobody can say that nothing drifted.'
      : undefined;
  }

  #notSeen(desired: DesiredCloudResource, reason: string): void {
    const address = this.#addresses.of(desired);
    this.#unseen++;
    this.#blindSpots.push({ scope: address, reason });
    this.#pairs.push({ address, state: 'unseen', desired, fields: [] });
  }

  #missing(desired: DesiredCloudResource): void {
    const address = this.#addresses.of(desired);
    this.#compared++;
    this.#pairs.push({ address, state: 'missing', desired, fields: [] });
    this.#differences.push({
      ...headOf(address, desired),
      change: 'create',
      class: 'drift',
      rule: 'cloud-missing',
      reason: `The ${desired.resourceType} ${nameOf(
        desired,
      )} is desired and not there.`,
      fields: [],
    });
  }

  #notDesired(live: LiveCloudResource): void {
    const address = this.#addresses.of(live);
    const name = nameOf(live);
    const { managedBy, attribution, resourceType } = live;
    if (isDesiredUnread(live, this.#options)) {
      this.#blindSpots.push({
        scope: address,
        reason:
          'Nobody can say whether it is desired, because a desired resource could not be read.',
      });
      return;
    }
    this.#pairs.push({ address, state: 'unmanaged', live, fields: [] });
    this.#differences.push({
      ...headOf(address, live),
      change: 'create',
      unmanaged: true,
      ...(managedBy
        ? {
            class: 'expected',
            rule: 'cloud-managed-elsewhere',
            reason: `Nobody desired the ${resourceType} ${name}, and ${describeTool(
              managedBy,
            )} looks after it.`,
          }
        : {
            class: 'drift',
            rule: 'cloud-unmanaged',
            reason: `The ${resourceType} ${name} is there, and nobody desired it.`,
          }),
      fields: alarmingOf(live),
      ...(attribution && { attribution }),
    });
  }

  #compareResource(
    desired: DesiredCloudResource,
    live: LiveCloudResource,
  ): void {
    if (isTooDeep(desired) || isTooDeep(live)) {
      this.#notSeen(
        desired,
        'It is nested too deeply to be compared, so nothing is known of it.',
      );
      return;
    }
    const address = this.#addresses.of(desired);
    const found = compareFields(desired, live);
    const fields = found.flatMap(toPair);
    this.#compared++;
    this.#blindSpots.push(...blindSpotsOf(address, found));
    for (const findingClass of ['drift', 'expected'] as const) {
      const shown = fields.filter(each => each.class === findingClass);
      if (shown.length > 0) {
        this.#differences.push(
          changed({ address, desired, live, found, shown }),
        );
      }
    }
    this.#pairs.push({
      address,
      state: fields.some(each => each.class === 'drift') ? 'changed' : 'same',
      desired,
      live,
      fields,
    });
  }
}

/**
 * Compares the databases and storages that a platform wants with what a cloud
 * provider has. Only what somebody wants is compared; what a provider adds is not
 * drift. What was not looked at is never taken for gone.
 *
 * @public
 */
export function compareCloud(options: CompareCloudOptions): Observation {
  return compareCloudInDetail(options).observation;
}

/**
 * The same with the resources behind it: one pair for each desired resource, and
 * one for each that nobody desired.
 *
 * @public
 */
export function compareCloudInDetail(options: CompareCloudOptions): {
  observation: Observation;
  pairs: CloudPair[];
} {
  return new CloudComparison(options).compare();
}

function headOf(
  address: string,
  resource: DesiredCloudResource | LiveCloudResource,
) {
  const resourceIds = idsOf(resource);
  return {
    address,
    resourceType: resource.resourceType,
    resourceName: nameOf(resource),
    ...(resourceIds.length > 0 && { resourceIds }),
  };
}

/** The id, and by which other names the provider's document calls the same resource. */
function idsOf(resource: DesiredCloudResource | LiveCloudResource): string[] {
  const document = resource.providerProperties ?? {};
  const type = resource.kind.split(/[:/.]/).at(-1) ?? '';
  const names = ['ARN', 'Arn', 'arn', `${type}Arn`, 'id', 'selfLink'];
  return [
    ...new Set(
      [resource.id, ...names.map(name => own(document, name))].filter(
        id =>
          typeof id === 'string' &&
          id !== '' &&
          id.length <= 2_048 &&
          !looksSecretValue(id),
      ),
    ),
  ] as string[];
}

function changed(options: {
  address: string;
  desired: DesiredCloudResource;
  live: LiveCloudResource;
  found: readonly Difference[];
  shown: readonly CloudFieldPair[];
}): ResourceDifference {
  const { address, desired, live, found } = options;
  const head = headOf(address, { ...desired, ...withDocument(live) });
  const shown = worstFirst(head, options.shown);
  const isDrift = shown[0].class === 'drift';
  const normalised = found.flatMap(({ verdict, path, reason = '' }) =>
    verdict === 'same' ? { path, normaliser: 'cloud-equal', reason } : [],
  );
  return {
    ...head,
    change: 'update',
    class: isDrift ? 'drift' : 'expected',
    rule: isDrift ? 'cloud-changed' : 'cloud-within-bounds',
    reason: isDrift
      ? describeFields(
          head,
          shown.map(each => each.shown),
        )
      : found.find(({ verdict }) => verdict === 'expected')?.reason ??
        'The provider changed it within the wanted bounds.',
    fields: shown.map(each => each.shown),
    ...(isDrift && normalised.length > 0 && { normalised }),
    ...(isDrift && live.attribution && { attribution: live.attribution }),
  };
}

function withDocument({ providerProperties }: LiveCloudResource) {
  return providerProperties === undefined ? {} : { providerProperties };
}

function toPair(difference: Difference): CloudFieldPair[] {
  const { verdict, path, desired, actual } = difference;
  if (verdict !== 'drift' && verdict !== 'expected') {
    return [];
  }
  const segments = fromPointer(path);
  const isNeutral = segments[0] !== 'providerProperties';
  return [
    {
      path,
      class: verdict,
      ...(isNeutral
        ? path !== '/region' && {
            property: segments.join('/') as CloudPropertyName,
          }
        : { pointer: toPointer(segments.slice(1)) }),
      ...(desired !== undefined && { desired }),
      ...(actual !== undefined && { actual }),
      shown: [desired, actual].some(value => holdsSecret(segments, value))
        ? { path, sensitive: true }
        : {
            path,
            ...(actual !== undefined && { actual }),
            ...(desired !== undefined && { desired }),
          },
    },
  ];
}

/** One for each reason, however many values it is about. */
function blindSpotsOf(
  address: string,
  found: readonly Difference[],
): BlindSpot[] {
  const byReason = new Map<string, { paths: string[]; fields: string[] }>();
  for (const { verdict, path, reason = '', untold } of found) {
    if (verdict === 'unseen') {
      const { paths = [], fields = [] } = byReason.get(reason) ?? {};
      paths.push(path);
      if (untold) {
        fields.push(path);
      }
      byReason.set(reason, { paths, fields });
    }
  }
  return [...byReason].map(([reason, { paths, fields }]) => ({
    scope: address,
    reason: `Not compared: ${listNames(paths)}. ${reason}`,
    ...(fields.length > 0 && { address, fields }),
  }));
}

/** What of a resource that nobody desired needs to be known at once. */
function alarmingOf({ properties }: LiveCloudResource): FieldDifference[] {
  const { publicAccess, encryption } = properties as JsonObject;
  return [
    ...(publicAccess === true ? [{ path: '/publicAccess', actual: true }] : []),
    ...(isObject(encryption) && encryption.enabled === false
      ? [{ path: '/encryption/enabled', actual: false }]
      : []),
  ];
}

function isListed(
  resource: LiveCloudResource,
  { listed = [] }: CompareCloudOptions,
): boolean {
  return listed.some(
    ({ provider, kind, account }) =>
      provider.toLowerCase() === resource.provider.toLowerCase() &&
      kind.toLowerCase() === resource.kind.toLowerCase() &&
      (account === undefined ||
        resource.account === undefined ||
        account.toLowerCase() === resource.account.toLowerCase()),
  );
}

/** Whether a desired resource that nobody could read may be this one. */
function isDesiredUnread(
  live: LiveCloudResource,
  { unread = [] }: CompareCloudOptions,
): boolean {
  return unread.some(
    ({ resourceType, id }) =>
      resourceType === live.resourceType &&
      (id === undefined || id.toLowerCase() === live.id.toLowerCase()),
  );
}

function isTooDeep({
  properties,
  providerProperties,
}: DesiredCloudResource | LiveCloudResource): boolean {
  return (
    isDeeper(properties as JsonObject, MAX_DEPTH) ||
    isDeeper(providerProperties, MAX_DEPTH)
  );
}

function describeTool({ tool, id }: { tool: string; id?: string }): string {
  return clean(id === undefined ? tool : `${tool} (${id})`);
}

function nameOf({ name, id }: { name?: string; id: string }): string {
  return clean(name ?? id);
}

function listNames(paths: readonly string[]): string {
  const names = paths.slice(0, MAX_NAMED).map(labelOf);
  const rest = paths.length - names.length;
  return rest === 0 ? names.join(', ') : `${names.join(', ')} and ${rest} more`;
}

/** `encryption.enabled`; `StorageEncrypted` of the provider's own words. */
function labelOf(path: string): string {
  const segments = fromPointer(path);
  const names =
    segments[0] === 'providerProperties' ? segments.slice(1) : segments;
  return clean(names.join('.')).slice(0, 120);
}
