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

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CloudClient } from '../cloud/CloudClient';
import { DEFAULT_ENDPOINT } from '../cloud/startCloud';
import { installProvider } from '../provider/installProvider';
import { copyModule, ExampleModule, exampleModules } from './exampleModules';
import { plantDrift, plantedDrift } from './plantDrift';
import { findTerraform, TerraformTool } from './TerraformTool';

/**
 * Options of {@link prepareDemo}.
 *
 * @public
 */
export interface PrepareDemoOptions {
  /** Root of the repository, which holds `examples`. */
  rootDir: string;
  /** Created when missing; holds the provider, the configuration and work in progress. */
  cacheDir: string;
  /** Progress for people. */
  log(line: string): void;
  /** Where to look for `terraform` and `tofu`: the content of `PATH`. */
  path: string;
  /** The executable, when it is not to be looked for. */
  terraform?: string;
  /** Address of the running cloud; {@link DEFAULT_ENDPOINT} when left out. */
  endpoint?: string;
}

/**
 * What {@link prepareDemo} has done.
 *
 * @public
 */
export interface PreparedDemo {
  /** The executable; undefined when there is none, and then nothing was applied. */
  tool: string | undefined;
  /** For `TF_CLI_CONFIG_FILE`. */
  cliConfigFile: string;
  mirrorDir: string;
  /** `<client>/<module>` applied by this call. */
  applied: string[];
  /** What was changed behind the code's back by this call. */
  planted: string[];
}

/** Terraform waits for processes to start most of the time. */
const APPLIED_AT_ONCE = 2;

/**
 * Installs the provider, applies every example module that has no state yet,
 * and changes by hand what the demonstration is to find. A second call finds
 * everything done and changes nothing.
 *
 * @public
 */
export async function prepareDemo(
  options: PrepareDemoOptions,
): Promise<PreparedDemo> {
  const { rootDir, log, endpoint = DEFAULT_ENDPOINT } = options;
  const cacheDir = resolve(options.cacheDir);
  const installed = await installProvider({ dir: cacheDir });
  const executable = options.terraform ?? (await findTerraform(options.path));
  if (!executable) {
    log(
      'Neither terraform nor tofu is on PATH: the example modules are not applied.',
    );
    return { tool: undefined, ...installed, applied: [], planted: [] };
  }
  const tool = TerraformTool.create({
    executable,
    cliConfigFile: installed.cliConfigFile,
    path: options.path,
  });
  const cloud = CloudClient.create({ endpoint, actor: 'sandbox' });
  const known = await cloud.terraformStates();
  const missing = exampleModules.filter(
    ({ client, name }) => !known.includes(`${client}/${name}`),
  );
  const waiting = [...missing];
  const applyNext = async (): Promise<void> => {
    for (let module = waiting.shift(); module; module = waiting.shift()) {
      log(`Applying ${module.name} for ${module.client}`);
      await apply({ tool, module, rootDir, cacheDir, endpoint });
    }
  };
  await Promise.all(Array.from({ length: APPLIED_AT_ONCE }, applyNext));
  const planted = await plantDrift({ endpoint, plants: plantedDrift });
  for (const line of planted) {
    log(`Changed by hand: ${line}`);
  }
  return {
    tool: executable,
    ...installed,
    applied: missing.map(({ client, name }) => `${client}/${name}`),
    planted,
  };
}

async function apply(options: {
  tool: TerraformTool;
  module: ExampleModule;
  rootDir: string;
  cacheDir: string;
  endpoint: string;
}): Promise<void> {
  const { tool, module, rootDir, cacheDir, endpoint } = options;
  const workRoot = join(cacheDir, 'work');
  await mkdir(workRoot, { recursive: true });
  const dir = await mkdtemp(join(workRoot, `${module.client}-${module.name}-`));
  try {
    await copyModule({ rootDir, module, to: dir, endpoint });
    await tool.runOrThrow(dir, ['init', '-input=false', '-no-color']);
    await tool.runOrThrow(dir, [
      'apply',
      '-auto-approve',
      '-input=false',
      '-no-color',
    ]);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
