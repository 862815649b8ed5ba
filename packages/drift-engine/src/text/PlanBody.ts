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

import type { JsonValue } from '@backstage/types';
import { exactNumber } from '../plan/exactJson';
import { jsonPointer } from '../plan/planAddress';
import { looksSecretAt } from '../redact/secrets';
import { LowEvidenceField } from './LowEvidencePlan';

type Step = string | number;

interface Container {
  /** Column of the first character after the change symbol. */
  column: number;
  path: Step[];
  /** Lists number their printed elements; blocks of one name are numbered too. */
  isList: boolean;
  elements: number;
  blocks: Map<string, number>;
  /** `jsonencode(…)` and heredocs: the lines inside are no attributes. */
  opaque: boolean;
}

interface Printed {
  value?: JsonValue;
  isUnknown?: true;
  isSensitive?: true;
  isNull?: true;
}

const LINE = /^( *)(?:(-\/\+|\+\/-|<=|[~+-]) )? *(.*)$/;
const ASSIGNMENT = /^("(?:[^"\\]|\\.)*"|[A-Za-z0-9_.:/-]+) += (.*)$/;
const BLOCK = /^([A-Za-z0-9_-]+)(?: "(?:[^"\\]|\\.)*")* \{(.*)$/;
const FORCES = /\s*# forces replacement.*$/;
const OPENS = /^(?:jsonencode\(|yamlencode\(|<<[-~]?[A-Z]+)/;

/** A quoted text as Terraform prints it. */
const QUOTED = /^"(?:[^"\\]|\\.)*"/;

function container(column: number, path: Step[], isList: boolean): Container {
  return {
    column,
    path,
    isList,
    elements: 0,
    blocks: new Map(),
    opaque: false,
  };
}

/** Column of the content behind the change symbol. */
function columnOf(line: string): number {
  return line.search(/[^ ]/) < 0
    ? 0
    : line.length -
        line.replace(/^ *(?:(?:-\/\+|\+\/-|<=|[~+-]) )? */, '').length;
}

function nameOf(text: string): string {
  return text.startsWith('"') ? String(unquoted(text)) : text;
}

function forced(text: string): Partial<LowEvidenceField> {
  return FORCES.test(text) ? { forcesReplacement: true } : {};
}

