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
import { compareDrift } from './transitions';

/** What somebody is told of one target. */
export interface TargetNews {
  transition: DriftTransition;
  /** The latest. */
  event: TargetStatusEvent;
}

/**
 * One piece of news per target from events that waited together, oldest first.
 * What came and went meanwhile is none.
 */
export function mergeEvents(events: TargetStatusEvent[]): TargetNews[] {
  const byTarget = new Map<string, TargetStatusEvent[]>();
  for (const event of events) {
    const known = byTarget.get(event.targetId);
    if (known) {
      known.push(event);
    } else {
      byTarget.set(event.targetId, [event]);
    }
  }
  return [...byTarget.values()].flatMap(ofTarget => {
    const first = ofTarget[0];
    const last = ofTarget[ofTarget.length - 1];
    const transition =
      compareDrift(first.before, last.after) ?? healthOf(ofTarget);
    return transition
      ? [
          {
            transition,
            event: { ...last, before: first.before },
          },
        ]
      : [];
  });
}

function healthOf(events: TargetStatusEvent[]): DriftTransition | undefined {
  const changes = events
    .flatMap(({ transitions = [] }) => transitions)
    .filter(
      transition => transition === 'failing' || transition === 'recovered',
    );
  const last = changes[changes.length - 1];
  return last === 'recovered' && changes[0] === 'failing' ? undefined : last;
}
