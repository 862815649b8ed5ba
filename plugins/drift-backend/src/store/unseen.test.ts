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
  BlindSpot,
  DriftReport,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { reassess, summarise } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import {
  buildFinding,
  buildReport,
  buildTarget,
  countStatements,
  createTestDatabases,
} from '../__testUtils__';
import { DatabaseDriftStore } from './DatabaseDriftStore';
import { ReportJudge, ScanLease, StoredOutcome } from './DriftStore';
import { readMuting } from './operations/muting/readMuting';
import { rejudgeTarget } from './operations/muting/rejudgeTarget';
import { lockTarget } from './operations/scans/lockTarget';

const databases = createTestDatabases();

const start = new Date('2026-11-22T10:00:00Z');
const MINUTE = 60 * 1000;
const at = (minutes: number) => new Date(start.getTime() + minutes * MINUTE);
const iso = (minutes: number) => at(minutes).toISOString();

const ADDRESS = 'sandbox_pool.main';
const OTHER = 'sandbox_pool.other';

/** Judged as a scan would, so that the fingerprint is true. */
function finding(
  fields: { [path: string]: string | number | boolean },
  address = ADDRESS,
): Finding {
  return reassess([
    buildFinding({
      address,
      fields: Object.entries(fields).map(([path, actual]) => ({
        path,
        actual,
        desired: 3,
      })),
    }),
  ])[0];
}

const blind = (fields?: string[], address = ADDRESS): BlindSpot => ({
  scope: address,
  reason: 'The API of the provider did not tell it.',
  address,
  ...(fields && { fields }),
});

jest.setTimeout(60_000);

