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

/**
 * The drift plugin for the new frontend system.
 *
 * @packageDocumentation
 */

import {
  ApiBlueprint,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
  PageBlueprint,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import {
  ANNOTATION_DRIFT_STATUS,
  ANNOTATION_TENANT_ID,
  ANNOTATION_TERRAFORM_DIR,
  DriftClient,
} from '@infra-hub/backstage-plugin-drift-common';
import { driftApiRef } from './api';
import { DriftIcon } from './display/DriftIcon';
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

const declaresModules = {
  [`metadata.annotations.${ANNOTATION_TERRAFORM_DIR}` as const]: {
    $exists: true,
  },
};
const declaresTenant = {
  [`metadata.annotations.${ANNOTATION_TENANT_ID}` as const]: {
    $exists: true,
  },
};
const hasStatus = {
  [`metadata.annotations.${ANNOTATION_DRIFT_STATUS}` as const]: {
    $exists: true,
  },
};
const hasDrift = { $any: [declaresModules, declaresTenant, hasStatus] };

const driftApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: driftApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => new DriftClient(deps),
    }),
});

const driftPage = PageBlueprint.make({
  params: {
    path: '/drift',
    title: 'Drift',
    icon: <DriftIcon />,
    routeRef: rootRouteRef,
    loader: () => import('./page').then(m => <m.NfsDriftPage />),
  },
});

const entityDriftCard = EntityCardBlueprint.make({
  params: {
    type: 'content',
    filter: hasDrift,
    loader: () => import('./entity').then(m => <m.EntityDriftCard />),
  },
});

const entityDriftContent = EntityContentBlueprint.make({
  params: {
    path: '/drift',
    title: 'Drift',
    group: 'operation',
    icon: <DriftIcon />,
    filter: hasDrift,
    routeRef: entityContentRouteRef,
    loader: () => import('./entity').then(m => <m.EntityDriftContent />),
  },
});

/**
 * The drift plugin for the new frontend system.
 *
 * @alpha
 */
export default createFrontendPlugin({
  pluginId: 'drift',
  title: 'Drift',
  icon: <DriftIcon />,
  info: { packageJson: () => import('../package.json') },
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
  extensions: [driftApi, driftPage, entityDriftCard, entityDriftContent],
});
