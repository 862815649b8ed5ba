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

import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * What was written last; undefined when nothing was.
 *
 * @param what - Begins the sentence about a file that cannot be read.
 */
export async function readStateFile<T>(
  file: string,
  what: string,
): Promise<T | undefined> {
  await mkdir(dirname(file), { recursive: true });
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new Error(`${what} is not JSON; delete it to start afresh`, {
      cause: error,
    });
  }
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
export async function writeStateFile(
  file: string,
  content: string,
): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Writes a state file in the background after changes, never twice at once. */
export class StateWriter {
  readonly #file: string | undefined;
  readonly #stateOf: () => unknown;
  #saving: Promise<void> | undefined;
  #dirty = false;

  /** @param file - Nothing is written without one. */
  constructor(file: string | undefined, stateOf: () => unknown) {
    this.#file = file;
    this.#stateOf = stateOf;
  }

  /** Call after every change. */
  changed(): void {
    if (!this.#file) {
      return;
    }
    this.#dirty = true;
    this.#saving ??= this.#writeWhileDirty(this.#file).finally(() => {
      this.#saving = undefined;
    });
    // Whoever waits for `settled` learns of a failure; nobody else has to.
    this.#saving.catch(() => undefined);
  }

  /** Resolves when everything is on disk. */
  async settled(): Promise<void> {
    await this.#saving;
  }

  async #writeWhileDirty(file: string): Promise<void> {
    while (this.#dirty) {
      // Everything that changes in this turn shares the write.
      await Promise.resolve();
      this.#dirty = false;
      await writeStateFile(file, JSON.stringify(this.#stateOf()));
    }
  }
}
