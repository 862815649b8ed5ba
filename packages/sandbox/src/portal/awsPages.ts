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

import { AwsError, HandlerError } from '../aws/AwsError';
import { AwsConsole, AwsResourceName } from '../aws/AwsConsole';
import { StoredAwsEvent } from '../aws/AwsState';
import { isPublicPolicy } from '../aws/bucketPolicy';
import { RunningAws } from '../aws/startAws';
import { auditChanges } from '../cloud/auditChanges';
import { CloudError } from '../cloud/CloudError';
import { CloudState } from '../cloud/CloudState';
import { isJsonObject, JsonObject } from '../cloud/json';
import { editorPanel, formFactory } from './editorPanel';
import { Editor, Field } from './editors';
import { Html, html } from './html';
import { patchBy, Submission } from './submission';
import { time } from './wording';

/** A page, or where to go next. */
export type AwsAnswer =
  | { title: string; content: Html; problem?: string; status?: number }
  | { redirect: string; done: string };

/** A submitted form. */
export interface AwsSubmission extends Submission {
  pathname: string;
  who: string;
}

/** The web pages where a person changes databases and buckets by hand. */
export interface AwsPages {
  show(pathname: string, actor: string): AwsAnswer;
  submit(submission: AwsSubmission): AwsAnswer;
}

/** What the pages show of a type. The forms work on what `view` makes of it. */
interface ShownType {
  /** Segment of the address. */
  id: string;
  typeName: string;
  singular: string;
  plural: string;
  summary(properties: JsonObject): string;
  view(properties: JsonObject): JsonObject;
  editors(view: JsonObject): Editor[];
  /** Properties that a changed view means. */
  changes(view: JsonObject, patch: JsonObject): JsonObject;
  /** What is no property of the resource, and stands beside them for `view`. */
  beside?(console: AwsConsole, name: AwsResourceName): JsonObject;
  /** Carries out what is no property of the resource; false when there is nothing. */
  changeBeside?(
    console: AwsConsole,
    name: AwsResourceName,
    patch: JsonObject,
  ): boolean;
}

const instanceClasses = [
  'db.t4g.small',
  'db.t4g.medium',
  'db.t4g.large',
  'db.m7g.large',
  'db.r7g.xlarge',
];

const databases: ShownType = {
  id: 'databases',
  typeName: 'AWS::RDS::DBInstance',
  singular: 'Database',
  plural: 'Databases',
  summary: properties =>
    [
      `${properties.Engine} ${properties.EngineVersion}`,
      properties.DBInstanceClass,
      properties.MultiAZ === true ? 'Multi-AZ' : 'one zone',
      properties.PubliclyAccessible === true ? 'public' : 'private',
    ].join(', '),
  view: properties => ({
    ...properties,
    AllocatedStorage: Number(properties.AllocatedStorage),
  }),
  editors: view => [
    {
      type: 'fields',
      id: 'instance',
      title: 'Instance',
      fields: [
        choice('DBInstanceClass', 'Instance class', instanceClasses, view),
        choice('EngineVersion', 'Engine version', laterVersions(view), view),
        {
          name: 'AllocatedStorage',
          label: 'Storage (GiB)',
          input: { type: 'number', min: 20, max: 65536 },
        },
      ],
    },
    {
      type: 'fields',
      id: 'availability',
      title: 'Availability and backups',
      fields: [
        flag('MultiAZ', 'Multi-AZ standby'),
        {
          name: 'BackupRetentionPeriod',
          label: 'Backups are kept (days)',
          input: { type: 'number', min: 0, max: 35 },
        },
        flag('DeletionProtection', 'Deletion protection'),
      ],
    },
    {
      type: 'fields',
      id: 'connectivity',
      title: 'Connectivity',
      fields: [flag('PubliclyAccessible', 'Publicly accessible')],
    },
  ],
  changes: (_, patch) => ({
    ...patch,
    ...(patch.AllocatedStorage !== undefined && {
      AllocatedStorage: String(patch.AllocatedStorage),
    }),
  }),
};

const blocks: [string, string][] = [
  ['BlockPublicAcls', 'Block public access by new ACLs'],
  ['IgnorePublicAcls', 'Ignore public ACLs'],
  ['BlockPublicPolicy', 'Block public bucket policies'],
  ['RestrictPublicBuckets', 'Restrict access by public policies'],
];

/** What people paste to let a website show their files. */
function openPolicy(bucket: string): JsonObject {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `arn:aws:s3:::${bucket}/*`,
      },
    ],
  };
}

