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
import { CloudInventory, CloudLook } from './CloudLooker';
import { CloudPlace, CloudProvider } from './CloudProvider';
import { canonicalId } from './selectDesired';

/** What is compared. */
export interface CompareLookOptions {
  provider: CloudProvider;
  look: CloudLook;
  /** Kinds that were listed as a whole. */
  inventory?: CloudInventory;
}

/** Compares what a look showed with what is desired there. */
export function compareLook(options: CompareLookOptions): Observation {
  const { provider, look, inventory } = options;
  const compared = look.resources.map(({ desired, live, reading, address }) => {
    const observation = compareCloud({
      desired: [desired],
      live: live ? [live] : [],
      unseen: reading.state === 'unseen' ? [desired] : [],
    });
    return {
      ...observation,
      // The look says more of what was not read
      blindSpots: reading.state === 'unseen' ? [] : observation.blindSpots,
      differences: observation.differences.map(difference => ({
        ...difference,
        address,
      })),
    };
  });
  const unmanaged = findUnmanaged(options);
  const failures = [...look.failures, ...(inventory?.failures ?? [])];
  return {
    differences: [
      ...compared.flatMap(({ differences }) => differences),
      ...unmanaged.differences,
    ],
    totalResources: compared.reduce(
      (sum, { totalResources }) => sum + totalResources,
      0,
    ),
    complete:
      failures.length === 0 &&
      unmanaged.blindSpots.length === 0 &&
      compared.every(({ complete }) => complete),
    ...(failures.length > 0 && { failure: [...new Set(failures)].join(' ') }),
    blindSpots: [
      ...compared.flatMap(({ blindSpots }) => blindSpots),
      ...look.blindSpots,
      ...unmanaged.blindSpots,
    ],
    warnings: [],
    evidence: 'live-objects',
    tool: { name: provider.id },
  };
}

/** Resources that nobody desired, and lists that are not whole. */
function findUnmanaged(options: CompareLookOptions): {
  differences: ResourceDifference[];
  blindSpots: BlindSpot[];
} {
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
  const wanted = new Set(
    look.resources.flatMap(({ desired, ref, reading }) => {
      const seen = reading.state === 'found' ? reading : undefined;
      return [desired.id, canonicalId(provider, ref), seen?.id ?? desired.id]
        .flatMap(id => [
          { ...desired, id },
          { ...desired, id, region: seen?.region ?? desired.region },
        ])
        .map(keyOf);
    }),
  );
  const elsewhere = new Set(look.leftOut.map(plainAddress));
  // Some kinds are shown in every region
  const found = new Map(
    listed
      .flatMap(({ live }) => live)
      .filter(
        resource =>
          !wanted.has(keyOf(resource)) &&
          !elsewhere.has(plainAddress(resource)),
      )
      .map(resource => [keyOf(resource), resource]),
  );
  const taken = [
    ...look.resources.map(({ desired }) => plainAddress(desired)),
    ...[...found.values()].map(plainAddress),
  ];
  return {
    differences: [...found.values()].flatMap(resource => {
      const plain = plainAddress(resource);
      const isUnique = taken.filter(each => each === plain).length === 1;
      return describeUnmanaged(resource).map(difference => ({
        ...difference,
        address: isUnique ? plain : fullAddress(resource),
      }));
    }),
    blindSpots: listed
      .filter(({ complete }) => !complete)
      .map(({ place, kind, reasons }) => ({
        scope: `${kind.kind} in ${describePlace(place)}`,
        reason:
          reasons.join(' ') || 'Not all resources of this kind were listed.',
      })),
  };
}

function describeUnmanaged(resource: LiveCloudResource): ResourceDifference[] {
  const { provider, kind } = resource;
  return compareCloud({
    desired: [],
    live: [resource],
    listed: [{ provider, kind }],
  }).differences;
}

function describePlace({ account, region }: CloudPlace): string {
  return region === undefined ? account.name : `${account.name}, ${region}`;
}
