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
  FieldDifference,
  Finding,
  NormalisedField,
  RemediationChange,
  RemediationChangeOrigin,
  Risk,
  Severity,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { PlannedChange } from '@infra-hub/backstage-plugin-drift-node';
import { RISK_SCORES } from '../store/ranks';

const DESTRUCTIVE: readonly PlannedChange['change'][] = ['delete', 'replace'];

interface Why {
  origin: RemediationChangeOrigin;
  finding?: StoredFinding;
  reason?: string;
}

const PENDING: Why = {
  origin: 'pending',
  reason: 'The code has it, but it was never applied.',
};

const UNKNOWN: Why = {
  origin: 'other',
  reason: 'The last scan did not show it.',
};

/** Says of each change why it is there, by what the last scan stored. */
export function annotateChanges(options: {
  changes: readonly PlannedChange[];
  /** Open findings of the target. */
  findings: readonly StoredFinding[];
  /** What was asked for; all drift when absent. */
  addresses: readonly string[] | undefined;
}): RemediationChange[] {
  const { changes, findings, addresses } = options;
  const byAddress = new Map<string, StoredFinding[]>();
  for (const finding of findings) {
    const known = byAddress.get(finding.address);
    if (known) {
      known.push(finding);
    } else {
      byAddress.set(finding.address, [finding]);
    }
  }
  const asked = addresses && new Set(addresses);
  return changes.map(change => {
    const { origin, finding, reason } = whyOf(
      change,
      byAddress.get(change.address) ?? [],
      asked,
    );
    return {
      ...change,
      origin,
      destructive: DESTRUCTIVE.includes(change.change),
      ...(finding && {
        severity: finding.severity,
        fingerprint: finding.fingerprint,
      }),
      // Why it comes along says more than why it differs
      ...(reason !== undefined && { reason }),
    };
  });
}

/** Drift that alarms: what a remediation is for. */
export function isAlarming(
  finding: Pick<Finding, 'class' | 'suppressedBy'>,
): boolean {
  return finding.class === 'drift' && !finding.suppressedBy;
}

/** The highest severity of drift. */
export function riskOf(items: readonly { severity?: Severity }[]): Risk {
  let worst: Risk = 'none';
  for (const { severity = 'none' as const } of items) {
    if (RISK_SCORES[severity] > RISK_SCORES[worst]) {
      worst = severity;
    }
  }
  return worst;
}

function whyOf(
  change: PlannedChange,
  known: readonly StoredFinding[],
  asked: ReadonlySet<string> | undefined,
): Why {
  if (change.cascadeOf !== undefined && change.class !== 'drift') {
    return {
      origin: 'cascade',
      reason: `The change of ${change.cascadeOf} makes it necessary.`,
    };
  }
  if (change.class === 'pending') {
    return PENDING;
  }
  const drift = known.filter(({ class: is }) => is === 'drift');
  const finding =
    drift.find(each => covers([each], change)) ??
    drift.find(isAlarming) ??
    drift[0];
  if (!finding) {
    return known.some(({ class: is }) => is === 'pending') ? PENDING : UNKNOWN;
  }
  if (finding.acknowledgement) {
    return {
      origin: 'acknowledged',
      finding,
      reason: `${finding.acknowledgement.by} accepted this drift: ${finding.acknowledgement.reason}`,
    };
  }
  if (finding.suppressedBy) {
    return {
      origin: 'suppressed',
      finding,
      reason: `The ignore rule ${finding.suppressedBy.ruleId} mutes this drift: ${finding.suppressedBy.reason}`,
    };
  }
  if (!covers(drift.filter(isAlarming), change)) {
    const muted = drift.flatMap(mutedIn);
    const mutedFields = muted.map(field => field.muted);
    if (covers(drift, change, mutedFields)) {
      return { origin: 'suppressed', finding, reason: mutedBy(muted) };
    }
    const pending = known.filter(({ class: is }) => is === 'pending');
    return covers([...drift, ...pending], change, mutedFields)
      ? {
          ...PENDING,
          finding,
          reason:
            'Besides its drift, code of this resource that was never applied comes along.',
        }
      : {
          origin: 'other',
          finding,
          reason:
            'Besides its drift, something changes that the last scan did not show.',
        };
  }
  if (asked && !asked.has(change.address)) {
    return {
      origin: 'other',
      finding,
      reason: 'It was not asked for, but what was asked for depends on it.',
    };
  }
  return { origin: 'drift', finding };
}

type MutedField = NormalisedField & { muted: FieldDifference };

/** Fields of a finding that ignore rules mute beside others that alarm. */
function mutedIn({ normalised = [] }: StoredFinding): MutedField[] {
  return normalised.flatMap(field =>
    field.muted ? [{ ...field, muted: field.muted }] : [],
  );
}

function mutedBy(fields: readonly MutedField[]): string {
  const [{ normaliser, reason }] = fields;
  const id = normaliser.slice(normaliser.indexOf(':') + 1);
  return `The ignore rule ${id} mutes a part of this drift: ${reason}`;
}

/**
 * Whether the findings, or the further fields, name all fields of the change, or
 * the whole resource is what changes. What is only known after applying follows
 * from the rest.
 */
function covers(
  findings: readonly StoredFinding[],
  change: PlannedChange,
  further: readonly FieldDifference[] = [],
): boolean {
  if (findings.length === 0) {
    return false;
  }
  if (change.change !== 'update') {
    return true;
  }
  const paths = [...findings.flatMap(({ fields }) => fields), ...further].map(
    ({ path }) => path,
  );
  return change.fields
    .filter(field => !field.desiredUnknown)
    .every(({ path }) =>
      paths.some(
        known =>
          known === path ||
          path.startsWith(`${known}/`) ||
          known.startsWith(`${path}/`),
      ),
    );
}
