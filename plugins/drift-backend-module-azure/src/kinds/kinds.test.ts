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

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { JsonObject } from '@backstage/types';
import {
  applyCloudWrites,
  CloudPropertyName,
  planCloudRepair,
  toLiveCloudResource,
} from '@infra-hub/drift-engine';
import { DOCUMENTS, IDS } from '../__testUtils__/documents';
import { patchBody } from '../update/bodies';
import { KINDS } from '.';
import { AzureKind } from './AzureKind';

/** A document with all of its parts, as the reader makes it. */
function documentOf(kind: AzureKind): { id: string; document: JsonObject } {
  const [id, own] = Object.entries(DOCUMENTS).find(
    ([, { type }]) => type === kind.kind,
  ) ?? ['', {}];
  return {
    id,
    document: applyCloudWrites(
      { id, ...own },
      (kind.parts ?? []).map(({ pointer, idOf }) => ({
        pointer,
        value: { id: idOf(id), ...DOCUMENTS[idOf(id)] },
      })),
    ),
  };
}

function kindOf(name: string): AzureKind {
  const found = KINDS.find(({ kind }) => kind === name);
  if (!found) {
    throw new Error(`There is no kind ${name}`);
  }
  return found;
}

/** Values that the properties of every kind can be given. */
const VALUES: Partial<Record<CloudPropertyName, string | number | boolean>> = {
  version: '17',
  storageGiB: 1024,
  capacityGiB: 1024,
  replicas: 2,
  highAvailability: false,
  backupRetentionDays: 30,
  publicAccess: true,
  tier: 'Standard_ZRS',
  redundancy: 'LRS',
  versioning: false,
  throughputMiBps: 500,
  iops: 5000,
  'encryption/enabled': false,
  'encryption/keyId':
    '/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/diskEncryptionSets/d',
};

const WRITABLE = KINDS.flatMap(kind =>
  kind.properties
    .filter(({ name, write }) => write && VALUES[name] !== undefined)
    .map(property => [kind.kind, property.name, kind, property] as const),
);

