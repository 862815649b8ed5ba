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

import { JsonObject } from '@backstage/types';
import { CloudKind } from './CloudKind';
import { compareCloud } from './compareCloud';
import { toLiveCloudResource } from './toLiveCloudResource';

const kind: CloudKind = {
  kind: 'AWS::RDS::DBInstance',
  resourceType: 'database',
  title: 'RDS instance',
  properties: [
    {
      name: 'version',
      field: '/EngineVersion',
      read: each => each.EngineVersion,
    },
    {
      name: 'storageGiB',
      field: '/AllocatedStorage',
      read: each => Number(each.AllocatedStorage),
    },
    {
      name: 'encryption/enabled',
      field: '/StorageEncrypted',
      read: each => each.StorageEncrypted === true,
    },
    {
      name: 'encryption/keyId',
      field: '/KmsKeyId',
      read: each => each.KmsKeyId,
    },
  ],
  computed: ['/Endpoint'],
  writeOnly: ['/MasterUserPassword'],
  defaults: { '/Port': 5432 },
  caseless: ['/DBSubnetGroupName'],
};

const document: JsonObject = {
  EngineVersion: '15.4',
  AllocatedStorage: '100',
  StorageEncrypted: true,
  KmsKeyId: 'arn:aws:kms:eu:1:key/a',
  DBSubnetGroupName: 'main',
  Endpoint: { Address: 'x' },
};

const live = toLiveCloudResource({
  kind,
  provider: 'aws',
  account: 'prod',
  region: 'eu-central-1',
  id: 'orders-db',
  document,
  managedBy: { tool: 'CloudFormation', id: 'stack' },
});

describe('what an API shows, in the neutral words', () => {
  it('is read by the table of its kind, with the document beside it', () => {
    expect(live).toEqual({
      resourceType: 'database',
      provider: 'aws',
      account: 'prod',
      region: 'eu-central-1',
      kind: 'AWS::RDS::DBInstance',
      id: 'orders-db',
      properties: {
        version: '15.4',
        storageGiB: 100,
        encryption: { enabled: true, keyId: 'arn:aws:kms:eu:1:key/a' },
      },
      providerProperties: document,
      untold: [
        'engine',
        'size',
        'storageMaxGiB',
        'storageType',
        'replicas',
        'highAvailability',
        'backupRetentionDays',
        'publicAccess',
        'deletionProtection',
      ],
      computed: ['/Endpoint'],
      writeOnly: ['/MasterUserPassword'],
      defaults: { '/Port': 5432 },
      caseless: ['/DBSubnetGroupName'],
      managedBy: { tool: 'CloudFormation', id: 'stack' },
    });
  });

  it('leaves out what the document does not tell', () => {
    expect(
      toLiveCloudResource({ kind, provider: 'aws', id: 'x', document: {} })
        .properties,
    ).toEqual({ encryption: { enabled: false } });
  });

  it('is what is compared', () => {
    const { name: _name, ...desired } = { ...live, name: 'orders' };
    const { differences, blindSpots } = compareCloud({
      desired: [
        {
          ...desired,
          name: 'orders',
          properties: { version: '15', storageGiB: 100 },
          providerProperties: {
            Port: 5432,
            DBSubnetGroupName: 'Main',
            MasterUserPassword: 'x',
          },
        },
      ],
      live: [live],
    });
    expect(differences).toEqual([]);
    expect(blindSpots).toHaveLength(1);
  });

  it('is not judged by what no table tells', () => {
    const bare = { ...kind, properties: kind.properties.slice(1, 3) };
    const { differences, blindSpots } = compareCloud({
      desired: [
        {
          ...live,
          name: 'orders',
          properties: {
            storageGiB: 100,
            storageMaxGiB: 200,
            replicas: 1,
            encryption: { enabled: true, keyId: 'a' },
          },
          providerProperties: {},
        },
      ],
      live: [toLiveCloudResource({ ...live, kind: bare, document })],
    });
    expect(differences).toEqual([]);
    expect(blindSpots).toEqual([
      {
        scope: 'AWS::RDS::DBInstance/orders-db',
        reason:
          'Not compared: replicas, encryption.keyId. Of this kind of resource nothing tells it.',
      },
    ]);
  });
});
