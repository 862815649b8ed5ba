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

import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { startCloud, StartCloudOptions } from '../cloud/startCloud';
import { TerraformTool, ToolResult } from '../demo/TerraformTool';
import { installProvider } from '../provider/installProvider';

/** The executable that the tests use, when there is one. */
export const terraform = ['terraform', 'tofu']
  .flatMap(name => searchPath().map(dir => join(dir, name)))
  .find(isExecutable);

/** `describe` with real Terraform or OpenTofu; says so when there is none. */
export const describeWithTerraform = terraform ? describe : describe.skip;

if (!terraform) {
  process.stderr.write('skipped: terraform not installed\n');
}

export function searchPath(): string[] {
  return (process.env.PATH ?? '').split(delimiter).filter(dir => dir !== '');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A plan as `show -json` prints it, as far as the tests look. */
export interface PlanJson {
  errored: boolean;
  resource_drift?: PlanEntry[];
  resource_changes?: PlanEntry[];
}

interface PlanEntry {
  address: string;
  action_reason?: string;
  change: {
    actions: string[];
    before: Record<string, unknown>;
    after: Record<string, unknown>;
    before_sensitive: unknown;
    after_sensitive: unknown;
    replace_paths?: unknown;
  };
}

const applyArguments = ['apply', '-auto-approve', '-input=false', '-no-color'];

/** A cloud, an installed provider and a root module to play with. */
export async function createWorkbench(
  options: StartCloudOptions & { client?: string } = {},
) {
  const { client = 'acme', ...cloudOptions } = options;
  const dir = await mkdtemp(join(tmpdir(), 'drift-sandbox-'));
  const cloud = await startCloud({ port: 0, ...cloudOptions });
  const { cliConfigFile } = await installProvider({ dir: join(dir, 'cache') });
  const tool = TerraformTool.create({
    executable: terraform ?? 'terraform',
    cliConfigFile,
    path: searchPath().join(delimiter),
  });
  const moduleDir = join(dir, 'module');
  await mkdir(moduleDir);

  const run = (
    args: string[],
    environment?: Record<string, string>,
  ): Promise<ToolResult> => tool.run(moduleDir, args, environment);

  return {
    cloud,
    moduleDir,
    run,
    /** Replaces the resources of the module. */
    async write(resources: string): Promise<void> {
      await writeFile(
        join(moduleDir, 'main.tf'),
        `${header(cloud.url, client)}\n${resources}`,
      );
    },
    async init(): Promise<void> {
      await tool.runOrThrow(moduleDir, ['init', '-input=false', '-no-color']);
    },
    async apply(): Promise<ToolResult> {
      return run(applyArguments);
    },
    async applyOrThrow(): Promise<void> {
      await tool.runOrThrow(moduleDir, applyArguments);
    },
    async plan(
      environment?: Record<string, string>,
    ): Promise<ToolResult & { json: PlanJson }> {
      const result = await run(
        [
          'plan',
          '-input=false',
          '-no-color',
          '-detailed-exitcode',
          '-out=tfplan',
        ],
        environment,
      );
      const shown = await run(['show', '-json', 'tfplan']);
      return {
        ...result,
        json: shown.exitCode === 0 ? JSON.parse(shown.stdout) : {},
      };
    },
    async close(): Promise<void> {
      await cloud.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function header(endpoint: string, client: string): string {
  return `
terraform {
  required_providers {
    sandbox = {
      source  = "sandbox.local/infra-hub/sandbox"
      version = "0.1.0"
    }
  }
  backend "http" {
    address        = "${endpoint}/tfstate/${client}/test"
    lock_address   = "${endpoint}/tfstate/${client}/test"
    unlock_address = "${endpoint}/tfstate/${client}/test"
  }
}
provider "sandbox" {
  endpoint = "${endpoint}"
  client   = "${client}"
}
`;
}
