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

import type {
  FieldDifference,
  Finding,
  Recommendation,
} from '@infra-hub/backstage-plugin-drift-common';
import { findingOf } from './__testUtils__/findingOf';
import { explainFinding } from './explainFinding';

const change = (
  path: string,
  desired: FieldDifference['desired'],
  actual: FieldDifference['actual'],
): FieldDifference => ({ path, desired, actual });

function explain(
  resourceType: string,
  fields: FieldDifference[],
  rest: Partial<Finding> = {},
) {
  return explainFinding(
    findingOf(resourceType, 'orders', fields, {
      rule: 'cloud-changed',
      ...rest,
    }),
  );
}

describe('what drift of a database or storage in a cloud means', () => {
  it.each<[string, FieldDifference, string, string, Recommendation]>([
    [
      'database',
      change('/size', 'db.t4g.medium', 'db.t4g.large'),
      "The instance size of database 'orders' changed from 'db.t4g.medium' to 'db.t4g.large'.",
      "Applying the desired state would set it to 'db.t4g.medium'.",
      'investigate',
    ],
    [
      'database',
      change('/version', '15', '16.2'),
      "The version of database 'orders' was upgraded from '15' to '16.2'.",
      'Applying the desired state would not take it back. A database cannot go back to an older version in place.',
      'update-code',
    ],
    [
      'database',
      change('/storageGiB', 100, 200),
      "The storage of database 'orders' grew from 100 GiB to 200 GiB.",
      'Applying the desired state would not take it back. Storage can only grow, so it cannot be made smaller in place.',
      'update-code',
    ],
    [
      'database',
      change('/storageMaxGiB', 200, 100),
      "The limit of the storage of database 'orders' shrank from 200 GiB to 100 GiB.",
      'Applying the desired state would enlarge it from 100 GiB to 200 GiB.',
      'investigate',
    ],
    [
      'database',
      change('/engine', 'postgres', 'mysql'),
      "The engine of database 'orders' changed from 'postgres' to 'mysql'.",
      'Applying the desired state would not take it back. The engine of a database cannot be changed in place.',
      'investigate',
    ],
    [
      'database',
      change('/replicas', 2, 1),
      "Database 'orders' was scaled from 2 to 1 replica.",
      'Applying the desired state would scale it from 1 to 2 replicas.',
      'apply',
    ],
    [
      'database',
      change('/highAvailability', true, false),
      "High availability of database 'orders' was turned off.",
      'Applying the desired state would turn it on.',
      'apply',
    ],
    [
      'database',
      change('/backupRetentionDays', 7, 1),
      "The backup retention of database 'orders' was shortened from 7 days to 1 day.",
      'Applying the desired state would lengthen it from 1 day to 7 days.',
      'apply',
    ],
    [
      'storage',
      change('/encryption/enabled', true, false),
      "Encryption of storage 'orders' was disabled.",
      'Applying the desired state would enable it.',
      'apply',
    ],
    [
      'storage',
      change('/encryption/keyId', 'a', 'b'),
      "The key of the encryption of storage 'orders' changed from 'a' to 'b'.",
      "Applying the desired state would set it to 'a'.",
      'investigate',
    ],
    [
      'storage',
      change('/publicAccess', false, true),
      "Public access of storage 'orders' was enabled.",
      'Applying the desired state would disable it.',
      'apply',
    ],
    [
      'storage',
      change('/publicAccess', true, false),
      "Public access of storage 'orders' was disabled.",
      'Applying the desired state would enable it.',
      'update-code',
    ],
    [
      'database',
      change('/deletionProtection', true, false),
      "Deletion protection of database 'orders' was disabled.",
      'Applying the desired state would enable it.',
      'apply',
    ],
    [
      'storage',
      change('/capacityGiB', 100, 50),
      "The capacity of storage 'orders' shrank from 100 GiB to 50 GiB.",
      'Applying the desired state would enlarge it from 50 GiB to 100 GiB.',
      'investigate',
    ],
    [
      'storage',
      change('/redundancy', 'GRS', 'LRS'),
      "The redundancy of storage 'orders' changed from 'GRS' to 'LRS'.",
      "Applying the desired state would set it to 'GRS'.",
      'investigate',
    ],
    [
      'storage',
      change('/throughputMiBps', 125, 250),
      "The throughput of storage 'orders' was raised from 125 MiB/s to 250 MiB/s.",
      'Applying the desired state would lower it from 250 MiB/s to 125 MiB/s.',
      'update-code',
    ],
    [
      'storage',
      change('/iops', 3000, 4000),
      "The IOPS limit of storage 'orders' was raised from 3000 to 4000.",
      'Applying the desired state would lower it from 4000 to 3000.',
      'update-code',
    ],
    [
      'storage',
      change('/lifecycle', [{ Id: 'a' }], []),
      "The lifecycle of storage 'orders' changed (1 lifecycle rule was removed).",
      'Applying the desired state would change it (1 lifecycle rule was added).',
      'apply',
    ],
    [
      'storage',
      change('/providerProperties/properties/minimumTlsVersion', '1.2', '1.0'),
      "The minimum TLS version of storage 'orders' changed from '1.2' to '1.0'.",
      "Applying the desired state would set it to '1.2'.",
      'investigate',
    ],
    [
      'storage',
      change('/providerProperties/tags/a', '1', '2'),
      "Tag 'a' of storage 'orders' changed from '1' to '2'.",
      "Applying the desired state would set it to '1'.",
      'apply',
    ],
  ])('%s %j', (type, field, description, consequence, recommendation) => {
    expect(explain(type, [field])).toMatchObject({
      description,
      consequence,
      recommendation,
    });
  });

  it('tells what can be taken back from what cannot', () => {
    expect(
      explain('database', [
        change('/storageGiB', 100, 200),
        change('/highAvailability', true, false),
      ]).consequence,
    ).toBe(
      'Applying the desired state would turn high availability on. Storage can only grow, so it cannot be made smaller in place.',
    );
  });

  it('of a missing one is that its data is missing', () => {
    expect(
      explain('database', [], { change: 'create', rule: 'cloud-missing' }),
    ).toMatchObject({
      description: "Database 'orders' is desired, but does not exist.",
      consequence:
        'Applying the desired state would create it again, but without the data it held.',
      recommendation: 'investigate',
      advice: expect.stringContaining('backup'),
    });
  });

  it('speaks of the desired state in its advice, too', () => {
    expect(
      explain('database', [change('/publicAccess', false, true)]).advice,
    ).toMatch(/apply the desired state soon/);
  });

  it('of one that nobody desired is to find out about it', () => {
    expect(
      explain('storage', [{ path: '/publicAccess', actual: true }], {
        change: 'create',
        unmanaged: true,
        rule: 'cloud-unmanaged',
      }),
    ).toMatchObject({
      description:
        "Storage 'orders' exists, but no code or desired state knows it.",
      recommendation: 'investigate',
    });
  });
});
