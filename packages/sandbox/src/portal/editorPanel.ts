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

import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { Editor, Field } from './editors';
import { Html, html } from './html';

export type FormFactory = (
  target: { editor: string; operation: string; entry?: string },
  content: Html,
) => Html;

export function formFactory(action: string, actor: string): FormFactory {
  return ({ editor, operation, entry }, content) => {
    const query = new URLSearchParams({
      editor,
      operation,
      ...(entry !== undefined && { entry }),
    });
    return html`<form method="post" action="${action}?${query.toString()}">
      <input type="hidden" name="actor" value="${actor}" />${content}
    </form>`;
  };
}

export function editorPanel(
  editor: Editor,
  resource: JsonObject,
  form: FormFactory,
): Html {
  const id = `panel-${editor.id}`;
  const content = () => {
    switch (editor.type) {
      case 'fields':
        return fieldsForm(editor, resource, form);
      case 'map':
        return mapForms(editor, resource, form);
      default:
        return entriesForms(editor, resource, form);
    }
  };
  return html`<section class="panel" aria-labelledby="${id}">
    <h2 id="${id}">${editor.title}</h2>
    ${content()}
  </section>`;
}

function fieldsForm(
  editor: Extract<Editor, { type: 'fields' }>,
  resource: JsonObject,
  form: FormFactory,
): Html {
  return form(
    { editor: editor.id, operation: 'save' },
    html`<div class="stack">
      ${editor.fields.map(field =>
        labelled(
          field,
          `${editor.id}-${field.name}`,
          field.label,
          resource[field.name],
        ),
      )}<button type="submit">Save ${editor.title.toLowerCase()}</button>
    </div>`,
  );
}

function entriesForms(
  editor: Extract<Editor, { type: 'entries' }>,
  resource: JsonObject,
  form: FormFactory,
): Html {
  const value = resource[editor.id];
  const entries = Array.isArray(value) ? value.filter(isJsonObject) : [];
  return html`${entries.length === 0
      ? html`<p class="empty">None.</p>`
      : undefined}
    <ul class="rows">
      ${entries.map(entry => {
        const name = String(entry.name);
        return html`<li>
          <strong>${name}</strong>
          <div class="row">
            ${form(
              { editor: editor.id, operation: 'save', entry: name },
              html`<div class="row">
                ${editor.columns.map(field =>
                  labelled(
                    field,
                    `${editor.id}-${name}-${field.name}`,
                    html`${field.label}<span class="hidden"> of ${name}</span>`,
                    entry[field.name],
                  ),
                )}<button type="submit">
                  Save <span class="hidden">${name}</span>
                </button>
              </div>`,
            )}${form(
              { editor: editor.id, operation: 'remove', entry: name },
              html`<button type="submit" class="quiet">
                Remove <span class="hidden">${name}</span>
              </button>`,
            )}
          </div>
        </li>`;
      })}
    </ul>
    <details>
      <summary>Add a ${editor.noun}…</summary>
      ${form(
        { editor: editor.id, operation: 'add' },
        html`<div class="row">
          ${[
            { name: 'name', label: 'Name', input: { type: 'text' } } as Field,
            ...editor.columns,
          ].map(field =>
            labelled(
              field,
              `${editor.id}-new-${field.name}`,
              html`${field.label}<span class="hidden">
                  of the new ${editor.noun}</span
                >`,
              undefined,
            ),
          )}<button type="submit">Add ${editor.noun}</button>
        </div>`,
      )}
    </details>`;
}

function mapForms(
  editor: Extract<Editor, { type: 'map' }>,
  resource: JsonObject,
  form: FormFactory,
): Html {
  const value = resource[editor.id];
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return html`${entries.length === 0
      ? html`<p class="empty">None.</p>`
      : undefined}
    <ul class="rows">
      ${entries.map(
        ([key, text]) =>
          html`<li>
            <div class="row">
              ${form(
                { editor: editor.id, operation: 'save', entry: key },
                html`<div class="row">
                  <label for="${editor.id}-${key}"
                    ><span class="hidden">${editor.noun} </span>${key}</label
                  >
                  <input
                    id="${editor.id}-${key}"
                    name="value"
                    value="${String(text)}"
                  />
                  <button type="submit">
                    Save <span class="hidden">${editor.noun} ${key}</span>
                  </button>
                </div>`,
              )}${form(
                { editor: editor.id, operation: 'remove', entry: key },
                html`<button type="submit" class="quiet">
                  Remove <span class="hidden">${editor.noun} ${key}</span>
                </button>`,
              )}
            </div>
          </li>`,
      )}
    </ul>
    <details>
      <summary>Add a ${editor.noun}…</summary>
      ${form(
        { editor: editor.id, operation: 'add' },
        html`<div class="row">
          <label for="${editor.id}-new">Name of the new ${editor.noun}</label>
          <input id="${editor.id}-new" name="name" required />
          <label for="${editor.id}-new-value"
            >Value of the new ${editor.noun}</label
          >
          <input id="${editor.id}-new-value" name="value" />
          <button type="submit">Add ${editor.noun}</button>
        </div>`,
      )}
    </details>`;
}

function labelled(
  field: Field,
  id: string,
  label: Html | string,
  value: JsonValue | undefined,
): Html {
  return html`<div class="field ${field.input.type}">
    <label for="${id}">${label}</label>${control(field, id, value)}
  </div>`;
}

function control(field: Field, id: string, value: JsonValue | undefined): Html {
  const { input, name } = field;
  switch (input.type) {
    case 'checkbox':
      return html`<input
        type="checkbox"
        id="${id}"
        name="${name}"
        ${value === true ? html`checked` : undefined}
      />`;
    case 'number':
      return html`<input
        type="number"
        id="${id}"
        name="${name}"
        min="${input.min}"
        max="${input.max}"
        value="${typeof value === 'number' ? value : ''}"
        required
      />`;
    case 'select':
      return html`<select id="${id}" name="${name}">
        ${input.options.map(
          option =>
            html`<option ${option === value ? html`selected` : undefined}>
              ${option}
            </option>`,
        )}
      </select>`;
    case 'textarea':
      return html`<textarea
        id="${id}"
        name="${name}"
        rows="8"
        spellcheck="false"
      >
${typeof value === 'string' ? value : ''}</textarea
      >`;
    case 'lines':
      return html`<textarea
        id="${id}"
        name="${name}"
        rows="3"
        spellcheck="false"
      >
${Array.isArray(value) ? value.join('\n') : ''}</textarea
      >`;
    default:
      return html`<input
        type="text"
        id="${id}"
        name="${name}"
        value="${typeof value === 'string' ? value : ''}"
        placeholder="${input.placeholder}"
        ${input.optional ? undefined : html`required`}
      />`;
  }
}
