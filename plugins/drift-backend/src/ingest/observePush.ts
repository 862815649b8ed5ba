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
  LowEvidencePlan,
  Observation,
  observeLowEvidence,
  ObserveOptions,
  observePlan,
  PlanReadError,
  readPlan,
  readPlanText,
  readUiStream,
} from '@infra-hub/drift-engine';
import { RefusedRequest } from '../http/RefusedRequest';
import { BodyKind } from './PlanBody';

const FAILED_EXIT_CODE = 1;

/** The body is bounded where it is read. */
const UNBOUNDED = { maxBytes: Number.MAX_SAFE_INTEGER };

/** Enough to tell the kinds of documents apart. */
const PEEK_CHARACTERS = 4096;

/**
 * Observes what a pipeline sent.
 *
 * @remarks
 * A plan that says nothing good (stopped, partial, contradicted by the exit code)
 * is an observation too; only what is no plan at all is refused. A run that failed
 * may have nothing to send, which says enough.
 *
 * @throws RefusedRequest with the sentence of the engine
 */
export async function observePush(
  bytes: AsyncIterable<Uint8Array>,
  options: ObserveOptions & { kind: BodyKind },
): Promise<Observation> {
  const { kind, ...checks } = options;
  try {
    switch (kind) {
      case 'plan-json':
        return observePlan(await readPlan(bytes), checks);
      case 'ui-stream':
        return observeText(await readUiStream(bytes, UNBOUNDED), checks);
      default:
        return await observeAnyText(await collect(bytes), checks);
    }
  } catch (error) {
    if (!(error instanceof PlanReadError)) {
      throw error;
    }
    if (error.code === 'empty' && checks.exitCode === FAILED_EXIT_CODE) {
      return failedRun(kind);
    }
    throw new RefusedRequest(
      error.code === 'too-large' ? 413 : 422,
      error.message.replace(/\.$/, ''),
    );
  }
}

/** People send as text whatever their command printed. */
async function observeAnyText(
  bytes: Uint8Array,
  checks: ObserveOptions,
): Promise<Observation> {
  const head = Buffer.from(bytes.subarray(0, PEEK_CHARACTERS))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^\{[^\n]*"@(?:level|message|module|timestamp)"\s*:/.test(head)) {
    return observeText(await readUiStream(only(bytes), UNBOUNDED), checks);
  }
  return /^[{[]/.test(head)
    ? observePlan(await readPlan(only(bytes)), checks)
    : observeText(await readPlanText(only(bytes), UNBOUNDED), checks);
}

function observeText(
  plan: LowEvidencePlan,
  checks: ObserveOptions,
): Observation {
  const saysSomething =
    plan.complete ||
    plan.errors.length + plan.changes.length + plan.drift.length > 0 ||
    plan.toolVersion !== undefined;
  if (!saysSomething && checks.exitCode !== FAILED_EXIT_CODE) {
    throw new PlanReadError('not-a-plan', 'The text is not a plan.');
  }
  return observeLowEvidence(plan, checks);
}

function failedRun(kind: BodyKind): Observation {
  return {
    differences: [],
    totalResources: 0,
    complete: false,
    failure: 'The plan command failed (exit code 1) and left no plan.',
    blindSpots: [],
    warnings: [],
    evidence: kind === 'text' ? 'plan-text' : kind,
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The whole of a body that is bounded. */
export async function collect(
  bytes: AsyncIterable<Uint8Array>,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
