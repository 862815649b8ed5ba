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

import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { scanHcl } from '@infra-hub/drift-engine';
import {
  calledModuleDirs,
  ModuleFacts,
  readEntries,
} from '../terraform/moduleFacts';
import { canonicalText } from './planHash';

/** Blocks that decide with what, and where, a plan is applied. */
const SETTING_BLOCKS = new Set(['provider', 'terraform']);

/** What a private copy holds beside the code. */
const NOT_CODE = new Set(['.terraform', 'errored.tfstate']);

/**
 * A digest of the code that applying a saved plan runs, or depends on, and that the
 * plan does not show: provider and backend settings, the providers themselves, and,
 * where a module has provisioners, write-only arguments or data that is read while
 * applying, every file of the code, since those may run or send any of them. Links
 * are followed, as Terraform does.
 */
export async function digestOfRunningCode(options: {
  moduleDir: string;
  codeRoot: string;
  facts: ModuleFacts;
  salt: string;
  deferredReads: boolean;
}): Promise<string> {
  const { moduleDir, codeRoot } = options;
  const root = await realpath(codeRoot);
  const directories = [
    await realpath(moduleDir),
    ...(await calledModuleDirs(moduleDir, codeRoot)),
  ].sort();
  const settings: string[] = [];
  let runsCode = options.deferredReads;
  for (const directory of directories) {
    for (const entry of await readEntries(directory)) {
      if (entry.isDirectory) {
        continue;
      }
      if (/\.(tf|tofu)\.json$/.test(entry.name)) {
        runsCode = true;
      } else if (/\.(tf|tofu)$/.test(entry.name)) {
        const text = await readFile(entry.path, 'utf8');
        const read = readSettings(text);
        settings.push(
          ...read.settings.map(setting =>
            canonicalText([relative(root, directory), setting]),
          ),
        );
        runsCode ||= read.runsCode;
      }
    }
  }
  const hash = createHash('sha256').update(options.salt);
  hash.update(canonicalText(settings.sort()));
  hash.update(canonicalText(await providerVersions(moduleDir)));
  if (runsCode) {
    const seen = new Set<string>();
    // Commands may stand beside the modules; downloaded modules are in no other place.
    for (const directory of [root, ...directories]) {
      await hashFiles(directory, { root, hash, seen });
    }
  }
  return hash.digest('hex');
}

/** @returns Texts of blocks, and whether everything may be run or used by them. */
function readSettings(text: string): { settings: string[]; runsCode: boolean } {
  const file = scanHcl(text);
  if (file.error) {
    return { settings: [], runsCode: true };
  }
  const settings = file.body.blocks
    .filter(block => SETTING_BLOCKS.has(block.type))
    .map(block => text.slice(block.start, block.end));
  const provisions = file.body.blocks.some(
    block =>
      block.type === 'resource' &&
      block.body.blocks.some(inner => inner.type === 'provisioner'),
  );
  return {
    settings,
    runsCode:
      provisions ||
      // Neither is in any plan.
      /^\s*[a-z]\w*_wo\s*=/m.test(text) ||
      // A setting may come from anywhere in the module.
      settings.some(setting => /\blocal\./.test(setting)),
  };
}

/** Which providers `init` chose: `[address, version]`. */
async function providerVersions(moduleDir: string): Promise<string[][]> {
  const text = await readFile(
    join(moduleDir, '.terraform.lock.hcl'),
    'utf8',
  ).catch(() => '');
  return scanHcl(text)
    .body.blocks.filter(block => block.type === 'provider')
    .map(block => {
      const version = block.body.attributes.find(
        attribute => attribute.name === 'version',
      );
      return [
        block.labels.join('.'),
        version ? text.slice(version.valueStart, version.end) : '',
      ];
    })
    .sort();
}

async function hashFiles(
  directory: string,
  options: {
    root: string;
    hash: ReturnType<typeof createHash>;
    /** Directories that were hashed: links may lead to one again. */
    seen: Set<string>;
  },
): Promise<void> {
  const { root, hash, seen } = options;
  const real = await realpath(directory);
  if (seen.has(real)) {
    return;
  }
  seen.add(real);
  const entries = await readEntries(real);
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  for (const { name, path, isDirectory } of entries) {
    if (NOT_CODE.has(name)) {
      continue;
    }
    if (isDirectory) {
      await hashFiles(path, options);
    } else {
      const content = createHash('sha256').update(await readFile(path));
      hash.update(canonicalText([relative(root, path), content.digest('hex')]));
    }
  }
}
