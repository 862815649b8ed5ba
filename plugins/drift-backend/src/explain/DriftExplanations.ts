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
import { NotFoundError, toError } from '@backstage/errors';
import {
  DriftAnalysis,
  DriftTarget,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  Explainer,
  ExplanationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { explainReport, plainText } from '@infra-hub/drift-engine';
import limitConcurrency from 'p-limit';
import { setTimeout as sleep } from 'node:timers/promises';
import { RefusedRequest } from '../http/RefusedRequest';
import { RejudgedOutcome, ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import { DriftStore } from '../store/DriftStore';
import { AiError } from './ai/AiError';
import { AnalysisClaim, AnalysisStore, SummaryRecord } from './AnalysisStore';
import { findingKey, setKey } from './cacheKeys';
import { Explanations } from './Explanations';
import { explainByRules } from './RuleExplainer';

const MAX_FINDINGS = 200;
const MAX_SUMMARY = 2_000;
const MAX_WAITING = 1_000;
const POLL_MS = 250;
const ASK_AGAIN_MS = 30_000;
const RETRY_MS = [60_000, 5 * 60_000, 15 * 60_000, 60 * 60_000];

/** A language model as explanations use it. */
export interface ModelExplainer {
  explainer: Explainer;
  /** Provider, model and version of the prompt: another one writes other texts. */
  writer: string;
  /** Sets of findings that are explained at once. */
  concurrency: number;
  /** Longest time for one set, in milliseconds. */
  timeoutMs: number;
}

/** @internal */
export interface DriftExplanationsOptions {
  store: Pick<DriftStore, 'getTarget' | 'listFindings'>;
  analyses: AnalysisStore;
  /** Absent without a key: then the rules explain. */
  model?: ModelExplainer;
  /** Told when a model has written, or has failed to. */
  onReady?: (targetId: string) => void | Promise<void>;
  logger: LoggerService;
  now?: () => Date;
}

/**
 * Explains targets: by a model where one is configured, by the rules until it
 * has written and whenever it cannot. Works after the verdict is stored, in the
 * background, and has no way to change it.
 *
 * @remarks
 * What waits here is lost with the process and found again by the next reader or
 * scan, since a row is missing or its claim runs out.
 */
export class DriftExplanations implements Explanations, ScanEvents {
  readonly #options: DriftExplanationsOptions;
  readonly #now: () => Date;
  readonly #limit: ReturnType<typeof limitConcurrency>;
  readonly #stopping = new AbortController();
  /** By target id. */
  readonly #jobs = new Map<string, { done: Promise<void>; again: boolean }>();

  static create(options: DriftExplanationsOptions): DriftExplanations {
    return new DriftExplanations(options);
  }

  private constructor(options: DriftExplanationsOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#limit = limitConcurrency(options.model?.concurrency ?? 1);
  }

  /** Returns at once: a verdict never waits for its explanation. */
  onFinished(outcome: ScanOutcome): void {
    if (outcome.kind === 'completed' && outcome.report?.status === 'drifted') {
      this.#enqueue(outcome.targetId);
    }
  }

  onRejudged({ targetId, stored }: RejudgedOutcome): void {
    if (stored.after?.status === 'drifted') {
      this.#enqueue(targetId);
    }
  }

  async read(targetId: string): Promise<DriftAnalysis> {
    const subject = await this.#load(targetId);
    const { target, drift } = subject;
    const { model } = this.#options;
    if (!model || drift.length === 0) {
      return this.#byRules(subject);
    }
    const record = await this.#readRecord(subject);
    const texts = await this.#options.analyses.readFindings({
      targetId,
      keys: subject.keys,
      now: this.#now(),
    });
    if (!record || record.claimable) {
      this.#enqueue(targetId);
    }
    const rules = this.#byRules(subject);
    const written =
      record?.text?.explainedBy.kind === 'ai' ? record.text : undefined;
    return {
      ...rules,
      ...(written && withoutStaleStatus(written, target)),
      status: statusOf(record),
      findings: rules.findings.map((byRules, index) => {
        const text = texts.get(subject.keys[index]);
        return text?.explainedBy.kind === 'ai' ? text : byRules;
      }),
      writtenAt: written && record?.writtenAt?.toISOString(),
      failure: record?.failure,
    };
  }

  async analyze(
    targetId: string,
    options: { waitMs: number; signal?: AbortSignal },
  ): Promise<DriftAnalysis> {
    const until = performance.now() + options.waitMs;
    for (;;) {
      const analysis = await this.read(targetId);
      const leftMs = until - performance.now();
      if (
        analysis.status !== 'pending' ||
        leftMs <= 0 ||
        options.signal?.aborted
      ) {
        return analysis;
      }
      const waiting = new AbortController();
      await Promise.race([
        this.#jobs.get(targetId)?.done ?? new Promise<void>(() => {}),
        // Another replica may be the one that asks
        sleep(Math.min(leftMs, POLL_MS), undefined, {
          signal: options.signal
            ? AbortSignal.any([waiting.signal, options.signal])
            : waiting.signal,
        }).catch(() => {}),
      ]);
      waiting.abort();
    }
  }

  async explainAgain(targetId: string): Promise<DriftAnalysis> {
    const subject = await this.#load(targetId);
    const { model, analyses } = this.#options;
    if (model && subject.drift.length > 0) {
      const now = this.#now();
      const claim = await analyses.claimAgain({
        targetId,
        setKey: subject.setKey,
        now,
        until: this.#claimUntil(model),
        requestedBefore: new Date(now.getTime() - ASK_AGAIN_MS),
      });
      if (claim === 'too-soon') {
        throw new RefusedRequest(
          429,
          `Target '${targetId}' was explained a moment ago, try again in half a minute`,
        );
      }
      // Read before the model can be done, so that the answer says what was begun.
      const analysis = await this.read(targetId);
      if (claim !== 'busy') {
        this.#enqueue(targetId, claim);
      }
      return analysis;
    }
    return this.read(targetId);
  }

  /** Lets go of what waits and waits for what runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  #enqueue(targetId: string, claim?: AnalysisClaim): void {
    const { model, logger } = this.#options;
    if (!model || this.#stopping.signal.aborted) {
      return;
    }
    const running = this.#jobs.get(targetId);
    if (running && !claim) {
      // The scan that asks may have seen something else than the one before.
      running.again = true;
      return;
    }
    if (this.#jobs.size >= MAX_WAITING) {
      logger.debug('Too many explanations wait; the next reader asks again');
      return;
    }
    const job = { done: Promise.resolve(), again: false };
    const previous = running?.done ?? Promise.resolve();
    job.done = previous
      .then(() => this.#limit(() => this.#work({ targetId, model, claim })))
      .catch(error =>
        logger.warn(
          `Could not explain the drift of ${targetId}`,
          toError(error),
        ),
      )
      .then(() => {
        if (this.#jobs.get(targetId) === job) {
          this.#jobs.delete(targetId);
        }
        if (job.again) {
          this.#enqueue(targetId);
        }
      });
    this.#jobs.set(targetId, job);
  }

  async #work(options: {
    targetId: string;
    model: ModelExplainer;
    claim?: AnalysisClaim;
  }): Promise<void> {
    const { targetId, model } = options;
    const { analyses, onReady } = this.#options;
    if (this.#stopping.signal.aborted) {
      return;
    }
    const subject = await this.#load(targetId);
    if (subject.drift.length === 0) {
      return;
    }
    const until = this.#claimUntil(model);
    const again = options.claim;
    const claim = again
      ? (await analyses.renew(again, { until })) && again
      : await analyses.claim({
          targetId,
          setKey: subject.setKey,
          now: this.#now(),
          until,
        });
    if (!claim) {
      return;
    }
    if (claim.setKey !== subject.setKey) {
      // The findings moved on while this waited.
      await analyses.release(claim, { now: this.#now() });
      this.#enqueue(targetId);
      return;
    }
    await this.#ask({ subject, model, claim, anew: again !== undefined });
    await onReady?.(targetId);
  }

  async #ask(options: {
    subject: Subject;
    model: ModelExplainer;
    claim: AnalysisClaim;
    /** Also for findings that have a text. */
    anew: boolean;
  }): Promise<void> {
    const { subject, model, claim, anew } = options;
    const { analyses, logger } = this.#options;
    const stopped = this.#stopping.signal;
    try {
      const known = anew
        ? new Map()
        : await analyses.readFindings({
            targetId: claim.targetId,
            keys: subject.keys,
            now: this.#now(),
          });
      const request = {
        ...requestOf(subject),
        wanted: new Set(
          subject.drift
            .filter((_, index) => !known.has(subject.keys[index]))
            .map(({ fingerprint }) => fingerprint),
        ),
      };
      // A summary alone is not worth a call; the rules have one.
      const explanation =
        request.wanted.size === 0
          ? explainByRules(request)
          : await model.explainer.explain(request, {
              signal: AbortSignal.any([
                stopped,
                AbortSignal.timeout(model.timeoutMs),
              ]),
            });
      const { findings, ...summary } = explanation;
      await analyses.save(claim, {
        summary,
        findings: new Map(
          findings.flatMap(text => {
            const index = subject.drift.findIndex(
              ({ fingerprint }) => fingerprint === text.fingerprint,
            );
            return index < 0 ? [] : [[subject.keys[index], text] as const];
          }),
        ),
        now: this.#now(),
      });
    } catch (error) {
      if (stopped.aborted) {
        await analyses.release(claim, { now: this.#now() });
        return;
      }
      const failure = describeFailure(error);
      logger.warn(
        `The drift of ${claim.targetId} is explained by rules: ${failure}`,
      );
      const waitMs = error instanceof AiError ? error.retryAfterMs ?? 0 : 0;
      await analyses.fail(claim, {
        failure,
        retryAt: attempts =>
          new Date(
            this.#now().getTime() +
              Math.max(
                waitMs,
                RETRY_MS[Math.min(attempts, RETRY_MS.length) - 1],
              ),
          ),
      });
    }
  }

  async #load(targetId: string): Promise<Subject> {
    const { store, model } = this.#options;
    const target = await store.getTarget({ targetId, now: this.#now() });
    if (!target) {
      throw new NotFoundError(`No target '${targetId}' was found`);
    }
    const { items: findings } = await store.listFindings({
      targetId,
      state: 'open',
      limit: MAX_FINDINGS,
      offset: 0,
    });
    const drift = findings.filter(
      finding => finding.class === 'drift' && !finding.suppressedBy,
    );
    const writer = model?.writer ?? '';
    const keys = drift.map(finding => findingKey({ finding, writer }));
    return { target, findings, drift, keys, setKey: setKey(keys) };
  }

  #readRecord(subject: Subject): Promise<SummaryRecord | undefined> {
    return this.#options.analyses.readSummary({
      targetId: subject.target.id,
      setKey: subject.setKey,
      now: this.#now(),
    });
  }

  #byRules(subject: Subject): DriftAnalysis {
    const { target, drift } = subject;
    const explanation =
      drift.length > 0
        ? explainByRules(requestOf(subject))
        : {
            summary: summariseQuiet(subject),
            explainedBy: { kind: 'rules' as const },
            findings: [],
          };
    return {
      targetId: target.id,
      status: 'ready',
      ...withoutStaleStatus(explanation, target),
      aiConfigured: this.#options.model !== undefined,
    };
  }

  /** A replica that dies in between is replaced after that. */
  #claimUntil(model: ModelExplainer): Date {
    return new Date(this.#now().getTime() + model.timeoutMs + 30_000);
  }
}

