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

import {
  HclAttribute,
  HclBlock,
  HclBody,
  HclExpression,
  HclFile,
  HclObjectItem,
  HclReference,
  HclStep,
  HclToken,
} from './HclFile';

const NAME_START = /[\p{ID_Start}_]/u;
const NAME_PART = /[\p{ID_Continue}-]/u;
const NUMBER = /[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const HEREDOC = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)[ \t]*\r?\n/uy;
const OPERATORS = [
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
];
const MAX_DEPTH = 200;

class SyntaxProblem extends Error {
  constructor(message: string, readonly offset: number) {
    super(message);
  }
}

/** Recursive descent over the text; whatever is passed becomes a token. */
class Scanner {
  readonly #text: string;
  readonly #tokens: HclToken[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  file(): HclFile {
    const body: HclBody = {
      start: 0,
      end: this.#text.length,
      attributes: [],
      blocks: [],
    };
    try {
      if (this.#text.startsWith('\uFEFF')) {
        this.#take('space', 1);
      }
      this.#body(body, undefined);
      return { body, tokens: this.#tokens };
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) {
        throw error;
      }
      this.#tokens.push({
        kind: 'text',
        start: this.#at,
        end: this.#text.length,
      });
      return {
        body,
        tokens: this.#tokens,
        error: {
          message: error.message,
          offset: error.offset,
          line: this.#text.slice(0, error.offset).split('\n').length,
        },
      };
    }
  }

  // Bodies

  #body(body: HclBody, close: '}' | undefined): void {
    for (;;) {
      this.#space('lines');
      if (this.#at >= this.#text.length) {
        if (close) {
          throw this.#problem('A block does not end');
        }
        return;
      }
      if (close && this.#peek() === close) {
        return;
      }
      this.#item(body);
      this.#space('line');
      const next = this.#peek();
      if (next !== undefined && next !== '\n' && next !== '\r') {
        if (next !== close) {
          throw this.#problem('Something follows where a line should end');
        }
      }
    }
  }

  #item(body: HclBody): void {
    const start = this.#at;
    const name = this.#name();
    this.#space('line');
    if (this.#peek() === '=' && this.#peek(1) !== '=') {
      this.#take('mark', 1);
      body.attributes.push(this.#attribute(name, start));
      return;
    }
    body.blocks.push(this.#block(name, start));
  }

  #attribute(name: string, start: number): HclAttribute {
    this.#space('line');
    const valueStart = this.#at;
    const value = this.#expression('line');
    return {
      name,
      start,
      end: this.#at,
      value,
      valueStart,
    };
  }

  #block(type: string, start: number): HclBlock {
    const labels: string[] = [];
    while (this.#peek() !== '{') {
      if (this.#peek() === '"') {
        const label = this.#quoted();
        if (label.kind !== 'literal') {
          throw this.#problem('A label of a block has a template', start);
        }
        labels.push(String(label.value));
      } else {
        labels.push(this.#name());
      }
      this.#space('line');
    }
    this.#take('mark', 1);
    const body: HclBody = {
      start: this.#at,
      end: this.#at,
      attributes: [],
      blocks: [],
    };
    this.#nest(() => this.#body(body, '}'));
    body.end = this.#at;
    this.#take('mark', 1);
    return { type, labels, start, end: this.#at, body };
  }

  // Expressions

  /** @param newlines - whether a line break ends the expression. */
  #expression(newlines: 'line' | 'lines'): HclExpression {
    return this.#nest(() => {
      const start = this.#at;
      let value = this.#operand(newlines);
      for (;;) {
        const operator = this.#operatorAhead(newlines);
        if (operator === undefined) {
          return value;
        }
        this.#space(newlines);
        this.#take('mark', operator.length);
        this.#space(newlines);
        if (operator === '?') {
          const yes = this.#expression(newlines);
          this.#space(newlines);
          this.#expect(':');
          this.#space(newlines);
          const no = this.#expression(newlines);
          return {
            kind: 'conditional',
            start,
            end: this.#at,
            children: [value, yes, no],
          };
        }
        const other = this.#operand(newlines);
        value = {
          kind: 'operation',
          start,
          end: this.#at,
          children: [value, other],
        };
      }
    });
  }

  #operatorAhead(newlines: 'line' | 'lines'): string | undefined {
    const place = this.#mark();
    this.#space(newlines);
    const rest = this.#text.slice(this.#at, this.#at + 2);
    this.#reset(place);
    if (rest.startsWith('?')) {
      return '?';
    }
    // An arrow ends the key of a for expression.
    return rest === '=>'
      ? undefined
      : OPERATORS.find(operator => rest.startsWith(operator));
  }

  #operand(newlines: 'line' | 'lines'): HclExpression {
    const start = this.#at;
    const next = this.#peek();
    if (next === '-' || next === '!') {
      this.#take('mark', 1);
      this.#space(newlines);
      const value = this.#nest(() => this.#operand(newlines));
      return next === '-' &&
        value.kind === 'literal' &&
        typeof value.value === 'number'
        ? { kind: 'literal', start, end: this.#at, value: -value.value }
        : { kind: 'operation', start, end: this.#at, children: [value] };
    }
    return this.#postfix(this.#term(newlines), newlines);
  }

  #term(newlines: 'line' | 'lines'): HclExpression {
    const start = this.#at;
    const next = this.#peek();
    if (next === undefined) {
      throw this.#problem('A value is missing');
    }
    if (next === '"') {
      return this.#quoted();
    }
    if (next === '<') {
      return this.#heredoc();
    }
    if (next === '(') {
      this.#take('mark', 1);
      this.#space('lines');
      const value = this.#expression('lines');
      this.#space('lines');
      this.#expect(')');
      return value;
    }
    if (next === '[' || next === '{') {
      return this.#collection(next);
    }
    if (next >= '0' && next <= '9') {
      const number = this.#match(NUMBER) ?? '';
      this.#take('number', number.length);
      return { kind: 'literal', start, end: this.#at, value: Number(number) };
    }
    return this.#named(newlines);
  }

  #named(newlines: 'line' | 'lines'): HclExpression {
    const start = this.#at;
    let name = this.#name();
    while (this.#text.startsWith('::', this.#at)) {
      this.#take('mark', 2);
      name += `::${this.#name()}`;
    }
    const place = this.#mark();
    this.#space(newlines);
    if (this.#peek() === '(') {
      return this.#call(name, start);
    }
    this.#reset(place);
    if (name === 'true' || name === 'false') {
      return { kind: 'literal', start, end: this.#at, value: name === 'true' };
    }
    if (name === 'null') {
      return { kind: 'literal', start, end: this.#at, value: null };
    }
    return {
      kind: 'reference',
      start,
      end: this.#at,
      root: name,
      steps: [],
      children: [],
    };
  }

  #call(name: string, start: number): HclExpression {
    this.#take('mark', 1);
    const children: HclExpression[] = [];
    for (;;) {
      this.#space('lines');
      if (this.#peek() === ')') {
        break;
      }
      children.push(this.#expression('lines'));
      this.#space('lines');
      if (this.#text.startsWith('...', this.#at)) {
        this.#take('mark', 3);
        this.#space('lines');
      }
      if (this.#peek() !== ',') {
        break;
      }
      this.#take('mark', 1);
    }
    this.#expect(')');
    return { kind: 'call', name, start, end: this.#at, children };
  }

  #postfix(term: HclExpression, newlines: 'line' | 'lines'): HclExpression {
    let value = term;
    for (;;) {
      const place = this.#mark();
      if (newlines === 'lines') {
        this.#space('lines');
      }
      if (this.#peek() === '.' && !this.#text.startsWith('...', this.#at)) {
        this.#take('mark', 1);
        this.#space('line');
        value = this.#step(value, this.#attributeStep());
      } else if (place.at === this.#at && this.#peek() === '[') {
        value = this.#index(value);
      } else {
        this.#reset(place);
        return value;
      }
    }
  }

  #attributeStep(): HclStep {
    if (this.#peek() === '*') {
      this.#take('mark', 1);
      return undefined;
    }
    const digits = this.#match(/[0-9]+/y);
    if (digits) {
      this.#take('number', digits.length);
      return Number(digits);
    }
    return this.#name();
  }

  #index(value: HclExpression): HclExpression {
    this.#take('mark', 1);
    this.#space('lines');
    if (this.#peek() === '*') {
      this.#take('mark', 1);
      this.#space('lines');
      this.#expect(']');
      return this.#step(value, undefined);
    }
    const key = this.#expression('lines');
    this.#space('lines');
    this.#expect(']');
    const step =
      key.kind === 'literal' &&
      (typeof key.value === 'string' || typeof key.value === 'number')
        ? key.value
        : undefined;
    return this.#step(value, step, step === undefined ? [key] : []);
  }

  #step(
    value: HclExpression,
    step: HclStep,
    children: HclExpression[] = [],
  ): HclExpression {
    if (value.kind === 'reference') {
      const reference: HclReference = {
        ...value,
        end: this.#at,
        steps: [...value.steps, step],
        children: [...value.children, ...children],
      };
      return reference;
    }
    return {
      kind: 'index',
      start: value.start,
      end: this.#at,
      children: [value, ...children],
    };
  }

  #collection(open: '[' | '{'): HclExpression {
    const start = this.#at;
    this.#take('mark', 1);
    this.#space('lines');
    if (this.#isFor()) {
      return this.#for(start, open === '[' ? ']' : '}');
    }
    return open === '[' ? this.#tuple(start) : this.#object(start);
  }

  #tuple(start: number): HclExpression {
    const items: HclExpression[] = [];
    for (;;) {
      this.#space('lines');
      if (this.#peek() === ']') {
        break;
      }
      items.push(this.#expression('lines'));
      this.#space('lines');
      if (this.#peek() !== ',') {
        break;
      }
      this.#take('mark', 1);
    }
    this.#expect(']');
    return { kind: 'tuple', start, end: this.#at, items };
  }

  #object(start: number): HclExpression {
    const items: HclObjectItem[] = [];
    for (;;) {
      this.#space('lines');
      if (this.#peek() === '}') {
        break;
      }
      items.push(this.#objectItem());
      this.#space('line');
      const next = this.#peek();
      if (next === ',') {
        this.#take('mark', 1);
      } else if (next !== '\n' && next !== '\r' && next !== '}') {
        throw this.#problem('The members of an object are not separated');
      }
    }
    this.#expect('}');
    return { kind: 'object', start, end: this.#at, items };
  }

  #objectItem(): HclObjectItem {
    const start = this.#at;
    const isComputed = this.#peek() === '(';
    const keyExpression = this.#expression('line');
    this.#space('line');
    const next = this.#peek();
    if (next !== '=' && next !== ':') {
      throw this.#problem('A member of an object has no value');
    }
    this.#take('mark', 1);
    this.#space('lines');
    const value = this.#expression('line');
    const key = isComputed ? undefined : keyOf(keyExpression);
    return {
      start,
      end: this.#at,
      value,
      ...(key === undefined ? { keyExpression } : { key }),
    };
  }

  #isFor(): boolean {
    const place = this.#mark();
    const word = this.#match(/for(?![\p{ID_Continue}-])/uy);
    let isFor = false;
    if (word) {
      this.#take('name', word.length);
      this.#space('lines');
      isFor = NAME_START.test(this.#peek() ?? '');
    }
    this.#reset(place);
    return isFor;
  }

  #for(start: number, close: ']' | '}'): HclExpression {
    const children: HclExpression[] = [];
    const next = (expected: string) => {
      this.#space('lines');
      this.#expect(expected);
      this.#space('lines');
    };
    this.#name();
    this.#space('lines');
    this.#name();
    this.#space('lines');
    if (this.#peek() === ',') {
      next(',');
      this.#name();
      this.#space('lines');
    }
    if (this.#name() !== 'in') {
      throw this.#problem('A for expression lacks its "in"');
    }
    this.#space('lines');
    children.push(this.#expression('lines'));
    next(':');
    children.push(this.#expression('lines'));
    this.#space('lines');
    if (this.#text.startsWith('=>', this.#at)) {
      this.#take('mark', 2);
      this.#space('lines');
      children.push(this.#expression('lines'));
      this.#space('lines');
      if (this.#text.startsWith('...', this.#at)) {
        this.#take('mark', 3);
        this.#space('lines');
      }
    }
    if (this.#match(/if(?![\p{ID_Continue}-])/uy)) {
      this.#take('name', 2);
      this.#space('lines');
      children.push(this.#expression('lines'));
      this.#space('lines');
    }
    this.#expect(close);
    return { kind: 'for', start, end: this.#at, children };
  }

  // Strings

  #quoted(): HclExpression {
    const start = this.#at;
    this.#take('quote', 1);
    const children: HclExpression[] = [];
    let value = '';
    let isTemplate = false;
    for (;;) {
      const next = this.#peek();
      if (next === undefined || next === '\n' || next === '\r') {
        throw this.#problem('A string does not end', start);
      }
      if (next === '"') {
        this.#take('quote', 1);
        break;
      }
      if (this.#isTemplateStart()) {
        isTemplate = true;
        children.push(...this.#template());
        continue;
      }
      const { length, text } = this.#character();
      value += text;
      this.#take('text', length);
    }
    return isTemplate
      ? { kind: 'template', start, end: this.#at, children }
      : { kind: 'literal', start, end: this.#at, value };
  }

  #isTemplateStart(): boolean {
    return (
      this.#text.startsWith('${', this.#at) ||
      this.#text.startsWith('%{', this.#at)
    );
  }

  /** The next character of a quoted string, or of an escape in it. */
  #character(): { length: number; text: string } {
    const rest = this.#text.slice(this.#at, this.#at + 10);
    if (rest.startsWith('$${') || rest.startsWith('%%{')) {
      return { length: 3, text: rest.slice(1, 3) };
    }
    if (rest[0] !== '\\') {
      return { length: 1, text: rest[0] };
    }
    const simple: Record<string, string> = {
      n: '\n',
      r: '\r',
      t: '\t',
      '"': '"',
      '\\': '\\',
    };
    const known = simple[rest[1]];
    if (known !== undefined) {
      return { length: 2, text: known };
    }
    const unicode = /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(rest);
    const code = unicode && parseInt(unicode[1] ?? unicode[2], 16);
    if (!unicode || code === null || code > 0x10ffff) {
      throw this.#problem('A string has an escape that does not exist');
    }
    return { length: unicode[0].length, text: String.fromCodePoint(code) };
  }

  /** `${ … }` or `%{ … }` */
  #template(): HclExpression[] {
    return this.#nest(() => {
      const isDirective = this.#peek() === '%';
      this.#take('template', 2);
      if (this.#peek() === '~') {
        this.#take('template', 1);
      }
      this.#space('lines');
      const children = isDirective
        ? this.#directive()
        : [this.#expression('lines')];
      this.#space('lines');
      if (this.#peek() === '~') {
        this.#take('template', 1);
      }
      this.#expect('}');
      return children;
    });
  }

  #directive(): HclExpression[] {
    const word = this.#name();
    this.#space('lines');
    if (word === 'if') {
      return [this.#expression('lines')];
    }
    if (word !== 'for') {
      return [];
    }
    while (this.#name() !== 'in') {
      this.#space('lines');
      if (this.#peek() === ',') {
        this.#take('mark', 1);
        this.#space('lines');
      }
    }
    this.#space('lines');
    return [this.#expression('lines')];
  }

  #heredoc(): HclExpression {
    const start = this.#at;
    HEREDOC.lastIndex = this.#at;
    const opening = HEREDOC.exec(this.#text);
    if (!opening) {
      throw this.#problem('This is not the start of a value');
    }
    this.#take('heredoc', opening[0].length);
    const marker = opening[2];
    const children: HclExpression[] = [];
    let lineStart = true;
    for (;;) {
      if (lineStart && this.#closesHeredoc(marker)) {
        break;
      }
      const next = this.#peek();
      if (next === undefined) {
        throw this.#problem('A heredoc does not end', start);
      }
      lineStart = next === '\n';
      if (
        this.#text.startsWith('$${', this.#at) ||
        this.#text.startsWith('%%{', this.#at)
      ) {
        this.#take('heredoc', 3);
      } else if (this.#isTemplateStart()) {
        children.push(...this.#template());
      } else {
        this.#take('heredoc', 1);
      }
    }
    return { kind: 'heredoc', start, end: this.#at, children };
  }

  #closesHeredoc(marker: string): boolean {
    const lineEnd = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(
      this.#at,
      lineEnd === -1 ? this.#text.length : lineEnd,
    );
    if (line.trim() !== marker) {
      return false;
    }
    this.#take('heredoc', line.trimEnd().length);
    return true;
  }

  // Pieces

  /** Passes spaces and comments, and line breaks unless they mean something. */
  #space(newlines: 'line' | 'lines'): void {
    for (;;) {
      const next = this.#peek();
      if (next === ' ' || next === '\t') {
        this.#take('space', 1);
      } else if (next === '#' || (next === '/' && this.#peek(1) === '/')) {
        const end = this.#text.indexOf('\n', this.#at);
        this.#take(
          'comment',
          (end === -1 ? this.#text.length : end) - this.#at,
        );
      } else if (next === '/' && this.#peek(1) === '*') {
        const end = this.#text.indexOf('*/', this.#at + 2);
        if (end === -1) {
          throw this.#problem('A comment does not end');
        }
        this.#take('comment', end + 2 - this.#at);
      } else if (
        newlines === 'lines' &&
        (next === '\n' || (next === '\r' && this.#peek(1) === '\n'))
      ) {
        this.#take('newline', next === '\n' ? 1 : 2);
      } else {
        return;
      }
    }
  }

  #name(): string {
    const start = this.#at;
    let end = start;
    for (;;) {
      const code = this.#text.codePointAt(end);
      const character = code === undefined ? '' : String.fromCodePoint(code);
      const fits = end === start ? NAME_START : NAME_PART;
      if (character === '' || !fits.test(character)) {
        break;
      }
      end += character.length;
    }
    if (end === start) {
      throw this.#problem('A name or a value is missing');
    }
    this.#take('name', end - start);
    return this.#text.slice(start, end);
  }

  #expect(mark: string): void {
    if (!this.#text.startsWith(mark, this.#at)) {
      throw this.#problem(`"${mark}" is missing`);
    }
    this.#take('mark', mark.length);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text)?.[0];
  }

  #peek(offset = 0): string | undefined {
    const at = this.#at + offset;
    return at < this.#text.length ? this.#text[at] : undefined;
  }

  #take(kind: HclToken['kind'], length: number): void {
    const last = this.#tokens.at(-1);
    if (
      last?.kind === kind &&
      (kind === 'text' || kind === 'heredoc' || kind === 'space')
    ) {
      last.end += length;
    } else if (length > 0) {
      this.#tokens.push({ kind, start: this.#at, end: this.#at + length });
    }
    this.#at += length;
  }

  #mark(): { at: number; tokens: number; lastEnd: number } {
    return {
      at: this.#at,
      tokens: this.#tokens.length,
      lastEnd: this.#tokens.at(-1)?.end ?? 0,
    };
  }

  #reset(place: { at: number; tokens: number; lastEnd: number }): void {
    this.#at = place.at;
    this.#tokens.length = place.tokens;
    const last = this.#tokens.at(-1);
    if (last) {
      last.end = place.lastEnd;
    }
  }

  #nest<T>(work: () => T): T {
    this.#depth++;
    if (this.#depth > MAX_DEPTH) {
      throw this.#problem('The code is nested too deeply');
    }
    const value = work();
    this.#depth--;
    return value;
  }

  #problem(message: string, offset = this.#at): SyntaxProblem {
    return new SyntaxProblem(message, offset);
  }
}

/**
 * Reads HCL native syntax (Terraform and OpenTofu configuration, variable files,
 * lock files) without losing a byte of it. A file with an error gives what was
 * understood before it.
 *
 * Source: HCL Native Syntax Specification, hashicorp/hcl hclsyntax/spec.md.
 *
 * @public
 */
export function scanHcl(text: string): HclFile {
  return new Scanner(text).file();
}

/** `a` and `"a"` are keys as they are written; everything else is evaluated. */
function keyOf(expression: HclExpression): string | undefined {
  if (expression.kind === 'literal') {
    return expression.value === null ? undefined : String(expression.value);
  }
  return expression.kind === 'reference' &&
    expression.steps.length === 0 &&
    expression.children.length === 0
    ? expression.root
    : undefined;
}
