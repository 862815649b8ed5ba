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

import { fingerprintOf } from '../fingerprint/fingerprint';
import { Entry, PlanParts, reportOf } from './__testUtils__/planOf';

const ARN = 'arn:aws:rds:eu-central-1:123456789012:db:orders';
const ARM_ID =
  '/subscriptions/0b1f6471-1bf0-4dda-aec3-111122223333/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/orders';
const SELF_LINK =
  'https://www.googleapis.com/compute/v1/projects/acme/zones/europe-west1-b/disks/orders';

/** Somebody made a resource bigger. */
function resized(
  type: string,
  ids: Record<string, unknown>,
  more: Partial<Entry> = {},
): PlanParts {
  const address = `${type}.it`;
  return {
    drift: [
      {
        address,
        type,
        actions: ['update'],
        before: { ...ids, size: 1 },
        after: { ...ids, size: 2 },
        ...more,
      },
    ],
    changes: [
      {
        address,
        type,
        actions: ['update'],
        before: { ...ids, size: 2 },
        after: { ...ids, size: 1 },
        ...more,
      },
    ],
  };
}

async function idsIn(parts: PlanParts): Promise<(string[] | undefined)[]> {
  const { findings } = await reportOf(parts);
  return findings.map(finding => finding.resourceIds);
}

describe('ids of resources in a plan', () => {
  it.each<[what: string, parts: PlanParts, expected: string[]]>([
    [
      'the ARN before the bare id',
      resized('aws_db_instance', { id: 'db-ABCDEF', arn: ARN }),
      [ARN, 'db-ABCDEF'],
    ],
    [
      'an Azure id, whoever the provider is',
      resized('azapi_resource', { id: ARM_ID }),
      [ARM_ID],
    ],
    [
      'a self link and a path of names',
      resized('google_compute_disk', {
        id: 'projects/acme/zones/europe-west1-b/disks/orders',
        self_link: SELF_LINK,
      }),
      ['projects/acme/zones/europe-west1-b/disks/orders', SELF_LINK],
    ],
    [
      'a full resource name',
      resized('acme_thing', { id: '//sqladmin.googleapis.com/projects/a/i/b' }),
      ['//sqladmin.googleapis.com/projects/a/i/b'],
    ],
    [
      'each id once, the real one first',
      {
        drift: [
          {
            address: 'aws_eip.it',
            type: 'aws_eip',
            actions: ['update'],
            before: { id: 'eipalloc-old', size: 1 },
            after: { id: 'eipalloc-new', size: 2 },
          },
        ],
        changes: [
          {
            address: 'aws_eip.it',
            type: 'aws_eip',
            actions: ['update'],
            before: { id: 'eipalloc-new', size: 2 },
            after: { id: 'eipalloc-new', size: 1 },
          },
        ],
      },
      ['eipalloc-new', 'eipalloc-old'],
    ],
    [
      'what was recorded of a resource that is gone',
      {
        drift: [
          {
            address: 'aws_db_instance.it',
            type: 'aws_db_instance',
            actions: ['delete'],
            before: { arn: ARN },
            after: null,
          },
        ],
        changes: [
          {
            address: 'aws_db_instance.it',
            type: 'aws_db_instance',
            actions: ['create'],
            before: null,
            after: { size: 1 },
            after_unknown: { arn: true, id: true },
          },
        ],
      },
      [ARN],
    ],
  ])('are %s', async (_, parts, expected) => {
    const [first] = await idsIn(parts);
    expect(first).toEqual(expected);
  });

  it.each<[what: string, parts: PlanParts]>([
    ['a bare id of another provider', resized('random_pet', { id: 'cat-7' })],
    [
      'a masked attribute',
      resized(
        'aws_db_instance',
        { id: 'orders-db-1', arn: ARN },
        {
          before_sensitive: { id: true, arn: true },
          after_sensitive: { id: true, arn: true },
        },
      ),
    ],
    [
      'an id of a resource that is masked as a whole',
      resized('aws_db_instance', { arn: ARN }, { after_sensitive: true }),
    ],
    [
      'an id that repeats what is masked elsewhere',
      resized(
        'aws_db_instance',
        { id: 'kept-s3cret-x', password: 's3cret' },
        {
          before_sensitive: { password: true },
          after_sensitive: { password: true },
        },
      ),
    ],
    [
      'an access key',
      resized('aws_iam_access_key', { id: 'AKIAIOSFODNN7EXAMPLE' }),
    ],
    [
      'an address with a password',
      resized('google_thing', {
        id: 'https://jane:hunter22@www.googleapis.com/x',
      }),
    ],
    [
      'an address of something else',
      resized('aws_thing', {
        self_link: 'https://evil.example.com/www.googleapis.com/x',
      }),
    ],
    [
      'an id with a query',
      resized('azurerm_thing', { id: `${ARM_ID}?sig=abcdef` }),
    ],
    [
      'text with blanks or control characters',
      resized('aws_thing', { id: 'a b', arn: `${ARN}\u0007` }),
    ],
    [
      'what is too long',
      resized('aws_thing', {
        id: 'a'.repeat(2_049),
        arn: ARN + 'a'.repeat(2_048),
      }),
    ],
    ['what is no text', resized('aws_thing', { id: 7, arn: [ARN] })],
    [
      'told where nothing changed outside',
      {
        changes: [
          {
            address: 'aws_db_instance.it',
            type: 'aws_db_instance',
            actions: ['update'],
            before: { arn: ARN, size: 1 },
            after: { arn: ARN, size: 2 },
          },
        ],
      },
    ],
    [
      'what a pending resource will be called',
      {
        changes: [
          {
            address: 'aws_db_instance.it',
            type: 'aws_db_instance',
            actions: ['create'],
            before: null,
            after: { arn: ARN },
          },
        ],
      },
    ],
  ])('are not %s', async (_, parts) => {
    await expect(idsIn(parts)).resolves.toEqual([undefined]);
  });

  it('leave the fingerprint as it was', async () => {
    const { findings } = await reportOf(
      resized('aws_db_instance', { id: 'db-ABCDEF', arn: ARN }),
    );
    const [{ resourceIds, ...finding }] = findings;
    expect(resourceIds).toHaveLength(2);
    expect(finding.fingerprint).toBe(fingerprintOf(finding));
    const { findings: withoutIds } = await reportOf(
      resized('aws_db_instance', {}),
    );
    expect(withoutIds[0].fingerprint).toBe(finding.fingerprint);
  });
});
