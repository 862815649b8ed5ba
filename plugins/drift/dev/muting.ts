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
  Acknowledgement,
  Severity,
  StoredIgnoreRule,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { FakeMutingOptions } from '../src/__testUtils__/FakeMuting';
import { minutesAgo } from '../src/__testUtils__/samples';

const DAY = 24 * 60;
const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low'];

const REASONS = [
  'The node pool stays at five nodes until the sale is over.',
  'FinOps sets this tag every night; the ticket to move it into the code is open.\nAsk jo before you touch it.',
  'Known.',
];

function acknowledgement(index: number): Acknowledgement {
  const ended = index % 3 === 2;
  return {
    id: `acknowledgement-${index}`,
    targetId:
      index % 4 === 3
        ? 'kubernetes:-/550e8400-e29b-41d4-a716-446655440000'
        : 'terraform:acme/tf-sandbox-aks',
    fingerprint: `fingerprint ${index}`,
    address:
      index % 5 === 4
        ? `module.${'a_rather_long_module_name.module.'.repeat(
            3,
          )}sandbox_bucket.this["logs-of-production"]`
        : `sandbox_cluster.pool_${index}`,
    severity: SEVERITIES[index % 4],
    reason: REASONS[index % 3],
    createdAt: minutesAgo(DAY + 60 * index),
    createdBy: index % 6 === 5 ? 'ci-service' : 'user:default/jo',
    expiresAt: minutesAgo(-(index + 1) * DAY * 2),
    state: ended ? 'ended' : 'active',
    ...(ended && {
      endedAt: minutesAgo(30 * (index + 1)),
      endedBy: index % 2 ? 'drift' : 'user:default/kim',
      endReason:
        index % 2
          ? 'The drift changed: the last scan saw other values.'
          : 'It was withdrawn.',
    }),
  };
}

const rules: StoredIgnoreRule[] = [
  {
    id: 'tags-of-finops',
    reason: 'Tags are set by FinOps every night.',
    path: '/tags/*',
    resourceType: 'sandbox_*',
    client: 'acme',
    origin: 'config',
    mutedNow: 41,
    mutedTotal: 1_204,
    lastMutedAt: minutesAgo(4),
  },
  {
    id: 'replicas-by-autoscaler',
    reason: 'The autoscaler sets replicas, and the code does not know it yet.',
    source: 'kubernetes',
    path: '/spec/replicas',
    manager: 'kube-controller-manager',
    expires: minutesAgo(-20 * DAY),
    origin: 'api',
    createdBy: 'user:default/jo',
    createdAt: minutesAgo(50 * DAY),
    mutedNow: 1,
    mutedTotal: 7,
    lastMutedAt: minutesAgo(3 * DAY),
  },
  {
    id: 'old-bastion',
    reason: 'The bastion host was taken down by hand and stays down.',
    address: 'module.net.sandbox_host.bastion',
    target: 'tf-sandbox-net',
    origin: 'api',
    createdBy: 'user:default/kim',
    createdAt: minutesAgo(90 * DAY),
    mutedNow: 0,
    mutedTotal: 0,
    deadHint: 'It has not muted anything in the 90 days that it exists.',
  },
  {
    id: `mute-${'a-name-that-is-as-long-as-names-may-be-'.repeat(2)}end`,
    reason: `The value is raised during the migration. ${'It is explained at length in the ticket. '.repeat(
      4,
    )}`,
    address: 'sandbox_database.main',
    path: '/parameters/max_connections',
    value: 500,
    expires: minutesAgo(2 * DAY),
    origin: 'api',
    createdBy: 'user:default/jo',
    createdAt: minutesAgo(30 * DAY),
    updatedBy: 'user:default/kim',
    updatedAt: minutesAgo(12 * DAY),
    mutedNow: 0,
    mutedTotal: 1,
    lastMutedAt: minutesAgo(3 * DAY),
  },
];

/** What somebody accepted, and rules in every state. */
export const muting: FakeMutingOptions = {
  acknowledgements: Array.from({ length: 47 }, (_, index) =>
    acknowledgement(index),
  ),
  ignoreRules: rules,
};

/** Policies of every mode, from the configuration and from here. */
export const policies: StoredRemediationPolicy[] = [
  {
    id: 'heal-config-maps',
    source: 'kubernetes',
    resourceType: 'configmap',
    change: ['update', 'create'],
    mode: 'auto',
    reason: 'Edits by hand of ConfigMaps are never wanted.',
    limitPerDay: 20,
    origin: 'config',
  },
  {
    id: 'acme-at-night',
    client: 'acme',
    severity: ['low', 'medium'],
    mode: 'auto',
    windows: [
      {
        kind: 'allow',
        cron: '0 22 * * 1-5',
        duration: 'PT4H',
        timezone: 'Europe/Berlin',
      },
      { kind: 'deny', cron: '0 0 24 12 *', duration: 'P8D' },
    ],
    limitPerDay: 3,
    dryRun: true,
    origin: 'api',
    updatedBy: 'user:default/jo',
    updatedAt: minutesAgo(3 * DAY),
  },
  {
    id: 'grave-is-reviewed',
    severity: ['high', 'critical'],
    mode: 'review',
    reason: 'Four eyes on what matters.',
    origin: 'api',
    updatedBy: 'user:default/kim',
    updatedAt: minutesAgo(40 * DAY),
  },
  {
    id: `freeze-${'of-a-target-with-quite-a-long-name-'.repeat(2)}end`,
    target: `tf-${'a-very-long-module-name-of-a-landing-zone-'.repeat(2)}*`,
    mode: 'alert',
    reason: 'Nothing is touched before the audit.',
    origin: 'api',
  },
];
