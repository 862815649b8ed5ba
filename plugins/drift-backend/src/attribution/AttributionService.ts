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

import { fromPointer } from '@infra-hub/drift-engine';
import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { Attribution, Finding } from '@infra-hub/backstage-plugin-drift-common';
import {
  AttributionAnswer,
  AttributionQuery,
  Attributor,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import limitConcurrency from 'p-limit';
import { RejudgedOutcome, ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import {
  AttributionCandidate,
  AttributionClaim,
  AttributionStore,
} from './AttributionStore';
import { checkAttribution, checkReason } from './checkAttribution';
import { AttributionConfig } from './readAttributionConfig';

const MINUTE_MS = 60_000;
/** Until then, an event that is in no log yet is not unusual. */
const MOST_LAG_MS = 15 * MINUTE_MS;
/** Audit logs lag by minutes, seldom by hours. */
const PAUSES_MS = [5, 10, 20, 40, 80, 160, 300].map(
  minutes => minutes * MINUTE_MS,
);
const MOST_ATTEMPTS = 10;
/** A log that cannot be read that often in a row is left alone until the next scan. */
const MOST_FAILURES = 3;
const MAX_WAITING = 1_000;
const CLAIM_RESERVE_MS = 30_000;

/** @internal */
export interface AttributionServiceOptions {
  store: AttributionStore;
  attributors: readonly Attributor[];
  config: AttributionConfig;
  /** Told when it is known who did something. */
  onFound?: (targetId: string) => void | Promise<void>;
  logger: LoggerService;
  now?: () => Date;
}

/** What all questions after one scan share. */
interface Round {
  target: ScanTarget & { source: string };
  /** Failures in a row, by id of the attributor. */
  failures: Map<string, number>;
}

type Outcome =
  | { state: 'found'; attribution: Attribution; attributorId: string }
  | { state: 'not-found' }
  | { state: 'unavailable'; reason: string };

/**
 * Asks audit logs who made the drift that scans found. Works after the verdict is
 * stored, in the background, and has no way to change it.
 *
 * @remarks
 * What waits here is lost with the process and found again by the next scan,
 * since a row is missing or its claim runs out.
 */
export class AttributionService implements ScanEvents {
  readonly #options: AttributionServiceOptions;
  readonly #now: () => Date;
  readonly #rounds: ReturnType<typeof limitConcurrency>;
  readonly #questions: ReturnType<typeof limitConcurrency>;
  readonly #stopping = new AbortController();
  /** By target id. */
  readonly #jobs = new Map<string, { done: Promise<void>; again: boolean }>();
  /** The last failure that was logged, by id of the attributor. */
  readonly #told = new Map<string, string>();

  static create(options: AttributionServiceOptions): AttributionService {
    return new AttributionService(options);
  }

  private constructor(options: AttributionServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.#rounds = limitConcurrency(options.config.concurrency);
    this.#questions = limitConcurrency(options.config.concurrency);
  }

  /** Returns at once: a verdict never waits for its author. */
  onFinished({ kind, targetId, stored }: ScanOutcome): void {
    const drifted = stored.after?.driftedResources ?? 0;
    if (kind === 'completed' && stored.outcome === 'stored' && drifted > 0) {
      this.#enqueue(targetId);
    }
  }

  onRejudged({ targetId, stored }: RejudgedOutcome): void {
    if (stored.after?.status === 'drifted') {
      this.#enqueue(targetId);
    }
  }

  /** Waits until nothing waits or runs. */
  async settled(): Promise<void> {
    while (this.#jobs.size > 0) {
      await Promise.all([...this.#jobs.values()].map(({ done }) => done));
    }
  }

  /** Lets go of what waits, ends what runs and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.settled();
  }

  #enqueue(targetId: string): void {
    const { attributors, logger } = this.#options;
    if (attributors.length === 0 || this.#stopping.signal.aborted) {
      return;
    }
    const running = this.#jobs.get(targetId);
    if (running) {
      running.again = true;
      return;
    }
    if (this.#jobs.size >= MAX_WAITING) {
      logger.debug('Too many questions wait; the next scan asks again');
      return;
    }
    const job = { done: Promise.resolve(), again: false };
    job.done = this.#rounds(() => this.#work(targetId))
      .catch(error =>
        logger.warn(
          `Could not find out who made the drift of ${targetId}`,
          toError(error),
        ),
      )
      .then(() => {
        this.#jobs.delete(targetId);
        if (job.again) {
          this.#enqueue(targetId);
        }
      });
    this.#jobs.set(targetId, job);
  }

  async #work(targetId: string): Promise<void> {
    const { store, config, onFound } = this.#options;
    if (this.#stopping.signal.aborted) {
      return;
    }
    const target = await store.readTarget(targetId);
    if (!target) {
      return;
    }
    const round: Round = { target, failures: new Map() };
    const candidates = await store.findCandidates({
      targetId,
      isWanted: candidate => this.#concerned(round, candidate).length > 0,
      limit: config.findingsPerScan,
      now: this.#now(),
    });
    const found = await Promise.all(
      candidates.map(candidate =>
        this.#questions(() => this.#attribute(round, candidate)),
      ),
    );
    if (found.includes(true)) {
      await onFound?.(targetId);
    }
  }

  /** Whether it is known now who did it, and was not before. */
  async #attribute(
    round: Round,
    candidate: AttributionCandidate,
  ): Promise<boolean> {
    const { store, config, logger } = this.#options;
    const attributors = this.#concerned(round, candidate);
    if (this.#stopping.signal.aborted || attributors.length === 0) {
      return false;
    }
    const { findingId } = candidate;
    try {
      const now = this.#now();
      const longestMs = config.timeoutMs * attributors.length;
      const claim = await store.claim({
        findingId,
        now,
        until: new Date(now.getTime() + longestMs + CLAIM_RESERVE_MS),
      });
      return (
        claim !== undefined &&
        (await this.#answer({ round, candidate, attributors, claim }))
      );
    } catch (error) {
      // The claim runs out, and a later scan asks again.
      logger.warn(
        `Could not find out who made the drift of ${candidate.finding.address} in ${round.target.id}`,
        toError(error),
      );
      return false;
    }
  }

  async #answer(options: {
    round: Round;
    candidate: AttributionCandidate;
    attributors: Attributor[];
    claim: AttributionClaim;
  }): Promise<boolean> {
    const { round, candidate, attributors, claim } = options;
    const { store } = this.#options;
    const window = await store.readWindow(candidate.findingId);
    if (!window) {
      // Resolved meanwhile
      await store.release(claim, { now: this.#now() });
      return false;
    }
    const { known, ...times } = window;
    if (known) {
      return store.save(claim, { attribution: known, now: this.#now() });
    }
    const query = { ...queryOf(round.target, candidate.finding), ...times };
    const outcome = await this.#askAll({ round, attributors, query });
    if (outcome === 'stopped') {
      await store.release(claim, { now: this.#now() });
      return false;
    }
    if (outcome.state === 'found') {
      const askAgainAt = this.#askAgainAt(outcome.attribution, times.before);
      return store.save(claim, {
        ...outcome,
        ...(askAgainAt && { askAgainAt }),
        now: this.#now(),
      });
    }
    await store.putOff(claim, {
      ...(outcome.state === 'unavailable' && { failure: outcome.reason }),
      retryAt: asked => this.#retryAt(asked),
    });
    return false;
  }

  /** The first answer counts; a log that could not be read may still know. */
  async #askAll(options: {
    round: Round;
    attributors: Attributor[];
    query: AttributionQuery;
  }): Promise<Outcome | 'stopped'> {
    const { round, attributors, query } = options;
    let outcome: Outcome = { state: 'not-found' };
    for (const attributor of attributors) {
      const answer = await this.#ask(attributor, query);
      if (answer === 'stopped') {
        return answer;
      }
      const { id } = attributor;
      if (answer.state === 'unavailable') {
        round.failures.set(id, (round.failures.get(id) ?? 0) + 1);
        outcome = answer;
      } else {
        round.failures.delete(id);
      }
      if (answer.state === 'found') {
        return answer;
      }
    }
    return outcome;
  }

  async #ask(
    attributor: Attributor,
    query: AttributionQuery,
  ): Promise<Outcome | 'stopped'> {
    const { config, logger } = this.#options;
    const { id } = attributor;
    const timeout = AbortSignal.timeout(config.timeoutMs);
    const signal = AbortSignal.any([this.#stopping.signal, timeout]);
    try {
      const answer = await untilAborted(signal, () =>
        attributor.attribute(query, { signal, logger }),
      );
      const checked = toOutcome(answer, id);
      if (checked.state === 'unavailable') {
        this.#tell(id, checked.reason);
      } else {
        this.#told.delete(id);
      }
      return checked;
    } catch (error) {
      if (this.#stopping.signal.aborted) {
        return 'stopped';
      }
      const reason = timeout.aborted
        ? 'The log took too long to answer.'
        : 'The log could not be read.';
      this.#tell(id, reason, timeout.aborted ? undefined : toError(error));
      return { state: 'unavailable', reason };
    }
  }

  /** Once for each news, since thousands of findings may end in the same. */
  #tell(attributorId: string, reason: string, error?: Error): void {
    const { logger } = this.#options;
    const text = `Audit log '${attributorId}' was asked in vain: ${reason}`;
    const cause = error && checkReason(error.message);
    const told = [text, cause].filter(Boolean).join(' ');
    if (this.#told.get(attributorId) === told) {
      logger.debug(told);
    } else {
      this.#told.set(attributorId, told);
      logger.warn(told);
    }
  }

  #concerned(round: Round, candidate: AttributionCandidate): Attributor[] {
    const { attributors, logger } = this.#options;
    const query = {
      ...queryOf(round.target, candidate.finding),
      before: candidate.firstSeenAt,
    };
    return attributors.filter(attributor => {
      if ((round.failures.get(attributor.id) ?? 0) >= MOST_FAILURES) {
        return false;
      }
      try {
        return attributor.concerns(query);
      } catch (error) {
        logger.debug(
          `Audit log '${attributor.id}' cannot tell whether ${candidate.finding.address} is its own`,
          toError(error),
        );
        return false;
      }
    });
  }

  /** What decides may not be in the log yet; until it is, others look guilty. */
  #askAgainAt({ confidence }: Attribution, before: Date): Date | undefined {
    const caughtUp = new Date(before.getTime() + MOST_LAG_MS);
    const isUnsure = confidence === 'medium' || confidence === 'low';
    return isUnsure && this.#now() < caughtUp ? caughtUp : undefined;
  }

  #retryAt(asked: { attempts: number; firstAskedAt: Date }): Date | undefined {
    const { attempts, firstAskedAt } = asked;
    const now = this.#now().getTime();
    const isOver =
      attempts >= MOST_ATTEMPTS ||
      now >= firstAskedAt.getTime() + this.#options.config.retryForMs;
    return isOver
      ? undefined
      : new Date(now + PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1]);
  }
}

function queryOf(
  target: ScanTarget & { source: string },
  finding: Finding & { resourceIds: string[] },
): Omit<AttributionQuery, 'after' | 'before'> {
  const { resourceType, address, resourceIds, fields } = finding;
  return {
    target,
    resourceType,
    address,
    resourceIds,
    fields: [...new Set(fields.map(({ path }) => nameOf(path)))],
  };
}

/** `/node_pool/0/node_count` is `node_pool/node_count`. */
function nameOf(pointer: string): string {
  return fromPointer(pointer)
    .filter(step => !/^\d+$/.test(step))
    .join('/');
}

/** An attributor passes on what a log says, which may be anything. */
function toOutcome(answer: AttributionAnswer, attributorId: string): Outcome {
  if (answer?.state === 'found') {
    const attribution = checkAttribution(answer.attribution, { attributorId });
    return attribution
      ? { state: 'found', attribution, attributorId }
      : { state: 'unavailable', reason: 'The log names nobody.' };
  }
  return answer?.state === 'not-found'
    ? { state: 'not-found' }
    : { state: 'unavailable', reason: checkReason(answer?.reason) };
}

/** Who does not heed the signal is not waited for. */
async function untilAborted<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  try {
    signal.throwIfAborted();
    return await Promise.race([
      work(),
      new Promise<never>((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), {
          once: true,
          signal: done.signal,
        }),
      ),
    ]);
  } finally {
    done.abort();
  }
}
