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

/**
 * How quick the first page of the dashboard is, against the simple way: send all
 * rows and let the browser sort and filter. Both sides go through HTTP and narrow
 * the rows to what a caller may see. Prints ratios of one run; exits with 1 when
 * one misses its floor.
 *
 * Usage: node benchmarks/dashboard/run.mjs [--quick]
 */

import express from 'express';
import { Agent, get } from 'node:http';
import {
  DatabaseDriftStore,
  median,
  startPostgres,
} from '../store/startDatabases.mjs';

const quick = process.argv.includes('--quick');
const FLEETS = quick ? [1_000, 100_000] : [1_000, 10_000, 100_000];
const ROUNDS = quick ? 5 : 15;
const PAGES_PER_ROUND = 10;
const OWNERS = 50;
const CLIENTS = 200;

const now = new Date('2026-11-22T10:00:00Z');

const ownerOf = index => `group:default/team-${index % OWNERS}`;
const clientOf = index => `client-${index % CLIENTS}`;

/** What different callers may see: nearly everything of some teams. */
const conditions = Array.from({ length: 10 }, (_, caller) => ({
  anyOf: [
    {
      field: 'owner',
      in: Array.from({ length: 40 }, (_value, index) =>
        ownerOf(index + caller),
      ),
    },
    { field: 'client', in: [clientOf(caller)] },
  ],
}));

async function fillStore(store, knex, size) {
  const targets = Array.from({ length: size }, (_, index) => ({
    id: `terraform:${clientOf(index)}/module-${index}`,
    source: 'terraform',
    client: clientOf(index),
    name: `module-${index}`,
    owner: ownerOf(index * 7),
    entityRefs: [`component:default/service-${index % 5_000}`],
    location: { directory: `infra/module-${index}` },
    schedule: 'PT30M',
    intervalMs: 1_800_000,
    firstScanAt: now,
    origin: 'config',
  }));
  await store.syncTargets({ origin: 'config', targets, now });
  // The states that scans would leave, without scanning so many targets
  await knex.raw(`
    update drift_results set
      status = (array['clean','clean','clean','drifted','error','pending'])[1 + abs(hashtext(id)) % 6],
      status_rank = (array[0, 0, 0, 3, 4, 2])[1 + abs(hashtext(id)) % 6],
      risk = case when abs(hashtext(id)) % 6 = 3 then (array['low','medium','high','critical'])[1 + abs(hashtext(name)) % 4] else 'none' end,
      risk_score = case when abs(hashtext(id)) % 6 = 3 then 1 + abs(hashtext(name)) % 4 else 0 end,
      summary = 'The node count of the main pool was changed outside of the code.',
      search_text = name || ' ' || client || ' the node count of the main pool was changed outside of the code.',
      total_resources = 40, drifted_resources = 2,
      evidence = 'plan-json', tool_name = 'terraform', tool_version = '1.11.4',
      last_scan_at = timestamptz '2026-11-22T09:00:00Z' + (abs(hashtext(id)) % 3600) * interval '1 second',
      last_good_scan_at = timestamptz '2026-11-22T09:00:00Z',
      stale_at = timestamptz '2026-11-22T10:30:00Z'`);
  await knex('drift_target_counts').delete();
  await knex.raw(`
    insert into drift_target_counts (owner, client, source, status, risk, targets)
    select owner, client, source, status, risk, count(*) from drift_results group by 1, 2, 3, 4, 5`);
  await knex.raw('vacuum analyze drift_results');
  await knex.raw('vacuum analyze drift_target_counts');
}

async function fillSimple(knex) {
  await knex.raw(`
    create table simple_results as
      select row_number() over () as id, name as module, client, owner, status, risk,
        drifted_resources as resource_count, summary, last_scan_at as detected_at
      from drift_results`);
  await knex.raw('create index on simple_results (client)');
  await knex.raw('analyze simple_results');
}

