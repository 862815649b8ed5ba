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

import { RemediationOutcome } from '@infra-hub/backstage-plugin-drift-common';

/**
 * Names of the two steps by which a pipeline tells how far it went. They can be
 * read through the API of every system, without artifacts or annotations.
 *
 * @public
 */
export const PIPELINE_STEPS = {
  /** Fails when the plan is not what was approved; else it is skipped. */
  refused: 'Not what was approved',
  /** Applies the plan. */
  apply: 'Apply',
} as const;

/**
 * How a step of a run ended. `not-run` was skipped or never reached; `unknown`
 * covers the rest, such as a step that was cut off.
 *
 * @public
 */
export interface PipelineStep {
  name: string;
  result: 'succeeded' | 'failed' | 'not-run' | 'unknown';
  /** ISO 8601. */
  endedAt?: string;
}

/**
 * What became of drift, from how a run and its steps ended.
 *
 * @remarks
 * A run that failed before the step that applies has changed nothing. Where the
 * steps cannot be read or have other names, that is not known.
 *
 * @public
 */
export function judgePipelineRun(options: {
  succeeded: boolean;
  /** How it ended in words, after "The run", such as `was cancelled`. */
  ending: string;
  /** Absent when they could not be read. */
  steps?: readonly PipelineStep[];
  link?: RemediationOutcome['link'];
}): RemediationOutcome {
  const { succeeded, ending, steps, link } = options;
  const stepOf = (name: string) => steps?.find(step => step.name === name);
  const { result: applied, endedAt } = stepOf(PIPELINE_STEPS.apply) ?? {};
  const appliedAt =
    applied !== 'not-run' && !Number.isNaN(Date.parse(endedAt ?? ''))
      ? new Date(endedAt ?? '').toISOString()
      : undefined;
  const outcome = (
    kind: RemediationOutcome['kind'],
    message: string,
  ): RemediationOutcome => ({
    kind,
    message,
    ...(link ? { link } : {}),
    ...(appliedAt ? { appliedAt } : {}),
  });

  if (stepOf(PIPELINE_STEPS.refused)?.result === 'failed') {
    return outcome(
      'superseded',
      'The pipeline made its own plan, which is not what was approved; nothing was applied.',
    );
  }
  if (applied === 'not-run' || (!succeeded && steps?.length === 0)) {
    return outcome('failed', `The run ${ending}; nothing was applied.`);
  }
  if (succeeded) {
    return outcome('applied', `The run ${ending}.`);
  }
  return applied === 'succeeded'
    ? outcome(
        'applied',
        `The plan was applied, but the run ${ending} afterwards.`,
      )
    : outcome('unknown', `The run ${ending}; how far it went is not known.`);
}