const buckets: ShownType = {
  id: 'buckets',
  typeName: 'AWS::S3::Bucket',
  singular: 'Bucket',
  plural: 'Buckets',
  summary(properties) {
    const view = buckets.view(properties);
    return [
      view.versioning === true ? 'versioned' : 'not versioned',
      blocks.every(([name]) => view[name] === true)
        ? 'all public access blocked'
        : 'public access not blocked',
      ...(view.openToAll === true ? ['open by its policy'] : []),
    ].join(', ');
  },
  beside: (console, name) => {
    const policy = console.bucketPolicy(name);
    return { openToAll: policy !== undefined && isPublicPolicy(policy) };
  },
  changeBeside(console, name, { openToAll }) {
    if (openToAll === undefined) {
      return false;
    }
    console.putBucketPolicy(
      name,
      openToAll === true ? openPolicy(name.identifier) : undefined,
    );
    return true;
  },
  view: ({
    VersioningConfiguration,
    PublicAccessBlockConfiguration,
    openToAll,
  }) => ({
    openToAll: openToAll === true,
    versioning:
      isJsonObject(VersioningConfiguration) &&
      VersioningConfiguration.Status === 'Enabled',
    ...(isJsonObject(PublicAccessBlockConfiguration) &&
      PublicAccessBlockConfiguration),
  }),
  editors: () => [
    {
      type: 'fields',
      id: 'versioning',
      title: 'Versioning',
      fields: [flag('versioning', 'Keep old versions of objects')],
    },
    {
      type: 'fields',
      id: 'publicAccess',
      title: 'Public access',
      fields: blocks.map(([name, label]) => flag(name, label)),
    },
    {
      type: 'fields',
      id: 'policy',
      title: 'Bucket policy',
      fields: [flag('openToAll', 'Everybody may read objects')],
    },
  ],
  changes(_, { versioning, ...block }): JsonObject {
    return versioning === undefined
      ? { PublicAccessBlockConfiguration: block }
      : {
          VersioningConfiguration: {
            Status: versioning === true ? 'Enabled' : 'Suspended',
          },
        };
  },
};

const shownTypes = [databases, buckets];

export function isAwsPage(pathname: string): boolean {
  return pathname === '/aws' || pathname.startsWith('/aws/');
}

class Pages implements AwsPages {
  readonly #aws: RunningAws;
  readonly #state: CloudState;
  readonly #now: () => Date;

  constructor(options: {
    aws: RunningAws;
    state: CloudState;
    now: () => Date;
  }) {
    this.#aws = options.aws;
    this.#state = options.state;
    this.#now = options.now;
  }

