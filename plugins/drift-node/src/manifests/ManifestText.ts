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

import { isDeepStrictEqual } from 'node:util';
import { JsonObject, JsonValue } from '@backstage/types';
import {
  Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Node,
  Pair,
  parseDocument,
  ScalarTag,
  stringify,
  visit,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { isObject, Step, valueAt } from './steps';

/**
 * One change of a manifest.
 *
 * @public
 */
export type ManifestEdit =
  | { op: 'set'; path: readonly Step[]; value: JsonValue }
  /** Puts an element at the end of a list, which is made where there is none. */
  | { op: 'append'; path: readonly Step[]; value: JsonValue }
  | { op: 'remove'; path: readonly Step[] };

/** File modes, `0644`, which only the YAML of Kubernetes still reads as octal. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: text => Number.parseInt(text, 8),
};

/** What parsers of YAML 1.1, as Kubernetes' tools are, take for something else than text. */
const NO_PLAIN_TEXT = /^(?:y|n|yes|no|on|off|true|false|null|~|)$|^[-+.\d]/i;

/**
 * Why a text cannot be changed: completes "It …".
 *
 * @public
 */
export class NotPatchable extends Error {
  name = 'NotPatchable';
}

interface Splice {
  start: number;
  end: number;
  text: string;
}

/**
 * One YAML document that is changed by replacing as few characters as possible.
 * Whatever comes out is parsed again and must say exactly what was meant.
 */
export class ManifestText {
  /** @throws NotPatchable when it is not YAML that can be read. */
  static parse(text: string): ManifestText {
    return new ManifestText(text, parse(text));
  }

  readonly text: string;
  readonly #document: Document.Parsed;

  private constructor(text: string, document: Document.Parsed) {
    this.text = text;
    this.#document = document;
  }

  value(): JsonValue {
    return toJs(this.#document);
  }

  /** @throws NotPatchable when it cannot be changed without changing more. */
  edit(edit: ManifestEdit): ManifestText {
    const expected = structuredClone(this.value());
    const effective = change(expected, edit);
    const splice = this.#splice(effective);
    const text = `${this.text.slice(0, splice.start)}${withLineEnds(
      this.text,
      splice.text,
    )}${this.text.slice(splice.end)}`;
    const result = ManifestText.parse(text);
    if (!isDeepStrictEqual(plain(result.value()), plain(expected))) {
      throw new NotPatchable('is written in a way that other places depend on');
    }
    return result;
  }

  #splice(edit: ManifestEdit): Splice {
    switch (edit.op) {
      case 'remove':
        return this.#remove(edit.path);
      case 'append':
        return this.#append(edit.path, edit.value);
      default:
        return this.#set(edit.path, edit.value);
    }
  }

  #set(path: readonly Step[], value: JsonValue): Splice {
    const parent = this.#collection(path.slice(0, -1));
    const last = path.at(-1)!;
    if (isSeq(parent)) {
      const item = parent.items[Number(last)];
      return this.#replace(item, value, parent);
    }
    const pair = pairOf(parent, String(last));
    return pair
      ? this.#setPair(parent, pair, value)
      : this.#addPair(parent, String(last), value);
  }

  #setPair(parent: YAMLMap, pair: Pair, value: JsonValue): Splice {
    const node = pair.value;
    if (isAlias(node)) {
      throw new NotPatchable(
        'is an alias of a value that is written elsewhere',
      );
    }
    if (isScalar(node) && !isCollectionValue(value) && node.range) {
      this.#requireUnshared(node);
      return {
        start: node.range[0],
        end: node.range[1],
        text: scalarText(
          value,
          node.type,
          this.#separator(node.range[0]),
          this.#columnOf(startOf(pair.key)),
        ),
      };
    }
    if (isNode(node)) {
      this.#requireUnshared(node);
    }
    const start = startOf(pair.key);
    const end = Math.max(contentEnd(node), contentEnd(pair.key as Node) + 1);
    const key = String((pair.key as { value: unknown }).value);
    return {
      start,
      end: this.#trimmed(start, end),
      text: parent.flow
        ? flowPair(key, value)
        : block({ [key]: value }, this.#columnOf(start)),
    };
  }

  #addPair(parent: YAMLMap, key: string, value: JsonValue): Splice {
    if (parent.flow || parent.items.length === 0) {
      return this.#addFlow(parent, flowPair(key, value));
    }
    const column = this.#columnOf(startOf(parent.items[0].key));
    return this.#insertAfter(
      contentEnd(parent),
      `${' '.repeat(column)}${block({ [key]: value }, column)}`,
    );
  }

  #append(path: readonly Step[], value: JsonValue): Splice {
    const list = this.#collection(path);
    if (!isSeq(list)) {
      throw new NotPatchable('is no list');
    }
    if (list.flow || list.items.length === 0) {
      return this.#addFlow(list, JSON.stringify(value));
    }
    const column = this.#columnOf(this.#dashOf(list.items[0] as Node));
    return this.#insertAfter(
      contentEnd(list),
      `${' '.repeat(column)}- ${block(value, column + 2)}`,
    );
  }

  /** Into `{…}` or `[…]`. */
  #addFlow(collection: YAMLMap | YAMLSeq, text: string): Splice {
    const { range, items } = collection;
    const close = range ? range[1] - 1 : -1;
    if (!/[\]}]/.test(this.text[close] ?? '')) {
      throw new NotPatchable('has no place for another entry');
    }
    if (items.length === 0) {
      return {
        start: range![0] + 1,
        end: close,
        text: isMap(collection) ? ` ${text} ` : text,
      };
    }
    const at = contentEnd(lastOf(collection));
    return { start: at, end: at, text: `, ${text}` };
  }

  #insertAfter(offset: number, lines: string): Splice {
    const end = this.#lineEnd(offset);
    const before = end > 0 && this.text[end - 1] === '\n' ? '' : '\n';
    return { start: end, end, text: `${before}${lines}\n` };
  }

  #remove(path: readonly Step[]): Splice {
    const parent = this.#collection(path.slice(0, -1));
    const last = path.at(-1)!;
    if (parent.flow) {
      return this.#removeFlow(parent, last);
    }
    if (isSeq(parent)) {
      const item = parent.items[Number(last)];
      if (!isNode(item)) {
        throw new NotPatchable('is not where it was');
      }
      this.#requireUnshared(item);
      return this.#wholeLines(this.#dashOf(item), contentEnd(item));
    }
    const pair = pairOf(parent, String(last));
    if (!pair) {
      throw new NotPatchable('is merged in from elsewhere');
    }
    if (isNode(pair.value)) {
      this.#requireUnshared(pair.value);
    }
    const start = startOf(pair.key);
    const end = Math.max(
      isNode(pair.value) ? contentEnd(pair.value) : 0,
      contentEnd(pair.key as Node) + 1,
    );
    if (this.text.slice(this.#lineStart(start), start).trim() === '') {
      return this.#wholeLines(start, end);
    }
    // The first in an element of a list, behind its dash
    const next = parent.items[parent.items.indexOf(pair) + 1];
    if (!next) {
      throw new NotPatchable('is the only entry of an element');
    }
    return { start, end: startOf(next.key), text: '' };
  }

  #removeFlow(parent: YAMLMap | YAMLSeq, last: Step): Splice {
    const index = isMap(parent)
      ? parent.items.findIndex(pair => isKey(pair, String(last)))
      : Number(last);
    const bounds = parent.items.map(item =>
      isPair(item)
        ? [startOf(item.key), contentEnd((item.value ?? item.key) as Node)]
        : [startOf(item), contentEnd(item as Node)],
    );
    if (!bounds[index]) {
      throw new NotPatchable('is merged in from elsewhere');
    }
    const [start, end] = bounds[index];
    if (bounds[index + 1]) {
      return { start, end: bounds[index + 1][0], text: '' };
    }
    return { start: index > 0 ? bounds[index - 1][1] : start, end, text: '' };
  }

  #replace(item: unknown, value: JsonValue, parent: YAMLSeq): Splice {
    if (!isNode(item) || isAlias(item) || !item.range) {
      throw new NotPatchable(
        'is an alias of a value that is written elsewhere',
      );
    }
    this.#requireUnshared(item);
    const start = item.range[0];
    if (isScalar(item) && !isCollectionValue(value)) {
      return {
        start,
        end: item.range[1],
        text: scalarText(value, item.type, '', this.#columnOf(start)),
      };
    }
    return {
      start,
      end: this.#trimmed(start, contentEnd(item)),
      text: parent.flow
        ? JSON.stringify(value)
        : block(value, this.#columnOf(start)),
    };
  }

  #collection(path: readonly Step[]): YAMLMap | YAMLSeq {
    let node: unknown = this.#document.contents;
    for (const step of path) {
      if (isMap(node)) {
        const pair = pairOf(node, String(step));
        if (!pair) {
          throw new NotPatchable('is merged in from elsewhere');
        }
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
      }
      if (isAlias(node)) {
        throw new NotPatchable(
          'is an alias of a value that is written elsewhere',
        );
      }
    }
    if (!isMap(node) && !isSeq(node)) {
      throw new NotPatchable('is not where it was');
    }
    return node;
  }

  /** What others refer to by its anchor must not change under them. */
  #requireUnshared(node: Node): void {
    const used = new Set<string>();
    visit(this.#document, {
      Alias: (_key, alias) => {
        used.add(alias.source);
      },
    });
    visit(node, {
      Node: (_key, inner) => {
        const { anchor } = inner as { anchor?: string };
        if (anchor !== undefined && used.has(anchor)) {
          throw new NotPatchable('is used elsewhere by its anchor');
        }
      },
    });
  }

  /** A value follows its colon by a space. */
  #separator(offset: number): string {
    return this.text[offset - 1] === ':' ? ' ' : '';
  }

  #wholeLines(start: number, end: number): Splice {
    const from = this.#lineStart(start);
    if (this.text.slice(from, start).trim() !== '') {
      throw new NotPatchable('does not stand on lines of its own');
    }
    return { start: from, end: this.#lineEnd(end), text: '' };
  }

  #dashOf(item: Node): number {
    const before = this.text.slice(0, startOf(item));
    const match = /-[ \t]*(?:&\S+[ \t]*)?$/.exec(before);
    if (!match) {
      throw new NotPatchable('does not stand on lines of its own');
    }
    return match.index;
  }

  #lineStart(offset: number): number {
    return this.text.lastIndexOf('\n', offset - 1) + 1;
  }

  /** Behind the line that the character before the offset is on. */
  #lineEnd(offset: number): number {
    const at = this.text.indexOf('\n', Math.max(offset - 1, 0));
    return at < 0 ? this.text.length : at + 1;
  }

  #columnOf(offset: number): number {
    return offset - this.#lineStart(offset);
  }

  #trimmed(start: number, end: number): number {
    return start + this.text.slice(start, end).trimEnd().length;
  }
}

