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

import { mockServices } from '@backstage/backend-test-utils';
import { DriftReport, Finding } from '@infra-hub/backstage-plugin-drift-common';
import { AttributionAnswer } from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import {
  buildFinding,
  buildReport,
  buildTarget,
  createTestDatabases,
} from '../__testUtils__';
import { byJane, FakeAttributor } from '../__testUtils__/FakeAttributor';
import { DriftCleaner } from '../retention';
import { ScanOutcome } from '../scans/ScanEvents';
import { DatabaseDriftStore } from '../store';
import { AttributionService } from './AttributionService';
import { AttributionStore } from './AttributionStore';
import { AttributionConfig } from './readAttributionConfig';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const START = new Date('2026-11-22T10:00:00Z');
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const target = buildTarget({
  client: 'acme',
  name: 'shop',
  location: { accounts: ['prod'] },
});
const JANE = {
  who: 'jane@example.com',
  when: '2026-11-22T10:12:00.000Z',
  how: 'ModifyDBInstance',
  evidence: 'Fake Trail',
  confidence: 'medium',
  url: 'https://trail.example.com/events/42',
};

const SURELY_JANE = { ...JANE, confidence: 'high' };

function bySurelyJane(): AttributionAnswer {
  const answer = byJane();
  return answer.state === 'found'
    ? {
        ...answer,
        attribution: { ...answer.attribution, confidence: 'high' },
      }
    : answer;
}

let now: Date;

beforeEach(() => {
  now = START;
});

function pass(minutes: number): Date {
  now = new Date(now.getTime() + minutes * MINUTE_MS);
  return now;
}

const arnOf = (name: string) => `arn:aws:rds:eu-west-1:123456789012:db:${name}`;

/** A database that somebody changed. */
function changed(
  name: string,
  overrides: Partial<Finding> & { value?: string | number } = {},
): Finding {
  return buildFinding({
    address: `aws_db_instance.${name}`,
    resourceIds: [arnOf(name)],
    ...overrides,
  });
}

const drifted = buildReport([changed('orders')]);

