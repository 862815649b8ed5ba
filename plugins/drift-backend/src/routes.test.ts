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

import { mockCredentials } from '@backstage/backend-test-utils';
import { ResultsPage } from '@infra-hub/backstage-plugin-drift-common';
import request from 'supertest';
import { createTestDatabases } from './__testUtils__/createTestDatabases';
import { FakeSource, scaledNodePool } from './__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from './__testUtils__/startDriftBackend';
import { spec } from './schema/openapi.generated';

/** Numbers that look random and are the same in every run. */
function createRandom(seed: number) {
  let state = seed;
  return (below: number) => {
    // Numerical Recipes' linear congruential generator
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const HOSTILE_TEXTS = [
  "'",
  "'; drop table drift_results; --",
  '" or 1=1 --',
  '%',
  '%%%%%%%%%%%%%%%%%%%%_',
  '_',
  '\\',
  '\\%',
  '\\_%\\',
  '$1',
  '?',
  '??',
  ':name',
  '{}',
  '[]',
  '(((((((((((((((((((((((a+)+)+)+$',
  '\u0000',
  'a\u0000b',
  '\uD800',
  'ÄÖÜ ß ı İ',
  '🤖',
  '\u202Egnp.exe',
  'null',
  'undefined',
  'NaN',
  '-1',
  '1e309',
  '0x10',
  '9007199254740993',
  'true',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'x'.repeat(255),
  'x'.repeat(5_000),
  ' ',
  '',
  ',',
  ',,a,,',
];

const FUZZED_PARAMETERS = [
  'client',
  'owner',
  'status',
  'risk',
  'source',
  'stale',
  'entityRef',
  'q',
  'orderBy',
  'order',
  'limit',
  'offset',
  'scanId',
  'state',
  'client[]',
  'status[a]',
  '__proto__',
  '__proto__[x]',
  'constructor.prototype.x',
];

const FUZZED_REQUESTS = 5_000;
const AT_ONCE = 20;

const AKS = `/targets/${encodeURIComponent('fake:a,b/aks\\1')}`;

/** Most of the parameters are those of the first. */
const FUZZED_PATHS = [
  '/results',
  '/results',
  '/results',
  `${AKS}/findings`,
  `${AKS}/scans`,
];

/** An error in Backstage's shape whose sentence names a parameter. */
const NAMES_A_PARAMETER =
  /^{"error":{"name":"InputError","message":"[^"]*parameter '/i;

const databases = createTestDatabases();

describe.each(databases.ids)('routes on %s', databaseId => {
  let backend: DriftBackend;

  beforeAll(async () => {
    const source = new FakeSource();
    source.configured.push(
      { name: '100% _sure_', client: "o'neil", location: {} },
      { name: 'aks\\1', client: 'a,b', location: {} },
      { name: 'ÄÖÜ', location: {} },
    );
    source.world.set("fake:o'neil/100% _sure_", {
      differences: [scaledNodePool],
    });
    backend = await startDriftBackend({
      source,
      knex: await databases.init(databaseId),
    });
    await backend.findTargets();
    await backend.settled();
  }, 60_000);

  afterAll(async () => {
    await backend.stop();
  }, 60_000);

  it('all ask for credentials', async () => {
    const routes = Object.entries(spec.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(method => ({
        method: method as 'get' | 'post',
        path: path.replace(/\{\w+\}/g, 'x'),
      })),
    );
    expect(routes.length).toBeGreaterThan(8);
    for (const route of [
      ...routes,
      { method: 'get' as const, path: '/openapi.json' },
      { method: 'get' as const, path: '/no-such-route' },
    ]) {
      const { status } = await request(backend.server)
        [route.method](`/api/drift${route.path}`)
        .set('Authorization', mockCredentials.none.header());
      expect({ ...route, status }).toEqual({ ...route, status: 401 });
    }
  });

  it('serve the document that they are validated against', async () => {
    const { body } = await backend.api.get('/openapi.json').expect(200);
    expect(Object.keys(body.paths)).toEqual(
      Object.keys(spec.paths).map(path => `/api/drift${path}`),
    );
  });

  it.each([
    ['q=100%25 _SURE_', ['100% _sure_']],
    ['q=_', ['100% _sure_']],
    ['q=%25', ['100% _sure_']],
    ['q=%5C', ['aks\\1']],
    ["client=o'neil", ['100% _sure_']],
    ['client=a%2Cb', ['aks\\1']],
    ['q=nothing', []],
    ['status=drifted', ['100% _sure_']],
    [
      'status=clean,drifted&orderBy=name&order=asc',
      ['100% _sure_', 'aks\\1', 'ÄÖÜ'],
    ],
  ])('find what they were asked for: %s', async (query, names) => {
    const { body } = await backend.api.get(`/results?${query}`).expect(200);
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(body.totalItems).toBe(names.length);
  });

  it('page through everything once, in any order', async () => {
    for (const orderBy of [
      'risk',
      'name',
      'client',
      'owner',
      'status',
      'resources',
      'lastScan',
    ]) {
      for (const order of ['asc', 'desc']) {
        const seen: string[] = [];
        for (let offset = 0; offset < 3; offset++) {
          const { body } = await backend.api
            .get(
              `/results?orderBy=${orderBy}&order=${order}&limit=1&offset=${offset}`,
            )
            .expect(200);
          const page = body as ResultsPage;
          expect(page.totalItems).toBe(3);
          seen.push(...page.items.map(({ id }) => id));
        }
        expect(new Set(seen).size).toBe(3);
      }
    }
  });

  it('survive whatever is written into their parameters', async () => {
    const random = createRandom(20261122);
    const counts = new Map<number, number>();
    const refusals: string[] = [];
    const ask = async () => {
      const query = new URLSearchParams();
      for (let n = random(4); n >= 0; n--) {
        query.append(
          FUZZED_PARAMETERS[random(FUZZED_PARAMETERS.length)],
          HOSTILE_TEXTS[random(HOSTILE_TEXTS.length)],
        );
      }
      const path = FUZZED_PATHS[random(FUZZED_PATHS.length)];
      const { status, text } = await backend.api.get(`${path}?${query}`);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status === 400) {
        refusals.push(text);
      }
      expect(text).not.toMatch(/select |syntax|SQLITE|at .*\.ts/i);
    };
    for (let asked = 0; asked < FUZZED_REQUESTS; asked += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
    }
    expect(refusals.filter(text => !NAMES_A_PARAMETER.test(text))).toEqual([]);
    // 404 is a scan that nobody knows
    expect([...counts.keys()].sort()).toEqual([200, 400, 404]);
    expect(refusals.length).toBeGreaterThan(1_000);
    expect(counts.get(200)).toBeGreaterThan(100);
  }, 120_000);

  it('survive whatever is written into their paths', async () => {
    // A lone surrogate cannot be written into an address.
    for (const text of HOSTILE_TEXTS.filter(hostile => hostile !== '\uD800')) {
      const id = encodeURIComponent(text);
      for (const path of [
        `/targets/${id}`,
        `/targets/${id}/findings`,
        `/targets/${id}/scans`,
        `/scan-rounds/${id}`,
      ]) {
        const { status } = await backend.api.get(path);
        expect([400, 404]).toContain(status);
      }
    }
  }, 120_000);
});
