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

import { Entry, reportOf } from '../terraform/__testUtils__/planOf';
import { parseDuration, parseQuantity } from './quantities';
import { sameMeaning } from './sameMeaning';

const at = (resourceType: string, ...segments: (string | number)[]) => ({
  resourceType,
  segments,
});

describe('values of the same meaning', () => {
  const policy = (action: unknown, more: object = {}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: action, Resource: '*', ...more }],
    });

  it.each([
    [
      'json-equal',
      at('aws_x', 'doc'),
      '{"a":1,"b":[2]}',
      '{ "b": [2], "a": 1 }',
    ],
    ['json-equal', at('aws_x', 'policy'), policy('s3:Get'), policy(['s3:Get'])],
    [
      'json-equal',
      at('aws_x', 'policy'),
      policy(['a', 'b']),
      policy(['b', 'a']),
    ],
    [
      'json-equal',
      at('aws_x', 'policy'),
      policy('a', { Principal: { AWS: ['x', 'y'] } }),
      policy('a', { Principal: { AWS: ['y', 'x'] } }),
    ],
    [
      'arm-id-casing',
      at('azurerm_x', 'subnet_id'),
      '/subscriptions/0/resourceGroups/A/providers/Microsoft.Network/x',
      '/subscriptions/0/resourcegroups/a/providers/microsoft.network/x',
    ],
    [
      'azure-location',
      at('azurerm_x', 'location'),
      'West Europe',
      'westeurope',
    ],
    ['quantity', at('kubernetes_deployment', 'limits', 'cpu'), '1000m', '1'],
    [
      'quantity',
      at('kubernetes_deployment', 'limits', 'memory'),
      '3072Mi',
      '3Gi',
    ],
    ['duration', at('x', 'timeout'), '60s', '1m0s'],
    ['scalar-as-text', at('x', 'a'), 'true', true],
    ['scalar-as-text', at('x', 'a'), '1', 1],
  ])('%s', (id, place, left, right) => {
    expect(sameMeaning(left, right, place)?.id).toBe(id);
    expect(sameMeaning(right, left, place)?.id).toBe(id);
  });

  it.each([
    ['another action', at('aws_x', 'policy'), policy('a'), policy('b')],
    ['another order of a plain JSON list', at('x', 'doc'), '[1,2]', '[2,1]'],
    [
      'large integers in JSON that differ in the last digit',
      at('x', 'doc'),
      '{"a":9007199254740993}',
      '{"a":9007199254740992}',
    ],
    ['casing elsewhere', at('azurerm_x', 'name'), 'Logs', 'logs'],
    ['casing of a location elsewhere', at('aws_x', 'location'), 'EU', 'eu'],
    ['M for Mi', at('kubernetes_x', 'memory'), '1M', '1Mi'],
    ['a quantity elsewhere', at('aws_x', 'name'), '1000m', '1'],
    ['texts that look like numbers', at('x', 'a'), '1', '1.0'],
    ['0 and false', at('x', 'a'), 0, false],
  ])('is not seen in %s', (_what, place, left, right) => {
    expect(sameMeaning(left, right, place)).toBeUndefined();
  });

  it.each([
    ['1', 1_000_000_000n],
    ['0.5', 500_000_000n],
    ['500m', 500_000_000n],
    ['1e3', 1_000_000_000_000n],
    ['12000m', 12_000_000_000n],
    ['1Ki', 1_024_000_000_000n],
    ['-1', -1_000_000_000n],
    ['', undefined],
    ['1x', undefined],
    ['.', undefined],
  ])('reads the quantity %p', (text, expected) => {
    expect(parseQuantity(text)).toBe(expected);
  });

  it.each([
    ['1h30m', 5_400_000_000],
    ['90m', 5_400_000_000],
    ['0.5s', 500_000],
    ['60', undefined],
    ['1d', undefined],
  ])('reads the duration %p', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });
});

