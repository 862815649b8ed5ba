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

import { toError } from '@backstage/errors';
import { JsonObject, JsonValue } from '@backstage/types';
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import {
  AdoptionProposal,
  CodeAdopter,
  EntityManifests,
  EntityManifestsOptions,
  FoundManifest,
  holdsCredential,
  ManifestAdoption,
  ManifestEdit,
  NotPatchable,
  ReadManifests,
  WITHOUT_MANIFESTS,
  PlannedChange,
  RemediationContext,
  RemediationFailure,
  RemediationRequest,
  ScanTarget,
  valueAt,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  compareKubernetesInDetail,
  KubernetesFieldPair,
  KubernetesObject,
  KubernetesPair,
} from '@infra-hub/drift-engine';
import { isDeepStrictEqual } from 'node:util';
import { autoscaledObjects } from '../capture/captureManifests';
import { toManifest } from '../capture/toManifest';
import { ClusterFailure } from '../cluster/ClusterFailure';
import {
  KubernetesConfig,
  readKubernetesConfig,
} from '../config/KubernetesConfig';
import { isObject } from '../read/json';
import {
  compareSteps,
  isSwap,
  wholeElement,
  withTexts,
} from '../remediate/repairObject';
import { selectDesired } from '../scan/selectDesired';
import { compareLook, TenantLook, TenantLooker } from '../scan/TenantLooker';
import { locationFromJson } from '../targets/TenantLocation';
import { isManifestOf } from './isManifestOf';

/** One proposal in the making. */
class Adoption {
  readonly #request: RemediationRequest;
  readonly #read: ReadManifests;
  readonly #adoption: ManifestAdoption;
  readonly #look: TenantLook;
  readonly #homeNamespace: string;
  readonly #changes: PlannedChange[] = [];
  readonly #warnings: string[] = [];
  readonly #taken: { pair: KubernetesPair; labels: Set<string> }[] = [];

  constructor(options: {
    request: RemediationRequest;
    read: ReadManifests;
    look: TenantLook;
    homeNamespace: string;
  }) {
    this.#request = options.request;
    this.#read = options.read;
    this.#adoption = ManifestAdoption.create(options.read.files);
    this.#look = options.look;
    this.#homeNamespace = options.homeNamespace;
  }

  propose(pairs: readonly KubernetesPair[]): AdoptionProposal {
    const asked = pairs
      .filter(pair => pair.class === 'drift' && this.#isAsked(pair))
      .sort((one, other) => (one.address < other.address ? -1 : 1));
    for (const pair of asked) {
      this.#adopt(pair);
    }
    this.#adoption.hideSecrets();
    this.#check();
    const { root } = this.#read;
    return {
      ...this.#adoption.proposed(),
      changes: this.#changes,
      warnings: this.#warnings,
      ...(root && { root }),
    };
  }

  #isAsked(pair: KubernetesPair): boolean {
    const { addresses, findings } = this.#request;
    return addresses
      ? addresses.includes(pair.address)
      : !findings.some(
          finding =>
            finding.address === pair.address &&
            finding.class === 'drift' &&
            finding.suppressedBy,
        );
  }

