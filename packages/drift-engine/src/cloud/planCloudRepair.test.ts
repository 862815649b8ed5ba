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

import type { JsonObject, JsonValue } from '@backstage/types';
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import fc from 'fast-check';
import { CloudKind, CloudProperty } from './CloudKind';
import { DesiredCloudResource } from './CloudResource';
import { applyCloudWrites } from './cloudWrites';
import { compareCloud } from './compareCloud';
import { planCloudRepair, PlanCloudRepairOptions } from './planCloudRepair';
import { toLiveCloudResource } from './toLiveCloudResource';

function property(
  name: CloudProperty['name'],
  member: string,
  more: Partial<CloudProperty> = {},
): CloudProperty {
  return {
    name,
    field: `/${member}`,
    read: document => document[member],
    write: value => [{ pointer: `/${member}`, value }],
    ...more,
  };
}

const properties: CloudProperty[] = [
  property('engine', 'Engine'),
  property('version', 'EngineVersion', { effect: 'The database restarts.' }),
  property('size', 'Class', { effect: 'The database restarts.' }),
  {
    name: 'storageGiB',
    field: '/Storage',
    // As RDS has it
    read: ({ Storage }) => Storage && Number(Storage),
    write: value => [{ pointer: '/Storage', value: String(value) }],
  },
  property('storageType', 'StorageType', { write: undefined }),
  property('highAvailability', 'MultiAZ'),
  property('encryption/enabled', 'Encrypted', { write: undefined }),
  property('backupRetentionDays', 'Backups', {
    refuse: (from, to) =>
      from === 7 && to === 0 ? 'Backups cannot be turned off here.' : undefined,
  }),
  property('publicAccess', 'Public'),
];

const kind: CloudKind = {
  kind: 'Cloud::Database',
  resourceType: 'database',
  title: 'Database',
  properties,
  computed: ['/Endpoint', '/Rules/*/Id'],
  createOnly: ['/Subnets'],
  writeOnly: ['/Password', '/Login/Password'],
};

const document: JsonObject = {
  Engine: 'postgres',
  EngineVersion: '15.4',
  Class: 'small',
  Storage: '100',
  StorageType: 'gp3',
  MultiAZ: true,
  Encrypted: true,
  Backups: 7,
  Public: false,
  Endpoint: { Address: 'db.example.com' },
  Subnets: ['a', 'b'],
  Login: { User: 'admin' },
  Tags: [
    { Key: 'team', Value: 'blue' },
    { Key: 'cost', Value: '1' },
  ],
};

function plan(
  changes: {
    properties?: object;
    providerProperties?: JsonObject;
    really?: JsonObject;
    kind?: CloudKind;
  } & Pick<PlanCloudRepairOptions, 'leaveAlone' | 'address'>,
) {
  const { really, kind: other = kind, ...rest } = changes;
  const actual = { ...document, ...really };
  const desired: DesiredCloudResource = {
    resourceType: 'database',
    name: 'shop',
    provider: 'cloud',
    kind: kind.kind,
    id: 'shop-db',
    properties: {},
    ...rest,
  };
  const look = (shown: JsonObject) =>
    toLiveCloudResource({
      kind: other,
      provider: 'cloud',
      id: 'shop-db',
      document: shown,
    });
  const repair = planCloudRepair({
    desired,
    live: look(actual),
    kind: other,
    document: actual,
    leaveAlone: changes.leaveAlone,
    address: changes.address,
  });
  const after = applyCloudWrites(actual, repair.writes);
  const left = compareCloud({
    desired: [desired],
    live: [look(after)],
  }).differences.flatMap(({ class: is, fields }) =>
    is === 'drift' ? fields.map(({ path }) => path) : [],
  );
  return { ...repair, after, left };
}

