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

import { AuditChange, AuditEntry } from '../cloud/CloudState';
import { isJsonObject, JsonValue } from '../cloud/json';
import { Html, html } from './html';

export function verdict(manualChanges: number): Html {
  return manualChanges === 0
    ? html`<span class="chip good">✓ as code left it</span>`
    : html`<span class="chip warn">● changed by hand</span>`;
}

export function changeText(change: AuditChange): Html {
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

/** Objects of the cluster and resources of AWS have pages of their own. */
export function pathOfEntry(entry: AuditEntry): string {
  return /^\/(tenants|aws)\//.test(entry.resource)
    ? entry.resource
    : pathOf(entry);
}

export function time(at: string, now: Date): Html {
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
