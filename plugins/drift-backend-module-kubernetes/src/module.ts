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
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
} from '@infra-hub/backstage-plugin-drift-node';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { KubernetesAdopter } from './adopt/KubernetesAdopter';
import { KubernetesDriftSource } from './KubernetesDriftSource';
import { KubernetesRemediator } from './remediate/KubernetesRemediator';

/**
 * Compares the Kubernetes objects of tenants with their desired state.
 *
 * @public
 */
export const driftModuleKubernetes = createBackendModule({
  pluginId: 'drift',
  moduleId: 'kubernetes',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        urlReader: coreServices.urlReader,
        remediators: driftRemediatorsExtensionPoint,
        sources: driftSourcesExtensionPoint,
      },
      async init({
        auth,
        catalog,
        config,
        logger,
        remediators,
        sources,
        urlReader,
      }) {
        sources.addSource(KubernetesDriftSource.fromConfig({ config, logger }));
        remediators.addRemediator(KubernetesRemediator.fromConfig({ config }));
        remediators.addAdopter(
          KubernetesAdopter.fromConfig({
            auth,
            catalog,
            config,
            logger,
            urlReader,
          }),
        );
      },
    });
  },
});
