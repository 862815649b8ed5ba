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

import { DriftReport, Finding } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import {
  buildFinding,
  buildReport,
  buildTarget,
  countStatements,
  createTestDatabases,
} from '../__testUtils__';
import { DatabaseDriftStore } from './DatabaseDriftStore';
import { ScanLease, StoredOutcome, TargetRegistration } from './DriftStore';

const databases = createTestDatabases();

const start = new Date('2026-11-22T10:00:00Z');
const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const at = (minutes: number) => new Date(start.getTime() + minutes * MINUTE);
const iso = (minutes: number) => at(minutes).toISOString();

jest.setTimeout(60_000);

/** Kept counts must equal counted targets, whatever has happened. */
async function expectTrueCounts(knex: Knex): Promise<void> {
  const columns = ['owner', 'client', 'source', 'status', 'risk'];
  const counted = await knex('drift_results')
    .whereNull('retired_at')
    .groupBy(columns)
    .select(columns)
    .count({ targets: '*' })
    .orderBy(columns);
  const kept = await knex('drift_target_counts')
    .whereNot('targets', 0)
    .select([...columns, 'targets'])
    .orderBy(columns);
  const plain = (rows: { targets?: number | string }[]) =>
    rows.map(row => ({ ...row, targets: Number(row.targets) }));
  expect(plain(kept)).toEqual(plain(counted));
}

