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
