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
  DefaultGithubCredentialsProvider,
  ScmIntegrations,
} from '@backstage/integration';
import {
  driftRemediatorsExtensionPoint,
  PipelineRemediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { CONFIG_KEY, readGithubRoutes } from './config/readGithubRoutes';
import { GithubDriver } from './GithubDriver';

/**
 * Repairs drift through GitHub Actions workflows.
 *
 * @public
 */
export const driftModuleGithub = createBackendModule({
  pluginId: 'drift',
  moduleId: 'github',
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
            id: 'github',
            configKey: CONFIG_KEY,
            routes: readGithubRoutes(config, integrations),
            driver: GithubDriver.create({
              logger,
              credentials:
                DefaultGithubCredentialsProvider.fromIntegrations(integrations),
            }),
          }),
        );
      },
    });
  },
});
