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

import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { JsonValue } from '@backstage/types';
import { DriftSnapshot } from './DriftSnapshot';
import { DriftStatusProcessor } from './DriftStatusProcessor';

const location = { type: 'url', target: 'https://example.com/a.yaml' };

function component(annotations?: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'AKS', ...(annotations && { annotations }) },
  };
}

/** The memory that the catalog keeps of one entity. */
function entityCache() {
  const values = new Map<string, JsonValue>();
  return {
    async get<T extends JsonValue>(key: string) {
      return values.get(key) as T | undefined;
    },
    async set<T extends JsonValue>(key: string, value: T) {
      values.set(key, value);
    },
  };
}

describe('DriftStatusProcessor', () => {
  let snapshot: DriftSnapshot;
  let processor: DriftStatusProcessor;

  beforeEach(() => {
    snapshot = new DriftSnapshot();
    processor = new DriftStatusProcessor({
      snapshot,
      logger: mockServices.logger.mock(),
    });
  });

  async function process(entity: Entity, cache = entityCache()) {
    const emit = jest.fn();
    const result = await processor.preProcessEntity(
      entity,
      location,
      emit,
      location,
      cache,
    );
    return { result, emitted: emit.mock.calls.map(([item]) => item) };
  }

  it('annotates what the snapshot knows and overwrites what an author wrote', async () => {
    snapshot.replace([
      { entityRef: 'component:default/aks', status: 'drifted', risk: 'high' },
    ]);
    const written = component({
      'example.com/other': 'kept',
      'infra-hub.io/drift-status': 'clean',
    });
    const { result, emitted } = await process(written);
    expect(result.metadata.annotations).toEqual({
      'example.com/other': 'kept',
      'infra-hub.io/drift-status': 'drifted',
      'infra-hub.io/drift-risk': 'high',
    });
    expect(written.metadata.annotations).toEqual({
      'example.com/other': 'kept',
      'infra-hub.io/drift-status': 'clean',
    });
    expect(emitted).toEqual([
      { type: 'refresh', key: 'drift:component:default/aks' },
    ]);
  });

  it('removes what an author wrote about an entity without targets', async () => {
    snapshot.replace([]);
    const { result } = await process(
      component({
        'infra-hub.io/drift-status': 'clean',
        'infra-hub.io/drift-risk': 'none',
      }),
    );
    expect(result.metadata.annotations).toEqual({});
  });

  it('leaves an entity alone that has nothing to do with drift', async () => {
    const user = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'User',
      metadata: { name: 'ann' },
    };
    const { result, emitted } = await process(user);
    expect(result).toBe(user);
    expect(emitted).toEqual([]);
  });

  it('can be told to refresh any kind of entity that declares a source', async () => {
    const { emitted } = await process({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: {
        name: 'x',
        namespace: 'n',
        annotations: { 'infra-hub.io/terraform-dir': 'infra' },
      },
    });
    expect(emitted).toEqual([{ type: 'refresh', key: 'drift:api:n/x' }]);
  });

  it('keeps the last state over a restart until the first snapshot', async () => {
    const cache = entityCache();
    snapshot.replace([
      { entityRef: 'component:default/aks', status: 'drifted', risk: 'high' },
    ]);
    await process(component(), cache);

    snapshot = new DriftSnapshot();
    processor = new DriftStatusProcessor({
      snapshot,
      logger: mockServices.logger.mock(),
    });
    const before = await process(component(), cache);
    expect(before.result.metadata.annotations).toMatchObject({
      'infra-hub.io/drift-status': 'drifted',
    });

    snapshot.replace([]);
    const after = await process(component(), cache);
    expect(after.result.metadata.annotations ?? {}).toEqual({});

    const fresh = await process(component());
    expect(fresh.result.metadata.annotations ?? {}).toEqual({});
  });

  it('never fails an entity', async () => {
    const broken = {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        annotations: { 'infra-hub.io/drift-status': 'clean' },
      },
    } as unknown as Entity;
    const { result } = await process(broken);
    expect(result.metadata.annotations).toEqual({});

    const forgetful = {
      get: async () => {
        throw new Error('no cache');
      },
      set: async () => {},
    };
    await expect(process(component(), forgetful)).resolves.toMatchObject({
      result: component(),
    });
    const empty = {} as unknown as Entity;
    await expect(process(empty)).resolves.toMatchObject({ result: empty });
  });
});
