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

import { nameToType } from './useRemediationTitle';

describe('nameToType', () => {
  const destroys = {
    action: 'revert',
    preview: { destructive: true },
  } as const;
  const entityRefs = ['resource:default/acme'];

  it.each([
    [{ source: 'terraform', name: 'aks', entityRefs }, 'aks'],
    [{ source: 'kubernetes', name: '7f2c1f0a', entityRefs }, 'acme'],
    [{ source: 'kubernetes', name: '7f2c1f0a' }, '7f2c1f0a'],
  ])('of %j is %s', (target, expected) => {
    expect(nameToType({ ...destroys, target })).toBe(expected);
    expect(
      nameToType({ ...destroys, target, preview: { destructive: false } }),
    ).toBeUndefined();
  });
});