describe.each(databases.ids)('DatabaseDriftStore on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseDriftStore;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    store = await DatabaseDriftStore.forTest({ knex });
  });

  afterEach(() => expectTrueCounts(knex));

  const acme = buildTarget({ client: 'acme', name: 'aks' });

  async function declare(...targets: TargetRegistration[]) {
    return store.syncTargets({ origin: 'catalog', targets, now: start });
  }

  async function begin(targetId: string, minutes = 0): Promise<ScanLease> {
    const [queued] = await store.createScans({
      targetIds: [targetId],
      trigger: 'schedule',
      now: at(minutes),
    });
    const lease = await store.startScan({
      scanId: queued.scanId,
      workerId: 'worker-1',
      now: at(minutes),
    });
    if (!lease) {
      throw new Error('The scan did not start');
    }
    return lease;
  }

  async function scan(
    targetId: string,
    report: DriftReport,
    minutes = 0,
  ): Promise<StoredOutcome & { scanId: string }> {
    const lease = await begin(targetId, minutes);
    const outcome = await store.finishScan({
      lease,
      report,
      summary: `${report.driftedResources} drifted`,
      now: at(minutes),
    });
    return { ...outcome, scanId: lease.scanId };
  }

  async function findings(
    targetId: string,
    filter: { scanId?: string; state?: 'open' | 'resolved' } = {},
  ) {
    const page = await store.listFindings({
      targetId,
      ...filter,
      limit: 100,
      offset: 0,
    });
    expect(page.totalItems).toBe(page.items.length);
    return page.items;
  }

  const addresses = (items: Finding[]) => items.map(item => item.address);

  describe('targets', () => {
    it('writes only what changed, retires what is gone and takes it back', async () => {
      const other = buildTarget({ client: 'acme', name: 'sql' });
      await expect(declare(acme, other)).resolves.toMatchObject({
        added: [acme.id, other.id],
        updated: [],
        retired: [],
      });
      const statements = await countStatements(knex, () =>
        declare(acme, other),
      );
      expect(statements.writes).toBe(0);

      await scan(acme.id, buildReport([buildFinding()]));
      await expect(
        declare({ ...acme, owner: 'group:default/network' }),
      ).resolves.toMatchObject({
        added: [],
        updated: [acme.id],
        retired: [other.id],
      });
      await expect(
        store.getTarget({ targetId: acme.id, now: start }),
      ).resolves.toMatchObject({
        owner: 'group:default/network',
        status: 'drifted',
      });
      await expect(
        store.getTarget({ targetId: other.id, now: start }),
      ).resolves.toBeUndefined();

      await declare();
      await expect(
        store.listResults({ query: {}, now: start }),
      ).resolves.toMatchObject({ items: [], totalItems: 0 });
      await expect(
        store.findDueTargets({ now: at(60), limit: 10 }),
      ).resolves.toEqual([]);

      await expect(declare(acme)).resolves.toMatchObject({ added: [acme.id] });
      await expect(
        store.getTarget({ targetId: acme.id, now: start }),
      ).resolves.toMatchObject({ status: 'drifted' });
      await expect(findings(acme.id)).resolves.toHaveLength(1);
    });

    it('takes a constant number of statements per hundred targets', async () => {
      const targets = Array.from({ length: 1_000 }, (_, index) =>
        buildTarget({ name: `module-${index}` }),
      );
      const statements = await countStatements(knex, () => declare(...targets));
      expect(statements.writes).toBeLessThanOrEqual(60);
      expect(statements.reads).toBeLessThanOrEqual(20);
    });

    it('keeps modules of the same name of two clients apart', async () => {
      const globex = buildTarget({ client: 'globex', name: 'aks' });
      const nobody = buildTarget({ name: 'aks' });
      await declare(acme, globex, nobody);
      await scan(acme.id, buildReport([buildFinding()]));
      await scan(globex.id, buildReport());

      const { items } = await store.listResults({ query: {}, now: start });
      expect(
        items.map(({ client, name, status }) => [client, name, status]),
      ).toEqual([
        ['acme', 'aks', 'drifted'],
        [undefined, 'aks', 'unknown'],
        ['globex', 'aks', 'clean'],
      ]);
      await expect(findings(globex.id)).resolves.toEqual([]);
    });

    it('never lets a target take the id of another', async () => {
      const first = buildTarget({ client: 'a', name: 'b/c' });
      const second = buildTarget({ client: 'a/b', name: 'c' });
      expect(second.id).toBe(first.id);
      const rejection = {
        id: first.id,
        reason: 'Another target has the same id',
      };
      await expect(declare(first, second)).resolves.toMatchObject({
        added: [first.id],
        rejected: [rejection],
      });
      await expect(declare(second)).resolves.toMatchObject({
        rejected: [rejection],
      });
    });

    it('leaves out what it cannot keep without stopping the others', async () => {
      const bad = [
        { ...acme, client: 'globex' },
        buildTarget({ client: '-' }),
        buildTarget({ name: 'n'.repeat(256) }),
        buildTarget({ client: 'c'.repeat(101) }),
        buildTarget({ name: 'nul\u0000' }),
        buildTarget({ name: 'half \ud83d' }),
        buildTarget({ name: 'x', owner: 'o'.repeat(256) }),
      ];
      const result = await declare(...bad, acme);
      expect(result.added).toEqual([acme.id]);
      expect(result.rejected?.map(({ id }) => id)).toEqual(
        bad.map(({ id }) => id),
      );
    });

    it('gives a target that several origins declare to the strongest', async () => {
      const sync = (origin: TargetRegistration['origin'], owner: string) =>
        store.syncTargets({
          origin,
          targets: [{ ...acme, origin, owner }],
          now: start,
        });
      await sync('push', 'group:default/push');
      await expect(
        sync('config', 'group:default/config'),
      ).resolves.toMatchObject({ updated: [acme.id] });
      await expect(
        sync('catalog', 'group:default/catalog'),
      ).resolves.toMatchObject({ added: [], updated: [] });
      await store.syncTargets({ origin: 'catalog', targets: [], now: start });
      await expect(
        store.getTarget({ targetId: acme.id, now: start }),
      ).resolves.toMatchObject({ owner: 'group:default/config' });
    });

    it('finds due targets, longest overdue first, and moves them on in batches', async () => {
      const targets = Array.from({ length: 250 }, (_, index) =>
        buildTarget({ name: `module-${index}`, firstScanAt: at(-index) }),
      );
      await declare(...targets);
      await expect(
        store.findDueTargets({ now: at(-248), limit: 10 }),
      ).resolves.toEqual([
        {
          targetId: 'terraform:-/module-249',
          schedule: 'PT30M',
          intervalMs: 1_800_000,
        },
        expect.objectContaining({ targetId: 'terraform:-/module-248' }),
      ]);

      const statements = await countStatements(knex, () =>
        store.setNextScan({
          entries: targets.map((target, index) => ({
            targetId: target.id,
            nextScanAt: at(index + 1),
          })),
        }),
      );
      expect(statements.writes).toBeLessThanOrEqual(3);
      await expect(
        store.findDueTargets({ now: start, limit: 10 }),
      ).resolves.toEqual([]);
      await expect(
        store.getTarget({ targetId: targets[249].id, now: start }),
      ).resolves.toMatchObject({ nextScanAt: iso(250) });
    });

    it('lets a new schedule take effect at once, but not an unchanged one', async () => {
      await declare(acme);
      await store.setNextScan({
        entries: [{ targetId: acme.id, nextScanAt: at(DAY / MINUTE) }],
      });
      await declare({ ...acme, owner: 'group:default/x', firstScanAt: at(1) });
      await expect(
        store.findDueTargets({ now: at(2), limit: 10 }),
      ).resolves.toEqual([]);
      await declare({ ...acme, schedule: 'PT1M', firstScanAt: at(1) });
      await expect(
        store.findDueTargets({ now: at(2), limit: 10 }),
      ).resolves.toHaveLength(1);
    });

    it('says what an entity has, worst of its targets, through n:m relations', async () => {
      await declare(
        buildTarget({
          name: 'one',
          entityRefs: ['component:default/shop', 'System:default/Store'],
        }),
        buildTarget({ name: 'two', entityRefs: ['component:default/shop'] }),
        buildTarget({ name: 'three', entityRefs: [] }),
      );
      await scan('terraform:-/one', buildReport());
      await scan(
        'terraform:-/two',
        buildReport([buildFinding({ severity: 'medium' })]),
      );
      await expect(store.listEntityStatuses()).resolves.toEqual([
        {
          entityRef: 'component:default/shop',
          status: 'drifted',
          risk: 'medium',
        },
        { entityRef: 'system:default/store', status: 'clean', risk: 'none' },
      ]);
      const { items } = await store.listResults({
        query: { entityRef: 'system:Default/store' },
        now: start,
      });
      expect(items.map(({ name }) => name)).toEqual(['one']);
      expect(items[0].entityRefs).toEqual([
        'component:default/shop',
        'System:default/Store',
      ]);
    });
  });

  describe('scans', () => {
    it('queues one per target, joins what is under way and leaves out what is unknown', async () => {
      const sql = buildTarget({ client: 'acme', name: 'sql' });
      const retired = buildTarget({ name: 'retired' });
      await declare(acme, sql, retired);
      await declare(acme, sql);
      const [first] = await store.createScans({
        targetIds: [acme.id],
        trigger: 'schedule',
        now: start,
      });
      const scans = await store.createScans({
        targetIds: [sql.id, acme.id, sql.id, retired.id, 'terraform:-/none'],
        trigger: 'manual',
        requestedBy: 'user:default/ana',
        now: at(1),
      });
      expect(scans).toEqual([
        {
          scanId: expect.any(String),
          targetId: sql.id,
          client: 'acme',
          joined: false,
        },
        {
          scanId: first.scanId,
          targetId: acme.id,
          client: 'acme',
          joined: true,
        },
      ]);
      await expect(
        store.getTarget({ targetId: sql.id, now: start }),
      ).resolves.toMatchObject({
        activeScan: { id: scans[0].scanId, state: 'queued', since: iso(1) },
      });
      await expect(
        store.getScan({ scanId: scans[0].scanId }),
      ).resolves.toMatchObject({
        trigger: 'manual',
        state: 'queued',
        requestedBy: 'user:default/ana',
        queuedAt: iso(1),
      });
      for (const unknown of ['unknown', '\u0000']) {
        await expect(
          store.getScan({ scanId: unknown }),
        ).resolves.toBeUndefined();
        await expect(findings(acme.id, { scanId: unknown })).resolves.toEqual(
          [],
        );
        await expect(
          store.getTarget({ targetId: unknown, now: start }),
        ).resolves.toBeUndefined();
        await expect(
          store.getRound({ roundId: unknown }),
        ).resolves.toBeUndefined();
      }
    });

    it('hands out what the source needs and ends once', async () => {
      await declare({ ...acme, codeUrl: 'https://example.org/code' });
      const lease = await begin(acme.id);
      expect(lease).toMatchObject({
        trigger: 'schedule',
        fence: 1,
        target: {
          id: acme.id,
          source: 'terraform',
          client: 'acme',
          name: 'aks',
          entityRefs: ['component:default/network'],
          location: { directory: 'infra/network' },
          codeUrl: 'https://example.org/code',
        },
      });
      const finish = () =>
        store.finishScan({
          lease,
          report: buildReport(),
          summary: '',
          now: at(1),
        });
      await expect(finish()).resolves.toMatchObject({ outcome: 'stored' });
      await expect(finish()).resolves.toEqual({ outcome: 'refused' });
      await expect(
        store.startScan({ scanId: lease.scanId, workerId: 'w', now: at(2) }),
      ).resolves.toBeUndefined();
      await expect(
        store.startScan({ scanId: 'unknown', workerId: 'w', now: at(2) }),
      ).resolves.toBeUndefined();
    });

    it('refuses what a paused worker brings after another took over', async () => {
      await declare(acme);
      const paused = await begin(acme.id);
      const taken = await store.startScan({
        scanId: paused.scanId,
        workerId: 'worker-2',
        now: at(1),
      });
      expect(taken?.fence).toBe(2);

      await expect(
        store.finishScan({
          lease: paused,
          report: buildReport([buildFinding()]),
          summary: 'late',
          now: at(2),
        }),
      ).resolves.toEqual({ outcome: 'refused' });
      await expect(
        store.failScan({ lease: paused, error: 'late', now: at(2) }),
      ).resolves.toEqual({ outcome: 'refused' });
      await expect(
        store.getTarget({ targetId: acme.id, now: at(2) }),
      ).resolves.toMatchObject({
        status: 'unknown',
        summary: '',
        activeScan: { id: paused.scanId, state: 'running' },
      });
      await expect(findings(acme.id)).resolves.toEqual([]);

      await expect(
        store.finishScan({
          lease: taken!,
          report: buildReport(),
          summary: 'clean',
          now: at(3),
        }),
      ).resolves.toMatchObject({ outcome: 'stored' });
      await expect(
        store.getTarget({ targetId: acme.id, now: at(3) }),
      ).resolves.toMatchObject({ status: 'clean', lastScanAt: iso(3) });
    });

    it('closes a scan as superseded when a newer one of the target had started', async () => {
      await declare(acme);
      const lease = await begin(acme.id);
      await knex('drift_results').increment('fence', 1);
      await expect(
        store.finishScan({
          lease,
          report: buildReport([buildFinding()]),
          summary: '',
          now: at(1),
        }),
      ).resolves.toEqual({ outcome: 'refused' });
      await expect(
        store.getScan({ scanId: lease.scanId }),
      ).resolves.toMatchObject({ state: 'superseded', finishedAt: iso(1) });
      await expect(findings(acme.id)).resolves.toEqual([]);
    });

    it('does not scan a target that was retired while its scan waited', async () => {
      await declare(acme);
      const [queued] = await store.createScans({
        targetIds: [acme.id],
        trigger: 'schedule',
        now: start,
      });
      await declare();
      await expect(
        store.startScan({ scanId: queued.scanId, workerId: 'w', now: at(1) }),
      ).resolves.toBeUndefined();
      await expect(
        store.getScan({ scanId: queued.scanId }),
      ).resolves.toMatchObject({ state: 'superseded' });
    });

    it('keeps the result of a scan whose target is retired meanwhile, but does not count it', async () => {
      await declare(acme);
      const lease = await begin(acme.id);
      await declare();
      await expect(
        store.finishScan({
          lease,
          report: buildReport([buildFinding()]),
          summary: '',
          now: at(1),
        }),
      ).resolves.toMatchObject({ outcome: 'stored' });
      await expect(store.getOverview({ now: at(1) })).resolves.toMatchObject({
        totalTargets: 0,
        driftedTargets: 0,
        trend: [{ drifted: 0, total: 0 }],
      });
      await declare(acme);
      await expect(store.getOverview({ now: at(2) })).resolves.toMatchObject({
        totalTargets: 1,
        driftedTargets: 1,
      });
    });

    it('finds scans that nobody works on', async () => {
      const targets = ['a', 'b', 'c', 'd'].map(name => buildTarget({ name }));
      await declare(...targets);
      await begin(targets[0].id, 0);
      await begin(targets[1].id, 9);
      for (const [target, minutes] of [
        [targets[2], 1],
        [targets[3], 9],
      ] as const) {
        await store.createScans({
          targetIds: [target.id],
          trigger: 'manual',
          now: at(minutes),
        });
      }
      const abandoned = await store.findAbandonedScans({
        queuedBefore: at(5),
        startedBefore: at(5),
        limit: 10,
      });
      expect(abandoned).toEqual([
        expect.objectContaining({ targetId: targets[0].id, state: 'running' }),
        expect.objectContaining({
          targetId: targets[2].id,
          state: 'queued',
          trigger: 'manual',
        }),
      ]);
    });

    it('lists the history newest first', async () => {
      await declare(acme);
      for (let minute = 0; minute < 5; minute++) {
        await scan(acme.id, buildReport(), minute);
      }
      const page = await store.listScans({
        targetId: acme.id,
        limit: 2,
        offset: 1,
      });
      expect(page.totalItems).toBe(5);
      expect(page.items.map(item => item.finishedAt)).toEqual([iso(3), iso(2)]);
      expect(page.items[0]).toMatchObject({
        state: 'completed',
        status: 'clean',
        risk: 'none',
        driftedResources: 0,
        totalResources: 12,
        evidence: 'plan-json',
        tool: { name: 'terraform', version: '1.11.4' },
      });
    });
  });

  describe('verdicts', () => {
    it('stores what a report says and what it changed', async () => {
      await declare(acme);
      const outcome = await scan(
        acme.id,
        buildReport([buildFinding()], {
          warnings: ['A warning.'],
          blindSpots: [{ scope: 'sandbox_db.main', reason: 'Forbidden.' }],
        }),
        5,
      );
      expect(outcome).toMatchObject({
        outcome: 'stored',
        before: { status: 'unknown', activeScan: { state: 'running' } },
        after: {
          status: 'drifted',
          risk: 'high',
          driftedResources: 1,
          totalResources: 12,
          summary: '1 drifted',
          lastScanAt: iso(5),
          lastGoodScanAt: iso(5),
          lastGoodStatus: 'drifted',
          driftedSince: iso(5),
          warnings: ['A warning.'],
          blindSpots: [{ scope: 'sandbox_db.main', reason: 'Forbidden.' }],
        },
        newFindings: [expect.any(String)],
        resolvedFindings: [],
      });
      expect(outcome.after?.activeScan).toBeUndefined();
      await expect(
        store.getTarget({ targetId: acme.id, now: at(5) }),
      ).resolves.toEqual(outcome.after);
    });

    it('keeps the last good verdict and its findings when a scan fails', async () => {
      await declare(acme);
      await scan(acme.id, buildReport([buildFinding()]), 0);
      const lease = await begin(acme.id, 30);
      await store.failScan({
        lease,
        error: 'terraform is missing',
        now: at(31),
      });
      const kept = {
        risk: 'high',
        driftedResources: 1,
        totalResources: 12,
        lastGoodScanAt: iso(0),
        lastGoodStatus: 'drifted',
        driftedSince: iso(0),
      };
      await expect(
        store.getTarget({ targetId: acme.id, now: at(31) }),
      ).resolves.toMatchObject({
        ...kept,
        status: 'error',
        error: 'terraform is missing',
        summary: '1 drifted',
        lastScanAt: iso(31),
      });

      // An exit code that contradicts the plan: complete, and yet no verdict
      await scan(
        acme.id,
        buildReport([], { status: 'error', error: 'Exit code 1' }),
        60,
      );
      await expect(
        store.getTarget({ targetId: acme.id, now: at(60) }),
      ).resolves.toMatchObject({
        ...kept,
        status: 'error',
        error: 'Exit code 1',
        lastScanAt: iso(60),
      });
      await expect(findings(acme.id, { state: 'open' })).resolves.toHaveLength(
        1,
      );

      const recovered = await scan(acme.id, buildReport([buildFinding()]), 90);
      expect(recovered).toMatchObject({
        before: { status: 'error' },
        after: {
          status: 'drifted',
          driftedSince: iso(0),
          summary: '1 drifted',
          lastGoodScanAt: iso(90),
        },
        newFindings: [],
      });
      expect(recovered.after?.error).toBeUndefined();
      await expect(
        store.listScans({ targetId: acme.id, limit: 10, offset: 0 }),
      ).resolves.toMatchObject({
        items: [
          { state: 'completed', status: 'drifted' },
          { state: 'completed', status: 'error', error: 'Exit code 1' },
          { state: 'failed', status: 'error', error: 'terraform is missing' },
          { state: 'completed', status: 'drifted' },
        ],
      });
    });

    it('lets a partial look add drift but never resolve any', async () => {
      await declare(acme);
      const low = buildFinding({ address: 'sandbox_tag.a', severity: 'low' });
      const worse = buildFinding({
        address: 'sandbox_rule.b',
        severity: 'critical',
      });
      const pending = buildFinding({ address: 'x.c', class: 'pending' });
      await scan(acme.id, buildReport([low]), 0);
      const outcome = await scan(
        acme.id,
        buildReport([worse, pending], {
          status: 'error',
          error: 'Only some targets were planned',
          complete: false,
        }),
        30,
      );
      expect(outcome.after).toMatchObject({
        status: 'error',
        risk: 'critical',
        driftedResources: 2,
        lastGoodStatus: 'drifted',
        lastGoodScanAt: iso(0),
      });
      expect(outcome.newFindings).toHaveLength(1);
      expect(outcome.resolvedFindings).toEqual([]);
      expect(addresses(await findings(acme.id, { state: 'open' }))).toEqual([
        'sandbox_rule.b',
        'sandbox_tag.a',
      ]);

      const complete = await scan(acme.id, buildReport([low]), 60);
      expect(complete.after).toMatchObject({
        status: 'drifted',
        risk: 'low',
        driftedResources: 1,
      });
      expect(complete.resolvedFindings).toEqual(outcome.newFindings);
    });

    it('counts what stays open when a partial look is a verdict of drift', async () => {
      await declare(acme);
      const first = buildFinding({ address: 'a.a', severity: 'critical' });
      const second = buildFinding({ address: 'b.b', severity: 'low' });
      await scan(acme.id, buildReport([first]), 0);
      const { after } = await scan(
        acme.id,
        buildReport([second], { complete: false }),
        30,
      );
      expect(after).toMatchObject({
        status: 'drifted',
        risk: 'critical',
        driftedResources: 2,
      });
    });

    it('never takes a partial look for clean', async () => {
      await declare(acme);
      const { after } = await scan(
        acme.id,
        buildReport([], { complete: false }),
      );
      expect(after).toMatchObject({
        status: 'error',
        error: 'The observation did not cover everything',
      });
      expect(after?.lastGoodScanAt).toBeUndefined();
    });

    it('knows since when a target is drifted without a break', async () => {
      await declare(acme);
      const since = async (report: DriftReport, minutes: number) =>
        (await scan(acme.id, report, minutes)).after?.driftedSince;
      const drift = (value: number) => buildReport([buildFinding({ value })]);
      expect(await since(drift(5), 1)).toBe(iso(1));
      expect(await since(drift(6), 2)).toBe(iso(1));
      expect(
        await since(buildReport([], { status: 'error', error: 'x' }), 3),
      ).toBe(iso(1));
      expect(await since(drift(6), 4)).toBe(iso(1));
      expect(await since(buildReport([], { status: 'pending' }), 5)).toBe(
        undefined,
      );
      expect(await since(drift(6), 6)).toBe(iso(6));
    });

    it('calls a verdict stale after two intervals, and a target without one unknown', async () => {
      await declare(acme, buildTarget({ name: 'never' }));
      await scan(acme.id, buildReport(), 0);
      const staleAfter = async (minutes: number) => {
        const { items } = await store.listResults({
          query: { stale: true },
          now: at(minutes),
        });
        return items.map(item => [item.id, item.stale]);
      };
      expect(await staleAfter(60)).toEqual([]);
      expect(await staleAfter(61)).toEqual([[acme.id, true]]);
      const { items: fresh } = await store.listResults({
        query: { stale: false },
        now: at(61),
      });
      expect(fresh.map(item => item.name)).toEqual(['never']);
      await declare({ ...acme, intervalMs: 60 * MINUTE });
      expect(await staleAfter(61)).toEqual([]);
      expect(await staleAfter(121)).toHaveLength(1);
      await expect(
        store.listTargetIds({ query: { stale: true }, now: at(121) }),
      ).resolves.toEqual([acme.id]);
    });
  });

  describe('findings', () => {
    const pool = buildFinding({ address: 'sandbox_pool.main', value: 5 });
    const rule = buildFinding({ address: 'sandbox_rule.ssh', value: 'open' });

    it('opens, keeps, resolves and counts what comes back', async () => {
      await declare(acme);
      await scan(acme.id, buildReport([pool, rule]), 0);
      await scan(acme.id, buildReport([pool, rule]), 30);
      const gone = await scan(acme.id, buildReport([rule]), 60);
      expect(gone.resolvedFindings).toHaveLength(1);
      await expect(findings(acme.id, { state: 'resolved' })).resolves.toEqual([
        expect.objectContaining({
          ...pool,
          id: gone.resolvedFindings?.[0],
          targetId: acme.id,
          state: 'resolved',
          firstSeenAt: iso(0),
          lastSeenAt: iso(30),
          resolvedAt: iso(60),
          recurrences: 0,
        }),
      ]);

      const back = await scan(acme.id, buildReport([pool, rule]), 90);
      expect(back.newFindings).toHaveLength(1);
      expect(back.newFindings).not.toEqual(gone.resolvedFindings);
      await expect(findings(acme.id, { state: 'open' })).resolves.toEqual([
        expect.objectContaining({
          address: pool.address,
          firstSeenAt: iso(90),
          lastSeenAt: iso(90),
          recurrences: 1,
        }),
        expect.objectContaining({
          address: rule.address,
          firstSeenAt: iso(0),
          lastSeenAt: iso(90),
          recurrences: 0,
        }),
      ]);
      await scan(acme.id, buildReport(), 120);
      await scan(acme.id, buildReport([pool]), 150);
      const [twice] = await findings(acme.id, { state: 'open' });
      expect(twice.recurrences).toBe(2);
      await expect(findings(acme.id)).resolves.toHaveLength(4);
    });

    it('keeps the start of an episode when the value moves on', async () => {
      await declare(acme);
      await scan(acme.id, buildReport([pool]), 0);
      const moved = await scan(
        acme.id,
        buildReport([buildFinding({ address: pool.address, value: 7 })]),
        30,
      );
      expect(moved.newFindings).toHaveLength(1);
      expect(moved.resolvedFindings).toEqual([]);
      await expect(findings(acme.id)).resolves.toEqual([
        expect.objectContaining({ state: 'open', firstSeenAt: iso(0) }),
        expect.objectContaining({ state: 'resolved', resolvedAt: iso(30) }),
      ]);
    });

    it('tells muting from resolving', async () => {
      await declare(acme);
      const muted = {
        ...pool,
        suppressedBy: { ruleId: 'autoscaler', reason: 'Scales by itself' },
      };
      const first = await scan(acme.id, buildReport([pool, rule]), 0);
      const second = await scan(acme.id, buildReport([muted, rule]), 30);
      expect(second).toMatchObject({
        newFindings: [],
        resolvedFindings: [expect.any(String)],
        after: { driftedResources: 1 },
      });
      const items = await findings(acme.id, { state: 'open' });
      expect(items).toEqual([
        expect.objectContaining({ address: rule.address }),
        expect.objectContaining({
          id: second.resolvedFindings?.[0],
          suppressedBy: muted.suppressedBy,
          firstSeenAt: iso(0),
        }),
      ]);
      const third = await scan(acme.id, buildReport([pool, rule]), 60);
      expect(third).toMatchObject({
        newFindings: second.resolvedFindings,
        resolvedFindings: [],
      });
      expect(first.newFindings).toContain(third.newFindings?.[0]);
    });

    it('keeps classes and deposed objects of one address apart, and repeats together', async () => {
      await declare(acme);
      const deposed = { ...pool, deposed: 'abcd1234' };
      const pending = { ...pool, class: 'pending' as const };
      await scan(acme.id, buildReport([pool, deposed, pending, pool]), 0);
      await expect(findings(acme.id)).resolves.toHaveLength(3);
      await scan(acme.id, buildReport([deposed]), 30);
      await expect(findings(acme.id, { state: 'open' })).resolves.toEqual([
        expect.objectContaining({ deposed: 'abcd1234', class: 'drift' }),
      ]);
    });

    it('shows what each scan saw, as it saw it', async () => {
      await declare(acme);
      const reworded = { ...pool, reason: 'Known by another rule now.' };
      const other = buildFinding({ address: 'sandbox_bucket.logs' });
      const reports: DriftReport[] = [
        buildReport([pool]),
        buildReport([pool]),
        buildReport([reworded, rule]),
        buildReport([], { status: 'error', error: 'failed' }),
        buildReport([other], { status: 'error', error: 'p', complete: false }),
        buildReport([rule], { complete: false }),
        buildReport([rule]),
        buildReport(),
        buildReport([pool]),
      ];
      const scanIds: string[] = [];
      for (const [index, report] of reports.entries()) {
        scanIds.push((await scan(acme.id, report, index * 30)).scanId);
      }
      const seen: string[][] = [];
      for (const scanId of scanIds) {
        const items = await findings(acme.id, { scanId });
        seen.push(items.map(item => `${item.address}: ${item.reason}`));
      }
      const told = (...items: Finding[]) =>
        items.map(item => `${item.address}: ${item.reason}`);
      expect(seen).toEqual([
        told(pool),
        told(pool),
        told(reworded, rule),
        [],
        told(other),
        told(rule),
        told(rule),
        [],
        told(pool),
      ]);
      const ids = new Set(
        (await findings(acme.id, { scanId: scanIds[0] })).map(({ id }) => id),
      );
      const [sameFinding] = await findings(acme.id, { scanId: scanIds[2] });
      expect(ids).toContain(sameFinding.id);
      await expect(
        findings('terraform:-/other', { scanId: scanIds[0] }),
      ).resolves.toEqual([]);
    });

    it('touches two rows when nothing changed, however many findings there are', async () => {
      await declare(acme);
      const many = Array.from({ length: 300 }, (_, index) =>
        buildFinding({ address: `sandbox_rule.r${index}` }),
      );
      await scan(acme.id, buildReport(many), 0);
      const lease = await begin(acme.id, 30);
      const before = await knex('drift_findings').orderBy('id');
      const statements = await countStatements(knex, () =>
        store.finishScan({
          lease,
          report: buildReport([...many].reverse()),
          summary: '300 drifted',
          now: at(30),
        }),
      );
      expect(statements).toEqual({ reads: 2, writes: 2 });
      await expect(knex('drift_findings').orderBy('id')).resolves.toEqual(
        before,
      );
      const page = await store.listFindings({
        targetId: acme.id,
        limit: 1,
        offset: 299,
      });
      expect(page.totalItems).toBe(300);
      const [finding] = page.items;
      expect(finding).toMatchObject({
        firstSeenAt: iso(0),
        lastSeenAt: iso(30),
      });
    });

    it('writes a thousand findings in batches', async () => {
      await declare(acme);
      const many = (value: number) =>
        Array.from({ length: 1_000 }, (_, index) =>
          buildFinding({ address: `sandbox_rule.r${index}`, value }),
        );
      const reports = [
        buildReport(many(1)),
        buildReport(many(2)),
        buildReport(many(2).map(item => ({ ...item, reason: 'Reworded.' }))),
        buildReport(),
      ];
      const count = async (report: DriftReport) => {
        const lease = await begin(acme.id);
        return countStatements(knex, () =>
          store.finishScan({ lease, report, summary: '', now: start }),
        );
      };
      const counts = [];
      for (const report of reports) {
        counts.push(await count(report));
      }
      for (const { reads, writes } of counts) {
        expect(writes).toBeLessThanOrEqual(26);
        expect(reads).toBeLessThanOrEqual(16);
      }
      const { totalItems } = await store.listFindings({
        targetId: acme.id,
        state: 'resolved',
        limit: 1,
        offset: 0,
      });
      expect(totalItems).toBe(2_000);
    });

    it('stores whatever characters a report holds', async () => {
      await declare(acme);
      const odd = buildFinding({
        address: 'sandbox_rule.r["\u0000\ud83d é😀\'%_\\"]',
        deposed: '\u0000\udc00',
        reason: 'NUL \u0000 and "quotes"',
      });
      const { after } = await scan(
        acme.id,
        buildReport([odd], { warnings: ['\u0000'] }),
      );
      expect(after?.warnings).toEqual(['\u0000']);
      const [stored] = await findings(acme.id);
      expect(stored).toMatchObject(odd);
      const lease = await begin(acme.id);
      await store.failScan({ lease, error: 'a\u0000b', now: at(1) });
      await expect(
        store.getTarget({ targetId: acme.id, now: at(1) }),
      ).resolves.toMatchObject({ error: 'ab' });
    });

    it('pages through findings, open and worst first', async () => {
      await declare(acme);
      const mixed = [
        buildFinding({ address: 'a.noise', class: 'noise' }),
        buildFinding({ address: 'b.low', severity: 'low' }),
        buildFinding({ address: 'c.critical', severity: 'critical' }),
        buildFinding({ address: 'd.pending', class: 'pending' }),
        buildFinding({
          address: 'e.muted',
          severity: 'critical',
          suppressedBy: { ruleId: 'r', reason: 'r' },
        }),
      ];
      await scan(acme.id, buildReport(mixed));
      const paged: Finding[] = [];
      for (let offset = 0; offset < 6; offset += 2) {
        const page = await store.listFindings({
          targetId: acme.id,
          limit: 2,
          offset,
        });
        expect(page.totalItems).toBe(5);
        paged.push(...page.items);
      }
      expect(addresses(paged)).toEqual([
        'c.critical',
        'b.low',
        'd.pending',
        'a.noise',
        'e.muted',
      ]);
    });
  });

  describe('overview', () => {
    it('counts the fleet that a caller may see', async () => {
      const names = ['ok', 'drifted', 'failing', 'stale', 'never'];
      const targets = names.map(name => buildTarget({ client: 'acme', name }));
      await declare(
        ...targets,
        buildTarget({ client: 'globex', name: 'hidden' }),
      );
      const id = (name: string) => `terraform:acme/${name}`;
      await scan(id('stale'), buildReport(), 0);
      await scan(id('ok'), buildReport(), 100);
      await scan(
        id('drifted'),
        buildReport([buildFinding({ severity: 'medium' })]),
        101,
      );
      await scan(
        id('failing'),
        buildReport([], { status: 'error', error: 'x' }),
        102,
      );
      await begin(id('ok'), 103);
      const condition = { field: 'client', in: ['acme'] } as const;
      const overview = () =>
        store.getOverview({
          condition: { field: condition.field, in: [...condition.in] },
          now: at(110),
        });
      await expect(overview()).resolves.toEqual({
        totalTargets: 5,
        driftedTargets: 1,
        bySource: [{ source: 'terraform', totalTargets: 5, driftedTargets: 1 }],
        byRisk: { low: 0, medium: 1, high: 0, critical: 0 },
        health: { ok: 2, error: 1, stale: 1, never: 1 },
        activeScans: 1,
        lastScanAt: iso(102),
        lastFullRoundAt: undefined,
        trend: [{ date: '2026-11-22', drifted: 1, errors: 1, total: 5 }],
      });
      await scan(id('never'), buildReport(), 105);
      await expect(overview()).resolves.toMatchObject({
        health: { ok: 3, error: 1, stale: 1, never: 0 },
        lastScanAt: iso(105),
        lastFullRoundAt: iso(0),
      });
    });

    it('counts the trend back day by day, days without a scan included', async () => {
      const sql = buildTarget({ client: 'globex', name: 'sql' });
      await declare(acme);
      const day = (days: number) => (days * DAY) / MINUTE;
      await scan(acme.id, buildReport(), day(0));
      await scan(acme.id, buildReport([buildFinding()]), day(2));
      await store.syncTargets({
        origin: 'catalog',
        targets: [acme, sql],
        now: at(day(3)),
      });
      await scan(
        sql.id,
        buildReport([], { status: 'error', error: 'x' }),
        day(3),
      );
      // Back and forth within a day counts as nothing
      await scan(acme.id, buildReport(), day(4));
      await scan(acme.id, buildReport([buildFinding()]), day(4) + 5);
      await scan(sql.id, buildReport([buildFinding()]), day(5));
      await store.syncTargets({
        origin: 'catalog',
        targets: [sql],
        now: at(day(6)),
      });
      const { trend } = await store.getOverview({ now: at(day(7)) });
      expect(
        trend.map(point => [
          point.date,
          point.drifted,
          point.errors,
          point.total,
        ]),
      ).toEqual([
        ['2026-11-22', 0, 0, 1],
        ['2026-11-23', 0, 0, 1],
        ['2026-11-24', 1, 0, 1],
        ['2026-11-25', 1, 1, 2],
        ['2026-11-26', 1, 1, 2],
        ['2026-11-27', 2, 0, 2],
        ['2026-11-28', 1, 0, 1],
        ['2026-11-29', 1, 0, 1],
      ]);
      const visible = await store.getOverview({
        condition: { field: 'client', in: ['globex'] },
        now: at(day(7)),
      });
      expect(visible.trend.map(point => point.drifted)).toEqual([
        0, 0, 1, 1, 1,
      ]);
      const later = await store.getOverview({ now: at(day(100)) });
      expect(later.trend).toHaveLength(30);
      expect(later.trend[0]).toMatchObject({ drifted: 1, total: 1 });
    });
  });

  describe('rounds', () => {
    it('counts queued and joined scans alike until all have ended', async () => {
      const targets = ['a', 'b', 'c'].map(name => buildTarget({ name }));
      await declare(...targets);
      const joined = await begin(targets[0].id, 0);
      const roundId = await store.createRound({
        requestedBy: 'user:default/ana',
        now: at(1),
      });
      const scans = await store.createScans({
        targetIds: targets.map(target => target.id),
        trigger: 'manual',
        roundId,
        now: at(1),
      });
      expect(scans.map(item => item.joined)).toEqual([true, false, false]);
      await expect(store.getRound({ roundId })).resolves.toEqual({
        id: roundId,
        total: 3,
        done: 0,
        failed: 0,
        startedAt: iso(1),
        finishedAt: undefined,
      });
      await store.finishScan({
        lease: joined,
        report: buildReport(),
        summary: '',
        now: at(2),
      });
      const failing = await begin(targets[1].id, 3);
      await store.failScan({ lease: failing, error: 'x', now: at(4) });
      await expect(store.getRound({ roundId })).resolves.toMatchObject({
        done: 2,
        failed: 1,
        finishedAt: undefined,
      });
      await scan(targets[2].id, buildReport(), 5);
      await expect(store.getRound({ roundId })).resolves.toMatchObject({
        done: 3,
        failed: 1,
        finishedAt: iso(5),
      });
      await expect(
        store.getRound({ roundId: 'unknown' }),
      ).resolves.toBeUndefined();
    });
  });

  describe('retention', () => {
    it('deletes old history and nothing else', async () => {
      await declare(acme);
      const stays = buildFinding({ address: 'stays.open' });
      const goes = buildFinding({ address: 'goes.away' });
      const roundId = await store.createRound({ now: at(0) });
      await store.createScans({
        targetIds: [acme.id],
        trigger: 'manual',
        roundId,
        now: at(0),
      });
      await scan(acme.id, buildReport([stays, goes]), 0);
      await scan(acme.id, buildReport([stays]), 10);
      await scan(acme.id, buildReport([stays]), 20);
      await begin(acme.id, 25);
      const before = await store.getTarget({ targetId: acme.id, now: at(30) });

      await expect(
        store.deleteOld({
          scansBefore: at(15),
          findingsBefore: at(5),
          now: at(30),
        }),
      ).resolves.toEqual({ scans: 2, findings: 0 });
      await expect(store.getRound({ roundId })).resolves.toBeUndefined();
      await expect(
        store.deleteOld({
          scansBefore: at(30),
          findingsBefore: at(30),
          now: at(30),
        }),
      ).resolves.toEqual({ scans: 1, findings: 1 });
      expect(addresses(await findings(acme.id))).toEqual(['stays.open']);
      await expect(
        store.getTarget({ targetId: acme.id, now: at(30) }),
      ).resolves.toEqual(before);
      await expect(store.getOverview({ now: at(30) })).resolves.toMatchObject({
        totalTargets: 1,
        trend: [{ drifted: 1 }],
        activeScans: 1,
      });
      await expect(
        knex('drift_target_counts').where('targets', 0),
      ).resolves.toEqual([]);
    });

    it('works through more than one step and keeps the trend of a month', async () => {
      await declare(acme);
      await knex.batchInsert(
        'drift_scans',
        Array.from({ length: 2_500 }, (_, index) => ({
          id: `scan-${index}`,
          target_id: acme.id,
          trigger: 'schedule',
          state: 'completed',
          fence: index,
          queued_at: at(0),
          finished_at: at(0),
        })),
        100,
      );
      await knex('drift_status_changes').insert(
        ['2026-09-01', '2026-11-01'].map(day => ({
          day,
          target_id: acme.id,
          status_before: 'clean',
          status_after: 'drifted',
        })),
      );
      await expect(
        store.deleteOld({
          scansBefore: at(1),
          findingsBefore: at(1),
          now: at(1),
        }),
      ).resolves.toEqual({ scans: 2_500, findings: 0 });
      await expect(
        knex('drift_status_changes').orderBy('day').pluck('day'),
      ).resolves.toEqual(['2026-11-01', '2026-11-22']);
    });
  });

  it('answers a ping', async () => {
    await expect(store.ping()).resolves.toBeUndefined();
  });
});

