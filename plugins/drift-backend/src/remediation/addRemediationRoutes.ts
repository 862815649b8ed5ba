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

import {
  AuditorService,
  AuditorServiceCreateEventOptions,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import {
  Remediation,
  RemediationRequestBody,
  RemediationsQuery,
} from '@infra-hub/backstage-plugin-drift-common';
import { Router } from 'express';
import { audited } from '../http/audited';
import { AuthorizedRemediations } from './AuthorizedRemediations';

/** Adds the routes by which drift is remediated. */
export function addRemediationRoutes(
  router: Router,
  options: {
    remediations: AuthorizedRemediations;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
  },
): void {
  const { remediations, httpAuth, auditor } = options;

  function auditedStep(
    event: AuditorServiceCreateEventOptions,
    work: () => Promise<Remediation>,
  ): Promise<Remediation> {
    return audited(
      auditor,
      { severityLevel: 'medium', ...event },
      work,
      ({ id, targetId, state, previewHash }) => ({
        remediationId: id,
        targetId,
        state,
        ...(previewHash && { planHash: previewHash }),
      }),
    );
  }

  router.post('/remediations', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const body: RemediationRequestBody = request.body;
    const { targetId, action } = body;
    response.status(202).json(
      await auditedStep(
        {
          eventId: 'remediation-request',
          request,
          meta: { targetId, action },
        },
        () => remediations.request({ body, credentials }),
      ),
    );
  });

  router.get('/remediations', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const query = { ...request.query } as RemediationsQuery;
    response.json(await remediations.list({ query, credentials }));
  });

  router.get('/remediations/:remediationId', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { remediationId: id } = request.params;
    response.json(await remediations.get({ id, credentials }));
  });

  router.post(
    '/remediations/:remediationId/confirm',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { remediationId: id } = request.params;
      const { previewHash, confirmName } = request.body as {
        previewHash: string;
        confirmName?: string;
      };
      response.json(
        await auditedStep(
          {
            eventId: 'remediation-confirm',
            request,
            meta: { remediationId: id, planHash: previewHash },
          },
          () =>
            remediations.confirm({ id, previewHash, confirmName, credentials }),
        ),
      );
    },
  );

  router.post(
    '/remediations/:remediationId/approve',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { remediationId: id } = request.params;
      const { previewHash, confirmName, note } = request.body as {
        previewHash: string;
        confirmName?: string;
        note?: string;
      };
      response.json(
        await auditedStep(
          {
            eventId: 'remediation-approve',
            severityLevel: 'high',
            request,
            meta: { remediationId: id, planHash: previewHash },
          },
          () =>
            remediations.approve({
              id,
              previewHash,
              confirmName,
              note,
              credentials,
            }),
        ),
      );
    },
  );

  router.post(
    '/remediations/:remediationId/reject',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { remediationId: id } = request.params;
      const { reason } = request.body as { reason: string };
      response.json(
        await auditedStep(
          {
            eventId: 'remediation-reject',
            request,
            meta: { remediationId: id },
          },
          () => remediations.reject({ id, reason, credentials }),
        ),
      );
    },
  );

  router.post(
    '/remediations/:remediationId/cancel',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { remediationId: id } = request.params;
      response.json(
        await auditedStep(
          {
            eventId: 'remediation-cancel',
            request,
            meta: { remediationId: id },
          },
          () => remediations.cancel({ id, credentials }),
        ),
      );
    },
  );

  router.get(
    '/targets/:targetId/remediation-options',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { targetId } = request.params;
      response.json(await remediations.options({ targetId, credentials }));
    },
  );

  router.get('/remediation-status', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(await remediations.status({ credentials }));
  });
}
