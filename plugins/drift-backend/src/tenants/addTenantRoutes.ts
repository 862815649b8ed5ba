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

import { AuditorService, HttpAuthService } from '@backstage/backend-plugin-api';
import { ConflictError, InputError } from '@backstage/errors';
import { DesiredStateChange } from '@infra-hub/backstage-plugin-drift-common';
import { ErrorRequestHandler, Request, Response, Router } from 'express';
import { audited } from '../http/audited';
import { RefusedRequest } from '../http/RefusedRequest';
import { RefusedDesiredState } from './DesiredStateProblems';
import { RevisionConflict } from './DesiredStateStore';
import { desiredStateText } from './readDesiredStateBody';
import { TenantService } from './TenantService';

const TENANT = '/v1/infrastructure/tenants/:tenantId';
const DESIRED_STATE = `${TENANT}/desired-state`;

interface EditQuery {
  dryRun?: boolean;
  expectedRevision?: number;
  cluster?: string;
  namespace?: string;
}

/** The infrastructure of tenants: desired state, drift check and report. */
export function addTenantRoutes(
  router: Router,
  options: {
    tenants: TenantService;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
  },
): void {
  const { tenants, httpAuth, auditor } = options;

  /** Changes, or says what would change, and tells the auditor. */
  async function edit(
    request: Request,
    response: Response,
    action: 'put' | 'delete' | 'capture',
    work: () => Promise<DesiredStateChange>,
  ): Promise<void> {
    const { dryRun = false } = request.query as EditQuery;
    const { tenantId, type, name } = request.params;
    const change = await audited(
      auditor,
      {
        eventId: 'desired-state-change',
        severityLevel: dryRun ? 'low' : 'medium',
        request,
        meta: {
          tenantId,
          action,
          dryRun,
          ...(type !== undefined && { resource: `${type}/${name}` }),
        },
      },
      work,
      ({ revision, added, changed, removed }) => ({
        revision,
        added: added.length,
        changed: changed.length,
        removed: removed.length,
      }),
    );
    response.set('ETag', `"${change.revision}"`).json(change);
  }

  router.get(DESIRED_STATE, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    const state = await tenants.readDesiredState({ tenantId, credentials });
    response.set('ETag', `"${state.revision}"`).json(state);
  });

  router.put(DESIRED_STATE, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    const { cluster } = request.query as EditQuery;
    await edit(request, response, 'put', async () =>
      tenants.putDesiredState({
        tenantId,
        cluster,
        body: desiredStateText(response),
        ...readEdit(request),
        credentials,
      }),
    );
  });

  router.delete(DESIRED_STATE, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    await edit(request, response, 'delete', async () =>
      tenants.deleteDesiredState({
        tenantId,
        ...readEdit(request),
        credentials,
      }),
    );
  });

  router.post(
    `${TENANT}/desired-state\\:capture`,
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { tenantId } = request.params;
      await edit(request, response, 'capture', async () =>
        tenants.capture({ tenantId, ...readEdit(request), credentials }),
      );
    },
  );

  router.get(`${DESIRED_STATE}/revisions`, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    const { limit, offset } = request.query as {
      limit?: number;
      offset?: number;
    };
    response.json(
      await tenants.listRevisions({ tenantId, limit, offset, credentials }),
    );
  });

  router.get(`${DESIRED_STATE}/:type/:name`, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    const { resource, revision } = await tenants.readDesiredResource({
      tenantId,
      key: readKey(request),
      credentials,
    });
    response.set('ETag', `"${revision}"`).json(resource);
  });

  router.put(`${DESIRED_STATE}/:type/:name`, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    await edit(request, response, 'put', async () =>
      tenants.putDesiredResource({
        tenantId,
        key: readKey(request),
        body: desiredStateText(response),
        ...readEdit(request),
        credentials,
      }),
    );
  });

  router.delete(`${DESIRED_STATE}/:type/:name`, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    await edit(request, response, 'delete', async () =>
      tenants.deleteDesiredResource({
        tenantId,
        key: readKey(request),
        ...readEdit(request),
        credentials,
      }),
    );
  });

  router.post(`${TENANT}/drift-check`, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const check = await audited(
      auditor,
      {
        eventId: 'drift-check',
        severityLevel: 'medium',
        request,
        meta: { tenantId },
      },
      () => tenants.checkDrift({ tenantId, credentials, signal: gone.signal }),
      result => ({
        state: result.state,
        ...(result.state === 'done'
          ? { hasDrift: result.report.hasDrift }
          : { scanId: result.scanId }),
      }),
    );
    if (check.state === 'done') {
      response.json(check.report);
    } else {
      const { scanId, targetId } = check;
      response.status(202).json({ scanId, targetId });
    }
  });

  router.get(`${TENANT}/drift-report`, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    response.json(await tenants.readReport({ tenantId, credentials }));
  });

  router.use(answerRefusals());
}

/** Says what is wrong, with every problem beside the sentence. */
function answerRefusals(): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (error instanceof RefusedDesiredState) {
      const { name, message, problems } = error;
      response.status(400).json({
        error: { name, message, problems },
        request: { method: request.method, url: request.url },
        response: { statusCode: 400 },
      });
    } else if (error instanceof RevisionConflict) {
      next(
        request.headers['if-match'] === undefined
          ? new ConflictError(error.message)
          : new RefusedRequest(412, error.message),
      );
    } else {
      next(error);
    }
  };
}

function readKey(request: Request) {
  const { type, name } = request.params;
  const { cluster, namespace } = request.query as EditQuery;
  return { resourceType: type.toLowerCase(), name, cluster, namespace };
}

function readEdit(request: Request) {
  const { dryRun, expectedRevision } = request.query as EditQuery;
  const matched = readIfMatch(request.headers['if-match']);
  if (
    matched !== undefined &&
    expectedRevision !== undefined &&
    matched !== expectedRevision
  ) {
    throw new InputError(
      "The header 'If-Match' and the parameter 'expectedRevision' contradict each other",
    );
  }
  return { dryRun, expectedRevision: matched ?? expectedRevision };
}

function readIfMatch(header: string | undefined): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  const [, revision] = /^\s*(?:W\/)?"?(\d{1,9})"?\s*$/.exec(header) ?? [];
  if (revision === undefined) {
    throw new InputError(
      'The header \'If-Match\' must be a revision such as "5"',
    );
  }
  return Number(revision);
}