/** Line breaks as the text has them; YAML reads either as the same. */
export function withLineEnds(text: string, written: string): string {
  return text.includes('\r\n') ? written.replace(/\r?\n/g, '\r\n') : written;
}

/** Documents of a file with the lines that separate them, so that joined they are the file. */
export function splitDocuments(text: string): string[] {
  const starts = [...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index);
  const bounds = [0, ...starts.filter(start => start > 0), text.length];
  return bounds
    .slice(0, -1)
    .map((start, index) => text.slice(start, bounds[index + 1]));
}

function parse(text: string): Document.Parsed {
  const document = parseDocument(text, {
    customTags: tags => [octal, ...tags],
    merge: true,
    prettyErrors: false,
  });
  if (document.errors.length > 0) {
    throw new NotPatchable('is not YAML that can be read');
  }
  return document;
}

function toJs(document: Document.Parsed): JsonValue {
  try {
    return (document.toJS({ maxAliasCount: 100 }) ?? null) as JsonValue;
  } catch {
    // Aliases of nothing, or of too much
    throw new NotPatchable('has aliases that cannot be followed');
  }
}

/** Without the difference between own objects and parsed ones. */
function plain(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value));
}

/** Changes a plain value; says what really has to be done in the text. */
function change(root: JsonValue, edit: ManifestEdit): ManifestEdit {
  if (edit.op === 'remove') {
    return removeIn(root, edit.path);
  }
  if (edit.op === 'append') {
    const list = valueAt(root, edit.path);
    if (Array.isArray(list) && list.length > 0) {
      list.push(edit.value);
      return edit;
    }
    return setIn(root, edit.path, [edit.value]);
  }
  return setIn(root, edit.path, edit.value);
}

