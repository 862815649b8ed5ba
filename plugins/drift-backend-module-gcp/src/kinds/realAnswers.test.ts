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
import {
  CloudKind,
  compareCloud,
  DesiredCloudResource,
  toLiveCloudResource,
} from '@infra-hub/drift-engine';
import { BOOT_DISK, INVOICES, PLAIN_BUCKET } from '../__testUtils__/documents';
import { BUCKET } from './bucket';
import { DISK } from './disk';
import { REDIS_INSTANCE } from './redisInstance';
import { SQL_INSTANCE } from './sqlInstance';

/** What is told of a resource, and what of it cannot be compared. */
function compare(
  kind: CloudKind,
  document: JsonObject,
  wanted: Pick<DesiredCloudResource, 'properties' | 'providerProperties'>,
) {
  const where = { kind: kind.kind, provider: 'gcp', id: 'it' };
  const { differences, blindSpots } = compareCloud({
    desired: [
      { ...where, resourceType: kind.resourceType, name: 'it', ...wanted },
    ],
    live: [toLiveCloudResource({ ...where, kind, document })],
  });
  if (!Array.isArray(differences)) {
    throw new Error('There is no list of differences');
  }
  return {
    drift: differences.flatMap(each =>
      each.class === 'drift' ? each.fields.map(({ path }) => path) : [],
    ),
    unseen: blindSpots.map(({ reason }) => reason),
  };
}

describe('Answers as Google Cloud gives them', () => {
  it('of an instance with hardly anything chosen are in the words of people', () => {
    expect(
      toLiveCloudResource({
        kind: SQL_INSTANCE.kind,
        provider: 'gcp',
        id: 'it',
        document: INVOICES,
      }).properties,
    ).toEqual({
      engine: 'mysql',
      version: '8.0.37',
      size: 'db-custom-1-3840',
      storageGiB: 10,
      storageMaxGiB: 65_536,
      storageType: 'PD_SSD',
      replicas: 0,
      highAvailability: false,
      backupRetentionDays: 0,
      encryption: { enabled: true },
      publicAccess: false,
      deletionProtection: false,
    });
  });

  it('of a disk are in the words of people', () => {
    expect(
      toLiveCloudResource({
        kind: DISK.kind,
        provider: 'gcp',
        id: 'it',
        document: BOOT_DISK,
      }).properties,
    ).toEqual({
      capacityGiB: 20,
      tier: 'pd-balanced',
      redundancy: 'zonal',
      encryption: { enabled: true },
    });
  });

  it.each<[string, CloudKind, JsonObject, JsonObject]>([
    [
      'that a bucket is in a region, in small letters',
      BUCKET.kind,
      PLAIN_BUCKET,
      {
        location: 'europe-west1',
        softDeletePolicy: { retentionDurationSeconds: 604800 },
      },
    ],
    [
      'what is the default of a bucket',
      BUCKET.kind,
      PLAIN_BUCKET,
      {
        versioning: { enabled: false },
        billing: { requesterPays: false },
        rpo: 'DEFAULT',
        lifecycle: { rule: [] },
      },
    ],
    [
      'what is the default of an instance',
      SQL_INSTANCE.kind,
      INVOICES,
      {
        settings: {
          storageAutoResizeLimit: 0,
          enableGoogleMlIntegration: false,
          insightsConfig: { queryStringLength: 1024, queryPlansPerMinute: 5 },
        },
      },
    ],
    [
      'what is the default of a disk',
      DISK.kind,
      { kind: 'compute#disk' },
      { physicalBlockSizeBytes: 4096, enableConfidentialCompute: false },
    ],
  ])('are %s', (_what, kind, document, providerProperties) => {
    expect(
      compare(kind, document, { properties: {}, providerProperties }),
    ).toMatchObject({ drift: [] });
  });

  it.each<[string, CloudKind, JsonObject, JsonObject]>([
    [
      'that maintenance raised a version',
      SQL_INSTANCE.kind,
      INVOICES,
      { maintenanceVersion: 'MYSQL_8_0_37.R20250101.00_00' },
    ],
    [
      'how many poolers there are',
      SQL_INSTANCE.kind,
      { ...INVOICES, settings: { connectionPoolConfig: { poolerCount: 3 } } },
      { settings: { connectionPoolConfig: { poolerCount: 1 } } },
    ],
    [
      'when a bucket began to refuse keys of its users',
      BUCKET.kind,
      {
        ...PLAIN_BUCKET,
        encryption: {
          customerSuppliedEncryptionEnforcementConfig: {
            restrictionMode: 'FullyRestricted',
            effectiveTime: '2026-02-01T00:00:00Z',
          },
        },
      },
      {
        encryption: {
          customerSuppliedEncryptionEnforcementConfig: {
            restrictionMode: 'FullyRestricted',
            effectiveTime: '2025-01-01T00:00:00Z',
          },
        },
      },
    ],
    [
      'when Autoclass was turned on',
      BUCKET.kind,
      {
        ...PLAIN_BUCKET,
        autoclass: { enabled: true, toggleTime: '2026-02-01T00:00:00Z' },
      },
      { autoclass: { enabled: true, toggleTime: '2025-01-01T00:00:00Z' } },
    ],
    [
      'that maintenance of Redis raised a version',
      REDIS_INSTANCE.kind,
      { maintenanceVersion: '20250727_00_00' },
      { maintenanceVersion: '20250101_00_00' },
    ],
  ])('never are drift by %s', (_what, kind, document, providerProperties) => {
    expect(
      compare(kind, document, { properties: {}, providerProperties }),
    ).toEqual({
      drift: [],
      unseen: [expect.stringContaining('The provider computes it by itself.')],
    });
  });

  it.each<[string, CloudKind, JsonObject, JsonObject]>([
    [
      'tags of an instance',
      SQL_INSTANCE.kind,
      INVOICES,
      { tags: { '123/env': 'prod' } },
    ],
    [
      'how an instance replicates from elsewhere',
      SQL_INSTANCE.kind,
      { ...INVOICES, replicaConfiguration: { failoverTarget: false } },
      {
        replicaConfiguration: {
          mysqlReplicaConfiguration: { username: 'replica' },
        },
      },
    ],
    [
      'lists of who may use a bucket',
      BUCKET.kind,
      PLAIN_BUCKET,
      { acl: [{ entity: 'allUsers', role: 'READER' }] },
    ],
    [
      'tags of a disk',
      DISK.kind,
      BOOT_DISK,
      { params: { resourceManagerTags: { 'tagKeys/1': 'tagValues/2' } } },
    ],
    [
      'tags of Redis',
      REDIS_INSTANCE.kind,
      { tier: 'BASIC' },
      { tags: { a: 'b' } },
    ],
  ])('never tell %s', (_what, kind, document, providerProperties) => {
    expect(
      compare(kind, document, { properties: {}, providerProperties }),
    ).toEqual({
      drift: [],
      unseen: [expect.stringContaining('never tells it')],
    });
  });
});
