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

import { isJsonObject, jsonEqual, JsonObject, JsonValue } from '../cloud/json';
import { entries, inside } from './defaults';
import { Cause } from './StatusError';

const dnsName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const NAME_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

type Validator = (
  object: JsonObject,
  before: JsonObject | undefined,
  causes: Cause[],
) => void;

const validators: Record<string, Validator> = {
  Deployment: workload,
  StatefulSet(object, before, causes) {
    workload(object, before, causes);
    if (before && !jsonEqual(fixedOf(before), fixedOf(object))) {
      causes.push({
        reason: 'FieldValueForbidden',
        message:
          "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
        field: 'spec',
      });
    }
  },
  ReplicaSet: workload,
  DaemonSet: workload,
  Job(object, before, causes) {
    const spec = inside(object, 'spec');
    podTemplate(spec, 'spec.template', causes);
    const policy = inside(inside(spec, 'template'), 'spec').restartPolicy;
    if (policy !== 'OnFailure' && policy !== 'Never') {
      causes.push({
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(
          policy ?? 'Always',
        )}: supported values: "OnFailure", "Never"`,
        field: 'spec.template.spec.restartPolicy',
      });
    }
    immutable(spec, before, 'template', causes);
  },
  Service(object, before, causes) {
    const spec = inside(object, 'spec');
    const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
    if (!types.includes(String(spec.type))) {
      causes.push(unsupported('spec.type', spec.type, types));
    }
    if (spec.type !== 'ExternalName' && entries(spec.ports).length === 0) {
      if (spec.clusterIP !== 'None') {
        causes.push(required('spec.ports'));
      }
    }
    entries(spec.ports).forEach((port, i) =>
      portRange(port.port, `spec.ports[${i}].port`, causes),
    );
    const old = before ? inside(before, 'spec').clusterIP : undefined;
    if (old !== undefined && old !== spec.clusterIP && spec.clusterIP) {
      causes.push(
        invalid(
          'spec.clusterIPs[0]',
          spec.clusterIPs ?? spec.clusterIP,
          'may not change once set',
        ),
      );
    }
  },
  Secret(object, before, causes) {
    if (before && !jsonEqual(before.type, object.type)) {
      causes.push(invalid('type', object.type ?? '', 'field is immutable'));
    }
    frozen(object, before, causes);
  },
  ConfigMap: (object, before, causes) => frozen(object, before, causes),
  PersistentVolumeClaim(object, before, causes) {
    const spec = inside(object, 'spec');
    if (!Array.isArray(spec.accessModes)) {
      causes.push(
        required('spec.accessModes', 'at least 1 access mode is required'),
      );
    }
    if (!isJsonObject(inside(spec, 'resources').requests)) {
      causes.push(required('spec.resources[storage]'));
    }
    if (before) {
      const { resources: _old, ...oldSpec } = inside(before, 'spec');
      const { resources: _new, ...newSpec } = spec;
      if (!jsonEqual(oldSpec, newSpec)) {
        causes.push({
          reason: 'FieldValueForbidden',
          message:
            'Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
          field: 'spec',
        });
      }
    }
  },
  HorizontalPodAutoscaler(object, _before, causes) {
    const { maxReplicas, minReplicas } = inside(object, 'spec');
    if (typeof maxReplicas !== 'number' || maxReplicas < 1) {
      causes.push(
        invalid('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0'),
      );
    } else if (typeof minReplicas === 'number' && maxReplicas < minReplicas) {
      causes.push(
        invalid(
          'spec.maxReplicas',
          maxReplicas,
          'must be greater than or equal to `minReplicas`',
        ),
      );
    }
  },
  CronJob(object, _before, causes) {
    const { schedule } = inside(object, 'spec');
    if (typeof schedule !== 'string') {
      causes.push(required('spec.schedule'));
    }
  },
  Ingress(object, _before, causes) {
    const spec = inside(object, 'spec');
    if (!Array.isArray(spec.rules) && spec.defaultBackend === undefined) {
      causes.push(
        invalid(
          'spec',
          spec,
          'either `defaultBackend` or `rules` must be specified',
        ),
      );
    }
    entries(spec.rules).forEach((rule, i) => {
      const paths = isJsonObject(rule.http) ? entries(rule.http.paths) : [];
      paths.forEach((path, j) => {
        const field = `spec.rules[${i}].http.paths[${j}].pathType`;
        const types = ['Exact', 'ImplementationSpecific', 'Prefix'];
        if (path.pathType === undefined) {
          causes.push(required(field, 'pathType must be specified'));
        } else if (!types.includes(String(path.pathType))) {
          causes.push(unsupported(field, path.pathType, types));
        }
      });
    });
  },
  NetworkPolicy(object, _before, causes) {
    const types = inside(object, 'spec').policyTypes;
    for (const [i, type] of (Array.isArray(types) ? types : []).entries()) {
      if (type !== 'Ingress' && type !== 'Egress') {
        causes.push(
          unsupported(`spec.policyTypes[${i}]`, type, ['Egress', 'Ingress']),
        );
      }
    }
  },
  Pod(object, _before, causes) {
    containers(inside(object, 'spec'), 'spec', causes);
  },
};

/** What the server refuses about an object; `before` makes it a change. */
export function validate(
  kind: string,
  object: JsonObject,
  before: JsonObject | undefined,
): Cause[] {
  const causes: Cause[] = [];
  const { name } = inside(object, 'metadata');
  if (typeof name !== 'string' || !dnsName.test(name)) {
    causes.push(invalid('metadata.name', name ?? '', NAME_RULE));
  }
  validators[kind]?.(object, before, causes);
  return causes;
}

function workload(
  object: JsonObject,
  before: JsonObject | undefined,
  causes: Cause[],
): void {
  const spec = inside(object, 'spec');
  const { replicas } = spec;
  if (typeof replicas === 'number' && replicas < 0) {
    causes.push(
      invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
    );
  }
  if (!isJsonObject(spec.selector)) {
    causes.push(required('spec.selector'));
  }
  podTemplate(spec, 'spec.template', causes);
  const labels = templateLabels(spec);
  const selector = isJsonObject(spec.selector) ? spec.selector : {};
  const wanted = isJsonObject(selector.matchLabels) ? selector.matchLabels : {};
  if (Object.entries(wanted).some(([key, value]) => labels[key] !== value)) {
    causes.push(
      invalid(
        'spec.template.metadata.labels',
        labels,
        '`selector` does not match template `labels`',
      ),
    );
  }
  immutable(spec, before, 'selector', causes);
}

/** What cannot change in a stateful set, but for the selector. */
function fixedOf(object: JsonObject): JsonObject {
  const { serviceName, podManagementPolicy, volumeClaimTemplates } = inside(
    object,
    'spec',
  );
  return {
    serviceName: serviceName ?? '',
    podManagementPolicy: podManagementPolicy ?? 'OrderedReady',
    volumeClaimTemplates: entries(volumeClaimTemplates).map(
      ({ status: _status, ...template }) => template,
    ),
  };
}

function templateLabels(spec: JsonObject): JsonObject {
  return inside(inside(inside(spec, 'template'), 'metadata'), 'labels');
}

function podTemplate(spec: JsonObject, path: string, causes: Cause[]): void {
  containers(inside(inside(spec, 'template'), 'spec'), `${path}.spec`, causes);
}

function containers(spec: JsonObject, path: string, causes: Cause[]): void {
  const all = entries(spec.containers);
  if (all.length === 0) {
    causes.push(required(`${path}.containers`));
  }
  all.forEach((container, i) => {
    const at = `${path}.containers[${i}]`;
    if (!container.name) {
      causes.push(required(`${at}.name`));
    }
    if (!container.image) {
      causes.push(required(`${at}.image`));
    }
    entries(container.ports).forEach((port, j) =>
      portRange(port.containerPort, `${at}.ports[${j}].containerPort`, causes),
    );
    entries(container.env).forEach((variable, j) => {
      if (variable.value !== undefined && variable.valueFrom !== undefined) {
        causes.push(
          invalid(
            `${at}.env[${j}].valueFrom`,
            '',
            'may not be specified when `value` is not empty',
          ),
        );
      }
    });
  });
}

function portRange(
  port: JsonValue | undefined,
  field: string,
  causes: Cause[],
): void {
  if (typeof port !== 'number' || port < 1 || port > 65535) {
    causes.push(
      invalid(field, port ?? 0, 'must be between 1 and 65535, inclusive'),
    );
  }
}

function immutable(
  spec: JsonObject,
  before: JsonObject | undefined,
  field: string,
  causes: Cause[],
): void {
  if (before && !jsonEqual(inside(before, 'spec')[field], spec[field])) {
    causes.push(
      invalid(`spec.${field}`, spec[field] ?? null, 'field is immutable'),
    );
  }
}

function frozen(
  object: JsonObject,
  before: JsonObject | undefined,
  causes: Cause[],
): void {
  if (before?.immutable === true && !jsonEqual(before.data, object.data)) {
    causes.push({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: field is immutable when `immutable` is set',
      field: 'data',
    });
  }
}

function invalid(field: string, value: JsonValue, rule: string): Cause {
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${rule}`,
    field,
  };
}

function required(field: string, rule = ''): Cause {
  return {
    reason: 'FieldValueRequired',
    message: `Required value${rule === '' ? '' : `: ${rule}`}`,
    field,
  };
}

function unsupported(
  field: string,
  value: JsonValue | undefined,
  known: string[],
): Cause {
  return {
    reason: 'FieldValueNotSupported',
    message: `Unsupported value: ${JSON.stringify(
      value ?? '',
    )}: supported values: ${known.map(item => `"${item}"`).join(', ')}`,
    field,
  };
}
