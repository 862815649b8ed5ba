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

import { JsonValue } from '@backstage/types';
import { below, KubernetesObject } from './KubernetesObject';
import { groupOf } from './identity';

/** Between how many replicas an autoscaler may choose. */
export interface ScalingBounds {
  min: number;
  max: number;
  /** Name of the HorizontalPodAutoscaler. */
  name: string;
}

/** What horizontal autoscalers scale; a desired one counts before a live one of the same name. */
export class Autoscalers {
  readonly #bounds = new Map<string, ScalingBounds>();

  /** @param scalers - pairs of an autoscaler and its namespace, the decisive first */
  static of(
    scalers: Iterable<{ object: KubernetesObject; namespace: string }>,
  ): Autoscalers {
    const autoscalers = new Autoscalers();
    const seen = new Set<string>();
    for (const { object, namespace } of scalers) {
      const name = `${namespace}/${object.metadata.name}`;
      if (!seen.has(name)) {
        seen.add(name);
        autoscalers.#add(object, namespace);
      }
    }
    return autoscalers;
  }

  boundsOf(
    object: KubernetesObject,
    namespace: string,
  ): ScalingBounds | undefined {
    return this.#bounds.get(
      `${namespace}/${object.kind}/${object.metadata.name}`,
    );
  }

  #add(scaler: KubernetesObject, namespace: string): void {
    const spec = below(scaler.spec);
    const target = below(spec, 'scaleTargetRef');
    const max = spec?.maxReplicas;
    if (
      typeof target?.kind !== 'string' ||
      typeof target.name !== 'string' ||
      typeof max !== 'number'
    ) {
      return;
    }
    const key = `${namespace}/${target.kind}/${target.name}`;
    if (!this.#bounds.has(key)) {
      this.#bounds.set(key, {
        min: numberOr(spec?.minReplicas, 1),
        max,
        name: scaler.metadata.name,
      });
    }
  }
}

export function isAutoscaler(object: KubernetesObject): boolean {
  return (
    object.kind === 'HorizontalPodAutoscaler' &&
    groupOf(object) === 'autoscaling'
  );
}

function numberOr(value: JsonValue | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
