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

import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import {
  ANNOTATION_CLIENT,
  ANNOTATION_SCAN_SCHEDULE,
  ANNOTATION_TENANT_ID,
} from '@infra-hub/backstage-plugin-drift-common';
import { TargetDefinition } from '../source/DriftSource';
import { locationToJson } from './CloudLocation';
import { CloudPolicy } from './CloudPolicy';
import { parseClient, parseTenantId } from '../source/names';
import { parseAccountName } from './names';

const MAX_ACCOUNTS = 100;

/**
 * The tenant that an entity declares. None where the entity names no accounts: not
 * every tenant is on this cloud.
 *
 * @param options.annotation - The one that names accounts.
 *
 * @throws InputError naming the annotation that is wrong, or what has to be
 *   configured for it
 */
export function annotationTargets(options: {
  entity: Entity;
  annotation: string;
  policy: CloudPolicy;
}): TargetDefinition[] {
  const { entity, annotation, policy } = options;
  const annotations = entity.metadata.annotations ?? {};
  const named = annotations[annotation];
  const tenantId = annotations[ANNOTATION_TENANT_ID];
  const client = annotations[ANNOTATION_CLIENT];
  if (named === undefined) {
    return [];
  }
  if (tenantId === undefined) {
    throw new InputError(
      `The annotation ${annotation} needs the annotation ${ANNOTATION_TENANT_ID} beside it`,
    );
  }
  const tenant = {
    name: parseTenantId(tenantId, `The annotation ${ANNOTATION_TENANT_ID}`),
    client:
      client === undefined
        ? undefined
        : parseClient(client, `The annotation ${ANNOTATION_CLIENT}`),
  };
  const accounts = parseNames(named, annotation).map(name => {
    const decision = policy.accountOf(tenant, name);
    if ('refusal' in decision) {
      throw new InputError(
        `The annotation ${annotation} cannot be followed. ${decision.refusal}`,
      );
    }
    return decision.account.name;
  });
  return [
    {
      ...tenant,
      schedule: annotations[ANNOTATION_SCAN_SCHEDULE]?.trim() || undefined,
      location: locationToJson({ accounts: [...new Set(accounts)] }),
    },
  ];
}

function parseNames(text: string, annotation: string): string[] {
  const names = new Set(
    text
      .split(',')
      .filter(part => part.trim() !== '')
      .map(part =>
        parseAccountName(part, `Each name in the annotation ${annotation}`),
      ),
  );
  if (names.size === 0) {
    throw new InputError(`The annotation ${annotation} is empty`);
  }
  if (names.size > MAX_ACCOUNTS) {
    throw new InputError(
      `The annotation ${annotation} names more than ${MAX_ACCOUNTS} accounts`,
    );
  }
  return [...names];
}
