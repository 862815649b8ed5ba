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

import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import {
  DriftOverview,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftBench } from './__testUtils__/DriftBench';
import { planJson, printing } from './__testUtils__/plan';

const pool = {
  address: 'sandbox_node_pool.main',
  recorded: { node_count: 3 },
  actual: { node_count: 5 },
  desired: { node_count: 3 },
  actions: ['update'],
  outside: 'update' as const,
};
const driftedPlan = planJson([pool]);
const cleanPlan = planJson([
  { ...pool, actual: pool.recorded, actions: ['no-op'], outside: undefined },
]);

/** Module files; every command of an earlier state is replaced. */
const commands = (files: Record<string, string>) => ({
  'init.sh': ':',
  'plan.sh': ':',
  'show.sh': ':',
  ...files,
});
const drifted = commands({
  'plan.sh': 'exit 2',
  'show.sh': printing(driftedPlan),
});
const clean = commands({ 'show.sh': printing(cleanPlan) });

/** Runs that tell nothing of the infrastructure, however much they look like it. */
const broken: Record<string, [files: Record<string, string>, error: RegExp]> = {
  'init-fails': [
    commands({ ...clean, 'init.sh': 'echo "Error: No backend" >&2; exit 1' }),
    /init said: No backend/,
  ],
  'plan-fails': [
    commands({ ...clean, 'plan.sh': 'echo "Error: No login" >&2; exit 1' }),
    /plan said: No login/,
  ],
  'plan-fails-in-silence': [
    commands({ ...clean, 'plan.sh': 'exit 1' }),
    /code 1 and no explanation/,
  ],
  'plan-ends-with-another-code': [
    commands({ ...clean, 'plan.sh': 'exit 3' }),
    /code 3/,
  ],
  'plan-is-killed': [
    commands({ ...clean, 'plan.sh': 'kill -KILL $$' }),
    /ended by SIGKILL/,
  ],
  'plan-takes-too-long': [
    commands({ ...clean, 'plan.sh': 'sleep 1000' }),
    /plan did not end within 12 seconds/,
  ],
  'show-fails-after-a-whole-plan': [
    commands({ ...clean, 'show.sh': `${printing(cleanPlan)} exit 1` }),
    /show ended with code 1/,
  ],
  'show-is-killed': [
    commands({ ...clean, 'show.sh': `${printing(cleanPlan)} kill -KILL $$` }),
    /ended by SIGKILL/,
  ],
  'show-prints-nothing': [commands({}), /not a plan that can be trusted/],
  'show-prints-garbage': [
    commands({ 'show.sh': 'echo Segmentation fault' }),
    /not a plan that can be trusted/,
  ],
  'show-prints-half-a-plan': [
    commands({ 'show.sh': printing(cleanPlan.slice(0, -40)) }),
    /not a plan that can be trusted/,
  ],
  'plan-is-partial': [
    commands({
      'show.sh': printing(planJson([], { complete: false })),
    }),
    /partial/,
  ],
  'plan-errored': [
    commands({ 'show.sh': printing(planJson([], { errored: true })) }),
    /stopped with an error/,
  ],
  'code-0-hides-changes': [
    commands({ 'show.sh': printing(driftedPlan) }),
    /exit code 0/i,
  ],
};
const kinds = Object.keys(broken);

