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
import {
  DesiredState,
  DriftReport,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';
import { Observation } from '@infra-hub/drift-engine';
import { rm } from 'fs/promises';
import { ScanJob } from '../queue/ScanQueue';
import { DriftStore, ScanLease, StoredOutcome } from '../store/DriftStore';
import { JudgedTarget } from '../store/operations/muting/rejudgeTarget';
import { judgeAndStore, ReadMuting } from '../verdict/judgeAndStore';
import { Muting, NOTHING_MUTED } from '../verdict/readVerdict';
import { describeScanError } from './describeScanError';
import { ScanEventEmitter, ScanReference } from './ScanEvents';
import { createWorkDirectory } from './workDirectories';

const SAVE_DELAYS_MS = [500, 1000, 2000, 4000];
const ABORT_GRACE_MS = 20_000;

/** @internal */
export interface ScanWorkerOptions {
  store: DriftStore;
  /** By id. */
  sources: ReadonlyMap<string, DriftSource>;
  /** The verdict over an observation; bound to the configured rules. */
  assess: (
    observation: Observation,
    of: JudgedTarget,
    muting?: Muting,
  ) => DriftReport;
  /** Judges findings of an earlier verdict again; bound to the configured rules. */
  reassess?: (
    findings: Finding[],
    of: JudgedTarget,
    muting: Muting,
  ) => Finding[];
  /** What people muted, beside the configuration. */
  readMuting?: ReadMuting;
  /** One or two sentences on a report. */
  summarise: (report: DriftReport) => string;
  /** What the platform wants of a tenant, by the id of the tenant, as far as it is the source’s. */
  readDesiredState: (tenantId: string, source: string) => Promise<DesiredState>;
  events?: ScanEventEmitter;
  logger: LoggerService;
  /** Names this process in the store. */
  workerId: string;
  /** Longest time of one scan in milliseconds. Default 30 minutes. */
  timeoutMs?: number;
  /** How long a finished result is kept and offered to a database that is away. Default 10 minutes. */
  saveTimeoutMs?: number;
  /** Attempts until an unexpected error ends the scan. Default 3. */
  maxAttempts?: number;
  /** Attempts until a scan whose worker dies each time is ended. Default 10. */
  maxDeaths?: number;
  /** Parent of the private work directories. Default: the system's. */
  workDirectory?: string;
  now?: () => Date;
}

/**
 * Works on one scan at a time and per call: look, judge, store, tell. Whatever
 * happens, the scan ends in the store, or the call throws and the queue comes
 * again.
 */
export class ScanWorker {
  readonly #options: ScanWorkerOptions;
  readonly #now: () => Date;

  static create(options: ScanWorkerOptions): ScanWorker {
    return new ScanWorker(options);
  }

  private constructor(options: ScanWorkerOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** A {@link ScanHandler}. */
  handle = async (
    job: ScanJob,
    signal: AbortSignal,
    attempt: number,
  ): Promise<void> => {
    const { store, events, workerId, logger } = this.#options;
    signal.throwIfAborted();
    const lease = await store.startScan({
      scanId: job.scanId,
      workerId,
      now: this.#now(),
    });
    if (!lease) {
      logger.debug(`Scan ${job.scanId} has ended already`);
      return;
    }
    const startedAt = performance.now();
    const scan: StartedScan = {
      lease,
      signal,
      startedAt,
      reference: {
        scanId: job.scanId,
        targetId: lease.target.id,
        client: lease.target.client,
        trigger: lease.trigger,
        roundId: job.roundId,
      },
    };
    await events?.onStarted?.({
      ...scan.reference,
      source: lease.target.source,
    });

    if (attempt > (this.#options.maxDeaths ?? 10)) {
      await this.#fail(
        scan,
        `The scan was given up after ${
          attempt - 1
        } attempts; each time the process that ran it ended.`,
      );
      return;
    }
    try {
      await this.#scan(scan);
    } catch (error) {
      const last = attempt >= (this.#options.maxAttempts ?? 3);
      if (signal.aborted || !last) {
        throw error;
      }
      logger.error(
        `Scan ${job.scanId} of ${job.targetId} failed unexpectedly ${attempt} times`,
        error instanceof Error ? error : new Error(String(error)),
      );
      await this.#fail(scan, this.#describe(error));
    }
  };

  async #scan(scan: StartedScan): Promise<void> {
    const looked = await this.#look(scan);
    // What was seen while being stopped says nothing; another worker looks again.
    scan.signal.throwIfAborted();
    if ('error' in looked) {
      await this.#fail(scan, looked.error);
      return;
    }

    const { store, assess, reassess, summarise, readMuting } = this.#options;
    const { id, source, client, name } = scan.lease.target;
    const of = { source, client, target: name };
    const { report, stored } = await this.#save(scan, () =>
      judgeAndStore({
        targetId: id,
        readMuting,
        assess: muting => assess(looked.observation, of, muting),
        store: (judged, judgedBy, muting) =>
          store.finishScan({
            lease: scan.lease,
            report: judged,
            summary: summarise(judged),
            judgedBy,
            ...(reassess && {
              judge: {
                reassess: findings =>
                  reassess(findings, of, muting ?? NOTHING_MUTED),
                summarise,
              },
            }),
            now: this.#now(),
          }),
      }),
    );
    await this.#tellFinished(scan, 'completed', stored, {
      report: stored.report ?? report,
    });
  }

  /** The observation, or one sentence on why there is none. */
  async #look(
    scan: StartedScan,
  ): Promise<{ observation: Observation } | { error: string }> {
    const { target } = scan.lease;
    const { logger, sources } = this.#options;
    const source = sources.get(target.source);
    if (!source) {
      return {
        error: `No source '${target.source}' is installed here; add its module to the backend or remove the target.`,
      };
    }

    const workDir = await createWorkDirectory(this.#options.workDirectory);
    const timeoutMs = this.#options.timeoutMs ?? 30 * 60_000;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    const signal = AbortSignal.any([scan.signal, timeout.signal]);
    const tooLong = {
      error: `The scan took longer than ${describeDuration(
        timeoutMs,
      )} and was stopped.`,
    };
    try {
      const observation = await orAbandonAfterAbort(
        source.scan(target, {
          signal,
          workDir,
          readDesiredState: () =>
            this.#options.readDesiredState(target.name, source.id),
          logger: logger.child({
            target: target.id,
            scan: scan.lease.scanId,
          }),
        }),
        signal,
      );
      return timeout.signal.aborted ? tooLong : { observation };
    } catch (error) {
      scan.signal.throwIfAborted();
      return timeout.signal.aborted
        ? tooLong
        : { error: this.#describe(error, workDir) };
    } finally {
      clearTimeout(timer);
      await this.#remove(workDir);
    }
  }

  async #fail(scan: StartedScan, error: string): Promise<void> {
    const stored = await this.#save(scan, () =>
      this.#options.store.failScan({
        lease: scan.lease,
        error,
        now: this.#now(),
      }),
    );
    await this.#tellFinished(scan, 'failed', stored, { error });
  }

  /**
   * Writes a result, again and again while the database is away: to look again
   * would cost far more than to wait. Anything else than an outage is thrown
   * after a few attempts.
   */
  async #save<T>(scan: StartedScan, write: () => Promise<T>): Promise<T> {
    const { store, logger } = this.#options;
    const giveUpAt =
      performance.now() + (this.#options.saveTimeoutMs ?? 10 * 60_000);
    let refusals = 0;

    for (let attempt = 0; ; attempt++) {
      try {
        return await write();
      } catch (error) {
        const away = await store.ping().then(
          () => false,
          () => true,
        );
        refusals += away ? 0 : 1;
        if (refusals >= 3 || performance.now() > giveUpAt) {
          throw error;
        }
        logger.warn(
          `The result of scan ${scan.lease.scanId} waits for the database: ${error}`,
        );
      }
      await sleep(
        SAVE_DELAYS_MS[Math.min(attempt, SAVE_DELAYS_MS.length - 1)],
        scan.signal,
      );
    }
  }

  async #tellFinished(
    scan: StartedScan,
    kind: 'completed' | 'failed',
    stored: StoredOutcome,
    details: { report?: DriftReport; error?: string },
  ) {
    const { events, logger } = this.#options;
    const refused = stored.outcome === 'refused';
    if (refused) {
      logger.warn(
        `The result of scan ${scan.lease.scanId} of ${scan.reference.targetId} came too late and was not stored`,
      );
    }
    await events?.onFinished?.({
      ...scan.reference,
      source: scan.lease.target.source,
      kind: refused ? 'superseded' : kind,
      ...details,
      stored,
      durationMs: performance.now() - scan.startedAt,
    });
  }

  #describe(error: unknown, workDir?: string): string {
    return describeScanError(error, {
      directories: workDir ? [workDir] : [],
    });
  }

  async #remove(workDir: string) {
    try {
      await rm(workDir, { recursive: true, force: true, maxRetries: 3 });
    } catch (error) {
      this.#options.logger.error(
        `Could not remove the work directory of a scan: ${error}`,
      );
    }
  }
}

type StartedScan = {
  lease: ScanLease;
  signal: AbortSignal;
  /** Of the monotonic clock. */
  startedAt: number;
  reference: ScanReference;
};

/** A source that does not end after an abort must not hold the worker for ever. */
async function orAbandonAfterAbort<T>(
  work: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const abandoned = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(
        () => reject(new Error('The source did not end when it was stopped')),
        ABORT_GRACE_MS,
      );
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, abandoned]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function sleep(milliseconds: number, signal: AbortSignal) {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    function onAbort() {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) {
      onAbort();
    }
  });
}

function describeDuration(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  return minutes >= 1 && Number.isInteger(minutes)
    ? `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
    : `${milliseconds / 1000} seconds`;
}
