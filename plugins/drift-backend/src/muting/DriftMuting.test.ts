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

import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import { JsonObject } from '@backstage/types';
import {
  Acknowledgement,
  DriftTarget,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  Observation,
  ResourceDifference,
} from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabases } from '../__testUtils__/createTestDatabases';
import { buildTarget } from '../__testUtils__/builders';
import { scaledNodePool } from '../__testUtils__/FakeSource';
import { PlanIngest } from '../ingest';
import { RejudgedOutcome, ScanEventEmitter } from '../scans/ScanEvents';
import { DatabaseDriftStore, ScanLease } from '../store';
import { judgeAndStore } from '../verdict/judgeAndStore';
import { readVerdict } from '../verdict/readVerdict';
import { DatabaseMutingStore } from './DatabaseMutingStore';
import { DriftMuting } from './DriftMuting';

const databases = createTestDatabases();

jest.setTimeout(120_000);

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const aks = buildTarget({ client: 'acme', name: 'aks' });
const pool = (count: number): ResourceDifference => ({
  ...scaledNodePool,
  fields: [{ path: '/node_count', recorded: 3, actual: count, desired: 3 }],
});

/** One replica: its own connections, one clock for all. */
class Replica {
  readonly told: RejudgedOutcome[] = [];
  readonly requested: string[] = [];
  readonly store: DatabaseDriftStore;
  readonly muting: DriftMuting;
  readonly #verdict: ReturnType<typeof readVerdict>;
  readonly #clock: { now: Date };

  static async start(options: {
    knex: Knex;
    clock: { now: Date };
    drift?: JsonObject;
  }): Promise<Replica> {
    const store = await DatabaseDriftStore.forTest({ knex: options.knex });
    return new Replica({ ...options, store });
  }

  private constructor(options: {
    knex: Knex;
    clock: { now: Date };
    store: DatabaseDriftStore;
    drift?: JsonObject;
  }) {
    const { knex, clock, store, drift = {} } = options;
    const now = () => clock.now;
    this.store = store;
    this.#clock = clock;
    this.#verdict = readVerdict(new ConfigReader({ drift }), { now });
    this.muting = DriftMuting.create({
      store: DatabaseMutingStore.create({ knex }),
      verdict: this.#verdict,
      events: ScanEventEmitter.create({
        listeners: [
          {
            onRejudged: outcome => {
              this.told.push(outcome);
            },
          },
        ],
        logger: mockServices.logger.mock(),
      }),
      requests: {
        requestScan: async ({ targetId }) => {
          this.requested.push(targetId);
          return { scanId: 'x', targetId, joined: false };
        },
      },
      logger: mockServices.logger.mock(),
      now,
    });
  }

  async begin(targetId = aks.id): Promise<ScanLease | undefined> {
    const { now } = this.#clock;
    const [queued] = await this.store.createScans({
      targetIds: [targetId],
      trigger: 'schedule',
      now,
    });
    return this.store.startScan({
      scanId: queued.scanId,
      workerId: 'worker',
      now,
    });
  }

