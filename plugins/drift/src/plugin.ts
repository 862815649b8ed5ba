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
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { DriftClient } from '@infra-hub/backstage-plugin-drift-common';
import { driftApiRef } from './api';
import {
  acknowledgementsRouteRef,
  deliveriesRouteRef,
  entityContentRouteRef,
  ignoreRulesRouteRef,
  policiesRouteRef,
  remediationRouteRef,
  remediationsRouteRef,
  rootRouteRef,
  targetRouteRef,
} from './routes';

/**
 * The drift plugin for the old frontend system.
 *
 * @public
 */
export const driftPlugin = createPlugin({
  id: 'drift',
  routes: {
    root: rootRouteRef,
    target: targetRouteRef,
    deliveries: deliveriesRouteRef,
    acknowledgements: acknowledgementsRouteRef,
    ignoreRules: ignoreRulesRouteRef,
    policies: policiesRouteRef,
    remediations: remediationsRouteRef,
    remediation: remediationRouteRef,
    entityContent: entityContentRouteRef,
  },
  apis: [
    createApiFactory({
      api: driftApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new DriftClient(deps),
    }),
  ],
});

/**
 * The dashboard and the target pages, to be mounted at `/drift`.
 *
 * @public
 */
export const DriftPage: () => JSX.Element = driftPlugin.provide(
  createRoutableExtension({
    name: 'DriftPage',
    component: () => import('./page').then(m => m.LegacyDriftPage),
    mountPoint: rootRouteRef,
  }),
);

/**
 * A compact card for the overview of an entity.
 *
 * @public
 */
export const EntityDriftCard: () => JSX.Element = driftPlugin.provide(
  createComponentExtension({
    name: 'EntityDriftCard',
    component: {
      lazy: () => import('./entity').then(m => m.EntityDriftCard),
    },
  }),
);

/**
 * The full view of an entity's targets, to be mounted as a tab.
 *
 * @public
 */
export const EntityDriftContent: () => JSX.Element = driftPlugin.provide(
  createRoutableExtension({
    name: 'EntityDriftContent',
    component: () => import('./entity').then(m => m.EntityDriftContent),
    mountPoint: entityContentRouteRef,
  }),
);
