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

import { JsonObject, JsonValue } from '@backstage/types';
import { inText, isNothing, quoted } from './words/values';
import { count, listed } from './words/words';

/** A text longer than this is not taken apart. */
const MAX_LENGTH = 64 * 1024;

/** What differs between two JSON documents held in texts, e.g. access policies. */
export interface DocumentChange {
  /** `1 statement was added, which allows 's3:GetObject' to everybody`. */
  how: string;
  added: number;
  removed: number;
}

/** Undefined where the texts are no JSON objects. */
export function describeDocuments(
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): DocumentChange | undefined {
  const before = objectIn(from);
  const after = objectIn(to);
  if (!before || !after) {
    return undefined;
  }
  const statements = statementsOf(before);
  const others = statementsOf(after);
  return statements && others
    ? describeStatements(statements, others)
    : describeKeys(before, after);
}

function objectIn(value: JsonValue | undefined): JsonObject | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) {
    return undefined;
  }
  if (!/^\s*\{/.test(value)) {
    return undefined;
  }
  try {
    return asObject(JSON.parse(value));
  } catch {
    // Not every text that begins like JSON is JSON.
    return undefined;
  }
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : undefined;
}

function statementsOf(document: JsonObject): JsonValue[] | undefined {
  const statements = document.Statement;
  return isNothing(statements) ? undefined : [statements].flat();
}

function describeStatements(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
): DocumentChange {
  const known = new Set(before.map(each => JSON.stringify(each)));
  const kept = new Set(after.map(each => JSON.stringify(each)));
  const added = after.filter(each => !known.has(JSON.stringify(each)));
  const removed = before.filter(each => !kept.has(JSON.stringify(each)));
  const first = added.map(statementInText).find(text => text !== undefined);
  const parts = [
    ...(added.length > 0
      ? [
          `${count(added.length, 'statement')} ${
            added.length === 1 ? 'was' : 'were'
          } added`,
        ]
      : []),
    ...(removed.length > 0
      ? [
          `${count(removed.length, 'statement')} ${
            removed.length === 1 ? 'was' : 'were'
          } removed`,
        ]
      : []),
  ];
  const what = parts.length === 0 ? 'outside of its statements' : listed(parts);
  return {
    how: first && added.length > 0 ? `${what}; the new one ${first}` : what,
    added: added.length,
    removed: removed.length,
  };
}

/** `allows everybody 's3:GetObject' and 's3:PutObject'`. */
function statementInText(value: JsonValue): string | undefined {
  const statement = asObject(value);
  if (!statement) {
    return undefined;
  }
  const actions = [statement.Action ?? []].flat().map(each => inText(each));
  if (actions.length === 0) {
    return undefined;
  }
  const verb = statement.Effect === 'Deny' ? 'denies' : 'allows';
  const shown =
    actions.length > 3
      ? [...actions.slice(0, 2), `${actions.length - 2} more actions`]
      : actions;
  return `${verb} ${principalOf(statement)}${listed(shown)}`;
}

function principalOf(statement: JsonObject): string {
  const { Principal: principal } = statement;
  const named = asObject(principal)?.AWS ?? principal;
  if (named === '*') {
    return 'everybody ';
  }
  return typeof named === 'string' ? `${quoted(named)} ` : '';
}

function describeKeys(before: JsonObject, after: JsonObject): DocumentChange {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter(
    name => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const shown = differing.slice(0, 3).map(name => quoted(name));
  const rest = differing.length - shown.length;
  return {
    how:
      differing.length === 0
        ? 'in its layout'
        : `in ${listed(
            rest === 0 ? shown : [...shown, count(rest, 'more part')],
          )}`,
    added: differing.filter(name => before[name] === undefined).length,
    removed: differing.filter(name => after[name] === undefined).length,
  };
}
