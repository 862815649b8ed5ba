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

import { spawnSync } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  createWorkDirectory,
  removeAbandonedWorkDirectories,
} from './workDirectories';

describe('work directories', () => {
  const parent = mkdtempSync(join(tmpdir(), 'work-directories-test-'));
  afterAll(() => rmSync(parent, { recursive: true }));

  it('can be entered by their owner only', async () => {
    const directory = await createWorkDirectory(parent);

    expect(statSync(directory).mode % 0o1000).toBe(0o700);
    rmSync(directory, { recursive: true });
  });

  it('are removed when their process has ended, and kept while it lives', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const abandoned = join(parent, `drift-scan-${pid}-abc123`);
    const living = join(parent, `drift-scan-${process.ppid}-abc123`);
    const foreign = join(parent, 'somebody-elses');
    for (const directory of [abandoned, living, foreign]) {
      mkdirSync(join(directory, 'inside'), { recursive: true });
    }

    expect(await removeAbandonedWorkDirectories(parent)).toBe(1);

    expect(existsSync(abandoned)).toBe(false);
    expect(existsSync(living)).toBe(true);
    expect(existsSync(foreign)).toBe(true);
  });
});
