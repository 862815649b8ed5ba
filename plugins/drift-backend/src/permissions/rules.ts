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
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import {
  DriftTarget,
  Risk,
  RESOURCE_TYPE_DRIFT_TARGET,
} from '@infra-hub/backstage-plugin-drift-common';
import { z } from 'zod';
import { TargetCondition } from '../store/DriftStore';

/**
 * Targets as resources of the permission framework.
 *
 * @public
 */
export const driftTargetResourceRef = createPermissionResourceRef<
  DriftTarget,
  TargetCondition
>().with({
  pluginId: 'drift',
  resourceType: RESOURCE_TYPE_DRIFT_TARGET,
});

const isOwner = createPermissionRule({
  name: 'IS_OWNER',
  description: 'Allow targets whose owner is among the claims',
  resourceRef: driftTargetResourceRef,
  paramsSchema: z.object({
    claims: z
      .array(z.string())
      .describe('Entity refs of which one must own the target'),
  }),
  apply: (target, { claims }) =>
    target.owner !== undefined &&
    claims.map(toLowerCase).includes(target.owner),
  toQuery: ({ claims }) => ({ field: 'owner', in: claims.map(toLowerCase) }),
});

const hasClient = createPermissionRule({
  name: 'HAS_CLIENT',
  description: 'Allow targets of certain clients',
  resourceRef: driftTargetResourceRef,
  paramsSchema: z.object({
    clients: z.array(z.string()).describe('Names of clients'),
  }),
  apply: (target, { clients }) =>
    target.client !== undefined && clients.includes(target.client),
  toQuery: ({ clients }) => ({ field: 'client', in: clients }),
});

const hasRisk = createPermissionRule({
  name: 'HAS_RISK',
  description: 'Allow targets of certain risks',
  resourceRef: driftTargetResourceRef,
  paramsSchema: z.object({
    risks: z
      .array(z.enum(['none', 'low', 'medium', 'high', 'critical']))
      .describe('Risks, such as low and medium'),
  }),
  apply: (target, { risks }) => (risks as Risk[]).includes(target.risk),
  toQuery: ({ risks }) => ({ field: 'risk', in: risks }),
});

const hasSource = createPermissionRule({
  name: 'HAS_SOURCE',
  description: 'Allow targets that certain sources scan',
  resourceRef: driftTargetResourceRef,
  paramsSchema: z.object({
    sources: z.array(z.string()).describe('Ids of sources, such as terraform'),
  }),
  apply: (target, { sources }) => sources.includes(target.source),
  toQuery: ({ sources }) => ({ field: 'source', in: sources }),
});

const isTarget = createPermissionRule({
  name: 'IS_TARGET',
  description: 'Allow certain targets',
  resourceRef: driftTargetResourceRef,
  paramsSchema: z.object({
    ids: z.array(z.string()).describe('Ids of targets'),
  }),
  apply: (target, { ids }) => ids.includes(target.id),
  toQuery: ({ ids }) => ({ field: 'id', in: ids }),
});

/** Rules by the names under which their conditions are exported. */
export const driftTargetRules = {
  isOwner,
  hasClient,
  hasRisk,
  hasSource,
  isTarget,
};

function toLowerCase(entityRef: string): string {
  return entityRef.toLocaleLowerCase('en-US');
}
