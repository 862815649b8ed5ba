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

import { AuthService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import pLimit from 'p-limit';
import { DriftService } from '../service/DriftService';

const AT_ONCE = 5;

/** Loads targets for the permission backend, in the given order; unknown ones are undefined. */
export async function readTargets(options: {
  targetIds: string[];
  /** One that knows nothing of permissions. */
  service: DriftService;
  auth: AuthService;
}): Promise<(DriftTarget | undefined)[]> {
  const { targetIds, service, auth } = options;
  const credentials = await auth.getOwnServiceCredentials();
  const limit = pLimit(AT_ONCE);
  return Promise.all(
    targetIds.map(targetId =>
      limit(async () => {
        try {
          return await service.getTarget({ targetId, credentials });
        } catch (error) {
          if (toError(error).name === 'NotFoundError') {
            return undefined;
          }
          throw error;
        }
      }),
    ),
  );
}
