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
import { RejudgedOutcome, ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import { createTopicPublisher, PublishOnTopic } from './createTopicPublisher';
import { TargetEvents } from './TargetEvents';

/**
 * Tells other plugins when the state of a target changed. Everything is in the
 * payload, because the event bus carries no metadata from one process to another.
 */
export class EventPublisher implements ScanEvents {
  readonly #targetEvents: TargetEvents;
  readonly #publish: PublishOnTopic;

  constructor(options: {
    events: EventsService;
    targetEvents: TargetEvents;
    logger: LoggerService;
  }) {
    const { events, targetEvents, logger } = options;
    this.#targetEvents = targetEvents;
    this.#publish = createTopicPublisher({
      events,
      what: 'publish drift events',
      logger,
    });
  }

  async onFinished(outcome: ScanOutcome): Promise<void> {
    await this.#tell(outcome);
  }

  async onRejudged(outcome: RejudgedOutcome): Promise<void> {
    await this.#tell(outcome);
  }

  async #tell(outcome: ScanOutcome | RejudgedOutcome): Promise<void> {
    await this.#publish(() => this.#targetEvents.describe(outcome));
  }
}
