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
  AdoptionProposal,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { inertText } from '../publish/inertText';

const MOST_LINES = 50;

/** What reviewers read. Texts from outside stand as code, so that they stay texts. */
export function describePullRequest(
  request: RemediationRequest,
  proposal: AdoptionProposal,
): { title: string; body: string } {
  const { target } = request;
  const whose = target.client ? `${target.client}/${target.name}` : target.name;
  const resources = [
    ...new Set(proposal.changes.map(({ address }) => address)),
  ];
  return {
    title: `Take over the drift of ${inert(whose)} into the code`,
    body: [
      `Drift was found at ${code(
        whose,
      )}: what really is differs from the code. This makes the code match reality, so that the next apply does not revert it.`,
      '',
      'Resources:',
      ...listOf(resources.map(code)),
      ...(proposal.instructions.length > 0
        ? [
            '',
            'To be done by hand, since it is no literal in the code:',
            ...listOf(
              proposal.instructions.map(
                ({ address, text }) => `${code(address)}: ${inert(text)}`,
              ),
            ),
          ]
        : []),
      '',
      'Please check that the change was meant to stay before merging.',
    ].join('\n'),
  };
}

function listOf(lines: string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map(line => `- ${line}`);
  return lines.length > MOST_LINES
    ? [...shown, `- and ${lines.length - MOST_LINES} more`]
    : shown;
}

function code(text: string): string {
  return `\`${inert(text).replaceAll('`', "'")}\``;
}

/** One line without anything that Markdown makes a link or a mention of. */
function inert(text: string): string {
  return inertText(text, 500).replace(/[[\]]/g, '').replaceAll('@', '@\u200b');
}
