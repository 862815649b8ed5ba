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
import { TerraformAdopter } from './adopt/TerraformAdopter';
import { TerraformRemediator } from './remediate/TerraformRemediator';
import { TerraformDriftSource } from './TerraformDriftSource';
import { TerraformParts } from './TerraformParts';

/**
 * Scans Terraform and OpenTofu modules for drift, and repairs it.
 *
 * @public
 */
export const driftModuleTerraform = createBackendModule({
  pluginId: 'drift',
  moduleId: 'terraform',
  register(env) {
    env.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        urlReader: coreServices.urlReader,
        sources: driftSourcesExtensionPoint,
        remediators: driftRemediatorsExtensionPoint,
      },
      async init({ config, logger, urlReader, sources, remediators }) {
        const parts = TerraformParts.fromConfig({
          config,
          logger,
          urlReader,
          path: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        });
        sources.addSource(TerraformDriftSource.create(parts));
        remediators.addRemediator(TerraformRemediator.create(parts));
        remediators.addAdopter(TerraformAdopter.create(parts));
      },
    });
  },
});
