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

import { constants } from 'node:fs';
import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { toError } from '@backstage/errors';
import { childEnvironment } from '../runner/childEnvironment';
import { runProcess } from '../runner/runProcess';

const VERSION_TIMEOUT_MS = 15_000;

/** Older ones have no trustworthy `resource_drift` (Terraform pull request 28975). */
const MIN_VERSION = [1, 0] as const;

export interface ToolVersion {
  name: 'terraform' | 'tofu';
  version: string;
}

export type LocatedTool =
  | { ok: true; path: string; tool: ToolVersion }
  | { ok: false; missing: boolean; message: string };

/** Finds Terraform or OpenTofu and knows its version. */
export class TerraformTool {
  readonly #binary: string | undefined;
  readonly #path: string;
  readonly #workingDirectory: string;
  #known?: { key: string; tool: ToolVersion };

  constructor(options: {
    /** Name or absolute path; the first of terraform and tofu when absent. */
    binary?: string;
    /** Value of PATH. */
    path: string;
    /** Where temporary directories may be made. */
    workingDirectory: string;
  }) {
    this.#binary = options.binary;
    this.#path = options.path;
    this.#workingDirectory = options.workingDirectory;
  }

  async locate(signal: AbortSignal): Promise<LocatedTool> {
    const path = await this.#find();
    if (path === undefined) {
      return { ok: false, missing: true, message: this.#missingMessage() };
    }
    const { mtimeMs, size } = await stat(path);
    const key = `${path}:${mtimeMs}:${size}`;
    if (this.#known?.key !== key) {
      const tool = await this.#readVersion(path, signal);
      if (tool === undefined) {
        return {
          ok: false,
          missing: false,
          message: `The program ${basename(
            path,
          )} on the machine of the backend does not answer to its version command like Terraform or OpenTofu.`,
        };
      }
      this.#known = { key, tool };
    }
    const { tool } = this.#known;
    return isTooOld(tool)
      ? {
          ok: false,
          missing: false,
          message: `${tool.name} ${tool.version} is too old to tell drift from other changes: install version 1.0 or newer.`,
        }
      : { ok: true, path, tool };
  }

  async #find(): Promise<string | undefined> {
    if (this.#binary !== undefined && isAbsolute(this.#binary)) {
      return (await isExecutable(this.#binary)) ? this.#binary : undefined;
    }
    const names =
      this.#binary === undefined ? ['terraform', 'tofu'] : [this.#binary];
    for (const name of names) {
      for (const directory of this.#path.split(delimiter)) {
        const candidate = join(directory, name);
        // An empty or relative part of PATH would mean "wherever we happen to be".
        if (isAbsolute(directory) && (await isExecutable(candidate))) {
          return candidate;
        }
      }
    }
    return undefined;
  }

  #missingMessage(): string {
    const install =
      'Install Terraform (https://developer.hashicorp.com/terraform/install) or OpenTofu (https://opentofu.org/docs/intro/install/) on the machine that runs the Backstage backend';
    return this.#binary === undefined
      ? `Terraform is not installed: neither terraform nor tofu is on the PATH. ${install}, or set drift.terraform.binary.`
      : `Terraform is not installed: drift.terraform.binary names a program that is not there. ${install}, or correct the setting.`;
  }

  async #readVersion(
    path: string,
    signal: AbortSignal,
  ): Promise<ToolVersion | undefined> {
    const directory = await mkdtemp(
      join(this.#workingDirectory, 'drift-terraform-version-'),
    );
    try {
      const result = await runProcess({
        command: path,
        args: ['version'],
        cwd: directory,
        env: childEnvironment({
          path: this.#path,
          home: directory,
          temporary: directory,
          cliConfigFile: '/dev/null',
          configured: [],
        }),
        signal,
        timeoutMs: VERSION_TIMEOUT_MS,
        graceMs: 1_000,
        maxOutputBytes: 64 * 1024,
      });
      signal.throwIfAborted();
      return result.exitCode === 0 ? parseVersion(result.stdout) : undefined;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }
}

/** Reads the first line of `terraform version`. The JSON form does not tell Terraform from OpenTofu. */
export function parseVersion(text: string): ToolVersion | undefined {
  const match = /^(Terraform|OpenTofu) v(\d+\.\d+\.\d+\S*)/m.exec(text);
  return match
    ? {
        name: match[1] === 'OpenTofu' ? 'tofu' : 'terraform',
        version: match[2],
      }
    : undefined;
}

function isTooOld(tool: ToolVersion): boolean {
  const [major, minor] = tool.version.split('.').map(Number);
  return (
    major < MIN_VERSION[0] ||
    (major === MIN_VERSION[0] && minor < MIN_VERSION[1])
  );
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    const { code } = toError(error) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR') {
      return false;
    }
    throw error;
  }
}
