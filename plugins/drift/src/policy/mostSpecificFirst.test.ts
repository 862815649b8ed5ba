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

import { StoredRemediationPolicy } from '@infra-hub/backstage-plugin-drift-common';
import { mostSpecificFirst } from './mostSpecificFirst';

function policy(
  id: string,
  part: Partial<StoredRemediationPolicy> = {},
): StoredRemediationPolicy {
  return { id, mode: 'alert', origin: 'api', ...part };
}

describe('mostSpecificFirst', () => {
  it('weighs target, client, source, type, change and severity, in this order', () => {
    const policies = [
      policy('everything'),
      policy('any type', { resourceType: '*' }),
      policy('severity', { severity: ['low'] }),
      policy('change', { change: ['update'] }),
      policy('types', { resourceType: 'aws_*' }),
      policy('type', { resourceType: 'aws_instance' }),
      policy('source', { source: 'terraform' }),
      policy('client', { client: 'acme' }),
      policy('targets', { target: 'tf-*' }),
      policy('target', { target: 'tf-aks' }),
    ];
    expect(mostSpecificFirst(policies).map(({ id }) => id)).toEqual([
      'target',
      'targets',
      'client',
      'source',
      'type',
      'types',
      'change',
      'severity',
      'any type',
      'everything',
    ]);
  });

  it('puts the stricter of equals first, then that of the configuration, then by name', () => {
    const policies = [
      policy('c', { mode: 'auto' }),
      policy('b', { mode: 'alert' }),
      policy('z', { mode: 'alert', origin: 'config' }),
      policy('a', { mode: 'alert' }),
      policy('d', { mode: 'review' }),
    ];
    expect(mostSpecificFirst(policies).map(({ id }) => id)).toEqual([
      'd',
      'z',
      'a',
      'b',
      'c',
    ]);
  });
});
