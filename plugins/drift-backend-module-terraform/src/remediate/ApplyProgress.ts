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

import { toError } from '@backstage/errors';
import { RemediationObjectOutcome } from '@infra-hub/backstage-plugin-drift-common';
import { RemediationPlan } from '@infra-hub/backstage-plugin-drift-node';

const MAX_LINE_BYTES = 1024 * 1024;
const MAX_LOGGED_LINES = 5_000;

/** What a message of `apply -json` says, as far as it is needed. */
interface Message {
  type?: unknown;
  diagnostic?: { severity?: unknown; summary?: unknown; detail?: unknown };
  hook?: {
    resource?: { addr?: unknown };
    action?: unknown;
    elapsed_seconds?: unknown;
  };
}

const STEP_OF: Readonly<Record<string, string>> = {
  create: 'creating',
  update: 'changing',
  delete: 'deleting',
  replace: 'replacing',
  read: 'reading',
};

type Step = 'started' | 'applied' | 'failed';

/**
 * Follows the lines that `apply -json` prints: tells people what happens, and
 * remembers what became of every resource. Texts are made here from addresses and
 * actions; what provisioners print and the values of outputs never get in.
 */
export class ApplyProgress {
  readonly #say: (text: string) => void;
  readonly #clean: (text: string) => string;
  readonly #redactAddress: (address: string) => string;
  readonly #steps = new Map<string, Step>();
  /** Something of it was done, even when a later step of it failed. */
  readonly #touched = new Set<string>();
  readonly #errors: string[] = [];
  #codes: { stale: boolean; locked: boolean; interruptedTwice: boolean } = {
    stale: false,
    locked: false,
    interruptedTwice: false,
  };
  #holder?: string;
  #lines = 0;

  /** @param options - `clean` takes secrets out of a text, `redactAddress` as it was done in the plan. */
  constructor(options: {
    say(text: string): void;
    clean(text: string): string;
    redactAddress(address: string): string;
  }) {
    this.#say = options.say;
    this.#clean = options.clean;
    this.#redactAddress = options.redactAddress;
  }

  /** Reads until the end; never throws, since that would end the program. */
  async read(stdout: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of stdout) {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      // A line without an end is not one of Terraform's.
      rest = rest.length > MAX_LINE_BYTES ? '' : rest;
      lines.forEach(line => this.#readLine(line));
    }
    this.#readLine(rest);
  }

  /** Terraform refused the plan since the state is not what it was made of. */
  get isStale(): boolean {
    return this.#codes.stale;
  }

  /** Somebody else holds the lock of the state. */
  get isLocked(): boolean {
    return this.#codes.locked;
  }

  /** Who holds the lock, as the lock says. */
  get lockHolder(): string | undefined {
    return this.#holder;
  }

  /** Terraform gave up in the middle, and may not know what it did. */
  get isAbandoned(): boolean {
    return (
      this.#codes.interruptedTwice ||
      [...this.#steps.values()].includes('started')
    );
  }

  get anythingApplied(): boolean {
    return this.#touched.size > 0;
  }

  get anythingStarted(): boolean {
    return this.#steps.size > 0;
  }

  /** First error, one sentence without secrets. */
  get error(): string | undefined {
    return this.#errors.at(0);
  }

  /** @param wholly - the program said that everything was applied. */
  objects(
    changes: RemediationPlan['changes'],
    wholly: boolean,
  ): RemediationObjectOutcome[] {
    const addresses = [...new Set(changes.map(change => change.address))];
    return addresses.map(address => {
      if (wholly) {
        return { address, outcome: 'applied' };
      }
      switch (this.#steps.get(address)) {
        case 'applied':
          return { address, outcome: 'applied' };
        case 'failed':
          return {
            address,
            outcome: 'failed',
            message: 'Terraform reported an error; it may be changed in part.',
          };
        case 'started':
          return {
            address,
            outcome: 'failed',
            message: 'It was begun, and it is not known how it ended.',
          };
        default:
          return {
            address,
            outcome: 'skipped',
            message: 'It was not reached.',
          };
      }
    });
  }

  #readLine(line: string): void {
    if (line.trim() === '') {
      return;
    }
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch (error) {
      // Programs that Terraform starts may print what they like.
      if (toError(error).name === 'SyntaxError') {
        return;
      }
      throw error;
    }
    if (typeof message === 'object' && message !== null) {
      this.#readMessage(message, line);
    }
  }

  #readMessage(message: Message, line: string): void {
    const written = textOf(message.hook?.resource?.addr);
    const address =
      written === undefined ? undefined : this.#redactAddress(written);
    const action = textOf(message.hook?.action) ?? '';
    const seconds = message.hook?.elapsed_seconds;
    const after = typeof seconds === 'number' ? ` after ${seconds} s` : '';
    switch (message.type) {
      case 'apply_start':
        this.#step(address, 'started', `${STEP_OF[action] ?? 'working'} …`);
        break;
      case 'apply_progress':
        this.#tell(`${address}: still ${STEP_OF[action] ?? 'working'}${after}`);
        break;
      case 'apply_complete':
        this.#step(address, 'applied', `done${after}`);
        break;
      case 'apply_errored':
        this.#step(address, 'failed', `failed${after}`);
        break;
      case 'provision_start':
        this.#tell(`${address}: a provisioner runs`);
        break;
      case 'provision_errored':
        this.#tell(`${address}: a provisioner failed`);
        break;
      case 'diagnostic':
        this.#diagnostic(message.diagnostic ?? {});
        break;
      case 'log':
        this.#codes.interruptedTwice ||= line.includes(
          'Two interrupts received',
        );
        break;
      default:
    }
  }

  #step(address: string | undefined, step: Step, text: string): void {
    if (address === undefined) {
      return;
    }
    if (step === 'applied') {
      this.#touched.add(address);
    }
    this.#steps.set(address, step);
    this.#tell(`${address}: ${text}`);
  }

  #diagnostic(diagnostic: NonNullable<Message['diagnostic']>): void {
    const summary = textOf(diagnostic.summary) ?? '';
    const detail = textOf(diagnostic.detail) ?? '';
    if (diagnostic.severity !== 'error') {
      return;
    }
    this.#codes.stale ||=
      /^Saved plan (is stale|does not match the given state)/.test(summary);
    if (/^Error acquiring the state lock/.test(summary)) {
      this.#codes.locked = true;
      const holder = lockHolderOf(detail);
      this.#holder = holder === undefined ? undefined : this.#clean(holder);
    }
    this.#codes.interruptedTwice ||= summary.includes(
      'Two interrupts received',
    );
    const paragraph = detail.split(/\n\s*\n/)[0];
    const text = this.#clean(
      `${summary}${paragraph ? `: ${paragraph}` : ''}`,
    ).replace(/\s+/g, ' ');
    const sentence = text.length > 500 ? `${text.slice(0, 497)}...` : text;
    this.#errors.push(sentence);
    this.#tell(`Error: ${sentence}`);
  }

  #tell(text: string): void {
    this.#lines += 1;
    if (this.#lines > MAX_LOGGED_LINES) {
      return;
    }
    this.#say(this.#clean(text));
  }
}

/**
 * Who holds a lock. The http backend prints the lock that it asked for, which is
 * our own, and names the one in the way by its id alone.
 *
 * Source: terraform internal/backend/remote-state/http/client.go, Lock.
 */
function lockHolderOf(detail: string): string | undefined {
  const inTheWay = /already locked: ID=(\S+)/.exec(detail)?.[1];
  const printed = /^\s*ID:\s*(\S+)/m.exec(detail)?.[1];
  if (inTheWay !== undefined && inTheWay !== printed) {
    return `the run with the lock ${inTheWay}`;
  }
  return /^\s*Who:\s*(\S.*)$/m.exec(detail)?.[1].trim();
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
