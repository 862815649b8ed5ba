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

import { Config } from '@backstage/config';
import { Remediator } from '../remediation/Remediator';
import { CloudProvider } from './CloudProvider';

/**
 * Changes databases and storages of tenants on a cloud back to what is desired:
 * the drifted properties and nothing else.
 *
 * @throws InputError naming the key of `drift.<provider>` that is wrong
 *
 * @public
 */
export function createCloudRemediator(options: {
  provider: CloudProvider;
  config: Config;
}): Remediator {
  const { provider } = options;
  return {
    id: provider.id,
    actionsFor: () => [],
    supports: () => ({ supported: false, reason: 'Being written' }),
    preview: async () => {
      throw new Error('Being written');
    },
    apply: async () => {
      throw new Error('Being written');
    },
  };
}
