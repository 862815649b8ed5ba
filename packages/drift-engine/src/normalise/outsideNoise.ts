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

import { globMatches } from '../suppress/glob';
import { isEmptyValue, State } from '../diff/values';
import { isReordered } from '../diff/alignArrays';
import { ValuePlace } from './sameMeaning';
import { VOLATILE_ATTRIBUTES } from './volatileAttributes';

/** A difference between recorded and actual that nobody made. */
export interface OutsidePlace extends ValuePlace {
  /** Whether the code sets the attribute; `unknown` where the plan does not tell. */
  configured: 'yes' | 'no' | 'unknown';
}

/** Why a difference between recorded and actual is none. */
export interface OutsideNoise {
  id: string;
  reason: string;
}

interface OutsideNormaliser {
  id: string;
  /** Returns the reason, or nothing where it does not apply. */
  reasonFor(
    recorded: State,
    actual: State,
    place: OutsidePlace,
  ): string | undefined;
}

/** Lists that platforms keep as sets although providers model them as lists. */
const SET_LIKE =
  /^(?:(?:vpc_)?security_groups?(?:_ids)?|(?:\w+_)?subnets?(?:_ids)?|(?:ipv6_)?cidr_blocks|\w*_cidrs|\w*_ranges|\w*_address_prefixes|prefix_list_ids|ip_rules|oauth_scopes|depends_on|managed_policy_arns|identifiers|actions|resources|not_actions|data_actions)$/;

/**
 * What may be set aside between recorded and actual, and only there: a planned
 * update from `[]` to nothing is a real update. None of these is applied where
 * Terraform plans to change the field.
 */
export const OUTSIDE_NORMALISERS: readonly OutsideNormaliser[] = [
  {
    id: 'empty-equals-null',
    reasonFor: (recorded, actual) =>
      isEmptyValue(recorded) && isEmptyValue(actual)
        ? 'Empty and not set are the same to the platform; providers read the one back as the other.'
        : undefined,
  },
  {
    id: 'cloud-managed-tag',
    reasonFor: (_recorded, _actual, { segments }) => {
      const key = segments.at(-1);
      return segments.length >= 2 &&
        typeof key === 'string' &&
        /(?:tags|tags_all|labels|annotations)$/.test(String(segments.at(-2))) &&
        /^(?:aws:|hidden-|ms-resource-usage|goog-(?!repo)|k8s\.io\/cloud-provider-aws$)/.test(
          key,
        )
        ? 'The cloud platform writes this tag by itself.'
        : undefined;
    },
  },
  {
    id: 'volatile-attribute',
    reasonFor: (_recorded, _actual, { resourceType, segments, configured }) => {
      if (configured === 'yes') {
        return undefined;
      }
      const names = segments.filter(segment => typeof segment === 'string');
      const last = names.at(-1);
      const lastTwo = names.slice(-2).join('/');
      return VOLATILE_ATTRIBUTES.find(
        row =>
          row.types.some(type => globMatches(type, resourceType)) &&
          row.names.some(
            name => name === last || name === lastTwo || name === names[0],
          ),
      )?.reason;
    },
  },
  {
    id: 'set-order',
    reasonFor: (recorded, actual, { segments }) =>
      isReordered(recorded, actual) &&
      SET_LIKE.test(
        String(segments.findLast(segment => typeof segment === 'string')),
      )
        ? 'The platform keeps this list as a set and returns it in any order.'
        : undefined,
  },
];

/** The first reason for which nobody changed this field outside. */
export function outsideNoise(
  recorded: State,
  actual: State,
  place: OutsidePlace,
): OutsideNoise | undefined {
  for (const normaliser of OUTSIDE_NORMALISERS) {
    const reason = normaliser.reasonFor(recorded, actual, place);
    if (reason) {
      return { id: normaliser.id, reason };
    }
  }
  return undefined;
}
