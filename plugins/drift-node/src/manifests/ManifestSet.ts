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

import { posix } from 'node:path';
import { JsonObject, JsonValue } from '@backstage/types';
import { looksSecretAt } from '@infra-hub/drift-engine';
import { stringify } from 'yaml';
import { ManifestFile } from '../location/readManifestFiles';
import {
  editPlain,
  isManifest,
  ManifestEdit,
  ManifestText,
  NotPatchable,
  splitDocuments,
  withLineEnds,
} from './ManifestText';
import { isObject, Step, textAt, valueAt } from './steps';

/** How far from a change the context of a diff reaches, in lines, at most. */
const CONTEXT_LINES = 8;

/**
 * A manifest in a file.
 *
 * @public
 */
export interface FoundManifest {
  /** Path of the file, as it was given. */
  file: string;
  /** Position of the document in the file. */
  document: number;
  /** Steps in the document, e.g. to an item of a list. */
  path: Step[];
  /** What it says. */
  object: JsonObject;
}

interface OpenFile {
  path: string;
  before: string;
  documents: string[];
  isJson: boolean;
  /** What texts of it say, since the same ones are read for each manifest. */
  values: Map<string, JsonValue>;
}

/**
 * The files with the manifests of a tenant, as they are changed: comments, order and
 * format of everything else stay.
 *
 * @public
 */
export class ManifestSet {
  /**
   * Takes the files as they are.
   *
   * @throws NotPatchable when a file cannot be read
   */
  static create(files: readonly ManifestFile[]): ManifestSet {
    return new ManifestSet(files);
  }

  readonly #files = new Map<string, OpenFile>();

  private constructor(files: readonly ManifestFile[]) {
    for (const { path, bytes } of files) {
      const before = bytes.toString('utf8');
      if (!Buffer.from(before, 'utf8').equals(bytes)) {
        // It could not be written back as it was
        throw new NotPatchable(`in ${path} is not UTF-8`);
      }
      const isJson = path.endsWith('.json');
      this.#files.set(path, {
        path,
        before,
        isJson,
        values: new Map(),
        documents: isJson ? [before] : splitDocuments(before),
      });
    }
  }

  /** The manifests that are meant; more than one where something is written twice. */
  find(isMeant: (manifest: JsonObject) => boolean): FoundManifest[] {
    return [...this.#files.values()].flatMap(file =>
      file.documents.flatMap((text, document) =>
        manifestsIn(valueOf(file, text))
          .filter(({ object }) => isMeant(object))
          .map(found => ({ file: file.path, document, ...found })),
      ),
    );
  }

  /** The manifest as it is now. */
  read({ file, document, path }: FoundManifest): JsonValue | undefined {
    const open = this.#files.get(file)!;
    return valueAt(valueOf(open, open.documents[document]), path);
  }

  /**
   * Changes a manifest.
   *
   * @throws NotPatchable when the text cannot be changed without changing more
   */
  edit(found: FoundManifest, edits: readonly ManifestEdit[]): void {
    const file = this.#files.get(found.file)!;
    const before = file.documents[found.document];
    const placed = edits.map(edit => ({
      ...edit,
      path: [...found.path, ...edit.path],
    }));
    file.documents[found.document] = file.isJson
      ? editJson(before, placed)
      : placed.reduce(
          (text, edit) => text.edit(edit),
          ManifestText.parse(before),
        ).text;
  }

  /**
   * Takes a manifest out of its file.
   *
   * @throws NotPatchable when it cannot be taken out
   */
  remove(found: FoundManifest): void {
    if (found.path.length > 0) {
      this.edit(found, [{ op: 'remove', path: [] }]);
      return;
    }
    const file = this.#files.get(found.file)!;
    // Empty and not gone: the positions of the others stay.
    file.documents[found.document] = '';
    const rest = file.documents.join('');
    if (manifestsInText(file, rest) === 0) {
      file.documents = file.documents.map(() => '');
    }
  }

  /** Adds a manifest: to the file that holds all of them, or as a file of its own. */
  add(manifest: JsonObject, place: string): string {
    const text = stringify(manifest, { lineWidth: 0, singleQuote: true });
    const single = this.#files.get(place);
    if (single && !single.isJson) {
      const before = single.documents.join('');
      const end = before.endsWith('\n') ? '' : '\n';
      single.documents.push(withLineEnds(before, `${end}---\n${text}`));
      return place;
    }
    const directory = single ? posix.dirname(place) : place;
    const name = String((manifest.metadata as JsonObject).name);
    const base = `${String(manifest.kind).toLowerCase()}-${name.replace(
      /[^A-Za-z0-9.-]/g,
      '-',
    )}`;
    let path = posix.join(directory, `${base}.yaml`);
    for (let count = 2; this.#files.has(path); count += 1) {
      path = posix.join(directory, `${base}-${count}.yaml`);
    }
    this.#files.set(path, {
      path,
      before: '',
      documents: [text],
      isJson: false,
      values: new Map(),
    });
    return path;
  }

  /** Files that were changed. */
  changes(): { path: string; before: string; after: string }[] {
    return [...this.#files.values()].flatMap(({ path, before, documents }) => {
      const after = documents.join('');
      return after === before ? [] : [{ path, before, after }];
    });
  }

  /** Whether the diff of a file would show something that looks like a credential. */
  showsSecret(path: string): boolean {
    const { before, documents } = this.#files.get(path)!;
    const after = documents.join('');
    const shown = changedRegion(before, after);
    return secretsOf(this.#files.get(path)!).some(secret =>
      shown.includes(secret),
    );
  }

  /** Takes back every change of a file. */
  restore(path: string): void {
    const file = this.#files.get(path)!;
    file.documents = file.isJson ? [file.before] : splitDocuments(file.before);
  }
}

