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

import { ManifestSet } from './ManifestSet';

const MANIFESTS = `kind: Database
apiVersion: infra-hub.io/v1
metadata: { name: shop }
spec: { id: shop }
---
kind: Database
apiVersion: infra-hub.io/v1
metadata: { name: bills }
spec: { id: bills }
`;

describe('manifests that are looked for again and again', () => {
  it.each([
    ['YAML', 'all.yaml', MANIFESTS],
    [
      'JSON',
      'all.json',
      JSON.stringify([
        { kind: 'Database', apiVersion: 'v1', spec: { id: 'shop' } },
        { kind: 'Database', apiVersion: 'v1', spec: { id: 'bills' } },
      ]),
    ],
  ])(
    'are read from %s once, and again when they are changed',
    (_, path, text) => {
      const set = ManifestSet.create([{ path, bytes: Buffer.from(text) }]);
      const objects = () => set.find(() => true).map(({ object }) => object);
      const [shop, bills] = objects();
      expect(objects()[0]).toBe(shop);
      expect(objects()[1]).toBe(bills);

      const [, found] = set.find(() => true);
      set.edit(found, [{ op: 'set', path: ['spec', 'id'], value: 'dues' }]);
      expect(objects()).toMatchObject([
        { spec: { id: 'shop' } },
        { spec: { id: 'dues' } },
      ]);
      expect(set.read(found)).toMatchObject({ spec: { id: 'dues' } });
      expect(bills).toMatchObject({ spec: { id: 'bills' } });

      set.restore(path);
      expect(objects()[1]).toMatchObject({ spec: { id: 'bills' } });
      expect(set.changes()).toEqual([]);
    },
  );
});