interface Subject {
  target: DriftTarget;
  /** All that are open, worst first, at most 200. */
  findings: Finding[];
  /** Those that alarm. */
  drift: Finding[];
  /** Cache keys of `drift`, in its order. */
  keys: string[];
  setKey: string;
}

function requestOf({ target, drift }: Subject): ExplanationRequest {
  const { id, source, name, client, driftedResources, totalResources } = target;
  return {
    target: { id, source, name, client, driftedResources, totalResources },
    findings: drift,
  };
}

function summariseQuiet({ target, findings }: Subject): string {
  if (target.status === 'unknown') {
    return 'This target has not been scanned yet.';
  }
  return explainReport({
    findings,
    driftedResources: target.driftedResources,
    totalResources: target.totalResources,
    status: target.status,
    error: target.error,
    evidence: target.evidence,
  }).summary;
}

/** After a scan that failed, the findings are those of an earlier one. */
function withoutStaleStatus<T extends { summary: string }>(
  text: T,
  target: DriftTarget,
): T {
  return target.status === 'error' && target.lastGoodStatus === 'drifted'
    ? {
        ...text,
        summary: plainText(
          `The last scan failed; this is what was seen before. ${text.summary}`,
          MAX_SUMMARY,
        ),
      }
    : text;
}

function statusOf(record: SummaryRecord | undefined): DriftAnalysis['status'] {
  if (!record || record.state === 'working' || record.claimable) {
    return 'pending';
  }
  return record.state;
}

/** One sentence; messages of anything but {@link AiError} may hold anything. */
function describeFailure(error: unknown): string {
  if (error instanceof AiError) {
    return error.message;
  }
  return toError(error).name === 'TimeoutError'
    ? 'AI error: the model took too long'
    : 'AI error: the explanation failed unexpectedly';
}
