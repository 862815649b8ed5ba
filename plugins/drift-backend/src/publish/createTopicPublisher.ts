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

import { LoggerService } from '@backstage/backend-plugin-api';
import { EventsService } from '@backstage/plugin-events-node';
import {
  AutomationStoppedEvent,
  DRIFT_EVENTS_TOPIC,
  RemediationStepEvent,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { createAttempt } from './attempt';

/** What other plugins are told on the topic `drift`. */
type DriftEvent =
  | TargetStatusEvent
  | RemediationStepEvent
  | AutomationStoppedEvent;

/**
 * Publishes an event of the topic `drift`, if there is one; whoever has something to
 * tell never fails by it.
 */
export type PublishOnTopic = (
  describe: () => DriftEvent | undefined | Promise<DriftEvent | undefined>,
) => Promise<void>;

export function createTopicPublisher(options: {
  events: EventsService;
  /** Finishes "Cannot …". */
  what: string;
  logger: LoggerService;
}): PublishOnTopic {
  const { events, what, logger } = options;
  const attempt = createAttempt({ what, logger });
  return describe =>
    attempt(async () => {
      const eventPayload = await describe();
      if (eventPayload) {
        await events.publish({ topic: DRIFT_EVENTS_TOPIC, eventPayload });
      }
    });
}
