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

import { AuditChange, CloudState } from '../cloud/CloudState';
import { CloudError } from '../cloud/CloudError';
import { isJsonObject, JsonObject, JsonValue } from '../cloud/json';
import { KubernetesObjectName } from '../kubernetes/KubernetesConsole';
import { RunningKubernetes } from '../kubernetes/startKubernetes';
import { StatusError } from '../kubernetes/StatusError';
import { auditTable } from './auditPage';
import { formFactory, FormFactory } from './editorPanel';
import { Html, html } from './html';
import { time } from './wording';

/** A page, or where to go next. */
export type TenantAnswer =
  | { title: string; content: Html; problem?: string; status?: number }
  | { redirect: string; done: string };

/** A submitted form. */
export interface TenantSubmission {
  pathname: string;
  operation: string;
  /** The key meant. */
  entry?: string;
  form: URLSearchParams;
  who: string;
}

/** The web pages where a person changes objects of the cluster by hand. */
export interface TenantPages {
  show(pathname: string, actor: string): TenantAnswer;
  submit(submission: TenantSubmission): TenantAnswer;
}

interface ShownKind {
  plural: string;
  apiVersion: string;
  kind: string;
}

const shownKinds: readonly ShownKind[] = [
  { plural: 'deployments', apiVersion: 'apps/v1', kind: 'Deployment' },
  { plural: 'configmaps', apiVersion: 'v1', kind: 'ConfigMap' },
  { plural: 'services', apiVersion: 'v1', kind: 'Service' },
  {
    plural: 'ingresses',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
  },
  {
    plural: 'networkpolicies',
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
  },
  { plural: 'secrets', apiVersion: 'v1', kind: 'Secret' },
];

const serviceTypes = ['ClusterIP', 'NodePort', 'LoadBalancer'];

/** The field manager under which the portal writes. */
const MANAGER = 'portal';

export function isTenantPage(pathname: string): boolean {
  return pathname === '/tenants' || pathname.startsWith('/tenants/');
}

class Pages implements TenantPages {
  readonly #kubernetes: RunningKubernetes;
  readonly #state: CloudState;
  readonly #now: () => Date;

  static create(options: {
    kubernetes: RunningKubernetes;
    state: CloudState;
    now: () => Date;
  }): Pages {
    return new Pages(options.kubernetes, options.state, options.now);
  }

  private constructor(
    kubernetes: RunningKubernetes,
    state: CloudState,
    now: () => Date,
  ) {
    this.#kubernetes = kubernetes;
    this.#state = state;
    this.#now = now;
  }

  show(pathname: string, actor: string): TenantAnswer {
    if (pathname === '/tenants') {
      return { title: 'Tenants', content: this.#overview() };
    }
    const { name, object } = this.#find(pathname);
    return {
      title: name.name,
      content: this.#objectPage(pathname, name, object, actor),
    };
  }

  submit(submission: TenantSubmission): TenantAnswer {
    const { pathname, operation, who } = submission;
    const { name, object } = this.#find(pathname);
    try {
      const changes = this.#carryOut(name, object, submission);
      this.#record(pathname, name, operation, changes, who);
    } catch (error) {
      if (error instanceof StatusError) {
        return {
          title: name.name,
          content: this.#objectPage(pathname, name, object, who),
          problem: error.message,
          status: error.code,
        };
      }
      throw error;
    }
    return {
      redirect: operation === 'delete' ? '/tenants' : pathname,
      done: operation,
    };
  }

  #carryOut(
    name: KubernetesObjectName,
    object: JsonObject,
    { operation, entry, form }: TenantSubmission,
  ): AuditChange[] {
    const portal = this.#kubernetes.as(MANAGER);
    const text = (field: string) => (form.get(field) ?? '').trim();
    switch (`${name.kind} ${operation}`) {
      case 'Deployment scale': {
        const replicas =
          text('replicas') === '' ? Number.NaN : Number(text('replicas'));
        if (!Number.isInteger(replicas)) {
          throw StatusError.badRequest('Replicas must be a whole number');
        }
        portal.scale(name, replicas);
        const before = part(object, 'spec').replicas;
        return [{ field: 'spec.replicas', before, after: replicas }];
      }
      case 'Deployment image': {
        const container = entry ?? '';
        const image = text('image');
        portal.patch(name, {
          spec: {
            template: { spec: { containers: [{ name: container, image }] } },
          },
        });
        const before = containersOf(object).find(
          candidate => candidate.name === container,
        )?.image;
        return [
          { field: `containers[${container}].image`, before, after: image },
        ];
      }
      case 'ConfigMap save': {
        const key = entry ?? text('name');
        if (key === '') {
          throw StatusError.badRequest('A key needs a name');
        }
        const value = (form.get('value') ?? '').replace(/\r\n/g, '\n');
        portal.patch(name, { data: { [key]: value } });
        const before = part(object, 'data')[key];
        return [{ field: `data.${key}`, before, after: value }];
      }
      case 'ConfigMap remove': {
        const key = entry ?? '';
        portal.patch(name, { data: { [key]: null } });
        return [{ field: `data.${key}`, before: part(object, 'data')[key] }];
      }
      case 'Service type': {
        const type = text('type');
        portal.patch(name, { spec: { type } });
        const before = part(object, 'spec').type;
        return [{ field: 'spec.type', before, after: type }];
      }
      default:
        if (operation !== 'delete') {
          throw StatusError.badRequest('The form asks for nothing known');
        }
        portal.delete(name);
        return [];
    }
  }

