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
  MayDo,
  Remediation,
  RemediationEvent,
  RemediationLogLine,
  RemediationState,
  RemediationSummary,
} from '@infra-hub/backstage-plugin-drift-common';
import { RemediationRecord } from './RemediationStore';

/** Who asks, and what permissions say of them and the target. */
export interface RemediationCaller {
  /** Entity ref or subject; undefined for callers without a name. */
  name?: string;
  request: MayDo;
  approve: MayDo;
}

/** States before anything is applied. */
export const WAITING_STATES: readonly RemediationState[] = [
  'requested',
  'previewed',
  'awaiting-approval',
  'approved',
];

const STATES: Record<RemediationState, string> = {
  requested: 'its preview is still being made',
  previewed: 'it waits for the confirmation of who asked for it',
  'awaiting-approval': 'it waits for an approval',
  approved: 'it was approved already',
  running: 'it is being applied already',
  verifying: 'it was applied already',
  succeeded: 'it has succeeded already',
  failed: 'it has failed',
  superseded: 'what would be changed is no longer what was approved',
  rejected: 'it was rejected',
  cancelled: 'it was cancelled',
  expired: 'it has expired',
  'dry-run': 'it ended as a dry run',
};

const YES: MayDo = { allowed: true };

const NOT_YOURS_TO_CONFIRM = 'Only who asked for it can confirm it.';

const NOT_YOURS_TO_APPROVE =
  'You asked for it, so somebody else has to approve it.';

const NOT_YOURS_TO_CANCEL =
  'Only who asked for it can cancel it; who may approve it can reject it.';

/** Finishes "…, because". */
export function describeState(state: RemediationState): string {
  return STATES[state];
}

/** What lists show. */
export function toSummary(record: RemediationRecord): RemediationSummary {
  return {
    id: record.id,
    targetId: record.targetId,
    target: withoutUndefined(record.target),
    action: record.action,
    route: record.route,
    state: record.state,
    origin: record.origin,
    requestedBy: record.requestedBy,
    requestedAt: record.requestedAt.toISOString(),
    risk: record.risk,
    ...withoutUndefined({
      reason: record.reason,
      addresses: record.addresses,
      changes: record.changes,
      previewHash: record.previewHash,
      approvedBy: record.approvedBy,
      approvedAt: record.approvedAt?.toISOString(),
      expiresAt: record.expiresAt?.toISOString(),
      waitsUntil: record.waitsUntil?.toISOString(),
      message: record.message,
      outcome: record.outcome,
      verifyScanId: record.verifyScanId,
      finishedAt: record.finishedAt?.toISOString(),
    }),
    updatedAt: record.updatedAt.toISOString(),
  };
}

/** What a dialog shows. */
export function toRemediation(
  record: RemediationRecord,
  options: {
    events: RemediationEvent[];
    log: RemediationLogLine[];
    caller: RemediationCaller;
    selfApproval: boolean;
  },
): Remediation {
  const { events, log, caller, selfApproval } = options;
  return {
    ...toSummary(record),
    ...withoutUndefined({
      preview: record.preview,
      decision: record.decision,
    }),
    events,
    log,
    may: {
      confirm: mayConfirm(record, caller),
      approve: mayApprove(record, { ...caller, selfApproval }),
      reject: mayReject(record, caller),
      cancel: mayCancel(record, caller),
    },
  };
}

export function mayConfirm(
  record: RemediationRecord,
  caller: RemediationCaller,
): MayDo {
  if (record.state !== 'previewed') {
    return no(`It cannot be confirmed, because ${STATES[record.state]}.`);
  }
  if (!caller.request.allowed) {
    return caller.request;
  }
  return caller.name === record.requestedBy ? YES : no(NOT_YOURS_TO_CONFIRM);
}

export function mayApprove(
  record: RemediationRecord,
  caller: RemediationCaller & { selfApproval: boolean },
): MayDo {
  if (record.state !== 'awaiting-approval') {
    return no(`It cannot be approved, because ${STATES[record.state]}.`);
  }
  if (!caller.approve.allowed) {
    return caller.approve;
  }
  if (caller.name === undefined) {
    return no('Only callers with a name can approve it.');
  }
  return caller.name === record.requestedBy && !caller.selfApproval
    ? no(NOT_YOURS_TO_APPROVE)
    : YES;
}

export function mayReject(
  record: RemediationRecord,
  caller: RemediationCaller,
): MayDo {
  if (!WAITING_STATES.includes(record.state)) {
    return no(`It cannot be rejected, because ${STATES[record.state]}.`);
  }
  return caller.approve;
}

export function mayCancel(
  record: RemediationRecord,
  caller: RemediationCaller,
): MayDo {
  if (!WAITING_STATES.includes(record.state)) {
    return no(`It cannot be cancelled, because ${STATES[record.state]}.`);
  }
  if (!caller.request.allowed) {
    return caller.request;
  }
  return record.origin === 'policy' || caller.name === record.requestedBy
    ? YES
    : no(NOT_YOURS_TO_CANCEL);
}

function no(reason: string): MayDo {
  return { allowed: false, reason };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== undefined),
  ) as T;
}
