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
  DriftTransition,
  Risk,
} from '@infra-hub/backstage-plugin-drift-common';
import { createHash } from 'node:crypto';
import { RISK_SCORES } from '../store/ranks';
import { countResources, detailsOf, headlineOf, nameOf } from './describeEvent';
import { TargetNews } from './mergeEvents';
import { inertText } from './inertText';
import { targetPath } from './TargetEvents';
import { riskOf } from './transitions';

type NotificationPayload = NotificationSendOptions['payload'];

const TOPIC = 'drift';
const MAX_TITLE = 250;
const MAX_SCOPE = 255;
const SHOWN_FINDINGS = 3;
const SHOWN_TARGETS = 10;

const SEVERITIES: Record<Risk, NotificationPayload['severity']> = {
  none: 'low',
  low: 'low',
  medium: 'normal',
  high: 'high',
  critical: 'critical',
};

/** Weightiest first. */
const WEIGHTS: DriftTransition[] = [
  'drifted',
  'worse',
  'failing',
  'resolved',
  'recovered',
];

const COUNTED: Record<DriftTransition, string> = {
  drifted: 'newly drifted',
  worse: 'got worse',
  failing: 'cannot be scanned',
  resolved: 'resolved',
  recovered: 'can be scanned again',
  changed: 'changed',
};

/**
 * A notification of one target. The next one of the same target takes its place,
 * because they share a scope.
 */
export function targetNotification(news: TargetNews): NotificationPayload {
  const { event, transition } = news;
  return {
    title: inertText(headlineOf(event, transition), MAX_TITLE),
    description: [detailsOf(event, transition), describeNew(news)]
      .filter(Boolean)
      .join(' '),
    link: targetPath(event.targetId),
    severity: severityOf(news),
    topic: TOPIC,
    scope: scopeOf(`drift:${event.targetId}`),
  };
}

/** One notification for many targets. */
export function digestNotification(
  allNews: TargetNews[],
  recipient: string,
): NotificationPayload {
  const sorted = [...allNews].sort(
    (a, b) =>
      WEIGHTS.indexOf(a.transition) - WEIGHTS.indexOf(b.transition) ||
      RISK_SCORES[riskOf(b.event)] - RISK_SCORES[riskOf(a.event)] ||
      (a.event.targetId < b.event.targetId ? -1 : 1),
  );
  const counts = WEIGHTS.map(transition => ({
    transition,
    count: sorted.filter(news => news.transition === transition).length,
  })).filter(({ count }) => count > 0);
  const shown = sorted
    .slice(0, SHOWN_TARGETS)
    .map(({ event, transition }) =>
      transition === 'drifted' || transition === 'worse'
        ? `${nameOf(event)} (${event.after.risk})`
        : `${nameOf(event)} (${COUNTED[transition]})`,
    );
  const more = sorted.length - shown.length;
  return {
    title: inertText(
      `News of ${sorted.length} drift targets: ${counts
        .map(({ transition, count }) => `${count} ${COUNTED[transition]}`)
        .join(', ')}`,
      MAX_TITLE,
    ),
    description: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`,
    link: `/drift?owner=${encodeURIComponent(recipient)}`,
    severity: worst(sorted.map(severityOf)),
    topic: TOPIC,
    scope: scopeOf(`drift:digest:${recipient}`),
  };
}

function describeNew({ event, transition }: TargetNews): string {
  const findings = event.newFindings ?? [];
  if (
    findings.length === 0 ||
    (transition !== 'drifted' && transition !== 'worse')
  ) {
    return '';
  }
  const shown = findings.slice(0, SHOWN_FINDINGS);
  const more = (event.newFindingsCount ?? shown.length) - shown.length;
  const list = shown
    .map(
      ({ address, change, severity }) => `${address} (${change}, ${severity})`,
    )
    .join(', ');
  return `New: ${list}${more > 0 ? ` and ${countResources(more)} more` : ''}.`;
}

function severityOf({
  transition,
  event,
}: TargetNews): NotificationPayload['severity'] {
  switch (transition) {
    case 'failing':
      return 'high';
    case 'drifted':
    case 'worse':
      return SEVERITIES[event.after.risk];
    default:
      return 'low';
  }
}

function worst(
  severities: NotificationPayload['severity'][],
): NotificationPayload['severity'] {
  return (
    (['critical', 'high', 'normal'] as const).find(severity =>
      severities.includes(severity),
    ) ?? 'low'
  );
}

/** The notifications backend keeps 255 characters. */
function scopeOf(scope: string): string {
  return scope.length <= MAX_SCOPE
    ? scope
    : `drift:${createHash('sha256').update(scope).digest('hex')}`;
}
