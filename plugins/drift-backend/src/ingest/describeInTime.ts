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

import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  DriftAnalysis,
  DriftReport,
} from '@infra-hub/backstage-plugin-drift-common';
import { explainReport } from '@infra-hub/drift-engine';
import { Explanations } from '../explain';

/** What the explanations' own clock may be late by. */
const GRACE_MS = 500;

/**
 * Words for a stored report within a bounded time: what the explanations have by
 * then, or else what the rules say. Never rejects; a verdict waits for no
 * explanation.
 */
export async function describeInTime(options: {
  explanations: Pick<Explanations, 'analyze'>;
  targetId: string;
  report: DriftReport;
  waitMs: number;
  logger: LoggerService;
}): Promise<DriftAnalysis> {
  const { explanations, targetId, report, waitMs, logger } = options;
  const done = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, waitMs + GRACE_MS, undefined);
  });
  try {
    const inTime = await Promise.race([
      explanations.analyze(targetId, { waitMs, signal: done.signal }),
      tooLate,
    ]);
    return inTime ?? byRules(targetId, report, { status: 'pending' });
  } catch (error) {
    logger.warn(`Could not explain the drift of ${targetId}`, toError(error));
    return byRules(targetId, report, {
      status: 'failed',
      failure: 'The explanation could not be written.',
    });
  } finally {
    clearTimeout(timer);
    done.abort();
  }
}

function byRules(
  targetId: string,
  report: DriftReport,
  state: Pick<DriftAnalysis, 'status' | 'failure'>,
): DriftAnalysis {
  const { findings, ...words } = explainReport(report);
  const explainedBy = { kind: 'rules' as const };
  return {
    targetId,
    ...state,
    aiConfigured: true,
    explainedBy,
    ...words,
    findings: findings.map(finding => ({ ...finding, explainedBy })),
  };
}