  #record(
    resource: string,
    name: KubernetesObjectName,
    operation: string,
    changes: AuditChange[],
    who: string,
  ): void {
    this.#state.addAudit({
      at: this.#now().toISOString(),
      who,
      how: MANAGER,
      action: operation === 'delete' ? 'delete' : 'update',
      client: name.namespace ?? '',
      kind: name.kind,
      name: name.name,
      resource,
      changes,
    });
  }

  #find(pathname: string): { name: KubernetesObjectName; object: JsonObject } {
    const match = /^\/tenants\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(pathname);
    const kind = shownKinds.find(({ plural }) => plural === match?.[2]);
    if (match && kind) {
      const { apiVersion } = kind;
      const [, namespace, , objectName] = match.map(decodeURIComponent);
      const name = { apiVersion, kind: kind.kind, namespace, name: objectName };
      const object = this.#kubernetes.as(MANAGER).find(name);
      if (object) {
        return { name, object };
      }
    }
    throw new CloudError(404, 'NotFound', 'There is no such page');
  }

  #overview(): Html {
    const portal = this.#kubernetes.as(MANAGER);
    const namespaces = portal
      .namespaces()
      .filter(name => name !== 'default' && !name.startsWith('kube-'));
    return html`<h1>Tenants</h1>
      <p class="lead">
        Objects of the sandbox cluster. Change something here as a colleague
        would during an incident. The next drift check must find it.
      </p>
      ${namespaces.length === 0
        ? html`<p class="empty">Nothing here yet.</p>`
        : namespaces.map(namespace => this.#namespaceSection(namespace))}`;
  }

  #namespaceSection(namespace: string): Html {
    const portal = this.#kubernetes.as(MANAGER);
    const rows = shownKinds.flatMap(({ apiVersion, kind, plural }) =>
      portal
        .list(apiVersion, kind, namespace)
        .map(object => ({ kind, plural, object }))
        .filter(({ object }) => nameOf(object) !== 'kube-root-ca.crt'),
    );
    const heading = `namespace-${namespace}`;
    return html`<section aria-labelledby="${heading}">
      <h2 id="${heading}">${namespace}</h2>
      <div
        class="scroll"
        tabindex="0"
        role="group"
        aria-label="Objects of ${namespace}"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col">Now</th>
              <th scope="col">Last change</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ kind, plural, object }) => html`<tr>
                <th scope="row">
                  <a
                    href="/tenants/${namespace}/${plural}/${encodeURIComponent(
                      nameOf(object),
                    )}"
                    >${nameOf(object)}</a
                  >
                </th>
                <td>${kind}</td>
                <td>${summary(kind, object)}</td>
                <td>${this.#lastChange(object)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  #lastChange(object: JsonObject): Html {
    const all = managersOf(object);
    const last = all
      .filter(entry => entry.time !== undefined)
      .sort((a, b) => (String(a.time) < String(b.time) ? 1 : -1))[0];
    return last
      ? html`${String(last.manager)}, ${time(String(last.time), this.#now())}`
      : html`–`;
  }

  #objectPage(
    pathname: string,
    name: KubernetesObjectName,
    object: JsonObject,
    actor: string,
  ): Html {
    const form = formFactory(pathname, actor);
    const history = [...this.#state.audit]
      .filter(entry => entry.resource === pathname)
      .reverse()
      .slice(0, 50);
    return html`<nav aria-label="Breadcrumb" class="crumbs">
        <a href="/tenants">Tenants</a> / ${name.namespace} / ${name.kind}
      </nav>
      <h1>${name.name}</h1>
      <p class="lead">
        ${name.kind} in ${name.namespace}: ${summary(name.kind, object)}
      </p>
      <div class="panels">
        ${panels(name.kind, object, form)} ${managersPanel(object)}
      </div>
      <section aria-labelledby="history">
        <h2 id="history">Changed in this portal</h2>
        ${auditTable(history, this.#now(), false)}
      </section>
      <details class="danger">
        <summary>Delete ${name.name}…</summary>
        <p>It is gone at once. Applying the manifests makes it again.</p>
        ${form(
          { editor: 'object', operation: 'delete' },
          html`<button class="danger" type="submit">
            Delete ${name.name}
          </button>`,
        )}
      </details>`;
  }
}

export function createTenantPages(options: {
  kubernetes: RunningKubernetes;
  /** Keeps who did what. */
  state: CloudState;
  now: () => Date;
}): TenantPages {
  return Pages.create(options);
}

