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

import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { compareKubernetes } from './compareKubernetes';

function deployment(env: object[], args: string[]) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'api' } },
      template: {
        metadata: { labels: { app: 'api' } },
        spec: { containers: [{ name: 'main', image: 'api:1', args, env }] },
      },
    },
  };
}

function differences(live: object[]) {
  return compareKubernetes({
    desired: [
      deployment(
        [{ name: 'DB_PASSWORD', value: SENSITIVE_DESIRED_VALUE }],
        ['--token', SENSITIVE_DESIRED_VALUE],
      ),
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', namespace: 'shop' },
        data: { api_key: SENSITIVE_DESIRED_VALUE },
      },
    ],
    live: live as ReturnType<typeof deployment>[],
  }).differences.filter(({ class: one }) => one === 'drift');
}

const settings = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
  data: { api_key: 'hunter2' },
};

describe('a desired value that was not kept', () => {
  it('is met by any value', () => {
    expect(
      differences([
        deployment(
          [{ name: 'DB_PASSWORD', value: 'hunter2' }],
          ['--token', 'hunter2'],
        ),
        settings,
      ]),
    ).toEqual([]);
  });

  it('is missed when there is none', () => {
    const found = differences([
      deployment([], ['--token', 'hunter2']),
      { ...settings, data: {} },
    ]);
    expect(found.map(({ resourceName }) => resourceName).sort()).toEqual([
      'api',
      'settings',
    ]);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });
});
