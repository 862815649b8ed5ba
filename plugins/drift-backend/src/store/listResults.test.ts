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
  DriftTarget,
  ResultsOrder,
  ResultsQuery,
  Risk,
  Severity,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import {
  buildFinding,
  buildReport,
  buildTarget,
  createTestDatabases,
} from '../__testUtils__';
import { DatabaseDriftStore } from './DatabaseDriftStore';
import { TargetCondition } from './DriftStore';

const databases = createTestDatabases();

const start = new Date('2026-11-22T10:00:00Z');
const now = new Date('2026-11-22T14:00:00Z');
const MINUTE = 60 * 1000;

const CLIENTS = [undefined, 'acme', 'Globex', 'zeta_1', "o'neill"];
const OWNERS = [
  undefined,
  'group:default/a',
  'group:default/b',
  'user:default/c',
];
const SOURCES = ['terraform', 'kubernetes'];
const NAMES = [
  'aks',
  'SQL',
  'net%work',
  'Über',
  'st_or!age',
  'a\\b',
  '文件',
  '😀',
];
const SEVERITIES: Severity[] = ['low', 'medium', 'high', 'critical'];
const ORDERS: (ResultsOrder | undefined)[] = [
  undefined,
  'risk',
  'name',
  'client',
  'owner',
  'status',
  'resources',
  'lastScan',
];
const STATUSES: TargetStatus[] = [
  'clean',
  'drifted',
  'pending',
  'error',
  'unknown',
];
const RISKS: Risk[] = ['none', ...SEVERITIES];
const TEXTS = [
  'a',
  'SQL',
  '%',
  '_',
  '!',
  '\\',
  "'",
  'über',
  'drifted',
  '文',
  '😀',
  '',
  '\u0000a',
  'zeta_',
  'x'.repeat(2_000),
];

/** Small, seeded and good enough: a failure can be repeated. */
function createRandom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const integer = (below: number) => Math.floor(next() * below);
  return {
    next,
    integer,
    pick: <T>(items: readonly T[]): T => items[integer(items.length)],
    some: <T>(items: readonly T[]): T[] => items.filter(() => next() < 0.4),
  };
}

type Random = ReturnType<typeof createRandom>;

function randomCondition(random: Random, depth = 0): TargetCondition {
  const kind = depth > 3 ? 3 : random.integer(6);
  const parts = () =>
    Array.from({ length: random.integer(3) }, () =>
      randomCondition(random, depth + 1),
    );
  if (kind === 0) {
    return { anyOf: parts() };
  }
  if (kind === 1) {
    return { allOf: parts() };
  }
  if (kind === 2) {
    return { not: randomCondition(random, depth + 1) };
  }
  const field = random.pick([
    'owner',
    'client',
    'risk',
    'source',
    'id',
  ] as const);
  const values: Record<typeof field, string[]> = {
    owner: OWNERS.map(owner => owner ?? '-'),
    client: CLIENTS.map(client => client ?? '-'),
    risk: RISKS,
    source: SOURCES,
    id: ['terraform:acme/aks-1', 'terraform:-/aks-0', "x' or 1=1 --", '\u0000'],
  };
  return { field, in: random.some(values[field]) };
}

function randomQuery(random: Random): ResultsQuery {
  const maybe = <T>(value: () => T): T | undefined =>
    random.next() < 0.25 ? value() : undefined;
  return {
    client: maybe(() => random.some(CLIENTS.map(client => client ?? '-'))),
    owner: maybe(() => random.some(OWNERS.map(owner => owner ?? '-'))),
    status: maybe(() => random.some(STATUSES)),
    risk: maybe(() => random.some(RISKS)),
    source: maybe(() => [...random.some(SOURCES), 'none\u0000']),
    stale: maybe(() => random.next() < 0.7),
    entityRef: maybe(() =>
      random.pick(['component:default/e1', 'Component:Default/E2', 'x\u0000']),
    ),
    q: maybe(() => random.pick(TEXTS)),
    orderBy: random.pick(ORDERS),
    order: random.pick([undefined, 'asc', 'desc'] as const),
    limit: maybe(() => random.integer(200) + 1),
    offset: maybe(() => random.integer(150)),
  };
}

/** The contract once more, over plain objects. */
class Model {
  constructor(private readonly targets: DriftTarget[]) {}

