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

import { createValidatedOpenApiRouter } from '@backstage/backend-openapi-utils';
import {
  AuditorService,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { ResultsQuery } from '@infra-hub/backstage-plugin-drift-common';
import { json, Request, Router } from 'express';
import { addBadgeRoutes, BadgeAccess } from '../badge/addBadgeRoutes';
import { addChatRoutes, Answerer } from '../chat';
import { addAnalysisRoutes } from '../explain';
import { addMutingRoutes, MutingService } from '../muting';
import { addPolicyRoutes, PolicyService } from '../policy';
import { spec } from '../schema/openapi.generated';
import { addRemediationRoutes, AuthorizedRemediations } from '../remediation';
import { DriftService } from '../service/DriftService';
import { addTenantRoutes, TenantService } from '../tenants';
import { addDeliveryRoutes } from '../webhooks/addDeliveryRoutes';
import { DeliveryService } from '../webhooks/DeliveryService';
import { answerErrors } from './answerErrors';
import { audited } from './audited';
import { describeInvalidRequest } from './describeInvalidRequest';
import { readQueryParameters } from './queryParameters';

/** With a wide type: deriving one per route from it takes the compiler minutes. */
const DOCUMENT: Parameters<typeof createValidatedOpenApiRouter>[0] = spec;

/**
 * The HTTP face of the plugin. Requests are validated against the OpenAPI
 * document before a handler sees them, so handlers take shapes for granted.
 */
export function createRouter(options: {
  service: DriftService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  logger: LoggerService;
  deliveries: Pick<DeliveryService, 'list' | 'retry'>;
  badges: BadgeAccess;
  answerer: Answerer;
  tenants: TenantService;
  muting: MutingService;
  policies: PolicyService;
  remediations: AuthorizedRemediations;
  /** Stands before every reader of bodies, as the next one does. */
  desiredStateBody?: Router;
  /** Stands before every reader of bodies. */
  ingest?: Router;
}): Router {
  const { service, httpAuth, auditor, logger } = options;

  const router: Router = createValidatedOpenApiRouter(DOCUMENT, {
    middleware: [readQueryParameters(), json({ limit: '1mb' })],
  });
  router.use(
    describeInvalidRequest({
      bodyFields: [
        ...Object.keys(spec.components.schemas.ScanFilter.properties),
        ...Object.keys(spec.components.schemas.AskRequest.properties),
        ...Object.keys(
          spec.components.schemas.AcknowledgementRequest.properties,
        ),
        ...Object.keys(spec.components.schemas.IgnoreRule.properties),
        ...Object.keys(spec.components.schemas.IgnoreRuleImport.properties),
        ...Object.keys(
          spec.components.schemas.RemediationPoliciesEdit.properties,
        ),
        ...Object.keys(spec.components.schemas.RemediationStop.properties),
        ...Object.keys(spec.components.schemas.RemediationRequest.properties),
        'previewHash',
        'note',
      ],
    }),
  );

  router.get('/results', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(
      await service.listResults({
        query: readResultsQuery(request),
        credentials,
      }),
    );
  });

  router.get('/overview', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    response.json(await service.getOverview({ credentials }));
  });

  router.get('/targets/:targetId', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    response.json(
      await audited(
        auditor,
        {
          eventId: 'target-fetch',
          severityLevel: 'low',
          request,
          meta: { targetId },
        },
        () => service.getTarget({ targetId, credentials }),
      ),
    );
  });

  router.get('/targets/:targetId/findings', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    const { scanId, state, limit, offset } = request.query as {
      scanId?: string;
      state?: 'open' | 'resolved';
      limit?: number;
      offset?: number;
    };
    response.json(
      await audited(
        auditor,
        {
          eventId: 'findings-fetch',
          severityLevel: 'low',
          request,
          meta: { targetId, ...(scanId && { scanId }) },
        },
        () =>
          service.listFindings({
            targetId,
            scanId,
            state,
            limit,
            offset,
            credentials,
          }),
      ),
    );
  });

  router.get('/targets/:targetId/scans', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    const { limit, offset } = request.query as {
      limit?: number;
      offset?: number;
    };
    response.json(
      await service.listScans({ targetId, limit, offset, credentials }),
    );
  });

  router.post('/targets/:targetId/scan', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    const result = await audited(
      auditor,
      {
        eventId: 'scan-request',
        severityLevel: 'medium',
        request,
        meta: { targetId },
      },
      () => service.requestScan({ targetId, credentials }),
      ({ scanId, joined }) => ({ scanId, joined }),
    );
    response.status(202).json(result);
  });

  router.post('/scans', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const query: ResultsQuery = normaliseQuery(request.body ?? {});
    const round = await audited(
      auditor,
      {
        eventId: 'scan-all-request',
        severityLevel: 'medium',
        request,
        meta: { filter: JSON.parse(JSON.stringify(query)) },
      },
      () => service.requestScanAll({ query, credentials }),
      ({ id, total }) => ({ roundId: id, total }),
    );
    response.status(202).json(round);
  });

  router.get('/scan-rounds/:roundId', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { roundId } = request.params;
    response.json(await service.getScanRound({ roundId, credentials }));
  });

  router.get('/entity-statuses', async (request, response) => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['service'],
    });
    response.json({ items: await service.listEntityStatuses({ credentials }) });
  });

  addChatRoutes(router, {
    service,
    answerer: options.answerer,
    httpAuth,
    auditor,
  });
  addAnalysisRoutes(router, { service, httpAuth, auditor });
  addDeliveryRoutes(router, {
    deliveries: options.deliveries,
    httpAuth,
    auditor,
  });
  addBadgeRoutes(router, { badges: options.badges });
  addTenantRoutes(router, { tenants: options.tenants, httpAuth, auditor });
  addMutingRoutes(router, { muting: options.muting, httpAuth, auditor });
  addPolicyRoutes(router, { policies: options.policies, httpAuth, auditor });
  addRemediationRoutes(router, {
    remediations: options.remediations,
    httpAuth,
    auditor,
  });

  // In front of the validator, which calls every error before it a bad request
  return Router().use(
    ...(options.ingest ? [options.ingest] : []),
    ...(options.desiredStateBody ? [options.desiredStateBody] : []),
    router,
    answerErrors({ logger }),
  );
}

function readResultsQuery(request: Request): ResultsQuery {
  return normaliseQuery({ ...request.query } as ResultsQuery);
}

/** Entity refs are kept in lower case. */
function normaliseQuery(query: ResultsQuery): ResultsQuery {
  return {
    ...query,
    ...(query.owner && {
      owner: query.owner.map(ref => ref.toLocaleLowerCase('en-US')),
    }),
    ...(query.entityRef && { entityRef: readEntityRef(query.entityRef) }),
  };
}

function readEntityRef(ref: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(ref));
  } catch {
    throw new InputError(
      "Parameter 'entityRef' must be an entity reference such as component:default/name",
    );
  }
}
