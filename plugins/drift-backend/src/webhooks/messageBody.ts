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
  DriftTransition,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  countResources,
  detailsOf,
  headlineOf,
} from '../publish/describeEvent';

/** Slack takes at most 3000 characters in a section. */
const MAX_SECTION = 2_900;
const SHOWN_FINDINGS = 5;

/** Type of the message of a transition. */
export function messageType(transition: DriftTransition): string {
  return `target.${transition}`;
}

/** Body of a message to a program: the event as other plugins get it. */
export function jsonBody(
  event: TargetStatusEvent,
  transition: DriftTransition,
): string {
  return JSON.stringify({
    type: messageType(transition),
    timestamp: event.at,
    data: event,
  });
}

/**
 * Body of a message to Slack, or to anything that reads its incoming webhooks.
 *
 * @remarks
 * The one link leads to the target's page. `verbatim` and the escapes that Slack
 * asks for keep it from finding links and mentions in what a plan says.
 */
export function slackBody(
  event: TargetStatusEvent,
  transition: DriftTransition,
): string {
  const headline = escapeSlack(headlineOf(event, transition));
  const title = event.url
    ? `*<${event.url}|${headline.replaceAll('|', '¦')}>*`
    : `*${headline}*`;
  const findings = (event.newFindings ?? []).slice(0, SHOWN_FINDINGS);
  const more = (event.newFindingsCount ?? 0) - findings.length;
  const lines = findings.map(
    ({ severity, change, address }) =>
      `• ${severity}: ${change} \`${escapeSlack(address)}\``,
  );
  if (lines.length > 0 && more > 0) {
    lines.push(`and ${countResources(more)} more`);
  }
  return JSON.stringify({
    text: headline,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      section([title, escapeSlack(detailsOf(event, transition))]),
      ...(lines.length > 0 ? [section(lines)] : []),
    ],
  });
}

function section(lines: string[]) {
  return {
    type: 'section',
    text: {
      type: 'mrkdwn',
      verbatim: true,
      text: lines.filter(Boolean).join('\n').slice(0, MAX_SECTION),
    },
  };
}

function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('`', "'");
}
