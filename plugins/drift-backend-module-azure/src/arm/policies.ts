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
  PipelinePolicy,
  PipelineResponse,
  RetryStrategy,
} from '@azure/core-rest-pipeline';
import { ArmProblem } from './ArmProblem';

const STATUS_THROTTLED = 429;
const SECOND_MS = 1000;

/** Azure asks for more at times; waiting so long would be a scan without an end. */
const LONGEST_WAIT_MS = 120_000;

/**
 * Refuses to ask any other host: links to next pages and to the progress of
 * operations are part of answers, and would be sent the token.
 */
export function stayOnHost(endpoint: string): PipelinePolicy {
  const { origin } = new URL(endpoint);
  return {
    name: 'driftStayOnHostPolicy',
    async sendRequest(request, next) {
      if (
        !URL.canParse(request.url) ||
        new URL(request.url).origin !== origin
      ) {
        throw new ArmProblem(
          `Azure named an address outside of ${origin} to go on with; it was not asked.`,
          { code: 'OtherHost' },
        );
      }
      return await next(request);
    },
  };
}

/** Lets every request, retries and pages included, wait for its turn. */
export function waitForTurn(turn: () => Promise<void>): PipelinePolicy {
  return {
    name: 'driftWaitForTurnPolicy',
    async sendRequest(request, next) {
      await turn();
      return await next(request);
    },
  };
}

/**
 * Which answers are tried once more. Of changes only those that Azure did not
 * even look at: another failure may have come after the change.
 */
export function retryStrategy(options: {
  changes: boolean;
  delayMs: number;
}): RetryStrategy {
  const { changes, delayMs } = options;
  return {
    name: 'driftRetryStrategy',
    retry({ response, responseError, retryCount }) {
      const status = response?.status;
      const worthIt = changes
        ? status === STATUS_THROTTLED
        : isPassing(status) ||
          (response === undefined && isBroken(responseError?.code));
      if (!worthIt) {
        return { skipStrategy: true };
      }
      const asked = response && retryAfterMs(response);
      const wait = asked ?? delayMs * 2 ** retryCount;
      return wait > LONGEST_WAIT_MS
        ? { skipStrategy: true }
        : { retryAfterInMs: wait };
    },
  };
}

function isPassing(status: number | undefined): boolean {
  return (
    status !== undefined &&
    [408, STATUS_THROTTLED, 500, 502, 503, 504].includes(status)
  );
}

function isBroken(code: string | undefined): boolean {
  return ['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN'].includes(code ?? '');
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
function retryAfterMs({ headers }: PipelineResponse): number | undefined {
  const value = headers.get('retry-after');
  if (value === undefined || value.trim() === '') {
    return undefined;
  }
  const seconds = Number(value);
  const wait = Number.isFinite(seconds)
    ? seconds * SECOND_MS
    : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
