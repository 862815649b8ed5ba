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

import { PolicyProblem } from './checkPolicies';

/** Policies that were not taken, with one sentence per problem. */
export class RefusedPolicies extends Error {
  readonly problems: string[];

  constructor(problems: readonly string[]) {
    super(
      problems.length === 1
        ? problems[0]
        : `The policies have ${problems.length} problems: ${problems.join(
            '; ',
          )}`,
    );
    this.name = 'InputError';
    this.problems = [...problems];
  }
}

/** A sentence without the full stop. */
export function describeProblem(problem: PolicyProblem): string {
  const { path, message, policyId } = problem;
  const [, index, field] = /^\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
  if (index === undefined) {
    return `The list of policies ${message}`;
  }
  const which =
    policyId === undefined || field === 'id'
      ? `Policy ${Number(index) + 1}${
          policyId === undefined ? '' : ` ('${policyId}')`
        }`
      : `Policy '${policyId}'`;
  return field ? `${which}: '${field}' ${message}` : `${which} ${message}`;
}