function setIn(
  root: JsonValue,
  path: readonly Step[],
  value: JsonValue,
): ManifestEdit {
  // The last part of the way that is there already
  let depth = 0;
  while (depth < path.length - 1) {
    const inner = valueAt(root, path.slice(0, depth + 1));
    if (!isCollectionValue(inner)) {
      break;
    }
    if (isObject(inner) && Object.keys(inner).length === 0) {
      break;
    }
    depth += 1;
  }
  const written = path
    .slice(depth + 1)
    .reduceRight<JsonValue>(
      (inner, step) => ({ [String(step)]: inner }),
      value,
    );
  const parent = valueAt(root, path.slice(0, depth));
  const step = path[depth];
  if (Array.isArray(parent)) {
    parent[Number(step)] = written;
  } else if (isObject(parent)) {
    parent[String(step)] = written;
  } else {
    throw new NotPatchable('is not where it was');
  }
  return { op: 'set', path: path.slice(0, depth + 1), value: written };
}

/** What would be left empty goes, too. */
function removeIn(root: JsonValue, path: readonly Step[]): ManifestEdit {
  const parent = valueAt(root, path.slice(0, -1));
  const last = path.at(-1)!;
  const size = isObject(parent)
    ? Object.keys(parent).length
    : (Array.isArray(parent) && parent.length) || 0;
  if (size === 0 || path.length === 0) {
    throw new NotPatchable('is not where it was');
  }
  if (size === 1 && path.length > 1 && typeof path.at(-2) === 'string') {
    return removeIn(root, path.slice(0, -1));
  }
  if (Array.isArray(parent)) {
    parent.splice(Number(last), 1);
  } else if (isObject(parent)) {
    delete parent[String(last)];
  }
  return { op: 'remove', path };
}

