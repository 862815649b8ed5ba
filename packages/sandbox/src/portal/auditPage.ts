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

import { AuditEntry } from '../cloud/CloudState';
import { Html, html } from './html';
import { changeText, pathOfEntry, time } from './wording';

export function auditPage(entries: AuditEntry[], now: Date): Html {
  return html`<h1>Audit log</h1>
    <p class="lead">
      Who did what, newest first. Also as JSON at
      <a href="/api/audit"><code>/api/audit</code></a
      >.
    </p>
    ${auditTable(entries, now, true)}`;
}

export function auditTable(
  entries: AuditEntry[],
  now: Date,
  withResource: boolean,
): Html {
  if (entries.length === 0) {
    return html`<p class="empty">Nothing has happened yet.</p>`;
  }
  return html`<div
    class="scroll"
    tabindex="0"
    role="group"
    aria-label="Audit entries"
  >
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
                  ${entry.client} /
                  <a href="${pathOfEntry(entry)}">${entry.name}</a>
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
