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
import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  DriftSource,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { createTestDatabases } from '../__testUtils__';
import { ScanEventEmitter } from '../scans/ScanEvents';
import { DatabaseDriftStore } from '../store/DatabaseDriftStore';
import { DriftStore } from '../store/DriftStore';
import { TargetRegistry, TargetRegistryOptions } from './TargetRegistry';

jest.setTimeout(60_000);

const NOW = new Date('2026-11-22T10:00:00Z');
const ANNOTATION = 'infra-hub.io/terraform-dir';
const databases = createTestDatabases();

type WorldOptions = Partial<TargetRegistryOptions>;

/** A catalog, a source that reads directories, a registry. */
class World {
  readonly logger = mockServices.logger.mock();
  readonly told: unknown[] = [];
  entities: Entity[] = [];
  configured: (TargetDefinition & { entityRefs?: string[] })[] = [];
  location: (entity: Entity) => TargetDefinition['location'] = () => ({});
  readonly catalog: CatalogService;
  readonly registry: TargetRegistry;

  static create(store: DriftStore, options: WorldOptions = {}): World {
    return new World(store, options);
  }

  private constructor(readonly store: DriftStore, options: WorldOptions) {
    const current = () => catalogServiceMock({ entities: this.entities });
    this.catalog = {
      ...current(),
      queryEntities: (request, callOptions) =>
        current().queryEntities(request, callOptions),
      getEntitiesByRefs: (request, callOptions) =>
        current().getEntitiesByRefs(request, callOptions),
    };
    const source: DriftSource = {
      id: 'terraform',
      entityAnnotations: [ANNOTATION],
      targetsFromEntity: e =>
        (e.metadata.annotations?.[ANNOTATION] ?? '').split(',').map(dir => {
          if (dir.includes('..')) {
            throw new InputError(`'${dir}' leaves the source`);
          }
          return { name: dir.trim(), location: this.location(e) };
        }),
      configuredTargets: () => this.configured,
      scan: async () => {
        throw new Error('not here');
      },
    };
    this.registry = TargetRegistry.create({
      sources: [source],
      store,
      catalog: this.catalog,
      auth: mockServices.auth(),
      logger: this.logger,
      events: ScanEventEmitter.create({
        logger: this.logger,
        listeners: [
          {
            onTargetsChanged: change => {
              this.told.push(change);
            },
          },
        ],
      }),
      defaultSchedule: 'PT30M',
      now: () => NOW,
      ...options,
    });
  }

  sync() {
    return this.registry.sync();
  }

  target(targetId: string) {
    return this.store.getTarget({ targetId, now: NOW });
  }

  async countTargets() {
    return (await this.store.listTargetIds({ query: {} })).length;
  }

  warnings() {
    return this.logger.warn.mock.calls.map(([message]) => message);
  }
}

