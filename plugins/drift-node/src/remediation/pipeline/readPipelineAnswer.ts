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

import { PipelineLook, PipelineStart } from './PipelineDriver';
import { PipelineAnswer, readPause } from './PipelineHttp';

/**
 * An answer of a system that runs pipelines, whatever its status.
 *
 * @public
 */
export type PipelineResponse = Extract<PipelineAnswer, { kind: 'answer' }>;

/**
 * What was read of an answer, or why it could not be.
 *
 * @public
 */
export type PipelineReading<T> =
  | { ok: true; value: T }
  | { ok: false; look: Extract<PipelineLook, { kind: 'unreadable' }> };

/**
 * What became of a request for a run.
 *
 * @remarks
 * Only a clear refusal says that nothing was started. A server error or a lost
 * answer does not.
 *
 * @public
 */
export function readPipelineStart(
  answer: PipelineAnswer,
  options: {
    /** For people, such as `GitHub`. */
    system: string;
    /** Reads a status from 200 to 299. */
    read(response: PipelineResponse): PipelineStart;
    /** Whether the system would take the same request later. */
    isBusy(response: PipelineResponse): boolean;
    /** Says what to do about a refusal. */
    explain(response: PipelineResponse): string;
  },
): PipelineStart {
  const { system } = options;
  if (answer.kind === 'failed') {
    return answer.sent
      ? {
          kind: 'uncertain',
          message: `The answer of ${system} did not come: ${answer.reason}.`,
        }
      : {
          kind: 'busy',
          message: `${system} could not be reached: ${answer.reason}.`,
        };
  }
  const { status } = answer;
  if (options.isBusy(answer)) {
    return {
      kind: 'busy',
      message: tooMuch(system, status),
      pauseMs: readPause(answer.headers, new Date()),
    };
  }
  if (status >= 500) {
    return { kind: 'uncertain', message: disturbed(system, status) };
  }
  return status >= 200 && status < 300
    ? options.read(answer)
    : { kind: 'refused', message: options.explain(answer) };
}

/**
 * Reads an answer about a run.
 *
 * @public
 */
export function readPipelineAnswer<T>(
  answer: PipelineAnswer,
  options: {
    /** For people, such as `GitHub`. */
    system: string;
    /** Whether the system would answer the same request later. */
    isBusy(response: PipelineResponse): boolean;
    /** Absent when it is something else than was asked for. */
    parse(json: unknown): T | undefined;
  },
): PipelineReading<T> {
  const { system } = options;
  if (answer.kind === 'failed') {
    return not(`${system} could not be asked: ${answer.reason}.`, false);
  }
  const { status } = answer;
  if (options.isBusy(answer)) {
    return not(
      tooMuch(system, status),
      false,
      readPause(answer.headers, new Date()),
    );
  }
  if (status >= 500) {
    return not(disturbed(system, status), false);
  }
  if (status !== 200) {
    return not(`${system} does not show the run (${status}).`, true);
  }
  const value = options.parse(answer.json);
  return value === undefined
    ? not(`${system} answered with something else than a run.`, true)
    : { ok: true, value };
}

function not(
  message: string,
  lasting: boolean,
  pauseMs?: number,
): PipelineReading<never> {
  return {
    ok: false,
    look: { kind: 'unreadable', message, lasting, pauseMs },
  };
}

function tooMuch(system: string, status: number): string {
  return `${system} lets nothing more be asked for a while (${status}).`;
}

function disturbed(system: string, status: number): string {
  return `${system} has a disturbance (${status}).`;
}
