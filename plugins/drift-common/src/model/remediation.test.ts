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

import { confirmNamesOf } from './remediation';

describe('confirmNamesOf', () => {
  const target = {
    source: 'kubernetes',
    name: '7f2c1f0a',
    entityRefs: ['resource:default/acme', 'component:shops/acme'],
  };
  const preview = { destructive: true };

  it('takes the name of the target and of its entities for what destroys something', () => {
    expect(confirmNamesOf({ action: 'revert', target, preview })).toEqual([
      '7f2c1f0a',
      'acme',
    ]);
    expect(
      confirmNamesOf({
        action: 'revert',
        target: { source: 'terraform', name: 'infra/aks' },
        preview,
      }),
    ).toEqual(['infra/aks']);
  });

  it('asks for none where nothing real is destroyed', () => {
    expect(
      confirmNamesOf({
        action: 'revert',
        target,
        preview: { destructive: false },
      }),
    ).toEqual([]);
    expect(confirmNamesOf({ action: 'revert', target })).toEqual([]);
    for (const action of ['adopt', 'refresh-state'] as const) {
      expect(confirmNamesOf({ action, target, preview })).toEqual([]);
    }
  });
});
