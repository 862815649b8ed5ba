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

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../cloud/startCloud';
import { copyModule, exampleModules, ExampleModule } from './exampleModules';
import { prepareDemo } from './prepareDemo';
import { recordedPlan } from './recordedPlan';
import { TerraformTool } from './TerraformTool';

/**
 * Plans every example module after the planted changes in a cloud of its own
 * and writes what `show -json` says, without secrets, to
 * `<outDir>/<client>--<module>.json`.
 */
export async function recordPlans(options: {
  rootDir: string;
  outDir: string;
  path: string;
  log(line: string): void;
}): Promise<string[]> {
  const { rootDir, outDir, path, log } = options;
  const work = await mkdtemp(join(tmpdir(), 'drift-sandbox-record-'));
  const cloud = await startCloud({ port: 0 });
  try {
    const prepared = await prepareDemo({
      rootDir,
      cacheDir: join(work, 'cache'),
      log,
      path,
      endpoint: cloud.url,
    });
    if (!prepared.tool) {
      throw new Error('Recording plans needs terraform or tofu on PATH');
    }
    const tool = TerraformTool.create({
      executable: prepared.tool,
      cliConfigFile: prepared.cliConfigFile,
      path,
    });
    await mkdir(outDir, { recursive: true });
    const files: string[] = [];
    for (const module of exampleModules) {
      const dir = join(work, module.client, module.name);
      await copyModule({ rootDir, module, to: dir, endpoint: cloud.url });
      const plan = recordedPlan(await planJson(tool, dir));
      const file = join(outDir, recordedFileName(module));
      await writeFile(file, `${JSON.stringify(plan, undefined, 2)}\n`);
      log(`Recorded ${recordedFileName(module)}`);
      files.push(file);
    }
    return files;
  } finally {
    await cloud.stop();
    await rm(work, { recursive: true, force: true });
  }
}

export function recordedFileName({ client, name }: ExampleModule): string {
  return `${client}--${name}.json`;
}

async function planJson(tool: TerraformTool, dir: string): Promise<string> {
  await tool.runOrThrow(dir, ['init', '-input=false', '-no-color']);
  const { exitCode, stderr } = await tool.run(dir, [
    'plan',
    '-input=false',
    '-lock=false',
    '-no-color',
    '-detailed-exitcode',
    '-out=tfplan',
  ]);
  if (exitCode !== 0 && exitCode !== 2) {
    throw new Error(`The plan ended with ${exitCode}:\n${stderr}`);
  }
  return tool.runOrThrow(dir, ['show', '-json', 'tfplan']);
}