function panels(kind: string, object: JsonObject, form: FormFactory): Html[] {
  switch (kind) {
    case 'Deployment':
      return [scalePanel(object, form), imagesPanel(object, form)];
    case 'ConfigMap':
      return [valuesPanel(object, form)];
    case 'Service':
      return [typePanel(object, form)];
    case 'Secret':
      return [
        panel(
          'keys',
          'Keys',
          html`<p>The values are never shown here.</p>
            <ul>
              ${Object.keys(part(object, 'data')).map(
                key => html`<li><code>${key}</code></li>`,
              )}
            </ul>`,
        ),
      ];
    default:
      return [
        panel(
          'spec',
          'Specification',
          html`<pre><code>${JSON.stringify(
            object.spec,
            undefined,
            2,
          )}</code></pre>`,
        ),
      ];
  }
}

function scalePanel(object: JsonObject, form: FormFactory): Html {
  return panel(
    'scale',
    'Scale',
    form(
      { editor: 'object', operation: 'scale' },
      html`<div class="row">
        <label for="replicas">Replicas</label>
        <input
          id="replicas"
          name="replicas"
          type="number"
          min="0"
          max="50"
          required
          value="${String(part(object, 'spec').replicas ?? '')}"
        />
        <button type="submit">Scale</button>
      </div>`,
    ),
  );
}

function imagesPanel(object: JsonObject, form: FormFactory): Html {
  return panel(
    'images',
    'Images',
    html`${containersOf(object).map(container => {
      const id = `image-${String(container.name)}`;
      return form(
        {
          editor: 'object',
          operation: 'image',
          entry: String(container.name),
        },
        html`<div class="row">
          <label for="${id}">Image of ${String(container.name)}</label>
          <input
            id="${id}"
            name="image"
            required
            value="${String(container.image ?? '')}"
          />
          <button type="submit">Set image</button>
        </div>`,
      );
    })}`,
  );
}

function valuesPanel(object: JsonObject, form: FormFactory): Html {
  const data = Object.entries(part(object, 'data'));
  return panel(
    'values',
    'Values',
    html`<ul class="rows">
        ${data.map(([key, value], i) => {
          const id = `value-${i}`;
          return html`<li>
            ${form(
              { editor: 'object', operation: 'save', entry: key },
              html`<div class="stack">
                <div class="field textarea">
                  <label for="${id}">${key}</label>
                  <textarea id="${id}" name="value" rows="2">
${String(value)}</textarea
                  >
                </div>
                <button type="submit">Save ${key}</button>
              </div>`,
            )}
            ${form(
              { editor: 'object', operation: 'remove', entry: key },
              html`<button class="quiet" type="submit">Remove ${key}</button>`,
            )}
          </li>`;
        })}
      </ul>
      <h3>Add a value</h3>
      ${form(
        { editor: 'object', operation: 'save' },
        html`<div class="row">
          <label for="new-name">Key</label>
          <input id="new-name" name="name" required />
          <label for="new-value">Value</label>
          <input id="new-value" name="value" />
          <button type="submit">Add value</button>
        </div>`,
      )}`,
  );
}

function typePanel(object: JsonObject, form: FormFactory): Html {
  const current = part(object, 'spec').type;
  return panel(
    'type',
    'Type',
    form(
      { editor: 'object', operation: 'type' },
      html`<div class="row">
        <label for="type">Service type</label>
        <select id="type" name="type">
          ${serviceTypes.map(
            type => html`<option
              value="${type}"
              ${type === current ? html`selected` : undefined}
            >
              ${type}
            </option>`,
          )}
        </select>
        <button type="submit">Set type</button>
      </div>`,
    ),
  );
}

function managersPanel(object: JsonObject): Html {
  return panel(
    'managers',
    'Who owns fields of it',
    html`<ul>
      ${managersOf(object).map(
        entry => html`<li>
          <code>${String(entry.manager)}</code> ${entry.subresource
            ? `(${String(entry.subresource)})`
            : undefined}
          by ${String(entry.operation).toLowerCase()}
        </li>`,
      )}
    </ul>`,
  );
}

function panel(id: string, title: string, content: Html): Html {
  return html`<section class="panel" aria-labelledby="panel-${id}">
    <h2 id="panel-${id}">${title}</h2>
    ${content}
  </section>`;
}

function summary(kind: string, object: JsonObject): string {
  const spec = part(object, 'spec');
  switch (kind) {
    case 'Deployment':
      return `${String(spec.replicas)} replicas`;
    case 'ConfigMap':
    case 'Secret':
      return `${Object.keys(part(object, 'data')).length} keys`;
    case 'Service':
      return String(spec.type);
    case 'Ingress':
      return `${list(spec.rules).length} rules`;
    default:
      return [
        `${list(spec.ingress).length} ingress rules`,
        `${list(spec.egress).length} egress rules`,
      ].join(', ');
  }
}

function containersOf(object: JsonObject): JsonObject[] {
  const template = part(part(object, 'spec'), 'template');
  return list(part(template, 'spec').containers).filter(isJsonObject);
}

function managersOf(object: JsonObject): JsonObject[] {
  return list(part(object, 'metadata').managedFields).filter(isJsonObject);
}

function nameOf(object: JsonObject): string {
  return String(part(object, 'metadata').name);
}

function part(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

function list(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
