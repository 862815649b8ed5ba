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
import { Router } from 'express';
import { audited } from '../http/audited';
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
    response.json(
      await audited(
        auditor,
        {
          eventId: 'analysis-fetch',
          severityLevel: 'low',
          request,
          meta: { targetId },
        },
        () => service.getAnalysis({ targetId, credentials }),
      ),
    );
  });

  router.post('/targets/:targetId/explain', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { targetId } = request.params;
    const analysis = await audited(
      auditor,
      {
        eventId: 'explain-request',
        severityLevel: 'medium',
        request,
        meta: { targetId },
      },
      () => service.explain({ targetId, credentials }),
      ({ status }) => ({ status }),
    );
    response.status(analysis.status === 'pending' ? 202 : 200).json(analysis);
  });
}