function valueOf(file: OpenFile, text: string): JsonValue {
  const known = file.values.get(text);
  if (known !== undefined) {
    return known;
  }
  const value = parse(file, text);
  file.values.set(text, value);
  return value;
}

function parse({ isJson }: OpenFile, text: string): JsonValue {
  if (text.trim() === '') {
    return null;
  }
  if (!isJson) {
    return ManifestText.parse(text).value();
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new NotPatchable('is not JSON that can be read');
  }
}

function manifestsInText(file: OpenFile, text: string): number {
  return splitDocuments(text).reduce(
    (count, part) => count + manifestsIn(valueOf(file, part)).length,
    0,
  );
}

function manifestsIn(value: JsonValue): { path: Step[]; object: JsonObject }[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      isManifest(item) ? [{ path: [index], object: item }] : [],
    );
  }
  if (!isObject(value)) {
    return [];
  }
  for (const key of ['items', 'resources']) {
    const items = value[key];
    if (Array.isArray(items) && !isNamed(value)) {
      return items.flatMap((item, index) =>
        isManifest(item) ? [{ path: [key, index], object: item }] : [],
      );
    }
  }
  return isManifest(value) ? [{ path: [], object: value }] : [];
}

/** Lists have no name; everything else has. */
function isNamed(value: JsonObject): boolean {
  return (
    isObject(value.metadata) && textAt(value.metadata, 'name') !== undefined
  );
}

function editJson(text: string, edits: readonly ManifestEdit[]): string {
  const value: JsonValue = JSON.parse(text);
  const indent = /\n([ \t]+)"/.exec(text)?.[1];
  const end = /\s*$/.exec(text)?.[0] ?? '';
  return `${JSON.stringify(
    edits.reduce(editPlain, value),
    null,
    indent,
  )}${end}`;
}

/** All that a diff can show: from the first changed line to the last, and around. */
function changedRegion(before: string, after: string): string {
  const one = before.split('\n');
  const other = after.split('\n');
  let start = 0;
  while (
    start < Math.min(one.length, other.length) &&
    one[start] === other[start]
  ) {
    start += 1;
  }
  let end = 0;
  while (
    end < Math.min(one.length, other.length) - start &&
    one[one.length - 1 - end] === other[other.length - 1 - end]
  ) {
    end += 1;
  }
  return [one, other]
    .flatMap(lines =>
      lines.slice(
        Math.max(0, start - CONTEXT_LINES),
        lines.length - Math.max(0, end - CONTEXT_LINES),
      ),
    )
    .join('\n');
}

/** Values in a file that must not be seen. */
function secretsOf(file: OpenFile): string[] {
  const secrets = new Set<string>();
  const visit = (value: JsonValue, path: readonly Step[], isData: boolean) => {
    if (typeof value === 'string') {
      if (value !== '' && (isData || looksSecretAt(path, value))) {
        // Over several lines it is written with indentation.
        value.split('\n').forEach(line => {
          if (line.trim().length > 3) {
            secrets.add(line.trim());
          }
        });
      }
    } else if (Array.isArray(value)) {
      value.forEach((item, index) => {
        const previous = value[index - 1];
        const name =
          typeof previous === 'string' && /^--?[A-Za-z][\w.-]*$/.test(previous)
            ? previous.replace(/^-+/, '')
            : index;
        visit(item, [...path, name], isData);
      });
    } else if (isObject(value)) {
      const isSecret = value.kind === 'Secret';
      const name = textAt(value, 'name');
      for (const [key, inner] of Object.entries(value)) {
        const step = key === 'value' && name !== undefined ? name : key;
        visit(
          inner ?? null,
          [...path, step],
          isData || (isSecret && (key === 'data' || key === 'stringData')),
        );
      }
    }
  };
  const parts = file.isJson ? [file.before] : splitDocuments(file.before);
  for (const part of parts) {
    visit(valueOf(file, part), [], false);
  }
  return [...secrets];
}

/**
 * Whether a manifest holds something that looks like a credential.
 *
 * @public
 */
export function holdsCredential(manifest: JsonObject): boolean {
  const text = JSON.stringify(manifest);
  return (
    secretsOf({
      path: '',
      before: text,
      documents: [text],
      isJson: true,
      values: new Map(),
    }).length > 0
  );
}
