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
import { Acknowledgement } from '@infra-hub/backstage-plugin-drift-common';
import { Router } from 'express';
import { audited } from '../http/audited';
import { MutingService } from './MutingService';

/** Adds the routes by which people accept and mute drift. */
export function addMutingRoutes(
  router: Router,
  options: {
    muting: MutingService;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
  },
): void {
  const { muting, httpAuth, auditor } = options;

  router.post(
    '/targets/:targetId/acknowledgements',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { targetId } = request.params;
      const { reason, expiresAt } = request.body;
      const page = await audited(
        auditor,
        {
          eventId: 'drift-acknowledge',
          severityLevel: 'high',
          request,
          meta: { targetId, reason, expiresAt },
        },
        () =>
          muting.acknowledge({ targetId, request: request.body, credentials }),
        ({ items }) => ({
          acknowledgements: items.map(({ id, address, fingerprint }) => ({
            id,
            address,
            fingerprint,
          })),
        }),
      );
      response.status(201).json(page);
    },
  );

  router.get(
    '/targets/:targetId/acknowledgements',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { targetId } = request.params;
      response.json(
        await muting.listAcknowledgements({
          ...readPage(request.query),
          targetId,
          credentials,
        }),
      );
    },
  );

  router.delete(
    '/targets/:targetId/acknowledgements/:acknowledgementId',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { targetId, acknowledgementId: id } = request.params;
      await audited(
        auditor,
        {
          eventId: 'drift-acknowledgement-withdraw',
          severityLevel: 'medium',
          request,
          meta: { targetId, acknowledgementId: id },
        },
        () => muting.withdraw({ targetId, id, credentials }),
        ({ address }) => ({ address }),
      );
      response.status(204).end();
    },
  );

  router.get('/acknowledgements', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(
      await muting.listAcknowledgements({
        ...readPage(request.query),
        credentials,
      }),
    );
  });

  router.get('/ignore-rules', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(await muting.listRules({ credentials }));
  });

  router.post('/ignore-rules', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const rule = await audited(
      auditor,
      {
        eventId: 'ignore-rule-create',
        severityLevel: 'high',
        request,
        meta: { rule: request.body },
      },
      () => muting.createRule({ rule: request.body, credentials }),
    );
    response.status(201).json(rule);
  });

  router.post('/ignore-rules/test', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(await muting.testRule({ rule: request.body, credentials }));
  });

  router.post('/ignore-rules/import', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { format, client, target, dryRun = true } = request.body;
    response.json(
      await audited(
        auditor,
        {
          eventId: 'ignore-rules-import',
          severityLevel: dryRun ? 'low' : 'high',
          request,
          meta: {
            format,
            dryRun,
            ...(client !== undefined && { client }),
            ...(target !== undefined && { target }),
          },
        },
        () => muting.importRules({ request: request.body, credentials }),
        ({ rules, problems }) => ({
          rules: rules.map(({ id }) => id),
          problems: problems.length,
        }),
      ),
    );
  });

  router.put('/ignore-rules/:ruleId', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { ruleId } = request.params;
    response.json(
      await audited(
        auditor,
        {
          eventId: 'ignore-rule-update',
          severityLevel: 'high',
          request,
          meta: { ruleId, rule: request.body },
        },
        () => muting.updateRule({ ruleId, rule: request.body, credentials }),
      ),
    );
  });

  router.delete('/ignore-rules/:ruleId', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { ruleId } = request.params;
    await audited(
      auditor,
      {
        eventId: 'ignore-rule-delete',
        severityLevel: 'high',
        request,
        meta: { ruleId },
      },
      () => muting.deleteRule({ ruleId, credentials }),
    );
    response.status(204).end();
  });

  router.get(
    '/targets/:targetId/findings/:findingId/ignore-rule',
    async (request, response) => {
      const credentials = await httpAuth.credentials(request);
      const { targetId, findingId } = request.params;
      const { path } = request.query as { path?: string };
      response.json(
        await muting.suggestRule({ targetId, findingId, path, credentials }),
      );
    },
  );
}

function readPage(query: object) {
  const { state, limit, offset } = query as {
    state?: Acknowledgement['state'];
    limit?: number;
    offset?: number;
  };
  return { state, limit, offset };
}
