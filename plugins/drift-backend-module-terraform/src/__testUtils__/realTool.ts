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

import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

function findProgram(...names: string[]): string | undefined {
  for (const name of names) {
    for (const directory of (process.env.PATH ?? '').split(delimiter)) {
      const path = join(directory, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here.
      }
    }
  }
  return undefined;
}

/** Absolute path of Terraform or OpenTofu; empty when neither is installed. */
export const realTool = findProgram('terraform', 'tofu') ?? '';

if (realTool === '') {
  process.stderr.write('skipped: terraform not installed\n');
}

/** `describe` where the real tool is installed. */
export const describeWithTool = realTool === '' ? describe.skip : describe;

/** Runs the tool as a person would; rejects with its words when it fails. */
export async function runTool(
  args: string[],
  options: {
    cwd: string;
    cliConfigFile?: string;
    env?: Record<string, string>;
  },
): Promise<string> {
  const { stdout } = await promisify(execFile)(realTool, args, {
    cwd: options.cwd,
    env: {
      PATH: process.env.PATH,
      HOME: options.cwd,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_CLI_CONFIG_FILE: options.cliConfigFile ?? '/dev/null',
      ...options.env,
    },
  });
  return stdout;
}
