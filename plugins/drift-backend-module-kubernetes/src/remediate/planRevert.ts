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

import {
  BlindSpot,
  FieldDifference,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  PlannedChange,
  RemediationFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  compareKubernetesInDetail,
  KubernetesFieldPair,
  KubernetesObject,
  KubernetesPair,
} from '@infra-hub/drift-engine';
import { JsonObject } from '@backstage/types';
import { autoscaledObjects } from '../capture/captureManifests';
import { groupOf } from '../read/kinds';
import { ClusterWriter, Refusal, WriteAnswer } from './ClusterWriter';
import {
  digestOf,
  ObjectPlan,
  ObjectWrite,
  requestOf,
  steadyPart,
  steadyResult,
  versionOf,
} from './ObjectPlan';
import { ObjectPlace, orderOf, placeOf } from './places';
import { appliedBy, newObject, repairObject } from './repairObject';

const MAX_LISTED = 20;

/** What reverting would do, object by object in the order of applying. */
export interface RevertPlan {
  objects: ObjectPlan[];
  warnings: string[];
  blindSpots: BlindSpot[];
  /** Why objects cannot be reverted, one sentence each. */
  refusals: string[];
}

export interface PlanRevertOptions {
  pairs: readonly KubernetesPair[];
  /** All live and all desired objects. */
  objects: readonly KubernetesObject[];
  /** Namespaces of the tenant. */
  namespaces: readonly string[];
  /** Only these; all drift when absent. */
  addresses?: readonly string[];
  findings: readonly StoredFinding[];
  writer: Pick<ClusterWriter, 'send'>;
  /** Name of the cluster, for sentences. */
  cluster: string;
  fieldManager: string;
  /** Dry runs at once. */
  concurrency: number;
  signal: AbortSignal;
}

interface Draft {
  pair: KubernetesPair;
  place: ObjectPlace;
  /** In the order in which they are tried. */
  writes: ObjectWrite[];
  touched: KubernetesFieldPair[];
  ignored: ObjectPlan['ignored'];
}

const UNTOUCHED = { touched: [], ignored: [] };

class RevertPlanner {
  readonly #options: PlanRevertOptions;
  readonly #asked: ReadonlySet<string> | undefined;
  readonly #autoscaled: ReadonlySet<string>;
  readonly #warnings: string[] = [];
  readonly #blindSpots: BlindSpot[] = [];
  readonly #refusals: string[] = [];
  readonly #muted = new Map<string, string>();

  constructor(options: PlanRevertOptions) {
    this.#options = options;
    this.#asked = options.addresses && new Set(options.addresses);
    this.#autoscaled = autoscaledObjects(options.objects);
  }

