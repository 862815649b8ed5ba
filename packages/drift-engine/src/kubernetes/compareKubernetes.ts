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
import type {
  BlindSpot,
  FieldDifference,
  FindingClass,
} from '@infra-hub/backstage-plugin-drift-common';
import { toPointer } from '../diff/pointer';
import { Observation, ResourceDifference } from '../observation/Observation';
import { Autoscalers, isAutoscaler } from './autoscalers';
import { compareObject, FoundField } from './compareObject';
import { compareSecretKeys } from './compareSecret';
import { isConfidential } from './concealment';
import { BY_PRODUCTS } from './controllers';
import { toNewestVersion } from './convert';
import {
  addressOf,
  groupOf,
  isBuiltIn,
  isClusterKind,
  isKubernetesObject,
  typeOf,
} from './identity';
import {
  FieldContext,
  judgeField,
  KubernetesRule,
  Verdict,
} from './judgeField';
import { below, isObject, KubernetesObject } from './KubernetesObject';
import { labelOf } from './labels';
import { attributionOf, FieldOwner, FieldOwners, unique } from './owners';
import { isModelled, shapeOf } from './shape/kinds';

/**
 * Objects that a look did not cover. Whatever it names is never taken for
 * deleted. A member that is absent limits nothing.
 *
 * @public
 */
export interface UnseenKubernetesObjects {
  /** API group, `''` for the core. */
  group?: string;
  /** Kind, or the plural under which the API lists it, in any case. */
  kind?: string;
  namespace?: string;
  name?: string;
  /** Everything but these kinds. */
  otherThan?: readonly { group: string; kind: string }[];
}

/**
 * What is compared, and how complete it is.
 *
 * @public
 */
export interface CompareKubernetesOptions {
  desired: readonly KubernetesObject[];
  live: readonly KubernetesObject[];
  /** Field managers by which the platform itself writes. Default `['platform']`. */
  platformManagers?: readonly string[];
  /**
   * Field managers of tools that write for the platform now and then, such as one
   * that repairs drift. What they wrote counts as the platform's, but says nothing
   * of the name under which the platform itself writes.
   */
  actingManagers?: readonly string[];
  /**
   * Namespaces that the platform manages as a whole: other objects in them are
   * unmanaged. Default: those of the desired objects.
   */
  namespaces?: readonly string[];
  /** What was not looked at: in words, and for the comparison. */
  blindSpots?: readonly BlindSpot[];
  unseen?: readonly UnseenKubernetesObjects[];
  /** False where the look was cut short: nothing then counts as missing. */
  complete?: boolean;
  /** Why the look is worth nothing as a whole: one sentence each. */
  failures?: readonly string[];
}

/**
 * How much of what lives in the namespaces somebody desired.
 *
 * @public
 */
export interface KubernetesCoverage {
  /** Desired objects that were compared, or found to be missing. */
  compared: number;
  /** Live objects that nobody desired. */
  unmanaged: number;
  /** Live objects that controllers and the cluster made. */
  expected: number;
  /** Desired objects that were not looked at. */
  unseen: number;
}

/**
 * What a comparison of desired and live objects showed.
 *
 * @public
 */
export interface KubernetesObservation extends Observation {
  coverage: KubernetesCoverage;
}

/**
 * A field in which a live object differs from its desired form.
 *
 * @public
 */
export interface KubernetesFieldPair {
  /** `missing`: only the desired form has it; `extra`: only the live object. */
  form: 'changed' | 'missing' | 'extra';
  class: FindingClass;
  /** E.g. `containers[main].env[MODE]`. */
  label: string;
  /** Steps in the live object; those to what it would be in, where it is missing. */
  livePath: readonly (string | number)[];
  /** Steps in the desired form; those to what it would be in, where it is extra. */
  desiredPath: readonly (string | number)[];
  desired?: JsonValue;
  actual?: JsonValue;
  /** How findings show it, without secrets. */
  shown: FieldDifference;
}

/**
 * A desired object and the live one that it is about, with what they differ in.
 * Unlike an observation it holds the objects themselves, values included.
 *
 * @public
 */
