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

import { ANNOTATION_TENANT_ID, ANNOTATION_TERRAFORM_DIR } from './annotations';
import { isDriftAvailable } from './availability';

function entityWith(annotations?: Record<string, string>) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name: 'aks', annotations },
  };
}

describe('isDriftAvailable', () => {
  it.each([
    ['a module directory', { [ANNOTATION_TERRAFORM_DIR]: 'infra' }, true],
    ['an empty module directory', { [ANNOTATION_TERRAFORM_DIR]: ' ' }, false],
    ['the id of a tenant', { [ANNOTATION_TENANT_ID]: '550e8400' }, true],
    ['an unrelated annotation', { 'example.com/a': 'b' }, false],
    ['no annotation', undefined, false],
  ])('is decided by %s', (_what, annotations, expected) => {
    expect(isDriftAvailable(entityWith(annotations))).toBe(expected);
  });
});
