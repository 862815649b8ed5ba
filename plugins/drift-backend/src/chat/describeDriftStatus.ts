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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  DriftTarget,
  ResultsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftService } from '../service/DriftService';
import {
  boundedLines,
  counted,
  dayText,
  nameText,
  sentence,
  timeText,
} from './words';

const MOST_TARGETS = 10;
const MOST_CHARACTERS = 4_000;

/**
 * The state of drift as a section for the context of any chat about
 * infrastructure: at most ten targets, worst first, and 4,000 characters.
 *
 * @remarks
 * It says what is not known, too, so that a chat does not take silence for clean.
 * Values from outside are one visible line each, so that none can begin a section.
 */
export async function describeDriftStatus(options: {
  client?: string[];
  /** One that narrows to what the caller may see. */
  service: Pick<DriftService, 'listResults'>;
  credentials: BackstageCredentials;
  now: Date;
}): Promise<string> {
  const { client, service, credentials, now } = options;
  const list = (query: Parameters<typeof service.listResults>[0]['query']) =>
    service.listResults({ query: { client, ...query }, credentials });
  const drifted = await list({ status: ['drifted'], limit: MOST_TARGETS });
  const failed = await list({ status: ['error'], limit: MOST_TARGETS });
  const stale = await list({ stale: true, limit: 1 });
  const newest = await list({ orderBy: 'lastScan', limit: 1 });

  const counts = new Map(
    drifted.facets.status.map(({ value, count }) => [value, count]),
  );
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const lastScanAt = newest.items[0]?.lastScanAt;
  const lines = [
    'DRIFT STATUS:',
    ...drifted.items.map(targetLine),
    ...moreLine(drifted, 'more with drift'),
    ...failedLines(failed),
    ...moreLine(failed, 'more whose last scan failed'),
  ];
  if (stale.totalItems > 0) {
    lines.push(
      `- ${counted(
        stale.totalItems,
        'target',
      )} with a verdict older than two intervals, which may no longer be true`,
    );
  }
  const unknown = counts.get('unknown') ?? 0;
  if (unknown > 0) {
    lines.push(`- ${counted(unknown, 'target')} never scanned`);
  }
  const scanned = lastScanAt
    ? `last scan ${timeText(lastScanAt, now)}`
    : 'no scan yet';
  const clean = counts.get('clean') ?? 0;
  if (total === 0) {
    lines.push('no targets are known here');
  } else if (drifted.totalItems === 0) {
    lines.push(`no drift: ${counted(clean, 'target')} clean, ${scanned}`);
  } else {
    lines.push(`${counted(clean, 'other target')} clean, ${scanned}`);
  }
  return boundedLines(lines, MOST_CHARACTERS);
}

function targetLine(target: DriftTarget): string {
  const since = target.driftedSince
    ? `, since ${dayText(target.driftedSince)}`
    : '';
  const summary = sentence(target.summary, 240);
  return `- ${placeOf(target)}: ${counted(
    target.driftedResources,
    'resource',
  )} drifted (risk: ${target.risk}${since})${summary && ` — ${summary}`}`;
}

function failedLines(page: ResultsPage): string[] {
  return page.items.map(target => {
    const before =
      target.driftedResources > 0
        ? `; before that, ${counted(
            target.driftedResources,
            'resource',
          )} drifted (risk: ${target.risk})`
        : '';
    return `- ${placeOf(
      target,
    )}: not known, the last scan failed${before} — ${sentence(
      target.error ?? 'no reason is known',
      120,
    )}`;
  });
}

function placeOf(target: DriftTarget): string {
  return `${nameText(target.name)} (${nameText(target.client ?? 'internal')})`;
}

function moreLine(page: ResultsPage, what: string): string[] {
  const more = page.totalItems - page.items.length;
  return more > 0 ? [`- ${more} ${what}`] : [];
}
