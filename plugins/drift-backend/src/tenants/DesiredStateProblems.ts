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

import { DesiredStateProblem } from '@infra-hub/backstage-plugin-drift-common';

const MAX_PROBLEMS = 20;

/** A desired state that was refused; nothing of it was stored. */
export class RefusedDesiredState extends Error {
  readonly problems: DesiredStateProblem[];

  constructor(problems: DesiredStateProblem[]) {
    const errors = problems.filter(({ level }) => level === 'error');
    const more = errors.length - MAX_PROBLEMS;
    super(
      [
        ...errors.slice(0, MAX_PROBLEMS).map(describeProblem),
        ...(more > 0 ? [`${more} more problems`] : []),
      ].join('; '),
    );
    this.name = 'InputError';
    this.problems = errors.slice(0, MAX_PROBLEMS);
  }
}

/** `Document 3, line 12: …`, the message without its full stop. */
export function describeProblem(problem: DesiredStateProblem): string {
  const { document, line, message } = problem;
  const where =
    line === undefined
      ? `Document ${document}`
      : `Document ${document}, line ${line}`;
  return `${where}: ${message.replace(/\.$/, '')}`;
}
