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

import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { toError } from '@backstage/errors';
import { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import { isBelow } from '@infra-hub/backstage-plugin-drift-node';
import { secretLiterals } from '../secrets/secretLiterals';

const CODE_FILE = /\.(tf|tofu|tfvars|tf\.json|tofu\.json|tfvars\.json)$/;
const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FILES = 2_000;

/** What can be told from the code without understanding it. */
export interface ModuleFacts {
  /** Absent when none is declared: Terraform then keeps the state beside the code. */
  backend?: string;
  blindSpots: BlindSpot[];
  /** Values that look like secrets. */
  secrets: string[];
  hasLockFile: boolean;
}

/**
 * Looks at the code of the root module, and after `init` at the local modules
 * that it calls.
 *
 * @param codeRoot - Nothing outside of it is read.
 */
export async function readModuleFacts(
  moduleDir: string,
  codeRoot: string,
): Promise<ModuleFacts> {
  const root = await readCode(moduleDir);
  const called = (
    await Promise.all(
      (await calledModuleDirs(moduleDir, codeRoot)).map(readCode),
    )
  ).join('\n');
  return {
    backend: declaredBackend(root),
    blindSpots: writeOnlyBlindSpots(`${root}\n${called}`),
    secrets: secretLiterals(`${root}\n${called}`),
    hasLockFile: await exists(join(moduleDir, '.terraform.lock.hcl')),
  };
}

export function declaredBackend(code: string): string | undefined {
  const stripped = code.replace(/^\s*(#|\/\/).*$/gm, '');
  const backend = /\bbackend"?\s*:?\s*\{?\s*"([a-z0-9_-]+)"\s*:?\s*\{/.exec(
    stripped,
  )?.[1];
  if (backend) {
    return backend;
  }
  return /^\s*cloud\s*\{/m.test(stripped) || /"cloud"\s*:\s*\{/.test(stripped)
    ? 'cloud'
    : undefined;
}

/** By the naming convention of providers, the only thing that tells without reading their schemas. */
export function writeOnlyBlindSpots(code: string): BlindSpot[] {
  const names = new Set(
    [...code.matchAll(/^\s*([a-z][a-z0-9_]*_wo)\s*=/gm)].map(match => match[1]),
  );
  return [...names].sort().map(name => ({
    scope: name,
    reason:
      'Write-only arguments are never stored and never read back, so a change of this one outside of Terraform cannot be seen.',
  }));
}

async function readCode(directory: string): Promise<string> {
  const texts: string[] = [];
  for (const { name, path, isDirectory } of await readEntries(directory)) {
    if (isDirectory || !CODE_FILE.test(name)) {
      continue;
    }
    if (texts.length < MAX_FILES && (await stat(path)).size <= MAX_FILE_BYTES) {
      texts.push(await readFile(path, 'utf8'));
    }
  }
  return texts.join('\n');
}

/**
 * Files and directories of a directory, those behind links too: Terraform follows
 * them, and those of a private copy stay inside of it.
 */
export async function readEntries(
  directory: string,
): Promise<{ name: string; path: string; isDirectory: boolean }[]> {
  const found = await Promise.all(
    (
      await readdir(directory)
    ).map(async name => {
      const path = join(directory, name);
      // Undefined behind a link that leads nowhere
      const facts = await stat(path).catch(() => undefined);
      return facts?.isFile() || facts?.isDirectory()
        ? [{ name, path, isDirectory: facts.isDirectory() }]
        : [];
    }),
  );
  return found.flat();
}

/** From the manifest that `init` writes: `{"Modules":[{"Key":"a","Source":"./a","Dir":"a"}]}`. */
export async function calledModuleDirs(
  moduleDir: string,
  codeRoot: string,
): Promise<string[]> {
  let manifest: unknown;
  try {
    manifest = JSON.parse(
      await readFile(
        join(moduleDir, '.terraform/modules/modules.json'),
        'utf8',
      ),
    );
  } catch (error) {
    if ((toError(error) as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
  const root = await realpath(codeRoot);
  const dirs = new Set<string>();
  for (const dir of manifestDirs(manifest)) {
    const path = await realpath(join(moduleDir, dir)).catch(() => undefined);
    if (path && path !== moduleDir && isBelow(root, path)) {
      dirs.add(path);
    }
  }
  return [...dirs];
}

function manifestDirs(manifest: unknown): string[] {
  if (typeof manifest !== 'object' || manifest === null) {
    return [];
  }
  const modules = 'Modules' in manifest ? manifest.Modules : undefined;
  return (Array.isArray(modules) ? modules : []).flatMap((module: unknown) =>
    typeof module === 'object' &&
    module !== null &&
    'Dir' in module &&
    typeof module.Dir === 'string'
      ? [module.Dir]
      : [],
  );
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
