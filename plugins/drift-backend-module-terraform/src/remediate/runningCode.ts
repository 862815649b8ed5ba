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
import {
  HclBlock,
  HclBody,
  referencesInBody,
  scanHcl,
} from '@infra-hub/drift-engine';
import {
  calledModuleDirs,
  ModuleFacts,
  readEntries,
} from '../terraform/moduleFacts';
import { canonicalText } from './planHash';

/** Blocks that decide with what, and where, a plan is applied. */
const SETTING_BLOCKS = new Set(['provider', 'terraform']);

/** Arguments by which a block chooses one of several settings. */
const CHOICES = new Set(['provider', 'providers']);

/** What settings of the root module may refer to that is hashed elsewhere. */
const HASHED_ROOTS = new Set(['var', 'path', 'terraform', 'each']);

/** What a private copy holds beside the code. */
const NOT_CODE = new Set(['.terraform', 'errored.tfstate']);

/**
 * A digest of the code that applying a saved plan runs, or depends on, and that the
 * plan does not show: provider and backend settings, which of them each block
 * chooses, the providers themselves, and, where a module has provisioners,
 * write-only arguments, settings that come from elsewhere or data that is read
 * while applying, every file of the code, since those may run or send any of them.
 * Links are followed, as Terraform does.
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
  const rootModule = await realpath(moduleDir);
  const directories = [
    rootModule,
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
        const read = readSettings(text, directory === rootModule);
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

/** @returns Texts of settings, and whether everything may be run or used by them. */
function readSettings(
  text: string,
  isRootModule: boolean,
): { settings: string[]; runsCode: boolean } {
  const file = scanHcl(text);
  if (file.error) {
    return { settings: [], runsCode: true };
  }
  const { blocks } = file.body;
  const settings = blocks.filter(block => SETTING_BLOCKS.has(block.type));
  return {
    settings: [
      ...settings.map(block => text.slice(block.start, block.end)),
      ...choicesIn(text, file.body, []),
    ],
    runsCode:
      blocks.some(runsPrograms) ||
      // Neither is in any plan.
      holdsWriteOnly(file.body) ||
      settings.some(block => comesFromElsewhere(text, block, isRootModule)),
  };
}

/** A plan names the provider of a resource, and not which settings of it. */
function choicesIn(text: string, body: HclBody, way: string[]): string[] {
  return [
    ...body.attributes
      .filter(attribute => way.length > 0 && CHOICES.has(attribute.name))
      .map(({ start, end }) => canonicalText([way, text.slice(start, end)])),
    ...body.blocks.flatMap(block =>
      way.length === 0 && SETTING_BLOCKS.has(block.type)
        ? []
        : choicesIn(text, block.body, [...way, block.type, ...block.labels]),
    ),
  ];
}

/** Of resources, and of what is destroyed since it was removed from the code. */
function runsPrograms({ type, body }: HclBlock): boolean {
  return (
    (type === 'resource' || type === 'removed') &&
    body.blocks.some(inner => inner.type === 'provisioner')
  );
}

function holdsWriteOnly({ attributes, blocks }: HclBody): boolean {
  return (
    attributes.some(({ name }) => name.endsWith('_wo')) ||
    blocks.some(({ body }) => holdsWriteOnly(body))
  );
}

/** Whether more than the text of a setting and root variables decides what it is. */
function comesFromElsewhere(
  text: string,
  { type, body }: HclBlock,
  isRootModule: boolean,
): boolean {
  const references = referencesInBody(body);
  if (type === 'terraform') {
    // It names aliases of providers, too.
    return references.some(({ root }) => root === 'local');
  }
  return (
    references.some(({ root }) => !isRootModule || !HASHED_ROOTS.has(root)) ||
    /\b(?:file|templatefile|fileset)\w*\s*\(/.test(
      text.slice(body.start, body.end),
    )
  );
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
