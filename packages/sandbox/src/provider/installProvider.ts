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

import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

/**
 * Source address of the provider, as `required_providers` names it.
 *
 * @public
 */
export const PROVIDER_SOURCE = 'sandbox.local/infra-hub/sandbox';

/**
 * Version of the provider.
 *
 * @public
 */
export const PROVIDER_VERSION = '0.1.0';

/**
 * Where {@link installProvider} has put things.
 *
 * @public
 */
export interface InstalledProvider {
  /** Root of the filesystem mirror. */
  mirrorDir: string;
  /** For `TF_CLI_CONFIG_FILE`. */
  cliConfigFile: string;
}

const architectures: Record<string, string> = { x64: 'amd64', ia32: '386' };

/** E.g. `linux_amd64`, as Terraform names the machine. */
export function terraformPlatform(machine: {
  platform: string;
  arch: string;
}): string {
  const system =
    machine.platform === 'win32' ? 'windows' : String(machine.platform);
  return `${system}_${architectures[machine.arch] ?? machine.arch}`;
}

/**
 * Bundles the provider and installs it as an unpacked filesystem mirror, with
 * a command line configuration that leads to it. What is already there and
 * equal stays untouched, so that running plans are not disturbed.
 *
 * @public
 */
export async function installProvider(options: {
  /** Created when missing; holds the mirror and the configuration. */
  dir: string;
}): Promise<InstalledProvider> {
  const dir = resolve(options.dir);
  const mirrorDir = join(dir, 'mirror');
  const providerDir = join(
    mirrorDir,
    PROVIDER_SOURCE,
    PROVIDER_VERSION,
    terraformPlatform(process),
  );
  await mkdir(providerDir, { recursive: true });
  await replaceFile(join(providerDir, 'provider.cjs'), await bundle());
  // Node takes the last part of a name with a version for a file extension,
  // so the executable is a shell script beside the program.
  const executable = join(
    providerDir,
    `terraform-provider-sandbox_v${PROVIDER_VERSION}`,
  );
  await replaceFile(executable, wrapper(process.execPath), 0o755);
  const cliConfigFile = await writeCliConfig({ dir, mirrorDir });
  return { mirrorDir, cliConfigFile };
}

/**
 * Writes a command line configuration for Terraform and OpenTofu that takes
 * the sandbox provider from the mirror, all others from where they usually
 * come, and asks nobody for new versions.
 *
 * @public
 */
export async function writeCliConfig(options: {
  dir: string;
  mirrorDir: string;
}): Promise<string> {
  const file = join(resolve(options.dir), 'terraform.tfrc');
  await mkdir(dirname(file), { recursive: true });
  await replaceFile(
    file,
    `provider_installation {
  filesystem_mirror {
    path    = ${JSON.stringify(resolve(options.mirrorDir))}
    include = ["sandbox.local/*/*"]
  }
  direct {
    exclude = ["sandbox.local/*/*"]
  }
}
disable_checkpoint = true
`,
  );
  return file;
}

/** The node that installs is the one that fits; any other is better than none. */
function wrapper(node: string): string {
  return `#!/bin/sh
program="$(dirname "$0")/provider.cjs"
node=${shellQuote(node)}
[ -x "$node" ] || node=node
exec "$node" "$program"
`;
}

function shellQuote(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

async function bundle(): Promise<string> {
  const root = dirname(
    require.resolve('@infra-hub/drift-sandbox/package.json'),
  );
  const result = await build({
    absWorkingDir: root,
    entryPoints: ['src/provider/main.ts'],
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    legalComments: 'none',
    write: false,
    logLevel: 'silent',
  });
  return result.outputFiles[0].text;
}

async function replaceFile(
  file: string,
  content: string,
  mode = 0o644,
): Promise<void> {
  if ((await readIfThere(file)) === content) {
    return;
  }
  const suffix = createHash('sha256')
    .update(`${process.pid} ${content}`)
    .digest('hex')
    .slice(0, 8);
  const temporary = `${file}.${suffix}.tmp`;
  await writeFile(temporary, content, { mode });
  await rename(temporary, file);
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
