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

import { Risk, TargetStatus } from '@infra-hub/backstage-plugin-drift-common';
import { hash } from 'node:crypto';

const LABEL = 'drift';
const FONT = 'Verdana,Geneva,DejaVu Sans,sans-serif';
const PADDING = 6;

/** Dark enough for white text, WCAG contrast of 4.5 and more. */
const COLOURS: Record<string, string> = {
  clean: '#2a7d2e',
  pending: '#1565c0',
  error: '#616161',
  unknown: '#616161',
  none: '#616161',
  low: '#8a6d00',
  medium: '#b45309',
  high: '#c2410c',
  critical: '#b71c1c',
};

/** What a badge shows, and nothing else. */
export interface BadgeState {
  status: TargetStatus;
  risk: Risk;
  /** Targets with drift where there are several, else resources with drift. */
  drifted: number;
}

/** A badge with the ETag of its state. */
export function renderBadge(state: BadgeState): { svg: string; etag: string } {
  const message = describe(state);
  const colour =
    COLOURS[state.status === 'drifted' ? state.risk : state.status];
  const labelWidth = widthOf(LABEL);
  const messageWidth = widthOf(message);
  const width = labelWidth + messageWidth;
  const title = escapeXml(`${LABEL}: ${message}`);
  const text = (options: { x: number; width: number; content: string }) =>
    `<text x="${options.x + options.width / 2}" y="14" textLength="${
      options.width - 2 * PADDING
    }">${escapeXml(options.content)}</text>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<clipPath id="r"><rect width="${width}" height="20" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)">`,
    `<rect width="${labelWidth}" height="20" fill="#424242"/>`,
    `<rect x="${labelWidth}" width="${messageWidth}" height="20" fill="${colour}"/>`,
    `</g>`,
    `<g fill="#fff" text-anchor="middle" font-family="${FONT}" font-size="11" aria-hidden="true">`,
    text({ x: 0, width: labelWidth, content: LABEL }),
    text({ x: labelWidth, width: messageWidth, content: message }),
    `</g></svg>`,
  ].join('');
  return { svg, etag: `"${hash('sha256', svg).slice(0, 32)}"` };
}

function describe({ status, risk, drifted }: BadgeState): string {
  switch (status) {
    case 'drifted':
      return `${drifted} drifted, ${risk}`;
    case 'error':
      return drifted > 0 ? `scan failed, ${risk} before` : 'scan failed';
    case 'unknown':
      return 'not scanned';
    default:
      return status;
  }
}

/** Close enough; `textLength` makes the browser fit the text in. */
function widthOf(text: string): number {
  const narrow = text.match(/[ ,.:;|fijlrt]/g)?.length ?? 0;
  return Math.round((text.length - narrow) * 7 + narrow * 4.2) + 2 * PADDING;
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