  async plan(): Promise<RevertPlan> {
    const { pairs } = this.#options;
    const drafts = pairs.flatMap(pair => this.#draft(pair) ?? []);
    this.#noteMuted();
    this.#noteUnmanaged();
    this.#noteSettled();
    const objects = (await this.#tryAll(drafts)).sort(inOrder);
    if (objects.length === 0 && this.#refusals.length > 0) {
      throw new RemediationFailure(
        this.#refusals.slice(0, MAX_LISTED).join(' '),
      );
    }
    return {
      objects,
      warnings: [...this.#refusals, ...this.#warnings],
      blindSpots: this.#blindSpots,
      refusals: this.#refusals,
    };
  }

  #draft(pair: KubernetesPair): Draft | undefined {
    if (pair.class !== 'drift' || !this.#isAsked(pair)) {
      return undefined;
    }
    const object = pair.live ?? pair.desired!;
    const place = placeOf(object, pair.namespace);
    if (!place || !this.#isOurs(place)) {
      this.#refusals.push(
        `${pair.address} is not changed, because it is not in the namespaces of the tenant.`,
      );
      return undefined;
    }
    if (pair.live?.metadata.deletionTimestamp !== undefined) {
      this.#blindSpots.push({
        scope: pair.address,
        reason:
          'The object is being deleted, and nobody can stop that; revert again when it is gone.',
      });
      return undefined;
    }
    if (!pair.desired) {
      return { pair, place, writes: [{ kind: 'delete' }], ...UNTOUCHED };
    }
    return pair.live
      ? this.#draftUpdate(pair, pair.live, place)
      : this.#draftCreate(pair, pair.desired, place);
  }

  /** Unmanaged objects only by name: "all drift" never deletes. */
  #isAsked(pair: KubernetesPair): boolean {
    if (this.#asked) {
      return this.#asked.has(pair.address);
    }
    const muted = this.#options.findings.find(
      finding =>
        finding.address === pair.address &&
        finding.class === 'drift' &&
        finding.suppressedBy,
    );
    if (muted?.suppressedBy) {
      this.#muted.set(
        pair.address,
        muted.acknowledgement ? 'accepted' : 'muted',
      );
      return false;
    }
    return pair.desired !== undefined;
  }

  #isOurs({ kind, namespace, name }: ObjectPlace): boolean {
    return this.#options.namespaces.includes(
      kind.kind === 'Namespace' ? name : namespace,
    );
  }

  #draftCreate(
    pair: KubernetesPair,
    desired: KubernetesObject,
    place: ObjectPlace,
  ): Draft | undefined {
    const { address } = pair;
    const isSecret = desired.kind === 'Secret';
    if (isSecret && secretKeys(desired) > 0) {
      this.#blindSpots.push({
        scope: address,
        reason:
          'The Secret cannot be restored: its values were not kept. Create it again from where they are kept.',
      });
      return undefined;
    }
    const { object, unkept } = newObject(desired);
    for (const path of unkept) {
      this.#noteUnkept(address, path);
    }
    return {
      pair,
      place,
      writes: [
        {
          kind: 'create',
          object: { ...object, apiVersion: place.kind.apiVersion },
        },
      ],
      ...UNTOUCHED,
    };
  }

  #draftUpdate(
    pair: KubernetesPair,
    live: KubernetesObject,
    place: ObjectPlace,
  ): Draft | undefined {
    const { address } = pair;
    const muted = this.#mutedFields(address);
    const autoscaled = this.#autoscaled.has(
      `${pair.namespace}/${live.kind}/${live.metadata.name}`,
    );
    const repair = repairObject({
      pair,
      leaveAlone: field =>
        field.class !== 'drift' ||
        muted.has(field.shown.path) ||
        (autoscaled && isReplicas(field) && field.form === 'extra'),
      appliedByUs: appliedBy(live, this.#options.fieldManager),
      autoscaled: autoscaled && !pair.fields.some(isBeyondBounds),
    });
    for (const field of repair.unkept) {
      this.#noteUnkept(address, field.label);
    }
    if (autoscaled && pair.fields.some(isBeyondBounds)) {
      this.#warnings.push(
        `The autoscaler of ${address} brings the number of replicas back within its bounds by itself, unless the desired state names one.`,
      );
    }
    if (repair.touched.length === 0) {
      return undefined;
    }
    const patch: ObjectWrite = { kind: 'patch', operations: repair.operations };
    return {
      pair,
      place,
      writes: repair.configuration
        ? [
            {
              kind: 'apply',
              configuration: {
                ...repair.configuration,
                apiVersion: place.kind.apiVersion,
              },
              force: false,
            },
            patch,
          ]
        : [patch],
      touched: repair.touched,
      ignored: [
        ...pair.fields
          .filter(field => field.class === 'expected')
          .map(field => field.livePath),
        ...(autoscaled && !repair.touched.some(isReplicas)
          ? [['spec', 'replicas']]
          : []),
      ],
    };
  }

  /** Fields that an ignore rule mutes beside others that it does not. */
  #mutedFields(address: string): Set<string> {
    return new Set(
      this.#options.findings
        .filter(each => each.address === address && each.class === 'drift')
        .flatMap(({ normalised }) => normalised ?? [])
        .filter(({ normaliser }) => normaliser.startsWith('ignore-rule:'))
        .map(({ path }) => path),
    );
  }

  #noteUnkept(address: string, field: string): void {
    this.#blindSpots.push({
      scope: `${address} ${field}`,
      reason: 'The field cannot be restored: its value was not kept.',
    });
  }

  #noteMuted(): void {
    for (const why of ['accepted', 'muted'] as const) {
      const addresses = [...this.#muted]
        .filter(([, reason]) => reason === why)
        .map(([address]) => address);
      if (addresses.length > 0) {
        this.#warnings.push(
          `Not touched, because ${
            why === 'muted' ? 'an ignore rule mutes it' : 'somebody accepted it'
          }: ${list(addresses)}.`,
        );
      }
    }
  }

  #noteUnmanaged(): void {
    const left = this.#options.pairs.filter(
      pair =>
        pair.class === 'drift' &&
        !pair.desired &&
        !this.#asked &&
        !this.#muted.has(pair.address),
    );
    if (left.length > 0) {
      this.#warnings.push(
        `Not touched, because objects that nobody desired are only deleted when they are asked for one by one: ${list(
          left.map(pair => pair.address),
        )}.`,
      );
    }
  }

  #noteSettled(): void {
    const drifted = new Set(
      this.#options.pairs
        .filter(pair => pair.class === 'drift')
        .map(pair => pair.address),
    );
    const settled = [...(this.#asked ?? [])].filter(
      address => !drifted.has(address),
    );
    if (settled.length > 0) {
      this.#warnings.push(
        `There is no drift any more, or it cannot be seen, at ${list(
          settled,
        )}.`,
      );
    }
  }

  /** A few dry runs at once. */
  async #tryAll(drafts: Draft[]): Promise<ObjectPlan[]> {
    const plans: (ObjectPlan | undefined)[] = new Array(drafts.length);
    const refusals: string[][] = drafts.map(() => []);
    const notes: string[][] = drafts.map(() => []);
    const queue = drafts.entries();
    await Promise.all(
      Array.from({ length: this.#options.concurrency }, async () => {
        for (const [index, draft] of queue) {
          plans[index] = await this.#try(draft, refusals[index], notes[index]);
        }
      }),
    );
    this.#refusals.push(...refusals.flat());
    this.#warnings.push(...notes.flat());
    return plans.flatMap(plan => plan ?? []);
  }

  async #try(
    draft: Draft,
    refusals: string[],
    notes: string[],
  ): Promise<ObjectPlan | undefined> {
    let answer: WriteAnswer | undefined;
    let first: Refusal | undefined;
    for (const write of draft.writes) {
      const tried = await this.#dryRun(draft, write, notes);
      answer = tried.answer;
      if (answer.kind === 'done') {
        return this.#planned(draft, tried.write, answer.object, {
          refusals,
          notes,
        });
      }
      if (answer.kind !== 'refused' || !isAboutContent(answer.refusal)) {
        break;
      }
      first ??= answer.refusal;
    }
    refusals.push(
      sentenceOf({
        draft,
        cluster: this.#options.cluster,
        refusal: answer?.kind === 'refused' ? answer.refusal : first,
      }),
    );
    return undefined;
  }

  /** Fields that others own are only taken over when it does not go otherwise. */
  async #dryRun(
    { place, pair }: Draft,
    write: ObjectWrite,
    notes: string[],
  ): Promise<{ answer: WriteAnswer; write: ObjectWrite }> {
    const { writer, fieldManager, signal } = this.#options;
    const common = { place, fieldManager, signal, dryRun: true };
    const version = pair.live ? versionOf(pair.live) : {};
    const answer = await writer.send(requestOf({ ...common, write, version }));
    if (
      write.kind !== 'apply' ||
      answer.kind !== 'refused' ||
      answer.refusal.code !== 409 ||
      answer.refusal.managers.length === 0
    ) {
      return { answer, write };
    }
    notes.push(
      `Fields of ${pair.address} are taken over from ${list(
        answer.refusal.managers,
      )}.`,
    );
    const forced: ObjectWrite = { ...write, force: true };
    return {
      answer: await writer.send(
        requestOf({ ...common, write: forced, version }),
      ),
      write: forced,
    };
  }

  #planned(
    draft: Draft,
    write: ObjectWrite,
    answered: JsonObject,
    { refusals, notes }: { refusals: string[]; notes: string[] },
  ): ObjectPlan | undefined {
    const { pair, place, touched, ignored } = draft;
    const change: PlannedChange = {
      address: pair.address,
      resourceType: pair.resourceType,
      resourceName: pair.resourceName,
      change: 'update',
      fields: [],
      class: 'drift',
    };
    const common = { pair, place, write, touched, ignored };
    const live = pair.live && steadyPart(pair.live, ignored);
    if (write.kind === 'delete') {
      return {
        ...common,
        change: {
          ...change,
          change: 'delete',
          reason: 'Nobody desired it, and it was asked for by its address.',
        },
        digest: digestOf([pair.address, 'delete', live ?? null]),
      };
    }
    const result = withIdentity(answered, place);
    const fields = differences(result, pair.live ?? undefined);
    if (write.kind === 'create') {
      // What the cluster allots to everything new is no news.
      const added = differences(
        result,
        withIdentity(write.object, place),
        field => field.class !== 'expected',
      );
      if (added.length > 0) {
        notes.push(
          `The API server would add to ${pair.address}: ${list(
            added.map(nameOf),
          )}.`,
        );
      }
      return {
        ...common,
        change: { ...change, change: 'create' },
        digest: digestOf([
          pair.address,
          write.object,
          steadyResult(result, ignored),
        ]),
      };
    }
    const known = new Set(touched.map(field => field.label));
    const aside = fields.filter(field => !known.has(nameOf(field)));
    const remaining = stillDifferent(pair, result, touched);
    if (fields.length === 0 || remaining.length === touched.length) {
      refusals.push(
        `${
          pair.address
        } cannot be reverted: the API server, or a webhook, leaves ${list(
          touched.map(field => field.label),
        )} as it is.`,
      );
      return undefined;
    }
    if (remaining.length > 0) {
      notes.push(
        `${pair.address} would still differ in ${list(
          remaining,
        )}: the API server, or a webhook, does not take it.`,
      );
    }
    if (aside.length > 0) {
      notes.push(
        `Along with it the API server would change ${list(
          aside.map(nameOf),
        )} of ${pair.address}.`,
      );
    }
    return {
      ...common,
      change: { ...change, fields },
      digest: digestOf([
        pair.address,
        write.kind === 'apply'
          ? { configuration: write.configuration, force: write.force }
          : { operations: write.operations.map(each => ({ ...each })) },
        live ?? null,
        steadyResult(result, ignored),
      ]),
    };
  }
}

