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
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { holdsSecret, secretsWithin } from './holdsSecret';

describe('secrets in values of any shape', () => {
  it.each<[string, JsonValue]>([
    ['MasterUserPassword', 'x'],
    ['adminPassword', 12345678],
    ['Tags', [{ Key: 'api_key', Value: 'x' }]],
    ['Parameters', [{ name: 'db-password', value: 'x' }]],
    ['secret', { value: 'x' }],
    ['passwords', ['x']],
    ['url', 'https://user:pass@host.test/'],
    ['deep', { a: [{ b: { client_secret: 'x' } }] }],
    ['map', { 'password=hunter2': 'x' }],
    ['Policy', '{"password":"hunter2"}'],
  ])('are found in %s: %j', (name, value) => {
    expect(holdsSecret([name], value)).toBe(true);
  });

  it.each<[string, JsonValue | undefined]>([
    ['MasterUserPassword', undefined],
    ['MasterUserPassword', null],
    ['MasterUserPassword', SENSITIVE_DESIRED_VALUE],
    ['ManageMasterUserPassword', true],
    ['PasswordAuthentication', 'Enabled'],
    ['KmsKeyId', 'arn:aws:kms:eu-central-1:1:key/a'],
    ['MasterUserSecret', { SecretArn: 'arn:aws:secretsmanager:eu:1:secret:x' }],
    ['Tags', [{ Key: 'env', Value: 'prod' }]],
    ['size', 'db.t4g.medium'],
  ])('are none in %s: %j', (name, value) => {
    expect(holdsSecret([name], value)).toBe(false);
  });

  it('are found wherever they are', () => {
    expect(
      [
        ...secretsWithin(['a'], {
          one: { password: 'x' },
          list: ['ok', 'password=hunter2'],
        }),
      ].map(path => path.join('/')),
    ).toEqual(['a/list/1', 'a/one/password']);
  });
});
