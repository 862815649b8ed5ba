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

import { createRouteRef, createSubRouteRef } from '@backstage/core-plugin-api';

/**
 * The dashboard.
 *
 * @public
 */
export const rootRouteRef = createRouteRef({ id: 'drift' });

/**
 * The page of one target. Use {@link targetRouteParams} for the parameters: an
 * id holds slashes.
 *
 * @public
 */
export const targetRouteRef = createSubRouteRef({
  id: 'drift/target',
  parent: rootRouteRef,
  path: '/targets/:id',
});

/**
 * Messages to webhooks that were not delivered.
 *
 * @public
 */
export const deliveriesRouteRef = createSubRouteRef({
  id: 'drift/deliveries',
  parent: rootRouteRef,
  path: '/deliveries',
});

/**
 * What is done about drift, and what waits for a decision.
 *
 * @public
 */
export const remediationsRouteRef = createSubRouteRef({
  id: 'drift/remediations',
  parent: rootRouteRef,
  path: '/remediations',
});

/**
 * The page of one remediation.
 *
 * @public
 */
export const remediationRouteRef = createSubRouteRef({
  id: 'drift/remediation',
  parent: rootRouteRef,
  path: '/remediations/:id',
});

/**
 * Drift that somebody accepted for a time.
 *
 * @public
 */
export const acknowledgementsRouteRef = createSubRouteRef({
  id: 'drift/acknowledgements',
  parent: rootRouteRef,
  path: '/acknowledgements',
});

/**
 * Rules for drift that alarms nobody.
 *
 * @public
 */
export const ignoreRulesRouteRef = createSubRouteRef({
  id: 'drift/ignore-rules',
  parent: rootRouteRef,
  path: '/ignore-rules',
});

/**
 * What is remediated without a person, and what is not.
 *
 * @public
 */
export const policiesRouteRef = createSubRouteRef({
  id: 'drift/policies',
  parent: rootRouteRef,
  path: '/policies',
});

/**
 * The tab on an entity page.
 *
 * @public
 */
export const entityContentRouteRef = createRouteRef({ id: 'drift/entity' });

/**
 * Parameters of {@link targetRouteRef} for a target id.
 *
 * @public
 */
export function targetRouteParams(targetId: string): { id: string } {
  return { id: encodeURIComponent(targetId) };
}