describe('the tables of Azure', () => {
  it.each(WRITABLE)(
    '%s: %s reads as it was written',
    (_k, name, kind, property) => {
      const { document } = documentOf(kind);
      const value = VALUES[name] ?? '';

      const after = applyCloudWrites(
        document,
        property.write?.(value, document) ?? [],
      );

      expect(property.read(after)).toEqual(value);
    },
  );

  it.each(KINDS.map(kind => [kind.kind, kind] as const))(
    '%s tells of each property where it stands, and how to change it or why not',
    (_, kind) => {
      const { document } = documentOf(kind);
      for (const { name, field, write, fixed } of kind.properties) {
        expect([name, field]).toEqual([
          name,
          expect.stringMatching(/^\/[a-z]/i),
        ]);
        expect([name, write === undefined]).toEqual([
          name,
          fixed !== undefined,
        ]);
      }
      expect(kind.apiVersion).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(JSON.stringify(document)).not.toContain(
        'administratorLoginPassword',
      );
    },
  );

  it.each(KINDS.map(kind => [kind.kind, kind] as const))(
    '%s does not name a member as computed that its tables write to',
    (_, kind) => {
      const { document } = documentOf(kind);
      const written = WRITABLE.filter(([name]) => name === kind.kind).flatMap(
        ([, name, , { write }]) => write?.(VALUES[name] ?? '', document) ?? [],
      );
      const locked = [...(kind.computed ?? []), ...(kind.createOnly ?? [])];

      for (const { pointer } of written) {
        expect(
          locked.filter(
            each => pointer === each || pointer.startsWith(`${each}/`),
          ),
        ).toEqual([]);
      }
    },
  );

  it('knows nothing of an empty document, but what is always so', () => {
    const known = KINDS.flatMap(({ properties }) =>
      properties.flatMap(({ name, read }) =>
        read({}) === undefined ? [] : name,
      ),
    );

    expect([...new Set(known)].sort()).toEqual([
      'encryption/enabled',
      'engine',
    ]);
  });

  it('keeps a disk encrypted twice when its key changes', () => {
    const disk = KINDS.find(({ kind }) => kind === 'Microsoft.Compute/disks');
    const key = disk?.properties.find(
      ({ name }) => name === 'encryption/keyId',
    );
    const write = (type: string) =>
      key
        ?.write?.('key-2', { properties: { encryption: { type } } })
        .map(({ pointer }) => pointer);

    expect(write('EncryptionAtRestWithPlatformAndCustomerKeys')).toEqual([
      '/properties/encryption/diskEncryptionSetId',
    ]);
    expect(write('EncryptionAtRestWithPlatformKey')).toEqual([
      '/properties/encryption/type',
      '/properties/encryption/diskEncryptionSetId',
    ]);
  });

  it('takes nothing for drift that Azure only takes when a database is made', () => {
    const database = KINDS.find(
      ({ kind }) => kind === 'Microsoft.Sql/servers/databases',
    );

    expect(database?.writeOnly).toEqual(
      expect.arrayContaining([
        '/properties/createMode',
        '/properties/sampleName',
        '/properties/sourceDatabaseId',
      ]),
    );
  });

  it.each([
    [{ defaultAction: 'Allow' }, undefined, true],
    [{ defaultAction: 'Deny' }, undefined, false],
    [{ defaultAction: 'deny' }, 'Enabled', false],
    [undefined, undefined, true],
    [undefined, 'Disabled', false],
    [undefined, 'SecuredByPerimeter', false],
  ])(
    'takes blobs that anybody may read, with the firewall %j and network access %s, for public: %s',
    (networkAcls, publicNetworkAccess, isPublic) => {
      const property = kindOf(
        'Microsoft.Storage/storageAccounts',
      ).properties.find(({ name }) => name === 'publicAccess');
      const document = {
        properties: {
          allowBlobPublicAccess: true,
          ...(networkAcls && { networkAcls }),
          ...(publicNetworkAccess && { publicNetworkAccess }),
        },
      };

      expect(property?.read(document)).toBe(isPublic);
      const opened = applyCloudWrites(
        document,
        property?.write?.(true, document) ?? [],
      );
      expect(property?.read(opened)).toBe(true);
      const closed = applyCloudWrites(
        opened,
        property?.write?.(false, opened) ?? [],
      );
      expect(property?.read(closed)).toBe(false);
    },
  );

  it('says nothing of public blobs where Azure does not', () => {
    const property = kindOf(
      'Microsoft.Storage/storageAccounts',
    ).properties.find(({ name }) => name === 'publicAccess');

    expect(
      property?.read({ properties: { publicNetworkAccess: 'Enabled' } }),
    ).toBeUndefined();
  });

  it.each([
    [
      'networkAcls',
      { defaultAction: 'Deny', bypass: 'None', ipRules: [] },
      { ipRules: [{ value: '198.51.100.1' }] },
    ],
    [
      'sasPolicy',
      { sasExpirationPeriod: '1.00:00:00', expirationAction: 'Log' },
      { expirationAction: 'Block' },
    ],
  ])('changes %s of a storage account as a whole', (name, before, change) => {
    const after = { ...before, ...change };

    expect(
      patchBody(
        kindOf('Microsoft.Storage/storageAccounts'),
        { properties: { [name]: before } },
        { properties: { [name]: after } },
      ),
    ).toEqual({ properties: { [name]: after } });
  });

  it('writes the performance only of disks that take it', () => {
    const { properties } = kindOf('Microsoft.Compute/disks');
    const writes = (sku: string) =>
      ['iops', 'throughputMiBps'].flatMap(
        name =>
          properties
            .find(property => property.name === name)
            ?.write?.(3000, { sku: { name: sku } })
            .map(({ pointer }) => pointer) ?? [],
      );

    expect(writes('Premium_LRS')).toEqual([]);
    for (const sku of ['UltraSSD_LRS', 'PremiumV2_LRS']) {
      expect(writes(sku)).toEqual([
        '/properties/diskIOPSReadWrite',
        '/properties/diskMBpsReadWrite',
      ]);
    }
  });

  it('claims nothing of TLS and read replicas that Azure does not document', () => {
    expect(kindOf('Microsoft.Sql/servers').defaults).not.toHaveProperty([
      '/properties/minimalTlsVersion',
    ]);
    expect(
      kindOf('Microsoft.Sql/servers/databases').defaults,
    ).not.toHaveProperty(['/properties/readScale']);
  });

  it.each([
    ['Microsoft.Sql/servers', '/properties/administrators/login'],
    ['Microsoft.Sql/servers', '/properties/createMode'],
    [
      'Microsoft.Sql/servers/databases',
      '/server/properties/administrators/login',
    ],
    [
      'Microsoft.DBforMySQL/flexibleServers',
      '/properties/importSourceProperties/storageUrl',
    ],
    [
      'Microsoft.Storage/storageAccounts',
      '/properties/encryption/services/blob/keyType',
    ],
    ['Microsoft.Compute/disks', '/properties/securityProfile/securityType'],
  ])('%s: does not write %s, which only creation takes', (name, pointer) => {
    expect(
      kindOf(name).createOnly?.some(
        each => pointer === each || pointer.startsWith(`${each}/`),
      ),
    ).toBe(true);
  });

  it.each([
    'Microsoft.Sql/servers',
    'Microsoft.DBforPostgreSQL/flexibleServers',
    'Microsoft.DBforMySQL/flexibleServers',
  ])('%s: says that firewall rules are to be changed by hand', name => {
    const kind = kindOf(name);
    const { id, document } = documentOf(kind);
    const desired = {
      resourceType: 'database' as const,
      name: 'shop',
      provider: 'azure',
      kind: kind.kind,
      id,
      properties: {},
      providerProperties: {
        firewallRules: [
          {
            name: 'office',
            startIpAddress: '198.51.100.1',
            endIpAddress: '198.51.100.1',
          },
        ],
      },
    };
    const live = toLiveCloudResource({
      kind,
      provider: 'azure',
      id,
      document: { ...document, firewallRules: [] },
    });

    const { writes, refusals } = planCloudRepair({
      kind,
      document,
      live,
      desired,
    });

    expect(writes).toEqual([]);
    expect(refusals).toEqual([
      expect.stringMatching(/^firewallRules of .* change, make or delete it/),
    ]);
  });

  it('has the bytes of SQL databases and the megabytes of disks as people count them', () => {
    const [database, disk] = [
      'Microsoft.Sql/servers/databases',
      'Microsoft.Compute/disks',
    ].map(name => KINDS.find(({ kind }) => kind === name)?.properties ?? []);

    expect(
      database
        .find(({ name }) => name === 'storageGiB')
        ?.read({ properties: { maxSizeBytes: 2147483648 } }),
    ).toBe(2);
    expect(
      disk
        .find(({ name }) => name === 'throughputMiBps')
        ?.read({ properties: { diskMBpsReadWrite: 1000 } }),
    ).toBe(954);
  });

  it.each([
    [
      'Microsoft.Storage/storageAccounts',
      'tier',
      'Standard_GRS',
      'Premium_LRS',
      /cannot go from Standard to Premium/,
    ],
    [
      'Microsoft.Storage/storageAccounts',
      'redundancy',
      'LRS',
      'ZRS',
      /conversion/,
    ],
    [
      'Microsoft.Storage/storageAccounts',
      'redundancy',
      'LRS',
      'GRS',
      /^nothing$/,
    ],
    [
      'Microsoft.Storage/storageAccounts',
      'lifecycle',
      [{}],
      [],
      /delete the lifecycle policy/,
    ],
    [
      'Microsoft.DBforPostgreSQL/flexibleServers',
      'backupRetentionDays',
      7,
      40,
      /7 to 35 days/,
    ],
    [
      'Microsoft.DBforMySQL/flexibleServers',
      'backupRetentionDays',
      7,
      1,
      /^nothing$/,
    ],
    [
      'Microsoft.DBforPostgreSQL/flexibleServers',
      'size',
      'Standard_B1ms',
      'D4',
      /Standard_D/,
    ],
    [
      'Microsoft.Sql/servers/databases',
      'backupRetentionDays',
      7,
      0,
      /1 to 35 days/,
    ],
    [
      'Microsoft.DocumentDB/databaseAccounts',
      'backupRetentionDays',
      7,
      31,
      /1 to 30 days/,
    ],
  ] as const)('%s: %s from %j to %j', (name, property, from, to, refusal) => {
    const found = KINDS.find(({ kind }) => kind === name)?.properties.find(
      each => each.name === property,
    );
    const answer = found?.refuse?.(
      structuredClone(from) as never,
      structuredClone(to) as never,
    );

    expect(answer ?? 'nothing').toMatch(refusal);
  });

  it('gives the engine what it needs to plan a repair', () => {
    const kind = KINDS.find(
      ({ kind: name }) => name === 'Microsoft.Storage/storageAccounts',
    );
    if (!kind) {
      throw new Error('No kind');
    }
    const { document } = documentOf(kind);
    const changed = applyCloudWrites(document, [
      { pointer: '/properties/allowBlobPublicAccess', value: true },
      { pointer: '/properties/minimumTlsVersion', value: 'TLS1_0' },
      {
        pointer: '/blobServices/default/properties/isVersioningEnabled',
        value: undefined,
      },
    ]);

    const repair = planCloudRepair({
      kind,
      document: changed,
      live: toLiveCloudResource({
        kind,
        provider: 'azure',
        id: IDS.storage,
        document: changed,
      }),
      desired: {
        resourceType: 'storage',
        name: 'files',
        provider: 'azure',
        kind: kind.kind,
        id: IDS.storage,
        properties: { publicAccess: false, versioning: true },
        providerProperties: { properties: { minimumTlsVersion: 'TLS1_2' } },
      },
    });

    expect(repair.refusals).toEqual([]);
    expect(
      repair.writes.map(({ pointer, value }) => [pointer, value]).sort(),
    ).toEqual([
      ['/blobServices/default/properties/isVersioningEnabled', true],
      ['/properties/allowBlobPublicAccess', false],
      ['/properties/minimumTlsVersion', 'TLS1_2'],
    ]);
  });

  it.each([
    [
      {
        kind: 'GlobalDocumentDB',
        properties: { capabilities: [{ name: 'EnableCassandra' }] },
      },
      'cassandra',
    ],
    [
      {
        kind: 'GlobalDocumentDB',
        properties: { capabilities: [{ name: 'EnableGremlin' }] },
      },
      'gremlin',
    ],
    [
      {
        kind: 'GlobalDocumentDB',
        properties: { capabilities: [{ name: 'EnableTable' }] },
      },
      'table',
    ],
    [
      { kind: 'GlobalDocumentDB', properties: { capabilities: [] } },
      'cosmosdb',
    ],
    [{ kind: 'MongoDB', properties: {} }, 'mongodb'],
  ])('knows the engine of Cosmos DB by %j', (document, engine) => {
    const kind = KINDS.find(({ kind: name }) => name.includes('DocumentDB'));

    expect(
      kind?.properties.find(({ name }) => name === 'engine')?.read(document),
    ).toBe(engine);
  });

  it.each([
    [
      {
        type: 'Periodic',
        periodicModeProperties: { backupRetentionIntervalInHours: 8 },
      },
      1 / 3,
    ],
    [
      {
        type: 'Continuous',
        continuousModeProperties: { tier: 'Continuous7Days' },
      },
      7,
    ],
    [{ type: 'Continuous' }, 30],
  ])('knows how long Cosmos DB keeps backups by %j', (backupPolicy, days) => {
    const kind = KINDS.find(({ kind: name }) => name.includes('DocumentDB'));

    expect(
      kind?.properties
        .find(({ name }) => name === 'backupRetentionDays')
        ?.read({ properties: { backupPolicy } }),
    ).toBeCloseTo(days);
  });
});