describe.each(databases.ids)('TargetRegistry on %s', id => {
  const createWorld = async (options?: WorldOptions) =>
    World.create(
      await DatabaseDriftStore.forTest({ knex: await databases.init(id) }),
      options,
    );

  it('takes targets from the annotations of entities', async () => {
    const world = await createWorld();
    world.entities = [
      entity('web', {
        [ANNOTATION]: 'infra/aks, infra/sql',
        'infra-hub.io/client': 'acme',
        'infra-hub.io/scan-schedule': 'PT1H',
      }),
      entity('other', {}),
    ];
    const changes = await world.sync();
    expect(changes).toEqual({
      added: ['terraform:acme/infra/aks', 'terraform:acme/infra/sql'],
      updated: [],
      retired: [],
    });
    expect(await world.target('terraform:acme/infra/aks')).toMatchObject({
      source: 'terraform',
      client: 'acme',
      name: 'infra/aks',
      entityRefs: ['component:default/web'],
      owner: 'group:default/platform',
      schedule: 'PT1H',
      status: 'unknown',
      nextScanAt: NOW.toISOString(),
    });
    expect(world.told).toEqual([changes]);
  });

  it('changes nothing when nothing changed', async () => {
    const world = await createWorld();
    world.entities = [entity('web', { [ANNOTATION]: 'aks' })];
    await world.sync();
    expect(await world.sync()).toEqual({ added: [], updated: [], retired: [] });
    expect(world.told).toHaveLength(1);
  });

  it('gives a target that several entities declare to all of them, the first one owns it', async () => {
    const world = await createWorld();
    world.entities = [
      entity('z', { [ANNOTATION]: 'shared' }, 'team-z'),
      entity('a', { [ANNOTATION]: 'shared,own' }, 'team-a'),
    ];
    await world.sync();
    expect(await world.target('terraform:-/shared')).toMatchObject({
      entityRefs: ['component:default/a', 'component:default/z'],
      owner: 'group:default/team-a',
    });
    expect(await world.target('terraform:-/own')).toMatchObject({
      entityRefs: ['component:default/a'],
    });
  });

  it('keeps two clients with one module name apart', async () => {
    const world = await createWorld();
    world.entities = [
      entity('a', { [ANNOTATION]: 'aks', 'infra-hub.io/client': 'acme' }),
      entity('g', { [ANNOTATION]: 'aks', 'infra-hub.io/client': 'globex' }),
    ];
    expect((await world.sync()).added).toEqual([
      'terraform:acme/aks',
      'terraform:globex/aks',
    ]);
  });

  it('prefers the owner that the catalog resolved over the one that is written', async () => {
    const world = await createWorld();
    const [related, written, nobody] = [
      entity('related', { [ANNOTATION]: 'a' }),
      entity('written', { [ANNOTATION]: 'b' }),
      entity('nobody', { [ANNOTATION]: 'c' }),
    ];
    written.relations = [];
    written.spec = { owner: 'user:someone' };
    nobody.relations = [];
    nobody.spec = {};
    world.entities = [related, written, nobody];
    await world.sync();
    expect((await world.target('terraform:-/a'))?.owner).toBe(
      'group:default/platform',
    );
    expect((await world.target('terraform:-/b'))?.owner).toBe(
      'user:default/someone',
    );
    expect((await world.target('terraform:-/c'))?.owner).toBeUndefined();
  });

  it('retires what is no longer declared, and brings it back', async () => {
    const world = await createWorld();
    const web = entity('web', { [ANNOTATION]: 'aks' });
    world.entities = [web];
    await world.sync();
    world.entities = [];
    expect((await world.sync()).retired).toEqual(['terraform:-/aks']);
    expect(await world.target('terraform:-/aks')).toBeUndefined();
    world.entities = [web];
    expect((await world.sync()).added).toEqual(['terraform:-/aks']);
  });

  it('retires nothing when the catalog is away, breaks off, or gives less than it announced', async () => {
    const world = await createWorld();
    world.entities = Array.from({ length: 700 }, (_, i) =>
      entity(`e${i}`, { [ANNOTATION]: `m${i}` }),
    );
    expect((await world.sync()).added).toHaveLength(700);

    const whole = world.catalog.queryEntities;
    const broken: CatalogService['queryEntities'][] = [
      async () => {
        throw new Error('503 from the catalog');
      },
      async (request, options) => {
        if (request && 'cursor' in request) {
          throw new Error('connection reset');
        }
        return whole(request, options);
      },
      async (request, options) => ({
        ...(await whole(request, options)),
        pageInfo: {},
      }),
    ];
    for (const queryEntities of broken) {
      world.catalog.queryEntities = queryEntities;
      await expect(world.sync()).rejects.toThrow(
        'Could not read the scan targets from the catalog; the known ones stay',
      );
      expect(await world.countTargets()).toBe(700);
    }
    world.catalog.queryEntities = whole;
    expect(await world.sync()).toEqual({ added: [], updated: [], retired: [] });
  });

  it('tells of a malformed annotation once, keeps what it knew of the entity, and goes on with the others', async () => {
    const world = await createWorld();
    const good = entity('good', { [ANNOTATION]: 'aks' });
    const bad = entity('bad', { [ANNOTATION]: 'sql' });
    world.entities = [good, bad];
    await world.sync();

    bad.metadata.annotations![ANNOTATION] = '../../etc';
    world.entities = [good, bad, entity('new', { [ANNOTATION]: 'vnet' })];
    const changes = await world.sync();
    await world.sync();
    expect(changes).toMatchObject({ added: ['terraform:-/vnet'], retired: [] });
    expect(world.registry.problems()).toEqual([
      {
        entityRef: 'component:default/bad',
        message: "'../../etc' leaves the source",
      },
    ]);
    expect(world.warnings()).toEqual([
      "component:default/bad: '../../etc' leaves the source",
    ]);

    bad.metadata.annotations![ANNOTATION] = 'sql';
    await world.sync();
    expect(world.registry.problems()).toEqual([]);
  });

  it('keeps what an entity declared before its annotation became malformed through a restart, until the annotation or the entity goes', async () => {
    const before = await createWorld();
    const shared = {
      [ANNOTATION]: 'sql,shared',
      'infra-hub.io/client': 'acme',
    };
    const bad = entity('bad', shared);
    const good = entity('good', { ...shared, [ANNOTATION]: 'aks,shared' });
    before.location = () => ({ zone: 'b', area: 'a' });
    before.entities = [bad, good];
    before.configured = [
      { name: 'dns', location: {}, entityRefs: ['component:default/bad'] },
    ];
    await before.sync();
    const known = await before.target('terraform:acme/sql');

    bad.metadata.annotations![ANNOTATION] = '../../etc';
    const restarted = World.create(before.store);
    restarted.location = before.location;
    restarted.entities = [bad, good];
    expect(await restarted.sync()).toEqual({
      added: [],
      updated: [],
      retired: ['terraform:-/dns'],
    });
    expect(await restarted.target('terraform:acme/sql')).toEqual(known);
    expect(await restarted.target('terraform:acme/shared')).toMatchObject({
      entityRefs: ['component:default/bad', 'component:default/good'],
    });
    expect(restarted.registry.problems()).toEqual([
      {
        entityRef: 'component:default/bad',
        message: "'../../etc' leaves the source",
      },
    ]);

    bad.metadata.annotations![ANNOTATION] = 'shared';
    expect((await restarted.sync()).retired).toEqual(['terraform:acme/sql']);

    bad.metadata.annotations![ANNOTATION] = '../../etc';
    await restarted.sync();
    restarted.entities = [good];
    await restarted.sync();
    expect(await restarted.target('terraform:acme/shared')).toMatchObject({
      entityRefs: ['component:default/good'],
    });
  });

  it.each([
    ['every day', 'neither a cron expression'],
    ['PT1S', 'too frequent'],
  ])('uses the default for the schedule %j and says so', async (text, why) => {
    const world = await createWorld();
    world.entities = [
      entity('web', {
        [ANNOTATION]: 'aks',
        'infra-hub.io/scan-schedule': text,
      }),
    ];
    await world.sync();
    expect(await world.target('terraform:-/aks')).toMatchObject({
      schedule: 'PT30M',
    });
    expect(world.registry.problems()[0].message).toMatch(
      new RegExp(`${why}.*'PT30M' is used instead`),
    );
  });

  it.each(['a/b', '-', 'x'.repeat(101), 'new\u0000line'])(
    'refuses the client %j, which would make ids ambiguous',
    async client => {
      const world = await createWorld();
      world.entities = [
        entity('bad', { [ANNOTATION]: 'aks', 'infra-hub.io/client': client }),
        entity('good', { [ANNOTATION]: 'aks' }),
      ];
      expect((await world.sync()).added).toEqual(['terraform:-/aks']);
      expect(world.registry.problems()).toHaveLength(1);
    },
  );

  it('reports two declarations of one target that do not agree', async () => {
    const world = await createWorld();
    world.location = e => ({ from: e.metadata.name });
    world.entities = [
      entity('b', { [ANNOTATION]: 'aks' }),
      entity('a', { [ANNOTATION]: 'aks' }),
    ];
    await world.sync();
    expect(world.registry.problems()).toEqual([
      {
        entityRef: 'component:default/b',
        message:
          "The target 'terraform:-/aks' is declared with another location by component:default/a, which is used",
      },
    ]);
  });

  it('takes targets from the configuration, with the owner of their entity', async () => {
    const world = await createWorld();
    world.configured = [
      { name: 'net', client: 'acme', location: {}, schedule: '0 3 * * *' },
      { name: 'dns', location: {}, entityRefs: ['component:default/web'] },
    ];
    world.entities = [entity('web', {})];
    expect((await world.sync()).added.sort()).toEqual([
      'terraform:-/dns',
      'terraform:acme/net',
    ]);
    expect(await world.target('terraform:-/dns')).toMatchObject({
      owner: 'group:default/platform',
      entityRefs: ['component:default/web'],
    });

    world.configured = [];
    expect((await world.sync()).retired).toHaveLength(2);
  });

  it('joins what configuration and catalog say of one target, the configuration wins', async () => {
    const world = await createWorld();
    world.configured = [{ name: 'aks', location: {}, schedule: 'PT2H' }];
    world.entities = [
      entity('web', {
        [ANNOTATION]: 'aks',
        'infra-hub.io/scan-schedule': 'PT1H',
      }),
    ];
    expect((await world.sync()).added).toEqual(['terraform:-/aks']);
    expect(await world.target('terraform:-/aks')).toMatchObject({
      schedule: 'PT2H',
      owner: 'group:default/platform',
      entityRefs: ['component:default/web'],
    });
    expect(await world.sync()).toEqual({ added: [], updated: [], retired: [] });
  });

  it('spreads the first scans of a large fleet and begins at once with a small one', async () => {
    const small = await createWorld({ initialDelayMs: 5_000 });
    small.entities = [entity('web', { [ANNOTATION]: 'aks' })];
    await small.sync();
    expect((await small.target('terraform:-/aks'))?.nextScanAt).toBe(
      '2026-11-22T10:00:05.000Z',
    );

    const large = await createWorld();
    large.entities = Array.from({ length: 1_050 }, (_, i) =>
      entity(`e${i}`, { [ANNOTATION]: `m${i}` }),
    );
    await large.sync();
    const dueAfter = async (seconds: number) =>
      (
        await large.store.findDueTargets({
          now: new Date(NOW.getTime() + seconds * 1000),
          limit: 2_000,
        })
      ).length;
    expect(await dueAfter(0)).toBeLessThan(20);
    const half = await dueAfter(100);
    expect(half).toBeGreaterThan(450);
    expect(half).toBeLessThan(600);
    expect(await dueAfter(200)).toBe(1_050);
  });
});

function entity(
  name: string,
  annotations: Record<string, string>,
  owner = 'platform',
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', annotations: { ...annotations } },
    spec: { type: 'service', owner },
    relations: [{ type: 'ownedBy', targetRef: `group:default/${owner}` }],
  };
}
