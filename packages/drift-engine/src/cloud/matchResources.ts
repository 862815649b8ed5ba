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

import {
  CompareCloudOptions,
  DesiredCloudResource,
  LiveCloudResource,
} from './CloudResource';
import { isSamePlace } from './judgeProperty';
import { armKey } from './sameText';

type Placed = Pick<
  DesiredCloudResource,
  'provider' | 'account' | 'region' | 'kind' | 'id'
>;
type MaybePlaced = Pick<DesiredCloudResource, 'provider' | 'kind' | 'id'> &
  Partial<Placed>;

/** What became of a desired resource. */
export type Match =
  | { desired: DesiredCloudResource; state: 'found'; live: LiveCloudResource }
  | { desired: DesiredCloudResource; state: 'missing' }
  | { desired: DesiredCloudResource; state: 'unseen'; reason: string };

export interface Matches {
  matches: Match[];
  /** Desired again, though an earlier row is about the same resource. */
  repeated: { desired: DesiredCloudResource; first: DesiredCloudResource }[];
  /** Live resources that are none of the desired ones. */
  others: LiveCloudResource[];
}

/** Finds for each desired resource the live one that it is about. */
export function matchResources(options: CompareCloudOptions): Matches {
  const { unseen = [] } = options;
  const live = byKey(withoutCopies(options.live));
  const hidden = byKey(unseen);
  const before = new Map<string, DesiredCloudResource[]>();
  const taken = new Set<LiveCloudResource>();
  const result: Matches = { matches: [], repeated: [], others: [] };
  for (const desired of options.desired) {
    const key = keyOf(desired);
    const earlier = before.get(key) ?? [];
    const first = earlier.find(each => mayBeSame(each, desired));
    if (first) {
      result.repeated.push({ desired, first });
      continue;
    }
    before.set(key, [...earlier, desired]);
    const candidates = (live.get(key) ?? []).filter(each =>
      mayBeSame(desired, each),
    );
    candidates.forEach(each => taken.add(each));
    const [found, ...more] = mostAlike(desired, candidates);
    if (found && more.length === 0) {
      result.matches.push({ desired, state: 'found', live: found });
    } else if (found) {
      result.matches.push({
        desired,
        state: 'unseen',
        reason:
          'Several resources have this id, and it does not say in which account and region it is.',
      });
    } else if (hidden.get(key)?.some(each => mayBeSame(desired, each))) {
      result.matches.push({
        desired,
        state: 'unseen',
        reason: 'It could not be read, so nothing is known of it.',
      });
    } else {
      result.matches.push({ desired, state: 'missing' });
    }
  }
  result.others = [...live.values()].flat().filter(each => !taken.has(each));
  return result;
}

/** Whether the id alone says which resource it is, wherever it is. */
export function isGlobalId(id: string): boolean {
  return /^(?:\/|projects\/|https:\/\/|arn:)/i.test(id);
}

/** Without account and region, which not every side tells. */
export function keyOf({ provider, kind, id }: MaybePlaced): string {
  return JSON.stringify([
    provider.toLowerCase(),
    kind.toLowerCase(),
    armKey(id) ?? id,
  ]);
}

/** Of the same key; what one side does not say does not tell them apart. */
function mayBeSame(one: MaybePlaced, other: MaybePlaced): boolean {
  return (
    isGlobalId(one.id) ||
    (!differ(one.account, other.account, isEqual) &&
      !differ(one.region, other.region, isSamePlace))
  );
}

function mostAlike(
  desired: Placed,
  candidates: readonly LiveCloudResource[],
): LiveCloudResource[] {
  const exact = candidates.filter(
    ({ account, region }) =>
      account === desired.account && region === desired.region,
  );
  return candidates.length > 1 && exact.length === 1 ? exact : [...candidates];
}

/** Read twice, the later reading counts. */
function withoutCopies(
  live: readonly LiveCloudResource[],
): LiveCloudResource[] {
  const found = new Map<string, LiveCloudResource>();
  for (const each of live) {
    const place = isGlobalId(each.id) ? [] : [each.account, each.region];
    found.set(JSON.stringify([keyOf(each), ...place]), each);
  }
  return [...found.values()];
}

function byKey<T extends MaybePlaced>(
  resources: readonly T[],
): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const each of resources) {
    const key = keyOf(each);
    found.set(key, [...(found.get(key) ?? []), each]);
  }
  return found;
}

function differ(
  one: string | undefined,
  other: string | undefined,
  same: (one: string, other: string) => boolean,
): boolean {
  return one !== undefined && other !== undefined && !same(one, other);
}

function isEqual(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
