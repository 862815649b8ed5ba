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

import { ResourceDifference } from '../observation/Observation';
import { SeverityRater, severityRank } from '../severity/SeverityRater';
import type { CloudFieldPair } from './compareCloud';

/** The built-in rules: what a change means, whatever a team has configured. */
const RATER = SeverityRater.create();

/** What of a resource its severity depends on. */
type RatedResource = Pick<
  ResourceDifference,
  'address' | 'resourceType' | 'resourceName' | 'resourceIds'
>;

/**
 * Fields with those before that matter more; of equals the order stays. For
 * readers: neither a fingerprint nor what is done depends on it.
 */
export function worstFirst(
  resource: RatedResource,
  pairs: readonly CloudFieldPair[],
): CloudFieldPair[] {
  const rank = ({ shown }: CloudFieldPair) =>
    severityRank(
      RATER.rate({
        ...resource,
        change: 'update',
        class: 'drift',
        rule: 'cloud-changed',
        reason: '',
        fields: [shown],
      }).severity,
    );
  return [...pairs].sort((one, other) => rank(other) - rank(one));
}