/** Answers when it is told to. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe.each(databases.ids)('AttributionService on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseDriftStore;
  let trail: FakeAttributor;
  const running: AttributionService[] = [];

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    store = await DatabaseDriftStore.forTest({ knex });
    await store.syncTargets({ origin: 'catalog', targets: [target], now });
    trail = new FakeAttributor();
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map(service => service.stop()));
  });

  /** Somebody who asks, as every replica has one. */
  function createReplica(
    options: {
      knex?: Knex;
      attributors?: FakeAttributor[];
      config?: Partial<AttributionConfig>;
    } = {},
  ) {
    const told: string[] = [];
    const logger = mockServices.logger.mock();
    const service = AttributionService.create({
      store: AttributionStore.create({ knex: options.knex ?? knex }),
      attributors: options.attributors ?? [trail],
      config: {
        enabled: true,
        retryForMs: DAY_MS,
        timeoutMs: 20_000,
        concurrency: 4,
        findingsPerScan: 50,
        ...options.config,
      },
      onFound: targetId => {
        told.push(targetId);
      },
      logger,
      now: () => now,
    });
    running.push(service);
    return { service, told, logger };
  }

  /** What a worker would tell. */
  async function scan(report: DriftReport | Error): Promise<ScanOutcome> {
    const [{ scanId }] = await store.createScans({
      targetIds: [target.id],
      trigger: 'manual',
      now,
    });
    const lease = await store.startScan({ scanId, workerId: 'w', now });
    // Every scan takes a minute
    pass(1);
    const failed = report instanceof Error;
    return {
      scanId,
      targetId: target.id,
      trigger: 'manual',
      source: 'terraform',
      kind: failed ? 'failed' : 'completed',
      report: failed ? undefined : report,
      durationMs: 1,
      stored: failed
        ? await store.failScan({ lease: lease!, error: report.message, now })
        : await store.finishScan({
            lease: lease!,
            report,
            summary: 'The verdict.',
            now,
          }),
    };
  }

  async function scanAndAsk(service: AttributionService, report: DriftReport) {
    service.onFinished(await scan(report));
    await service.settled();
  }

  async function findings(state?: 'open' | 'resolved') {
    const { items } = await store.listFindings({
      targetId: target.id,
      state,
      limit: 200,
      offset: 0,
    });
    return items;
  }

  async function authors() {
    return Object.fromEntries(
      (await findings()).map(({ resourceName, attribution }) => [
        resourceName,
        attribution?.who,
      ]),
    );
  }

  it('asks once who did it, and tells everybody who reads the finding', async () => {
    trail.answer = bySurelyJane;
    const { service, told } = createReplica();
    const clean = await scan(buildReport());
    service.onFinished(clean);
    await service.settled();
    expect(trail.asked).toEqual([]);

    pass(29);
    const outcome = await scan(drifted);
    service.onFinished(outcome);
    await service.settled();
    expect(trail.asked).toEqual([
      {
        target: expect.objectContaining({
          id: target.id,
          source: 'terraform',
          client: 'acme',
          name: 'shop',
          location: { accounts: ['prod'] },
        }),
        resourceType: 'aws_db_instance',
        address: 'aws_db_instance.orders',
        resourceIds: [arnOf('orders')],
        fields: ['node_count'],
        // The begin of the last scan that did not see it
        after: START,
        before: new Date('2026-11-22T10:31:00Z'),
      },
    ]);
    expect(told).toEqual([target.id]);
    await expect(findings()).resolves.toMatchObject([
      { attribution: SURELY_JANE },
    ]);
    await expect(
      store.listFindings({
        targetId: target.id,
        scanId: outcome.scanId,
        limit: 10,
        offset: 0,
      }),
    ).resolves.toMatchObject({ items: [{ attribution: SURELY_JANE }] });
    for (const word of ['jane@', 'orders']) {
      await expect(
        store.searchFindings({ search: { words: [[word]], limit: 5 }, now }),
      ).resolves.toMatchObject({
        items: [{ finding: { attribution: SURELY_JANE } }],
        totalItems: 1,
      });
    }
    for (const word of ['trail.example', 'confidence', 'john']) {
      await expect(
        store.searchFindings({ search: { words: [[word]], limit: 5 }, now }),
      ).resolves.toMatchObject({ items: [] });
    }

    for (const minutes of [5, 60, 24 * 60]) {
      pass(minutes);
      await scanAndAsk(service, drifted);
    }
    expect(trail.asked).toHaveLength(1);
    expect(told).toHaveLength(1);
    await expect(findings()).resolves.toMatchObject([
      { attribution: SURELY_JANE },
    ]);
  });

  it('asks once more when the log has caught up, where it was not sure', async () => {
    const answer =
      (who: string, confidence: 'low' | 'medium'): FakeAttributor['answer'] =>
      () => ({
        state: 'found',
        attribution: { who, evidence: 'Fake Trail', confidence },
      });
    trail.answer = answer('bystander', 'low');
    const { service, told } = createReplica();
    await scanAndAsk(service, drifted);
    await expect(authors()).resolves.toEqual({ orders: 'bystander' });
    pass(10);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(1);

    // A log that is away takes nothing back
    trail.answer = () => ({ state: 'unavailable', reason: 'Denied.' });
    pass(5);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(2);
    await expect(authors()).resolves.toEqual({ orders: 'bystander' });
    expect(told).toHaveLength(1);

    trail.answer = answer('jane', 'medium');
    pass(30);
    await scanAndAsk(service, drifted);
    await expect(authors()).resolves.toEqual({ orders: 'jane' });
    expect(told).toHaveLength(2);
    for (const minutes of [30, 600]) {
      pass(minutes);
      await scanAndAsk(service, drifted);
    }
    expect(trail.asked).toHaveLength(3);
  });

  it('keeps what it was not sure of where the log knows no better', async () => {
    trail.answer = byJane;
    const { service, told } = createReplica();
    await scanAndAsk(service, drifted);
    trail.answer = () => ({ state: 'not-found' });
    for (const minutes of [30, 30, 600]) {
      pass(minutes);
      await scanAndAsk(service, drifted);
    }
    expect(trail.asked).toHaveLength(2);
    expect(told).toHaveLength(1);
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
  });

  it('asks again with growing pauses while the log lags', async () => {
    const { service, told } = createReplica();
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(1);
    expect(trail.asked[0]).not.toHaveProperty('after');

    pass(3);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(1);
    pass(1);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(2);
    pass(5);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(2);

    trail.answer = byJane;
    pass(5);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(3);
    expect(trail.asked[2]).toEqual(trail.asked[0]);
    expect(told).toEqual([target.id]);
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
  });

  it.each([
    ['after ten questions', DAY_MS * 365, 10],
    ['when the time is over, with one more question', 30 * MINUTE_MS, 4],
  ])('gives up %s', async (_, retryForMs, questions) => {
    const { service } = createReplica({ config: { retryForMs } });
    for (let count = 0; count < 15; count++) {
      // Longer than any pause, except in the beginning
      pass(count < 3 ? 10 : 400);
      await scanAndAsk(service, drifted);
    }
    expect(trail.asked).toHaveLength(questions);
    await expect(
      knex('drift_attributions').pluck('attribution_state'),
    ).resolves.toEqual(['given-up']);
  });

  it('outlives logs that refuse, throw, hang or talk nonsense', async () => {
    const secret = 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB';
    const answers: [string, FakeAttributor['answer']][] = [
      ['refuses', () => ({ state: 'unavailable', reason: `No\n${secret}` })],
      [
        'throws',
        () => {
          throw new Error(`connect ${secret}`);
        },
      ],
      ['hangs', () => new Promise(() => {})],
      ['undefined', () => undefined as never],
      ['names-nobody', () => ({ state: 'found', attribution: {} as never })],
    ];
    const logs = answers.map(([id, answer]) => {
      const log = new FakeAttributor(id);
      log.answer = answer;
      return log;
    });
    const { service, told, logger } = createReplica({
      attributors: logs,
      config: { timeoutMs: 50 },
    });
    await scanAndAsk(service, drifted);
    expect(logs.map(({ asked }) => asked.length)).toEqual([1, 1, 1, 1, 1]);
    expect(told).toEqual([]);
    await expect(authors()).resolves.toEqual({ orders: undefined });
    await expect(
      store.getTarget({ targetId: target.id, now }),
    ).resolves.toMatchObject({ status: 'drifted', driftedResources: 1 });
    const [row] = await knex('drift_attributions');
    expect(row).toMatchObject({
      attribution_state: 'waiting',
      attribution_failure: 'The log names nobody.',
      attempts: 1,
    });
    const logged = JSON.stringify(logger.warn.mock.calls);
    expect(logged).toContain("'refuses' was asked in vain: No");
    expect(logged).toContain(
      "'hangs' was asked in vain: The log took too long",
    );
    expect(logged).toContain(
      "'throws' was asked in vain: The log could not be read. connect [redacted]",
    );
    expect(logged).not.toContain(secret);

    // The next log may know, and so may they later
    pass(10);
    const { service: another } = createReplica({
      attributors: [...logs, trail],
      config: { timeoutMs: 50 },
    });
    trail.answer = byJane;
    await scanAndAsk(another, drifted);
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
  });

  it('leaves a log alone that fails again and again, until the next scan', async () => {
    const report = buildReport(
      Array.from({ length: 20 }, (_, index) => changed(`db${index}`)),
    );
    trail.answer = () => ({ state: 'unavailable', reason: 'Access denied.' });
    const { service, logger } = createReplica({ config: { concurrency: 1 } });
    await scanAndAsk(service, report);
    expect(trail.asked).toHaveLength(3);
    expect(logger.warn).toHaveBeenCalledTimes(1);
    trail.answer = byJane;
    await scanAndAsk(service, report);
    // Those that failed rest
    expect(trail.asked).toHaveLength(20);
    expect(
      Object.values(await authors()).filter(who => who === JANE.who),
    ).toHaveLength(17);
  });

  it('asks about open drift that alarms, has an id and no author, and nothing else', async () => {
    trail.answer = byJane;
    const { service } = createReplica();
    const own = { who: 'kubectl', evidence: 'managedFields' };
    await scanAndAsk(
      service,
      buildReport([
        changed('asked'),
        changed('named', { attribution: own }),
        changed('muted', { suppressedBy: { ruleId: 'r', reason: 'Known.' } }),
        changed('pending', { class: 'pending' }),
        changed('absorbed', { class: 'absorbed' }),
        changed('unknown', { resourceIds: undefined }),
        changed('none', { resourceIds: [] }),
        changed('foreign', { resourceIds: ['/subscriptions/1/x'] }),
      ]),
    );
    expect(trail.asked.map(({ address }) => address)).toEqual([
      'aws_db_instance.asked',
    ]);
    await expect(authors()).resolves.toMatchObject({
      asked: JANE.who,
      named: 'kubectl',
      foreign: undefined,
    });
    await expect(knex('drift_attributions')).resolves.toHaveLength(1);
  });

  it('asks about the worst first, so many after each scan', async () => {
    trail.answer = byJane;
    const { service } = createReplica({
      config: { findingsPerScan: 2, concurrency: 1 },
    });
    const report = buildReport([
      ...Array.from({ length: 150 }, (_, index) =>
        changed(`foreign${index}`, {
          severity: 'critical',
          resourceIds: ['//storage.googleapis.com/x'],
        }),
      ),
      changed('slight', { severity: 'low' }),
      changed('grave', { severity: 'critical' }),
      changed('middling', { severity: 'medium' }),
    ]);
    await scanAndAsk(service, report);
    const names = () => trail.asked.map(({ address }) => address.split('.')[1]);
    expect(names()).toEqual(['grave', 'middling']);
    await scanAndAsk(service, report);
    expect(names()).toEqual(['grave', 'middling', 'slight']);
  });

  it('takes the word of a scan before a log that is less sure', async () => {
    trail.answer = byJane;
    const { service } = createReplica();
    await scanAndAsk(service, drifted);
    const seenBy = (attribution: Finding['attribution']) =>
      scan(buildReport([changed('orders', { attribution })]));
    await seenBy({ who: 'certain', evidence: 'managedFields' });
    await expect(authors()).resolves.toEqual({ orders: 'certain' });
    await seenBy({ who: 'sure', evidence: 'tags', confidence: 'high' });
    await expect(authors()).resolves.toEqual({ orders: 'sure' });
    for (const confidence of ['medium', 'low'] as const) {
      await seenBy({ who: 'unsure', evidence: 'tags', confidence });
      await expect(authors()).resolves.toEqual({ orders: JANE.who });
    }
  });

  it('looks between the scans that saw a value come, also when it moved on', async () => {
    const { service } = createReplica();
    await scan(buildReport());
    pass(30);
    await scanAndAsk(service, drifted);
    pass(30);
    // None of these says what was not there
    await scan(new Error('no'));
    await scan(
      buildReport([], { complete: false, status: 'error', error: 'partial' }),
    );
    await scan(
      buildReport([changed('orders', { value: 7, class: 'pending' })], {
        complete: false,
        status: 'drifted',
      }),
    );
    const before = pass(1);
    const moved = buildReport([changed('orders', { value: 7 })]);
    await scanAndAsk(service, moved);
    const [first, second] = trail.asked;
    expect(first).toMatchObject({
      after: START,
      before: new Date('2026-11-22T10:32:00Z'),
    });
    expect(second).toMatchObject({
      after: new Date('2026-11-22T10:31:00Z'),
      before: new Date(before.getTime() + MINUTE_MS),
    });
    expect(trail.asked).toHaveLength(2);

    // Back to what it was is another change
    pass(30);
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(3);
    expect(trail.asked[2].before).toEqual(now);
  });

  it('trusts no scan that did not see the resource', async () => {
    const { service } = createReplica();
    await scan(
      buildReport([], {
        blindSpots: [
          { scope: 'aws_db_instance.orders/password', reason: 'Never told.' },
        ],
      }),
    );
    for (const scope of ['aws_db_instance.orders', 'aws_db_instance']) {
      await scan(
        buildReport([], { blindSpots: [{ scope, reason: 'Denied.' }] }),
      );
    }
    await scanAndAsk(service, drifted);
    expect(trail.asked).toMatchObject([{ after: START }]);
  });

  it('trusts a scan that saw the fields, though not all of the resource', async () => {
    const { service } = createReplica();
    const blindTo = async (field: string) =>
      scan(
        buildReport([], {
          blindSpots: [
            {
              scope: 'aws_db_instance.orders',
              reason: 'Denied.',
              address: 'aws_db_instance.orders',
              fields: [field],
            },
          ],
        }),
      );
    await blindTo('/backups');
    pass(5);
    await blindTo('/size');
    pass(5);
    const size = { path: '/size', recorded: 1, actual: 2, desired: 1 };
    await scanAndAsk(
      service,
      buildReport([changed('orders', { fields: [size] })]),
    );
    expect(trail.asked).toMatchObject([{ after: START }]);
  });

  it('keeps the answer when a rule sets some of the fields aside', async () => {
    trail.answer = bySurelyJane;
    const { service, told } = createReplica();
    const size = { path: '/size', recorded: 1, actual: 2, desired: 1 };
    const tag = { path: '/tags/x', recorded: 1, actual: 2, desired: 1 };
    await scanAndAsk(
      service,
      buildReport([
        changed('orders', { fingerprint: 'whole', fields: [size, tag] }),
      ]),
    );
    pass(30);
    await scanAndAsk(
      service,
      buildReport([
        changed('orders', {
          fingerprint: 'rest',
          fields: [size],
          normalised: [
            {
              path: '/tags/x',
              normaliser: 'ignore-rule:tags',
              reason: 'Known.',
              muted: tag,
            },
          ],
        }),
      ]),
    );
    expect(trail.asked).toHaveLength(1);
    expect(told).toHaveLength(2);
    await expect(findings('open')).resolves.toMatchObject([
      { fingerprint: 'rest', attribution: SURELY_JANE },
    ]);

    // Less of it is the same change, but not surely by the same person
    pass(30);
    await scanAndAsk(
      service,
      buildReport([changed('orders', { fingerprint: 'size', fields: [size] })]),
    );
    expect(trail.asked).toHaveLength(2);
    expect(trail.asked[1].before).toEqual(trail.asked[0].before);
  });

  it('asks again about what was repaired and came back', async () => {
    trail.answer = byJane;
    const { service } = createReplica();
    await scanAndAsk(service, drifted);
    await scanAndAsk(service, buildReport());
    pass(30);
    trail.answer = () => ({
      state: 'found',
      attribution: { who: 'joe', evidence: 'Fake Trail' },
    });
    await scanAndAsk(service, drifted);
    expect(trail.asked).toHaveLength(2);
    await expect(findings('open')).resolves.toMatchObject([
      { attribution: { who: 'joe' } },
    ]);
    await expect(findings('resolved')).resolves.toMatchObject([
      { attribution: JANE },
    ]);
  });

  it('keeps the answer about a finding that was resolved meanwhile, and asks about no such', async () => {
    const { open, opened } = gate();
    trail.answer = async () => {
      await opened;
      return byJane();
    };
    const { service } = createReplica({ config: { concurrency: 1 } });
    service.onFinished(
      await scan(
        buildReport([
          changed('orders', { severity: 'critical' }),
          changed('users', { severity: 'low' }),
        ]),
      ),
    );
    while (trail.asked.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    service.onFinished(await scan(buildReport()));
    open();
    await service.settled();
    expect(trail.asked.map(({ address }) => address)).toEqual([
      'aws_db_instance.orders',
    ]);
    await expect(authors()).resolves.toEqual({
      orders: JANE.who,
      users: undefined,
    });
    pass(60);
    await scanAndAsk(service, buildReport());
    expect(trail.asked).toHaveLength(1);
  });

  it('lets one of several replicas ask', async () => {
    const { open, opened } = gate();
    trail.answer = async () => {
      await opened;
      return byJane();
    };
    const report = buildReport(
      Array.from({ length: 8 }, (_, index) => changed(`db${index}`)),
    );
    const replicas = Array.from({ length: 3 }, () =>
      createReplica({
        knex: databaseId === 'SQLITE_3' ? knex : databases.anotherPool(knex),
      }),
    );
    const outcome = await scan(report);
    replicas.forEach(({ service }) => service.onFinished(outcome));
    while (trail.asked.length < 4) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    open();
    await Promise.all(replicas.map(({ service }) => service.settled()));
    expect(trail.asked.map(({ address }) => address).sort()).toEqual(
      report.findings.map(({ address }) => address).sort(),
    );
    expect(Object.values(await authors())).toEqual(
      report.findings.map(() => JANE.who),
    );
  });

  it('takes over from a replica that died, and not before', async () => {
    trail.answer = byJane;
    const outcome = await scan(drifted);
    const [{ id: findingId }] = await findings();
    const dead = AttributionStore.create({ knex });
    const claim = await dead.claim({
      findingId,
      now,
      until: new Date(now.getTime() + MINUTE_MS),
    });
    expect(claim).toBeDefined();
    const { service } = createReplica();
    service.onFinished(outcome);
    await service.settled();
    expect(trail.asked).toEqual([]);

    pass(2);
    service.onFinished(outcome);
    await service.settled();
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
    // It was not dead after all
    await expect(
      dead.save(claim!, {
        attribution: { who: 'late', evidence: 'x' },
        now,
      }),
    ).resolves.toBe(false);
    await dead.putOff(claim!, { retryAt: () => now });
    await dead.release(claim!, { now });
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
  });

  it('ends with the backend, and gives back what it had begun', async () => {
    let aborted = false;
    trail.answer = (_query, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      });
    const { service } = createReplica();
    const outcome = await scan(drifted);
    service.onFinished(outcome);
    while (trail.asked.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    await service.stop();
    expect(aborted).toBe(true);
    service.onFinished(outcome);
    await service.settled();
    expect(trail.asked).toHaveLength(1);

    trail.answer = byJane;
    const { service: another } = createReplica();
    another.onFinished(outcome);
    await another.settled();
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
    await expect(knex('drift_attributions').pluck('attempts')).resolves.toEqual(
      [0],
    );
  });

  it('asks nothing after scans that failed or came too late, and about targets that are gone', async () => {
    trail.answer = byJane;
    const { service } = createReplica();
    const outcome = await scan(drifted);
    service.onFinished({ ...outcome, kind: 'superseded' });
    service.onFinished({
      ...outcome,
      stored: { ...outcome.stored, outcome: 'refused' },
    });
    service.onFinished(await scan(new Error('no')));
    await service.settled();
    await store.syncTargets({ origin: 'catalog', targets: [], now });
    service.onFinished(outcome);
    await service.settled();
    expect(trail.asked).toEqual([]);
  });

  it('asks when findings alarm again that were muted', async () => {
    trail.answer = byJane;
    const { service } = createReplica();
    const { stored } = await scan(drifted);
    service.onRejudged({ targetId: target.id, source: 'terraform', stored });
    await service.settled();
    await expect(authors()).resolves.toEqual({ orders: JANE.who });
  });

  it('forgets with the finding and with the target', async () => {
    trail.answer = byJane;
    const { service } = createReplica();
    await scanAndAsk(service, drifted);
    await scanAndAsk(service, buildReport());
    pass(30);
    await scanAndAsk(service, drifted);
    await expect(knex('drift_attributions')).resolves.toHaveLength(2);

    now = new Date(now.getTime() + 20 * DAY_MS);
    await DriftCleaner.create({
      store,
      logger: mockServices.logger.mock(),
      findingDays: 10,
      now: () => now,
    }).clean();
    await expect(knex('drift_attributions')).resolves.toHaveLength(1);
    await expect(findings()).resolves.toMatchObject([{ attribution: JANE }]);

    await knex('drift_results').where({ id: target.id }).delete();
    await expect(knex('drift_attributions')).resolves.toEqual([]);
  });
});
