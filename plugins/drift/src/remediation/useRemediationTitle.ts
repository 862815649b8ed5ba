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

import {
  confirmNamesOf,
  RemediationSummary,
} from '@infra-hub/backstage-plugin-drift-common';
import { kindOfSource, useTargetTitle } from '../display';

/** What people call the target of a remediation. */
export function useRemediationTitle(
  remediation: Pick<RemediationSummary, 'target'>,
): string {
  const { source, name, entityRefs = [] } = remediation.target;
  return useTargetTitle({ source, name, entityRefs });
}

/**
 * What has to be typed before something is destroyed; undefined where nothing has
 * to be. A tenant's own name is an id, so that its entity's is asked for.
 */
export function nameToType(
  remediation: Parameters<typeof confirmNamesOf>[0],
): string | undefined {
  const [name, entityName] = confirmNamesOf(remediation);
  return kindOfSource(remediation.target.source) === 'tenant'
    ? entityName ?? name
    : name;
}