describe.each(databases.ids)('what a scan does not see, on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseDriftStore;
  const target = buildTarget({ source: 'aws', client: 'acme', name: 'shop' });

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    store = await DatabaseDriftStore.forTest({ knex });
    await store.syncTargets({
      origin: 'catalog',
      targets: [target],
      now: start,
    });
  });

  async function begin(minutes: number): Promise<ScanLease> {
    const [{ scanId }] = await store.createScans({
      targetIds: [target.id],
      trigger: 'schedule',
      now: at(minutes),
    });
    const lease = await store.startScan({
      scanId,
      workerId: 'worker-1',
      now: at(minutes),
    });
    if (!lease) {
      throw new Error('The scan did not start');
    }
    return lease;
  }

  async function scan(
    minutes: number,
    report: DriftReport,
    judge: ReportJudge = { reassess, summarise },
  ): Promise<StoredOutcome & { scanId: string }> {
    const lease = await begin(minutes);
    const outcome = await store.finishScan({
      lease,
      report,
      summary: summarise(report),
      judge,
      now: at(minutes),
    });
    return { ...outcome, scanId: lease.scanId };
  }

  async function findings(
    filter: { scanId?: string; state?: 'open' | 'resolved' } = {
      state: 'open',
    },
  ) {
    const { items } = await store.listFindings({
      targetId: target.id,
      ...filter,
      limit: 100,
      offset: 0,
    });
    return items;
  }

  const current = () => store.getTarget({ targetId: target.id, now: at(0) });

  it('is not resolved, and the target is not clean', async () => {
    const first = await scan(0, buildReport([finding({ '/size': 5 })]));
    const [before] = await findings();
    const report = buildReport([], { blindSpots: [blind(['/size'])] });
    const second = await scan(30, report);
    expect(second).toMatchObject({
      outcome: 'stored',
      newFindings: [],
      resolvedFindings: [],
      mutedFindings: [],
      report: { status: 'drifted', driftedResources: 1 },
    });
    expect(second.after).toMatchObject({
      status: 'drifted',
      risk: before.severity,
      driftedResources: 1,
      driftedSince: iso(0),
      lastGoodScanAt: iso(30),
      summary: summarise(second.report!),
    });
    const [kept, ...others] = await findings();
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      id: before.id,
      fingerprint: before.fingerprint,
      state: 'open',
      firstSeenAt: iso(0),
      lastSeenAt: iso(0),
      unseen: true,
      fields: [{ path: '/size', actual: 5, unseen: true }],
    });

    // History shows what each scan knew
    const [then] = await findings({ scanId: first.scanId });
    expect(then).not.toHaveProperty('unseen');
    expect(await findings({ scanId: second.scanId })).toMatchObject([
      { id: before.id, unseen: true },
    ]);

    const last = await scan(60, buildReport());
    expect(last).toMatchObject({
      resolvedFindings: [before.id],
      after: { status: 'clean' },
    });
    expect(last).not.toHaveProperty('report');
    expect(await findings({ state: 'resolved' })).toMatchObject([
      { id: before.id, lastSeenAt: iso(0), resolvedAt: iso(60) },
    ]);
  });

  it('counts as seen again as soon as a scan tells it', async () => {
    const [same] = [finding({ '/size': 5 })];
    await scan(0, buildReport([same]));
    await scan(30, buildReport([], { blindSpots: [blind(['/size'])] }));
    expect(await scan(60, buildReport([same]))).toMatchObject({
      newFindings: [],
      resolvedFindings: [],
    });
    const [again, ...others] = await findings();
    expect(others).toEqual([]);
    expect(again).toMatchObject({
      firstSeenAt: iso(0),
      lastSeenAt: iso(60),
      recurrences: 0,
    });
    expect(again).not.toHaveProperty('unseen');
    expect(again.fields[0]).not.toHaveProperty('unseen');
  });

  it('is resolved where the blind spot is about something else', async () => {
    await scan(0, buildReport([finding({ '/size': 5 })]));
    const blindSpots = [
      blind(['/sizes', '/version']),
      blind(undefined, OTHER),
      { scope: ADDRESS, reason: 'The API of the provider never tells it.' },
    ];
    expect(await scan(30, buildReport([], { blindSpots }))).toMatchObject({
      resolvedFindings: [expect.any(String)],
      after: { status: 'clean' },
    });
  });

  it('keeps everything of a resource that was not seen at all', async () => {
    const missing = reassess([
      buildFinding({ change: 'create', fields: [], deposed: 'abcd' }),
    ]);
    await scan(0, buildReport([finding({ '/size': 5 }), ...missing]));
    await scan(30, buildReport([], { blindSpots: [blind()] }));
    expect(await findings()).toHaveLength(2);
  });

  it('keeps the fields that were not seen of one whose others were', async () => {
    const both = finding({ '/size': 5, '/tier': 'hot' });
    const first = await scan(0, buildReport([both]));
    const blindSpots = [blind(['/size'])];

    // The other one was repaired
    const second = await scan(30, buildReport([], { blindSpots }));
    expect(second).toMatchObject({ newFindings: [], resolvedFindings: [] });
    const [kept] = await findings();
    expect(kept).toMatchObject({
      fingerprint: finding({ '/size': 5 }).fingerprint,
      firstSeenAt: iso(0),
      lastSeenAt: iso(0),
      fields: [{ path: '/size', unseen: true }],
    });

    // And now it is otherwise again
    const cold = buildReport([finding({ '/tier': 'cold' })], { blindSpots });
    expect(await scan(60, cold)).toMatchObject({
      newFindings: [expect.any(String)],
      resolvedFindings: [],
    });
    const [joined, ...others] = await findings();
    expect(others).toEqual([]);
    expect(joined).toMatchObject({
      fingerprint: finding({ '/size': 5, '/tier': 'cold' }).fingerprint,
      firstSeenAt: iso(0),
      lastSeenAt: iso(60),
      fields: [
        { path: '/tier', actual: 'cold' },
        { path: '/size', actual: 5, unseen: true },
      ],
    });

    expect(await findings({ scanId: first.scanId })).toMatchObject([
      { fields: both.fields },
    ]);
  });

  it('costs no versions when a scan does not see it again, and lets others be seen', async () => {
    const seen = finding({ '/size': 4 }, OTHER);
    await scan(0, buildReport([finding({ '/size': 5 }), seen]));
    const report = buildReport([seen], { blindSpots: [blind(['/size'])] });
    await scan(30, report);
    const before = await knex('drift_findings').orderBy('id');
    const lease = await begin(60);
    const { writes } = await countStatements(knex, () =>
      store.finishScan({
        lease,
        report,
        summary: summarise(report),
        judge: { reassess, summarise },
        now: at(60),
      }),
    );
    expect(writes).toBe(3);
    expect(await knex('drift_findings').orderBy('id')).toHaveLength(
      before.length,
    );
    expect(
      Object.fromEntries(
        (await findings()).map(each => [each.address, each.lastSeenAt]),
      ),
    ).toEqual({ [ADDRESS]: iso(0), [OTHER]: iso(60) });
    expect((await current())?.driftedResources).toBe(2);
  });

  it('is judged by the rules of the scan', async () => {
    await scan(0, buildReport([finding({ '/size': 5 })]));
    const [{ id }] = await findings();
    const rule = { id: 'known', reason: 'It is known.', path: '/size' };
    const outcome = await scan(
      30,
      buildReport([], { blindSpots: [blind(['/size'])] }),
      {
        reassess: open => reassess(open, { ignoreRules: [rule] }),
        summarise,
      },
    );
    expect(outcome).toMatchObject({
      resolvedFindings: [id],
      mutedFindings: [id],
      after: { status: 'clean' },
    });
    expect(await findings()).toMatchObject([
      { id, suppressedBy: { ruleId: 'known' }, unseen: true },
    ]);
  });

  it('stays open without a judge, too', async () => {
    await scan(0, buildReport([finding({ '/size': 5, '/tier': 'hot' })]));
    const report = buildReport([], { blindSpots: [blind(['/size'])] });
    await store.finishScan({
      lease: await begin(30),
      report,
      summary: 'Clean.',
      now: at(30),
    });
    expect(await findings()).toMatchObject([{ fields: [{ path: '/size' }] }]);
    expect(await current()).toMatchObject({ status: 'drifted' });
    expect((await current())?.summary).not.toBe('Clean.');
  });

  it('stays accepted, and ends so only when it was seen to be gone', async () => {
    const open = finding({ '/size': 5 });
    await scan(0, buildReport([open]));
    await knex('drift_acknowledgements').insert({
      id: 'accepted',
      target_id: target.id,
      fingerprint: open.fingerprint,
      address: open.address,
      severity: open.severity,
      reason: 'Until the move.',
      created_at: at(10),
      created_by: 'user:default/ada',
      expires_at: at(10_000),
      state: 'active',
    });
    const finish = async (minutes: number, report: DriftReport) => {
      const { acknowledgements, judgedBy } = await readMuting(knex, {
        targetId: target.id,
      });
      return store.finishScan({
        lease: await begin(minutes),
        report,
        summary: summarise(report),
        judgedBy,
        judge: {
          reassess: before =>
            reassess(before, { acknowledgements, now: at(minutes) }),
          summarise,
        },
        now: at(minutes),
      });
    };
    const stateOf = async () =>
      (await knex('drift_acknowledgements').first('state')).state;

    await finish(30, buildReport([], { blindSpots: [blind(['/size'])] }));
    expect(await stateOf()).toBe('active');
    expect(await findings()).toMatchObject([
      { acknowledgement: { id: 'accepted' } },
    ]);
    expect(await current()).toMatchObject({ status: 'clean' });

    await finish(60, buildReport());
    expect(await stateOf()).toBe('ended');
    expect(await findings()).toEqual([]);
  });

  it('is judged anew without looking as if it was seen', async () => {
    await scan(0, buildReport([finding({ '/size': 5 })]));
    const report = buildReport([], { blindSpots: [blind(['/size'])] });
    await scan(30, report);
    const rule = { id: 'known', reason: 'It is known.', path: '/size' };
    const judge = (minutes: number, ignoreRules: (typeof rule)[]) =>
      knex.transaction(async tx => {
        const row = await lockTarget(tx, target.id);
        await rejudgeTarget(tx, {
          target: row!,
          rejudge: {
            configuredRules: () => ignoreRules.map(each => each.id),
            reassess: open => reassess(open, { ignoreRules }),
            summarise,
          },
          now: at(minutes),
        });
      });
    const unseen = { lastSeenAt: iso(0), unseen: true };
    await judge(40, [rule]);
    expect(await findings()).toMatchObject([
      { ...unseen, suppressedBy: { ruleId: 'known' } },
    ]);
    await judge(50, []);
    expect(await findings()).toMatchObject([unseen]);
    await scan(60, report);
    expect(await findings()).toMatchObject([unseen]);
  });

  it('is kept by a push as well', async () => {
    const push = async (minutes: number, report: DriftReport) =>
      store.recordPush({
        target: { ...target, origin: 'push' },
        run: {},
        report,
        summary: summarise(report),
        judge: { reassess, summarise },
        receivedAt: at(minutes),
        now: at(minutes),
      });
    await push(0, buildReport([finding({ '/size': 5 })]));
    const pushed = await push(
      30,
      buildReport([], { blindSpots: [blind(['/size'])] }),
    );
    expect(pushed).toMatchObject({
      outcome: 'stored',
      stored: { report: { status: 'drifted' }, resolvedFindings: [] },
    });
  });
});
