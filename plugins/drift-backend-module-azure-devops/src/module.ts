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
  DefaultAzureDevOpsCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import {
  driftRemediatorsExtensionPoint,
  PipelineRemediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { AzureDriver } from './AzureDriver';
import { CONFIG_KEY, readAzureRoutes } from './config/readAzureRoutes';

/**
 * Repairs drift through Azure Pipelines.
 *
 * @public
 */
export const driftModuleAzureDevOps = createBackendModule({
  pluginId: 'drift',
  moduleId: 'azure-devops',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        remediators: driftRemediatorsExtensionPoint,
      },
      async init({ config, logger, remediators }) {
        const integrations = ScmIntegrations.fromConfig(config);
        remediators.addRemediator(
          PipelineRemediator.create({
            id: 'azure-devops',
            configKey: CONFIG_KEY,
            routes: readAzureRoutes(config, integrations),
            driver: AzureDriver.create({
              logger,
              credentials:
                DefaultAzureDevOpsCredentialsProvider.fromIntegrations(
                  integrations,
                ),
            }),
          }),
        );
      },
    });
  },
});
