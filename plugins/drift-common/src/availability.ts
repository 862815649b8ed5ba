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

import { Entity } from '@backstage/catalog-model';
import { ANNOTATION_TENANT_ID, ANNOTATION_TERRAFORM_DIR } from './annotations';

/**
 * Annotations that make an entity a place to look for drift.
 *
 * @public
 */
export const DRIFT_SOURCE_ANNOTATIONS: readonly string[] = [
  ANNOTATION_TERRAFORM_DIR,
  ANNOTATION_TENANT_ID,
];

/**
 * Whether an entity declares something that can drift.
 *
 * @remarks
 * An entity without such an annotation may still have targets, declared in
 * configuration.
 *
 * @public
 */
export function isDriftAvailable(entity: Entity): boolean {
  const annotations = entity.metadata.annotations ?? {};
  return DRIFT_SOURCE_ANNOTATIONS.some(name =>
    Boolean(annotations[name]?.trim()),
  );
}
