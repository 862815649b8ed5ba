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

import { JsonObject, JsonValue } from '@backstage/types';
import { below, isObject, KubernetesObject } from './KubernetesObject';
import { groupOf } from './identity';

/** Rewrites an object of an old API version as the newest one has it. */
interface Conversion {
  group: string;
  kind: string;
  versions: RegExp;
  convert(object: KubernetesObject): KubernetesObject;
}

const CONVERSIONS: readonly Conversion[] = [
  {
    group: 'autoscaling',
    kind: 'HorizontalPodAutoscaler',
    versions: /\/v1$/,
    convert: object => ({ ...object, spec: scalerFromV1(object.spec) }),
  },
  {
    group: 'autoscaling',
    kind: 'HorizontalPodAutoscaler',
    versions: /\/v2beta1$/,
    convert: object => ({ ...object, spec: scalerFromV2beta1(object.spec) }),
  },
  {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    versions: /\/v1beta1$/,
    convert: object => ({ ...object, spec: ingressFromBeta(object.spec) }),
  },
];

/** The object as the version that is compared has it; itself in most cases. */
export function toNewestVersion(object: KubernetesObject): KubernetesObject {
  for (const { kind, group, versions, convert } of CONVERSIONS) {
    if (
      object.kind === kind &&
      versions.test(object.apiVersion) &&
      groupOf(object) === group
    ) {
      return convert(object);
    }
  }
  return object;
}

function scalerFromV1(spec: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(spec)) {
    return spec;
  }
  const { targetCPUUtilizationPercentage: percentage, ...rest } = spec;
  return percentage === undefined || percentage === null
    ? rest
    : {
        ...rest,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: percentage },
            },
          },
        ],
      };
}

const TARGETS = [
  ['targetAverageUtilization', 'Utilization', 'averageUtilization'],
  ['targetAverageValue', 'AverageValue', 'averageValue'],
  ['targetValue', 'Value', 'value'],
] as const;

function scalerFromV2beta1(spec: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(spec) || !Array.isArray(spec.metrics)) {
    return spec;
  }
  return { ...spec, metrics: spec.metrics.map(metricFromBeta) };
}

function metricFromBeta(metric: JsonValue): JsonValue {
  if (!isObject(metric) || typeof metric.type !== 'string') {
    return metric;
  }
  const source = `${metric.type[0]?.toLowerCase()}${metric.type.slice(1)}`;
  const old = below(metric, source);
  if (!old) {
    return metric;
  }
  const found = TARGETS.find(([name]) => old[name] !== undefined);
  const rest = Object.fromEntries(
    Object.entries(old).filter(
      ([name]) =>
        !TARGETS.some(([target]) => target === name) &&
        !['metricName', 'metricSelector', 'selector'].includes(name),
    ),
  );
  return {
    type: metric.type,
    [source]: {
      ...rest,
      ...(old.metricName === undefined
        ? {}
        : { metric: { name: old.metricName } }),
      ...(found
        ? { target: { type: found[1], [found[2]]: old[found[0]] } }
        : {}),
    },
  };
}

function ingressFromBeta(spec: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(spec)) {
    return spec;
  }
  const { backend, ...rest } = spec;
  return {
    ...rest,
    ...(isObject(backend) ? { defaultBackend: backendFromBeta(backend) } : {}),
    ...(Array.isArray(spec.rules)
      ? { rules: spec.rules.map(ruleFromBeta) }
      : {}),
  };
}

function ruleFromBeta(rule: JsonValue): JsonValue {
  const http = below(rule, 'http');
  if (!isObject(rule) || !http || !Array.isArray(http.paths)) {
    return rule;
  }
  return {
    ...rule,
    http: {
      ...http,
      paths: http.paths.map(path =>
        isObject(path) && isObject(path.backend)
          ? { ...path, backend: backendFromBeta(path.backend) }
          : path,
      ),
    },
  };
}

function backendFromBeta(backend: JsonObject): JsonObject {
  if (backend.serviceName === undefined) {
    return backend;
  }
  const port = backend.servicePort;
  return {
    service: {
      name: backend.serviceName,
      port: typeof port === 'number' ? { number: port } : { name: port },
    },
  };
}
