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

import { CloudResource } from '../cloud/Cloud';
import { AuditChange, AuditEntry } from '../cloud/CloudState';
import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { clients, findKind, resourceKinds } from '../cloud/resourceKinds';
import { Editor, editorsOf, Field } from './editors';
import { html, Html } from './html';

/** What every page shows. */
export interface Frame {
  title: string;
  actor: string;
  current: 'resources' | 'audit' | undefined;
  /** Said politely above the content. */
  done?: string;
  /** Said loudly above the content. */
  problem?: string;
}

export function page(frame: Frame, content: Html): string {
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${frame.title} · Sandbox cloud</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/portal.css" />
        <script src="/portal.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <div class="bar">
            <a class="brand" href="/">☁ Sandbox cloud</a>
            <nav aria-label="Main">
              <a href="/" ${current(frame, 'resources')}>Resources</a>
              <a href="/audit" ${current(frame, 'audit')}>Audit log</a>
            </nav>
            <form class="actor" method="post" action="/actor">
              <label for="actor">Acting as</label>
              <input
                id="actor"
                name="actor"
                value="${frame.actor}"
                autocomplete="name"
                maxlength="100"
                required
              />
              <button type="submit">Use name</button>
            </form>
          </div>
        </header>
        <main id="content">
          ${frame.done
            ? html`<p class="note good" role="status">✓ ${frame.done}</p>`
            : undefined}
          ${frame.problem
            ? html`<p class="note bad" role="alert">✕ ${frame.problem}</p>`
            : undefined}
          ${content}
        </main>
        <footer>
          A cloud that lives in one file on this machine. Nothing here is real
          and nothing costs money.
        </footer>
      </body>
    </html> `.toString();
}

function current(frame: Frame, name: Frame['current']): Html | undefined {
  return frame.current === name ? html`aria-current="page"` : undefined;
}

/** A resource with what the overview says of it. */
export interface Overview {
  resource: CloudResource;
  manualChanges: number;
  last?: AuditEntry;
}

export function overviewPage(items: Overview[], now: Date): Html {
  return html`<h1>Resources</h1>
    <p class="lead">
      Change something here as a colleague would in a cloud portal. The next
      drift scan must find it.
    </p>
    ${clients.map(client =>
      clientSection(
        client,
        items.filter(item => item.resource.client === client),
        now,
      ),
    )}`;
}

function clientSection(client: string, items: Overview[], now: Date): Html {
  const heading = `client-${client}`;
  return html`<section aria-labelledby="${heading}">
    <h2 id="${heading}">${client}</h2>
    ${items.length === 0
      ? html`<p class="empty">
          Nothing here yet. <code>yarn sandbox</code> applies the example
          modules with Terraform or OpenTofu.
        </p>`
      : html`<div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Kind</th>
                <th scope="col">Compared with code</th>
                <th scope="col">Last change</th>
              </tr>
            </thead>
            <tbody>
              ${items.map(
                ({ resource, manualChanges, last }) => html`<tr>
                  <th scope="row">
                    <a href="${pathOf(resource)}">${resource.name}</a>
                  </th>
                  <td>${findKind(resource.kind)?.singular}</td>
                  <td>${verdict(manualChanges)}</td>
                  <td>
                    ${last ? html`${last.who}, ${time(last.at, now)}` : '–'}
                  </td>
                </tr>`,
              )}
            </tbody>
          </table>
        </div>`}
  </section>`;
}

function verdict(manualChanges: number): Html {
  return manualChanges === 0
    ? html`<span class="chip good">✓ as code left it</span>`
    : html`<span class="chip warn">● changed by hand</span>`;
}

export function resourcePage(
  {
    resource,
    manualChanges,
    history,
  }: {
    resource: CloudResource;
    manualChanges: AuditChange[];
    history: AuditEntry[];
  },
  actor: string,
  now: Date,
): Html {
  const kind = findKind(resource.kind);
  const form = formFactory(pathOf(resource), actor);
  return html`<nav aria-label="Breadcrumb" class="crumbs">
      <a href="/">Resources</a> / ${resource.client} / ${kind?.plural}
    </nav>
    <h1>${resource.name}</h1>
    <p class="lead">
      ${kind?.singular} of
      ${resource.client}${resource.location ? ` in ${resource.location}` : ''}
      ${verdict(manualChanges.length)}
    </p>
    ${manualChanges.length > 0
      ? manualChangesPanel(manualChanges, form)
      : undefined}
    <div class="panels">
      ${editorsOf(resource.kind).map(editor =>
        editorPanel(editor, resource, form),
      )}
      ${extraPanel(resource, form)}
    </div>
    <section aria-labelledby="history">
      <h2 id="history">History</h2>
      ${auditTable(history, now, false)}
    </section>
    <details class="danger">
      <summary>Delete ${resource.name}…</summary>
      <p>It is gone at once. Applying the code makes it again.</p>
      ${form(
        { editor: 'resource', operation: 'delete' },
        html`<button class="danger" type="submit">
          Delete ${resource.name}
        </button>`,
      )}
    </details>`;
}

type FormFactory = (
  target: { editor: string; operation: string; entry?: string },
  content: Html,
) => Html;

function formFactory(action: string, actor: string): FormFactory {
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

function manualChangesPanel(changes: AuditChange[], form: FormFactory): Html {
  return html`<section class="panel warn" aria-labelledby="manual">
    <h2 id="manual">Changed since code was applied</h2>
    <ul>
      ${changes.map(change => html`<li>${changeText(change)}</li>`)}
    </ul>
    <p>
      To reset to code, run <code>terraform apply</code> or press the button.
    </p>
    ${form(
      { editor: 'resource', operation: 'undo' },
      html`<button type="submit">Put back as code had it</button>`,
    )}
  </section>`;
}

function editorPanel(
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

function extraPanel(
  resource: CloudResource,
  form: FormFactory,
): Html | undefined {
  switch (resource.kind) {
    case 'kubernetes-clusters':
      return html`<section class="panel" aria-labelledby="credentials">
        <h2 id="credentials">Credentials</h2>
        <p>
          The administrator's password is known to Terraform and never shown
          here.
        </p>
        ${form(
          { editor: 'resource', operation: 'rotate-credentials' },
          html`<button type="submit">Rotate credentials</button>`,
        )}
      </section>`;
    case 'storage-buckets':
      return html`<section class="panel" aria-labelledby="data">
        <h2 id="data">Data</h2>
        <p>
          An application that writes an object changes only the entity tag and
          the time of the last change. That is no drift.
        </p>
        <dl>
          <dt>Entity tag</dt>
          <dd><code>${String(resource.etag)}</code></dd>
          <dt>Last modified</dt>
          <dd>${String(resource.lastModified)}</dd>
        </dl>
        ${form(
          { editor: 'resource', operation: 'write-data' },
          html`<button type="submit">Write an object</button>`,
        )}
      </section>`;
    default:
      return undefined;
  }
}

export function auditPage(entries: AuditEntry[], now: Date): Html {
  return html`<h1>Audit log</h1>
    <p class="lead">
      Who did what, newest first. Also as JSON at
      <a href="/api/audit"><code>/api/audit</code></a
      >.
    </p>
    ${auditTable(entries, now, true)}`;
}

function auditTable(
  entries: AuditEntry[],
  now: Date,
  withResource: boolean,
): Html {
  if (entries.length === 0) {
    return html`<p class="empty">Nothing has happened yet.</p>`;
  }
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          ${withResource ? html`<th scope="col">Resource</th>` : undefined}
          <th scope="col">What</th>
        </tr>
      </thead>
      <tbody>
        ${entries.map(
          entry => html`<tr>
            <td>${time(entry.at, now)}</td>
            <td>
              ${entry.who}${entry.who === entry.how
                ? undefined
                : html` <span class="how">by ${entry.how}</span>`}
            </td>
            ${withResource
              ? html`<td>
                  ${entry.client} / <a href="${pathOf(entry)}">${entry.name}</a>
                </td>`
              : undefined}
            <td>${actionText(entry)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

const verbs: Record<AuditEntry['action'], string> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  'rotate-credentials': 'rotated credentials',
  'write-data': 'wrote an object',
};

function actionText(entry: AuditEntry): Html {
  return entry.action === 'update'
    ? html`<ul class="changes">
        ${entry.changes.map(change => html`<li>${changeText(change)}</li>`)}
      </ul>`
    : html`${verbs[entry.action]}`;
}

function changeText(change: AuditChange): Html {
  if (change.secret) {
    return html`<code>${change.field}</code>: changed (secret)`;
  }
  if (change.before === undefined) {
    return html`<code>${change.field}</code> added: ${valueText(change.after)}`;
  }
  if (change.after === undefined) {
    return html`<code>${change.field}</code> removed:
      ${valueText(change.before)}`;
  }
  return html`<code>${change.field}</code>: ${valueText(change.before)} →
    ${valueText(change.after)}`;
}

function valueText(value: JsonValue | undefined): string {
  if (isJsonObject(value)) {
    return Object.entries(value)
      .filter(([key]) => key !== 'name')
      .map(([key, item]) => `${key} ${valueText(item)}`)
      .join(', ');
  }
  if (Array.isArray(value)) {
    return value.map(valueText).join(', ');
  }
  if (typeof value === 'boolean') {
    return value ? 'on' : 'off';
  }
  return value === '' ? 'empty' : String(value);
}

export function pathOf(resource: {
  client: string;
  kind: string;
  name: string;
}): string {
  return `/clients/${resource.client}/${resource.kind}/${encodeURIComponent(
    resource.name,
  )}`;
}

export function allKinds(): string[] {
  return resourceKinds.map(kind => kind.id);
}

function time(at: string, now: Date): Html {
  return html`<time datetime="${at}" title="${at}"
    >${age(now.getTime() - Date.parse(at))}</time
  >`;
}

function age(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) {
    return 'just now';
  }
  if (minutes < 60) {
    return `${minutes} min ago`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
