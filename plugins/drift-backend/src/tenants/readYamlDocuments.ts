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

import { JsonValue } from '@backstage/types';
import { toError } from '@backstage/errors';
import { DesiredStateProblem } from '@infra-hub/backstage-plugin-drift-common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  Composer,
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  ScalarTag,
} from 'yaml';
import {
  DesiredDocument,
  FORBIDDEN_KEY,
  MAX_DEPTH,
  ReadDocuments,
  TOO_DEEP,
} from './DesiredDocument';

/** How long others may have to wait for their turn. */
const TURN_MS = 20;
/** Values that aliases may stand for. */
const MAX_ALIASES = 100;

/**
 * What the parser finds wrong, by its code. Its own messages repeat the text,
 * and the text may be a secret.
 */
const SENTENCES: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'An alias stands for no anchor before it.',
  BAD_DQ_ESCAPE: 'A quoted text has an unknown escape sequence.',
  BAD_INDENT: 'The indentation does not fit.',
  BLOCK_AS_IMPLICIT_KEY: 'A map or a list cannot be a key here.',
  BLOCK_IN_FLOW: 'A block cannot be inside of brackets.',
  KEY_OVER_1024_CHARS: 'A key has more than 1024 characters.',
  MISSING_CHAR: 'A colon, comma, space, bracket or quote is missing.',
  MULTILINE_IMPLICIT_KEY: 'A key must be on one line.',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: 'Tabs cannot indent, use spaces.',
  TAG_RESOLVE_FAILED: 'There is a tag that is not known here.',
  UNEXPECTED_TOKEN: 'Something stands where it cannot stand.',
};

/** File modes, `0644`, which only the YAML of Kubernetes still reads as octal. */
const octal: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  test: /^[-+]?0[0-7]+$/,
  resolve: text => Number.parseInt(text, 8),
};

/** Makes plain values of one parsed document. */
class YamlDocumentReader {
  readonly #document: number;
  readonly #lineAt: (offset: number) => number;
  readonly #problems: DesiredStateProblem[];
  #failed = false;

  constructor(options: {
    document: number;
    lineAt: (offset: number) => number;
    problems: DesiredStateProblem[];
  }) {
    this.#document = options.document;
    this.#lineAt = options.lineAt;
    this.#problems = options.problems;
  }

  /** Undefined when something is wrong, which is then among the problems. */
  read(document: Document.Parsed): JsonValue | undefined {
    for (const { code, pos } of [...document.errors, ...document.warnings]) {
      this.#refuse(SENTENCES[code] ?? 'This is not valid YAML.', pos[0]);
    }
    if (!this.#failed) {
      this.#check(document.contents, 0);
    }
    if (this.#failed) {
      return undefined;
    }
    try {
      return document.toJS({ maxAliasCount: MAX_ALIASES }) as JsonValue;
    } catch (error) {
      if (toError(error).name !== 'ReferenceError') {
        throw error;
      }
      this.#refuse(
        `Aliases stand for more than ${MAX_ALIASES} values.`,
        document.contents?.range?.[0] ?? 0,
      );
      return undefined;
    }
  }

  #check(node: unknown, depth: number): void {
    if (isAlias(node) || node === null) {
      return;
    }
    if (depth > MAX_DEPTH) {
      this.#refuse(TOO_DEEP, offsetOf(node));
    } else if (isSeq(node)) {
      node.items.forEach(item => this.#check(item, depth + 1));
    } else if (isMap(node)) {
      const keys = new Set<string>();
      for (const { key, value } of node.items) {
        this.#checkKey(key, keys);
        this.#check(value, depth + 1);
      }
    } else if (isScalar(node)) {
      this.#checkScalar(node.value, offsetOf(node));
    }
  }

  #checkKey(key: unknown, keys: Set<string>): void {
    if (!isScalar(key)) {
      this.#refuse('A key must be a text.', offsetOf(key));
      return;
    }
    const name = String(key.value);
    if (name === FORBIDDEN_KEY) {
      this.#refuse(`The key '${name}' is not allowed.`, offsetOf(key));
    } else if (keys.has(name)) {
      this.#refuse(
        `The key ${JSON.stringify(name.slice(0, 100))} is there twice.`,
        offsetOf(key),
      );
    }
    keys.add(name);
  }

  #checkScalar(value: unknown, offset: number): void {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#refuse('A number must be finite.', offset);
    }
  }

  #refuse(message: string, offset: number): void {
    this.#failed = true;
    this.#problems.push({
      document: this.#document,
      line: this.#lineAt(offset),
      level: 'error',
      message,
    });
  }
}

/**
 * Reads YAML as Kubernetes' own tools do: several documents, empty ones left out,
 * keys unique, and nothing that JSON could not hold.
 *
 * @param options.maxDocuments - Reading ends after one more.
 */
export async function readYamlDocuments(options: {
  text: string;
  maxDocuments: number;
}): Promise<ReadDocuments> {
  const { text, maxDocuments } = options;
  const lines = new LineCounter();
  const composer = new Composer({
    customTags: tags => [octal, ...tags],
    // Checked below: the parser's own check is slow in large maps
    uniqueKeys: false,
    merge: true,
    prettyErrors: false,
    lineCounter: lines,
  });
  const documents: DesiredDocument[] = [];
  const problems: DesiredStateProblem[] = [];
  let position = 0;

  function take(read: Document.Parsed): void {
    position += 1;
    const reader = new YamlDocumentReader({
      document: position,
      lineAt: offset => lines.linePos(offset).line,
      problems,
    });
    const value = reader.read(read);
    if (value !== undefined && value !== null) {
      documents.push({
        document: position,
        line: lines.linePos(read.contents?.range?.[0] ?? 0).line,
        value,
      });
    }
  }

  try {
    let turnEndsAt = performance.now() + TURN_MS;
    for (const token of new Parser(lines.addNewLine).parse(text)) {
      for (const read of composer.next(token)) {
        take(read);
      }
      if (documents.length > maxDocuments) {
        return { documents, problems };
      }
      if (performance.now() > turnEndsAt) {
        await nextTurn();
        turnEndsAt = performance.now() + TURN_MS;
      }
    }
    for (const read of composer.end(false, text.length)) {
      take(read);
    }
  } catch (error) {
    // A stack has an end, and the parser descends without a limit
    if (toError(error).name !== 'RangeError') {
      throw error;
    }
    problems.push({
      document: position + 1,
      level: 'error',
      message: TOO_DEEP,
    });
  }
  return { documents, problems };
}

function offsetOf(node: unknown): number {
  const { range } = (node ?? {}) as { range?: [number, number, number] };
  return range?.[0] ?? 0;
}
