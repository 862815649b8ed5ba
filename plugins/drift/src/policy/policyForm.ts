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
  PolicyMode,
  PolicyWindow,
  RemediationPolicy,
  ResourceChange,
  Severity,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { Duration, IANAZone } from 'luxon';
import { looksLikeCron } from './cron';

/** What stands in the fields of the form. */
export interface PolicyValues {
  id: string;
  reason: string;
  client: string;
  target: string;
  source: string;
  resourceType: string;
  severity: Severity[];
  change: ResourceChange[];
  mode: PolicyMode;
  windows: Required<PolicyWindow>[];
  limitPerDay: string;
  dryRun: boolean;
}

/** What is wrong, as the end of the key of its text. */
export interface PolicyProblems {
  id?: 'idWrong' | 'idReserved' | 'idTaken';
  limitPerDay?: 'limitPerDayWrong';
  windows: {
    cron?: 'cronWrong';
    duration?: 'durationWrong';
    timezone?: 'timezoneWrong';
  }[];
}

const ID = /^[A-Za-z0-9._-]{1,100}$/;

/** Stands for the default where policies are named. */
const RESERVED_ID = 'default';

const MOST_PER_DAY = 100_000;

/** A window to begin with: nights of working days. */
export const NEW_WINDOW: Required<PolicyWindow> = {
  kind: 'allow',
  cron: '0 22 * * 1-5',
  duration: 'PT4H',
  timezone: '',
};

/** Fills the form. */
export function toPolicyValues(
  policy: Partial<RemediationPolicy>,
): PolicyValues {
  return {
    id: policy.id ?? '',
    reason: policy.reason ?? '',
    client: policy.client ?? '',
    target: policy.target ?? '',
    source: policy.source ?? '',
    resourceType: policy.resourceType ?? '',
    severity: policy.severity ?? [],
    change: policy.change ?? [],
    mode: policy.mode ?? 'alert',
    windows: (policy.windows ?? []).map(window => ({
      timezone: '',
      ...window,
    })),
    limitPerDay: policy.limitPerDay?.toString() ?? '',
    dryRun: policy.dryRun ?? false,
  };
}

function text(value: string): string | undefined {
  return value.trim() || undefined;
}

/** What the form says; fields that are empty limit nothing. */
export function toPolicy(values: PolicyValues): RemediationPolicy {
  const { severity, change, windows, limitPerDay, dryRun } = values;
  const policy: RemediationPolicy = {
    id: values.id.trim(),
    client: text(values.client),
    target: text(values.target),
    source: text(values.source),
    resourceType: text(values.resourceType),
    severity: severity.length > 0 ? severity : undefined,
    change: change.length > 0 ? change : undefined,
    mode: values.mode,
    reason: text(values.reason),
    windows:
      windows.length > 0
        ? windows.map(({ kind, cron, duration, timezone }) => ({
            kind,
            cron: cron.trim(),
            duration: duration.trim(),
            ...(timezone.trim() && { timezone: timezone.trim() }),
          }))
        : undefined,
    limitPerDay: limitPerDay.trim() ? Number(limitPerDay) : undefined,
    dryRun: dryRun || undefined,
  };
  return policy;
}

/** A policy as it is sent, without what the backend adds. */
export function withoutOrigin(
  policy: StoredRemediationPolicy,
): RemediationPolicy {
  const { origin, updatedBy, updatedAt, ...written } = policy;
  return written;
}

function isDuration(iso: string): boolean {
  const duration = Duration.fromISO(iso.trim());
  return duration.isValid && duration.toMillis() > 0;
}

/** What is wrong, by field. */
export function findPolicyProblems(
  values: PolicyValues,
  options: {
    /** Ids that other policies have. */
    taken: readonly string[];
  },
): PolicyProblems {
  const problems: PolicyProblems = {
    windows: values.windows.map(({ cron, duration, timezone }) => ({
      ...(!looksLikeCron(cron) && { cron: 'cronWrong' as const }),
      ...(!isDuration(duration) && { duration: 'durationWrong' as const }),
      ...(timezone.trim() &&
        !IANAZone.isValidZone(timezone.trim()) && {
          timezone: 'timezoneWrong' as const,
        }),
    })),
  };
  const id = values.id.trim();
  if (!ID.test(id)) {
    problems.id = 'idWrong';
  } else if (id === RESERVED_ID) {
    problems.id = 'idReserved';
  } else if (options.taken.includes(id)) {
    problems.id = 'idTaken';
  }
  const limit = values.limitPerDay.trim();
  if (
    limit &&
    !(
      /^\d+$/.test(limit) &&
      Number(limit) >= 1 &&
      Number(limit) <= MOST_PER_DAY
    )
  ) {
    problems.limitPerDay = 'limitPerDayWrong';
  }
  return problems;
}

/** Whether anything is wrong. */
export function hasProblems(problems: PolicyProblems): boolean {
  const { windows, ...others } = problems;
  return [others, ...windows].some(each => Object.keys(each).length > 0);
}
