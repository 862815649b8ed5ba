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
import { maskSecretShapes } from '@infra-hub/drift-engine';
import { stripVTControlCharacters } from 'node:util';
import { RemediationSteps } from './RemediationSteps';
import { RemediationRecord, RemediationStore } from './RemediationStore';

const FLUSH_MS = 1_000;
const MOST_WAITING = 500;

/** Writes the live log of one remediation, about once a second. */
export class RemediationLog {
  readonly #options: {
    record: Pick<RemediationRecord, 'id' | 'targetId'>;
    store: Pick<RemediationStore, 'appendLog'>;
    steps: Pick<RemediationSteps, 'touched'>;
    /** Directories that mean nothing to a reader. */
    directory: string;
    logger: LoggerService;
    now: () => Date;
  };
  #lines: { at: Date; text: string }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    record: Pick<RemediationRecord, 'id' | 'targetId'>;
    store: Pick<RemediationStore, 'appendLog'>;
    steps: Pick<RemediationSteps, 'touched'>;
    directory: string;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  add(text: string): void {
    const { directory, now } = this.#options;
    const clean = stripVTControlCharacters(maskSecretShapes(text))
      .split(directory)
      .join('.')
      .trimEnd();
    if (clean === '') {
      return;
    }
    this.#lines.push({ at: now(), text: clean });
    if (this.#lines.length > MOST_WAITING) {
      this.#lines.shift();
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, FLUSH_MS);
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    const lines = this.#lines;
    this.#lines = [];
    if (lines.length > 0) {
      this.#writing = this.#writing.then(() => this.#write(lines));
    }
  }

  async #write(lines: { at: Date; text: string }[]): Promise<void> {
    const { record, store, steps, logger } = this.#options;
    try {
      await store.appendLog({ id: record.id, lines });
      await steps.touched(record);
    } catch (error) {
      logger.warn(
        `Could not write the log of remediation ${record.id}: ${error}`,
      );
    }
  }
}
