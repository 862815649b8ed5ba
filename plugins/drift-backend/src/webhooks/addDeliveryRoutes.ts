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
import { Delivery } from '@infra-hub/backstage-plugin-drift-common';
import { Router } from 'express';
import { audited } from '../http/audited';
import { DeliveryService } from './DeliveryService';

/** Adds the routes of messages that were not delivered. */
export function addDeliveryRoutes(
  router: Router,
  options: {
    deliveries: Pick<DeliveryService, 'list' | 'retry'>;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
  },
): void {
  const { deliveries, httpAuth, auditor } = options;

  router.get('/deliveries', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { state, limit, offset } = request.query as {
      state?: Delivery['state'];
      limit?: number;
      offset?: number;
    };
    response.json(await deliveries.list({ state, limit, offset, credentials }));
  });

  router.post('/deliveries/:deliveryId/retry', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { deliveryId } = request.params;
    const delivery = await audited(
      auditor,
      {
        eventId: 'delivery-retry',
        severityLevel: 'medium',
        request,
        meta: { deliveryId },
      },
      () => deliveries.retry({ deliveryId, credentials }),
      ({ webhook, type }) => ({ webhook, type }),
    );
    response.status(202).json(delivery);
  });
}