  list(query: ResultsQuery, condition?: TargetCondition) {
    const facetFields = [
      'client',
      'owner',
      'status',
      'risk',
      'source',
    ] as const;
    const base = this.targets.filter(
      target =>
        (!condition || allows(condition, target)) &&
        (query.stale === undefined || target.stale === query.stale) &&
        (query.entityRef === undefined ||
          target.entityRefs.some(
            ref =>
              lower(ref) ===
              lower(query.entityRef ?? '').replaceAll('\u0000', ''),
          )) &&
        matchesText(target, query.q),
    );
    const matches = (target: DriftTarget, except?: string) =>
      facetFields.every(
        field =>
          field === except ||
          query[field] === undefined ||
          (query[field] as string[]).includes(target[field] ?? '-'),
      );
    const matching = base
      .filter(target => matches(target))
      .sort((a, b) => compare(a, b, query));
    const facets = Object.fromEntries(
      facetFields.map(field => {
        const counts: Record<string, number> = {};
        for (const target of base.filter(item => matches(item, field))) {
          const value = target[field] ?? '-';
          counts[value] = (counts[value] ?? 0) + 1;
        }
        return [field, counts];
      }),
    );
    const { limit = 20, offset = 0 } = query;
    return {
      ids: matching.slice(offset, offset + limit).map(target => target.id),
      all: matching.map(target => target.id),
      facets,
    };
  }
}

function lower(text: string): string {
  return text.toLocaleLowerCase('en-US');
}

function matchesText(target: DriftTarget, q: string | undefined): boolean {
  const text = lower((q ?? '').replaceAll('\u0000', '').slice(0, 1_000));
  return [target.name, target.client ?? '-', target.summary].some(part =>
    lower(part).includes(text),
  );
}

function allows(condition: TargetCondition, target: DriftTarget): boolean {
  if ('anyOf' in condition) {
    return condition.anyOf.some(part => allows(part, target));
  }
  if ('allOf' in condition) {
    return condition.allOf.every(part => allows(part, target));
  }
  if ('not' in condition) {
    return !allows(condition.not, target);
  }
  return condition.in.includes(target[condition.field] ?? '-');
}

const STATUS_ORDER = ['clean', 'unknown', 'pending', 'drifted', 'error'];

function compare(a: DriftTarget, b: DriftTarget, query: ResultsQuery): number {
  const text = (left: string, right: string) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right));
  const byId = text(a.id, b.id);
  const byRisk = RISKS.indexOf(b.risk) - RISKS.indexOf(a.risk);
  const byStatus =
    STATUS_ORDER.indexOf(b.status) - STATUS_ORDER.indexOf(a.status);
  const byTime = text(b.lastScanAt ?? '', a.lastScanAt ?? '');
  const byOwner = text(a.owner ?? '-', b.owner ?? '-');
  const byClient = text(a.client ?? '-', b.client ?? '-');
  const usual: Record<ResultsOrder, number> = {
    risk: byRisk || byStatus || byTime || byId,
    status: byStatus || byRisk || byId,
    resources:
      b.driftedResources - a.driftedResources ||
      b.totalResources - a.totalResources ||
      byId,
    lastScan: byTime || byId,
    name: text(lower(a.name), lower(b.name)) || byId,
    client: byClient || byId,
    owner: byOwner || byClient || byId,
  };
  const orderBy = query.orderBy ?? 'risk';
  const usuallyAscending = ['name', 'client', 'owner'].includes(orderBy);
  const ascending =
    query.order === undefined ? usuallyAscending : query.order === 'asc';
  return ascending === usuallyAscending ? usual[orderBy] : -usual[orderBy];
}

async function fill(store: DatabaseDriftStore): Promise<void> {
  const random = createRandom(7);
  const targets = SOURCES.flatMap(source =>
    CLIENTS.flatMap(client =>
      NAMES.flatMap(name =>
        [0, 1].map(index =>
          buildTarget({
            source,
            client,
            name: `${name}-${index}`,
            owner: random.pick(OWNERS),
            entityRefs: random.some([
              'component:default/e1',
              'component:default/e2',
            ]),
          }),
        ),
      ),
    ),
  );
  await store.syncTargets({ origin: 'catalog', targets, now: start });
  const chosen = targets.filter(() => random.next() < 0.8);
  const scans = await store.createScans({
    targetIds: chosen.map(target => target.id),
    trigger: 'schedule',
    now: start,
  });
  for (const { scanId } of scans) {
    const time = new Date(start.getTime() + random.integer(20) * 12 * MINUTE);
    const lease = await store.startScan({ scanId, workerId: 'w', now: time });
    if (!lease) {
      throw new Error('The scan did not start');
    }
    const kind = random.integer(5);
    if (kind === 0) {
      await store.failScan({ lease, error: 'failed', now: time });
      continue;
    }
    const findings = Array.from(
      { length: kind === 1 ? random.integer(3) + 1 : 0 },
      (_, index) =>
        buildFinding({
          address: `sandbox_pool.p${index}`,
          severity: random.pick(SEVERITIES),
        }),
    );
    await store.finishScan({
      lease,
      report: buildReport(findings, kind === 2 ? { status: 'pending' } : {}),
      summary: `${findings.length} drifted, 100% of_it!`,
      now: time,
    });
  }
  await store.createScans({
    targetIds: chosen.slice(0, 30).map(target => target.id),
    trigger: 'manual',
    now,
  });
}

jest.setTimeout(120_000);

