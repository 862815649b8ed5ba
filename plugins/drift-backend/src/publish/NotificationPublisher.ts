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

import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  DriftTransition,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { RejudgedOutcome, ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import { NOBODY } from '../store/ranks';
import { ownerOf } from '../targets/readEntityTargets';
import { DeliveryStore } from '../webhooks/DeliveryStore';
import { messageType } from '../webhooks/messageBody';
import { NOTIFICATIONS_CHANNEL } from '../webhooks/readWebhooksConfig';
import { createAttempt } from './attempt';
import { NotificationsConfig } from './readNotificationsConfig';
import { TargetEvents } from './TargetEvents';
import { wantedTransitions } from './transitions';

const TOLD: readonly DriftTransition[] = [
  'drifted',
  'worse',
  'resolved',
  'failing',
  'recovered',
];
/** A catalog that is slow must not hold up the next scan. */
const CATALOG_TIMEOUT_MS = 3_000;

interface NotificationPublisherOptions {
  config: NotificationsConfig;
  targetEvents: TargetEvents;
  store: Pick<DeliveryStore, 'add'>;
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  auth: Pick<AuthService, 'getOwnServiceCredentials'>;
  /** Called when something may be due at once. */
  onAdded: () => void;
  logger: LoggerService;
  now: () => Date;
}

/** Writes down what owners are to be told; sending is somebody else's work. */
export class NotificationPublisher implements ScanEvents {
  readonly #options: NotificationPublisherOptions;
  readonly #attempt: (work: () => Promise<void>) => Promise<void>;

  constructor(options: NotificationPublisherOptions) {
    this.#options = options;
    this.#attempt = createAttempt({
      what: 'write down notifications',
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
    await this.#attempt(async () => {
      const event = await this.#options.targetEvents.describe(outcome);
      if (event) {
        await this.#add(event);
      }
    });
  }

  async #add(event: TargetStatusEvent): Promise<void> {
    const { config, store, onAdded, now } = this.#options;
    const transitions = wantedTransitions(event, {
      transitions: TOLD,
      minRisk: config.minRisk,
    });
    if (transitions.length === 0 || this.#isMuted(event)) {
      return;
    }
    const recipients = await this.#findRecipients(event);
    const at = now();
    const payload = JSON.stringify({ ...event, transitions });
    const deliveries = recipients
      .filter(recipient => !this.#isMuted(event, recipient))
      .map(recipient => ({
        channel: NOTIFICATIONS_CHANNEL,
        recipient,
        type: messageType(transitions[0]),
        targetId: event.targetId,
        payload,
        dueAt: new Date(at.getTime() + config.digest.windowMs),
      }));
    if (deliveries.length > 0) {
      await store.add({ deliveries, now: at });
      onAdded();
    }
  }

  /** Without a recipient: whether it is muted whoever it would be. */
  #isMuted(event: TargetStatusEvent, recipient?: string): boolean {
    return this.#options.config.mute.some(
      ({ client, owner }) =>
        (client === undefined || client === (event.client ?? NOBODY)) &&
        (owner === undefined || owner === recipient),
    );
  }

  /** Owners of all entities of the target, else of the first, else the fallback. */
  async #findRecipients(event: TargetStatusEvent): Promise<string[]> {
    const owners =
      event.entityRefs.length > 1 ? await this.#readOwners(event) : [];
    const recipients = owners.length > 0 ? owners : [event.owner];
    const { fallbackRecipient } = this.#options.config;
    return [
      ...new Set(
        recipients
          .map(owner => owner ?? fallbackRecipient)
          .filter(owner => owner !== undefined),
      ),
    ];
  }

  async #readOwners(event: TargetStatusEvent): Promise<string[]> {
    const { catalog, auth, logger } = this.#options;
    try {
      const { items } = await withTimeout(async () =>
        catalog.getEntitiesByRefs(
          {
            entityRefs: event.entityRefs,
            fields: ['kind', 'metadata', 'relations'],
          },
          { credentials: await auth.getOwnServiceCredentials() },
        ),
      );
      return items.flatMap(entity => (entity && ownerOf(entity)) ?? []);
    } catch (error) {
      logger.warn(
        `Only the first owner of ${event.targetId} is notified, the catalog did not name the others: ${error}`,
      );
      return [];
    }
  }
}

async function withTimeout<T>(work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error('It took too long')),
      CATALOG_TIMEOUT_MS,
    );
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
