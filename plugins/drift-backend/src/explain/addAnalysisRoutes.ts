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
import { toError } from '@backstage/errors';
import { Router } from 'express';
import { DriftService } from '../service/DriftService';

/** The explanation of a target, and a way to ask for a new one. */
export function addAnalysisRoutes(
  router: Router,
  options: {
    service: Pick<DriftService, 'getAnalysis' | 'explain'>;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
  },
): void {
  const { service, httpAuth, auditor } = options;

  router.get('/targets/:targetId/analysis', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    const event = await auditor.createEvent({
      eventId: 'analysis-fetch',
      severityLevel: 'low',
      request,
      meta: { targetId },
    });
    try {
      response.json(await service.getAnalysis({ targetId, credentials }));
    } catch (error) {
      await event.fail({ error: toError(error) });
      throw error;
    }
    await event.success();
  });

  router.post('/targets/:targetId/explain', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    const event = await auditor.createEvent({
      eventId: 'explain-request',
      severityLevel: 'medium',
      request,
      meta: { targetId },
    });
    try {
      const analysis = await service.explain({ targetId, credentials });
      response.status(analysis.status === 'pending' ? 202 : 200).json(analysis);
      await event.success({ meta: { status: analysis.status } });
    } catch (error) {
      await event.fail({ error: toError(error) });
      throw error;
    }
  });
}
