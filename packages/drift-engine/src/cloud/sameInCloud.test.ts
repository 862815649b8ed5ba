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

import { JsonValue } from '@backstage/types';
import { sameInCloud } from './sameInCloud';

const arm =
  '/subscriptions/1/resourceGroups/RG/providers/Microsoft.Sql/servers/S';
const policy = (action: JsonValue) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });

type Row = [path: string, wanted: JsonValue, actual: JsonValue | undefined];

const same = ([path, wanted, actual]: Row) =>
  sameInCloud(wanted, actual, { path: path.split('/'), members: 'wanted' });

describe('what means the same to a cloud', () => {
  it.each<Row>([
    // Scalars
    ['Port', 5432, '5432'],
    ['Port', '5432', 5432],
    ['Size', 100, '100.0'],
    ['MultiAZ', true, 'true'],
    ['MultiAZ', 'True', true],
    ['A', null, undefined],
    ['A', '', []],
    ['A', {}, null],
    // Spellings of the provider
    ['subnetId', arm, `${arm.toLowerCase()}/`],
    ['location', 'West Europe', 'westeurope'],
    ['properties/locations', ['West Europe'], ['westeurope']],
    ['sku/name', 'standard_lrs', 'Standard_LRS'],
    ['properties/accessTier', 'hot', 'Hot'],
    ['StorageClass', 'STANDARD_IA', 'standard_ia'],
    ['properties/createMode', 'default', 'Default'],
    [
      'network',
      'projects/p/global/networks/n',
      'https://www.googleapis.com/compute/v1/projects/p/global/networks/n',
    ],
    [
      'network',
      '//compute.googleapis.com/projects/p/global/networks/n',
      'https://compute.googleapis.com/compute/v1/projects/p/global/networks/n',
    ],
    // Times
    ['Since', '2026-11-22T13:00:00Z', '2026-11-22T14:00:00.000+01:00'],
    ['Window', 'Sun:04:00-Sun:05:00', 'sun:04:00-sun:05:00'],
    ['retention', 'P7D', 'P1W'],
    ['retention', '604800s', '168h'],
    // Documents in texts
    ['Policy', '{"a": 1, "b": [1]}', '{"b":[1],"a":1}'],
    ['Policy', { a: 1 }, '{ "a": 1 }'],
    ['Policy', policy('s3:GetObject'), policy(['s3:GetObject'])],
    // Sets
    ['Groups', ['a', 'b'], ['b', 'a']],
    [
      'Rules',
      [{ a: 1 }, { a: 1, b: 2 }],
      [
        { a: 1, b: 2 },
        { a: 1, c: 3 },
      ],
    ],
    ['Rules', [{ a: 1, off: false, none: 0 }], [{ id: 'x', a: 1 }]],
    // Tags
    ['Tags', [{ Key: 'a', Value: '1' }], { a: '1', b: '2' }],
    [
      'tags',
      { a: '1' },
      [
        { Key: 'b', Value: '2' },
        { Key: 'a', Value: '1' },
      ],
    ],
    ['Tags', [{ key: 'a', value: '1' }], [{ Key: 'a', Value: '1' }]],
    ['Tags', [{ Key: 'a', Value: '' }], [{ Key: 'a' }]],
  ])('%s: %j is %j', (...row) => {
    expect(same(row)).toMatch(/\.$|^$/);
  });

  it.each<Row>([
    ['Port', '05432', 5432],
    ['Version', '15.10', '15.1'],
    ['Size', 100, '100GB'],
    ['A', false, undefined],
    ['A', 0, ''],
    ['A', 'x', undefined],
    // Names of objects are what they are
    ['DBSubnetGroupName', 'main-group', 'MainGroup'],
    ['DBSubnetGroupName', 'main', 'Main'],
    ['bucket', 'Logs', 'logs'],
    ['rules/prefix', 'Logs/', 'logs/'],
    ['location', 'eu-west-1', 'euwest1'],
    ['location', 'eastus', 'eastus2'],
    ['Tags', [{ Key: 'env', Value: 'Prod' }], [{ Key: 'env', Value: 'prod' }]],
    ['Tags', [{ Key: 'env', Value: 'a' }], []],
    ['tags', { a: '1' }, [{ Key: 'A', Value: '1' }]],
    ['network', 'projects/p/global/networks/n', 'projects/q/global/networks/n'],
    ['Since', '2026-11-22T13:00:00Z', '2026-11-22T13:00:01Z'],
    ['Since', 'not-a-time', 'neither'],
    ['retention', 'P7D', 'P8D'],
    ['Policy', policy('s3:GetObject'), policy('s3:PutObject')],
    ['Policy', '{"a":', '{"a":1}'],
    ['Groups', ['a', 'a'], ['a', 'b']],
    ['Groups', ['a'], ['a', 'b']],
    ['Rules', [{ a: 1, b: 1 }], [{ a: 1 }]],
    // Of these the order counts
    ['CorsRules', [{ o: 'a' }, { o: 'b' }], [{ o: 'b' }, { o: 'a' }]],
    ['KeySchema', [{ n: 'a' }, { n: 'b' }], [{ n: 'b' }, { n: 'a' }]],
    ['partitionKey/paths', ['/a', '/b'], ['/b', '/a']],
  ])('%s: %j is not %j', (...row) => {
    expect(same(row)).toBeUndefined();
  });

  it('counts what only the provider has where all of it matters', () => {
    const rules = [{ Id: 'a', Status: 'Enabled' }];
    const place = { path: ['lifecycle'], members: 'all' } as const;
    expect(
      sameInCloud(rules, [{ ...rules[0], Prefix: '', Off: false }], place),
    ).toBe('');
    expect(
      sameInCloud(rules, [{ ...rules[0], ExpirationInDays: 1 }], place),
    ).toBeUndefined();
  });

  it('ignores letter case where the table of the kind says so', () => {
    const place = { path: ['DBSubnetGroupName'], members: 'wanted' } as const;
    expect(
      sameInCloud('Main', 'main', { ...place, caseless: true }),
    ).toBeDefined();
  });

  it('compares long lists in reasonable time', () => {
    const long = Array.from({ length: 3_000 }, (_, index) => ({ index }));
    expect(same(['Rules', long, [...long].reverse()])).toBeDefined();
    expect(
      same(['Rules', long, [...long.slice(1), { index: -1 }]]),
    ).toBeUndefined();
  });
});
