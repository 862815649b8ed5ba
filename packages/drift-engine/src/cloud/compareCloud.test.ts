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

import { JsonObject, JsonValue } from '@backstage/types';
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import {
  CompareCloudOptions,
  DesiredCloudResource,
  LiveCloudResource,
} from './CloudResource';
import { assess } from '../assess/assess';
import { summarise } from '../assess/summarise';
import { compareCloud, compareCloudInDetail } from './compareCloud';

const database: DesiredCloudResource = {
  resourceType: 'database',
  name: 'shop',
  provider: 'aws',
  account: '123456789012',
  region: 'eu-central-1',
  kind: 'AWS::RDS::DBInstance',
  id: 'shop-db',
  properties: {
    engine: 'postgres',
    version: '15',
    size: 'db.t4g.medium',
    storageGiB: 100,
    highAvailability: true,
    publicAccess: false,
    encryption: { enabled: true },
  },
};

const live: LiveCloudResource = {
  ...database,
  properties: {
    ...database.properties,
    version: '15.4',
    backupRetentionDays: 7,
    encryption: { enabled: true, keyId: 'arn:aws:kms:eu-central-1:1:key/a' },
  } as LiveCloudResource['properties'],
};

function compare(
  changes: {
    wanted?: object;
    actual?: object;
    desired?: Partial<DesiredCloudResource>;
    really?: Partial<LiveCloudResource>;
  } & Omit<Partial<CompareCloudOptions>, 'desired' | 'live'>,
) {
  const { wanted, actual, desired, really, ...options } = changes;
  return compareCloud({
    desired: [
      {
        ...database,
        ...desired,
        properties: { ...database.properties, ...wanted },
      },
    ],
    live: [
      { ...live, ...really, properties: { ...live.properties, ...actual } },
    ],
    ...options,
  });
}

