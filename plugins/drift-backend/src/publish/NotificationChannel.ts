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
import { toError } from '@backstage/errors';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { TargetStatusEvent } from '@infra-hub/backstage-plugin-drift-common';
import { DeliveryChannel } from '../webhooks/DeliveryChannel';
import { ClaimedDelivery, DeliveryStore } from '../webhooks/DeliveryStore';
import { nextDelay } from '../webhooks/nextDelay';
import { NOTIFICATIONS_CHANNEL } from '../webhooks/readWebhooksConfig';
import { mergeEvents, TargetNews } from './mergeEvents';
import { digestNotification, targetNotification } from './notificationText';

const BATCH = 1_000;
const CLAIM_MS = 5 * 60_000;
const MAX_ATTEMPTS = 6;
const TIMEOUT_MS = 20_000;

/**
 * Notifies owners through Backstage, one owner at a time.
 *
 * @remarks
 * What waits for an owner is taken at once when the oldest of it is due, so that
 * many pieces of news can become one. A process that dies half-way leaves the
 * rest to another; a notification that is then sent twice takes the place of the
 * first, because both have the same scope.
 */
export class NotificationChannel implements DeliveryChannel {
  readonly id = NOTIFICATIONS_CHANNEL;
  readonly #options: {
    notifications: NotificationService;
    store: DeliveryStore;
    /** More news than that become one notification. */
    digestAbove: number;
    logger: LoggerService;
    now: () => Date;
  };
  #isMissing = false;

  constructor(options: {
    notifications: NotificationService;
    store: DeliveryStore;
    digestAbove: number;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  async send(signal: AbortSignal): Promise<boolean> {
    const { store, now } = this.#options;
    const claimedAt = now();
    const claimed = await store.claimRecipient({
      channel: this.id,
      now: claimedAt,
      until: new Date(claimedAt.getTime() + CLAIM_MS),
      limit: BATCH,
    });
    if (claimed.length === 0) {
      return false;
    }
    await this.#notify(claimed, signal);
    return true;
  }

  async #notify(
    claimed: ClaimedDelivery[],
    signal: AbortSignal,
  ): Promise<void> {
    const { digestAbove, store } = this.#options;
    const [{ claim, recipient = '' }] = claimed;
    const allNews = mergeEvents(claimed.map(readEvent));
    const told = new Set(allNews.map(({ event }) => event.targetId));
    await store.remove({
      claim,
      ids: claimed.filter(({ targetId }) => !told.has(targetId)).map(idOf),
    });

    const isDigest = allNews.length > digestAbove;
    const messages = isDigest ? [allNews] : allNews.map(news => [news]);
    for (const message of messages) {
      const targets = new Set(message.map(({ event }) => event.targetId));
      const deliveries = claimed.filter(({ targetId }) =>
        targets.has(targetId),
      );
      if (signal.aborted) {
        await store.release({ claim, ids: deliveries.map(idOf) });
      } else {
        await this.#sendOne({
          recipient,
          message,
          isDigest,
          deliveries,
          signal,
        });
      }
    }
  }

  async #sendOne(options: {
    recipient: string;
    message: TargetNews[];
    isDigest: boolean;
    deliveries: ClaimedDelivery[];
    signal: AbortSignal;
  }): Promise<void> {
    const { recipient, message, isDigest, deliveries, signal } = options;
    const { notifications, store } = this.#options;
    const of = { claim: deliveries[0].claim, ids: deliveries.map(idOf) };
    try {
      await orGiveUp(
        notifications.send({
          recipients: { type: 'entity', entityRef: recipient },
          payload: isDigest
            ? digestNotification(message, recipient)
            : targetNotification(message[0]),
        }),
        signal,
      );
      this.#isMissing = false;
    } catch (error) {
      if (signal.aborted) {
        await store.release(of);
        return;
      }
      await this.#failed({ deliveries, error: toError(error) });
      return;
    }
    await store.remove(of);
  }

  async #failed(options: {
    deliveries: ClaimedDelivery[];
    error: Error;
  }): Promise<void> {
    const { deliveries, error } = options;
    const { store, logger, now } = this.#options;
    const of = { claim: deliveries[0].claim, ids: deliveries.map(idOf) };
    // The service says it no other way
    if (/status 404\b/.test(error.message)) {
      await store.remove(of);
      if (!this.#isMissing) {
        logger.warn(
          "Owners are not notified of drift, because the backend has no notifications plugin; add it or set 'drift.notifications.enabled' to false",
        );
      }
      this.#isMissing = true;
      return;
    }
    const attempts =
      Math.max(...deliveries.map(delivery => delivery.attempts)) + 1;
    const sentence = 'The notifications plugin did not take the message';
    logger.warn(
      `Could not notify of ${of.ids.length} changes, attempt ${attempts} of ${MAX_ATTEMPTS}`,
      error,
    );
    if (attempts >= MAX_ATTEMPTS) {
      await store.bury({ ...of, error: sentence });
      return;
    }
    await store.postpone({
      ...of,
      error: sentence,
      nextAttemptAt: new Date(
        now().getTime() + nextDelay({ attempts, random: Math.random() }),
      ),
    });
  }
}

/** The service itself waits for ever. */
async function orGiveUp(work: Promise<void>, signal: AbortSignal) {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const ended = AbortSignal.any([timeout, signal]);
  let onEnd = () => {};
  const end = new Promise<never>((_, reject) => {
    onEnd = () => reject(ended.reason);
    ended.addEventListener('abort', onEnd, { once: true });
  });
  try {
    await Promise.race([work, end]);
  } finally {
    ended.removeEventListener('abort', onEnd);
  }
}

function readEvent(delivery: ClaimedDelivery): TargetStatusEvent {
  return JSON.parse(delivery.payload) as TargetStatusEvent;
}

function idOf({ id }: { id: string }): string {
  return id;
}