export interface KubernetesPair {
  address: string;
  resourceType: string;
  resourceName: string;
  /** Empty for objects that are in none. */
  namespace: string;
  /** Of the object as a whole where it is missing or unmanaged, else of its worst field. */
  class: FindingClass;
  /** Absent where nobody desired the live object. */
  desired?: KubernetesObject;
  /** Absent where the desired object is missing. */
  live?: KubernetesObject;
  fields: KubernetesFieldPair[];
}

/** Deeper objects are no configuration but an attack. */
const MAX_DEPTH = 120;

const WORST_FIRST = ['drift', 'pending', 'expected'] as const;

interface Placed {
  object: KubernetesObject;
  namespace: string;
}

class KubernetesComparison {
  readonly #options: CompareKubernetesOptions;
  readonly #platform: ReadonlySet<string>;
  readonly #acting: ReadonlySet<string>;
  readonly #pairs: KubernetesPair[] = [];
  readonly #desired = new Map<string, Placed>();
  readonly #live = new Map<string, Placed>();
  readonly #differences: ResourceDifference[] = [];
  readonly #blindSpots: BlindSpot[];
  readonly #warnings: string[] = [];
  readonly #liveNamespaces = new Set<string>();
  readonly #coverage: KubernetesCoverage = {
    compared: 0,
    unmanaged: 0,
    expected: 0,
    unseen: 0,
  };
  #failure: string | undefined;
  #withoutOwners = 0;
  #writtenByPlatform = false;

  constructor(options: CompareKubernetesOptions) {
    this.#options = options;
    this.#platform = new Set(options.platformManagers ?? ['platform']);
    this.#acting = new Set(options.actingManagers);
    this.#blindSpots = [...(options.blindSpots ?? [])];
    this.#failure = options.failures?.[0];
  }

  /** Objects that differ; known after {@link observe}. */
  get pairs(): KubernetesPair[] {
    return this.#pairs;
  }

  observe(): KubernetesObservation {
    this.#placeLive();
    this.#placeDesired();
    const autoscalers = Autoscalers.of(
      [...this.#desired.values(), ...this.#live.values()].filter(({ object }) =>
        isAutoscaler(object),
      ),
    );
    const unseen = new Map<string, number>();
    for (const [key, wanted] of this.#desired) {
      const actual = this.#live.get(key);
      if (actual) {
        this.#coverage.compared++;
        this.#compare(wanted, actual.object, autoscalers);
      } else if (this.#isProvenByContent(wanted.object)) {
        this.#coverage.compared++;
      } else if (this.#isUnseen(wanted)) {
        this.#coverage.unseen++;
        const type = typeOf(wanted.object);
        unseen.set(type, (unseen.get(type) ?? 0) + 1);
      } else {
        this.#coverage.compared++;
        this.#missing(wanted);
      }
    }
    this.#compareUnmanaged();
    for (const [type, count] of unseen) {
      this.#blindSpots.push({
        scope: type,
        reason: `${count} desired ${
          count === 1 ? 'object was' : 'objects were'
        } not looked at, so nobody knows whether ${
          count === 1 ? 'it is' : 'they are'
        } as desired.`,
      });
    }
    this.#warnAboutOwners();
    this.#failure ??= this.#unproven();
    return {
      differences: this.#differences,
      totalResources: this.#coverage.compared + this.#coverage.unmanaged,
      complete: this.#isComplete(),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      blindSpots: this.#blindSpots,
      warnings: this.#warnings,
      evidence: 'live-objects',
      coverage: this.#coverage,
    };
  }

  /** Whoever did not see everything cannot say that nothing drifted; drift that was seen is drift. */
  #unproven(): string | undefined {
    return (this.#coverage.unseen > 0 || this.#options.complete === false) &&
      !this.#differences.some(each => each.class === 'drift')
      ? 'Not every desired object was looked at, so nobody can say that nothing drifted.'
      : undefined;
  }

  #isComplete(): boolean {
    return (
      (this.#options.complete ?? true) &&
      this.#blindSpots.length === 0 &&
      this.#failure === undefined
    );
  }

  #placeLive(): void {
    for (const each of this.#options.live) {
      if (!isKubernetesObject(each)) {
        this.#blindSpots.push({
          scope: 'live objects',
          reason: 'A live object has no apiVersion, kind or name.',
        });
        continue;
      }
      const object = toNewestVersion(each);
      const namespace = object.metadata.namespace ?? '';
      const key = keyOf(object, namespace);
      if (isTooDeep(object as JsonObject, MAX_DEPTH)) {
        this.#blindSpots.push({
          scope: addressOf(object, namespace),
          reason: 'The object is nested too deeply to be compared.',
        });
        this.#unreadable.add(key);
        continue;
      }
      const other = this.#live.get(key);
      if (other && versionOf(other.object) !== versionOf(object)) {
        this.#warnings.push(
          `${addressOf(
            object,
            namespace,
          )} was read twice in different states; the later one counts.`,
        );
      }
      this.#live.set(key, { object, namespace });
      if (namespace !== '') {
        this.#liveNamespaces.add(namespace);
      }
    }
  }

  readonly #unreadable = new Set<string>();

  #placeDesired(): void {
    const home = this.#homeNamespace();
    for (const each of this.#options.desired) {
      const object = toNewestVersion(each);
      const namespace = isClusterKind(object.kind)
        ? ''
        : object.metadata.namespace ?? this.#namespaceOf(object, home);
      const key = keyOf(object, namespace);
      if (this.#desired.has(key)) {
        this.#failure = `${addressOf(object, namespace)} is desired twice.`;
      }
      this.#desired.set(key, { object, namespace });
    }
  }

  /** Where a desired object is that does not say it. */
  #namespaceOf(object: KubernetesObject, home: string): string {
    return this.#live.has(keyOf(object, '')) ? '' : home;
  }

  #homeNamespace(): string {
    const { namespaces, desired } = this.#options;
    const candidates = [
      namespaces ?? [],
      unique(desired.flatMap(each => each.metadata.namespace ?? [])),
      [...this.#liveNamespaces],
    ];
    return candidates.find(each => each.length === 1)?.[0] ?? 'default';
  }

  #isUnseen({ object, namespace }: Placed): boolean {
    if (
      this.#options.complete === false ||
      this.#unreadable.has(keyOf(object, namespace))
    ) {
      return true;
    }
    return (
      this.#options.unseen?.some(scope => covers(scope, object, namespace)) ??
      false
    );
  }

  #compare(
    { object: desired, namespace }: Placed,
    live: KubernetesObject,
    autoscalers: Autoscalers,
  ): void {
    const group = groupOf(desired);
    const shape = shapeOf(group, desired.kind);
    const found = compareObject(desired, live, shape);
    if (group === '' && desired.kind === 'Secret') {
      found.push(...compareSecretKeys(desired, live));
    }
    if (live.metadata.managedFields === undefined) {
      this.#withoutOwners++;
    } else if (!this.#writtenByPlatform) {
      this.#writtenByPlatform = FieldOwners.create(live)
        .all()
        .some(owner => this.#platform.has(owner.manager));
    }
    if (found.length === 0) {
      return;
    }
    const owners = FieldOwners.create(live);
    const appliers = this.#appliersOf(owners);
    const context: FieldContext = {
      desired,
      live,
      owners,
      isPlatform: owner =>
        this.#platform.has(owner.manager) ||
        this.#acting.has(owner.manager) ||
        appliers.has(owner.manager),
      modelled: isModelled(group, desired.kind),
      bounds: autoscalers.boundsOf(desired, namespace),
    };
    const judged: Judged[] = [];
    for (const each of found) {
      const root = (each.form === 'missing' ? desired : live) as JsonObject;
      const label = labelOf(each.path, root, shape);
      const verdict = judgeField(each, label, context);
      if (verdict) {
        judged.push({ found: each, label, verdict, root });
      }
    }
    for (const findingClass of WORST_FIRST) {
      const fields = judged.filter(each => each.verdict.class === findingClass);
      if (fields.length > 0) {
        this.#differences.push(
          updateOf(desired, namespace, fields, context.isPlatform),
        );
      }
    }
    if (judged.length > 0) {
      this.#pairs.push({
        ...describe(desired, namespace),
        namespace,
        class: WORST_FIRST.find(each =>
          judged.some(({ verdict }) => verdict.class === each),
        )!,
        desired,
        live,
        fields: judged.map(toPair),
      });
    }
  }

  /** Whoever used `kubectl apply` is the platform where the platform does not show itself. */
  #appliersOf(owners: FieldOwners): ReadonlySet<string> {
    return owners.all().some(owner => this.#platform.has(owner.manager))
      ? new Set()
      : new Set(owners.lastApplied());
  }

  /** A namespace that is not among the live objects, while what lives in it is. */
  #isProvenByContent(object: KubernetesObject): boolean {
    return (
      object.kind === 'Namespace' &&
      groupOf(object) === '' &&
      this.#liveNamespaces.has(object.metadata.name)
    );
  }

  #missing({ object, namespace }: Placed): void {
    this.#pairs.push({
      ...describe(object, namespace),
      namespace,
      class: 'drift',
      desired: object,
      fields: [],
    });
    this.#differences.push({
      ...describe(object, namespace),
      // Seen from the repair, as everywhere: applying would create it.
      change: 'create',
      class: 'drift',
      rule: 'missing-object',
      reason: `The desired state wants this ${object.kind}, and it is not in the cluster.`,
      fields: [],
    });
  }

  #compareUnmanaged(): void {
    const namespaces = new Set(
      this.#options.namespaces ??
        [...this.#desired.values()].flatMap(({ object, namespace }) =>
          object.kind === 'Namespace'
            ? [namespace, object.metadata.name]
            : [namespace],
        ),
    );
    const claims = this.#claimsOfStatefulSets();
    for (const [key, { object, namespace }] of this.#live) {
      if (
        namespace === '' ||
        !namespaces.has(namespace) ||
        this.#desired.has(key)
      ) {
        continue;
      }
      this.#unmanaged(object, namespace, claims);
    }
  }

  /** Beginnings of the names of claims that stateful sets make, which no reference tells. */
  #claimsOfStatefulSets(): Set<string> {
    const beginnings = new Set<string>();
    for (const placed of [...this.#desired.values(), ...this.#live.values()]) {
      const { object, namespace } = placed;
      const templates =
        object.kind === 'StatefulSet'
          ? below(object.spec)?.volumeClaimTemplates
          : undefined;
      for (const template of Array.isArray(templates) ? templates : []) {
        const name = below(template, 'metadata')?.name;
        beginnings.add(`${namespace}/${name}-${object.metadata.name}`);
      }
    }
    return beginnings;
  }

  #unmanaged(
    object: KubernetesObject,
    namespace: string,
    claims: ReadonlySet<string>,
  ): void {
    const isClaim =
      object.kind === 'PersistentVolumeClaim' &&
      claims.has(
        `${namespace}/${object.metadata.name.replace(/-\d{1,9}$/, '')}`,
      );
    const expected: ReturnType<typeof expectedReason> = isClaim
      ? {
          rule: 'made-by-controller',
          reason: 'A stateful set made this claim for one of its pods.',
        }
      : expectedReason(object);
    const owners = FieldOwners.create(object).all();
    const attribution = attributionOf(creatorOf(owners));
    if (expected) {
      this.#coverage.expected++;
    } else {
      this.#coverage.unmanaged++;
    }
    this.#pairs.push({
      ...describe(object, namespace),
      namespace,
      class: expected ? 'expected' : 'drift',
      live: object,
      fields: [],
    });
    this.#differences.push({
      ...describe(object, namespace),
      change: 'create',
      unmanaged: true,
      class: expected ? 'expected' : 'drift',
      rule: expected?.rule ?? 'unmanaged-object',
      reason:
        expected?.reason ??
        `This ${object.kind} exists${
          attribution ? `, written by ${attribution.who}` : ''
        }, but the desired state does not know it.`,
      fields: [],
      ...(attribution && !expected ? { attribution } : {}),
    });
  }

  #warnAboutOwners(): void {
    if (this.#withoutOwners > 0) {
      this.#warnings.push(
        `${this.#withoutOwners} live ${
          this.#withoutOwners === 1 ? 'object has' : 'objects have'
        } no managedFields, so who set a field is unknown and additions are told by defaults alone (kubectl: use --show-managed-fields).`,
      );
    }
    if (
      !this.#writtenByPlatform &&
      this.#coverage.compared > this.#withoutOwners &&
      this.#differences.some(each => each.rule === 'set-outside')
    ) {
      this.#warnings.push(
        `No compared object was written by ${[...this.#platform].join(
          ' or ',
        )}; if the platform writes under another name, name it as platform manager.`,
      );
    }
  }
}

