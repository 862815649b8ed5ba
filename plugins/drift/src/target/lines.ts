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
import { diffLines } from 'diff';

const LONG_TEXT = 80;
const LONG_JSON = 60;
const DIFF_TIMEOUT_MS = 300;
/** Equal lines shown around a difference. */
const CONTEXT_LINES = 2;
/** Integers this long lose digits in a JavaScript number. */
const BIG_INTEGER = /\d{16,}/;

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortKeys);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, inner]) => [key, sortKeys(inner)]),
    );
  }
  return value;
}

function pretty(value: unknown): string {
  return JSON.stringify(sortKeys(value), undefined, 2);
}

function parseDocument(text: string): unknown {
  if (!/^\s*[{[]/.test(text) || BIG_INTEGER.test(text)) {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is better read as lines than in a table cell. */
export function isLong(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') {
    return (
      value.length > LONG_TEXT ||
      value.trim().includes('\n') ||
      parseDocument(value) !== undefined
    );
  }
  return (
    value !== null &&
    typeof value === 'object' &&
    JSON.stringify(value).length > LONG_JSON
  );
}

/** A value as text of many lines; JSON documents in one order of keys, so that only meaning differs. */
export function toText(value: JsonValue): string {
  if (typeof value === 'string') {
    const document = parseDocument(value);
    return document === undefined ? value : pretty(document);
  }
  return pretty(value);
}

/** One line of a difference, or a number of equal lines that were folded. */
export type DiffLine =
  | { kind: 'removed' | 'added' | 'equal'; text: string }
  | { kind: 'folded'; count: number };

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  return lines[lines.length - 1] === '' ? lines.slice(0, -1) : lines;
}

function foldEqual(lines: string[], edges: { start: boolean; end: boolean }) {
  const head = edges.start ? 0 : CONTEXT_LINES;
  const tail = edges.end ? 0 : CONTEXT_LINES;
  const hidden = lines.length - head - tail;
  if (hidden <= 1) {
    return lines.map((text): DiffLine => ({ kind: 'equal', text }));
  }
  return [
    ...lines.slice(0, head).map((text): DiffLine => ({ kind: 'equal', text })),
    { kind: 'folded', count: hidden } satisfies DiffLine,
    ...lines
      .slice(lines.length - tail)
      .map((text): DiffLine => ({ kind: 'equal', text })),
  ];
}

/** The difference of two texts by lines, equal stretches folded. */
export function lineDifference(from: string, to: string): DiffLine[] {
  const ended = (text: string) =>
    text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const parts = diffLines(ended(from), ended(to), { timeout: DIFF_TIMEOUT_MS });
  if (!parts) {
    return [
      ...splitLines(from).map((text): DiffLine => ({ kind: 'removed', text })),
      ...splitLines(to).map((text): DiffLine => ({ kind: 'added', text })),
    ];
  }
  return parts.flatMap((part, index): DiffLine[] => {
    const lines = splitLines(part.value);
    if (part.removed || part.added) {
      const kind = part.removed ? 'removed' : 'added';
      return lines.map(text => ({ kind, text }));
    }
    return foldEqual(lines, {
      start: index === 0,
      end: index === parts.length - 1,
    });
  });
}
