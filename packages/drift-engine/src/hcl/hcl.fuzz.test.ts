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

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JsonValue } from '@backstage/types';
import { applyHclEdits, replaceHclValue } from './edits';
import { HclBody, HclExpression, HclFile } from './HclFile';
import { scanHcl } from './HclScanner';
import { formatHclValue, hclLiteralValue } from './values';

const RUNS = 1_500;

/** A generator of numbers in [0, 1) that always gives the same ones (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Writes random HCL as nobody would, and still valid. */
class Writer {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  one<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.#random() * choices.length)];
  }

  file(): string {
    const eol = this.one(['\n', '\n', '\r\n']);
    const start = this.one(['', '', '\uFEFF', '\n\n', '# head\n']);
    return (start + this.#body(3, '')).replace(/\n/g, eol);
  }

  value(depth: number): JsonValue {
    switch (this.one(depth > 0 ? [0, 1, 2, 3, 4, 5] : [0, 1, 2])) {
      case 0:
        return this.one([0, 1, -7, 42.5, 1e21, 9007199254740991]);
      case 1:
        return this.one([
          '',
          'plain',
          'a "quoted" \\ one',
          'line\nbreak\ttab',
          '${not} a %{template}',
          'ünï 😀 \u2028',
          '# // /* */',
          '}])',
          'EOT',
        ]);
      case 2:
        return this.one([true, false, null]);
      case 3:
        return this.#some(() => this.value(depth - 1));
      default:
        return Object.fromEntries(
          this.#some(() => [
            this.one(['a', 'b-c', 'with space', '1', 'for', 'null', 'ä']),
            this.value(depth - 1),
          ]),
        );
    }
  }

  #body(depth: number, indent: string): string {
    return this.#some(() => this.#item(depth, indent)).join('');
  }

  #item(depth: number, indent: string): string {
    const trailing = this.one(['', '', ' # why', ' // "odd', ' /* in */ ']);
    const name = this.one(['a', 'name', 'node_count', 'über', 'x-1']);
    switch (this.one(depth > 0 ? [0, 0, 1, 2, 3] : [0, 2])) {
      case 0: {
        const pad = this.one(['', ' ', '   ', '\t']);
        const value = this.#expression(2, indent);
        // Nothing may stand beside the end of a heredoc.
        const end = value.startsWith('<<') ? '' : trailing;
        return `${indent}${name}${pad}=${pad}${value}${end}\n`;
      }
      case 1: {
        const label = this.one(['', '"l" ', 'l ', '"a b" "c" ']);
        return `${indent}${name} ${label}{${this.one([
          '',
          ' # c',
        ])}\n${this.#body(depth - 1, `${indent}  `)}${indent}}${trailing}\n`;
      }
      case 2:
        return this.one([
          '\n',
          `${indent}# a comment { " [\n`,
          '/* a\n b */\n',
        ]);
      default:
        return `${indent}${name} { ${this.one(['', 'a = 1 '])}}${trailing}\n`;
    }
  }

  #expression(depth: number, indent: string): string {
    switch (this.one([0, 0, 0, 1, 2, 3, 4, 5, 6])) {
      case 0:
        return formatHclValue(
          this.value(depth),
          this.one([undefined, undefined, indent]),
        );
      case 1:
        return this.one([
          'var.a',
          'local.b["c"].d[0]',
          'a.b.*.c',
          'x[each.key]',
        ]);
      case 2:
        return `"t-\${${this.one(['var.a', '"in ${b.c} }"', 'f("}")'])}}-%%{"`;
      case 3:
        return this.one([
          '<<EOT\n  x ${var.a}\n"\nEOT',
          '<<-E\n\ta\n\t E',
          '<<E\nE',
        ]);
      case 4:
        return `jsonencode(\n${formatHclValue(this.value(1), '  ')}\n)`;
      case 5:
        return this.one([
          '[for k, v in var.a : v if v != null]',
          '{ for k, v in var.a : k => v... }',
          'var.a ? 1 : [2, 3][0]',
          '!(a.b && -c.d > 1)',
        ]);
      default:
        return `(${formatHclValue(this.value(1))})`;
    }
  }

  #some<T>(make: () => T): T[] {
    return Array.from({ length: Math.floor(this.#random() * 5) }, make);
  }
}

function assertLossless(text: string, file: HclFile): void {
  let at = 0;
  let again = '';
  for (const token of file.tokens) {
    if (token.start !== at) {
      throw new Error(`A gap at ${at} of ${JSON.stringify(text)}`);
    }
    again += text.slice(token.start, token.end);
    at = token.end;
  }
  expect(again === text).toBe(true);
}

/** Every expression that is a literal, outermost first, with those inside of it. */
function literalsIn(body: HclBody): HclExpression[] {
  const found: HclExpression[] = [];
  const visit = (expression: HclExpression) => {
    if (hclLiteralValue(expression) !== undefined) {
      found.push(expression);
    }
    if (expression.kind === 'tuple') {
      expression.items.forEach(visit);
    } else if (expression.kind === 'object') {
      expression.items.forEach(item => visit(item.value));
    }
  };
  body.attributes.forEach(attribute => visit(attribute.value));
  body.blocks.forEach(block => found.push(...literalsIn(block.body)));
  return found;
}

function filesBelow(directory: string): string[] {
  return existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter(
          entry => entry.isFile() && /\.(tf|tofu|tfvars|hcl)$/.test(entry.name),
        )
        .map(entry => join(entry.parentPath, entry.name))
    : [];
}

/** The root of the repository, from which examples and corpus are found. */
function repository(): string {
  let directory = __dirname;
  while (!existsSync(join(directory, 'examples/clients'))) {
    directory = dirname(directory);
  }
  return directory;
}

describe('HCL', () => {
  it('of every example and of the corpus comes out as it went in', () => {
    const root = repository();
    const corpus = join(root, '../shared/corpus');
    if (!existsSync(corpus)) {
      process.stderr.write('skipped: public corpus not present\n');
    }
    const files = [
      ...filesBelow(join(root, 'examples')),
      ...filesBelow(corpus),
    ];
    expect(files.length).toBeGreaterThan(15);
    for (const path of files) {
      const text = readFileSync(path, 'utf8');
      const file = scanHcl(text);
      expect([path, file.error]).toEqual([path, undefined]);
      assertLossless(text, file);
    }
  });

  it('written at random comes out as it went in, and a change of one literal changes nothing else', () => {
    const random = randomFrom(20261122);
    const writer = new Writer(random);
    let edits = 0;
    for (let run = 0; run < RUNS; run++) {
      const text = writer.file();
      const file = scanHcl(text);
      if (file.error) {
        throw new Error(`${file.error.message} in ${JSON.stringify(text)}`);
      }
      assertLossless(text, file);
      const literals = literalsIn(file.body);
      if (literals.length === 0) {
        continue;
      }
      const literal = writer.one(literals);
      const value = writer.value(2);
      const edit = replaceHclValue(text, literal, value);
      const after = applyHclEdits(text, [edit]);
      const fresh = scanHcl(after);
      expect(fresh.error).toBe(undefined);
      assertLossless(after, fresh);
      expect(after.startsWith(text.slice(0, literal.start))).toBe(true);
      expect(after.endsWith(text.slice(literal.end))).toBe(true);
      const values = (each: HclFile) =>
        literalsIn(each.body).filter(
          other => other.start < literal.start && other.end <= literal.start,
        );
      expect(values(fresh).map(hclLiteralValue)).toEqual(
        values(file).map(hclLiteralValue),
      );
      const changed = literalsIn(fresh.body).find(
        other => other.start === literal.start,
      );
      expect(changed && hclLiteralValue(changed)).toEqual(value);
      edits += 1;
    }
    expect(edits).toBeGreaterThan(RUNS / 2);
  });

  it('that is broken at random never loses a byte, never hangs and never throws', () => {
    let scanned = 0;
    const random = randomFrom(7);
    const writer = new Writer(random);
    for (let run = 0; run < RUNS; run++) {
      let text = writer.file();
      for (let cut = 0; cut < 3; cut++) {
        const at = Math.floor(random() * (text.length + 1));
        text =
          text.slice(0, at) +
          writer.one([
            '"',
            '{',
            '}',
            '${',
            '<<EOT\n',
            '(',
            '/*',
            '\\',
            '\r',
            '%{',
          ]) +
          text.slice(at + Math.floor(random() * 3));
      }
      assertLossless(text, scanHcl(text));
      scanned += 1;
    }
    expect(scanned).toBe(RUNS);
  });
});
