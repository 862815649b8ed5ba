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
import { Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import {
  createCloudRemediator,
  createCloudSource,
  driftAttributorsExtensionPoint,
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
  readCloudAccounts,
} from '@infra-hub/backstage-plugin-drift-node';
import { GoogleApi, Patience } from './api/GoogleApi';
import { AuditLogAttributor } from './attribution/AuditLogAttributor';
import { GcpProvider } from './GcpProvider';

/**
 * Compares databases and storages on Google Cloud with their desired state.
 *
 * @public
 */
export const driftModuleGcp = createBackendModule({
  pluginId: 'drift',
  moduleId: 'gcp',
  register(env) {
    env.registerInit({
      deps: {
        attributors: driftAttributorsExtensionPoint,
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        remediators: driftRemediatorsExtensionPoint,
        sources: driftSourcesExtensionPoint,
      },
      async init({ attributors, config, logger, remediators, sources }) {
        const api = GoogleApi.create(readPatience(config));
        for (const account of readCloudAccounts(config, 'gcp')) {
          // Whatever is wrong there is said at start
          api.settingsOf(account);
        }
        const provider = GcpProvider.create({ api });
        sources.addSource(createCloudSource({ provider, config, logger }));
        remediators.addRemediator(createCloudRemediator({ provider, config }));
        attributors.addAttributor(
          AuditLogAttributor.fromConfig({ api, config }),
        );
      },
    });
  },
});

/** A request that is given up in time can be tried again before the whole is. */
function readPatience(config: Config): Partial<Patience> {
  const key = 'drift.gcp.requestTimeout';
  return config.has(key)
    ? {
        requestTimeoutMs: Math.ceil(
          durationToMilliseconds(readDurationFromConfig(config, { key })) / 2,
        ),
      }
    : {};
}
