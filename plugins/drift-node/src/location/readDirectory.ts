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

import { InputError, NotFoundError, toError } from '@backstage/errors';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { isBelow } from './LocationPolicy';

const LEFT_OUT = new Set(['.git', 'node_modules']);
const MAX_ENTRIES = 20_000;

/**
 * Reads the matching files of a directory, or the one file that is named. Links
 * are followed as long as they stay below the root.
 *
 * @throws NotFoundError when there is no such path below the root
 * @throws InputError when it is too much
 */
export async function readDirectory(options: {
  root: string;
  /** Below the root. */
  path: string;
  matches: RegExp;
  maxBytes: number;
}): Promise<{ path: string; bytes: Buffer }[]> {
  const { root, path, matches, maxBytes } = options;
  const realRoot = await realPathOf(root);
  const start = await realPathOf(join(realRoot, path));
  if (!isBelow(realRoot, start)) {
    throw new NotFoundError('The path leads out of the location of the entity');
  }
  const files: { path: string; bytes: Buffer }[] = [];
  let bytes = 0;
  let entries = 0;

  async function visit(place: string): Promise<void> {
    entries += 1;
    if (entries > MAX_ENTRIES) {
      throw new InputError(`there are more than ${MAX_ENTRIES} files`);
    }
    const real = await realPathOf(place);
    if (!isBelow(realRoot, real)) {
      throw new InputError(
        `the link ${relative(realRoot, place)} leads out of the location`,
      );
    }
    const facts = await stat(real);
    if (facts.isDirectory()) {
      const names = (await readdir(real)).filter(name => !LEFT_OUT.has(name));
      for (const name of names.sort()) {
        await visit(join(place, name));
      }
    } else if (facts.isFile() && matches.test(place)) {
      bytes += facts.size;
      if (bytes > maxBytes) {
        throw new InputError(
          `the files are larger than ${maxBytes} bytes (drift.tenants.maxDesiredStateBytes)`,
        );
      }
      files.push({
        path: relative(realRoot, place),
        bytes: await readFile(real),
      });
    }
  }
  await visit(start);
  return files;
}

async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = toError(error) as NodeJS.ErrnoException;
    throw code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR'
      ? new NotFoundError('There is no such file or directory')
      : error;
  }
}