describe('what repairs a resource of a cloud', () => {
  it('is nothing where nothing drifted', () => {
    expect(
      plan({
        properties: { engine: 'postgres', version: '15', storageGiB: 100 },
        providerProperties: { Class: 'small' },
      }),
    ).toMatchObject({ writes: [], changes: [], refusals: [], effects: [] });
  });

  it('writes what drifted in the words of the provider, and nothing else', () => {
    const { writes, changes, effects, left } = plan({
      properties: {
        engine: 'postgres',
        version: '15',
        size: 'large',
        storageGiB: 200,
        publicAccess: false,
      },
      really: { Public: true, Unasked: 1 },
    });
    expect(writes).toEqual([
      { pointer: '/Class', value: 'large' },
      { pointer: '/Storage', value: '200' },
      { pointer: '/Public', value: false },
    ]);
    expect(changes).toEqual(
      expect.arrayContaining([
        { path: '/size', actual: 'small', desired: 'large' },
        { path: '/storageGiB', actual: 100, desired: 200 },
        { path: '/publicAccess', actual: true, desired: false },
      ]),
    );
    expect(effects).toEqual(['The database restarts.']);
    expect(left).toEqual([]);
  });

  it('tells people the worst field first, whatever comes first in tables and wishes', () => {
    const { changes, remaining, writes } = plan({
      providerProperties: { Zone: 'b', Area: 'a' },
      properties: {
        size: 'large',
        storageType: 'gp2',
        highAvailability: false,
        encryption: { enabled: false },
        publicAccess: false,
      },
      really: { Public: true },
    });
    expect(changes.map(({ path }) => path)).toEqual([
      '/highAvailability',
      '/publicAccess',
      '/providerProperties/Area',
      '/providerProperties/Zone',
      '/size',
    ]);
    expect(remaining.map(({ field }) => field.path)).toEqual([
      '/encryption/enabled',
      '/storageType',
    ]);
    // What depends on something else of the table still comes after it
    expect(writes.map(({ pointer }) => pointer)).toEqual([
      '/Class',
      '/MultiAZ',
      '/Public',
      '/Zone',
      '/Area',
    ]);
  });

  it('says what goes on differing after it, and why', () => {
    expect(
      plan({
        properties: { storageGiB: 50, size: 'large' },
        address: 'shop',
      }),
    ).toMatchObject({
      changes: [{ path: '/size' }],
      remaining: [
        {
          field: { path: '/storageGiB', actual: 100, desired: 50 },
          reason: expect.stringMatching(/^Storage can only grow/),
        },
      ],
      refusals: [
        expect.stringMatching(
          /^storageGiB of shop cannot be changed back. Storage can only grow/,
        ),
      ],
    });
  });

  it('tells an effect of several fields once', () => {
    expect(
      plan({ properties: { size: 'large', version: '16' } }).effects,
    ).toEqual(['The database restarts.']);
  });

  it('leaves alone what the provider changed within the wanted bounds', () => {
    expect(
      plan({ properties: { storageGiB: 50, storageMaxGiB: 150 } }),
    ).toMatchObject({ writes: [], refusals: [] });
  });

  it('leaves alone what it is told to', () => {
    const { writes, left } = plan({
      properties: { size: 'large', publicAccess: true },
      leaveAlone: ['/size'],
    });
    expect(writes).toEqual([{ pointer: '/Public', value: true }]);
    expect(left).toEqual(['/size']);
  });

  describe('what cannot be changed in place', () => {
    it.each<[string, object, JsonObject, RegExp]>([
      ['storageGiB', { storageGiB: 50 }, {}, /can only grow.* 100 GiB/],
      [
        'storageGiB',
        { storageGiB: 50, storageMaxGiB: 80 },
        {},
        /can only grow.* 100 GiB/,
      ],
      ['engine', { engine: 'mysql' }, {}, /engine of a database that exists/],
      ['version', { version: '14' }, {}, /lower major version.* 15\.4/],
      [
        'version',
        { version: '8.0' },
        { Engine: 'mysql', EngineVersion: '8.4.1' },
        /lower major version/,
      ],
      [
        'encryption.enabled',
        { encryption: { enabled: true } },
        { Encrypted: false },
        /encryption of a database that exists/,
      ],
      ['storageType', { storageType: 'io2' }, {}, /offers no way/],
      [
        'backupRetentionDays',
        { backupRetentionDays: 0 },
        {},
        /Backups cannot be turned off here/,
      ],
    ])('says why for %s, and repairs the rest', (name, wanted, really, why) => {
      const { writes, changes, refusals, left } = plan({
        properties: { ...wanted, publicAccess: true },
        really,
      });
      expect(writes).toEqual([{ pointer: '/Public', value: true }]);
      expect(changes).toHaveLength(1);
      expect(refusals).toEqual([expect.stringMatching(why)]);
      expect(refusals[0]).toMatch(
        new RegExp(
          `^${name} of Cloud::Database/shop-db cannot be changed back\\. `,
        ),
      );
      expect(left).toEqual([`/${name.replace('.', '/')}`]);
    });

    it.each([
      ['15.2', '15.9'],
      ['16', '15.9'],
    ])('lets the version become %s from %s', (to, from) => {
      expect(
        plan({ properties: { version: to }, really: { EngineVersion: from } }),
      ).toMatchObject({
        writes: [{ pointer: '/EngineVersion', value: to }],
        refusals: [],
      });
    });

    it('takes the word of a table before its own', () => {
      const fixed = { ...properties[2], fixed: 'Not of this kind.' };
      expect(
        plan({
          kind: { ...kind, properties: [fixed] },
          properties: { size: 'large' },
        }),
      ).toMatchObject({
        writes: [],
        refusals: [
          'size of Cloud::Database/shop-db cannot be changed back. Not of this kind.',
        ],
      });
    });

    it('holds for properties that are written where only a new resource may have them', () => {
      const { writes, refusals } = plan({
        kind: { ...kind, createOnly: ['/Class'] },
        properties: { size: 'large' },
      });
      expect(writes).toEqual([]);
      expect(refusals).toEqual([
        expect.stringContaining('only be chosen when the resource is made'),
      ]);
    });

    it('holds for what no repair writes to, in the words of the table', () => {
      const { writes, refusals } = plan({
        kind: {
          ...kind,
          notWritten: { '/Subnets': 'Subnets have an address of their own.' },
          createOnly: [],
        },
        providerProperties: { Subnets: ['a', 'c'], Class: 'large' },
      });
      expect(writes).toEqual([{ pointer: '/Class', value: 'large' }]);
      expect(refusals).toEqual([
        expect.stringMatching(
          /^Subnets of .* cannot be changed back\. Subnets have an address of their own\.$/,
        ),
      ]);
    });

    it('names the resource as findings do', () => {
      expect(
        plan({ properties: { engine: 'mysql' }, address: 'prod/eu/X/shop' })
          .refusals[0],
      ).toMatch(/^engine of prod\/eu\/X\/shop cannot/);
    });
  });

  describe('in the words of the provider', () => {
    it('writes what is given, where it stands', () => {
      const { writes, changes, left } = plan({
        providerProperties: {
          Class: 'large',
          Login: { User: 'root' },
          Monitoring: { Role: 'watcher', Interval: 60 },
        },
      });
      expect(writes).toEqual([
        { pointer: '/Class', value: 'large' },
        { pointer: '/Login/User', value: 'root' },
        // In one piece, since a patch cannot add below nothing
        {
          pointer: '/Monitoring',
          value: { Role: 'watcher', Interval: 60 },
        },
      ]);
      expect(changes.map(({ path }) => path)).toContain(
        '/providerProperties/Monitoring/Interval',
      );
      expect(left).toEqual([]);
    });

    it.each<[string, JsonObject, RegExp]>([
      [
        'Subnets',
        { Subnets: ['a'] },
        /only be chosen when the resource is made/,
      ],
      ['Login', { Login: 'none' }, /does not tell what is there/],
    ])('never writes to %s', (name, providerProperties, why) => {
      const { writes, refusals } = plan({ providerProperties });
      expect(writes).toEqual([]);
      expect(refusals).toEqual([expect.stringMatching(why)]);
      expect(refusals[0]).toMatch(new RegExp(`^${name} of `));
    });

    it.each<JsonObject>([
      { Endpoint: { Address: 'other' } },
      { Password: 'hunter2' },
      { Login: { Password: 'hunter2' } },
    ])('has nothing to do with %j', providerProperties => {
      expect(plan({ providerProperties })).toMatchObject({
        writes: [],
        refusals: [],
      });
    });

    it('writes text where the provider has text', () => {
      expect(plan({ providerProperties: { Storage: 300 } }).writes).toEqual([
        { pointer: '/Storage', value: '300' },
      ]);
    });

    it('keeps tags that nobody wants in any particular way', () => {
      const { writes, left } = plan({
        providerProperties: { Tags: { team: 'red' } },
      });
      expect(writes).toEqual([
        {
          pointer: '/Tags',
          value: [
            { Key: 'cost', Value: '1' },
            { Key: 'team', Value: 'red' },
          ],
        },
      ]);
      expect(left).toEqual([]);
    });

    it('keeps members of list elements that nobody wants in any particular way', () => {
      const { writes, left } = plan({
        really: {
          Rules: [
            { Id: 'a', Name: 'old', Days: 1, Class: 'cold' },
            { Id: 'b', Name: 'new', Days: 2, Class: 'warm' },
          ],
        },
        providerProperties: {
          Rules: [
            { Name: 'new', Days: 5 },
            { Name: 'old', Days: 1 },
          ],
        },
      });
      expect(writes).toEqual([
        {
          pointer: '/Rules',
          value: [
            { Id: 'b', Name: 'new', Days: 5, Class: 'warm' },
            { Id: 'a', Name: 'old', Days: 1, Class: 'cold' },
          ],
        },
      ]);
      expect(left).toEqual([]);
    });

    it('takes away what is wanted to be nothing', () => {
      expect(plan({ providerProperties: { Tags: null } }).writes).toEqual([
        { pointer: '/Tags', value: undefined },
      ]);
    });

    it('writes no value that was not kept', () => {
      expect(
        plan({
          providerProperties: { Init: { Key: SENSITIVE_DESIRED_VALUE, A: 1 } },
        }).writes,
      ).toEqual([{ pointer: '/Init', value: { A: 1 } }]);
      expect(
        plan({
          really: { Init: [{ Name: 'a', Key: 'k' }] },
          providerProperties: {
            Init: [{ Name: 'b', Key: SENSITIVE_DESIRED_VALUE }],
          },
        }).writes,
      ).toEqual([]);
    });
  });

  describe('with wishes that touch each other', () => {
    it('writes a place once that two of them agree on', () => {
      expect(
        plan({
          properties: { size: 'large' },
          providerProperties: { Class: 'large' },
        }),
      ).toMatchObject({
        writes: [{ pointer: '/Class', value: 'large' }],
        changes: [{ path: '/providerProperties/Class' }, { path: '/size' }],
        refusals: [],
      });
    });

    it('writes nothing where two of them contradict each other', () => {
      const { writes, refusals } = plan({
        properties: { size: 'large', publicAccess: true },
        providerProperties: { Class: 'huge' },
      });
      expect(writes).toEqual([{ pointer: '/Public', value: true }]);
      expect(refusals).toEqual([
        expect.stringMatching(/^size of .* contradicts/),
        expect.stringMatching(/^Class of .* contradicts/),
      ]);
    });

    it('does not break what is as it should be', () => {
      const { writes, refusals } = plan({
        properties: { size: 'small', publicAccess: true },
        providerProperties: { Class: 'huge' },
      });
      expect(writes).toEqual([{ pointer: '/Public', value: true }]);
      expect(refusals).toEqual([
        expect.stringMatching(/^Class of .* contradicts/),
      ]);
    });

    it('lets a part of a setting come after the whole', () => {
      const encryption: CloudProperty[] = [
        {
          name: 'encryption/enabled',
          field: '/Sse/On',
          read: ({ Sse }) => (Sse as JsonObject | undefined)?.On ?? false,
          write: value => [{ pointer: '/Sse', value: { On: value } }],
        },
        {
          name: 'encryption/keyId',
          field: '/Sse/Key',
          read: ({ Sse }) => (Sse as JsonObject | undefined)?.Key,
          write: value => [{ pointer: '/Sse/Key', value }],
        },
      ];
      expect(
        plan({
          kind: { ...kind, properties: encryption },
          properties: { encryption: { keyId: 'k', enabled: true } },
        }),
      ).toMatchObject({
        writes: [{ pointer: '/Sse', value: { On: true, Key: 'k' } }],
        left: [],
        refusals: [],
      });
    });

    it('says what else would read differently', () => {
      const both = property('storageType', 'StorageType', {
        write: value => [
          { pointer: '/StorageType', value },
          { pointer: '/Backups', value: 1 },
        ],
      });
      const others = properties.filter(({ name }) => name !== both.name);
      expect(
        plan({
          kind: { ...kind, properties: [both, ...others] },
          properties: { storageType: 'io2' },
        }).effects,
      ).toEqual(['Along with it, backupRetentionDays changes from 7 to 1.']);
    });
  });

  it('says where a change would not be quite what is wanted', () => {
    const rounded = property('storageGiB', 'Storage', {
      read: ({ Storage }) => Number(Storage),
      write: value => [
        { pointer: '/Storage', value: Math.ceil(Number(value) / 64) * 64 },
      ],
    });
    expect(
      plan({
        kind: { ...kind, properties: [rounded] },
        properties: { storageGiB: 150 },
      }),
    ).toMatchObject({
      writes: [{ pointer: '/Storage', value: 192 }],
      remaining: [
        {
          field: { path: '/storageGiB', actual: 192, desired: 150 },
          reason: expect.stringContaining('not exactly what is desired'),
        },
      ],
      effects: [
        'The provider makes storageGiB 192, which is not exactly what is desired.',
      ],
    });
  });

  it('tells no secret where something else changes along with it', () => {
    const secret = 'postgres://root:S3cr3t-Pa55word@db';
    const told = property('storageType', 'Class', {
      read: ({ Class }) => (Class === 'small' ? secret : 'plain'),
      write: undefined,
    });
    const { effects } = plan({
      kind: { ...kind, properties: [properties[2], told] },
      properties: { size: 'large' },
    });
    expect(effects).toEqual([
      'The database restarts.',
      'Along with it, storageType changes from a value that may be a secret to "plain".',
    ]);
  });

  it('makes lists where the first element of one is written', () => {
    expect(
      applyCloudWrites({ a: {} }, [
        { pointer: '/a/rules/0/key', value: 'k' },
        { pointer: '/b/-', value: 1 },
      ]),
    ).toEqual({ a: { rules: [{ key: 'k' }] }, b: [1] });
  });

  it('drops values that look like secrets from what is shown', () => {
    const { changes, writes } = plan({
      really: { Extra: { api_key: 'Zm9vYmFyYmF6cXV4MTIzNDU2' } },
      providerProperties: {
        Extra: { api_key: 'cXV4YmF6YmFyZm9vNjU0MzIx' },
      },
    });
    expect(writes).toHaveLength(1);
    expect(changes).toEqual([
      { path: '/providerProperties/Extra/api_key', sensitive: true },
    ]);
  });

  it('leaves no drift but what it refused, whatever was done to the resource', () => {
    const scalar = fc.constantFrom<JsonValue>('a', 'b', 1, 2, true, false, '');
    const anyValue = fc.oneof(
      scalar,
      fc.array(fc.record({ Name: fc.constantFrom('x', 'y'), V: scalar }), {
        maxLength: 3,
      }),
      fc.dictionary(fc.constantFrom('P', 'Q', 'R'), scalar, {
        noNullPrototype: true,
      }),
    ) as fc.Arbitrary<JsonValue>;
    const own = fc.dictionary(
      fc.constantFrom('A', 'B', 'C', 'Class', 'Login', 'Subnets'),
      anyValue,
      { noNullPrototype: true },
    );
    const neutral = fc.record(
      {
        version: fc.constantFrom('14', '15', '15.4', '16.1'),
        size: fc.constantFrom('small', 'large'),
        storageGiB: fc.constantFrom(50, 100, 200),
        highAvailability: fc.boolean(),
        publicAccess: fc.boolean(),
        backupRetentionDays: fc.constantFrom(0, 7, 14),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(neutral, own, own, (wanted, providerProperties, really) => {
        const { left, refusals, remaining, after, writes } = plan({
          properties: wanted,
          providerProperties,
          really,
        });
        expect(left.length).toBeLessThanOrEqual(refusals.length);
        expect(remaining.map(({ field }) => field.path)).toEqual(
          expect.arrayContaining(left),
        );
        for (const path of left) {
          const label = path
            .replace(/^\/(?:providerProperties\/)?/, '')
            .replace(/\/$/, '');
          expect(refusals.join('\n')).toContain(`${label} of `);
        }
        // What nobody wants in any way stays as it is
        const untouched = Object.keys(document).filter(
          name => !writes.some(({ pointer }) => pointer.startsWith(`/${name}`)),
        );
        for (const name of untouched) {
          expect(after[name]).toEqual({ ...document, ...really }[name]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
