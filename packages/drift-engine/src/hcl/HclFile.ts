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

/**
 * A stretch of source text: offsets in UTF-16 units, `end` is behind the last one.
 *
 * @public
 */
export interface HclRange {
  start: number;
  end: number;
}

/**
 * A step of a reference: `.name`, `[0]`, `["key"]`; `undefined` where only
 * evaluation could tell, as in `[each.key]` and `[*]`.
 *
 * @public
 */
export type HclStep = string | number | undefined;

/**
 * `var.pools["a"].size` and the like.
 *
 * @public
 */
export interface HclReference extends HclRange {
  kind: 'reference';
  root: string;
  steps: HclStep[];
  /** Expressions inside of brackets. */
  children: HclExpression[];
}

/**
 * A number, a bool, null or a string without templates.
 *
 * @public
 */
export interface HclLiteral extends HclRange {
  kind: 'literal';
  value: string | number | boolean | null;
}

/**
 * `[1, 2]`
 *
 * @public
 */
export interface HclTuple extends HclRange {
  kind: 'tuple';
  items: HclExpression[];
}

/**
 * One member of an object: `key = value` or `key : value`.
 *
 * @public
 */
export interface HclObjectItem extends HclRange {
  /** Absent where only evaluation could tell. */
  key?: string;
  keyExpression?: HclExpression;
  value: HclExpression;
}

/**
 * `{ a = 1 }`
 *
 * @public
 */
export interface HclObject extends HclRange {
  kind: 'object';
  items: HclObjectItem[];
}

/**
 * `fn(a, b)`
 *
 * @public
 */
export interface HclCall extends HclRange {
  kind: 'call';
  name: string;
  children: HclExpression[];
}

/**
 * `a ? b : c`
 *
 * @public
 */
export interface HclConditional extends HclRange {
  kind: 'conditional';
  /** Condition, then, else. */
  children: [HclExpression, HclExpression, HclExpression];
}

/**
 * Everything that has no value without evaluation: templates, heredocs,
 * operations, `for`, splats of anything but references.
 *
 * @public
 */
export interface HclOther extends HclRange {
  kind: 'template' | 'heredoc' | 'operation' | 'for' | 'index';
  children: HclExpression[];
}

/**
 * An expression, as far as it can be told without evaluating it.
 *
 * @public
 */
export type HclExpression =
  | HclLiteral
  | HclTuple
  | HclObject
  | HclReference
  | HclCall
  | HclConditional
  | HclOther;

/**
 * `name = value`
 *
 * @public
 */
export interface HclAttribute extends HclRange {
  name: string;
  value: HclExpression;
  /** Of the value as written, with the parentheses around it; it ends with the attribute. */
  valueStart: number;
}

/**
 * `type "label" { … }`
 *
 * @public
 */
export interface HclBlock extends HclRange {
  type: string;
  labels: string[];
  /** What is between the braces. */
  body: HclBody;
}

/**
 * What a file, or a block between its braces, holds.
 *
 * @public
 */
export interface HclBody extends HclRange {
  attributes: HclAttribute[];
  blocks: HclBlock[];
}

/**
 * A piece of the text. All tokens of a file, one after the other, are the file.
 *
 * @public
 */
export interface HclToken extends HclRange {
  kind:
    | 'space'
    | 'newline'
    | 'comment'
    | 'name'
    | 'number'
    | 'quote'
    | 'text'
    | 'heredoc'
    | 'template'
    | 'mark';
}

/**
 * A file that was read without changing anything in it.
 *
 * @public
 */
export interface HclFile {
  /** What was understood; in a file with an error, up to there. */
  body: HclBody;
  tokens: HclToken[];
  /** Why the rest is not HCL; lines count from 1. */
  error?: { message: string; offset: number; line: number };
}
