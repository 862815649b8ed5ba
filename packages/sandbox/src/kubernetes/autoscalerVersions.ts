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

import { isJsonObject, JsonObject } from '../cloud/json';
import { entries, inside } from './defaults';

/** Autoscalers are stored as v2; v1 knows only a target for the CPU. */
export function autoscalerToV2(object: JsonObject): JsonObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = inside(
    object,
    'spec',
  );
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    spec: {
      ...spec,
      ...(target !== undefined &&
        target !== null && {
          metrics: [
            {
              type: 'Resource',
              resource: {
                name: 'cpu',
                target: { type: 'Utilization', averageUtilization: target },
              },
            },
          ],
        }),
    },
  };
}

export function autoscalerToV1(object: JsonObject): JsonObject {
  const { metrics, behavior: _behavior, ...spec } = inside(object, 'spec');
  const target = entries(metrics)
    .map(metric => metric.resource)
    .filter(isJsonObject)
    .filter(resource => resource.name === 'cpu')
    .map(resource => inside(resource, 'target').averageUtilization)
    .find(value => value !== undefined);
  const {
    currentMetrics: _metrics,
    conditions: _conditions,
    ...status
  } = inside(object, 'status');
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    spec: {
      ...spec,
      ...(target !== undefined && { targetCPUUtilizationPercentage: target }),
    },
    status: { currentReplicas: 0, ...status },
  };
}
