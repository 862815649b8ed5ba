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
  DesiredResource,
  DriftOverview,
  DriftTarget,
  Remediation,
  ScanSummary,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';

/** So many minutes before now, as an ISO timestamp. */
export function minutesAgo(minutes: number): string {
  return new Date(Date.now() - minutes * 60_000).toISOString();
}

/** A clean target, with changes. */
export function sampleTarget(change: Partial<DriftTarget> = {}): DriftTarget {
  const name = change.name ?? 'tf-sandbox-vnet';
  const client = 'client' in change ? change.client : 'acme';
  return {
    id: `terraform:${client ?? '-'}/${name}`,
    source: 'terraform',
    client,
    name,
    entityRefs: [`resource:default/${name.slice(0, 60)}`],
    owner: 'group:default/team-platform',
    status: 'clean',
    stale: false,
    risk: 'none',
    driftedResources: 0,
    totalResources: 12,
    summary: 'All 12 resources match the code.',
    evidence: 'plan-json',
    tool: { name: 'terraform', version: '1.11.4' },
    lastScanAt: minutesAgo(4),
    lastGoodScanAt: minutesAgo(4),
    lastGoodStatus: 'clean',
    warnings: [],
    blindSpots: [],
    schedule: 'PT30M',
    nextScanAt: minutesAgo(-26),
    ...change,
  };
}

/** An open drift finding, with changes. */
export function sampleFinding(
  change: Partial<StoredFinding> = {},
): StoredFinding {
  const address = change.address ?? 'sandbox_cluster.main';
  return {
    id: `finding-${address}-${change.class ?? 'drift'}`,
    targetId: 'terraform:acme/tf-sandbox-aks',
    address,
    resourceType: 'sandbox_cluster',
    resourceName: 'main',
    class: 'drift',
    change: 'update',
    severity: 'medium',
    reason:
      'The node pool was changed outside of Terraform; applying the code would set it back.',
    rule: 'changed-outside-and-reverted',
    fingerprint: `fingerprint of ${address}`,
    fields: [
      {
        path: '/node_pool/0/node_count',
        recorded: 3,
        actual: 5,
        desired: 3,
      },
    ],
    state: 'open',
    firstSeenAt: minutesAgo(3 * 24 * 60),
    lastSeenAt: minutesAgo(4),
    recurrences: 0,
    ...change,
  };
}

/** A completed clean scan, with changes. */
export function sampleScan(change: Partial<ScanSummary> = {}): ScanSummary {
  return {
    id: 'scan-1',
    targetId: 'terraform:acme/tf-sandbox-aks',
    trigger: 'schedule',
    state: 'completed',
    status: 'clean',
    risk: 'none',
    driftedResources: 0,
    totalResources: 41,
    queuedAt: minutesAgo(5),
    startedAt: minutesAgo(5),
    finishedAt: minutesAgo(4),
    warnings: [],
    blindSpots: [],
    evidence: 'plan-json',
    tool: { name: 'terraform', version: '1.11.4' },
    ...change,
  };
}

/** Thirty days that end with the number of drifted targets. */
export function sampleTrend(drifted: number): DriftOverview['trend'] {
  return Array.from({ length: 30 }, (_, day) => ({
    date: minutesAgo((29 - day) * 24 * 60).slice(0, 10),
    drifted: Math.max(
      0,
      Math.round(drifted + 3 * Math.sin(day * 1.3) - (29 - day) / 8),
    ),
    errors: day % 9 === 4 ? 1 : 0,
    total: 40,
  }));
}

/** The environment of a tenant, which belongs to an entity, with changes. */
export function sampleTenant(change: Partial<DriftTarget> = {}): DriftTarget {
  const name = change.name ?? '550e8400-e29b-41d4-a716-446655440000';
  return sampleTarget({
    source: 'kubernetes',
    client: undefined,
    entityRefs: ['resource:default/acme-production'],
    summary: 'All 12 resources match the desired state.',
    evidence: 'live-objects',
    tool: { name: 'kubernetes', version: 'v1.36.2' },
    ...change,
    id: `kubernetes:${change.client ?? '-'}/${name}`,
    name,
  });
}

/** An open drift finding about an object of a tenant, with changes. */
export function sampleTenantFinding(
  change: Partial<StoredFinding> = {},
): StoredFinding {
  return sampleFinding({
    targetId: sampleTenant().id,
    address: 'tenant-ai/Deployment/ai-service',
    resourceType: 'deployment',
    resourceName: 'ai-service',
    severity: 'high',
    reason: 'Somebody other than the platform set replicas.',
    rule: 'set-outside',
    fields: [
      { path: '/spec/replicas', label: 'replicas', desired: 3, actual: 5 },
    ],
    attribution: {
      who: 'kubectl-edit',
      when: minutesAgo(180),
      how: 'Update',
      evidence: 'managedFields',
    },
    ...change,
  });
}

/** A resource that a platform wants, with changes. */
export function sampleDesired(
  kind: string,
  name: string,
  change: Partial<DesiredResource> = {},
): DesiredResource {
  return {
    tenantId: sampleTenant().name,
    resourceType: kind.toLowerCase(),
    namespace: 'tenant-ai',
    name,
    spec: { kind, metadata: { name } },
    revision: 1,
    updatedAt: minutesAgo(120),
    updatedBy: 'user:default/jo',
    origin: 'api',
    ...change,
  };
}

/** A remediation that jo asked for, with its preview, with changes. */
export function sampleRemediation(
  change: Partial<Remediation> = {},
): Remediation {
  const { id = 'remediation-1', state = 'previewed' } = change;
  const requestedAt = change.requestedAt ?? minutesAgo(20);
  const { address, resourceType, resourceName, fields, severity } =
    sampleFinding();
  const may = { allowed: false };
  return {
    targetId: 'terraform:acme/tf-sandbox-aks',
    target: { source: 'terraform', client: 'acme', name: 'tf-sandbox-aks' },
    action: 'revert',
    route: 'terraform',
    origin: 'person',
    requestedBy: 'user:default/jo',
    risk: 'medium',
    changes: { total: 1, destructive: 0, alongside: 0 },
    previewHash: `hash-of-${id}`,
    updatedAt: minutesAgo(10),
    preview: {
      hash: `hash-of-${id}`,
      changes: [
        {
          address,
          resourceType,
          resourceName,
          change: 'update',
          fields,
          origin: 'drift',
          destructive: false,
          severity,
        },
      ],
      destructive: false,
      warnings: [],
      blindSpots: [],
      tool: { name: 'terraform', version: '1.11.4' },
      commit: '4b1c9d0e7a6f4e0f9d5cc2f3b1a2938475610fed',
      createdAt: minutesAgo(18),
    },
    events: [
      { at: requestedAt, to: 'requested', by: 'user:default/jo' },
      {
        at: minutesAgo(10),
        from: 'requested',
        to: state,
        by: 'user:default/jo',
      },
    ],
    log: [{ at: minutesAgo(19), text: 'Looked at 41 resources.' }],
    may: { confirm: may, approve: may, reject: may, cancel: may },
    ...change,
    id,
    state,
    requestedAt,
  };
}
