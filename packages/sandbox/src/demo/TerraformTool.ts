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

import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** What a command printed and how it ended. */
export interface ToolResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/**
 * Terraform or OpenTofu, run with an environment that holds nothing but what
 * the sandbox needs.
 */
export class TerraformTool {
  readonly #environment: Record<string, string>;

  static create(options: {
    /** Path of the executable. */
    executable: string;
    /** For `TF_CLI_CONFIG_FILE`. */
    cliConfigFile: string;
    /** The search path of the caller, for the provider and for git. */
    path: string;
  }): TerraformTool {
    return new TerraformTool(options.executable, {
      PATH: options.path,
      TF_CLI_CONFIG_FILE: options.cliConfigFile,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
    });
  }

  private constructor(
    readonly executable: string,
    environment: Record<string, string>,
  ) {
    this.#environment = environment;
  }

  /** Ends whatever the exit code; see {@link TerraformTool.runOrThrow}. */
  async run(
    cwd: string,
    args: string[],
    extraEnvironment: Record<string, string> = {},
  ): Promise<ToolResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(this.executable, args, {
        cwd,
        env: { ...this.#environment, HOME: cwd, ...extraEnvironment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      child.stdout.on('data', chunk => stdout.push(chunk));
      child.stderr.on('data', chunk => stderr.push(chunk));
      child.once('error', reject);
      child.once('close', code =>
        resolve({
          exitCode: code ?? 1,
          stdout: Buffer.concat(stdout).toString('utf8'),
          stderr: Buffer.concat(stderr).toString('utf8'),
        }),
      );
    });
  }

  /** Throws with the tool's own words unless it ends with 0. */
  async runOrThrow(cwd: string, args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(cwd, args);
    if (exitCode !== 0) {
      throw new Error(
        `${this.executable} ${args[0]} ended with ${exitCode}:\n${
          stderr || stdout
        }`.trim(),
      );
    }
    return stdout;
  }
}

/**
 * The first of `terraform` and `tofu` on the search path.
 *
 * @public
 */
export async function findTerraform(path: string): Promise<string | undefined> {
  for (const name of ['terraform', 'tofu']) {
    for (const dir of path.split(delimiter)) {
      const candidate = join(dir, name);
      if (dir !== '' && (await isExecutable(candidate))) {
        return candidate;
      }
    }
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
