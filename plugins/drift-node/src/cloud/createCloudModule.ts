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
  BackendFeature,
  coreServices,
  createBackendModule,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { Attributor } from '../attribution/Attributor';
import { driftAttributorsExtensionPoint } from '../attribution/driftAttributorsExtensionPoint';
import { driftRemediatorsExtensionPoint } from '../remediation/driftRemediatorsExtensionPoint';
import { driftSourcesExtensionPoint } from '../source/driftSourcesExtensionPoint';
import { createCloudAdopter } from './CloudAdopter';
import { createCloudSource } from './CloudDriftSource';
import { CloudAccount, CloudProvider } from './CloudProvider';
import { createCloudRemediator } from './CloudRemediator';
import { readCloudAccounts } from './readCloudConfig';

/**
 * What a cloud is made of.
 *
 * @public
 */
export interface CloudParts {
  /** Reads, lists and changes its resources. */
  provider: CloudProvider;
  /** Knows from the cloud's audit log who changed something. */
  attributor: Attributor;
}

/**
 * A backend module that adds a cloud to the drift plugin: what scans it, what repairs
 * it or its manifests, and what knows who changed something there.
 *
 * @public
 */
export function createCloudModule(options: {
  /** Of the provider, which is that of the module and the key below `drift`, too. */
  id: string;
  /**
   * Called when the backend starts, with the accounts of the configuration.
   *
   * @throws InputError naming the key that is wrong, never a value that may be a secret
   */
  create(given: {
    accounts: readonly CloudAccount[];
    config: Config;
    logger: LoggerService;
  }): CloudParts;
}): BackendFeature {
  const { id, create } = options;
  return createBackendModule({
    pluginId: 'drift',
    moduleId: id,
    register(env) {
      env.registerInit({
        deps: {
          attributors: driftAttributorsExtensionPoint,
          auth: coreServices.auth,
          catalog: catalogServiceRef,
          config: coreServices.rootConfig,
          logger: coreServices.logger,
          remediators: driftRemediatorsExtensionPoint,
          sources: driftSourcesExtensionPoint,
          urlReader: coreServices.urlReader,
        },
        async init({
          attributors,
          auth,
          catalog,
          config,
          logger,
          remediators,
          sources,
          urlReader,
        }) {
          const accounts = readCloudAccounts(config, id);
          const { provider, attributor } = create({ accounts, config, logger });
          sources.addSource(createCloudSource({ provider, config, logger }));
          remediators.addRemediator(
            createCloudRemediator({ provider, config }),
          );
          remediators.addAdopter(
            createCloudAdopter({
              provider,
              auth,
              catalog,
              config,
              logger,
              urlReader,
            }),
          );
          attributors.addAttributor(attributor);
        },
      });
    },
  });
}
