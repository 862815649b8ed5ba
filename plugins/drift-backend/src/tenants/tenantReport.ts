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

import { JsonValue } from '@backstage/types';
import {
  DriftTarget,
  FieldDifference,
  Severity,
  StoredFinding,
  TenantDriftItem,
  TenantDriftReport,
} from '@infra-hub/backstage-plugin-drift-common';

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

/** The verdict on a tenant's targets, in the words of its API. */
export function tenantReport(options: {
  tenantId: string;
  /** Targets that have a verdict. */
  targets: DriftTarget[];
  /** Their open findings of class drift that nobody muted. */
  findings: StoredFinding[];
}): TenantDriftReport {
  const { tenantId, targets, findings } = options;
  const sorted = [...findings].sort(
    (one, other) =>
      SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
      (one.address < other.address ? -1 : 1),
  );
  const drifted = sum(targets.map(target => target.driftedResources));
  const total = Math.max(
    sum(targets.map(target => target.totalResources)),
    drifted,
  );
  return {
    tenantId,
    scanTimestamp: oldestVerdict(targets),
    hasDrift: findings.length > 0,
    driftItems: sorted.flatMap(itemsOf),
    summary: {
      totalResources: total,
      driftedResources: drifted,
      healthyResources: total - drifted,
    },
  };
}

/** A report is as old as its oldest part. */
function oldestVerdict(targets: DriftTarget[]): string {
  const times = targets.flatMap(
    target => target.lastGoodScanAt ?? target.lastScanAt ?? [],
  );
  return times.sort()[0] ?? '';
}

function itemsOf(finding: StoredFinding): TenantDriftItem[] {
  const item = {
    resourceType: finding.resourceType.toLowerCase(),
    resourceName: finding.resourceName,
    severity: finding.severity.toUpperCase() as TenantDriftItem['severity'],
  };
  if (finding.unmanaged || finding.change === 'create') {
    const missing = !finding.unmanaged;
    return [
      {
        ...item,
        field: '',
        desiredValue: missing ? 'present' : 'absent',
        actualValue: missing ? 'absent' : 'present',
      },
    ];
  }
  if (finding.fields.length === 0) {
    return [{ ...item, field: '', desiredValue: '', actualValue: '' }];
  }
  return finding.fields.map(field => ({
    ...item,
    field: readableField(field),
    desiredValue: field.sensitive ? '' : asText(field.desired),
    actualValue: field.sensitive ? '' : asText(field.actual),
  }));
}

/**
 * `replicas` for `/spec/replicas`, `query.timeout` for the key of a configuration
 * map: without the parts that every resource of the type has.
 */
export function readableField(field: FieldDifference): string {
  if (field.label !== undefined) {
    return (
      /^(?:data|stringData|binaryData)\[([^\]]+)\]$/.exec(field.label)?.[1] ??
      field.label.replace(/^(?:spec|data|stringData|binaryData)\.(?=.)/, '')
    );
  }
  const steps = field.path
    .split('/')
    .slice(1)
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [first] = steps;
  const isContainer =
    steps.length > 1 &&
    ['spec', 'data', 'stringData', 'binaryData'].includes(first);
  return steps.slice(isContainer ? 1 : 0).join('.');
}

function asText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) {
    return '';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
