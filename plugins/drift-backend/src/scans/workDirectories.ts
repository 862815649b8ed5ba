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

import { mkdtemp, readdir, rm } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';

const NAME = /^drift-scan-(\d+)-/;

/**
 * Makes an empty directory that only this process's user may enter. Its name
 * tells which process it belongs to.
 */
export async function createWorkDirectory(parent = tmpdir()): Promise<string> {
  return mkdtemp(join(parent, `drift-scan-${process.pid}-`));
}

/**
 * Removes the work directories of processes that ended without doing so, e.g.
 * because they were killed: a directory may hold a plan, and a plan secrets.
 *
 * @remarks
 * A process that runs again under the same number, as in a container, has not
 * made any directory yet when this is called at its start.
 *
 * @returns the number of removed directories
 */
export async function removeAbandonedWorkDirectories(
  parent = tmpdir(),
): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(parent, { withFileTypes: true })) {
    const owner = Number(NAME.exec(entry.name)?.[1]);
    const abandoned = owner === process.pid || (owner > 0 && !isAlive(owner));
    if (entry.isDirectory() && abandoned) {
      await rm(join(parent, entry.name), { recursive: true, force: true });
      removed += 1;
    }
  }
  return removed;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of somebody else is alive, too
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
