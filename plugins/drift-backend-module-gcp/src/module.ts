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

import { Config, readDurationFromConfig } from '@backstage/config';
import { durationToMilliseconds } from '@backstage/types';
import { createCloudModule } from '@infra-hub/backstage-plugin-drift-node';
import { GoogleApi, Patience } from './api/GoogleApi';
import { AuditLogAttributor } from './attribution/AuditLogAttributor';
import { GcpProvider } from './GcpProvider';

/**
 * Compares databases and storages on Google Cloud with their desired state.
 *
 * @public
 */
export const driftModuleGcp = createCloudModule({
  id: 'gcp',
  create({ accounts, config }) {
    const api = GoogleApi.create(readPatience(config));
    for (const account of accounts) {
      // Whatever is wrong there is said at start
      api.settingsOf(account);
    }
    return {
      provider: GcpProvider.create({ api }),
      attributor: AuditLogAttributor.fromConfig({ api, config }),
    };
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
