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
import {
  HclAttribute,
  HclBody,
  HclExpression,
  HclObject,
  HclRange,
  HclTuple,
} from './HclFile';
import { formatHclKey, formatHclValue } from './values';

/**
 * A piece of the text that is written anew.
 *
 * @public
 */
export interface HclEdit extends HclRange {
  text: string;
}

/**
 * Changes a text in places that do not overlap; everything else stays byte for byte.
 *
 * @throws RangeError when two edits overlap.
 * @public
 */
export function applyHclEdits(text: string, edits: readonly HclEdit[]): string {
  const sorted = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((one, other) => one.start - other.start || one.index - other.index);
  let result = '';
  let at = 0;
  for (const edit of sorted) {
    if (edit.start < at) {
      throw new RangeError('Two changes of one file overlap');
    }
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * Writes another value in the place of an expression; a list or object that was
 * written over several lines stays so.
 *
 * @public
 */
export function replaceHclValue(
  text: string,
  expression: HclExpression,
  value: JsonValue,
): HclEdit {
  const { start, end } = expression;
  const isSpread = text.slice(start, end).includes('\n');
  const written = formatHclValue(
    value,
    isSpread ? indentAt(text, end) : undefined,
  );
  return { start, end, text: withLineEnds(text, written) };
}

/**
 * Adds `name = value` behind the attributes of a body.
 *
 * @returns undefined where that has no place, such as a block on one line.
 * @public
 */
export function insertHclAttribute(
  text: string,
  body: HclBody,
  name: string,
  value: JsonValue,
): HclEdit | undefined {
  const firstBlock = body.blocks.at(0)?.start ?? Infinity;
  const neighbour =
    body.attributes.filter(each => each.start < firstBlock).at(-1) ??
    body.attributes.at(0);
  if (!neighbour) {
    return insertFirst(text, body, `${name} = `, value);
  }
  const lineEnd = endOfOwnLine(text, neighbour, '');
  if (lineEnd === undefined || !startsLine(text, neighbour.start)) {
    return undefined;
  }
  const indent = indentAt(text, neighbour.start);
  const column = widthOfName(text, neighbour);
  const isAligned = text
    .slice(neighbour.start, neighbour.valueStart)
    .endsWith('= ');
  const key = isAligned ? name.padEnd(column) : name;
  return insertLine(
    text,
    lineEnd,
    `${indent}${key} = ${formatHclValue(value, indent)}`,
  );
}

/**
 * Takes an attribute out, with its line.
 *
 * @returns undefined where something else stands on its lines, such as a comment.
 * @public
 */
export function removeHclAttribute(
  text: string,
  attribute: HclAttribute,
): HclEdit | undefined {
  return removeLines(text, attribute, '');
}

/**
 * Adds a member to an object.
 *
 * @returns undefined where that has no obvious place.
 * @public
 */
export function insertHclMember(
  text: string,
  object: HclObject,
  key: string,
  value: JsonValue,
): HclEdit | undefined {
  const written = (indent?: string) =>
    `${formatHclKey(key)} = ${formatHclValue(value, indent)}`;
  const last = object.items.at(-1);
  if (!last) {
    return isBlank(text.slice(object.start + 1, object.end - 1))
      ? { start: object.start, end: object.end, text: `{ ${written()} }` }
      : undefined;
  }
  if (!startsLine(text, last.start)) {
    return insertBehind(text, last, written());
  }
  const lineEnd = endOfOwnLine(text, last, ',');
  const indent = indentAt(text, last.start);
  if (lineEnd === undefined) {
    return undefined;
  }
  const width = last.value.start - last.start;
  const isAligned = /[ \t]= $/.test(text.slice(last.start, last.value.start));
  const name = formatHclKey(key);
  const line = `${isAligned ? name.padEnd(width - 3) : name} = ${formatHclValue(
    value,
    indent,
  )}`;
  const comma = hasComma(text, last) ? ',' : '';
  return insertLine(text, lineEnd, `${indent}${line}${comma}`);
}

/**
 * Adds an element to a list.
 *
 * @param index - where; behind the last one when there are not that many
 * @returns undefined where that has no obvious place.
 * @public
 */
export function insertHclElement(
  text: string,
  tuple: HclTuple,
  index: number,
  value: JsonValue,
): HclEdit[] | undefined {
  const next = tuple.items.at(Math.max(0, index));
  const last = tuple.items.at(-1);
  if (!last) {
    return isBlank(text.slice(tuple.start + 1, tuple.end - 1))
      ? [
          {
            start: tuple.start,
            end: tuple.end,
            text: `[${formatHclValue(value)}]`,
          },
        ]
      : undefined;
  }
  const isSpread = startsLine(text, (next ?? last).start);
  if (next) {
    const { start } = next;
    return isSpread
      ? [
          insertLine(
            text,
            text.lastIndexOf('\n', start - 1),
            `${indentAt(text, start)}${formatHclValue(
              value,
              indentAt(text, start),
            )},`,
          ),
        ]
      : [{ start, end: start, text: `${formatHclValue(value)}, ` }];
  }
  if (!isSpread) {
    const edit = insertBehind(text, last, formatHclValue(value));
    return edit && [edit];
  }
  const lineEnd = endOfOwnLine(text, last, ',');
  if (lineEnd === undefined) {
    return undefined;
  }
  const indent = indentAt(text, last.start);
  const line = `${indent}${formatHclValue(value, indent)}`;
  return hasComma(text, last)
    ? [insertLine(text, lineEnd, `${line},`)]
    : [
        { start: last.end, end: last.end, text: ',' },
        insertLine(text, lineEnd, line),
      ];
}

/**
 * Takes an element of a list, or a member of an object, out.
 *
 * @returns undefined where a comment, or something else, stands in the way.
 * @public
 */
export function removeHclItem(
  text: string,
  items: readonly HclRange[],
  item: HclRange,
): HclEdit | undefined {
  const lines = removeLines(text, item, ',');
  if (lines) {
    return lines;
  }
  const index = items.indexOf(item);
  const next = items.at(index + 1);
  if (next && isGap(text.slice(item.end, next.start))) {
    return { start: item.start, end: next.start, text: '' };
  }
  const previous = index > 0 ? items[index - 1] : undefined;
  if (previous && isGap(text.slice(previous.end, item.start))) {
    return { start: previous.end, end: item.end, text: '' };
  }
  return items.length === 1 && !startsLine(text, item.start)
    ? { start: item.start, end: item.end, text: '' }
    : undefined;
}

function insertFirst(
  text: string,
  body: HclBody,
  before: string,
  value: JsonValue,
): HclEdit | undefined {
  const opening = text.indexOf('\n', body.start);
  if (opening === -1 || opening >= body.end) {
    return undefined;
  }
  if (!/^[ \t\r]*$/.test(text.slice(body.start, opening))) {
    return undefined;
  }
  const indent = `${indentAt(text, body.end)}  `;
  return insertLine(
    text,
    text[opening - 1] === '\r' ? opening - 1 : opening,
    `${indent}${before}${formatHclValue(value, indent)}`,
  );
}

function insertBehind(
  text: string,
  item: HclRange,
  written: string,
): HclEdit | undefined {
  const after = text.slice(item.end).match(/^[ \t]*,/)?.[0];
  return after === undefined
    ? { start: item.end, end: item.end, text: `, ${written}` }
    : {
        start: item.end + after.length,
        end: item.end + after.length,
        text: ` ${written},`,
      };
}

/** @param at - the end of the line above, before its line break. */
function insertLine(text: string, at: number, line: string): HclEdit {
  const place =
    at > 0 && text[at] === '\n' && text[at - 1] === '\r' ? at - 1 : at;
  return { start: place, end: place, text: withLineEnds(text, `\n${line}`) };
}

function removeLines(
  text: string,
  item: HclRange,
  separators: string,
): HclEdit | undefined {
  if (!startsLine(text, item.start)) {
    return undefined;
  }
  const start = text.lastIndexOf('\n', item.start - 1) + 1;
  const lineEnd = text.indexOf('\n', item.end);
  const rest = text.slice(item.end, lineEnd === -1 ? text.length : lineEnd);
  if ([...rest].some(character => !` \t\r${separators}`.includes(character))) {
    return undefined;
  }
  return { start, end: lineEnd === -1 ? text.length : lineEnd + 1, text: '' };
}

/** End of the line on which something ends, if nothing but a comment follows there. */
function endOfOwnLine(
  text: string,
  item: HclRange,
  separators: string,
): number | undefined {
  const lineEnd = text.indexOf('\n', item.end);
  const end = lineEnd === -1 ? text.length : lineEnd;
  const rest = text.slice(item.end, end);
  const bare = rest.replace(
    separators === ',' ? /^[ \t]*,?[ \t]*/ : /^[ \t]*/,
    '',
  );
  return bare === '' || bare === '\r' || /^(#|\/\/)/.test(bare)
    ? end
    : undefined;
}

function startsLine(text: string, at: number): boolean {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*$/.test(text.slice(start, at)) && (start > 0 || at === 0);
}

function indentAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}

function widthOfName(text: string, attribute: HclAttribute): number {
  const between = text.slice(attribute.start, attribute.valueStart);
  return between.lastIndexOf('=') - 1;
}

function hasComma(text: string, item: HclRange): boolean {
  return /^[ \t]*,/.test(text.slice(item.end, item.end + 1000));
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function isGap(text: string): boolean {
  return /^[ \t]*,?[ \t]*$/.test(text);
}

/** Line breaks as the file has them. */
function withLineEnds(text: string, written: string): string {
  return text.includes('\r\n') ? written.replace(/\r?\n/g, '\r\n') : written;
}
