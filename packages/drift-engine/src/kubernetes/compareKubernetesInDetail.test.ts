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

import {
  compareKubernetes,
  compareKubernetesInDetail,
} from './compareKubernetes';
import { KubernetesObject } from './KubernetesObject';

function configMap(
  data: Record<string, string>,
  managedFields: KubernetesObject['metadata']['managedFields'] = [],
  name = 'settings',
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'tenant-acme', managedFields },
    data,
  };
}

function appliedBy(manager: string, ...keys: string[]) {
  return {
    manager,
    operation: 'Apply',
    apiVersion: 'v1',
    time: '2026-11-22T08:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:data': Object.fromEntries(keys.map(key => [`f:${key}`, {}])),
    },
  };
}

describe('compareKubernetesInDetail', () => {
  it('gives the objects that differ beside the same verdict', () => {
    const desired = [
      configMap({ a: '1', gone: '2' }),
      configMap({}, [], 'missing'),
      configMap({ x: '1' }, [], 'equal'),
    ];
    const live = [
      configMap({ a: '9', extra: '3' }),
      configMap({ x: '1' }, [], 'equal'),
      configMap({}, [], 'unmanaged'),
    ];
    const { observation, pairs } = compareKubernetesInDetail({ desired, live });
    expect(observation).toEqual(compareKubernetes({ desired, live }));
    expect(
      pairs.map(pair => [
        pair.address,
        pair.class,
        pair.desired !== undefined,
        pair.live !== undefined,
      ]),
    ).toEqual([
      ['tenant-acme/ConfigMap/settings', 'drift', true, true],
      ['tenant-acme/ConfigMap/missing', 'drift', true, false],
      ['tenant-acme/ConfigMap/unmanaged', 'drift', false, true],
    ]);
    expect(pairs[0].fields).toMatchObject([
      {
        form: 'changed',
        label: 'data[a]',
        livePath: ['data', 'a'],
        desiredPath: ['data', 'a'],
        desired: '1',
        actual: '9',
      },
      {
        form: 'missing',
        livePath: ['data'],
        desiredPath: ['data', 'gone'],
        desired: '2',
      },
      {
        form: 'extra',
        livePath: ['data', 'extra'],
        desiredPath: ['data'],
        actual: '3',
        shown: { path: '/data/extra', label: 'data[extra]' },
      },
    ]);
  });

  it('takes what a tool wrote for the platform as its own, and no name of it', () => {
    const desired = [configMap({ a: '1' })];
    const classOf = (
      managedFields: KubernetesObject['metadata']['managedFields'],
      actingManagers?: string[],
    ) =>
      compareKubernetes({
        desired,
        live: [configMap({ a: '1', old: '2' }, managedFields)],
        ...(actingManagers ? { actingManagers } : {}),
      }).differences;
    const byTool = [appliedBy('infra-hub-drift', 'a', 'old')];
    expect(classOf(byTool)).toMatchObject([{ class: 'drift' }]);
    expect(classOf(byTool, ['infra-hub-drift'])).toMatchObject([
      { class: 'pending', rule: 'platform-left-over' },
    ]);
  });
});
