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
import { RemediationStepEvent } from '@infra-hub/backstage-plugin-drift-common';
import {
  createTopicPublisher,
  PublishOnTopic,
} from '../publish/createTopicPublisher';
import { inertText } from '../publish/inertText';
import { linkTo } from '../publish/linkTo';
import { RemediationChange, RemediationEvents } from './RemediationSteps';

const MAX_MESSAGE = 1_000;

/** Tells other plugins of every step of every remediation. */
export class RemediationEventPublisher implements RemediationEvents {
  readonly #appUrl: string | undefined;
  readonly #now: () => Date;
  readonly #publish: PublishOnTopic;

  constructor(options: {
    events: EventsService;
    /** `app.baseUrl`. */
    appUrl?: string;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#appUrl = options.appUrl;
    this.#now = options.now;
    this.#publish = createTopicPublisher({
      events: options.events,
      what: 'publish a step of a remediation',
      logger: options.logger,
    });
  }

  async onStep(change: RemediationChange): Promise<void> {
    await this.#publish(() => this.#describe(change));
  }

  #describe({ record, from, by }: RemediationChange): RemediationStepEvent {
    const { id, targetId, target, action, state, risk, message } = record;
    return {
      type: 'remediation.step',
      schemaVersion: 1,
      remediationId: id,
      targetId,
      source: target.source,
      client: target.client,
      name: target.name,
      owner: target.owner,
      action,
      ...(from && { from }),
      to: state,
      by,
      requestedBy: record.requestedBy,
      risk,
      ...(message && { message: inertText(message, MAX_MESSAGE) }),
      ...linkTo(this.#appUrl, `/drift/remediations/${encodeURIComponent(id)}`),
      at: this.#now().toISOString(),
    };
  }
}