/**
 * Finds out what has to be sent for every drifted object, and asks the API server
 * by dry runs what that would do.
 *
 * @throws RemediationFailure when none of it can be done.
 */
export async function planRevert(
  options: PlanRevertOptions,
): Promise<RevertPlan> {
  return await new RevertPlanner(options).plan();
}

function isReplicas(field: KubernetesFieldPair): boolean {
  return field.label === 'replicas';
}

/** Drift although an autoscaler may choose: beyond what it may choose. */
function isBeyondBounds(field: KubernetesFieldPair): boolean {
  return isReplicas(field) && field.class === 'drift';
}

function secretKeys(secret: KubernetesObject): number {
  return ['data', 'stringData']
    .map(part => secret[part])
    .reduce<number>(
      (count, part) =>
        count +
        (typeof part === 'object' && part !== null
          ? Object.keys(part).length
          : 0),
      0,
    );
}

/** Whether another form of the request might do better. */
function isAboutContent({ code }: Refusal): boolean {
  return code === 400 || code === 422 || code === 500;
}

const VERBS = {
  create: 'create',
  apply: 'patch',
  patch: 'patch',
  delete: 'delete',
};

function sentenceOf(options: {
  draft: Draft;
  cluster: string;
  refusal: Refusal | undefined;
}): string {
  const { draft, cluster, refusal } = options;
  const { pair, place, writes } = draft;
  const server = `the API server of cluster ${cluster}`;
  const begin = `${pair.address} cannot be reverted:`;
  if (!refusal) {
    return `${begin} ${server} did not answer.`;
  }
  switch (refusal.code) {
    case 401:
      return `${begin} ${server} does not accept the credentials for writing (401).`;
    case 403:
      return forbiddenSentence(
        begin,
        VERBS[writes[0].kind],
        place,
        refusal.obstacle,
      );
    case 404:
      return pair.live
        ? `${begin} it is not there any more.`
        : `${begin} its namespace ${place.namespace} does not exist.`;
    case 409:
      return pair.live
        ? `${begin} it is being changed by somebody else right now.`
        : `${begin} it is there already, though the scan did not see it.`;
    case 422:
      return `${begin} the API refuses to change ${
        refusal.fields.length > 0 ? list(refusal.fields) : 'it'
      } of what exists (422). Delete the object and create it anew, or change the desired state.`;
    case 429:
      return `${begin} ${server} is too busy.`;
    default:
      return `${begin} ${server} answers with status ${refusal.code}.`;
  }
}