describe('what is set aside between recorded and actual', () => {
  const absorbed = (before: object, after: object): [Entry, Entry] => [
    { actions: ['update'], before, after },
    { actions: ['no-op'], before: after, after },
  ];
  const reverted = (before: object, after: object): [Entry, Entry] => [
    { actions: ['update'], before, after },
    { actions: ['update'], before: after, after: before },
  ];

  it.each([
    ['empty-equals-null', 'aws_x', { a: null }, { a: {} }],
    ['empty-equals-null', 'aws_x', { a: '' }, { a: null }],
    ['empty-equals-null', 'aws_x', { tags: null }, { tags: {} }],
    ['empty-equals-null', 'aws_x', { a: [] }, {}],
    ['volatile-attribute', 'aws_x', { etag: 'a' }, { etag: 'b' }],
    [
      'volatile-attribute',
      'aws_db_instance',
      { latest_restorable_time: '1' },
      { latest_restorable_time: '2' },
    ],
    [
      'cloud-managed-tag',
      'aws_x',
      { tags: {} },
      { tags: { 'aws:autoscaling:groupName': 'x' } },
    ],
    [
      'set-order',
      'aws_x',
      { subnet_ids: ['a', 'b'] },
      { subnet_ids: ['b', 'a'] },
    ],
  ])('%s', async (normaliser, type, before, after) => {
    const [drift, change] = absorbed(before, after).map(entry => ({
      ...entry,
      address: `${type}.it`,
    }));
    const report = await reportOf({ drift: [drift], changes: [change] });
    expect(report.status).toBe('clean');
    expect(report.findings).toHaveLength(1);
    expect(report.findings[0]).toMatchObject({
      class: 'noise',
      rule: 'equal-after-normalisation',
      fields: [],
      normalised: [{ normaliser }],
    });
  });

  it.each([
    ['false and absent', 'aws_x', { a: false }, {}],
    ['0 and absent', 'aws_x', { a: 0 }, {}],
    [
      'the order of zones',
      'aws_x',
      { zones: ['a', 'b'] },
      { zones: ['b', 'a'] },
    ],
    [
      'a restore time of another type',
      'aws_x',
      { latest_restorable_time: 1 },
      { latest_restorable_time: 2 },
    ],
  ])('never is %s', async (_what, type, before, after) => {
    const [drift, change] = absorbed(before, after).map(entry => ({
      ...entry,
      address: `${type}.it`,
    }));
    const report = await reportOf({ drift: [drift], changes: [change] });
    expect(report.findings[0].class).toBe('absorbed');
  });

  it.each([
    ['an attribute that changes by itself', { etag: 'a' }, { etag: 'b' }],
    ['an order', { subnet_ids: ['a', 'b'] }, { subnet_ids: ['b', 'a'] }],
    ['an empty value', { a: '' }, { a: null }],
    ['a cloud tag', { tags: {} }, { tags: { 'aws:x': 'y' } }],
  ])(
    'never hides %s that the plan would change back',
    async (_what, before, after) => {
      const [drift, change] = reverted(before, after);
      const report = await reportOf({ drift: [drift], changes: [change] });
      expect(report.status).toBe('drifted');
    },
  );

  it('leaves a volatile attribute alone that the code sets', async () => {
    const [drift, change] = absorbed({ etag: 'a' }, { etag: 'b' });
    const report = await reportOf({
      drift: [drift],
      changes: [change],
      configuration: { 'test_thing.it': { etag: { constant_value: 'a' } } },
    });
    expect(report.findings[0].class).toBe('absorbed');
  });

  it('never hides a replacement behind letter case', async () => {
    const id = '/subscriptions/0/resourceGroups/A';
    const report = await reportOf({
      drift: [
        {
          actions: ['update'],
          before: { subnet_id: id },
          after: { subnet_id: id.toLowerCase() },
        },
      ],
      changes: [
        {
          actions: ['delete', 'create'],
          before: { subnet_id: id.toLowerCase() },
          after: { subnet_id: id },
          replace_paths: [['subnet_id']],
        },
      ],
    });
    expect(report.findings[0]).toMatchObject({
      class: 'drift',
      change: 'replace',
    });
  });

  it('sets aside a planned rewrite of the same policy', async () => {
    const report = await reportOf({
      changes: [
        {
          actions: ['update'],
          before: { policy: '{"a":1,"b":2}' },
          after: { policy: '{"b":2,"a":1}' },
        },
      ],
    });
    expect(report.status).toBe('clean');
    expect(report.findings[0]).toMatchObject({
      class: 'noise',
      normalised: [{ path: '/policy', normaliser: 'json-equal' }],
    });
  });
});