/**
 * Compares desired Kubernetes objects with the live ones: what differs, what
 * somebody other than the platform set beside it, what is missing and what nobody
 * desired. Pure; values of Secrets never leave it.
 *
 * @public
 */
export function compareKubernetes(
  options: CompareKubernetesOptions,
): KubernetesObservation {
  return new KubernetesComparison(options).observe();
}

/**
 * Does what {@link compareKubernetes} does, and gives the objects that differ
 * beside it: for those who are to change one side.
 *
 * @public
 */
export function compareKubernetesInDetail(options: CompareKubernetesOptions): {
  observation: KubernetesObservation;
  pairs: KubernetesPair[];
} {
  const comparison = new KubernetesComparison(options);
  const observation = comparison.observe();
  return { observation, pairs: comparison.pairs };
}

interface Judged {
  found: FoundField;
  label: string;
  verdict: Verdict;
  root: JsonObject;
}

function describe(object: KubernetesObject, namespace: string) {
  return {
    address: addressOf(object, namespace),
    resourceType: typeOf(object),
    resourceName: object.metadata.name,
  };
}

function updateOf(
  object: KubernetesObject,
  namespace: string,
  judged: Judged[],
  isPlatform: (owner: FieldOwner) => boolean,
): ResourceDifference {
  const owners = unique(judged.flatMap(each => each.verdict.owners));
  const outsiders = owners.filter(owner => !isPlatform(owner));
  const attribution = attributionOf(outsiders.length > 0 ? outsiders : owners);
  const rule = ruleOf(judged);
  return {
    ...describe(object, namespace),
    change: 'update',
    class: judged[0].verdict.class,
    rule,
    reason: reasonOf(rule, judged, outsiders, owners),
    fields: judged.map(toField).sort(byPath),
    ...(attribution ? { attribution } : {}),
  };
}

