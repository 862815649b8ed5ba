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
import { RemediationStatus } from '@infra-hub/backstage-plugin-drift-common';
import { driftApiRef } from '../api';
import { Loaded, useLive, useLoaded } from '../live';

/** Whether anything is remediated here at all, kept fresh. */
export function useRemediationStatus(): Loaded<RemediationStatus> {
  const driftApi = useApi(driftApiRef);
  const status = useLoaded({
    key: '',
    load: signal => driftApi.getRemediationStatus({ signal }),
  });
  useLive({
    refresh: status.reload,
    active: false,
    concerns: ({ type, remediationId }) =>
      type === 'remediation-changed' && remediationId === undefined,
  });
  return status;
}
