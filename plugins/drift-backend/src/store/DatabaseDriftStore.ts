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
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import {
  DriftOverview,
  DriftTarget,
  EntityDriftStatus,
  FindingsPage,
  ResultsPage,
  ScanRound,
  ScansPage,
  ScanSummary,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import {
  DriftStore,
  DueTarget,
  FoundFindings,
  KeptDeclaration,
  RecordedPush,
  ScanLease,
  StoredOutcome,
} from './DriftStore';
import { listFindings } from './operations/findings/listFindings';
import { searchFindings } from './operations/findings/searchFindings';
import { countResults } from './operations/results/countResults';
import { getOverview } from './operations/results/getOverview';
import { getTarget } from './operations/results/getTarget';
import { listEntityStatuses } from './operations/results/listEntityStatuses';
import { listResults } from './operations/results/listResults';
import { listTargetIds } from './operations/results/listTargetIds';
import { deleteOld } from './operations/retention/deleteOld';
import { createRound } from './operations/rounds/createRound';
import { getRound } from './operations/rounds/getRound';
import { createScans } from './operations/scans/createScans';
import { failScan } from './operations/scans/failScan';
import { findAbandonedScans } from './operations/scans/findAbandonedScans';
import { finishScan } from './operations/scans/finishScan';
import { getScan } from './operations/scans/getScan';
import { listScans } from './operations/scans/listScans';
import { findRun, recordPush } from './operations/scans/recordPush';
import { startScan } from './operations/scans/startScan';
import { findDueTargets } from './operations/targets/findDueTargets';
import { listDeclarations } from './operations/targets/listDeclarations';
import { setNextScan } from './operations/targets/setNextScan';
import { syncTargets } from './operations/targets/syncTargets';

const migrationsDirectory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);

type Options<Method extends keyof DriftStore> = Parameters<
  DriftStore[Method]
>[0];

/** Keeps everything in the plugin's database, on PostgreSQL and SQLite alike. */
export class DatabaseDriftStore implements DriftStore {
  readonly #knex: Knex;

  /** Brings the schema up to date unless the deployment does that itself. */
  static async create(options: {
    database: DatabaseService;
  }): Promise<DatabaseDriftStore> {
    const { database } = options;
    const knex = await database.getClient();
    if (!database.migrations?.skip) {
      await knex.migrate.latest({ directory: migrationsDirectory });
    }
    return new DatabaseDriftStore(knex);
  }

  /** On an empty or an already migrated database. */
  static async forTest(options: { knex: Knex }): Promise<DatabaseDriftStore> {
    await options.knex.migrate.latest({ directory: migrationsDirectory });
    return new DatabaseDriftStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  syncTargets(options: Options<'syncTargets'>) {
    return syncTargets(this.#knex, options);
  }

  listDeclarations(
    options: Options<'listDeclarations'>,
  ): Promise<KeptDeclaration[]> {
    return listDeclarations(this.#knex, options);
  }

  findDueTargets(options: Options<'findDueTargets'>): Promise<DueTarget[]> {
    return findDueTargets(this.#knex, options);
  }

  setNextScan(options: Options<'setNextScan'>): Promise<void> {
    return setNextScan(this.#knex, options);
  }

  createScans(options: Options<'createScans'>) {
    return createScans(this.#knex, options);
  }

  startScan(options: Options<'startScan'>): Promise<ScanLease | undefined> {
    return startScan(this.#knex, options);
  }

  finishScan(options: Options<'finishScan'>): Promise<StoredOutcome> {
    return finishScan(this.#knex, options);
  }

  failScan(options: Options<'failScan'>): Promise<StoredOutcome> {
    return failScan(this.#knex, options);
  }

  recordPush(options: Options<'recordPush'>): Promise<RecordedPush> {
    return recordPush(this.#knex, options);
  }

  findRun(options: Options<'findRun'>): Promise<string | undefined> {
    return findRun(this.#knex, options);
  }

  findAbandonedScans(options: Options<'findAbandonedScans'>) {
    return findAbandonedScans(this.#knex, options);
  }

  async listResults(options: Options<'listResults'>): Promise<ResultsPage> {
    const { query, condition, now } = options;
    const [items, counts] = await Promise.all([
      listResults(this.#knex, { query, condition, now }),
      countResults(this.#knex, { query, condition, now }),
    ]);
    return { items, ...counts };
  }

  listTargetIds(options: Options<'listTargetIds'>): Promise<string[]> {
    const { query, condition, now = new Date() } = options;
    return listTargetIds(this.#knex, { query, condition, now });
  }

  getOverview(
    options: Options<'getOverview'>,
  ): Promise<Omit<DriftOverview, 'sources'>> {
    const { condition, now } = options;
    return getOverview(this.#knex, { condition, now });
  }

  getTarget(options: Options<'getTarget'>): Promise<DriftTarget | undefined> {
    const { targetId, condition, now } = options;
    return getTarget(this.#knex, { targetId, condition, now });
  }

  listFindings(options: Options<'listFindings'>): Promise<FindingsPage> {
    return listFindings(this.#knex, options);
  }

  searchFindings(options: Options<'searchFindings'>): Promise<FoundFindings> {
    const { search, condition, now } = options;
    return searchFindings(this.#knex, { search, condition, now });
  }

  listScans(options: Options<'listScans'>): Promise<ScansPage> {
    return listScans(this.#knex, options);
  }

  getScan(options: Options<'getScan'>): Promise<ScanSummary | undefined> {
    return getScan(this.#knex, options);
  }

  listEntityStatuses(): Promise<EntityDriftStatus[]> {
    return listEntityStatuses(this.#knex);
  }

  createRound(options: Options<'createRound'>): Promise<string> {
    return createRound(this.#knex, options);
  }

  getRound(options: Options<'getRound'>): Promise<ScanRound | undefined> {
    return getRound(this.#knex, options);
  }

  deleteOld(options: Options<'deleteOld'>) {
    return deleteOld(this.#knex, options);
  }

  async ping(): Promise<void> {
    await this.#knex.raw('select 1');
  }
}
