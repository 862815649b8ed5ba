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
import {
  NotificationSendOptions,
  NotificationService,
} from '@backstage/plugin-notifications-node';
import { StoppedAutomation } from '../policy';
import { createAttempt } from '../publish/attempt';
import { NotificationsConfig } from '../publish/readNotificationsConfig';
import { NOBODY } from '../store/ranks';
import { DeliveryChannel } from '../webhooks/DeliveryChannel';
import { ClaimedDelivery, DeliveryStore } from '../webhooks/DeliveryStore';
import { nextDelay } from '../webhooks/nextDelay';
import {
  remediationNotification,
  stoppedNotification,
} from './remediationNotification';
import { RemediationChange, RemediationEvents } from './RemediationSteps';
import { RemediationRecord } from './RemediationStore';

/** No webhook can have this id. */
const CHANNEL = 'notifications:remediation';
const BATCH = 50;
const CLAIM_MS = 5 * 60_000;
const MAX_ATTEMPTS = 6;
const TIMEOUT_MS = 20_000;
const USER = /^user:[^/]+\/.+$/;

type Payload = NotificationSendOptions['payload'];

interface NotifierOptions {
  config: NotificationsConfig;
  /** Entity refs of who is told of what waits for approval, besides the owner. */
  approvers: readonly string[];
  store: DeliveryStore;
  /** Called when something may be due at once. */
  onAdded: () => void;
  logger: LoggerService;
  now: () => Date;
}

/**
 * Writes down what people are to be told of remediations: that an approval is
 * needed, and that one did not end well. Sending is the channel's work.
 */
export class RemediationNotifier implements RemediationEvents {
  readonly #options: NotifierOptions;
  readonly #attempt: (work: () => Promise<void>) => Promise<void>;

  constructor(options: NotifierOptions) {
    this.#options = options;
    this.#attempt = createAttempt({
      what: 'write down notifications of remediations',
      logger: options.logger,
    });
  }

  async onStep({ record }: RemediationChange): Promise<void> {
    const payload = remediationNotification(record);
    if (payload) {
      await this.#add({
        targetId: record.targetId,
        client: record.target.client,
        type: `remediation.${record.state}`,
        recipients: this.#recipientsOf(record),
        payload,
      });
    }
  }

  /** Drift is no longer repaired by itself. */
  async onStopped(stopped: StoppedAutomation): Promise<void> {
    const { target } = stopped;
    await this.#add({
      targetId: target.id,
      client: target.client,
      type: 'remediation.automation-stopped',
      recipients: [target.owner ?? this.#options.config.fallbackRecipient],
      payload: stoppedNotification(stopped),
    });
  }

  #recipientsOf(record: RemediationRecord): (string | undefined)[] {
    const { approvers, config } = this.#options;
    const owner = record.target.owner ?? config.fallbackRecipient;
    if (record.state === 'awaiting-approval') {
      return [owner, ...approvers];
    }
    return [USER.test(record.requestedBy) ? record.requestedBy : owner];
  }

  async #add(options: {
    targetId: string;
    client: string | undefined;
    type: string;
    recipients: (string | undefined)[];
    payload: Payload;
  }): Promise<void> {
    const { targetId, client, type, payload } = options;
    const { store, config, onAdded, now } = this.#options;
    const recipients = [...new Set(options.recipients)].filter(
      recipient => recipient !== undefined,
    );
    const wanted = recipients.filter(
      recipient => !isMuted(config, { client, recipient }),
    );
    if (wanted.length === 0) {
      return;
    }
    await this.#attempt(async () => {
      const at = now();
      await store.add({
        deliveries: wanted.map(recipient => ({
          channel: CHANNEL,
          recipient,
          type,
          targetId,
          payload: JSON.stringify(payload),
          dueAt: at,
        })),
        now: at,
      });
      onAdded();
    });
  }
}

/** Sends what {@link RemediationNotifier} wrote down, one by one. */
export class RemediationNotificationChannel implements DeliveryChannel {
  readonly id = CHANNEL;
  readonly #options: {
    notifications: NotificationService;
    store: DeliveryStore;
    logger: LoggerService;
    now: () => Date;
  };

  constructor(options: {
    notifications: NotificationService;
    store: DeliveryStore;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  async send(signal: AbortSignal): Promise<boolean> {
    const { store, now } = this.#options;
    const at = now();
    const claimed = await store.claimDue({
      channel: this.id,
      now: at,
      until: new Date(at.getTime() + CLAIM_MS),
      limit: BATCH,
    });
    for (const delivery of claimed) {
      if (signal.aborted) {
        await store.release(of(delivery));
      } else {
        await this.#sendOne(delivery, signal);
      }
    }
    return claimed.length === BATCH;
  }

  async #sendOne(
    delivery: ClaimedDelivery,
    signal: AbortSignal,
  ): Promise<void> {
    const { notifications, store, logger } = this.#options;
    try {
      await orGiveUp(
        notifications.send({
          recipients: { type: 'entity', entityRef: delivery.recipient ?? '' },
          payload: JSON.parse(delivery.payload) as Payload,
        }),
        signal,
      );
    } catch (thrown) {
      const error = toError(thrown);
      if (signal.aborted) {
        await store.release(of(delivery));
      } else if (/status 404\b/.test(error.message)) {
        // The backend has no notifications plugin; the service says it no other way
        await store.remove(of(delivery));
      } else {
        logger.warn('Could not notify of a remediation', error);
        await this.#failed(delivery);
      }
      return;
    }
    await store.remove(of(delivery));
  }

  async #failed(delivery: ClaimedDelivery): Promise<void> {
    const { store, now } = this.#options;
    const attempts = delivery.attempts + 1;
    const error = 'The notifications plugin did not take the message';
    if (attempts >= MAX_ATTEMPTS) {
      await store.bury({ ...of(delivery), error });
      return;
    }
    const delay = nextDelay({ attempts, random: Math.random() });
    await store.postpone({
      ...of(delivery),
      error,
      nextAttemptAt: new Date(now().getTime() + delay),
    });
  }
}

function of({ claim, id }: ClaimedDelivery): { claim: string; ids: string[] } {
  return { claim, ids: [id] };
}

function isMuted(
  config: NotificationsConfig,
  told: { client: string | undefined; recipient: string },
): boolean {
  return config.mute.some(
    ({ client, owner }) =>
      (client === undefined || client === (told.client ?? NOBODY)) &&
      (owner === undefined || owner === told.recipient),
  );
}

/** The service itself waits for ever. */
async function orGiveUp(
  work: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const ended = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), signal]);
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
