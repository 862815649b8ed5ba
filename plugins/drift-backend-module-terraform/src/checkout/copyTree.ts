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

import { constants, Dirent } from 'node:fs';
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  realpath,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { InputError, toError } from '@backstage/errors';
import { isBelow } from '@infra-hub/backstage-plugin-drift-node';

export interface TreeLimits {
  maxFiles: number;
  maxBytes: number;
}

/** Never part of a scan: downloaded again, or of no use to Terraform. */
export const LEFT_OUT = new Set(['.git', '.terraform', 'node_modules']);

const LOCK_INFO = /^\..*\.lock\.info$/;

/** Counts what a tree costs; shared by copies and downloads. */
export class TreeMeter {
  readonly #limits: TreeLimits;
  #files = 0;
  #bytes = 0;

  constructor(limits: TreeLimits) {
    this.#limits = limits;
  }

  add(bytes: number): void {
    this.#files += 1;
    this.#bytes += bytes;
  }

  /** What limit is exceeded, as a sentence. */
  get problem(): string | undefined {
    if (this.#files > this.#limits.maxFiles) {
      return `The code has more than ${
        this.#limits.maxFiles
      } files (drift.terraform.limits.maxFiles)`;
    }
    if (this.#bytes > this.#limits.maxBytes) {
      const megabytes = Math.floor(this.#limits.maxBytes / 1024 / 1024);
      return `The code is bigger than ${megabytes} MB (drift.terraform.limits.maxMegabytes)`;
    }
    return undefined;
  }
}

class TreeCopy {
  readonly #root: string;
  readonly #signal: AbortSignal;
  readonly #meter: TreeMeter;
  skippedLinks = 0;

  constructor(
    root: string,
    options: { limits: TreeLimits; signal: AbortSignal },
  ) {
    this.#root = root;
    this.#signal = options.signal;
    this.#meter = new TreeMeter(options.limits);
  }

  async directory(from: string, to: string): Promise<void> {
    await mkdir(to, { recursive: true });
    for (const entry of await readdir(from, { withFileTypes: true })) {
      this.#signal.throwIfAborted();
      if (!LEFT_OUT.has(entry.name) && !LOCK_INFO.test(entry.name)) {
        await this.#entry(entry, join(from, entry.name), join(to, entry.name));
      }
    }
  }

  async #entry(entry: Dirent, from: string, to: string): Promise<void> {
    if (entry.isDirectory()) {
      await this.directory(from, to);
    } else if (entry.isFile()) {
      this.#meter.add((await lstat(from)).size);
      if (this.#meter.problem) {
        throw new InputError(this.#meter.problem);
      }
      await copyFile(from, to, constants.COPYFILE_FICLONE);
    } else if (entry.isSymbolicLink()) {
      await this.#link(from, to);
    }
  }

  async #link(from: string, to: string): Promise<void> {
    const target = await targetInside(this.#root, from);
    if (target === undefined) {
      this.skippedLinks += 1;
    } else {
      await symlink(relative(dirname(from), target) || '.', to);
    }
  }
}

/**
 * Copies a directory. Symbolic links that stay inside are kept, others are left
 * out; so are devices, pipes and sockets.
 *
 * @returns The number of links left out.
 * @throws InputError when a limit is exceeded or the directory does not exist.
 */
export async function copyTree(options: {
  from: string;
  to: string;
  limits: TreeLimits;
  signal: AbortSignal;
}): Promise<{ skippedLinks: number }> {
  const root = await realpath(options.from).catch(error => {
    throw (toError(error) as NodeJS.ErrnoException).code === 'ENOENT'
      ? new InputError('The directory of the code does not exist')
      : error;
  });
  const copy = new TreeCopy(root, options);
  await copy.directory(root, options.to);
  return { skippedLinks: copy.skippedLinks };
}

/**
 * Takes symbolic links that lead out of the tree, directly or through others,
 * away from a tree that somebody else unpacked.
 *
 * @returns The number of links taken away.
 */
export async function removeEscapingLinks(root: string): Promise<number> {
  const realRoot = await realpath(root);
  let removed = 0;
  for (const entry of await readdir(realRoot, {
    recursive: true,
    withFileTypes: true,
  })) {
    const path = join(entry.parentPath, entry.name);
    if (
      entry.isSymbolicLink() &&
      (await targetInside(realRoot, path)) === undefined
    ) {
      await rm(path);
      removed += 1;
    }
  }
  return removed;
}

/** Where a link really leads, if that exists inside of the root. */
async function targetInside(
  root: string,
  link: string,
): Promise<string | undefined> {
  try {
    const target = await realpath(link);
    return isBelow(root, target) ? target : undefined;
  } catch (error) {
    const { code } = toError(error) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP') {
      return undefined;
    }
    throw error;
  }
}