describe('the roles that are shipped', () => {
  const folder = resolve(__dirname, '../../policies');
  const actionsOf = (file: string): string[] =>
    JSON.parse(readFileSync(resolve(folder, file), 'utf8')).Actions;

  it.each(KINDS.map(({ kind }) => kind))(
    'allow to read and change %s',
    kind => {
      expect(actionsOf('reader.json')).toContain(`${kind}/read`);
      expect(actionsOf('remediator.json')).toContain(`${kind}/read`);
      expect(actionsOf('remediator.json')).toContain(`${kind}/write`);
    },
  );

  it('allow to read and change the parts of resources', () => {
    for (const { kind, parts = [] } of KINDS) {
      for (const { pointer, method } of parts) {
        const [, type] = pointer.split('/');
        const action =
          type === 'server' ? 'Microsoft.Sql/servers' : `${kind}/${type}`;
        expect(actionsOf('reader.json')).toContain(`${action}/read`);
        expect(actionsOf('remediator.json').includes(`${action}/write`)).toBe(
          method !== undefined,
        );
      }
    }
  });

  it('allow neither to delete, nor to read keys, nor all', () => {
    for (const file of readdirSync(folder)) {
      expect(
        actionsOf(file).filter(action =>
          /\/(delete|action)$|^\*|\/\*$/i.test(action),
        ),
      ).toEqual([]);
    }
    expect(
      actionsOf('reader.json').filter(action => !action.endsWith('/read')),
    ).toEqual([]);
  });
});
