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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  DriftAnalysis,
  DriftOverview,
  DriftTarget,
  EntityDriftStatus,
  FindingsPage,
  ResultsPage,
  ScanRequestResult,
  ScanRound,
  ScansPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { Explanations } from '../explain';
import { ScanEvents } from '../scans/ScanEvents';
import { ScanRequests } from '../scans/ScanRequests';
import {
  DriftStore,
  FoundFindings,
  SourceHealthReader,
  TargetCondition,
} from '../store/DriftStore';
import { DatabaseWatch } from './DatabaseWatch';
import { DriftService } from './DriftService';
import { OverviewCache } from './OverviewCache';

const DEFAULT_PAGE = 20;
const OVERVIEW_MAX_AGE_MS = 5_000;

type Options<M extends keyof DriftService> = Parameters<DriftService[M]>[0];

/** Answers from the store and asks for scans; knows nothing of permissions. */
export class DefaultDriftService implements DriftService {
  readonly #store: DriftStore;
  readonly #requests: Pick<ScanRequests, 'requestScan' | 'requestScanAll'>;
  readonly #explanations: Pick<Explanations, 'read' | 'explainAgain'>;
  readonly #readSourceHealth: SourceHealthReader;
  readonly #now: () => Date;
  readonly #database: DatabaseWatch;
  readonly #overviews: OverviewCache<Omit<DriftOverview, 'sources'>>;

  constructor(options: {
    store: DriftStore;
    requests: Pick<ScanRequests, 'requestScan' | 'requestScanAll'>;
    explanations: Pick<Explanations, 'read' | 'explainAgain'>;
    readSourceHealth: SourceHealthReader;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#requests = options.requests;
    this.#explanations = options.explanations;
    this.#readSourceHealth = options.readSourceHealth;
    this.#now = options.now;
    this.#database = new DatabaseWatch({ ping: () => this.#store.ping() });
    this.#overviews = new OverviewCache({
      maxAgeMs: OVERVIEW_MAX_AGE_MS,
      now: options.now,
    });
  }

  /**
   * To be told of scans, so that the overview never shows numbers from before
   * them. What other replicas do shows after five seconds at most.
   */
  readonly events: ScanEvents = {
    onQueued: () => this.#overviews.invalidate(),
    onStarted: () => this.#overviews.invalidate(),
    onFinished: () => this.#overviews.invalidate(),
    onRejudged: () => this.#overviews.invalidate(),
    onTargetsChanged: () => this.#overviews.invalidate(),
  };

  async listResults(options: Options<'listResults'>): Promise<ResultsPage> {
    const { query, condition } = options;
    return this.#database.run(() =>
      this.#store.listResults({ query, condition, now: this.#now() }),
    );
  }

  async getOverview(options: Options<'getOverview'>): Promise<DriftOverview> {
    const { condition } = options;
    const overview = await this.#overviews.get(condition, () =>
      this.#database.run(() =>
        this.#store.getOverview({ condition, now: this.#now() }),
      ),
    );
    return { ...overview, sources: this.#readSourceHealth() };
  }

  async getTarget(options: Options<'getTarget'>): Promise<DriftTarget> {
    return this.#database.run(() => this.#findTarget(options));
  }

  async listFindings(options: Options<'listFindings'>): Promise<FindingsPage> {
    const { targetId, scanId, state } = options;
    return this.#database.run(async () => {
      await this.#findTarget(options);
      if (scanId) {
        const scan = await this.#store.getScan({ scanId });
        if (scan?.targetId !== targetId) {
          throw new NotFoundError(
            `No scan '${scanId}' of target '${targetId}' was found`,
          );
        }
      }
      return this.#store.listFindings({
        targetId,
        scanId,
        state,
        ...pageOf(options),
      });
    });
  }

  async searchFindings(
    options: Options<'searchFindings'>,
  ): Promise<FoundFindings> {
    const { search, condition } = options;
    return this.#database.run(() =>
      this.#store.searchFindings({ search, condition, now: this.#now() }),
    );
  }

  async listScans(options: Options<'listScans'>): Promise<ScansPage> {
    const { targetId } = options;
    return this.#database.run(async () => {
      await this.#findTarget(options);
      return this.#store.listScans({ targetId, ...pageOf(options) });
    });
  }

  async requestScan(
    options: Options<'requestScan'>,
  ): Promise<ScanRequestResult> {
    const { targetId, credentials } = options;
    return this.#database.run(async () => {
      const { pushed } = await this.#findTarget(options);
      if (pushed) {
        throw new ConflictError(
          `The target '${targetId}' is scanned by its pipeline, run it there`,
        );
      }
      return this.#requests.requestScan({
        targetId,
        trigger: 'manual',
        requestedBy: nameOf(credentials),
      });
    });
  }

  async requestScanAll(options: Options<'requestScanAll'>): Promise<ScanRound> {
    const { query, condition, credentials } = options;
    return this.#database.run(async () => {
      const targetIds = await this.#store.listTargetIds({ query, condition });
      return this.#requests.requestScanAll({
        targetIds,
        requestedBy: nameOf(credentials),
      });
    });
  }

  async getScanRound(options: Options<'getScanRound'>): Promise<ScanRound> {
    const { roundId } = options;
    const round = await this.#database.run(() =>
      this.#store.getRound({ roundId }),
    );
    if (!round) {
      throw new NotFoundError(`No scan round '${roundId}' was found`);
    }
    return round;
  }

  async getAnalysis(options: Options<'getAnalysis'>): Promise<DriftAnalysis> {
    return this.#database.run(async () => {
      await this.#findTarget(options);
      return this.#explanations.read(options.targetId);
    });
  }

  async explain(options: Options<'explain'>): Promise<DriftAnalysis> {
    return this.#database.run(async () => {
      await this.#findTarget(options);
      return this.#explanations.explainAgain(options.targetId);
    });
  }

  async listEntityStatuses(
    _options: Options<'listEntityStatuses'>,
  ): Promise<EntityDriftStatus[]> {
    return this.#database.run(() => this.#store.listEntityStatuses());
  }

  async #findTarget(options: {
    targetId: string;
    condition?: TargetCondition;
  }): Promise<DriftTarget> {
    const { targetId, condition } = options;
    const target = await this.#store.getTarget({
      targetId,
      condition,
      now: this.#now(),
    });
    if (!target) {
      throw new NotFoundError(`No target '${targetId}' was found`);
    }
    return target;
  }
}

function pageOf(options: { limit?: number; offset?: number }) {
  return { limit: options.limit ?? DEFAULT_PAGE, offset: options.offset ?? 0 };
}

/** Entity ref of the user, or name of the service. */
function nameOf(credentials: BackstageCredentials): string | undefined {
  const principal = credentials.principal as {
    type?: string;
    userEntityRef?: string;
    subject?: string;
  };
  return principal.userEntityRef ?? principal.subject;
}
