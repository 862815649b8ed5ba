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
import { JsonObject, JsonValue } from '@backstage/types';
import { ErrorRequestHandler, Router } from 'express';
import { audited } from '../http/audited';
import { PolicyService } from './PolicyService';
import { PolicyChanges } from './PolicyStore';
import { RefusedPolicies } from './RefusedPolicies';

const TENANT_POLICIES =
  '/v1/infrastructure/tenants/:tenantId/remediation-policies';

interface PoliciesBody {
  policies: JsonValue;
  expectedRevision?: number;
}

/** Policies, why they decide as they do, and the stop switch. */
export function addPolicyRoutes(
  router: Router,
  options: {
    policies: PolicyService;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
  },
): void {
  const { policies, httpAuth, auditor } = options;

  router.get('/remediation-policies', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(await policies.list({ credentials }));
  });

  router.put('/remediation-policies', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const body = request.body as PoliciesBody;
    const { policies: answer } = await audited(
      auditor,
      {
        eventId: 'remediation-policies-change',
        severityLevel: 'high',
        request,
      },
      () =>
        policies.replace({
          policies: body.policies,
          expectedRevision: body.expectedRevision,
          credentials,
        }),
      ({ changes, policies: { revision } }) => ({
        revision,
        ...toMeta(changes),
      }),
    );
    response.json(answer);
  });

  router.get(
    '/targets/:targetId/remediation-policy',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { targetId } = request.params;
      response.json(await policies.explain({ targetId, credentials }));
    },
  );

  router.put('/remediation-stop', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { stopped, reason } = request.body as {
      stopped: boolean;
      reason?: string;
    };
    const { status } = await audited(
      auditor,
      {
        eventId: 'remediation-stop',
        severityLevel: 'high',
        request,
        meta: { stopped, ...(reason !== undefined && { reason }) },
      },
      () => policies.setStop({ stopped, reason, credentials }),
      ({ before, status: after }) => ({
        before: before !== undefined,
        after: after.stopped,
      }),
    );
    response.json(status);
  });

  router.get(TENANT_POLICIES, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    response.json(await policies.listOfTenant({ tenantId, credentials }));
  });

  router.put(TENANT_POLICIES, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { tenantId } = request.params;
    const body = request.body as PoliciesBody;
    const { policies: answer } = await audited(
      auditor,
      {
        eventId: 'remediation-policies-change',
        severityLevel: 'high',
        request,
        meta: { tenantId },
      },
      () =>
        policies.replaceOfTenant({
          tenantId,
          policies: body.policies,
          expectedRevision: body.expectedRevision,
          credentials,
        }),
      ({ changes, policies: { revision } }) => ({
        revision,
        ...toMeta(changes),
      }),
    );
    response.json(answer);
  });

  router.use(answerRefusals());
}

/** Says what is wrong, with every problem beside the sentence. */
function answerRefusals(): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (error instanceof RefusedPolicies) {
      const { name, message, problems } = error;
      response.status(400).json({
        error: { name, message, problems },
        request: { method: request.method, url: request.url },
        response: { statusCode: 400 },
      });
    } else {
      next(error);
    }
  };
}

/** What the auditor is told: everything that is different. */
function toMeta(changes: PolicyChanges): JsonObject {
  return JSON.parse(JSON.stringify(changes));
}
