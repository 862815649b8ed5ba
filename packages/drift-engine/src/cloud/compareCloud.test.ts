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
  CompareCloudOptions,
  DesiredCloudResource,
  LiveCloudResource,
} from './CloudResource';
import { compareCloud } from './compareCloud';

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
    expect(blindSpots.map(({ scope }) => scope).sort()).toEqual([
      'AWS::RDS::DBInstance/shop-db/deletionProtection',
      'AWS::RDS::DBInstance/shop-db/size',
    ]);
  });

  it('never takes what could not be read for gone', () => {
    const result = compareCloud({
      desired: [database],
      live: [],
      unseen: [database],
    });
    expect(result).toMatchObject({
      differences: [],
      totalResources: 0,
      complete: false,
    });
    expect(result.blindSpots).toHaveLength(1);
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

  it('knows defaults, and leaves what the provider computes', () => {
    expect(
      compare({
        desired: { providerProperties: { A: 1, B: { C: 2 }, D: 'x' } },
        really: {
          providerProperties: { B: { C: 3 } },
          defaults: { '/A': 1 },
          computed: ['/B'],
          writeOnly: ['/D'],
        },
      }),
    ).toMatchObject({ differences: [], blindSpots: [{}] });
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

  it('says nothing good when the look failed', () => {
    expect(compare({ failures: ['It is down.'] })).toMatchObject({
      complete: false,
      failure: 'It is down.',
    });
  });
});
