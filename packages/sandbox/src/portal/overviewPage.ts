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
import { AuditEntry } from '../cloud/CloudState';
import { clients, findKind } from '../cloud/resourceKinds';
import { Html, html } from './html';
import { pathOf, time, verdict } from './wording';

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
      : html`<div
          class="scroll"
          tabindex="0"
          role="group"
          aria-label="Resources of ${client}"
        >
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
