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

import { useApi } from '@backstage/core-plugin-api';
import {
  DesiredState,
  DesiredStateRevision,
} from '@infra-hub/backstage-plugin-drift-common';
import { driftApiRef } from '../api';
import { Loaded, useLive, useLoaded } from '../live';

/** A desired state and the last change of it. */
export interface KnownDesiredState {
  state: DesiredState;
  /** Absent when nothing was ever written, or older than what is kept. */
  lastChange: DesiredStateRevision | undefined;
}

/** What a tenant's platform wants, kept fresh. */
export function useDesiredState(options: {
  tenantId: string;
  targetId: string;
}): Loaded<KnownDesiredState> {
  const { tenantId, targetId } = options;
  const driftApi = useApi(driftApiRef);
  const loaded = useLoaded({
    key: tenantId,
    scope: tenantId,
    load: async signal => {
      const [state, revisions] = await Promise.all([
        driftApi.getDesiredState(tenantId, { signal }),
        driftApi.getDesiredStateRevisions(tenantId, { limit: 1, signal }),
      ]);
      return { state, lastChange: revisions.items[0] };
    },
  });
  useLive({
    refresh: loaded.reload,
    active: false,
    concerns: signal =>
      signal.targetId === undefined || signal.targetId === targetId,
  });
  return loaded;
}
