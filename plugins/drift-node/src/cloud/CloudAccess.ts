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

import { AccountGate } from './AccountGate';
import {
  CloudAccount,
  CloudContext,
  CloudProvider,
  CloudWriteContext,
} from './CloudProvider';

/** A request got no answer in time. One sentence for people. */
export class NoAnswer extends Error {
  name = 'NoAnswer';
}

/** Lets a provider talk to its accounts, within their limits. */
export class CloudAccess {
  static create(options: {
    provider: CloudProvider;
    requestTimeoutMs: number;
  }): CloudAccess {
    return new CloudAccess(options);
  }

  readonly #provider: CloudProvider;
  readonly #requestTimeoutMs: number;

  private constructor(options: {
    provider: CloudProvider;
    requestTimeoutMs: number;
  }) {
    this.#provider = options.provider;
    this.#requestTimeoutMs = options.requestTimeoutMs;
  }

  /**
   * Asks something that changes nothing. Ends at once when the signal is aborted.
   *
   * @throws NoAnswer when a request took too long
   */
  async ask<T>(
    account: CloudAccount,
    context: Pick<CloudContext, 'signal' | 'logger'>,
    work: (context: CloudContext) => Promise<T>,
  ): Promise<T> {
    const gate = AccountGate.of(this.#provider, account);
    const late = new AbortController();
    const signal = AbortSignal.any([context.signal, late.signal]);
    let timer: NodeJS.Timeout | undefined;
    const stop = () => clearTimeout(timer);
    const start = () => {
      stop();
      timer = setTimeout(
        () => late.abort(this.#noAnswer(account)),
        this.#requestTimeoutMs,
      );
    };
    try {
      return await gate.run(signal, async () => {
        start();
        return await work({
          signal,
          logger: context.logger,
          turn: async () => {
            // Who waits for its turn has not asked yet
            stop();
            await gate.turn(signal);
            start();
          },
        });
      });
    } catch (error) {
      // Clients have errors of their own for what was aborted
      signal.throwIfAborted();
      throw error;
    } finally {
      stop();
    }
  }

  /**
   * Changes something. Once begun it is waited for, whatever happens: how it ends
   * is known to the provider only.
   */
  async change<T>(
    account: CloudAccount,
    context: Pick<CloudWriteContext, 'signal' | 'logger' | 'log'>,
    work: (context: Omit<CloudWriteContext, 'mayWrite'>) => Promise<T>,
  ): Promise<T> {
    const gate = AccountGate.of(this.#provider, account);
    const { signal, logger } = context;
    return await gate.runToEnd(
      signal,
      async () =>
        await work({
          signal,
          logger,
          log: text => context.log(text),
          turn: async () => await gate.turn(signal),
        }),
    );
  }

  #noAnswer(account: CloudAccount): NoAnswer {
    return new NoAnswer(
      `${this.#provider.title} gave no answer for the ${
        this.#provider.accountNoun
      } ${account.name} within ${this.#requestTimeoutMs / 1000} seconds.`,
    );
  }
}
