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

import { DriftReport, Finding } from '@infra-hub/backstage-plugin-drift-common';
import { TargetRegistration } from '../store';

/** A declared target; id, source, client and name always agree. */
export function buildTarget(
  options: Partial<Omit<TargetRegistration, 'id'>> = {},
): TargetRegistration {
  const { source = 'terraform', name = 'network' } = options;
  return {
    owner: 'group:default/platform',
    entityRefs: ['component:default/network'],
    location: { directory: 'infra/network' },
    schedule: 'PT30M',
    intervalMs: 30 * 60 * 1000,
    firstScanAt: new Date('2026-11-22T10:00:00Z'),
    origin: 'catalog',
    ...options,
    id: `${source}:${options.client ?? '-'}/${name}`,
    source,
    name,
  };
}

/** A drift finding; its fingerprint follows from address, class and value. */
export function buildFinding(
  options: Partial<Finding> & { value?: string | number } = {},
): Finding {
  const { value = 5, ...overrides } = options;
  const address = overrides.address ?? 'sandbox_pool.main';
  const [resourceType, resourceName] = address.split('.');
  return {
    address,
    resourceType,
    resourceName,
    class: 'drift',
    change: 'update',
    severity: 'high',
    reason: 'The value was changed outside of the code.',
    rule: 'changed-outside',
    fingerprint: Buffer.from(`${address}=${value}`).toString('hex'),
    fields: [{ path: '/node_count', recorded: 3, actual: value, desired: 3 }],
    ...overrides,
  };
}

/** A complete report that agrees with its findings. */
export function buildReport(
  findings: Finding[] = [],
  overrides: Partial<DriftReport> = {},
): DriftReport {
  const alarming = findings.filter(
    finding => finding.class === 'drift' && !finding.suppressedBy,
  );
  const severities = ['low', 'medium', 'high', 'critical'] as const;
  const worst = severities.findLast(severity =>
    alarming.some(finding => finding.severity === severity),
  );
  return {
    status: worst ? 'drifted' : 'clean',
    risk: worst ?? 'none',
    driftedResources: new Set(alarming.map(finding => finding.address)).size,
    totalResources: 12,
    findings,
    blindSpots: [],
    warnings: [],
    complete: true,
    evidence: 'plan-json',
    tool: { name: 'terraform', version: '1.11.4' },
    ...overrides,
  };
}
