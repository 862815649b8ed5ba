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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { DriftSource } from '../source/DriftSource';
import { CloudProvider } from './CloudProvider';

/**
 * A source that compares the databases and storages of tenants on a cloud with
 * their desired state. Only ever reads.
 *
 * @throws InputError naming the key of `drift.<provider>` that is wrong
 *
 * @public
 */
export function createCloudSource(options: {
  provider: CloudProvider;
  config: Config;
  logger: LoggerService;
}): DriftSource {
  const { provider } = options;
  return {
    id: provider.id,
    scan: async () => {
      throw new Error('Being written');
    },
  };
}
