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

import { CloudError } from '../cloud/CloudError';
import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { Editor, editorsOf, Field } from './editors';

/** What a submitted form asks for. */
export interface Submission {
  editor: string;
  operation: string;
  /** The entry or key meant, when it is about one of several. */
  entry?: string;
  form: URLSearchParams;
}

/** The change of the resource that a submitted form means. */
export function patchOf(
  kind: string,
  resource: JsonObject,
  submission: Submission,
): JsonObject {
  return patchBy(editorsOf(kind), resource, submission);
}

/** The same for a page with other forms. */
export function patchBy(
  editors: readonly Editor[],
  resource: JsonObject,
  { editor: id, operation, entry, form }: Submission,
): JsonObject {
  const editor = editors.find(candidate => candidate.id === id);
  if (!editor) {
    throw new CloudError(400, 'Invalid', `There is no form ${id}`);
  }
  switch (editor.type) {
    case 'fields':
      return readFields(editor.fields, form);
    case 'map':
      return { [id]: changedMap(resource[id], operation, entry, form) };
    default:
      return {
        [id]: changedEntries(editor, resource[id], operation, entry, form),
      };
  }
}

function changedMap(
  current: JsonValue | undefined,
  operation: string,
  entry: string | undefined,
  form: URLSearchParams,
): JsonObject {
  const result = isJsonObject(current) ? { ...current } : {};
  const key = entry ?? (form.get('name') ?? '').trim();
  if (operation === 'remove') {
    delete result[key];
  } else {
    result[key] = form.get('value') ?? '';
  }
  return result;
}

function changedEntries(
  editor: Extract<Editor, { type: 'entries' }>,
  current: JsonValue | undefined,
  operation: string,
  entry: string | undefined,
  form: URLSearchParams,
): JsonValue[] {
  const entries = Array.isArray(current) ? current.filter(isJsonObject) : [];
  switch (operation) {
    case 'remove':
      return entries.filter(candidate => candidate.name !== entry);
    case 'add':
      return [
        ...entries,
        {
          ...editor.defaults,
          name: (form.get('name') ?? '').trim(),
          ...readFields(editor.columns, form),
        },
      ];
    default:
      return entries.map(candidate =>
        candidate.name === entry
          ? { ...candidate, ...readFields(editor.columns, form) }
          : candidate,
      );
  }
}

function readFields(fields: Field[], form: URLSearchParams): JsonObject {
  return Object.fromEntries(
    fields.map(field => [field.name, readField(field, form)]),
  );
}

function readField(field: Field, form: URLSearchParams): JsonValue {
  const raw = form.get(field.name) ?? '';
  switch (field.input.type) {
    case 'number':
      return raw.trim() === '' ? Number.NaN : Number(raw);
    case 'checkbox':
      return form.has(field.name);
    case 'textarea':
      return raw.replace(/\r\n/g, '\n');
    case 'lines':
      return raw
        .split(/\r?\n/)
        .map(line => line.trim())
        .filter(line => line !== '');
    default:
      return raw.trim();
  }
}
