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

import type { JsonObject, JsonValue } from '@backstage/types';
import { applyCloudWrites, CloudFieldWrite } from '@infra-hub/drift-engine';
import { compare, deepClone, escapePathComponent } from 'fast-json-patch';
import { memberOf, segmentsOf, valueAt } from '../document/valueAt';

/** An operation of RFC 6902 as Cloud Control takes it. */
export type PatchOperation =
  | { op: 'add' | 'replace' | 'test'; path: string; value: JsonValue }
  | { op: 'remove'; path: string };

/**
 * The patch that makes writes true of a document, and only of one that still says
 * what it said where they are. RFC 6902 cannot test that something is absent: there,
 * the next value above it is tested, unless that is the whole document.
 *
 * @returns no operations when everything is so already
 */
export function buildPatch(
  before: JsonObject,
  writes: readonly CloudFieldWrite[],
): PatchOperation[] {
  const tests: PatchOperation[] = [];
  const changes: PatchOperation[] = [];
  let document = before;
  for (const write of writes) {
    const after = applyCloudWrites(document, [write]);
    const change =
      write.value === undefined
        ? removalOf(document, write.pointer)
        : changeOf(document, after, segmentsOf(write.pointer));
    if (change && compare(document, after).length > 0) {
      changes.push(change);
      addTest(tests, before, segmentsOf(write.pointer));
    }
    document = after;
  }
  return [...tests, ...changes];
}

/** Whether a document still says what another one did, where writes are. */
export function saysTheSame(
  before: JsonObject,
  now: JsonObject,
  writes: readonly CloudFieldWrite[],
): boolean {
  return writes.every(({ pointer }) => {
    const [was, is] = [valueAt(before, pointer), valueAt(now, pointer)];
    return (
      (was === undefined) === (is === undefined) &&
      compare({ value: was ?? null }, { value: is ?? null }).length === 0
    );
  });
}

function removalOf(
  document: JsonObject,
  path: string,
): PatchOperation | undefined {
  return valueAt(document, path) === undefined
    ? undefined
    : { op: 'remove', path };
}

/** One operation at the uppermost place that is not there yet, or at the last. */
function changeOf(
  document: JsonObject,
  after: JsonObject,
  segments: readonly string[],
): PatchOperation | undefined {
  let was: JsonValue | undefined = document;
  let will: JsonValue | undefined = after;
  for (const [index, segment] of segments.entries()) {
    const inList: boolean = Array.isArray(was) && segment === '-';
    was = memberOf(was, segment);
    will =
      inList && Array.isArray(will) ? will.at(-1) : memberOf(will, segment);
    const path = pointerOf(segments.slice(0, index + 1));
    if (will === undefined) {
      return undefined;
    }
    if (was === undefined) {
      return { op: 'add', path, value: deepClone(will) };
    }
    if (index === segments.length - 1) {
      return { op: 'replace', path, value: deepClone(will) };
    }
  }
  return undefined;
}

function addTest(
  tests: PatchOperation[],
  before: JsonObject,
  segments: readonly string[],
): void {
  for (let length = segments.length; length > 0; length--) {
    const path = pointerOf(segments.slice(0, length));
    const value = valueAt(before, path);
    if (value !== undefined) {
      if (!tests.some(test => test.path === path)) {
        tests.push({ op: 'test', path, value: deepClone(value) });
      }
      return;
    }
  }
}

function pointerOf(segments: readonly string[]): string {
  return segments.map(segment => `/${escapePathComponent(segment)}`).join('');
}
