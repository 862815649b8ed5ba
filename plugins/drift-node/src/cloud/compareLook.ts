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

import { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import {
  compareCloud,
  LiveCloudResource,
  Observation,
  ResourceDifference,
} from '@infra-hub/drift-engine';
import { fullAddress, plainAddress } from './addresses';
import { CloudInventory, CloudLook, SeenResource } from './CloudLooker';
import { CloudPlace, CloudProvider } from './CloudProvider';
import { Pauses } from './Pauses';
import { canonicalId } from './selectDesired';

/** What is compared. */
export interface CompareLookOptions {
  provider: CloudProvider;
  look: CloudLook;
  /** Kinds that were listed as a whole. */
  inventory?: CloudInventory;
  signal?: AbortSignal;
}

/**
 * Compares what a look showed with what is desired there. Many resources take
 * seconds, in which others have the event loop, too.
 */
export async function compareLook(
  options: CompareLookOptions,
): Promise<Observation> {
  const { provider, look, inventory, signal } = options;
  const pauses = new Pauses(signal);
  const compared = await pauses.map(look.resources, compareSeen);
  const unmanaged = await findUnmanaged(options, pauses);
  const differences = [
    ...compared.flatMap(each => each.differences),
    ...unmanaged.differences,
  ];
  const blindSpots = [
    ...compared.flatMap(each => each.blindSpots),
    ...look.blindSpots,
    ...unmanaged.blindSpots,
  ];
  const failures = [...look.failures, ...(inventory?.failures ?? [])];
  const complete =
    failures.length === 0 &&
    look.leftOut.length === 0 &&
    unmanaged.blindSpots.length === 0 &&
    compared.every(each => each.complete);
  const failure =
    failures.length > 0
      ? [...new Set(failures)].join(' ')
      : unproven({ complete, differences, blindSpots });
  return {
    differences,
    totalResources: compared.reduce(
      (sum, { totalResources }) => sum + totalResources,
      0,
    ),
    complete,
    ...(failure !== undefined && { failure }),
    blindSpots,
    warnings: [],
    evidence: 'live-objects',
    tool: { name: provider.id },
  };
}

function compareSeen(
  resource: SeenResource,
): Pick<
  Observation,
  'differences' | 'blindSpots' | 'complete' | 'totalResources'
> {
  const { desired, live, reading, address } = resource;
  const observation = compareCloud({
    desired: [desired],
    live: live ? [live] : [],
    unseen: reading.state === 'unseen' ? [desired] : [],
  });
  if (live && observation.differences.some(each => each.change === 'create')) {
    return {
      differences: [],
      blindSpots: [
        {
          scope: address,
          reason: `It was found in ${live.region}, and is wanted in ${desired.region}.`,
        },
      ],
      complete: false,
      totalResources: 0,
    };
  }
  return {
    ...observation,
    // The look says more of what was not read
    blindSpots:
      reading.state === 'unseen'
        ? []
        : observation.blindSpots.map(spot => ({
            ...spot,
            scope: address,
            ...(spot.address !== undefined && { address }),
          })),
    differences: observation.differences.map(difference => ({
      ...difference,
      address,
      ...(reading.state === 'found' && {
        resourceIds: [
          ...new Set([...(difference.resourceIds ?? []), reading.id]),
        ],
      }),
    })),
  };
}

/** Whoever did not see everything cannot say that nothing drifted; drift that was seen is drift. */
function unproven(
  seen: Pick<Observation, 'complete' | 'differences' | 'blindSpots'>,
): string | undefined {
  if (seen.complete || seen.differences.some(each => each.class === 'drift')) {
    return undefined;
  }
  const [first] = seen.blindSpots;
  return `Not everything could be looked at, so nobody can say that nothing drifted.${
    first ? ` ${first.scope}: ${first.reason}` : ''
  }`;
}

/** Resources that nobody desired, and lists that are not whole. */
async function findUnmanaged(
  options: CompareLookOptions,
  pauses: Pauses,
): Promise<{
  differences: ResourceDifference[];
  blindSpots: BlindSpot[];
}> {
  const { provider, look, inventory } = options;
  const listed = inventory?.listed ?? [];
  const keyOf = (
    resource: Pick<LiveCloudResource, 'account' | 'region' | 'kind' | 'id'>,
  ) =>
    JSON.stringify([
      resource.account,
      provider.hasRegions ? resource.region?.toLowerCase() : undefined,
      plainAddress(resource),
    ]);
  const wantedKeys = await pauses.map(
    look.resources,
    ({ desired, ref, reading }) => {
      const seen = reading.state === 'found' ? reading : undefined;
      const ids = [desired.id, canonicalId(provider, ref), seen?.id];
      const regions = [desired.region, seen?.region];
      return [...new Set(ids)].flatMap(id =>
        [...new Set(regions)].map(region =>
          keyOf({
            ...desired,
            id: id ?? desired.id,
            region: region ?? desired.region,
          }),
        ),
      );
    },
  );
  const wanted = new Set(wantedKeys.flat());
  const elsewhere = new Set(
    look.leftOut.flatMap(({ kind, id }) =>
      kind === undefined || id === undefined ? [] : plainAddress({ kind, id }),
    ),
  );
  // Some kinds are shown in every region
  const found = new Map<string, LiveCloudResource>();
  await pauses.map(
    listed.flatMap(({ live }) => live),
    resource => {
      const key = keyOf(resource);
      if (!wanted.has(key) && !elsewhere.has(plainAddress(resource))) {
        found.set(key, resource);
      }
    },
  );
  const taken = countOf([
    ...look.resources.map(({ desired }) => plainAddress(desired)),
    ...[...found.values()].map(plainAddress),
  ]);
  const unread = unreadTypes(look);
  const differences = await pauses.map(found.values(), resource => {
    const plain = plainAddress(resource);
    const isUnique = taken.get(plain) === 1;
    return describeUnmanaged(resource, unread).map(difference => ({
      ...difference,
      address: isUnique ? plain : fullAddress(resource),
    }));
  });
  return {
    differences: differences.flat(),
    blindSpots: listed
      .filter(({ complete }) => !complete)
      .map(({ place, kind, reasons }) => ({
        scope: `${kind.kind} in ${describePlace(place)}`,
        reason:
          reasons.join(' ') || 'Not all resources of this kind were listed.',
      })),
  };
}

function countOf(addresses: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const address of addresses) {
    counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  return counts;
}

/** One row for each type of which somebody desires resources without saying which ones. */
function unreadTypes({ leftOut }: CloudLook) {
  const rows = new Map(
    leftOut
      .filter(({ id }) => id === undefined)
      .map(each => [each.resourceType, { ...each, problems: [] }]),
  );
  return [...rows.values()];
}

/** Nothing where it may be one that somebody desires without saying which one. */
function describeUnmanaged(
  resource: LiveCloudResource,
  unread: ReturnType<typeof unreadTypes>,
): ResourceDifference[] {
  const { provider, kind } = resource;
  return compareCloud({
    desired: [],
    live: [resource],
    listed: [{ provider, kind }],
    unread,
  }).differences;
}

function describePlace({ account, region }: CloudPlace): string {
  return region === undefined ? account.name : `${account.name}, ${region}`;
}