describe('two replicas on one PostgreSQL', () => {
  let knex: Knex;
  let replicas: [DatabaseDriftStore, DatabaseDriftStore];
  const targets = Array.from({ length: 200 }, (_, index) =>
    buildTarget({ client: `client-${index % 7}`, name: `module-${index}` }),
  );

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    replicas = [
      await DatabaseDriftStore.forTest({ knex }),
      await DatabaseDriftStore.forTest({ knex: databases.anotherPool(knex) }),
    ];
  });

  afterEach(() => expectTrueCounts(knex));

  const both = <T>(
    work: (store: DatabaseDriftStore, index: number) => Promise<T>,
  ) => Promise.all(replicas.map(work));

  it('declare the same targets at the same time without an error', async () => {
    for (const declared of [targets, targets.slice(50), targets]) {
      await both((store, index) =>
        store.syncTargets({
          origin: 'catalog',
          targets: index === 0 ? declared : [...declared].reverse(),
          now: start,
        }),
      );
    }
    await expect(
      replicas[0].listResults({ query: { limit: 1 }, now: start }),
    ).resolves.toMatchObject({ totalItems: 200 });
  });

  it('queue each due target once', async () => {
    await replicas[0].syncTargets({ origin: 'catalog', targets, now: start });
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        replicas[index % 2].createScans({
          targetIds: targets.map(target => target.id),
          trigger: 'schedule',
          now: start,
        }),
      ),
    );
    const all = answers.flat();
    expect(all).toHaveLength(1_600);
    expect(all.filter(scan => !scan.joined)).toHaveLength(200);
    expect(new Set(all.map(scan => scan.scanId)).size).toBe(200);
    await expect(
      knex('drift_scans').count({ count: '*' }).first(),
    ).resolves.toEqual({ count: '200' });
  });

  it('store one result per scan when both believe they own it', async () => {
    await replicas[0].syncTargets({ origin: 'catalog', targets, now: start });
    const scans = await replicas[0].createScans({
      targetIds: targets.map(target => target.id),
      trigger: 'schedule',
      now: start,
    });
    const outcomes = await Promise.all(
      scans.map(async ({ scanId }) =>
        both(async (store, index) => {
          const lease = await store.startScan({
            scanId,
            workerId: `worker-${index}`,
            now: start,
          });
          return lease
            ? store.finishScan({
                lease,
                report: buildReport([buildFinding({ value: index })]),
                summary: `by ${index}`,
                now: at(1),
              })
            : undefined;
        }),
      ),
    );
    for (const pair of outcomes) {
      expect(
        pair.filter(outcome => outcome?.outcome === 'stored'),
      ).toHaveLength(1);
    }
    await expect(
      knex('drift_findings').count({ count: '*' }).first(),
    ).resolves.toEqual({ count: '200' });
    await expect(
      knex('drift_scans')
        .whereNull('finished_at')
        .count({ count: '*' })
        .first(),
    ).resolves.toEqual({ count: '0' });
  });

  it("see each other's changes in totals and facets at once", async () => {
    const [first, second] = replicas;
    const facets = async (store: DatabaseDriftStore) => {
      const page = await store.listResults({ query: {}, now: start });
      return page.facets.status;
    };
    await first.syncTargets({
      origin: 'catalog',
      targets: targets.slice(0, 2),
      now: start,
    });
    expect(await facets(second)).toEqual([{ value: 'unknown', count: 2 }]);
    const [scan] = await first.createScans({
      targetIds: [targets[0].id],
      trigger: 'manual',
      now: start,
    });
    const lease = await first.startScan({
      scanId: scan.scanId,
      workerId: 'w',
      now: start,
    });
    await first.finishScan({
      lease: lease!,
      report: buildReport(),
      summary: '',
      now: start,
    });
    expect(await facets(second)).toEqual([
      { value: 'clean', count: 1 },
      { value: 'unknown', count: 1 },
    ]);
  });
});
