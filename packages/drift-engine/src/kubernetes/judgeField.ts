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

import type { FindingClass } from '@infra-hub/backstage-plugin-drift-common';
import { JsonObject, JsonValue } from '@backstage/types';
import { ScalingBounds } from './autoscalers';
import { FoundField } from './compareObject';
import {
  CONTROLLER_FIELDS,
  Injector,
  INJECTORS,
  KNOWN_CONTROLLERS,
} from './controllers';
import { below, isObject, KubernetesObject } from './KubernetesObject';
import { FieldOwner, FieldOwners } from './owners';

/** Ids of the rules by which fields and objects are classified. Stable. */
export type KubernetesRule =
  | 'differs-from-desired'
  | 'set-outside'
  | 'platform-left-over'
  | 'within-autoscaler-bounds'
  | 'beyond-autoscaler-bounds'
  | 'controller-wrote'
  | 'injected'
  | 'allocated'
  | 'missing-object'
  | 'unmanaged-object'
  | 'made-by-controller'
  | 'cluster-by-product'
  | 'being-deleted';

/** What a difference in a field means. */
export interface Verdict {
  class: FindingClass;
  rule: KubernetesRule;
  /** One sentence, where the rule alone does not say it. */
  reason?: string;
  /** Who wrote it, as far as it matters. */
  owners: FieldOwner[];
}

/** What is known about the object around a field. */
export interface FieldContext {
  desired: KubernetesObject;
  live: KubernetesObject;
  owners: FieldOwners;
  isPlatform(owner: FieldOwner): boolean;
  bounds?: ScalingBounds;
  /** Fields and defaults of the kind are known. */
  modelled: boolean;
}

/** Judges one difference; nothing where it means nothing. */
export function judgeField(
  found: FoundField,
  label: string,
  context: FieldContext,
): Verdict | undefined {
  const owners = found.form === 'missing' ? [] : ownersOf(found, context);
  const outsiders = owners.filter(owner => !context.isPlatform(owner));
  const strangers = outsiders.filter(
    owner => !controllerOf(owner, label, context.live.kind),
  );
  if (label === 'replicas' && context.bounds) {
    return judgeScaling(found.actual, context.bounds, outsiders);
  }
  if (found.form !== 'missing' && strangers.length === 0) {
    const controller = outsiders
      .map(owner => controllerOf(owner, label, context.live.kind))
      .find(each => each !== undefined);
    if (controller) {
      return {
        class: 'expected',
        rule: 'controller-wrote',
        reason: controller.reason,
        owners: outsiders,
      };
    }
  }
  return found.form === 'extra'
    ? judgeExtra(found, label, context, owners, strangers)
    : {
        class: 'drift',
        rule: 'differs-from-desired',
        owners: outsiders.length > 0 ? outsiders : owners,
      };
}

/** The keys of a Secret may have been written as text, too. */
function ownersOf(
  { path }: FoundField,
  { live, owners }: FieldContext,
): FieldOwner[] {
  const direct = owners.of(path);
  return direct.length === 0 && live.kind === 'Secret' && path[0] === 'data'
    ? owners.of(['stringData', ...path.slice(1)])
    : direct;
}

function judgeScaling(
  actual: JsonValue | undefined,
  { min, max, name }: ScalingBounds,
  owners: FieldOwner[],
): Verdict {
  const replicas = typeof actual === 'number' ? actual : 1;
  return replicas >= min && replicas <= max
    ? {
        class: 'expected',
        rule: 'within-autoscaler-bounds',
        reason: `The autoscaler '${name}' chooses between ${min} and ${max} replicas.`,
        owners,
      }
    : {
        class: 'drift',
        rule: 'beyond-autoscaler-bounds',
        reason: `${replicas} replicas are beyond the ${min} to ${max} that the autoscaler '${name}' may choose.`,
        owners,
      };
}

function judgeExtra(
  found: FoundField,
  label: string,
  context: FieldContext,
  owners: FieldOwner[],
  strangers: FieldOwner[],
): Verdict | undefined {
  const injector = injectorOf(found, label, context);
  if (injector) {
    return {
      class: 'expected',
      rule: 'injected',
      reason: `${injector.name} adds it to the pods.`,
      owners: [],
    };
  }
  const known = CONTROLLER_FIELDS.find(field => field.label.test(label));
  if (known && !strangers.some(isPerson)) {
    return {
      class: 'expected',
      rule: 'controller-wrote',
      reason: known.reason,
      owners: strangers,
    };
  }
  if (found.shape?.allocated !== undefined && strangers.length === 0) {
    return {
      class: 'expected',
      rule: 'allocated',
      reason: found.shape.allocated,
      owners: [],
    };
  }
  if (strangers.length > 0) {
    return { class: 'drift', rule: 'set-outside', owners: strangers };
  }
  if (owners.length > 0) {
    return judgeLeftOver(found, context, owners);
  }
  // Without an owner it may be a default, unless all defaults are known.
  return (context.modelled && found.shape !== undefined) ||
    /^(?:labels|annotations)\[/.test(label)
    ? { class: 'drift', rule: 'set-outside', owners: [] }
    : undefined;
}

/**
 * Only the platform owns it. An apply says exactly which fields were sent;
 * whoever updates owns what the server filled in, too, so that only the record of
 * `kubectl apply` tells.
 */
function judgeLeftOver(
  found: FoundField,
  context: FieldContext,
  owners: FieldOwner[],
): Verdict | undefined {
  const isSent =
    owners.some(owner => owner.operation === 'Apply') ||
    (context.modelled && found.shape !== undefined);
  return isSent
    ? { class: 'pending', rule: 'platform-left-over', owners }
    : undefined;
}

/** Field managers of tools that people work with by hand. */
function isPerson(owner: FieldOwner): boolean {
  return /^(?:kubectl|k9s|lens|openlens|node-fetch|Mozilla|headlamp|dashboard|kubernetes-dashboard|rancher|oc$|curl|python|OpenAPI-Generator)/i.test(
    owner.manager,
  );
}

function controllerOf(owner: FieldOwner, label: string, kind: string) {
  return KNOWN_CONTROLLERS.find(
    controller =>
      controller.manager.test(owner.manager) &&
      controller.fields.test(label) &&
      (!controller.kinds || controller.kinds.includes(kind)),
  );
}

function injectorOf(
  found: FoundField,
  label: string,
  { desired, live }: FieldContext,
): Injector | undefined {
  return INJECTORS.find(
    injector =>
      injector.fields.test(label) &&
      (marksOf(desired).some(mark => injector.mark.test(mark)) ||
        marksOf(live).some(mark => injector.mark.test(mark)) ||
        (isObject(found.actual) &&
          typeof found.actual.image === 'string' &&
          injector.image.test(found.actual.image))),
  );
}

/** Names of the labels and annotations of an object and its pods. */
function marksOf(object: KubernetesObject): string[] {
  const template = below(object.spec, 'template', 'metadata');
  return [below(object.metadata as JsonObject), template].flatMap(metadata =>
    ['labels', 'annotations'].flatMap(part =>
      Object.keys(below(metadata, part) ?? {}),
    ),
  );
}
