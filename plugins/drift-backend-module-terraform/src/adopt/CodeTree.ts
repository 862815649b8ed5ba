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

import { readdir, readFile, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import {
  applyHclEdits,
  HclBlock,
  HclEdit,
  HclExpression,
  HclFile,
  scanHcl,
} from '@infra-hub/drift-engine';

const MAX_FILE_BYTES = 1024 * 1024;
const MAX_FILES = 5_000;

/** A file of code, with the changes that were made to it here. */
export class CodeFile {
  /** Relative to the root of the code, with forward slashes. */
  readonly path: string;
  /** As it was read. */
  readonly before: string;
  #text: string;
  #hcl: HclFile | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.before = text;
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  get hcl(): HclFile {
    this.#hcl ??= scanHcl(this.#text);
    return this.#hcl;
  }

  /** `dir/main.tf:12` */
  at(offset: number): string {
    return `${this.path}:${this.#text.slice(0, offset).split('\n').length}`;
  }

  /**
   * Makes a change, if the file is then the same but for it.
   *
   * @returns false when nothing was changed
   */
  edit(edits: readonly HclEdit[]): boolean {
    const after = applyHclEdits(this.#text, edits);
    const hcl = scanHcl(after);
    if (hcl.error || !isSameBeside(this.#text, this.hcl, after, hcl, edits)) {
      return false;
    }
    this.#text = after;
    this.#hcl = hcl;
    return true;
  }
}

/** The files of one directory. */
export interface CodeModule {
  /** Relative to the root of the code, `.` for itself. */
  dir: string;
  files: CodeFile[];
  /** Code in JSON, which is never patched, but may use what is. */
  json: readonly CodeFile[];
}

/** A block and where it is. */
export interface FoundBlock {
  file: CodeFile;
  block: HclBlock;
}

/** The Terraform code below one directory. */
export class CodeTree {
  /** @throws when it cannot be read. */
  static async read(root: string): Promise<CodeTree> {
    const tree = new CodeTree(root);
    await tree.#walk('.');
    return tree;
  }

  readonly #root: string;
  readonly #modules = new Map<string, CodeModule>();
  readonly #files = new Map<string, CodeFile>();
  #count = 0;
  #isLeftOut = false;

  private constructor(root: string) {
    this.#root = root;
  }

  /** False when there was more code than is looked at. */
  get isWhole(): boolean {
    return this.#count <= MAX_FILES && !this.#isLeftOut;
  }

  module(dir: string): CodeModule | undefined {
    return this.#modules.get(posix.normalize(dir));
  }

  /** A variable file; undefined when there is none. */
  variableFile(dir: string, name: string): CodeFile | undefined {
    return this.#files.get(posix.normalize(posix.join(dir, name)));
  }

  /** Names of variable files that Terraform reads by itself, the last one wins. */
  variableFileNames(dir: string): string[] {
    const names = [...this.#files.keys()]
      .filter(path => posix.dirname(path) === posix.normalize(dir))
      .map(path => posix.basename(path));
    const automatic = names
      .filter(name => /\.auto\.tfvars(\.json)?$/.test(name))
      .sort();
    return [
      ...['terraform.tfvars', 'terraform.tfvars.json'].filter(name =>
        names.includes(name),
      ),
      ...automatic,
    ];
  }

  /** Files in JSON that take a module from that directory. */
  jsonCallers(dir: string): CodeFile[] {
    return [...this.#modules.values()].flatMap(module =>
      module.json.filter(({ text }) =>
        [...text.matchAll(/"source"\s*:\s*"(\.\.?(?:\/[^"]*)?)"/g)].some(
          ([, source]) => directoryBelow(module.dir, source) === dir,
        ),
      ),
    );
  }

  /** Every `module` block of the tree whose code is in that directory. */
  callers(dir: string): (FoundBlock & { dir: string })[] {
    return [...this.#modules.values()].flatMap(module =>
      blocksOf(module, 'module')
        .filter(({ block }) => sourceDirOf(block, module.dir) === dir)
        .map(found => ({ ...found, dir: module.dir })),
    );
  }

  changedFiles(): CodeFile[] {
    return [...this.#files.values()]
      .filter(file => file.text !== file.before)
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  async #walk(dir: string): Promise<void> {
    const entries = await readdir(join(this.#root, dir), {
      withFileTypes: true,
    });
    entries.sort((one, other) => (one.name < other.name ? -1 : 1));
    for (const entry of entries) {
      const path = posix.join(dir, entry.name);
      if (entry.isDirectory()) {
        await this.#walk(path);
      } else if (
        entry.isFile() &&
        /\.(tf|tofu|tfvars)(\.json)?$/.test(entry.name)
      ) {
        await this.#read(dir, path);
      }
    }
  }

  async #read(dir: string, path: string): Promise<void> {
    this.#count += 1;
    const full = join(this.#root, path);
    if (!this.isWhole || (await stat(full)).size > MAX_FILE_BYTES) {
      this.#isLeftOut = true;
      return;
    }
    const bytes = await readFile(full);
    const text = bytes.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(bytes)) {
      // What is not UTF-8 could not be written back as it was.
      this.#isLeftOut = true;
      return;
    }
    const file = new CodeFile(path, text);
    this.#files.set(path, file);
    if (/\.(tf|tofu)(\.json)?$/.test(path)) {
      const { files, json } = this.#modules.get(dir) ?? { files: [], json: [] };
      const isJson = path.endsWith('.json');
      this.#modules.set(dir, {
        dir,
        files: isJson ? files : [...files, file],
        json: isJson ? [...json, file] : json,
      });
    }
  }
}

/** Blocks at the top of the files of a module. */
export function blocksOf(
  module: CodeModule,
  type: string,
  ...labels: string[]
): FoundBlock[] {
  return module.files.flatMap(file =>
    file.hcl.body.blocks
      .filter(
        block =>
          block.type === type &&
          labels.every((label, index) => block.labels[index] === label),
      )
      .map(block => ({ file, block })),
  );
}

/** Directory that a `module` block takes its code from, if that is in the same tree. */
export function sourceDirOf(block: HclBlock, dir: string): string | undefined {
  const source = attributeOf(block, 'source');
  return source?.kind === 'literal' &&
    typeof source.value === 'string' &&
    /^\.\.?(\/|$)/.test(source.value)
    ? directoryBelow(dir, source.value)
    : undefined;
}

function directoryBelow(dir: string, source: string): string {
  return posix.join(dir, source).replace(/(.)\/$/, '$1');
}

export function attributeOf(
  block: HclBlock,
  name: string,
): HclExpression | undefined {
  return block.body.attributes.find(attribute => attribute.name === name)
    ?.value;
}

/** Everything before the first edit and behind the last one is made of the same tokens. */
function isSameBeside(
  before: string,
  old: HclFile,
  after: string,
  fresh: HclFile,
  edits: readonly HclEdit[],
): boolean {
  const start = Math.min(...edits.map(edit => edit.start));
  const end = Math.max(...edits.map(edit => edit.end));
  const shift = after.length - before.length;
  const words = (text: string, hcl: HclFile, keep: (at: number) => boolean) =>
    hcl.tokens
      .filter(token => token.kind !== 'space' && token.kind !== 'newline')
      .filter(token => keep(token.start) && keep(token.end - 1))
      .map(token => `${token.kind} ${text.slice(token.start, token.end)}`)
      .join('\n');
  return (
    words(before, old, at => at < start) ===
      words(after, fresh, at => at < start) &&
    words(before, old, at => at >= end) ===
      words(after, fresh, at => at >= end + shift)
  );
}
