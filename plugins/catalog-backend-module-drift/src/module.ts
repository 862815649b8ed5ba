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
import { readDurationFromConfig } from '@backstage/config';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { DriftRefreshProvider } from './DriftRefreshProvider';
import { DriftSnapshot } from './DriftSnapshot';
import { DriftStatusProcessor } from './DriftStatusProcessor';

const POLL_INTERVAL_KEY = 'drift.catalog.pollInterval';

/**
 * Annotates catalog entities with `infra-hub.io/drift-status` and
 * `infra-hub.io/drift-risk`.
 *
 * @public
 */
export const catalogModuleDrift = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'drift',
  register(registration) {
    registration.registerInit({
      deps: {
        auth: coreServices.auth,
        catalog: catalogProcessingExtensionPoint,
        config: coreServices.rootConfig,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        scheduler: coreServices.scheduler,
      },
      async init({ catalog, config, lifecycle, logger, ...services }) {
        const pollInterval = config.has(POLL_INTERVAL_KEY)
          ? readDurationFromConfig(config, { key: POLL_INTERVAL_KEY })
          : { seconds: 60 };
        const stopping = new AbortController();
        lifecycle.addShutdownHook(() => stopping.abort());

        const snapshot = new DriftSnapshot();
        catalog.addProcessor(new DriftStatusProcessor({ snapshot, logger }));
        catalog.addEntityProvider(
          new DriftRefreshProvider({
            ...services,
            snapshot,
            logger,
            pollInterval,
            stopping: stopping.signal,
          }),
        );
      },
    });
  },
});
