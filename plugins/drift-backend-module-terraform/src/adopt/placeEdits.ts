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
import {
  HclEdit,
  insertHclAttribute,
  insertHclElement,
  insertHclMember,
  removeHclAttribute,
  removeHclItem,
  replaceHclValue,
} from '@infra-hub/drift-engine';
import { Place } from './ValueLocator';

/**
 * The smallest change of the text that makes a place say what is.
 *
 * @param actual - what really is; absent when there is nothing
 * @returns undefined where only a person can write it well, such as beside a comment
 */
export function placeEdits(
  place: Place,
  actual: JsonValue | undefined,
): HclEdit[] | undefined {
  const edit =
    actual === undefined || actual === null
      ? removal(place)
      : change(place, actual);
  return edit === undefined || Array.isArray(edit) ? edit : [edit];
}

function change(
  place: Place,
  actual: JsonValue,
): HclEdit | HclEdit[] | undefined {
  const { file, expression, parent } = place;
  if (expression) {
    const isText =
      expression.kind === 'literal' && typeof expression.value === 'string';
    return replaceHclValue(
      file.text,
      expression,
      isText && (typeof actual === 'number' || typeof actual === 'boolean')
        ? String(actual)
        : actual,
    );
  }
  switch (parent.kind) {
    case 'object':
      return insertHclMember(file.text, parent.object, parent.key, actual);
    case 'tuple':
      return insertHclElement(file.text, parent.tuple, parent.index, actual);
    default:
      // A list of objects may be written as blocks, and nothing here tells.
      return holdsObjects(actual)
        ? undefined
        : insertHclAttribute(file.text, parent.body, parent.name, actual);
  }
}

function removal(place: Place): HclEdit | undefined {
  const { file, expression, parent, followed } = place;
  if (!expression) {
    return undefined;
  }
  switch (parent.kind) {
    case 'object':
      return (
        parent.item &&
        removeHclItem(file.text, parent.object.items, parent.item)
      );
    case 'tuple':
      return removeHclItem(file.text, parent.tuple.items, expression);
    default:
      // Without its argument a variable takes another value, not none.
      return followed || !parent.attribute
        ? undefined
        : removeHclAttribute(file.text, parent.attribute);
  }
}

function holdsObjects(value: JsonValue): boolean {
  return (
    Array.isArray(value) &&
    value.some(item => typeof item === 'object' && item !== null)
  );
}
