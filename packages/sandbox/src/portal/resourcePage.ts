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
import { findKind } from '../cloud/resourceKinds';
import { auditTable } from './auditPage';
import { editorPanel, formFactory, FormFactory } from './editorPanel';
import { editorsOf } from './editors';
import { Html, html } from './html';
import { changeText, pathOf, verdict } from './wording';

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