  /** What a worker does with what it saw. */
  async finish(
    lease: ScanLease | undefined,
    differences: ResourceDifference[],
    parts: Partial<Observation> = {},
  ) {
    if (!lease) {
      return undefined;
    }
    const { source, client, name } = lease.target;
    const { stored } = await judgeAndStore({
      targetId: lease.target.id,
      readMuting: this.muting.readMuting,
      assess: muting =>
        this.#verdict.assess(
          {
            differences,
            totalResources: 3,
            complete: true,
            blindSpots: [],
            warnings: [],
            evidence: 'plan-json',
            ...parts,
          },
          { source, client, target: name },
          muting,
        ),
      store: (report, judgedBy) =>
        this.store.finishScan({
          lease,
          report,
          summary: this.#verdict.summarise(report),
          judgedBy,
          now: this.#clock.now,
        }),
    });
    return stored;
  }

  async scan(
    differences: ResourceDifference[],
    parts: Partial<Observation> = {},
  ) {
    return this.finish(await this.begin(), differences, parts);
  }

  /** What a pipeline does with what it saw. */
  async push(differences: ResourceDifference[]) {
    const ingest = PlanIngest.create({
      verdict: this.#verdict,
      staleAfterMs: 2 * DAY,
      now: () => this.#clock.now,
    });
    ingest.started({
      store: this.store,
      events: ScanEventEmitter.create({
        listeners: [],
        logger: mockServices.logger.mock(),
      }),
      explanations: {
        analyze: async () => {
          throw new Error('Nobody asked');
        },
      },
      readMuting: this.muting.readMuting,
    });
    return ingest.receive({
      request: { module: 'aks', client: 'acme', origin: {} },
      observation: {
        differences,
        totalResources: 3,
        complete: true,
        blindSpots: [],
        warnings: [],
        evidence: 'plan-json',
      },
      receivedAt: this.#clock.now,
    });
  }

  async target(): Promise<DriftTarget> {
    const target = await this.store.getTarget({
      targetId: aks.id,
      now: this.#clock.now,
    });
    if (!target) {
      throw new Error('There is no target');
    }
    return target;
  }

  async findings(): Promise<StoredFinding[]> {
    const { items } = await this.store.listFindings({
      targetId: aks.id,
      state: 'open',
      limit: 100,
      offset: 0,
    });
    return items;
  }

  async acknowledge(parts: { fingerprints?: string[]; days?: number } = {}) {
    return this.muting.acknowledge({
      targetId: aks.id,
      fingerprints: parts.fingerprints,
      reason: 'Black Friday.',
      expiresAt: new Date(this.#clock.now.getTime() + (parts.days ?? 1) * DAY),
      by: 'user:default/ada',
    });
  }

  async acknowledgements(): Promise<Acknowledgement[]> {
    const { items } = await this.muting.listAcknowledgements({
      limit: 1_000,
      offset: 0,
    });
    return items;
  }
}

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