/** The first of these that applies names the finding. */
const RULE_ORDER: readonly KubernetesRule[] = [
  'beyond-autoscaler-bounds',
  'differs-from-desired',
  'set-outside',
  'platform-left-over',
  'within-autoscaler-bounds',
  'injected',
  'controller-wrote',
  'allocated',
];

function ruleOf(judged: Judged[]): KubernetesRule {
  return (
    RULE_ORDER.find(rule => judged.some(each => each.verdict.rule === rule)) ??
    judged[0].verdict.rule
  );
}

function reasonOf(
  rule: KubernetesRule,
  judged: Judged[],
  outsiders: FieldOwner[],
  owners: FieldOwner[],
): string {
  const one = judged.length === 1;
  const names = inWords(judged);
  const by =
    outsiders.length === 0
      ? ''
      : ` by ${unique(outsiders.map(owner => owner.manager)).join(', ')}`;
  switch (rule) {
    case 'set-outside':
      return `${names} ${
        one ? 'was' : 'were'
      } added in the cluster${by}; the desired state does not have ${
        one ? 'it' : 'them'
      }.`;
    case 'platform-left-over':
      return `${names} ${
        one ? 'was' : 'were'
      } set by the platform, and the desired state does not have ${
        one ? 'it' : 'them'
      } any more.`;
    case 'differs-from-desired':
      if (judged.some(each => each.verdict.rule !== rule)) {
        return `${names} were changed or added in the cluster${by}, against the desired state.`;
      }
      return by === '' && owners.length > 0
        ? `${names} ${
            one ? 'differs' : 'differ'
          } from the desired state; the platform wrote ${
            one ? 'it' : 'them'
          } last, so the desired state may wait to be applied.`
        : `${names} ${
            one ? 'was' : 'were'
          } changed in the cluster${by}; applying the desired state would change ${
            one ? 'it' : 'them'
          } back.`;
    default:
      return unique(judged.flatMap(each => each.verdict.reason ?? [])).join(
        ' ',
      );
  }
}

