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
  Severity,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { PlannedChange } from '@infra-hub/backstage-plugin-drift-node';
import {
  assess,
  Observation,
  PlanResourceEntry,
  ResourceDifference,
} from '@infra-hub/drift-engine';
import { AppliedEntry } from './appliedEntries';

export interface PlannedChangesOptions {
  applied: readonly AppliedEntry[];
  /** Of the same plan, free of secrets. */
  observation: Observation;
  /** Takes secrets out of an address as it was done in the observation. */
  redactAddress: (address: string) => string;
  /** As the last scan rated them, by the rules of the installation. */
  findings: readonly StoredFinding[];
}

/**
 * Every change that applying makes, as people see it. What was changed outside and
 * what only the code wants of one resource are two changes, each with its own
 * fields. No entry that is applied is ever left out.
 */
export function plannedChanges(
  options: PlannedChangesOptions,
): PlannedChange[] {
  const { observation, findings, redactAddress } = options;
  const rated = new Map(
    [...assess(observation).findings, ...findings.filter(isOpen)].map(
      finding => [ratingKey(finding), finding.severity],
    ),
  );
  const byObject = new Map<string, ResourceDifference[]>();
  for (const difference of observation.differences) {
    const key = objectKey(difference);
    byObject.set(key, [...(byObject.get(key) ?? []), difference]);
  }
  return options.applied.flatMap(({ entry, change }): PlannedChange[] => {
    const address = redactAddress(entry.address);
    const { deposed } = entry;
    const differences = byObject.get(objectKey({ address, deposed })) ?? [];
    const applied = differences.filter(each => each.class !== 'absorbed');
    const shown = applied.length > 0 ? applied : differences.slice(0, 1);
    const common = {
      address,
      resourceType: entry.type,
      resourceName: redactAddress(entry.name),
      change,
    };
    return shown.length === 0
      ? [{ ...common, fields: [] }]
      : shown.map(difference => ({
          ...common,
          fields: difference.fields,
          class: difference.class,
          ...(difference.cascadeOf ? { cascadeOf: difference.cascadeOf } : {}),
          ...severityIn(rated, difference),
          reason: difference.reason,
        }));
  });
}

function severityIn(
  rated: ReadonlyMap<string, Severity>,
  difference: ResourceDifference,
): { severity?: Severity } {
  const severity = rated.get(ratingKey(difference));
  return severity === undefined ? {} : { severity };
}

function isOpen(finding: StoredFinding): boolean {
  return finding.state === 'open';
}

function objectKey(
  object: Pick<PlanResourceEntry, 'address' | 'deposed'>,
): string {
  return JSON.stringify([object.address, object.deposed ?? '']);
}

function ratingKey(
  difference: Pick<ResourceDifference, 'address' | 'deposed' | 'class'>,
): string {
  return JSON.stringify([
    difference.address,
    difference.deposed ?? '',
    difference.class,
  ]);
}