describe.each(databases.ids)('DriftMuting on %s', databaseId => {
  let knex: Knex;
  let clock: { now: Date };
  let replica: Replica;

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    clock = { now: new Date('2026-11-22T10:00:00Z') };
    replica = await Replica.start({ knex, clock });
    await replica.store.syncTargets({
      origin: 'catalog',
      targets: [aks],
      now: clock.now,
    });
  });

  afterEach(() => expectTrueCounts(knex));

  const wait = (milliseconds: number) => {
    clock.now = new Date(clock.now.getTime() + milliseconds);
  };

  it('ends what has expired within its task, and tells it as new drift', async () => {
    await replica.scan([pool(5)]);
    await replica.acknowledge({ days: 1 });
    wait(DAY - 1);
    await replica.muting.tick();
    expect(await replica.target()).toMatchObject({ status: 'clean' });
    wait(1);
    await replica.muting.tick();
    expect(await replica.target()).toMatchObject({
      status: 'drifted',
      driftedSince: clock.now.toISOString(),
    });
    expect(await replica.acknowledgements()).toMatchObject([
      {
        state: 'ended',
        endedAt: clock.now.toISOString(),
        endedBy: 'drift',
        endReason: 'Its time had come.',
      },
    ]);
    const [finding] = await replica.findings();
    expect(replica.told.map(({ stored }) => stored)).toMatchObject([
      { newFindings: [], mutedFindings: [finding.id] },
      {
        before: { status: 'clean' },
        after: { status: 'drifted' },
        newFindings: [finding.id],
        mutedFindings: [],
      },
    ]);
    await replica.muting.tick();
    expect(replica.told).toHaveLength(2);
  });

  it('ends what has expired with a scan, too', async () => {
    await replica.scan([pool(5)]);
    await replica.acknowledge({ days: 1 });
    wait(2 * DAY);
    expect(await replica.scan([pool(5)])).toMatchObject({
      newFindings: [expect.any(String)],
    });
    expect(await replica.acknowledgements()).toMatchObject([
      { state: 'ended', endReason: 'Its time had come.' },
    ]);
  });

  it('can be accepted again after it ended', async () => {
    await replica.scan([pool(5)]);
    await replica.acknowledge();
    await replica.scan([]);
    await replica.scan([pool(5)]);
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    await replica.acknowledge();
    expect(
      (await replica.acknowledgements()).map(({ state }) => state),
    ).toEqual(['active', 'ended']);
  });

  it('stores what a scan would store, so that the next one writes no finding', async () => {
    await replica.scan([pool(5)]);
    await replica.acknowledge();
    const stored = () => knex('drift_findings').orderBy('id');
    const before = await stored();
    wait(MINUTE);
    await replica.scan([pool(5)]);
    expect(await stored()).toEqual(before);
    expect(await replica.findings()).toMatchObject([
      { lastSeenAt: clock.now.toISOString() },
    ]);
  });

  it('never lets an error or a partial look become clean', async () => {
    await replica.scan([pool(5)]);
    await replica.scan([], { failure: 'It was cut off.' });
    expect(await replica.target()).toMatchObject({
      status: 'error',
      risk: 'medium',
    });
    await replica.acknowledge();
    expect(await replica.target()).toMatchObject({
      status: 'error',
      error: 'It was cut off.',
      risk: 'none',
      driftedResources: 0,
      lastGoodStatus: 'clean',
    });
    const [{ id }] = await replica.acknowledgements();
    await replica.muting.withdraw({ targetId: aks.id, id, by: 'ada' });
    expect(await replica.target()).toMatchObject({
      status: 'error',
      risk: 'medium',
      driftedResources: 1,
      lastGoodStatus: 'drifted',
    });

    await replica.scan([pool(6)], { complete: false });
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    await replica.acknowledge();
    expect(await replica.target()).toMatchObject({
      status: 'error',
      error: 'The observation did not cover everything',
      driftedResources: 0,
    });
  });

  it('keeps what waits in code', async () => {
    await replica.scan([
      pool(5),
      { ...pool(4), address: 'sandbox_cluster.b', class: 'pending' },
    ]);
    await replica.acknowledge();
    expect(await replica.target()).toMatchObject({
      status: 'pending',
      lastGoodStatus: 'pending',
    });
  });

  it('does not take the right to write from a scan that runs', async () => {
    await replica.scan([pool(5)]);
    const lease = await replica.begin();
    await replica.acknowledge();
    await replica.finish(lease, [pool(5)]);
    expect(await replica.target()).toMatchObject({ status: 'clean' });

    // and judges again when something was accepted while the verdict was made
    const late = await replica.begin();
    const [{ id }] = await replica.acknowledgements();
    await replica.muting.withdraw({ targetId: aks.id, id, by: 'ada' });
    expect(await replica.finish(late, [pool(5)])).toMatchObject({
      outcome: 'stored',
    });
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
  });

  it('refuses a verdict by rules of before', async () => {
    await replica.scan([pool(5)]);
    const lease = await replica.begin();
    const stale = await replica.muting.readMuting(aks.id);
    await replica.acknowledge();
    const store = (judgedBy: string) =>
      lease &&
      replica.store.finishScan({
        lease,
        report: {
          status: 'clean',
          risk: 'none',
          driftedResources: 0,
          totalResources: 1,
          findings: [],
          blindSpots: [],
          warnings: [],
          complete: true,
          evidence: 'plan-json',
        },
        summary: '',
        judgedBy,
        now: clock.now,
      });
    await expect(store(stale.judgedBy)).rejects.toThrow('changed while');
    await replica.muting.createRules({
      rules: [{ id: 'r', reason: 'Known.', path: '/x' }],
      by: 'ada',
    });
    const fresh = await replica.muting.readMuting(aks.id);
    await expect(store(fresh.judgedBy)).resolves.toMatchObject({
      outcome: 'stored',
    });
  });

  it('has what an expired rule muted alarm again, whoever wrote it', async () => {
    const configured = await Replica.start({
      knex,
      clock,
      drift: {
        ignoreRules: [
          {
            id: 'configured',
            reason: 'Known.',
            address: 'sandbox_cluster.main',
            path: '/node_count',
            expires: '2026-11-23T00:00:00Z',
          },
        ],
      },
    });
    const other = { ...pool(5), address: 'sandbox_cluster.b' };
    await configured.scan([pool(5), other]);
    await configured.muting.createRules({
      rules: [
        {
          id: 'written',
          reason: 'Known.',
          address: 'sandbox_cluster.b',
          path: '/node_count',
          expires: '2026-11-24T00:00:00Z',
        },
      ],
      by: 'ada',
    });
    await configured.muting.work();
    expect(await configured.target()).toMatchObject({ driftedResources: 0 });
    for (const drifted of [1, 2]) {
      wait(DAY);
      await configured.muting.tick();
      expect(await configured.target()).toMatchObject({
        driftedResources: drifted,
      });
      const told = configured.told.length;
      await configured.muting.tick();
      expect(configured.told).toHaveLength(told);
    }
    const rules = await configured.muting.listRules({});
    expect(rules.map(({ id, deadHint }) => [id, deadHint])).toEqual([
      ['configured', 'It does nothing since 2026-11-23T00:00:00Z.'],
      ['written', 'It does nothing since 2026-11-24T00:00:00Z.'],
    ]);
  });

  it('says which rules seem to be of no use', async () => {
    await replica.scan([pool(5)]);
    await replica.muting.createRules({
      rules: [
        { id: 'used', reason: 'Known.', path: '/node_count' },
        { id: 'unused', reason: 'Known.', path: '/other' },
        { id: 'nowhere', reason: 'Known.', target: 'gone-*' },
      ],
      by: 'ada',
    });
    await replica.muting.work();
    const hints = async () =>
      Object.fromEntries(
        (await replica.muting.listRules({})).map(rule => [
          rule.id,
          rule.deadHint,
        ]),
      );
    const nowhere = expect.stringContaining('No target that you may see');
    expect(await hints()).toEqual({
      used: undefined,
      unused: undefined,
      nowhere,
    });
    wait(31 * DAY);
    expect(await hints()).toEqual({
      used: undefined,
      unused: 'It has not muted anything in 30 days.',
      nowhere,
    });
  });

  it('counts a finding once for a rule, and again when it comes back', async () => {
    await replica.muting.createRules({
      rules: [{ id: 'r', reason: 'Known.', path: '/node_count' }],
      by: 'ada',
    });
    const total = async () => {
      const [{ mutedNow, mutedTotal }] = await replica.muting.listRules({});
      return [mutedNow, mutedTotal];
    };
    await replica.scan([pool(5)]);
    await replica.scan([pool(5)]);
    await replica.scan([pool(6)]);
    expect(await total()).toEqual([1, 1]);
    await replica.scan([]);
    expect(await total()).toEqual([0, 1]);
    await replica.scan([pool(5)]);
    expect(await total()).toEqual([1, 2]);
  });

  it('asks for a scan where only that can tell what a rule had set aside', async () => {
    await replica.scan([
      {
        ...pool(5),
        normalised: [
          {
            path: '/tags',
            normaliser: 'ignore-rule:forgotten',
            reason: 'Known.',
          },
        ],
      },
    ]);
    await replica.muting.createRules({
      rules: [{ id: 'forgotten', reason: 'Known.', path: '/tags' }],
      by: 'ada',
    });
    await replica.muting.work();
    expect(replica.requested).toEqual([]);
    await replica.muting.deleteRule({ ruleId: 'forgotten' });
    await replica.muting.work();
    expect(replica.requested).toEqual([aks.id]);
  });

  it('counts for what pipelines push, too', async () => {
    await replica.store.syncTargets({
      origin: 'catalog',
      targets: [],
      now: clock.now,
    });
    await replica.push([pool(5)]);
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    await replica.acknowledge();
    const { report } = await replica.push([pool(5)]);
    expect(report.status).toBe('clean');
    expect(await replica.target()).toMatchObject({ status: 'clean' });
    await replica.push([pool(6)]);
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    await replica.muting.createRules({
      rules: [{ id: 'r', reason: 'Known.', path: '/node_count' }],
      by: 'ada',
    });
    await replica.muting.work();
    expect(await replica.target()).toMatchObject({ status: 'clean' });
    expect(replica.requested).toEqual([]);
  });

  it('goes on where a replica ended while it judged by a changed rule', async () => {
    await replica.scan([pool(5)]);
    await replica.muting.stop();
    await replica.muting.createRules({
      rules: [{ id: 'r', reason: 'Known.', path: '/node_count' }],
      by: 'ada',
    });
    await replica.muting.work();
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    const next = await Replica.start({ knex, clock });
    await next.muting.tick();
    expect(await next.target()).toMatchObject({ status: 'clean' });
  });
});

