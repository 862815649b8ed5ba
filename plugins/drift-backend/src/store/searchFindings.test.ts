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

import { Finding } from '@infra-hub/backstage-plugin-drift-common';
import {
  buildFinding,
  buildReport,
  buildTarget,
  createTestDatabases,
} from '../__testUtils__';
import { DatabaseDriftStore } from './DatabaseDriftStore';
import { FindingSearch, TargetCondition } from './DriftStore';

const databases = createTestDatabases();

const DAY = 24 * 60 * 60 * 1000;
const start = new Date('2026-11-16T10:00:00Z');
const day = (days: number) => new Date(start.getTime() + days * DAY);

jest.setTimeout(60_000);

describe.each(databases.ids)('searchFindings on %s', databaseId => {
  let store: DatabaseDriftStore;

  const acme = buildTarget({ client: 'acme', name: 'tf-aks' });
  const globex = buildTarget({
    client: 'globex',
    name: 'tf-sql',
    owner: 'group:default/data',
  });
  const pool = (value: number) =>
    buildFinding({ address: 'sandbox_pool.main', value });
  const firewall = buildFinding({
    address: 'sandbox_firewall_rule.office',
    severity: 'critical',
    attribution: { who: 'Jane', evidence: 'audit log' },
    fields: [{ path: '/source_range', recorded: 'a', actual: '0.0.0.0/0' }],
  });
  const known = buildFinding({
    address: 'sandbox_firewall_rule.known',
    suppressedBy: { ruleId: 'r', reason: 'Known.' },
  });
  const unapplied = buildFinding({
    address: 'sandbox_firewall_rule.code',
    class: 'pending',
  });

  async function scan(targetId: string, now: Date, findings: Finding[]) {
    const [queued] = await store.createScans({
      targetIds: [targetId],
      trigger: 'schedule',
      now,
    });
    const lease = await store.startScan({
      scanId: queued.scanId,
      workerId: 'worker',
      now,
    });
    await store.finishScan({
      lease: lease!,
      report: buildReport(findings),
      summary: '',
      now,
    });
  }

  async function search(
    query: Omit<FindingSearch, 'limit'> & { limit?: number },
    condition?: TargetCondition,
  ) {
    const { items, totalItems, complete } = await store.searchFindings({
      search: { limit: 50, ...query },
      condition,
      now: day(6),
    });
    expect({ complete, totalItems }).toEqual({
      complete: true,
      totalItems: query.limit ? expect.any(Number) : items.length,
    });
    return items.map(({ target, finding, changed }) =>
      [target.client, finding.address, changed].filter(Boolean).join(' '),
    );
  }

  beforeEach(async () => {
    const knex = await databases.init(databaseId);
    store = await DatabaseDriftStore.forTest({ knex });
    await store.syncTargets({
      origin: 'catalog',
      targets: [acme, globex],
      now: start,
    });
    await scan(acme.id, day(0), [pool(5), known, unapplied]);
    await scan(globex.id, day(1), [firewall]);
  });

  it('finds open drift of all targets, worst first, and nothing else', async () => {
    expect(await search({})).toEqual([
      'globex sandbox_firewall_rule.office',
      'acme sandbox_pool.main',
    ]);
    expect(await search({ limit: 1 })).toEqual([
      'globex sandbox_firewall_rule.office',
    ]);
  });

  it.each<[string, string[][], string[]]>([
    ['a resource', [['firewall']], ['globex sandbox_firewall_rule.office']],
    ['a field', [['node_count']], ['acme sandbox_pool.main']],
    ['a value', [['0.0.0.0']], ['globex sandbox_firewall_rule.office']],
    ['who did it', [['jane']], ['globex sandbox_firewall_rule.office']],
    ['the target', [['aks']], ['acme sandbox_pool.main']],
    ['one of several words', [['nsg', 'pool']], ['acme sandbox_pool.main']],
    ['all of several lists', [['sql'], ['pool']], []],
    // Words of every payload: a key, and part of the sentence with the reason
    ['no key of the payload', [['fingerprint']], []],
    ['no reason', [['outside']], []],
    ['no pattern', [['%']], []],
    ['a NUL character', [['\u0000']], []],
  ])('finds by %s', async (_, words, expected) => {
    expect(await search({ words })).toEqual(expected);
  });

  it('narrows to clients, owners and targets', async () => {
    expect(await search({ client: ['acme'] })).toEqual([
      'acme sandbox_pool.main',
    ]);
    expect(await search({ owner: ['group:default/data'] })).toEqual([
      'globex sandbox_firewall_rule.office',
    ]);
    expect(await search({ targetIds: [acme.id] })).toEqual([
      'acme sandbox_pool.main',
    ]);
  });

  it('shows nothing beyond the condition, whatever is asked for', async () => {
    const condition = { field: 'client' as const, in: ['acme'] };
    expect(await search({}, condition)).toEqual(['acme sandbox_pool.main']);
    for (const query of [
      { client: ['globex'] },
      { targetIds: [globex.id] },
      { words: [['firewall']] },
      { words: [["%' or 1=1 --", 'firewall']] },
      { owner: ['group:default/data'] },
    ]) {
      expect(await search(query, condition)).toEqual([]);
    }
  });

  it('tells what began, moved on and ended since a time', async () => {
    await scan(acme.id, day(3), [pool(7)]);
    expect(await search({ since: day(2) })).toEqual([
      'acme sandbox_pool.main moved',
    ]);
    expect(await search({ since: day(0.5) })).toEqual([
      'globex sandbox_firewall_rule.office began',
      'acme sandbox_pool.main moved',
    ]);

    await scan(globex.id, day(4), []);
    expect(await search({ since: day(3.5) })).toEqual([
      'globex sandbox_firewall_rule.office ended',
    ]);
    expect(await search({ since: day(3.5), state: 'open' })).toEqual([]);
    expect(await search({ since: day(0), until: day(0.5) })).toEqual([
      'acme sandbox_pool.main began',
    ]);
    expect(await search({ since: day(5) })).toEqual([]);
  });

  it('forgets targets that are no longer declared', async () => {
    await store.syncTargets({
      origin: 'catalog',
      targets: [acme],
      now: day(2),
    });
    expect(await search({})).toEqual(['acme sandbox_pool.main']);
  });
});
