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
import { isError } from '@backstage/errors';
import { signMessage } from '@infra-hub/backstage-plugin-drift-node';
import { DateTime } from 'luxon';
import { DeliveryChannel } from './DeliveryChannel';
import { ClaimedDelivery, DeliveryStore } from './DeliveryStore';
import { nextDelay } from './nextDelay';
import { WebhookConfig } from './readWebhooksConfig';

const BATCH = 10;
/** A process that needs longer than that besides the request itself is gone. */
const CLAIM_RESERVE_MS = 60_000;

/** How an attempt failed. */
interface Failure {
  /** One sentence that names neither the address nor a header; both can be secret. */
  error: string;
  retryAfterMs?: number;
  /** The receiver wants no more. */
  final?: boolean;
}

/**
 * Sends messages to one webhook.
 *
 * @remarks
 * A message arrives at least once: a process that dies between the receiver's
 * answer and its own note of it leaves the message to another, with the same id.
 * Only the configured address is ever asked; what the receiver answers is not
 * read, and where it points to is not followed.
 */
export class WebhookChannel implements DeliveryChannel {
  readonly id: string;
  readonly #options: {
    webhook: WebhookConfig;
    store: DeliveryStore;
    logger: LoggerService;
    now: () => Date;
  };

  constructor(options: {
    webhook: WebhookConfig;
    store: DeliveryStore;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.id = options.webhook.id;
    this.#options = options;
  }

  async send(signal: AbortSignal): Promise<boolean> {
    const { webhook, store, now } = this.#options;
    const claimedAt = now();
    const claimed = await store.claimDue({
      channel: webhook.id,
      now: claimedAt,
      until: new Date(
        claimedAt.getTime() + webhook.timeoutMs + CLAIM_RESERVE_MS,
      ),
      limit: BATCH,
    });
    await Promise.all(claimed.map(delivery => this.#deliver(delivery, signal)));
    return claimed.length === BATCH;
  }

  async #deliver(
    delivery: ClaimedDelivery,
    signal: AbortSignal,
  ): Promise<void> {
    const { webhook, store, logger, now } = this.#options;
    const of = { claim: delivery.claim, ids: [delivery.id] };
    const failure = await this.#post(delivery, signal);
    if (!failure) {
      await store.remove(of);
      return;
    }
    if (signal.aborted) {
      await store.release(of);
      return;
    }
    const attempts = delivery.attempts + 1;
    const { error, retryAfterMs, final } = failure;
    if (final || attempts >= webhook.maxAttempts) {
      await store.bury({ ...of, error });
      logger.warn(
        `Message ${delivery.id} (${delivery.type} of ${delivery.targetId}) to webhook '${webhook.id}' was given up after ${attempts} attempts: ${error}`,
      );
      return;
    }
    await store.postpone({
      ...of,
      error,
      nextAttemptAt: new Date(
        now().getTime() +
          nextDelay({ attempts, random: Math.random(), retryAfterMs }),
      ),
    });
    logger.debug(
      `Message ${delivery.id} to webhook '${webhook.id}' waits for another attempt: ${error}`,
    );
  }

  async #post(
    delivery: ClaimedDelivery,
    signal: AbortSignal,
  ): Promise<Failure | undefined> {
    const { webhook, now } = this.#options;
    const body = delivery.payload;
    const timeout = AbortSignal.timeout(webhook.timeoutMs);
    try {
      const response = await fetch(webhook.url, {
        method: 'POST',
        redirect: 'manual',
        signal: AbortSignal.any([timeout, signal]),
        headers: {
          ...webhook.headers,
          'content-type': 'application/json',
          'user-agent': 'infra-hub-drift',
          'webhook-id': delivery.id,
          ...(webhook.key &&
            signMessage({
              id: delivery.id,
              body,
              key: webhook.key,
              now: now(),
            })),
        },
        body,
      });
      await response.body?.cancel();
      return response.ok ? undefined : readRefusal(response, now());
    } catch (error) {
      return {
        error: timeout.aborted
          ? `The receiver did not answer within ${
              webhook.timeoutMs / 1000
            } seconds`
          : describeNetworkError(error),
      };
    }
  }
}

function readRefusal(response: Response, now: Date): Failure {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return {
      error: `The receiver answered with a redirect (${status}), which is not followed`,
    };
  }
  return {
    error: `The receiver answered with status ${status}`,
    retryAfterMs: readRetryAfter(response.headers.get('retry-after'), now),
    final: status === 410,
  };
}

/** Seconds or a date, RFC 9110 section 10.2.3. */
function readRetryAfter(value: string | null, now: Date): number | undefined {
  if (!value) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(value)) {
    return Number(value) * 1000;
  }
  const date = DateTime.fromHTTP(value);
  return date.isValid ? date.toMillis() - now.getTime() : undefined;
}

function describeNetworkError(error: unknown): string {
  const cause = isError(error) ? error.cause : undefined;
  const code = isError(cause) && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return 'The receiver refused the connection';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The host of the receiver was not found';
    default:
      return /^[A-Z0-9_]{3,60}$/.test(code)
        ? `The connection to the receiver failed (${code})`
        : 'The connection to the receiver failed';
  }
}