/** What a role lacks, or what else stands in the way. */
export function forbiddenSentence(
  begin: string,
  verb: string,
  { kind, namespace }: ObjectPlace,
  obstacle?: Refusal['obstacle'],
): string {
  switch (obstacle) {
    case 'namespace-ends':
      return `${begin} its namespace ${namespace} is being deleted (403).`;
    case 'quota':
      return `${begin} a quota of namespace ${namespace} does not leave room for it (403).`;
    case 'policy':
      return `${begin} a webhook or a policy of the cluster does not allow it (403).`;
    default:
      return `${begin} the role for remediation needs the verb "${verb}" for resource "${
        kind.resource
      }" in API group "${groupOf(kind.apiVersion)}"${
        namespace === '' ? '' : ` in namespace ${namespace}`
      } (403).`;
  }
}

/** Answers may leave out what the path says already. */
function withIdentity(
  object: JsonObject,
  { kind, namespace, name }: ObjectPlace,
): KubernetesObject {
  const metadata =
    typeof object.metadata === 'object' && !Array.isArray(object.metadata)
      ? object.metadata
      : {};
  return {
    ...object,
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: {
      ...metadata,
      name,
      ...(namespace === '' ? {} : { namespace }),
    },
  };
}

/** What becomes of an object, in the fields of findings. */
function differences(
  result: KubernetesObject,
  live: KubernetesObject | undefined,
  matters: (field: KubernetesFieldPair) => boolean = () => true,
): FieldDifference[] {
  if (!live) {
    return [];
  }
  const { pairs } = compareKubernetesInDetail({
    desired: [result],
    live: [live],
    namespaces: [],
  });
  return pairs
    .flatMap(pair => pair.fields.filter(matters))
    .map(field => field.shown)
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Labels of the repaired fields that would drift even so. */
function stillDifferent(
  pair: KubernetesPair,
  result: KubernetesObject,
  touched: readonly KubernetesFieldPair[],
): string[] {
  const { pairs } = compareKubernetesInDetail({
    desired: pair.desired ? [pair.desired] : [],
    live: [result],
    namespaces: [],
  });
  const left = new Set(
    pairs
      .flatMap(each => each.fields)
      .filter(field => field.class === 'drift')
      .map(field => field.label),
  );
  return touched.map(field => field.label).filter(label => left.has(label));
}

function nameOf({ label, path }: FieldDifference): string {
  return label ?? path;
}

function list(texts: readonly string[]): string {
  const shown = texts.slice(0, MAX_LISTED).join(', ');
  const rest = texts.length - MAX_LISTED;
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

/** What others refer to first, deletes last and the other way round. */
function inOrder(one: ObjectPlan, other: ObjectPlan): number {
  const rank = ({ write, place }: ObjectPlan) =>
    write.kind === 'delete'
      ? 100 - orderOf(place.kind.kind)
      : orderOf(place.kind.kind);
  return (
    rank(one) - rank(other) || (one.pair.address < other.pair.address ? -1 : 1)
  );
}
