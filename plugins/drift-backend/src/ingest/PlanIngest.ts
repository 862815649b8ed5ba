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

import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import {
  DriftAnalysis,
  DriftReport,
} from '@infra-hub/backstage-plugin-drift-common';
import { Observation } from '@infra-hub/drift-engine';
import { Duration } from 'luxon';
import { Explanations } from '../explain';
import { ScanEventEmitter } from '../scans/ScanEvents';
import { DatabaseWatch, isDatabaseAway } from '../service/DatabaseWatch';
import { DriftStore, RecordedPush, TargetRegistration } from '../store';
import { judgeAndStore, ReadMuting } from '../verdict/judgeAndStore';
import { NOTHING_MUTED, Verdict } from '../verdict/readVerdict';
import { PushedModule } from './PushRights';
import { PushRequest } from './readPushRequest';

/** Plans of Terraform and OpenTofu are all that can be pushed. */
const SOURCE = 'terraform';

/** A push and what it came to. */
export interface ReceivedPush {
  targetId: string;
  scanId: string;
  /** The run had been stored before. */
  replayed: boolean;
  report: DriftReport;
}

/** The parts that need a database. */
export interface PlanIngestParts {
  store: DriftStore;
  events: ScanEventEmitter;
  explanations: Pick<Explanations, 'analyze'>;
  /** What people muted, beside the configuration. */
  readMuting?: ReadMuting;
}

/**
 * Takes observations that pipelines made: judge, store, tell, like a worker with
 * its own. Knows nothing of permissions.
 */
export class PlanIngest {
  readonly #verdict: Verdict;
  readonly #intervalMs: number;
  readonly #now: () => Date;
  #parts?: PlanIngestParts & { database: DatabaseWatch };

  static create(options: {
    verdict: Verdict;
    /** Age at which the verdict of a pushed target is too old. */
    staleAfterMs: number;
    now?: () => Date;
  }): PlanIngest {
    return new PlanIngest(options);
  }

  private constructor(options: {
    verdict: Verdict;
    staleAfterMs: number;
    now?: () => Date;
  }) {
    this.#verdict = options.verdict;
    // A verdict is stale after two intervals.
    this.#intervalMs = Math.ceil(options.staleAfterMs / 2);
    this.#now = options.now ?? (() => new Date());
  }

  /** Once the database has answered. */
  started(parts: PlanIngestParts): void {
    const { store } = parts;
    this.#parts = {
      ...parts,
      database: new DatabaseWatch({ ping: () => store.ping() }),
    };
  }

  /** What a stored push means; see {@link Explanations}. */
  async analyze(
    ...asked: Parameters<Explanations['analyze']>
  ): Promise<DriftAnalysis> {
    return this.#get().explanations.analyze(...asked);
  }

  /** Id of the target that a module is. */
  targetIdOf({ module, client }: PushedModule): string {
    return `${SOURCE}:${client ?? '-'}/${module}`;
  }

  /**
   * Id of the scan that the run was stored as.
   *
   * @throws ServiceUnavailableError when the database is away
   */
  async findRun(request: PushRequest): Promise<string | undefined> {
    const { store, database } = this.#get();
    const { runId } = request.origin;
    return database.run(async () =>
      runId === undefined
        ? undefined
        : store.findRun({ targetId: this.targetIdOf(request), runId }),
    );
  }

  /**
   * @throws ConflictError when the target cannot be kept
   * @throws ServiceUnavailableError when the database is away; nothing is stored then
   */
  async receive(options: {
    request: PushRequest;
    observation: Observation;
    requestedBy?: string;
    receivedAt: Date;
  }): Promise<ReceivedPush> {
    const { request, observation, requestedBy, receivedAt } = options;
    const { store, events, readMuting } = this.#get();
    const { module, client, origin } = request;
    const now = this.#now();
    const target = this.#register(request, now);
    const of = { source: SOURCE, client, target: module };
    const { report: judged, stored: recorded } = await orAway(
      judgeAndStore({
        targetId: target.id,
        readMuting,
        assess: muting => this.#verdict.assess(observation, of, muting),
        store: (report, judgedBy, muting = NOTHING_MUTED) =>
          store.recordPush({
            target,
            run: { ...origin, requestedBy },
            report,
            summary: this.#verdict.summarise(report),
            judgedBy,
            judge: {
              reassess: findings =>
                this.#verdict.reassess(findings, of, muting),
              summarise: this.#verdict.summarise,
            },
            receivedAt,
            now,
          }),
      }),
    );
    if (recorded.outcome === 'rejected') {
      throw new ConflictError(
        `The module cannot be kept as '${target.id}': ${recorded.reason}`,
      );
    }
    const report =
      (recorded.outcome === 'stored' && recorded.stored.report) || judged;
    await this.#tell(events, { target, recorded, report, receivedAt, now });
    return {
      targetId: target.id,
      scanId: recorded.scanId,
      replayed: recorded.outcome === 'replayed',
      report,
    };
  }

  async #tell(
    events: ScanEventEmitter,
    push: {
      target: TargetRegistration;
      recorded: RecordedPush;
      report: DriftReport;
      receivedAt: Date;
      now: Date;
    },
  ): Promise<void> {
    const { target, recorded, report, receivedAt, now } = push;
    if (recorded.outcome !== 'stored') {
      return;
    }
    if (recorded.added) {
      await events.onTargetsChanged({
        added: [target.id],
        updated: [],
        retired: [],
      });
    }
    const { scanId, stored } = recorded;
    await events.onFinished({
      scanId,
      targetId: target.id,
      client: target.client,
      trigger: 'ci',
      source: SOURCE,
      kind: stored.outcome === 'stored' ? 'completed' : 'superseded',
      report,
      stored,
      durationMs: now.getTime() - receivedAt.getTime(),
    });
  }

  #register(request: PushRequest, now: Date): TargetRegistration {
    const { module, client } = request;
    return {
      id: this.targetIdOf(request),
      source: SOURCE,
      name: module,
      client,
      entityRefs: [],
      location: {},
      schedule: Duration.fromMillis(this.#intervalMs).rescale().toISO(),
      intervalMs: this.#intervalMs,
      firstScanAt: now,
      origin: 'push',
    };
  }

  #get() {
    if (!this.#parts) {
      throw new ServiceUnavailableError(
        'The drift database has not answered since the start, try again later',
      );
    }
    return this.#parts;
  }
}

/** A big report may take its time; only an absent database is one. */
async function orAway<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isDatabaseAway(error)) {
      throw new ServiceUnavailableError(
        'The drift database does not answer, send the plan again later',
        error,
      );
    }
    throw error;
  }
}
