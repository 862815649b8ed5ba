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

import { chown, lstat, mkdir } from 'node:fs/promises';
import { Mutex } from '../runner/Mutex';

/** By directory: a second source in the same process must wait for the first one. */
const turnsOf = new Map<string, Mutex>();

/**
 * The directory in which Terraform shares provider packages between scans.
 *
 * @remarks
 *
 * Terraform does not promise that two `init` may use one such directory at once,
 * so they take turns. Turns are per process: replicas should not share a directory.
 */
export class PluginCache {
  readonly #directory: string;
  readonly #runAs?: { uid: number; gid: number };
  readonly #turns: Mutex;

  constructor(options: {
    directory: string;
    runAs?: { uid: number; gid: number };
  }) {
    this.#directory = options.directory;
    this.#runAs = options.runAs;
    this.#turns = turnsOf.get(options.directory) ?? new Mutex();
    turnsOf.set(options.directory, this.#turns);
  }

  /**
   * Does the work with the directory all to itself.
   *
   * @param work - Is given no directory when somebody else could have put a
   *   program into it.
   */
  async use<T>(
    signal: AbortSignal,
    work: (directory: string | undefined) => Promise<T>,
  ): Promise<T> {
    return await this.#turns.run(signal, async () =>
      work((await this.prepare()) ? this.#directory : undefined),
    );
  }

  /** Makes the directory; false when it belongs to somebody else. */
  async prepare(): Promise<boolean> {
    const made = await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    if (made !== undefined && this.#runAs) {
      await chown(this.#directory, this.#runAs.uid, this.#runAs.gid);
    }
    const { uid, mode } = await lstat(this.#directory);
    const expected = this.#runAs?.uid ?? process.getuid?.();
    const writableByOthers = (mode & 0o022) !== 0;
    return uid === expected && !writableByOthers;
  }
}
