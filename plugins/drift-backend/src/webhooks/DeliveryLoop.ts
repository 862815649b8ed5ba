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

import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import { ForwardedError, toError } from '@backstage/errors';
import { DeliveryChannel } from './DeliveryChannel';
import { DeliveryStore } from './DeliveryStore';

const DAY_MS = 24 * 3600 * 1000;

/**
 * Sends what was written down, on every replica, each channel by itself: a slow
 * receiver holds up nobody but itself.
 */
export class DeliveryLoop {
  readonly #channels: DeliveryChannel[];
  readonly #store: DeliveryStore;
  readonly #logger: LoggerService;
  readonly #deadDays: number;
  readonly #now: () => Date;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();

  constructor(options: {
    channels: DeliveryChannel[];
    store: DeliveryStore;
    logger: LoggerService;
    /** Days that messages are kept after they were given up. */
    deadDays: number;
    now: () => Date;
  }) {
    this.#channels = options.channels;
    this.#store = options.store;
    this.#logger = options.logger;
    this.#deadDays = options.deadDays;
    this.#now = options.now;
  }

  /** Ids of the channels that messages can be sent through. */
  get channelIds(): string[] {
    return this.#channels.map(({ id }) => id);
  }

  async schedule(scheduler: SchedulerService): Promise<void> {
    await scheduler.scheduleTask({
      id: 'drift-send-deliveries',
      scope: 'local',
      frequency: { seconds: 10 },
      timeout: { minutes: 5 },
      initialDelay: { seconds: 5 },
      fn: () => this.run(),
    });
    await scheduler.scheduleTask({
      id: 'drift-clean-deliveries',
      scope: 'global',
      frequency: { hours: 6 },
      timeout: { minutes: 10 },
      initialDelay: { minutes: 5 },
      fn: () => this.clean(),
    });
  }

  /** Sends what is due without making the caller wait. */
  wake(): void {
    this.run().catch(error => {
      this.#logger.error('Could not send messages', toError(error));
    });
  }

  /** Sends everything that is due; never rejects. */
  async run(): Promise<void> {
    await Promise.all(this.#channels.map(channel => this.#drain(channel)));
  }

  async clean(): Promise<void> {
    const now = this.#now().getTime();
    try {
      // Not sooner: another replica may know the webhook already, or still.
      await this.#store.buryOthers({
        channels: this.channelIds,
        dueBefore: new Date(now - DAY_MS),
      });
      await this.#store.deleteDead({
        createdBefore: new Date(now - this.#deadDays * DAY_MS),
      });
    } catch (error) {
      throw new ForwardedError('Could not delete old messages', error);
    }
  }

  /** Ends what is being sent, and leaves it to others. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running.values());
  }

  /** At once only one pass per channel; whoever asks during it gets another. */
  async #drain(channel: DeliveryChannel): Promise<void> {
    const running = this.#running.get(channel.id);
    if (running) {
      this.#again.add(channel.id);
      await running;
      return;
    }
    const drained = this.#sendAll(channel).finally(() =>
      this.#running.delete(channel.id),
    );
    this.#running.set(channel.id, drained);
    await drained;
  }

  async #sendAll(channel: DeliveryChannel): Promise<void> {
    const { signal } = this.#stopping;
    try {
      let more = true;
      while (more && !signal.aborted) {
        this.#again.delete(channel.id);
        more = (await channel.send(signal)) || this.#again.has(channel.id);
      }
    } catch (error) {
      this.#logger.warn(
        `Could not send messages through '${channel.id}', trying again later`,
        toError(error),
      );
    }
  }
}
