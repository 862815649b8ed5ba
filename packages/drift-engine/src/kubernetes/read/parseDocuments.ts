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
import { LineCounter, parseAllDocuments, Scalar, ScalarTag } from 'yaml';
import { KubernetesReadError } from './KubernetesReadError';

/** One document of a file. */
export interface ParsedDocument {
  value: JsonValue;
  /** From 1. */
  number: number;
  /** Line where it begins, from 1. */
  line: number;
}

/** A string of V8 ends at 512 MiB, and YAML takes many times its size in memory. */
const MAX_JSON_LENGTH = 400_000_000;
const MAX_YAML_LENGTH = 64_000_000;
const MAX_DEPTH = 200;
/** Manifests repeat a block now and then; a bomb repeats it a billion times. */
const MAX_ALIASES = 1_000;

/**
 * Reads JSON (one document, several, or one a line) or multi-document YAML.
 *
 * @throws KubernetesReadError that names file, document and line
 */
export function parseDocuments(text: string, source: string): ParsedDocument[] {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const documents = /^\s*[{[]/.test(plain)
    ? parseJson(plain, source)
    : parseYaml(plain, source);
  for (const { value, number, line } of documents) {
    if (depthExceeds(value, MAX_DEPTH)) {
      throw new KubernetesReadError(
        `${placeOf(
          source,
          number,
          line,
        )} is nested deeper than ${MAX_DEPTH} levels.`,
      );
    }
  }
  return documents;
}

/** `live.yaml: document 2 (line 14)` */
export function placeOf(source: string, number: number, line: number): string {
  return `${source}: document ${number} (line ${line})`;
}

function depthExceeds(value: JsonValue | undefined, depth: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (depth === 0) {
    return true;
  }
  return Object.values(value).some(inner => depthExceeds(inner, depth - 1));
}

function parseJson(text: string, source: string): ParsedDocument[] {
  if (text.length > MAX_JSON_LENGTH) {
    throw new KubernetesReadError(
      `${source} is longer than ${MAX_JSON_LENGTH} characters.`,
    );
  }
  const whole = tryJson(text);
  if (whole !== undefined) {
    return [{ value: whole, number: 1, line: 1 }];
  }
  const pieces = splitJson(text);
  if (pieces === undefined || pieces.length < 2) {
    if (isFlowYaml(text)) {
      return parseYaml(text, source);
    }
    throw new KubernetesReadError(`${source} is cut off or damaged JSON.`);
  }
  return pieces.map(({ start, end }, index) => {
    const line = lineAt(text, start);
    const value = tryJson(text.slice(start, end));
    if (value === undefined) {
      throw new KubernetesReadError(
        `${placeOf(source, index + 1, line)} is cut off or damaged JSON.`,
      );
    }
    return { value, number: index + 1, line };
  });
}

/** `{apiVersion: v1`: YAML in the style of JSON. */
function isFlowYaml(text: string): boolean {
  return /^\s*[{[]\s*[A-Za-z]/.test(text);
}

/** The members of one document, `undefined` where it is not JSON. */
function tryJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(withExactIntegers(text));
  } catch {
    return undefined;
  }
}

/**
 * Integers that a double does not hold become texts, so that two of them are
 * equal only when they are.
 */
function withExactIntegers(text: string): string {
  if (!/\d{16}/.test(text)) {
    return text;
  }
  return text.replace(
    /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d{16,}(?![\d.eE])/gs,
    token =>
      token.startsWith('"') || Number.isSafeInteger(Number(token))
        ? token
        : `"${token}"`,
  );
}

/** Where JSON documents that follow each other begin and end. */
function splitJson(text: string): { start: number; end: number }[] | undefined {
  const pieces: { start: number; end: number }[] = [];
  const marks = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}]|[^\s"[\]{}]+/gs;
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(marks)) {
    if (token === '{' || token === '[') {
      if (depth === 0) {
        start = index;
      }
      depth++;
    } else if (token === '}' || token === ']') {
      depth--;
      if (depth < 0) {
        return undefined;
      }
      if (depth === 0) {
        pieces.push({ start, end: index + 1 });
      }
    } else if (depth === 0) {
      return undefined;
    }
  }
  return depth === 0 ? pieces : undefined;
}

function lineAt(text: string, position: number): number {
  let line = 1;
  for (
    let at = text.indexOf('\n');
    at >= 0 && at < position;
    at = text.indexOf('\n', at + 1)
  ) {
    line++;
  }
  return line;
}

/** As kubectl reads them: YAML 1.1 still has octal numbers and `yes`. */
const OCTAL: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'OCT11',
  test: /^[-+]?0[0-7]+$/,
  resolve: text => parseInt(text, 8),
};

const WORDS: ScalarTag = {
  tag: 'tag:yaml.org,2002:bool',
  default: true,
  test: /^(?:yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: text => {
    const scalar = new Scalar(/^(?:y|on)/i.test(text));
    scalar.source = text;
    return scalar;
  },
};

const BIG: ScalarTag = {
  tag: 'tag:yaml.org,2002:int',
  default: true,
  format: 'BIG',
  test: /^[-+]?[0-9]{16,}$/,
  resolve: text => (Number.isSafeInteger(Number(text)) ? Number(text) : text),
};

function parseYaml(text: string, source: string): ParsedDocument[] {
  if (text.length > MAX_YAML_LENGTH) {
    throw new KubernetesReadError(
      `${source} is longer than ${MAX_YAML_LENGTH} characters of YAML; JSON may be longer.`,
    );
  }
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    logLevel: 'silent',
    customTags: tags => [OCTAL, WORDS, BIG, ...tags],
  });
  if (!Array.isArray(documents)) {
    return [];
  }
  const parsed: ParsedDocument[] = [];
  documents.forEach((document, index) => {
    const begin = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
    const place = (position: number) =>
      placeOf(source, index + 1, lines.linePos(position).line);
    const [error] = document.errors;
    if (error) {
      throw new KubernetesReadError(
        `${place(error.pos[0])} is not valid YAML: ${wordsOf(error.code)}.`,
      );
    }
    let value: JsonValue;
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (thrown) {
      throw new KubernetesReadError(
        `${place(begin)} ${
          thrown instanceof RangeError
            ? 'is nested too deeply'
            : 'repeats its aliases too often or refers to one that is not there'
        }.`,
      );
    }
    if (value !== null && value !== undefined) {
      parsed.push({
        value,
        number: index + 1,
        line: lines.linePos(begin).line,
      });
    }
  });
  return parsed;
}

/** `DUPLICATE_KEY` → `duplicate key`; the messages themselves may quote. */
function wordsOf(code: string): string {
  return code.toLowerCase().replace(/_/g, ' ');
}
