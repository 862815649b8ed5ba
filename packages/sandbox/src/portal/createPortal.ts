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

import { Actor, Cloud, ResourcePath, resourceId } from '../cloud/Cloud';
import { CloudError } from '../cloud/CloudError';
import { Answer, Call } from '../cloud/http';
import { clients, resourceKinds } from '../cloud/resourceKinds';

import { html } from './html';
import { AwsPages, isAwsPage } from './awsPages';
import { auditPage } from './auditPage';
import { Frame, page } from './frame';
import { overviewPage } from './overviewPage';
import { resourcePage } from './resourcePage';
import { patchOf, Submission } from './submission';
import { pathOf } from './wording';
import { script, styleSheet } from './style';
import { isTenantPage, TenantPages } from './tenantPages';

/** The web pages where a person changes things by hand. */
export interface Portal {
  answer(call: Call): Promise<Answer>;
}

export function createPortal(options: {
  cloud: Cloud;
  now: () => Date;
  /** Pages of the cluster's objects, when there is a cluster. */
  tenants?: TenantPages;
  /** Pages of databases and buckets, when there is an AWS. */
  aws?: AwsPages;
}): Portal {
  const { cloud, now, tenants, aws } = options;
  return {
    async answer(call) {
      try {
        if (tenants && isTenantPage(call.url.pathname)) {
          return pagesAnswer(tenants, call, 'tenants');
        }
        if (aws && isAwsPage(call.url.pathname)) {
          return pagesAnswer(aws, call, 'aws');
        }
        if (call.url.pathname === '/tenants') {
          return missingPage(call, 'Tenants', 'tenants', 'cluster');
        }
        if (call.url.pathname === '/aws') {
          return missingPage(call, 'AWS', 'aws', 'AWS');
        }
        return await route(cloud, now(), call);
      } catch (error) {
        if (error instanceof CloudError) {
          return problemPage(call, error);
        }
        throw error;
      }
    },
  };
}

const DEFAULT_ACTOR = 'portal user';

const doneTexts: Record<string, string> = {
  save: 'Saved.',
  add: 'Added.',
  remove: 'Removed.',
  delete: 'Deleted.',
  undo: 'Everything is as code had it.',
  actor: 'From now on you act under this name.',
  'rotate-credentials': 'The credentials are new.',
  'write-data': 'An object was written.',
  scale: 'Scaled.',
  image: 'The image is set.',
  type: 'The type is set.',
};

async function route(cloud: Cloud, now: Date, call: Call): Promise<Answer> {
  const { pathname } = call.url;
  const path = resourcePathOf(pathname);
  if (call.method === 'POST') {
    if (pathname === '/actor') {
      return redirect('/', 'actor', actorName(call));
    }
    if (path) {
      return submit(cloud, path, call, now);
    }
  } else if (call.method === 'GET' || call.method === 'HEAD') {
    if (pathname === '/portal.css') {
      return asset('text/css', styleSheet);
    }
    if (pathname === '/portal.js') {
      return asset('text/javascript', script);
    }
    if (pathname === '/') {
      return pageAnswer(
        200,
        frameOf(call, 'Resources', 'resources'),
        overviewPage(overview(cloud), now),
      );
    }
    if (pathname === '/audit') {
      return pageAnswer(
        200,
        frameOf(call, 'Audit log', 'audit'),
        auditPage(cloud.audit({ limit: 200 }), now),
      );
    }
    if (path) {
      return showResource(cloud, path, call, now, {});
    }
  }
  throw new CloudError(404, 'NotFound', 'There is no such page');
}

async function submit(
  cloud: Cloud,
  path: ResourcePath,
  call: Call,
  now: Date,
): Promise<Answer> {
  const who = actorName(call);
  const submission: Submission = {
    editor: call.url.searchParams.get('editor') ?? '',
    operation: call.url.searchParams.get('operation') ?? '',
    entry: call.url.searchParams.get('entry') ?? undefined,
    form: new URLSearchParams(call.body),
  };
  try {
    await carryOut(cloud, path, submission, { who, how: 'portal' });
  } catch (error) {
    if (error instanceof CloudError && error.status !== 404) {
      const answer = showResource(cloud, path, call, now, {
        problem: error.message,
      });
      return { ...answer, status: error.status };
    }
    throw error;
  }
  const next = submission.operation === 'delete' ? '/' : pathOf(path);
  return redirect(next, submission.operation, who);
}