function serve(store, knex) {
  const app = express();
  app.get('/simple', (request, response, next) => {
    const condition = conditions[Number(request.query.caller)];
    knex('simple_results')
      .whereIn('owner', condition.anyOf[0].in)
      .orWhereIn('client', condition.anyOf[1].in)
      .orderBy('detected_at', 'desc')
      .then(rows => response.json(rows), next);
  });
  app.get('/results', (request, response, next) => {
    const condition = conditions[Number(request.query.caller)];
    store
      .listResults({
        query: { limit: 20, q: request.query.q },
        condition,
        now: new Date(),
      })
      .then(page => response.json(page), next);
  });
  return new Promise(resolve => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

const agent = new Agent({ keepAlive: true });

function request(port, path) {
  const begin = performance.now();
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent }, response => {
      let bytes = 0;
      response.on('data', data => {
        bytes += data.length;
      });
      response.on('end', () =>
        response.statusCode === 200
          ? resolve({ bytes, milliseconds: performance.now() - begin })
          : reject(new Error(`${path} answered ${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}

async function measure(postgres, size) {
  const admin = postgres.connect();
  await admin.raw('drop schema public cascade');
  await admin.raw('create schema public');
  await admin.destroy();
  const knex = postgres.connect();
  const store = await DatabaseDriftStore.create({
    database: { getClient: async () => knex },
  });
  await fillStore(store, knex, size);
  await fillSimple(knex);
  const server = await serve(store, knex);
  const { port } = server.address();

  const samples = { simple: [], page: [], search: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const caller = round % conditions.length;
    samples.simple.push(await request(port, `/simple?caller=${caller}`));
    for (let page = 0; page < PAGES_PER_ROUND; page++) {
      samples.page.push(
        await request(port, `/results?caller=${page % conditions.length}`),
      );
    }
    samples.search.push(
      await request(port, `/results?caller=${caller}&q=${round}`),
    );
  }
  await new Promise(resolve => server.close(resolve));
  agent.destroy();
  await knex.destroy();
  const middle = (name, figure) =>
    median(samples[name].map(sample => sample[figure]));
  return {
    size,
    simple: {
      ms: middle('simple', 'milliseconds'),
      bytes: middle('simple', 'bytes'),
    },
    page: {
      ms: middle('page', 'milliseconds'),
      bytes: middle('page', 'bytes'),
    },
    searchMs: middle('search', 'milliseconds'),
  };
}

const postgres = await startPostgres();
const results = [];
try {
  for (const size of FLEETS) {
    const result = await measure(postgres, size);
    results.push(result);
    const { simple, page, searchMs } = result;
    console.log(
      [
        `${size} targets`.padEnd(15),
        `all rows ${simple.ms.toFixed(1)} ms, ${simple.bytes} bytes`,
        `first page ${page.ms.toFixed(1)} ms, ${page.bytes} bytes`,
        `${(simple.ms / page.ms).toFixed(0)}x faster, ${(
          simple.bytes / page.bytes
        ).toFixed(0)}x fewer bytes`,
        `text search ${searchMs.toFixed(1)} ms`,
      ].join(' · '),
    );
  }
} finally {
  await postgres.stop();
}

const small = results[0];
const large = results[results.length - 1];
const growth = large.page.ms / small.page.ms;
console.log(
  `first page at ${large.size} targets takes ${growth.toFixed(
    2,
  )} times as long as at ${small.size}`,
);
const misses = [
  [large.simple.bytes / large.page.bytes, 100, 'bytes'],
  [large.simple.ms / large.page.ms, 50, 'latency'],
  [3 / growth, 1, 'growth'],
].filter(([ratio, floor]) => ratio < floor);
if (misses.length > 0) {
  console.error(
    `Missed: ${misses
      .map(([ratio, floor, name]) => `${name} ${ratio.toFixed(1)} < ${floor}`)
      .join('; ')}`,
  );
  process.exitCode = 1;
}
