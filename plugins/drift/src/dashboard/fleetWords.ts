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

import { DriftOverview } from '@infra-hub/backstage-plugin-drift-common';
import { kindOfSource, TargetKind } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

type Counts = Record<TargetKind, { total: number; drifted: number }>;

function countByKind(overview: DriftOverview): Counts {
  const counts: Counts = {
    module: { total: 0, drifted: 0 },
    tenant: { total: 0, drifted: 0 },
    target: { total: 0, drifted: 0 },
  };
  for (const each of overview.bySource ?? []) {
    const count = counts[kindOfSource(each.source)];
    count.total += each.totalTargets;
    count.drifted += each.driftedTargets;
  }
  return counts;
}

/**
 * Says how much has drifted, by the words for what is watched: "2 modules and 1
 * tenant with drift detected".
 */
export function useDriftedWords(): (overview: DriftOverview) => string {
  const { t } = useDriftTranslation();
  return overview => {
    const { module, tenant, target } = countByKind(overview);
    const count = overview.driftedTargets;
    const onlyModules = tenant.total + target.total === 0;
    const onlyTenants = module.total + target.total === 0;
    if (onlyModules || (count > 0 && module.drifted === count)) {
      return t('dashboard.drifted', { count });
    }
    if (onlyTenants || (count > 0 && tenant.drifted === count)) {
      return t('dashboard.driftedTenants', { count });
    }
    if (count === 0 || target.drifted > 0) {
      return t('dashboard.driftedTargets', { count });
    }
    return t('dashboard.driftedMixed', {
      modules: t('dashboard.modules', { count: module.drifted }),
      tenants: t('dashboard.tenants', { count: tenant.drifted }),
    });
  };
}