describe.each(databases.ids)('pages of results on %s', databaseId => {
  let knex: Knex;
  let store: DatabaseDriftStore;

  beforeAll(async () => {
    knex = await databases.init(databaseId);
    store = await DatabaseDriftStore.forTest({ knex });
    await fill(store);
  });

  async function readAll(): Promise<DriftTarget[]> {
    const page = await store.listResults({ query: { limit: 1_000 }, now });
    return page.items;
  }

  it('equal a simple model for a thousand random questions', async () => {
    const all = await readAll();
    expect(all).toHaveLength(160);
    expect(new Set(all.map(target => target.status)).size).toBe(5);
    expect(all.some(target => target.stale)).toBe(true);
    const model = new Model(all);
    const random = createRandom(42);
    let nonEmpty = 0;
    for (let round = 0; round < 1_000; round++) {
      const query = randomQuery(random);
      const condition =
        random.next() < 0.6 ? randomCondition(random) : undefined;
      const expected = model.list(query, condition);
      const page = await store.listResults({ query, condition, now });
      const everyId = await store.listTargetIds({ query, condition, now });
      const facets = Object.fromEntries(
        Object.entries(page.facets).map(([field, facet]) => [
          field,
          Object.fromEntries(facet.map(({ value, count }) => [value, count])),
        ]),
      );
      const told = { round, query, condition };
      expect({
        ...told,
        ids: page.items.map(item => item.id),
        everyId: new Set(everyId),
        totalItems: page.totalItems,
        facets,
      }).toEqual({
        ...told,
        ids: expected.ids,
        everyId: new Set(expected.all),
        totalItems: expected.all.length,
        facets: expected.facets,
      });
      nonEmpty += Number(page.items.length > 0);
    }
    expect(nonEmpty).toBeGreaterThan(300);
  });

  it('never overlap and never leave anything out', async () => {
    for (const orderBy of ORDERS) {
      const seen: string[] = [];
      for (let offset = 0; offset < 160; offset += 7) {
        const page = await store.listResults({
          query: { orderBy, limit: 7, offset },
          now,
        });
        seen.push(...page.items.map(item => item.id));
      }
      expect(new Set(seen).size).toBe(160);
      expect(seen).toHaveLength(160);
    }
  });

  it('show the scans that are under way', async () => {
    const all = await readAll();
    expect(all.filter(target => target.activeScan)).toHaveLength(30);
  });

  it('show nobody anything for an empty list', async () => {
    const count = async (condition: TargetCondition) =>
      (await store.listResults({ query: {}, condition, now })).totalItems;
    expect(await count({ anyOf: [] })).toBe(0);
    expect(await count({ field: 'owner', in: [] })).toBe(0);
    expect(await count({ allOf: [] })).toBe(160);
    expect(await count({ not: { field: 'owner', in: [] } })).toBe(160);
    const unowned = await count({
      not: { field: 'owner', in: ['group:default/a'] },
    });
    const owned = await count({ field: 'owner', in: ['group:default/a'] });
    expect(unowned + owned).toBe(160);
    await expect(
      store.getTarget({
        targetId: 'terraform:acme/aks-0',
        condition: { field: 'client', in: ['globex'] },
        now,
      }),
    ).resolves.toBeUndefined();
  });

  it('take conditions with very many values', async () => {
    const ids = Array.from({ length: 50_000 }, (_, index) => `none-${index}`);
    const page = await store.listResults({
      query: {},
      condition: { field: 'id', in: [...ids, 'terraform:acme/aks-0'] },
      now,
    });
    expect(page.totalItems).toBe(1);
  });

  it('read the first page through the index of the default order', async () => {
    const statements: { sql: string; bindings?: Knex.Value[] }[] = [];
    const record = (query: { sql: string; bindings?: Knex.Value[] }) =>
      statements.push(query);
    knex.on('query', record);
    await store.listResults({
      query: {},
      condition: { not: { field: 'owner', in: ['group:default/a'] } },
      now,
    });
    knex.off('query', record);
    const page = statements.find(({ sql }) => sql.includes('risk_score'));
    expect(page).toBeDefined();
    const isPostgres = databaseId !== 'SQLITE_3';
    const sql = isPostgres ? page!.sql.replace(/\$\d+/g, '?') : page!.sql;
    const plan = await knex.transaction(async tx => {
      if (isPostgres) {
        // So few rows are sorted faster than looked up
        await tx.raw('set local enable_sort = off');
        await tx.raw('set local enable_seqscan = off');
      }
      const explained: unknown = await tx.raw(
        `explain ${isPostgres ? '(format json)' : 'query plan'} ${sql}`,
        page!.bindings as Knex.RawBinding[],
      );
      return JSON.stringify(
        isPostgres ? (explained as { rows: unknown }).rows : explained,
      );
    });
    expect(plan).toContain('drift_results_risk_idx');
    expect(plan).not.toMatch(/Sort|TEMP B-TREE/);
  });
});
