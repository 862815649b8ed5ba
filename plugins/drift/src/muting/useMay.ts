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

import { usePermission } from '@backstage/plugin-permission-react';
import {
  driftFindingAcknowledgePermission,
  driftPolicyUpdatePermission,
} from '@infra-hub/backstage-plugin-drift-common';
import { useDriftTranslation } from '../useDriftTranslation';

/** Whether something may be done; not yet known while it loads. */
export interface May {
  loading: boolean;
  /** Why not, one sentence. */
  forbidden: string | undefined;
}

/** Whether the user may accept drift of a target, and withdraw that. */
export function useMayAcknowledge(targetId: string): May {
  const { t } = useDriftTranslation();
  const { loading, allowed } = usePermission({
    permission: driftFindingAcknowledgePermission,
    resourceRef: targetId,
  });
  return {
    loading,
    forbidden:
      loading || allowed ? undefined : t('acknowledgements.forbiddenWrite'),
  };
}

/** Whether the user may write policies and ignore rules, and turn the stop switch. */
export function useMayWritePolicies(): May {
  const { t } = useDriftTranslation();
  const { loading, allowed } = usePermission({
    permission: driftPolicyUpdatePermission,
  });
  return {
    loading,
    forbidden: loading || allowed ? undefined : t('policies.forbiddenWrite'),
  };
}
