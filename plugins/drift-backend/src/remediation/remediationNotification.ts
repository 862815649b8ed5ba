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

import { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import {
  RemediationAction,
  RemediationState,
  Risk,
} from '@infra-hub/backstage-plugin-drift-common';
import { inertText } from '../publish/inertText';
import { targetPath } from '../publish/TargetEvents';
import { RemediationRecord } from './RemediationStore';

type Payload = NotificationSendOptions['payload'];

const TOPIC = 'drift';
const MAX_TITLE = 250;
const MAX_TEXT = 1_000;
const MAX_NAME = 120;

const SEVERITIES: Record<Risk, Payload['severity']> = {
  none: 'normal',
  low: 'normal',
  medium: 'normal',
  high: 'high',
  critical: 'critical',
};

const ACTIONS: Record<RemediationAction, string> = {
  revert: 'The revert of drift',
  'refresh-state': 'The refresh of the state',
  adopt: 'The adoption of drift',
};

const ENDS: Partial<Record<RemediationState, string>> = {
  failed: 'failed',
  superseded: 'was not applied, something has changed since the preview',
  rejected: 'was rejected',
  expired: 'was not done, nobody decided in time',
};

/** How it ended; undefined when those who are told know it already. */
function endOf(record: RemediationRecord): string | undefined {
  if (record.state === 'cancelled') {
    // People cancel what has not begun, and know it
    return record.beganAt
      ? 'was stopped before anything was changed'
      : undefined;
  }
  if (record.state !== 'succeeded') {
    return ENDS[record.state];
  }
  if (record.automatic) {
    return 'was done by a policy and verified';
  }
  return record.approvedBy === record.requestedBy
    ? undefined
    : 'was approved, done and verified';
}

/**
 * What people are told of a remediation; undefined when it is no news. The next
 * one of the same remediation takes its place, because they share a scope.
 */
export function remediationNotification(
  record: RemediationRecord,
): Payload | undefined {
  const name = nameOf(record.target);
  const end = endOf(record);
  const shared = {
    description: inertText(record.message ?? '', MAX_TEXT),
    topic: TOPIC,
    scope: `drift:remediation:${record.id}`,
    link: `/drift/remediations/${encodeURIComponent(record.id)}`,
  };
  if (record.state === 'awaiting-approval') {
    const { total = 0, destructive = 0 } = record.changes ?? {};
    return {
      ...shared,
      title: inertText(
        `${ACTIONS[record.action]} in ${name} waits for approval: ${countOf(
          total,
        )}${destructive > 0 ? `, ${destructive} of them destructive` : ''}`,
        MAX_TITLE,
      ),
      severity: SEVERITIES[record.risk],
    };
  }
  return end
    ? {
        ...shared,
        title: inertText(
          `${ACTIONS[record.action]} in ${name} ${end}`,
          MAX_TITLE,
        ),
        severity: record.state === 'failed' ? 'high' : 'normal',
      }
    : undefined;
}

/** What owners are told when drift is no longer repaired by itself. */
export function stoppedNotification(stopped: {
  target: { id: string; client?: string; name: string };
  why: string;
  reason: string;
}): Payload {
  const { target, why, reason } = stopped;
  return {
    title: inertText(
      `Drift in ${nameOf(target)} is no longer repaired automatically`,
      MAX_TITLE,
    ),
    description: inertText(reason, MAX_TEXT),
    link: targetPath(target.id),
    severity: 'high',
    topic: TOPIC,
    scope: `drift:stopped:${why}:${target.id}`.slice(0, 255),
  };
}

function nameOf(target: { client?: string; name: string }): string {
  const name = inertText(target.name, MAX_NAME);
  return target.client
    ? `${inertText(target.client, MAX_NAME)} / ${name}`
    : name;
}

function countOf(count: number): string {
  return count === 1 ? '1 change' : `${count} changes`;
}