function isCollectionValue(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isKey(pair: Pair, key: string): boolean {
  return isScalar(pair.key) && String(pair.key.value) === key;
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find(pair => isKey(pair, key));
}

function startOf(node: unknown): number {
  const range = isNode(node) ? node.range : undefined;
  if (!range) {
    throw new NotPatchable('is not where it was');
  }
  return range[0];
}

function lastOf(collection: YAMLMap | YAMLSeq): unknown {
  const item: unknown = collection.items.at(-1);
  return isPair(item) ? item.value ?? item.key : item;
}

/** Where what a node says ends, without comments behind it. */
function contentEnd(node: unknown): number {
  if (isCollection(node) && !node.flow && node.items.length > 0) {
    const item: unknown = node.items.at(-1);
    if (isPair(item)) {
      return Math.max(
        contentEnd(item.key),
        isNode(item.value) && item.value.range ? contentEnd(item.value) : 0,
      );
    }
    return contentEnd(item);
  }
  const range = isNode(node) ? node.range : undefined;
  if (!range) {
    return 0;
  }
  return range[1];
}

/** A scalar as it would be written in the style of the one before. */
function scalarText(
  value: JsonValue,
  style: string | null | undefined,
  separator: string,
  column: number,
): string {
  if (typeof value !== 'string') {
    return `${separator}${JSON.stringify(value)}`;
  }
  if (value.includes('\n')) {
    const text = stringify(value, { lineWidth: 0, blockQuote: 'literal' });
    return `${separator}${indented(text, column + 2)}${
      text.startsWith('|') ? '\n' : ''
    }`;
  }
  if (style === 'BLOCK_LITERAL' || style === 'BLOCK_FOLDED') {
    return `${separator}${textOf(value)}\n`;
  }
  if (style === 'QUOTE_DOUBLE') {
    return `${separator}${JSON.stringify(value)}`;
  }
  if (style === 'QUOTE_SINGLE') {
    return `${separator}'${value.replace(/'/g, "''")}'`;
  }
  return `${separator}${textOf(value)}`;
}

/** A text on one line, quoted where it could be taken for something else. */
function textOf(value: string): string {
  if (NO_PLAIN_TEXT.test(value)) {
    return /[\p{Cc}]/u.test(value)
      ? JSON.stringify(value)
      : `'${value.replace(/'/g, "''")}'`;
  }
  return stringify(value, { lineWidth: 0, singleQuote: true }).trimEnd();
}

function flowPair(key: string, value: JsonValue): string {
  return `${textOf(key)}: ${JSON.stringify(value)}`;
}

/** A value over several lines, all but the first indented. */
function block(value: JsonValue, column: number): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (
        typeof node.value === 'string' &&
        !node.value.includes('\n') &&
        NO_PLAIN_TEXT.test(node.value)
      ) {
        node.type = 'QUOTE_SINGLE';
      }
    },
  });
  return indented(
    document.toString({ lineWidth: 0, singleQuote: true }),
    column,
  );
}

function indented(text: string, column: number): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) =>
      index === 0 || line === '' ? line : `${' '.repeat(column)}${line}`,
    )
    .join('\n');
}

/** Changes a plain object in the way of an edit, for files of JSON. */
export function editPlain(value: JsonValue, edit: ManifestEdit): JsonValue {
  const copy = structuredClone(value);
  change(copy, edit);
  return copy;
}

/** Whether a value is an object that could be a manifest. */
export function isManifest(value: JsonValue | undefined): value is JsonObject {
  return (
    isObject(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string'
  );
}
