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
  DriftTransition,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { inertText } from './inertText';

const MAX_NAME = 120;

/** The target as people call it. */
export function nameOf(event: TargetStatusEvent): string {
  const name = inertText(event.name, MAX_NAME);
  return event.client ? `${inertText(event.client, MAX_NAME)} / ${name}` : name;
}

/** One line that says what happened, by itself understandable. */
export function headlineOf(
  event: TargetStatusEvent,
  transition: DriftTransition,
): string {
  const name = nameOf(event);
  const { after, before } = event;
  const extent = `${countResources(after.driftedResources)} drifted, risk ${
    after.risk
  }`;
  switch (transition) {
    case 'drifted':
      return `Drift in ${name}: ${extent}`;
    case 'worse':
      return `Drift in ${name} got worse: ${extent}`;
    case 'resolved':
      return `Drift in ${name} is resolved`;
    case 'failing':
      return `${name} cannot be scanned`;
    case 'recovered':
      return `${name} can be scanned again`;
    default:
      return before.status === after.status
        ? `News of ${name}: ${after.status}`
        : `${name} is ${after.status}, was ${before.status}`;
  }
}

/** What else is known, as sentences; empty when nothing is. */
export function detailsOf(
  event: TargetStatusEvent,
  transition: DriftTransition,
): string {
  if (transition === 'failing') {
    const drift =
      event.after.driftedResources > 0
        ? `${countResources(
            event.after.driftedResources,
          )} had drifted when it last could.`
        : '';
    return [event.error ?? 'The last scans failed.', drift]
      .filter(Boolean)
      .join(' ');
  }
  return event.after.summary;
}

/** A number of resources in words. */
export function countResources(count: number): string {
  return count === 1 ? '1 resource' : `${count} resources`;
}
