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

import { execFile, spawnSync } from 'node:child_process';

const isInstalled =
  spawnSync('kubectl', ['version', '--client'], { stdio: 'ignore' }).status ===
  0;

if (!isInstalled) {
  process.stderr.write('skipped: kubectl not installed\n');
}

/** `describe` where kubectl is installed. */
export const describeWithKubectl = isInstalled ? describe : describe.skip;

/** Runs kubectl and gives its exit code and output. */
export async function kubectl(
  args: string[],
): Promise<{ exitCode: number; output: string }> {
  return await new Promise(resolve => {
    execFile(
      'kubectl',
      args,
      { maxBuffer: 100_000_000 },
      (error, stdout, stderr) =>
        resolve({
          exitCode: typeof error?.code === 'number' ? error.code : 0,
          output: `${stdout}${stderr}`,
        }),
    );
  });
}
