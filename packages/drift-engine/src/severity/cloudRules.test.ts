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

import type { FieldDifference } from '@infra-hub/backstage-plugin-drift-common';
import { differenceOf } from '../assess/__testUtils__/differenceOf';
import { SeverityRater } from './SeverityRater';
import { SeverityRule } from './SeverityRule';

function rate(
  resourceType: string,
  field: FieldDifference,
  own?: SeverityRule[],
) {
  return SeverityRater.create(own).rate(
    differenceOf({ resourceType, fields: [field] }),
  );
}

describe('severity of databases and storages in clouds', () => {
  it.each<[string, string, unknown, unknown, string]>([
    // type, path, desired, actual
    ['database', '/version', '15', '14', 'high'],
    ['database', '/engine', 'postgres', 'mysql', 'high'],
    ['database', '/replicas', 2, 1, 'critical'],
    ['database', '/highAvailability', true, false, 'critical'],
    ['storage', '/redundancy', 'GRS', 'LRS', 'critical'],
    ['database', '/publicAccess', false, true, 'critical'],
    ['storage', '/publicAccess', false, true, 'critical'],
    ['storage', '/publicAccess', true, false, 'medium'],
    ['database', '/encryption/enabled', true, false, 'critical'],
    ['database', '/encryption/enabled', false, true, 'high'],
    ['storage', '/encryption/keyId', 'a', 'b', 'high'],
    ['database', '/backupRetentionDays', 7, 1, 'high'],
    ['database', '/deletionProtection', true, false, 'high'],
    ['storage', '/versioning', true, false, 'high'],
    ['storage', '/lifecycle', [], [{ Days: 1 }], 'high'],
    ['database', '/size', 'db.t4g.medium', 'db.t4g.large', 'medium'],
    ['database', '/storageGiB', 100, 200, 'medium'],
    ['database', '/storageMaxGiB', 100, 200, 'medium'],
    ['storage', '/capacityGiB', 100, 200, 'medium'],
    ['storage', '/tier', 'gp3', 'gp2', 'low'],
    ['database', '/storageType', 'gp3', 'gp2', 'low'],
    ['storage', '/throughputMiBps', 125, 250, 'low'],
    ['storage', '/iops', 3000, 4000, 'low'],
    ['storage', '/region', 'westeurope', 'eastus', 'high'],
    ['database', '/providerProperties/Tags', [], [{}], 'low'],
    ['database', '/providerProperties/tags/public', 'no', 'yes', 'low'],
    [
      'database',
      '/providerProperties/PubliclyAccessible',
      false,
      true,
      'critical',
    ],
    [
      'storage',
      '/providerProperties/properties/allowBlobPublicAccess',
      false,
      true,
      'critical',
    ],
    [
      'storage',
      '/providerProperties/properties/networkAcls/defaultAction',
      'Deny',
      'Allow',
      'critical',
    ],
    [
      'storage',
      '/providerProperties/iamConfiguration/publicAccessPrevention',
      'enforced',
      'inherited',
      'critical',
    ],
    [
      'storage',
      '/providerProperties/PublicAccessBlockConfiguration/BlockPublicAcls',
      true,
      false,
      'critical',
    ],
    [
      'database',
      '/providerProperties/settings/ipConfiguration/authorizedNetworks',
      [],
      [{ value: '0.0.0.0/0' }],
      'critical',
    ],
    [
      'database',
      '/providerProperties/properties/minimalTlsVersion',
      '1.2',
      '1.0',
      'high',
    ],
    [
      'database',
      '/providerProperties/CopyTagsToSnapshot',
      true,
      false,
      'medium',
    ],
    ['database', '/providerProperties/Port', 5432, 5433, 'medium'],
  ])(
    'of %s %s from %j to %j is %5$s',
    (type, path, desired, actual, wanted) => {
      const field = { path, desired, actual } as FieldDifference;
      expect(rate(type, field).severity).toBe(wanted);
    },
  );

  it('comes from rules of their own, before those for types of Terraform', () => {
    for (const path of ['/version', '/tier', '/replicas', '/publicAccess']) {
      expect(
        rate('database', { path, desired: false, actual: true }).rule,
      ).toMatch(/^cloud-/);
    }
  });

  it('rates a missing one critical, and one that nobody desired by what it has', () => {
    const rater = SeverityRater.create();
    const missing = differenceOf({
      resourceType: 'storage',
      change: 'create',
      fields: [],
    });
    expect(rater.rate(missing)).toEqual({
      severity: 'critical',
      rule: 'cloud-data-gone',
    });
    expect(rater.rate({ ...missing, unmanaged: true }).severity).toBe('medium');
    expect(
      rater.rate({
        ...missing,
        unmanaged: true,
        fields: [{ path: '/publicAccess', actual: true }],
      }).severity,
    ).toBe('critical');
  });

  it('of a hidden value is that of a secret, whatever its name', () => {
    expect(
      rate('database', { path: '/providerProperties/Tags', sensitive: true })
        .severity,
    ).toBe('high');
  });

  it('can be adjusted', () => {
    const own: SeverityRule[] = [
      {
        id: 'dev-sizes',
        resourceTypes: ['database'],
        fields: ['/size'],
        severity: 'critical',
        reason: 'Costs are watched closely.',
      },
    ];
    const field = { path: '/size', desired: 'a', actual: 'b' };
    expect(rate('database', field, own)).toEqual({
      severity: 'critical',
      rule: 'dev-sizes',
    });
    expect(rate('storage', field, own).severity).toBe('medium');
  });
});
