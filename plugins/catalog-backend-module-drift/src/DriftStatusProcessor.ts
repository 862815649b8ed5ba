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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { toError } from '@backstage/errors';
import {
  CatalogProcessor,
  CatalogProcessorCache,
  CatalogProcessorEmit,
  processingResult,
} from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_DRIFT_RISK,
  ANNOTATION_DRIFT_STATUS,
  isDriftAvailable,
} from '@infra-hub/backstage-plugin-drift-common';
import { LocationSpec } from '@backstage/plugin-catalog-common';
import { DriftSnapshot, DriftState } from './DriftSnapshot';

const CACHE_KEY = 'state';

/** Kinds that configuration may tie a target to without an annotation. */
const KINDS_WITH_TARGETS = new Set([
  'component',
  'domain',
  'resource',
  'system',
]);

/** The refresh key of an entity's drift state. */
export function refreshKeyOf(entityRef: string): string {
  return `drift:${entityRef}`;
}

/**
 * Writes the drift status and risk of an entity into its annotations.
 *
 * @remarks
 * The two annotations belong to this processor: whatever an author wrote there
 * is removed. It reads memory only and never throws, because a processor that
 * throws fails the whole entity.
 */
export class DriftStatusProcessor implements CatalogProcessor {
  readonly #snapshot: DriftSnapshot;
  readonly #logger: LoggerService;

  constructor(options: { snapshot: DriftSnapshot; logger: LoggerService }) {
    this.#snapshot = options.snapshot;
    this.#logger = options.logger;
  }

  getProcessorName(): string {
    return 'DriftStatusProcessor';
  }

  /** After those that may add the annotations of a source. */
  getPriority(): number {
    return 100;
  }

  async preProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    emit: CatalogProcessorEmit,
    _originLocation: LocationSpec,
    cache: CatalogProcessorCache,
  ): Promise<Entity> {
    try {
      const entityRef = stringifyEntityRef(entity);
      const state = await this.#recall(entityRef, cache);
      if (
        state ||
        isDriftAvailable(entity) ||
        KINDS_WITH_TARGETS.has(entity.kind.toLocaleLowerCase('en-US'))
      ) {
        emit(processingResult.refresh(refreshKeyOf(entityRef)));
      }
      return annotate(entity, state);
    } catch (error) {
      this.#logger.debug(
        'An entity was left without drift annotations',
        toError(error),
      );
      return annotate(entity, undefined);
    }
  }

  /**
   * What was known at the last processing stands in until the first snapshot, or
   * every restart of the catalog would take all annotations away for a moment.
   */
  async #recall(
    entityRef: string,
    cache: CatalogProcessorCache,
  ): Promise<DriftState | undefined> {
    const before = await cache.get<{ status: string; risk: string }>(CACHE_KEY);
    if (!this.#snapshot.isLoaded) {
      return (before as DriftState | null | undefined) ?? undefined;
    }
    const state = this.#snapshot.get(entityRef);
    if (state?.status !== before?.status || state?.risk !== before?.risk) {
      await cache.set(CACHE_KEY, state ? { ...state } : null);
    }
    return state;
  }
}

function annotate(entity: Entity, state: DriftState | undefined): Entity {
  const known = entity.metadata?.annotations;
  const isMarked =
    known &&
    (ANNOTATION_DRIFT_STATUS in known || ANNOTATION_DRIFT_RISK in known);
  if (!state && !isMarked) {
    return entity;
  }
  const annotations = { ...known };
  delete annotations[ANNOTATION_DRIFT_STATUS];
  delete annotations[ANNOTATION_DRIFT_RISK];
  if (state) {
    annotations[ANNOTATION_DRIFT_STATUS] = state.status;
    annotations[ANNOTATION_DRIFT_RISK] = state.risk;
  }
  return { ...entity, metadata: { ...entity.metadata, annotations } };
}