describe('comparing what a cloud has with what is wanted', () => {
  it('finds nothing where everything wanted is so, and what nobody wanted is no drift', () => {
    expect(compare({})).toMatchObject({
      differences: [],
      totalResources: 1,
      complete: true,
      blindSpots: [],
    });
  });

  it.each([
    ['version', { version: '14' }, '/version', '15', '14'],
    [
      'size',
      { size: 'db.t4g.large' },
      '/size',
      'db.t4g.medium',
      'db.t4g.large',
    ],
    ['storage', { storageGiB: 200 }, '/storageGiB', 100, 200],
    ['access', { publicAccess: true }, '/publicAccess', false, true],
    ['standby', { highAvailability: false }, '/highAvailability', true, false],
    [
      'encryption',
      { encryption: { enabled: false } },
      '/encryption/enabled',
      true,
      false,
    ],
  ])('finds another %s', (_what, actual, path, desired, really) => {
    expect(compare({ actual }).differences).toEqual([
      expect.objectContaining({
        address: 'AWS::RDS::DBInstance/shop-db',
        resourceType: 'database',
        resourceName: 'shop',
        change: 'update',
        class: 'drift',
        fields: [{ path, desired, actual: really }],
      }),
    ]);
  });

  it.each([
    [
      'a minor version that nobody fixed',
      { version: '15' },
      { version: '15.9' },
    ],
    [
      'an engine of another name',
      { engine: 'PostgreSQL' },
      { engine: 'postgres' },
    ],
    [
      'a version that is told as a number',
      { version: '15' },
      { version: 15.4 },
    ],
    [
      'an edition of the engine',
      { engine: 'sqlserver' },
      { engine: 'sqlserver-se' },
    ],
    [
      'the last parts that nobody fixed',
      { version: '8.x' },
      { version: '8.0.36' },
    ],
    [
      'a size in other letters',
      { size: 'Standard_D2s_V3' },
      { size: 'standard_d2s_v3' },
    ],
    [
      'a key without its version',
      { encryption: { keyId: 'https://V.vault.azure.net/keys/k' } },
      { encryption: { keyId: 'https://v.vault.azure.net/keys/k/0123' } },
    ],
    [
      'a key of a key ring',
      {
        encryption: { keyId: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' },
      },
      {
        encryption: {
          keyId:
            'projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/3',
        },
      },
    ],
    [
      'rules with what is off, and names, beside them',
      { lifecycle: [{ ExpirationInDays: 30 }] },
      { lifecycle: [{ Id: 'given', ExpirationInDays: 30, Off: false }] },
    ],
    ['a number as text', { storageGiB: 100 }, { storageGiB: '100' }],
    [
      'a name in other letters',
      { redundancy: 'geo-redundant' },
      { redundancy: 'GeoRedundant' },
    ],
    [
      'the provider’s own key',
      { encryption: { keyId: '' } },
      { encryption: { enabled: true } },
    ],
  ])('takes %s for the same', (_what, wanted, actual) => {
    expect(compare({ wanted, actual }).differences).toEqual([]);
  });

  it.each([
    [{ version: '15.4' }, { version: '15.40' }],
    [{ size: 'Standard_D1_1_v2' }, { size: 'Standard_D11_v2' }],
    [{ engine: 'postgres' }, { engine: 'aurora-postgresql' }],
    [{ encryption: { keyId: 'a' } }, { encryption: { enabled: true } }],
    [
      { encryption: { keyId: '' } },
      { encryption: { enabled: true, keyId: 'arn:aws:kms:eu:1:key/a' } },
    ],
    [
      { lifecycle: [{ Id: 'a' }] },
      { lifecycle: [{ Id: 'a', ExpirationInDays: 1 }] },
    ],
    [{ version: '1' }, { version: '15.4' }],
    [{ size: 'Standard_D2s_v3' }, { size: 'Standard_D4s_v3' }],
  ])('does not take %j for %j', (wanted, actual) => {
    expect(compare({ wanted, actual }).differences).toHaveLength(1);
  });

  it('expects storage to grow within its bounds, and no further', () => {
    const wanted = { storageGiB: 100, storageMaxGiB: 200 };
    expect(
      compare({ wanted, actual: { storageGiB: 150 } }).differences,
    ).toEqual([expect.objectContaining({ class: 'expected' })]);
    expect(
      compare({ wanted, actual: { storageGiB: 250 } }).differences,
    ).toEqual([expect.objectContaining({ class: 'drift' })]);
    expect(compare({ wanted, actual: { storageGiB: 50 } }).differences).toEqual(
      [expect.objectContaining({ class: 'drift' })],
    );
  });

  it('does not take what the API does not tell for anything', () => {
    const { differences, blindSpots } = compare({
      wanted: { deletionProtection: true },
      really: { writeOnly: ['/size'] },
      actual: { size: undefined },
    });
    expect(differences).toEqual([]);
    expect(blindSpots).toEqual([
      {
        scope: 'AWS::RDS::DBInstance/shop-db',
        reason: 'Not compared: size. The API of the provider never tells it.',
      },
      {
        scope: 'AWS::RDS::DBInstance/shop-db',
        reason:
          'Not compared: deletionProtection. The API of the provider did not tell it.',
        address: 'AWS::RDS::DBInstance/shop-db',
        fields: ['/deletionProtection'],
      },
    ]);
  });

  it.each<[string, Parameters<typeof compare>[0], string[]]>([
    [
      'part of a property',
      {
        wanted: { encryption: { enabled: true, keyId: 'a' } },
        actual: { encryption: { keyId: 'a' } },
      },
      ['/encryption/enabled'],
    ],
    ['the region', { really: { region: undefined } }, ['/region']],
    [
      'what is off within what is not told at all',
      {
        desired: { providerProperties: { Access: { Public: false } } },
        really: { providerProperties: { Port: 5432 } },
      },
      ['/providerProperties/Access/Public'],
    ],
  ])(
    'names %s as not seen when one answer leaves it out',
    (_, given, fields) => {
      expect(compare(given)).toMatchObject({
        differences: [],
        complete: true,
        blindSpots: [{ address: 'AWS::RDS::DBInstance/shop-db', fields }],
      });
    },
  );

  it.each<[string, Parameters<typeof compare>[0]]>([
    ['is told only in part', { wanted: { version: '15.4.1' } }],
    ['the API never tells', { really: { writeOnly: ['/size'] } }],
    [
      'the table of the kind does not have',
      { actual: { size: undefined }, really: { untold: ['size'] } },
    ],
    [
      'the provider computes',
      {
        desired: { providerProperties: { Port: 1 } },
        really: { providerProperties: { Port: 2 }, computed: ['/Port'] },
      },
    ],
    [
      'is left out beside what is told, as what is off is',
      {
        desired: { providerProperties: { Access: { Public: false } } },
        really: { providerProperties: { Access: { Private: true } } },
      },
    ],
  ])('does not say that another answer would show what %s', (_, given) => {
    const { blindSpots } = compare(given);
    expect(blindSpots).toHaveLength(1);
    expect(blindSpots[0]).not.toHaveProperty('address');
    expect(blindSpots[0]).not.toHaveProperty('fields');
  });

  it.each<[string, JsonValue]>([
    ['as a whole', ['a']],
    ['in part', { first: 'a' }],
  ])(
    'takes nothing for gone that is wanted %s, and that could not be told',
    (_, rules) => {
      const reason =
        'Nobody may ask for the rules of a server within a network.';
      expect(
        compare({
          desired: { providerProperties: { net: { rules } } },
          really: {
            providerProperties: { net: { name: 'inner' } },
            untoldBecause: { '/net/rules': reason },
          },
        }),
      ).toMatchObject({
        differences: [],
        complete: true,
        blindSpots: [
          {
            reason: `Not compared: net.rules. ${reason}`,
            fields: ['/providerProperties/net/rules'],
          },
        ],
      });
    },
  );

  it('compares what is told all the same', () => {
    expect(
      compare({
        desired: { providerProperties: { rules: ['a'] } },
        really: {
          providerProperties: { rules: [] },
          untoldBecause: { '/rules': 'They could not be read.' },
        },
      }).differences,
    ).toMatchObject([{ fields: [{ path: '/providerProperties/rules' }] }]);
  });

  it.each<[string, JsonValue, JsonObject, number]>([
    ['no value', '', {}, 0],
    ['the default', '', { type: 'Premium_LRS' }, 0],
    ['an empty text', '', { type: '' }, 0],
    ['something else', '', { type: 'PremiumV2_LRS' }, 1],
    ['the default where another is wanted', 'PremiumV2_LRS', {}, 1],
  ])(
    'takes an empty text that is wanted for the default: there is %s',
    (_, type, storage, drifted) => {
      expect(
        compare({
          desired: { providerProperties: { storage: { type } } },
          really: {
            providerProperties: { storage },
            defaults: { '/storage/type': 'Premium_LRS' },
          },
        }),
      ).toMatchObject({
        differences: Array.from({ length: drifted }, () => ({
          fields: [{ path: '/providerProperties/storage/type' }],
        })),
        blindSpots: [],
      });
    },
  );

  it.each<[string, JsonValue | undefined, number, number]>([
    ['no default is known', undefined, 0, 1],
    ['it is off by default', false, 0, 0],
    ['it is on by default', true, 1, 0],
  ])(
    'takes what is wanted off and left out beside what is told for off: %s',
    (_, usual, drifted, unseen) => {
      const { differences, blindSpots } = compare({
        desired: { providerProperties: { Access: { Public: false } } },
        really: {
          providerProperties: { Access: { Private: true } },
          ...(usual !== undefined && {
            defaults: { '/Access/Public': usual },
          }),
        },
      });
      expect(differences.filter(each => each.class === 'drift')).toHaveLength(
        drifted,
      );
      expect(blindSpots).toHaveLength(unseen);
    },
  );

  it('says why it was not told, where that is known', () => {
    const { blindSpots } = compare({
      wanted: { deletionProtection: true, backupRetentionDays: 7 },
      actual: { publicAccess: undefined, backupRetentionDays: 7 },
      really: {
        untoldBecause: {
          publicAccess: 'That takes the permission s3:GetBucketPolicyStatus.',
          backupRetentionDays: 'It is told all the same.',
        },
      },
    });
    expect(blindSpots).toEqual([
      {
        scope: 'AWS::RDS::DBInstance/shop-db',
        reason:
          'Not compared: publicAccess. That takes the permission s3:GetBucketPolicyStatus.',
        address: 'AWS::RDS::DBInstance/shop-db',
        fields: ['/publicAccess'],
      },
      {
        scope: 'AWS::RDS::DBInstance/shop-db',
        reason:
          'Not compared: deletionProtection. The API of the provider did not tell it.',
        address: 'AWS::RDS::DBInstance/shop-db',
        fields: ['/deletionProtection'],
      },
    ]);
  });

  it.each([
    [{ version: '15.4' }, { version: '15' }],
    [
      { encryption: { keyId: 'alias/orders' } },
      { encryption: { enabled: true, keyId: 'arn:aws:kms:eu:1:key/a' } },
    ],
    [{ encryption: { keyId: 'a' } }, { encryption: undefined }],
    [{ replicas: 1 }, { replicas: null }],
  ])('cannot say whether %j is %j', (wanted, actual) => {
    const { differences, blindSpots } = compare({ wanted, actual });
    expect(differences).toEqual([]);
    expect(blindSpots).toHaveLength(1);
  });

  it('never takes what could not be read for gone, and does not call that clean', () => {
    const result = compareCloud({
      desired: [database],
      live: [],
      unseen: [database],
    });
    expect(result).toMatchObject({
      differences: [],
      totalResources: 0,
      complete: false,
      failure:
        'Not every desired resource could be read, so nobody can say that nothing drifted.',
    });
    expect(result.blindSpots).toHaveLength(1);
    expect(assess(result).status).toBe('error');
  });

  it('calls drift drift even where it could not see everything', () => {
    const other = { ...database, id: 'other' };
    const result = compareCloud({
      desired: [database, other],
      live: [{ ...live, properties: { ...live.properties, size: 'x' } }],
      unseen: [other],
    });
    expect(result).toMatchObject({ complete: false, totalResources: 1 });
    expect(result.failure).toBeUndefined();
    expect(assess(result).status).toBe('drifted');
  });

  it('says when something is missing, and when something is there that nobody wants', () => {
    expect(compareCloud({ desired: [database], live: [] }).differences).toEqual(
      [expect.objectContaining({ change: 'create', class: 'drift' })],
    );
    const other = { ...live, id: 'another', name: undefined };
    const listed = [{ provider: 'aws', kind: 'AWS::RDS::DBInstance' }];
    expect(
      compareCloud({ desired: [], live: [other], listed }).differences,
    ).toEqual([
      expect.objectContaining({
        change: 'create',
        unmanaged: true,
        class: 'drift',
      }),
    ]);
    expect(
      compareCloud({
        desired: [],
        live: [{ ...other, managedBy: { tool: 'CloudFormation', id: 'net' } }],
        listed,
      }).differences,
    ).toEqual([expect.objectContaining({ class: 'expected' })]);
    expect(compareCloud({ desired: [], live: [other] }).differences).toEqual(
      [],
    );
  });

  it('knows ids of Azure in any case, and of others only as they are', () => {
    const id =
      '/subscriptions/1/resourceGroups/RG/providers/Microsoft.Sql/servers/s';
    expect(
      compare({
        desired: { provider: 'azure', id },
        really: { provider: 'azure', id: id.toLowerCase() },
      }).differences,
    ).toEqual([]);
    expect(compare({ really: { id: 'SHOP-DB' } }).differences).toEqual([
      expect.objectContaining({ change: 'create' }),
    ]);
  });

  it('compares the words of the provider as far as they are wanted', () => {
    const providerProperties = {
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
      CopyTagsToSnapshot: true,
      Nested: { Wanted: 1 },
    };
    const { differences } = compare({
      desired: { providerProperties },
      really: {
        providerProperties: {
          Tags: [
            { Key: 'b', Value: '2' },
            { Key: 'a', Value: '1' },
          ],
          CopyTagsToSnapshot: 'true',
          Nested: { Wanted: 2, Other: 3 },
          More: 1,
        },
      },
    });
    expect(differences).toEqual([
      expect.objectContaining({
        fields: [
          {
            path: '/providerProperties/Nested/Wanted',
            desired: 1,
            actual: 2,
          },
        ],
      }),
    ]);
  });

  it('names what differs for people, the worst first', () => {
    const [difference] = compare({
      actual: { size: 'db.t4g.large', publicAccess: true },
    }).differences;
    expect(difference).toMatchObject({
      reason:
        "Public access and the instance size of database 'shop' are not what is desired.",
      fields: [{ path: '/publicAccess' }, { path: '/size' }],
    });
    expect(compare({ actual: { storageGiB: 200 } }).differences[0].reason).toBe(
      "The storage of database 'shop' is not what is desired.",
    );
  });

  it('is summed up by the worst, in words', () => {
    const report = assess(
      compare({ actual: { size: 'db.t4g.large', publicAccess: true } }),
    );
    expect(summarise(report)).toBe(
      'Public access changed false → true (AWS::RDS::DBInstance/shop-db) and 1 more field.',
    );
  });

  it('knows defaults, and says what is not compared once for each reason', () => {
    const { differences, blindSpots } = compare({
      desired: { providerProperties: { A: 1, B: { C: 2 }, D: 'x', E: 'y' } },
      really: {
        providerProperties: { B: { C: 3 } },
        defaults: { '/A': 1 },
        computed: ['/B'],
        writeOnly: ['/D', '/E'],
      },
    });
    expect(differences).toEqual([]);
    expect(blindSpots.map(({ reason }) => reason)).toEqual([
      'Not compared: B.C. The provider computes it by itself.',
      'Not compared: D, E. The API of the provider never tells it.',
    ]);
  });

  it('never shows a secret', () => {
    const { differences } = compare({
      desired: { providerProperties: { MasterUserPassword: 'planted-wanted' } },
      really: { providerProperties: { MasterUserPassword: 'planted-actual' } },
    });
    expect(differences[0].fields).toEqual([
      { path: '/providerProperties/MasterUserPassword', sensitive: true },
    ]);
    expect(JSON.stringify(differences)).not.toContain('planted');
  });

  it('is not misled by names of the language', () => {
    const properties = JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}');
    expect(() =>
      compare({
        desired: { providerProperties: properties },
        really: { providerProperties: {} },
        wanted: properties,
      }),
    ).not.toThrow();
  });

  it('tells what is off from what the API says nothing of', () => {
    const providerProperties = { Off: false, None: 0, Empty: '', Gone: null };
    expect(
      compare({
        desired: { providerProperties },
        really: { providerProperties: {} },
      }),
    ).toMatchObject({
      differences: [],
      blindSpots: [{ reason: expect.stringContaining('Off, None') }],
    });
    expect(
      compare({
        desired: { providerProperties },
        really: {
          providerProperties: { None: 1, Empty: 'x', Gone: 'y' },
          defaults: { '/Off': true },
        },
      }).differences[0].fields.map(({ path }) => path),
    ).toEqual([
      '/providerProperties/Off',
      '/providerProperties/None',
      '/providerProperties/Empty',
      '/providerProperties/Gone',
    ]);
  });

  it('takes what is gone from the document of the provider for drift', () => {
    expect(
      compare({
        desired: {
          providerProperties: { LoggingConfiguration: { Prefix: 'logs/' } },
        },
        really: { providerProperties: {} },
      }).differences[0].fields,
    ).toEqual([
      {
        path: '/providerProperties/LoggingConfiguration/Prefix',
        desired: 'logs/',
      },
    ]);
  });

  it('tells what drifted apart from what is expected', () => {
    const { differences } = compare({
      wanted: { storageMaxGiB: 200 },
      actual: { storageGiB: 150, storageMaxGiB: 200, size: 'db.t4g.large' },
    });
    expect(
      differences.map(({ class: is, fields }) => [is, fields[0].path]),
    ).toEqual([
      ['drift', '/size'],
      ['expected', '/storageGiB'],
    ]);
  });

  it('tells resources of one id in several accounts and regions apart', () => {
    const abroad = { region: 'us-east-1', name: 'abroad' };
    const result = compareCloud({
      desired: [database, { ...database, ...abroad }],
      live: [
        live,
        {
          ...live,
          region: 'us-east-1',
          properties: { ...live.properties, size: 'db.t4g.large' },
        },
      ],
    });
    expect(result).toMatchObject({ totalResources: 2 });
    expect(result.differences).toEqual([
      expect.objectContaining({
        address: 'AWS::RDS::DBInstance/shop-db@123456789012/us-east-1',
        resourceName: 'abroad',
      }),
    ]);
    expect(
      compareCloud({
        desired: [{ ...database, account: 'other' }],
        live: [live],
      }).differences,
    ).toEqual([expect.objectContaining({ change: 'create' })]);
  });

  it('does not guess which of several is meant', () => {
    const { account: _account, region: _region, ...anywhere } = database;
    const result = compareCloud({
      desired: [anywhere],
      live: [live, { ...live, region: 'us-east-1' }],
      listed: [{ provider: 'aws', kind: database.kind }],
    });
    expect(result).toMatchObject({ differences: [], complete: false });
    expect(result.blindSpots).toHaveLength(1);
  });

  it('says that a resource is desired twice', () => {
    const result = compareCloud({
      desired: [database, { ...database, name: 'again' }],
      live: [live],
    });
    expect(result).toMatchObject({
      differences: [],
      totalResources: 1,
      complete: false,
      failure:
        'AWS::RDS::DBInstance/shop-db is desired twice, as shop and as again.',
    });
  });

  it('takes nothing for unmanaged that may belong to a row that nobody could read', () => {
    const listed = [{ provider: 'aws', kind: database.kind }];
    const unread = [
      { resourceType: 'database', name: 'shop', problems: ['It is odd.'] },
    ];
    expect(
      compareCloud({ desired: [], live: [live], listed, unread }),
    ).toMatchObject({
      differences: [],
      complete: false,
      failure: expect.any(String),
      blindSpots: [
        { scope: 'database/shop', reason: 'It is odd.' },
        { scope: 'AWS::RDS::DBInstance/shop-db' },
      ],
    });
    expect(
      compareCloud({
        desired: [],
        live: [live],
        listed,
        unread: [{ ...unread[0], id: 'another' }],
      }).differences,
    ).toEqual([expect.objectContaining({ unmanaged: true })]);
  });

  it('shows at once what of an unmanaged resource is dangerous', () => {
    const { differences } = compareCloud({
      desired: [],
      live: [
        {
          ...live,
          properties: { publicAccess: true, encryption: { enabled: false } },
        },
      ],
      listed: [{ provider: 'aws', kind: database.kind }],
    });
    expect(differences[0].fields).toEqual([
      { path: '/publicAccess', actual: true },
      { path: '/encryption/enabled', actual: false },
    ]);
    expect(assess(compareCloud({ desired: [], live: [] })).findings).toEqual(
      [],
    );
  });

  it('finds a resource in another region than is wanted', () => {
    const id =
      '/subscriptions/1/resourceGroups/g/providers/Microsoft.Sql/servers/s';
    const azure = { provider: 'azure', id, account: undefined };
    const regions = (region: string, really: string) =>
      compare({
        desired: { ...azure, region },
        really: { ...azure, region: really },
      }).differences.map(({ fields }) => fields);
    expect(regions('West Europe', 'westeurope')).toEqual([]);
    expect(regions('europe-west1', 'europe-west1-b')).toEqual([]);
    expect(regions('eastus', 'eastus2')).toEqual([
      [{ path: '/region', desired: 'eastus', actual: 'eastus2' }],
    ]);
  });

  it('carries the ids by which audit logs may call the resource', () => {
    const arn = 'arn:aws:rds:eu-central-1:123456789012:db:shop-db';
    expect(
      compare({
        actual: { size: 'x' },
        really: { providerProperties: { DBInstanceArn: arn, KmsArn: 'no' } },
      }).differences[0].resourceIds,
    ).toEqual(['shop-db', arn]);
    const cache =
      'arn:aws:elasticache:eu-central-1:123456789012:serverlesscache:shop';
    expect(
      compare({
        actual: { size: 'x' },
        really: { providerProperties: { ARN: cache } },
      }).differences[0].resourceIds,
    ).toEqual(['shop-db', cache]);
    expect(
      compareCloud({ desired: [database], live: [] }).differences[0]
        .resourceIds,
    ).toEqual(['shop-db']);
  });

  it('gives the resources behind the differences to those who repair them', () => {
    const { pairs } = compareCloudInDetail({
      desired: [
        {
          ...database,
          providerProperties: { Tags: { a: '1' } },
          properties: { ...database.properties, encryption: { keyId: 'k' } },
        },
        { ...database, id: 'gone' },
        { ...database, id: 'hidden' },
      ],
      live: [
        { ...live, providerProperties: { Tags: { a: '2' } } },
        { ...live, id: 'other' },
      ],
      unseen: [{ ...database, id: 'hidden' }],
      listed: [{ provider: 'aws', kind: database.kind }],
    });
    expect(pairs.map(({ state, address }) => [state, address])).toEqual([
      ['changed', 'AWS::RDS::DBInstance/shop-db'],
      ['missing', 'AWS::RDS::DBInstance/gone'],
      ['unseen', 'AWS::RDS::DBInstance/hidden'],
      ['unmanaged', 'AWS::RDS::DBInstance/other'],
    ]);
    expect(pairs[0].live?.id).toBe('shop-db');
    expect(pairs[0].fields).toEqual([
      expect.objectContaining({
        path: '/encryption/keyId',
        property: 'encryption/keyId',
        class: 'drift',
        desired: 'k',
        actual: 'arn:aws:kms:eu-central-1:1:key/a',
      }),
      expect.objectContaining({
        path: '/providerProperties/Tags/a',
        pointer: '/Tags/a',
        desired: '1',
        actual: '2',
      }),
    ]);
  });

  it('hides lists and maps that hold a secret somewhere', () => {
    const { differences } = compare({
      desired: {
        providerProperties: {
          Parameters: [{ Name: 'db_password', Value: 'planted-1' }],
          Urls: ['https://x.test/?sig=abcdefghijklmnopqrstuvwxyz'],
          Plain: ['a'],
        },
      },
      really: {
        providerProperties: {
          Parameters: [{ Name: 'db_password', Value: 'planted-2' }],
          Urls: ['https://user:planted-3@x.test/'],
          Plain: ['b'],
        },
      },
    });
    expect(differences[0].fields).toEqual([
      { path: '/providerProperties/Parameters', sensitive: true },
      { path: '/providerProperties/Urls', sensitive: true },
      { path: '/providerProperties/Plain', desired: ['a'], actual: ['b'] },
    ]);
  });

  it('does not compare a wanted value that was not kept', () => {
    expect(
      compare({
        desired: { providerProperties: { Token: SENSITIVE_DESIRED_VALUE } },
        really: { providerProperties: { Token: 'anything' } },
      }),
    ).toMatchObject({
      differences: [],
      blindSpots: [{ reason: expect.stringContaining('was not kept') }],
    });
  });

  it('compares nothing that is nested without end', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 20_000; level++) {
      deep = { a: deep };
    }
    expect(
      compare({
        desired: { providerProperties: { a: 1 } },
        really: { providerProperties: deep },
      }),
    ).toMatchObject({ differences: [], complete: false, totalResources: 0 });
  });

  it('says nothing good when the look failed', () => {
    expect(compare({ failures: ['It is down.'] })).toMatchObject({
      complete: false,
      failure: 'It is down.',
    });
  });
});