describe('verdicts', () => {
  let bench: DriftBench;
  let elsewhere: Server;
  const asked: string[] = [];

  const statusOf = async (entity: string) => {
    const { metadata } = await bench.get<{
      metadata: { annotations: Record<string, string> };
    }>(`/api/catalog/entities/by-name/component/default/${entity}`);
    return metadata.annotations['infra-hub.io/drift-status'];
  };
  const old = (kind: string) => `terraform:acme/old-${kind}`;
  const fresh = (kind: string) => `terraform:acme/new-${kind}`;

  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      asked.push(String(request.url));
      response.end('resource "x" "y" {}');
    });
    await new Promise<void>(resolve =>
      elsewhere.listen(0, '127.0.0.1', resolve),
    );
    const { port } = elsewhere.address() as AddressInfo;

    bench = new DriftBench();
    for (const kind of kinds) {
      bench.writeModule(`acme/old-${kind}`, drifted);
      bench.writeModule(`acme/new-${kind}`, broken[kind][0]);
    }
    for (const age of ['old', 'new']) {
      bench.addEntity(age, {
        'infra-hub.io/client': 'acme',
        'infra-hub.io/terraform-dir': kinds
          .map(kind => `./acme/${age}-${kind}`)
          .join(','),
      });
    }

    for (const client of ['globex', 'initech']) {
      bench.writeModule(`${client}/shared`, {
        'plan.sh': 'exit 2',
        'show.sh': `sed "s/CLIENT/$CLIENT_NAME/" <<'END'\n${planJson([
          {
            ...pool,
            recorded: { tag: 'none' },
            actual: { tag: 'CLIENT' },
            desired: { tag: 'none' },
          },
        ])}\nEND\n`,
      });
      bench.addEntity(client, {
        'infra-hub.io/client': client,
        'infra-hub.io/terraform-dir': `./${client}/shared`,
      });
    }

    const locations = {
      metadata: 'url:http://169.254.169.254/latest/meta-data/',
      local: `url:http://127.0.0.1:${port}/secret-of-the-network/`,
      'local-name': `url:http://localhost:${port}/secret-of-the-network/`,
      'with-password': `url:https://me:hidden-in-a-url@127.0.0.1:${port}/`,
      etc: 'file:/etc/',
      above: 'file:../../../',
    };
    for (const [name, location] of Object.entries(locations)) {
      bench.addEntity(`outside-${name}`, {
        'backstage.io/source-location': location,
        'infra-hub.io/terraform-dir': `./outside-${name}`,
      });
    }
    bench.addEntity('outside-climbing', {
      'infra-hub.io/terraform-dir': '../../etc',
    });

    await bench.start({
      terraform: {
        timeout: { seconds: 12 },
        credentials: ['globex', 'initech'].map(client => ({
          client,
          settings: { CLIENT_NAME: `of-${client}` },
        })),
      },
    });
    await bench.settled(2 * kinds.length + 2 + 3);
  }, 240_000);

  afterAll(async () => {
    await bench.dispose();
    await new Promise(resolve => elsewhere.close(resolve));
  }, 60_000);

  it('are kept apart for two clients with one module name', async () => {
    const ids = ['terraform:globex/shared', 'terraform:initech/shared'];
    const values = async () =>
      Promise.all(
        ids.map(async id =>
          (await bench.findings(id, '&state=open')).flatMap(({ fields }) =>
            fields.map(({ actual }) => actual),
          ),
        ),
      );
    expect(await values()).toEqual([['of-globex'], ['of-initech']]);

    bench.writeModule('globex/shared', clean);
    bench.writeModule('initech/shared', commands({ 'plan.sh': 'exit 1' }));
    await bench.scan(...ids);
    const targets = await Promise.all(ids.map(id => bench.target(id)));
    expect(targets.map(({ status }) => status)).toEqual(['clean', 'error']);
    expect(await values()).toEqual([[], ['of-initech']]);
    await bench.eventually(
      async () =>
        (await statusOf('globex')) === 'clean' &&
        (await statusOf('initech')) === 'error',
    );
  }, 120_000);

  it.each(kinds)(
    'are an error on the first scan, never clean: %s',
    async kind => {
      const target = await bench.target(fresh(kind));
      expect(target).toMatchObject({
        status: 'error',
        error: expect.stringMatching(broken[kind][1]),
      });
      expect(target).not.toHaveProperty('lastGoodStatus');
      expect(target).not.toHaveProperty('lastGoodScanAt');
      expect(target.error).not.toContain(bench.directory);
    },
  );

  describe('of runs that break after a good one', () => {
    let findings: Map<string, StoredFinding[]>;

    beforeAll(async () => {
      findings = new Map();
      for (const kind of kinds) {
        findings.set(kind, await bench.findings(old(kind)));
        bench.writeModule(`acme/old-${kind}`, broken[kind][0]);
      }
      await bench.scan(...kinds.map(old));
    }, 120_000);

    it.each(kinds)('keep the last good one, with its age: %s', async kind => {
      const [failed, good] = await bench.scans(old(kind));
      expect(failed.status).not.toBe('clean');
      expect(failed.error).toMatch(broken[kind][1]);
      expect(good.status).toBe('drifted');
      expect(await bench.target(old(kind))).toMatchObject({
        status: 'error',
        error: expect.stringMatching(broken[kind][1]),
        risk: good.risk,
        driftedResources: 1,
        lastGoodStatus: 'drifted',
        lastGoodScanAt: good.finishedAt,
        lastScanAt: failed.finishedAt,
      });
      expect(await bench.findings(old(kind), '&state=open')).toEqual([
        expect.objectContaining({
          id: findings.get(kind)?.[0].id,
          state: 'open',
          fields: [{ path: '/node_count', recorded: 3, actual: 5, desired: 3 }],
        }),
      ]);
    });

    it('are told to the catalog and counted as errors', async () => {
      await bench.eventually(async () => (await statusOf('old')) === 'error');
      const { health } = await bench.get<DriftOverview>('/api/drift/overview');
      expect(health.error).toBeGreaterThanOrEqual(2 * kinds.length);
    }, 120_000);

    describe('and then a good one again', () => {
      beforeAll(async () => {
        for (const kind of kinds) {
          bench.writeModule(`acme/old-${kind}`, clean);
        }
        await bench.scan(...kinds.map(old));
      }, 120_000);

      it.each(kinds)('keep the whole history: %s', async kind => {
        const target = await bench.target(old(kind));
        expect(target.status).toBe('clean');
        expect(target).not.toHaveProperty('error');
        const scans = await bench.scans(old(kind));
        expect(scans.map(scan => scan.status ?? scan.state)).toEqual([
          'clean',
          expect.stringMatching(/^(error|failed)$/),
          'drifted',
        ]);
        expect(await bench.findings(old(kind), '&state=open')).toEqual([]);
        const [before] = findings.get(kind) ?? [];
        expect(
          await bench.findings(old(kind), '&state=resolved'),
        ).toMatchObject([{ id: before.id, firstSeenAt: before.firstSeenAt }]);
        expect(
          await bench.findings(old(kind), `&scanId=${scans[2].id}`),
        ).toMatchObject([{ address: pool.address, fields: before.fields }]);
      });
    });
  });

  it('are not made of what an annotation points to outside of what configuration allows', async () => {
    const { port } = elsewhere.address() as AddressInfo;
    const targets = (await bench.targets()).filter(({ name }) =>
      name.startsWith('outside-'),
    );
    expect(
      targets.map(({ name, status, error }) => [name, status, error]),
    ).toEqual(
      ['local', 'local-name', 'metadata'].map(name => [
        `outside-${name}`,
        'error',
        expect.stringMatching(/could not be read: .*not allowed/),
      ]),
    );
    const refused = bench.logged.filter(line => line.includes('outside-'));
    for (const name of ['etc', 'above', 'with-password', 'climbing']) {
      expect(refused).toContainEqual(
        expect.stringContaining(`component:default/outside-${name}`),
      );
    }
    expect(refused.join('\n')).not.toContain('hidden-in-a-url');

    expect(asked).toEqual([]);
    await fetch(`http://127.0.0.1:${port}/control`);
    expect(asked).toEqual(['/control']);
  });
});
