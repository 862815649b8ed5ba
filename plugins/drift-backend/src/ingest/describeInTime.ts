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

/** Puts a stored report into words; may take its time. */
export type Describe = (options: {
  targetId: string;
  report: DriftReport;
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
}) => Promise<DriftAnalysis>;

/**
 * Words for a report within a bounded time: what the explainer has by then, or
 * else what the rules say. Never rejects; a verdict waits for no explanation.
 */
export async function describeInTime(options: {
  describe: Describe | undefined;
  targetId: string;
  report: DriftReport;
  waitMs: number;
  logger: LoggerService;
}): Promise<DriftAnalysis> {
  const { describe, targetId, report, waitMs, logger } = options;
  if (!describe) {
    return byRules(targetId, report, { status: 'ready', aiConfigured: false });
  }
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>(resolve => {
    timer = setTimeout(resolve, waitMs, undefined);
  });
  try {
    const inTime = await Promise.race([
      describe({ targetId, report, signal: abort.signal }),
      tooLate,
    ]);
    return (
      inTime ??
      byRules(targetId, report, { status: 'pending', aiConfigured: true })
    );
  } catch (error) {
    logger.warn(`Could not explain the drift of ${targetId}`, toError(error));
    return byRules(targetId, report, {
      status: 'failed',
      aiConfigured: true,
      failure: 'The explanation could not be written.',
    });
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
}

function byRules(
  targetId: string,
  report: DriftReport,
  state: Pick<DriftAnalysis, 'status' | 'aiConfigured' | 'failure'>,
): DriftAnalysis {
  const { findings, ...words } = explainReport(report);
  const explainedBy = { kind: 'rules' as const };
  return {
    targetId,
    ...state,
    explainedBy,
    ...words,
    findings: findings.map(finding => ({ ...finding, explainedBy })),
  };
}