/** Until as many sessions of the database wait for a lock. */
async function untilWaiting(knex: Knex, sessions: number): Promise<void> {
  for (;;) {
    const { rows } = await knex.raw(
      `SELECT count(*) AS waiting FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (Number(rows[0].waiting) >= sessions) {
      return;
    }
    await sleep(10);
  }
}

/**
 * Begins a scan and stops it where it has read what is muted and is about to
 * store what it saw; there it stays until `change` has ended or waits itself.
 */
async function changeWhileStoring(options: {
  knex: Knex;
  scan: () => Promise<unknown>;
  change: () => Promise<unknown>;
}): Promise<void> {
  const { knex, scan, change } = options;
  const hold = await databases.anotherPool(knex).transaction();
  await hold.raw('LOCK TABLE drift_findings IN SHARE MODE');
  const scanned = scan();
  await untilWaiting(knex, 1);
  const changed = change();
  await Promise.race([changed, untilWaiting(knex, 2)]);
  await hold.commit();
  await Promise.all([scanned, changed]);
}

describe('rules that change while a scan is stored on POSTGRES_18', () => {
  const known = { id: 'r', reason: 'Known.', path: '/node_count' };
  const shortly = { ...known, expires: '2026-11-22T10:01:00Z' };
  let knex: Knex;
  let clock: { now: Date };
  let replica: Replica;
  let other: Replica;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    clock = { now: new Date('2026-11-22T10:00:00Z') };
    replica = await Replica.start({ knex, clock });
    other = await Replica.start({ knex: databases.anotherPool(knex), clock });
    await replica.store.syncTargets({
      origin: 'catalog',
      targets: [aks],
      now: clock.now,
    });
  });

  afterEach(() => expectTrueCounts(knex));

  it.each<[string, () => Promise<unknown>]>([
    ['are deleted', () => other.muting.deleteRule({ ruleId: 'r' })],
    [
      'are limited to something else',
      () =>
        other.muting.updateRule({
          rule: { ...known, client: 'globex' },
          by: 'ada',
        }),
    ],
    [
      'expire',
      () => {
        clock.now = new Date('2026-11-22T10:02:00Z');
        return other.muting.tick();
      },
    ],
  ])('do not stay in force when they %s', async (_, change) => {
    await replica.muting.createRules({ rules: [shortly], by: 'ada' });
    await replica.muting.work();
    await changeWhileStoring({
      knex,
      scan: () => replica.scan([pool(5)]),
      change,
    });
    await other.muting.tick();
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    expect((await replica.findings())[0].suppressedBy).toBeUndefined();
  });

  it('do not stay in force when they expire after a scan was judged by them', async () => {
    await replica.muting.createRules({ rules: [shortly], by: 'ada' });
    await replica.muting.work();
    const lease = await replica.begin();
    const store = replica.store.finishScan.bind(replica.store);
    const finishing = jest
      .spyOn(replica.store, 'finishScan')
      .mockImplementationOnce(async options => {
        clock.now = new Date('2026-11-22T10:02:00Z');
        await other.muting.tick();
        return store(options);
      });
    await replica.finish(lease, [pool(5)]);
    expect(finishing).toHaveBeenCalledTimes(2);
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
  });

  it('mute what is stored meanwhile when they are added', async () => {
    await changeWhileStoring({
      knex,
      scan: () => replica.scan([pool(5)]),
      change: () => other.muting.createRules({ rules: [known], by: 'ada' }),
    });
    await other.muting.work();
    expect(await replica.target()).toMatchObject({ status: 'clean' });
    expect((await replica.findings())[0].suppressedBy?.ruleId).toBe('r');
  });

  it('do not stay in force when they are deleted while findings are judged by them', async () => {
    await replica.scan([pool(5)]);
    const silent = await Replica.start({ knex, clock });
    await silent.muting.stop();
    await silent.muting.createRules({ rules: [known], by: 'ada' });
    await changeWhileStoring({
      knex,
      scan: () => replica.muting.work(),
      change: () => other.muting.deleteRule({ ruleId: 'r' }),
    });
    await other.muting.work();
    expect(await replica.target()).toMatchObject({ status: 'drifted' });
    expect((await replica.findings())[0].suppressedBy).toBeUndefined();
  });
});

describe('many replicas on POSTGRES_18', () => {
  it('lose neither scan, acknowledgement nor rule', async () => {
    const knex = await databases.init('POSTGRES_18');
    const clock = { now: new Date('2026-11-22T10:00:00Z') };
    const replicas = [
      await Replica.start({ knex, clock }),
      await Replica.start({ knex: databases.anotherPool(knex), clock }),
      await Replica.start({ knex: databases.anotherPool(knex), clock }),
    ];
    const [first] = replicas;
    await first.store.syncTargets({
      origin: 'catalog',
      targets: [aks],
      now: clock.now,
    });
    await first.scan([pool(5)]);

    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * below);
    };
    const refusals: string[] = [];
    const orRefused = async (work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (error) {
        refusals.push(String(error));
      }
    };
    for (let round = 0; round < 40; round++) {
      clock.now = new Date(clock.now.getTime() + MINUTE);
      const count = random(4) === 0 ? 6 : 5;
      await Promise.all(
        replicas.flatMap(replica => [
          replica.scan([pool(count)]),
          orRefused(() => replica.acknowledge()),
          orRefused(async () => {
            const active = (await replica.acknowledgements()).filter(
              ({ state }) => state === 'active',
            );
            if (active.length > 0 && random(2) === 0) {
              await replica.muting.withdraw({
                targetId: aks.id,
                id: active[0].id,
                by: 'ada',
              });
            }
          }),
          orRefused(async () => {
            const rule = { id: 'r', reason: 'Known.', path: '/node_count' };
            await (random(2) === 0
              ? replica.muting.createRules({ rules: [rule], by: 'ada' })
              : replica.muting.deleteRule({ ruleId: 'r' }));
          }),
        ]),
      );
      await Promise.all(replicas.map(replica => replica.muting.work()));

      const active = (await first.acknowledgements()).filter(
        ({ state }) => state === 'active',
      );
      const rules = await first.muting.listRules({});
      const [finding] = await first.findings();
      const accepted = active.some(
        ({ fingerprint }) => fingerprint === finding.fingerprint,
      );
      expect(active.length).toBeLessThanOrEqual(1);
      expect({
        round,
        status: (await first.target()).status,
        by: finding.suppressedBy?.ruleId,
        accepted: finding.acknowledgement?.id,
      }).toEqual({
        round,
        status: accepted || rules.length > 0 ? 'clean' : 'drifted',
        by: rules[0]?.id ?? (accepted ? 'acknowledgement' : undefined),
        accepted: accepted ? active[0].id : undefined,
      });
      await expectTrueCounts(knex);
    }
    expect(refusals.length).toBeGreaterThan(0);
    expect(
      refusals.filter(refusal => !/^(Conflict|NotFound)Error/.test(refusal)),
    ).toEqual([]);
  });
});
