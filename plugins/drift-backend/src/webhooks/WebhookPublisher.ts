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
import { TargetStatusEvent } from '@infra-hub/backstage-plugin-drift-common';
import { createAttempt } from '../publish/attempt';
import { TargetEvents } from '../publish/TargetEvents';
import { wantedTransitions } from '../publish/transitions';
import { RejudgedOutcome, ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import { NOBODY } from '../store/ranks';
import { DeliveryStore, NewDelivery } from './DeliveryStore';
import { jsonBody, messageType, slackBody } from './messageBody';
import { WebhookConfig } from './readWebhooksConfig';

/** Writes down what webhooks are to be told; sending is somebody else's work. */
export class WebhookPublisher implements ScanEvents {
  readonly #options: {
    webhooks: WebhookConfig[];
    targetEvents: TargetEvents;
    store: Pick<DeliveryStore, 'add'>;
    /** Called when there is something to send. */
    onAdded: () => void;
    now: () => Date;
  };
  readonly #attempt: (work: () => Promise<void>) => Promise<void>;

  constructor(options: {
    webhooks: WebhookConfig[];
    targetEvents: TargetEvents;
    store: Pick<DeliveryStore, 'add'>;
    onAdded: () => void;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
    this.#attempt = createAttempt({
      what: 'write down messages to webhooks',
      logger: options.logger,
    });
  }

  async onFinished(outcome: ScanOutcome): Promise<void> {
    await this.#tell(outcome);
  }

  async onRejudged(outcome: RejudgedOutcome): Promise<void> {
    await this.#tell(outcome);
  }

  async #tell(outcome: ScanOutcome | RejudgedOutcome): Promise<void> {
    const { webhooks, targetEvents, store, onAdded, now } = this.#options;
    await this.#attempt(async () => {
      const event = await targetEvents.describe(outcome);
      const at = now();
      const deliveries = event
        ? webhooks.flatMap(webhook => toDeliveries(webhook, { event, at }))
        : [];
      if (deliveries.length > 0) {
        await store.add({ deliveries, now: at });
        onAdded();
      }
    });
  }
}

function toDeliveries(
  webhook: WebhookConfig,
  options: { event: TargetStatusEvent; at: Date },
): NewDelivery[] {
  const { event, at } = options;
  if (webhook.clients && !webhook.clients.includes(event.client ?? NOBODY)) {
    return [];
  }
  const [transition] = wantedTransitions(event, webhook);
  if (!transition) {
    return [];
  }
  const write = webhook.format === 'slack' ? slackBody : jsonBody;
  return [
    {
      channel: webhook.id,
      type: messageType(transition),
      targetId: event.targetId,
      payload: write(event, transition),
      dueAt: at,
    },
  ];
}