function unquoted(text: string): JsonValue | undefined {
  try {
    // HCL doubles what would start a template.
    return JSON.parse(text.replace(/\$\$\{/g, '${').replace(/%%\{/g, '%{'));
  } catch {
    return undefined;
  }
}

/** Reads the value that a text starts with, and how long it is. */
function printed(text: string): { printed: Printed; length: number } {
  const quoted = QUOTED.exec(text)?.[0];
  if (quoted !== undefined) {
    const value = unquoted(quoted);
    return {
      printed: value === undefined ? {} : { value },
      length: quoted.length,
    };
  }
  const word = text.split(' -> ')[0].trimEnd();
  return { printed: printedWord(word), length: word.length };
}

function printedWord(word: string): Printed {
  if (word === 'null') {
    return { isNull: true };
  }
  if (/^\(known after apply\)/.test(word)) {
    return { isUnknown: true };
  }
  if (/^\((?:sensitive|write-only)/.test(word)) {
    return { isSensitive: true };
  }
  if (word === 'true' || word === 'false') {
    return { value: word === 'true' };
  }
  if (/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) {
    const number = exactNumber(word);
    // A number that a double cannot hold stays a text of its digits.
    return { value: typeof number === 'number' ? number : number.text };
  }
  if (word === '[]') {
    return { value: [] };
  }
  return word === '{}' ? { value: {} } : {};
}

/** Reads the attribute lines of one resource of a human plan. */
export class PlanBody {
  readonly fields: LowEvidenceField[] = [];
  readonly #containers: Container[] = [];
  #column = 0;

  /** @param firstLine - the line `resource "type" "name" {`. */
  constructor(firstLine: string) {
    this.#column = columnOf(firstLine);
    this.#containers.push(container(this.#column, [], false));
  }

  /** @returns false after the closing brace of the resource. */
  addLine(line: string): boolean {
    const match = LINE.exec(line);
    const content = match?.[3].trimEnd() ?? '';
    if (!match || content === '') {
      return true;
    }
    const column = columnOf(line);
    if (column <= this.#column) {
      return false;
    }
    this.#leaveTo(column);
    const parent = this.#containers[this.#containers.length - 1];
    if (parent.opaque || /^[)\]}]/.test(content) || /^[A-Z]+$/.test(content)) {
      return true;
    }
    if (content.startsWith('#')) {
      if (/so its contents will not be displayed/.test(content)) {
        this.#emit(parent.path, { sensitive: true });
      }
      return true;
    }
    this.#addContent(parent, column, match[2], content);
    return true;
  }

  #leaveTo(column: number): void {
    while (
      this.#containers.length > 1 &&
      this.#containers[this.#containers.length - 1].column >= column
    ) {
      this.#containers.pop();
    }
  }

  #addContent(
    parent: Container,
    column: number,
    symbol: string | undefined,
    content: string,
  ): void {
    const assignment = ASSIGNMENT.exec(content);
    if (assignment && !parent.isList) {
      const path = [...parent.path, nameOf(assignment[1])];
      this.#addValue(path, column, symbol, assignment[2]);
      return;
    }
    const block = BLOCK.exec(content);
    if (block && !parent.isList) {
      const index = parent.blocks.get(block[1]) ?? 0;
      parent.blocks.set(block[1], index + 1);
      const path = [...parent.path, block[1], index];
      this.#containers.push(container(column, path, false));
      this.#noteForced(path, symbol, block[2]);
      return;
    }
    if (parent.isList) {
      const path = [...parent.path, parent.elements];
      parent.elements++;
      this.#addValue(path, column, symbol, content.replace(/,$/, ''));
    }
  }

  #addValue(
    path: Step[],
    column: number,
    symbol: string | undefined,
    text: string,
  ): void {
    const opened = text.replace(FORCES, '').trimEnd();
    if (opened.endsWith('{') || opened.endsWith('[')) {
      this.#containers.push(container(column, path, opened.endsWith('[')));
      this.#noteForced(path, symbol, text);
      return;
    }
    if (OPENS.test(opened) && !opened.endsWith(')')) {
      this.#containers.push({
        ...container(column, path, false),
        opaque: true,
      });
      if (symbol !== undefined) {
        this.#emit(path, forced(text));
      }
      return;
    }
    if (symbol !== undefined) {
      this.#addLeaf(path, symbol, text);
    }
  }

  /** A whole list or block that forces replacement is a field of its own. */
  #noteForced(path: Step[], symbol: string | undefined, text: string): void {
    if (symbol !== undefined && FORCES.test(text)) {
      this.#emit(path, { forcesReplacement: true });
    }
  }

  #addLeaf(path: Step[], symbol: string, text: string): void {
    const bare = text.replace(FORCES, '').trimEnd();
    const first = printed(bare);
    const arrow = / -> /.exec(bare.slice(first.length));
    const second = arrow
      ? printed(bare.slice(first.length + arrow.index + arrow[0].length))
      : undefined;
    const field: Partial<LowEvidenceField> = forced(text);
    const [before, after] =
      second || symbol === '-'
        ? [first.printed, second?.printed]
        : [undefined, first.printed];
    if (before?.isSensitive || after?.isSensitive) {
      this.#emit(path, { ...field, sensitive: true });
      return;
    }
    if (before && before.value !== undefined) {
      field.before = before.value;
    }
    if (after && after.value !== undefined) {
      field.after = after.value;
    }
    if (after?.isUnknown) {
      field.afterUnknown = true;
    }
    this.#emit(path, field);
  }

  #emit(path: Step[], field: Partial<LowEvidenceField>): void {
    const secret = [field.before, field.after].some(value =>
      typeof value === 'string' ? looksSecretAt(path, value) : false,
    );
    const { before: _before, after: _after, ...hidden } = field;
    this.fields.push({
      path: jsonPointer(path),
      ...(secret || field.sensitive ? { ...hidden, sensitive: true } : field),
    });
  }
}