const MAX_NAMED = 3;

function inWords(judged: Judged[]): string {
  const labels = unique(judged.map(each => each.label));
  const shown = labels.slice(0, MAX_NAMED);
  const rest = labels.length - shown.length;
  if (rest > 0) {
    return `${shown.join(', ')} and ${rest} more ${
      rest === 1 ? 'field' : 'fields'
    }`;
  }
  return shown.length === 1
    ? shown[0]
    : `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}

function toField({ found, label, root }: Judged): FieldDifference {
  const secretKey = found.desired === undefined && found.actual === undefined;
  const hides = secretKey || isConfidential(found, root);
  return {
    path: toPointer(found.path),
    label,
    ...(hides ? { sensitive: true as const } : {}),
    ...(hides || found.desired === undefined ? {} : { desired: found.desired }),
    ...(hides || found.actual === undefined ? {} : { actual: found.actual }),
    ...(found.shape?.immutable && found.form !== 'extra'
      ? { forcesReplacement: true as const }
      : {}),
  };
}

function toPair(judged: Judged): KubernetesFieldPair {
  const { found, label, verdict } = judged;
  return {
    form: found.form,
    class: verdict.class,
    label,
    livePath: found.livePath,
    desiredPath: found.desiredPath,
    ...(found.desired === undefined ? {} : { desired: found.desired }),
    ...(found.actual === undefined ? {} : { actual: found.actual }),
    shown: toField(judged),
  };
}

function byPath(one: FieldDifference, other: FieldDifference): number {
  return one.path < other.path ? -1 : Number(one.path > other.path);
}

function keyOf(object: KubernetesObject, namespace: string): string {
  return `${groupOf(object)}|${object.kind}|${namespace}|${
    object.metadata.name
  }`;
}

function versionOf(object: KubernetesObject): JsonValue | undefined {
  return object.metadata.resourceVersion;
}

function covers(
  scope: UnseenKubernetesObjects,
  object: KubernetesObject,
  namespace: string,
): boolean {
  return (
    (scope.group === undefined || scope.group === groupOf(object)) &&
    (scope.kind === undefined || isSameKind(scope.kind, object.kind)) &&
    (scope.namespace === undefined || scope.namespace === namespace) &&
    (scope.name === undefined || scope.name === object.metadata.name) &&
    !scope.otherThan?.some(
      each => each.group === groupOf(object) && each.kind === object.kind,
    )
  );
}

/** `Ingress`, `ingress` and `ingresses` are one. */
function isSameKind(one: string, kind: string): boolean {
  const wanted = one.toLowerCase();
  const name = kind.toLowerCase();
  return (
    wanted === name ||
    wanted === `${name}s` ||
    wanted === `${name}es` ||
    wanted === `${name.slice(0, -1)}ies`
  );
}

/** The oldest writer. */
function creatorOf(owners: FieldOwner[]): FieldOwner[] {
  return [...owners]
    .sort((one, other) => ((one.time ?? '') < (other.time ?? '') ? -1 : 1))
    .slice(0, 1);
}

function expectedReason(
  object: KubernetesObject,
): { rule: KubernetesRule; reason: string } | undefined {
  const owners = object.metadata.ownerReferences;
  const controller = Array.isArray(owners)
    ? owners.find(owner => isObject(owner) && owner.controller === true)
    : undefined;
  if (isObject(controller)) {
    return {
      rule: 'made-by-controller',
      reason: `The ${controller.kind} '${controller.name}' made it and looks after it.`,
    };
  }
  const marks = ['labels', 'annotations'].flatMap(part =>
    Object.keys(below(object.metadata as JsonObject, part) ?? {}),
  );
  const known = BY_PRODUCTS.find(
    each =>
      each.kinds.includes(object.kind) &&
      isBuiltIn(groupOf(object)) &&
      (!each.name || each.name.test(object.metadata.name)) &&
      (!each.type ||
        (typeof object.type === 'string' && each.type.test(object.type))) &&
      (!each.mark || marks.some(mark => each.mark?.test(mark))),
  );
  return known && { rule: 'cluster-by-product', reason: known.reason };
}

function isTooDeep(value: JsonValue | undefined, depth: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (depth === 0) {
    return true;
  }
  for (const key in value) {
    if (isTooDeep((value as JsonObject)[key], depth - 1)) {
      return true;
    }
  }
  return false;
}
