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

import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  ANNOTATION_TENANT_ID,
  ResultsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { driftApiRef } from '../api';
import { Loaded, useLive, useLoaded } from '../live';

/** More targets than this on one entity are only counted. */
const TARGETS_SHOWN = 50;

/** What to say of the entity on the screen when it has no target. */
export function useNoTargetWords():
  | 'entity.noneText'
  | 'entity.noneTenantText' {
  const { entity } = useEntity();
  return entity.metadata.annotations?.[ANNOTATION_TENANT_ID]
    ? 'entity.noneTenantText'
    : 'entity.noneText';
}

/** The targets of the entity on the screen, worst first, kept fresh. */
export function useEntityTargets(): Loaded<ResultsPage> {
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const driftApi = useApi(driftApiRef);
  const results = useLoaded({
    key: entityRef,
    scope: entityRef,
    load: signal =>
      driftApi.getResults(
        { entityRef, orderBy: 'risk', order: 'desc', limit: TARGETS_SHOWN },
        { signal },
      ),
  });
  useLive({
    refresh: results.reload,
    active: results.value?.items.some(target => target.activeScan) ?? false,
  });
  return results;
}