async function carryOut(
  cloud: Cloud,
  path: ResourcePath,
  submission: Submission,
  actor: Actor,
): Promise<void> {
  if (submission.editor !== 'resource') {
    const patch = patchOf(path.kind, cloud.get(path), submission);
    await cloud.update(path, patch, actor);
    return;
  }
  switch (submission.operation) {
    case 'delete':
      await cloud.delete(path, actor);
      break;
    case 'undo':
      await cloud.undoManualChanges(path, actor);
      break;
    case 'rotate-credentials':
      await cloud.rotateCredentials(path, actor);
      break;
    case 'write-data':
      await cloud.writeData(path, actor);
      break;
    default:
      throw new CloudError(400, 'Invalid', 'The form asks for nothing known');
  }
}

function missingPage(
  call: Call,
  title: string,
  current: Frame['current'],
  what: string,
): Answer {
  return pageAnswer(
    200,
    frameOf(call, title, current),
    html`<h1>${title}</h1>
      <p class="empty">
        There is no ${what} beside this cloud. <code>yarn sandbox</code> starts
        both.
      </p>`,
  );
}

function pagesAnswer(
  pages: TenantPages | AwsPages,
  call: Call,
  current: Frame['current'],
): Answer {
  const form = new URLSearchParams(call.body);
  const { pathname, searchParams } = call.url;
  const result =
    call.method === 'POST'
      ? pages.submit({
          pathname,
          editor: searchParams.get('editor') ?? '',
          operation: searchParams.get('operation') ?? '',
          entry: searchParams.get('entry') ?? undefined,
          form,
          who: actorName(call),
        })
      : pages.show(pathname, actorName(call));
  if ('redirect' in result) {
    return redirect(result.redirect, result.done, actorName(call));
  }
  const frame = frameOf(call, result.title, current);
  return pageAnswer(
    result.problem === undefined ? 200 : result.status ?? 400,
    { ...frame, problem: result.problem },
    result.content,
  );
}

function showResource(
  cloud: Cloud,
  path: ResourcePath,
  call: Call,
  now: Date,
  notes: Pick<Frame, 'problem'>,
): Answer {
  const resource = cloud.get(path);
  const frame = { ...frameOf(call, path.name, undefined), ...notes };
  return pageAnswer(
    200,
    frame,
    resourcePage(
      {
        resource,
        manualChanges: cloud.manualChanges(path),
        history: cloud.audit({ resource: resourceId(path), limit: 50 }),
      },
      frame.actor,
      now,
    ),
  );
}

function overview(cloud: Cloud) {
  return clients.flatMap(client =>
    resourceKinds.flatMap(kind =>
      cloud.list(client, kind.id).map(resource => ({
        resource,
        manualChanges: cloud.manualChanges(resource).length,
        last: cloud.audit({ resource: resource.id, limit: 1 })[0],
      })),
    ),
  );
}

function frameOf(call: Call, title: string, current: Frame['current']): Frame {
  const done = call.url.searchParams.get('done') ?? '';
  return {
    title,
    current,
    actor: actorName(call),
    done: Object.hasOwn(doneTexts, done) ? doneTexts[done] : undefined,
  };
}

function problemPage(call: Call, error: CloudError): Answer {
  return pageAnswer(
    error.status,
    { ...frameOf(call, 'Problem', undefined), problem: error.message },
    html`<h1>That did not work</h1>
      <p><a href="/">Back to the resources</a></p>`,
  );
}

function pageAnswer(
  status: number,
  frame: Frame,
  content: ReturnType<typeof html>,
): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
    body: page(frame, content),
  };
}

function asset(type: string, body: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': `${type}; charset=utf-8` },
    body,
  };
}

function redirect(to: string, done: string, actor: string): Answer {
  return {
    status: 303,
    headers: {
      location: `${to}?done=${encodeURIComponent(done)}`,
      'set-cookie': `actor=${encodeURIComponent(
        actor,
      )}; Path=/; SameSite=Strict; HttpOnly; Max-Age=31536000`,
    },
  };
}

/** From the form, else from the cookie of an earlier form. */
function actorName(call: Call): string {
  const fromForm =
    call.method === 'POST' && new URLSearchParams(call.body).get('actor');
  const name = (fromForm || actorCookie(call)).trim().slice(0, 100);
  return name === '' ? DEFAULT_ACTOR : name;
}

function actorCookie(call: Call): string {
  const match = /(?:^|; )actor=([^;]*)/.exec(call.request.headers.cookie ?? '');
  try {
    return decodeURIComponent(match?.[1] ?? '');
  } catch (error) {
    if (error instanceof URIError) {
      return '';
    }
    throw error;
  }
}

function resourcePathOf(pathname: string): ResourcePath | undefined {
  const match = /^\/clients\/([a-z0-9-]+)\/([a-z-]+)\/([a-z0-9-]+)$/.exec(
    pathname,
  );
  return match
    ? { client: match[1], kind: match[2], name: match[3] }
    : undefined;
}