  show(pathname: string, actor: string): AwsAnswer {
    if (pathname === '/aws') {
      return { title: 'AWS', content: this.#overview() };
    }
    const { name } = this.#find(pathname);
    return {
      title: name.identifier,
      content: this.#resourcePage(pathname, actor),
    };
  }

  submit({ pathname, who, ...submission }: AwsSubmission): AwsAnswer {
    const { type, name, properties } = this.#find(pathname);
    try {
      const view = type.view(properties);
      const patch = patchBy(type.editors(view), view, submission);
      const console = this.#aws.as(who);
      if (!type.changeBeside?.(console, name, patch)) {
        console.modify(name, type.changes(view, patch));
      }
      this.#state.addAudit({
        at: this.#now().toISOString(),
        who,
        how: 'portal',
        action: 'update',
        client: 'aws',
        kind: type.id,
        name: name.identifier,
        resource: pathname,
        changes: auditChanges(view, { ...view, ...patch }),
      });
    } catch (error) {
      if (error instanceof HandlerError || error instanceof AwsError) {
        return {
          title: name.identifier,
          content: this.#resourcePage(pathname, who),
          problem: error.message,
          status: 400,
        };
      }
      throw error;
    }
    return { redirect: pathname, done: 'save' };
  }

  #find(pathname: string): {
    type: ShownType;
    name: AwsResourceName;
    properties: JsonObject;
  } {
    const [, , region, plural, identifier] = pathname
      .split('/')
      .map(decodeURIComponent);
    const type = shownTypes.find(({ id }) => id === plural);
    if (type && identifier) {
      const { typeName } = type;
      const name = { region, typeName, identifier };
      const console = this.#aws.as('portal');
      const properties = console.find(name);
      if (properties) {
        const beside = type.beside?.(console, name);
        return { type, name, properties: { ...properties, ...beside } };
      }
    }
    throw new CloudError(404, 'NotFound', 'There is no such page');
  }

  #overview(): Html {
    return html`<h1>AWS</h1>
      <p class="lead">
        Databases and buckets of the account ${this.#aws.accountId}. Change
        something here as a colleague would in the console: its event history
        keeps who did it, and the next drift check must find it.
      </p>
      ${shownTypes.map(type => this.#section(type))}`;
  }

  #section(type: ShownType): Html {
    const console = this.#aws.as('portal');
    const rows = console.list({ typeName: type.typeName });
    const heading = `type-${type.id}`;
    return html`<section aria-labelledby="${heading}">
      <h2 id="${heading}">${type.plural}</h2>
      ${rows.length === 0
        ? html`<p class="empty">Nothing here yet.</p>`
        : html`<div
            class="scroll"
            tabindex="0"
            role="group"
            aria-label="${type.plural}"
          >
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Region</th>
                  <th scope="col">Now</th>
                  <th scope="col">Last change</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map(({ properties: own, ...name }) => {
                  const properties = {
                    ...own,
                    ...type.beside?.(console, name),
                  };
                  const [last] = console.history(name);
                  return html`<tr>
                    <th scope="row">
                      <a href="${pathOf(type, name)}">${name.identifier}</a>
                    </th>
                    <td>${name.region}</td>
                    <td>${type.summary(properties)}</td>
                    <td>
                      ${last
                        ? html`${last.identity.userName},
                          ${time(last.record.eventTime as string, this.#now())}`
                        : '–'}
                    </td>
                  </tr>`;
                })}
              </tbody>
            </table>
          </div>`}
    </section>`;
  }

  #resourcePage(pathname: string, actor: string): Html {
    const { type, name, properties } = this.#find(pathname);
    const form = formFactory(pathname, actor);
    const view = type.view(properties);
    return html`<nav aria-label="Breadcrumb" class="crumbs">
        <a href="/aws">AWS</a> / ${name.region} / ${type.plural}
      </nav>
      <h1>${name.identifier}</h1>
      <p class="lead">
        ${type.singular} in ${name.region}: ${type.summary(properties)}
      </p>
      <div class="panels">
        ${type.editors(view).map(editor => editorPanel(editor, view, form))}
      </div>
      <section aria-labelledby="history">
        <h2 id="history">Event history</h2>
        ${eventTable(this.#aws.as('portal').history(name), this.#now())}
      </section>`;
  }
}

export function createAwsPages(options: {
  aws: RunningAws;
  /** Keeps who did what. */
  state: CloudState;
  now: () => Date;
}): AwsPages {
  return new Pages(options);
}

function eventTable(events: StoredAwsEvent[], now: Date): Html {
  if (events.length === 0) {
    return html`<p class="empty">Nothing has happened yet.</p>`;
  }
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Events">
    <table>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Who</th>
          <th scope="col">Event</th>
          <th scope="col">Asked for</th>
        </tr>
      </thead>
      <tbody>
        ${events.slice(0, 50).map(
          event => html`<tr>
            <td>${time(event.record.eventTime as string, now)}</td>
            <td>
              ${event.identity.userName}
              <span class="how"
                >${event.identity.accessKeyId === undefined
                  ? 'in the portal'
                  : 'with an access key'}</span
              >
            </td>
            <td><code>${event.name}</code></td>
            <td>${parametersOf(event)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** Without what only says which resource is meant. */
function parametersOf({ record }: StoredAwsEvent): Html {
  const parameters = isJsonObject(record.requestParameters)
    ? Object.entries(record.requestParameters).filter(
        ([key]) =>
          !/^(dBInstanceIdentifier|bucketName|typeName|identifier|applyImmediately|patchDocument)$/.test(
            key,
          ),
      )
    : [];
  return parameters.length === 0
    ? html`–`
    : html`<ul class="changes">
        ${parameters.map(
          ([key, value]) =>
            html`<li>
              <code>${key}</code>:
              ${isJsonObject(value)
                ? Object.entries(value)
                    .map(([name, part]) => `${name} ${String(part)}`)
                    .join(', ')
                : String(value)}
            </li>`,
        )}
      </ul>`;
}

function pathOf(type: ShownType, name: AwsResourceName): string {
  return `/aws/${name.region}/${type.id}/${encodeURIComponent(
    name.identifier,
  )}`;
}

function flag(name: string, label: string): Field {
  return { name, label, input: { type: 'checkbox' } };
}

/** What is there can always be chosen. */
function choice(
  name: string,
  label: string,
  options: string[],
  view: JsonObject,
): Field {
  const current = String(view[name]);
  return {
    name,
    label,
    input: {
      type: 'select',
      options: options.includes(current) ? options : [current, ...options],
    },
  };
}

/** RDS goes forward only. */
function laterVersions(view: JsonObject): string[] {
  const [major, minor = 0] = String(view.EngineVersion).split('.').map(Number);
  return [0, 1, 2].map(step => `${major}.${minor + step}`);
}