  #adopt(pair: KubernetesPair): void {
    const { address, resourceType, resourceName } = pair;
    const fields = this.#fieldsOf(pair);
    const isWhole = !pair.desired || !pair.live;
    if (!isWhole && fields.length === 0) {
      return;
    }
    this.#changes.push({
      address,
      resourceType,
      resourceName,
      change: isWhole ? 'create' : 'update',
      class: 'drift',
      fields: fields.map(field => field.shown),
      ...(isWhole
        ? {
            reason: pair.desired
              ? 'It is gone from the cluster, so its manifest goes.'
              : 'It is in the cluster, so it gets a manifest.',
          }
        : {}),
    });
    if (!pair.desired) {
      this.#addManifest(pair, pair.live!);
      return;
    }
    const { desired } = pair;
    const found = this.#adoption.findOne(address, manifest =>
      isManifestOf(manifest, desired, this.#homeNamespace),
    );
    if (!found) {
      return;
    }
    if (pair.live) {
      this.#changeManifest(pair, fields, found);
    } else {
      this.#removeManifest(address, desired, found);
    }
  }

  #fieldsOf(pair: KubernetesPair): KubernetesFieldPair[] {
    const muted = new Set(
      this.#request.findings
        .filter(each => each.address === pair.address && each.class === 'drift')
        .flatMap(({ normalised }) => normalised ?? [])
        .filter(({ normaliser }) => normaliser.startsWith('ignore-rule:'))
        .map(({ path }) => path),
    );
    return pair.fields.filter(
      field => field.class === 'drift' && !muted.has(field.shown.path),
    );
  }

  #changeManifest(
    pair: KubernetesPair,
    fields: readonly KubernetesFieldPair[],
    found: FoundManifest,
  ): void {
    const { address } = pair;
    if (found.object.apiVersion !== pair.live!.apiVersion) {
      this.#adoption.instruct(
        address,
        `The manifest is written for ${
          found.object.apiVersion
        }, and the API has the object as ${
          pair.live!.apiVersion
        }; change it by hand in ${found.file}.`,
      );
      return;
    }
    const labels = new Set<string>();
    const appended = new Set<string>();
    // What is taken away last, and from the end: so that positions stay.
    const inOrder = [...fields].sort(
      (one, other) =>
        Number(one.form === 'missing') - Number(other.form === 'missing') ||
        (one.form === 'missing'
          ? compareSteps([...other.desiredPath], [...one.desiredPath])
          : 0),
    );
    for (const field of inOrder) {
      const text = this.#take(pair, field, found, appended);
      if (text === undefined) {
        labels.add(field.label);
      } else {
        this.#adoption.instruct(address, text, field.shown.path);
      }
    }
    if (labels.size > 0) {
      this.#adoption.touch(found.file, address);
      this.#taken.push({ pair, labels });
    }
  }

  /** @returns why not, as an instruction */
  #take(
    pair: KubernetesPair,
    field: KubernetesFieldPair,
    found: FoundManifest,
    appended: Set<string>,
  ): string | undefined {
    const { label, shown } = field;
    const where = `${label} of ${found.object.kind} '${pair.resourceName}' in ${found.file}`;
    if (
      shown.sensitive ||
      holdsUnkept(field.desired) ||
      (pair.resourceType === 'Secret' &&
        /^\/(?:data|stringData)\//.test(shown.path))
    ) {
      return `Change ${where} by hand: its value may be a secret.`;
    }
    const manifest = this.#adoption.manifests.read(found) as JsonObject;
    if (!isAsCompared(field, manifest)) {
      return `${where} says something else than the desired state that was compared; scan again.`;
    }
    const edits = editsFor(field, pair.live!, manifest, appended);
    try {
      this.#adoption.manifests.edit(found, edits);
      return undefined;
    } catch (error) {
      if (error instanceof NotPatchable) {
        return field.form === 'missing'
          ? `Remove ${where} by hand: it ${error.message}.`
          : `Set ${where} to ${shorten(field.actual)} by hand: it ${
              error.message
            }.`;
      }
      throw error;
    }
  }

  #removeManifest(
    address: string,
    desired: KubernetesObject,
    found: FoundManifest,
  ): void {
    if (desired.kind === 'Secret') {
      this.#adoption.instruct(
        address,
        `Remove the Secret '${desired.metadata.name}' from ${found.file} by hand: a patch would show what it holds.`,
      );
      return;
    }
    this.#adoption.remove(
      address,
      found,
      `${desired.kind} '${desired.metadata.name}'`,
    );
  }

  #addManifest({ address }: KubernetesPair, live: KubernetesObject): void {
    const { namespace, name } = live.metadata;
    const manifest = toManifest(live, {
      autoscaled: autoscaledObjects(this.#look.objects).has(
        `${namespace}/${live.kind}/${name}`,
      ),
    });
    if (live.kind === 'Secret' || holdsCredential(manifest)) {
      this.#adoption.instruct(
        address,
        `Write a manifest of ${live.kind} '${name}' by hand: it holds what may be a secret.`,
      );
      return;
    }
    this.#adoption.touch(
      this.#adoption.manifests.add(manifest, this.#read.path),
      address,
    );
  }

  /** Reads again what was written, as the next scan will. */
  #check(): void {
    for (const { pair, labels } of this.#taken) {
      const [found] = this.#adoption.manifests.find(manifest =>
        isManifestOf(manifest, pair.desired!, this.#homeNamespace),
      );
      const object = found?.object as KubernetesObject | undefined;
      const { pairs } = compareKubernetesInDetail({
        desired: object
          ? [
              withTexts({
                ...object,
                metadata: {
                  ...object.metadata,
                  namespace: pair.live!.metadata.namespace,
                },
              }),
            ]
          : [],
        live: [pair.live!],
        namespaces: [],
      });
      const left = pairs
        .flatMap(each => each.fields)
        .filter(each => each.class === 'drift' && labels.has(each.label));
      if (left.length > 0 && !this.#adoption.isInstructed(pair.address)) {
        this.#warnings.push(
          `${pair.address} would still differ in ${left
            .map(each => each.label)
            .join(', ')}.`,
        );
      }
    }
  }
}

/** Puts what really is in a cluster into the manifests of a tenant. */
export class KubernetesAdopter implements CodeAdopter {
  /** @throws InputError naming the key of `drift.kubernetes` that is wrong. */
  static fromConfig(options: EntityManifestsOptions): KubernetesAdopter {
    return new KubernetesAdopter(options);
  }

  readonly source = 'kubernetes';
  readonly #config: KubernetesConfig;
  readonly #looker: TenantLooker;
  readonly #manifests: EntityManifests;

  private constructor(options: EntityManifestsOptions) {
    this.#config = readKubernetesConfig(options.config);
    this.#looker = TenantLooker.create(this.#config);
    this.#manifests = EntityManifests.fromConfig(options);
  }

