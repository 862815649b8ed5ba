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

import { createCloudModule } from '@infra-hub/backstage-plugin-drift-node';
import { ActivityLogAttributor } from './attribution/ActivityLogAttributor';
import { AzureProvider } from './AzureProvider';
import { readAzureAccount } from './config/readAzureAccount';

/**
 * Compares databases and storage on Azure with what is desired of them, changes
 * them back, and knows from the activity log who changed them.
 *
 * @public
 */
export const driftModuleAzure = createCloudModule({
  id: 'azure',
  create({ accounts, config, logger }) {
    for (const account of accounts) {
      const { anonymous, endpoint } = readAzureAccount(account);
      if (anonymous) {
        logger.warn(
          `The subscription ${account.name} is asked at ${endpoint}, without credentials: this is not Azure.`,
        );
      }
    }
    const provider = AzureProvider.create();
    return {
      provider,
      attributor: ActivityLogAttributor.fromConfig({ provider, config }),
    };
  },
});