  supports(
    target: ScanTarget & { source: string },
  ): { supported: true } | { supported: false; reason: string } {
    if (target.source !== this.source) {
      return { supported: false, reason: 'This is no tenant on Kubernetes.' };
    }
    if (target.entityRefs.length === 0) {
      return {
        supported: false,
        reason: `No entity of the catalog names the manifests of the tenant. ${WITHOUT_MANIFESTS}`,
      };
    }
    try {
      this.#looker.clusterOf(target, locationFromJson(target.location));
      return { supported: true };
    } catch (error) {
      return { supported: false, reason: toError(error).message };
    }
  }

  async propose(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<AdoptionProposal> {
    const { target } = request;
    const location = locationFromJson(target.location);
    const { resources } = await context.readDesiredState();
    const other = resources.find(({ origin }) => origin !== 'manifest');
    if (other) {
      throw new RemediationFailure(
        `The desired state of tenant ${target.name} ${
          other.origin === 'api' ? 'was written by the API' : 'was captured'
        } and does not come from manifests. ${WITHOUT_MANIFESTS}`,
      );
    }
    context.log('Reading the manifests');
    const read = await this.#manifests.read(target);
    context.log('Looking at the cluster');
    try {
      const cluster = this.#looker.clusterOf(target, location);
      const look = await this.#looker.lookAt(target, location, context.signal);
      const desired = selectDesired({
        resources,
        kinds: this.#config.kinds,
        cluster: cluster.name,
        namespaces: location.namespaces,
      });
      const { observation, pairs } = compareLook({
        look,
        desired: desired.objects.map(withTexts),
        namespaces: location.namespaces,
        config: this.#config,
      });
      if (observation.failure !== undefined) {
        throw new RemediationFailure(observation.failure);
      }
      return new Adoption({
        request,
        read,
        look,
        homeNamespace: location.namespaces[0],
      }).propose(pairs);
    } catch (error) {
      context.signal.throwIfAborted();
      if (error instanceof ClusterFailure) {
        throw new RemediationFailure(error.message);
      }
      if (error instanceof NotPatchable) {
        throw new RemediationFailure(`A manifest ${error.message}.`);
      }
      throw error;
    }
  }
}

/** What has to be done to a manifest so that a field is as it is in the cluster. */
function editsFor(
  field: KubernetesFieldPair,
  live: KubernetesObject,
  manifest: JsonObject,
  appended: Set<string>,
): ManifestEdit[] {
  const { form, livePath, desiredPath, actual } = field;
  if (form === 'missing') {
    return [{ op: 'remove', path: wholeElement(desiredPath, livePath) }];
  }
  if (form === 'extra') {
    const source = wholeElement(livePath, desiredPath);
    const path = [...desiredPath, ...source.slice(desiredPath.length)];
    const value = valueAt(live as JsonObject, source) ?? null;
    const key = JSON.stringify(source);
    if (appended.has(key)) {
      return [];
    }
    appended.add(key);
    return typeof path.at(-1) === 'number'
      ? [{ op: 'append', path: path.slice(0, -1), value }]
      : [{ op: 'set', path, value }];
  }
  if (desiredPath.length < livePath.length) {
    return [
      {
        op: 'set',
        path: [...desiredPath, livePath.at(-1)!],
        value: actual ?? null,
      },
    ];
  }
  if (isSwap(livePath, desiredPath)) {
    return [
      {
        op: 'set',
        path: [...desiredPath.slice(0, -1), livePath.at(-1)!],
        value: actual ?? null,
      },
      { op: 'remove', path: desiredPath },
    ];
  }
  return [
    {
      op: 'set',
      path: desiredPath,
      value: asWritten(actual ?? null, valueAt(manifest, desiredPath)),
    },
  ];
}

/** Numbers that were written as texts stay texts, and the other way round. */
function asWritten(
  actual: JsonValue,
  before: JsonValue | undefined,
): JsonValue {
  if (typeof before === 'string' && typeof actual === 'number') {
    return String(actual);
  }
  return typeof before === 'number' &&
    typeof actual === 'string' &&
    /^-?(?:0|[1-9]\d{0,14})$/.test(actual)
    ? Number(actual)
    : actual;
}

/** Whether a manifest still says what was compared. */
function isAsCompared(
  { form, desiredPath, desired }: KubernetesFieldPair,
  manifest: JsonObject,
): boolean {
  if (form === 'extra' || desired === undefined) {
    return true;
  }
  if (desired === '') {
    return true;
  }
  const written = valueAt(
    withTexts(manifest as unknown as KubernetesObject) as JsonObject,
    desiredPath,
  );
  return (
    isDeepStrictEqual(plainOf(written), plainOf(desired)) ||
    String(written) === String(desired)
  );
}

function plainOf(value: JsonValue | undefined): JsonValue {
  return JSON.parse(JSON.stringify(value ?? null));
}

function holdsUnkept(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) {
    return value.some(holdsUnkept);
  }
  return isObject(value)
    ? Object.values(value).some(holdsUnkept)
    : value === SENSITIVE_DESIRED_VALUE;
}

function shorten(value: JsonValue | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
