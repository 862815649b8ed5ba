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

import { createHash, createHmac } from 'node:crypto';
import { JsonObject, JsonValue } from '@backstage/types';
import { RemainingDrift } from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationFailure,
  PlannedChange,
  RemediationRequest,
} from '../remediation/Remediator';
import {
  applyCloudWrites,
  canonicalJson,
  CloudFieldWrite,
  planCloudRepair,
  RemainingField,
} from '@infra-hub/drift-engine';
import { CloudLook, SeenResource } from './CloudLooker';
import { CloudDocument, CloudProvider, CloudRef } from './CloudProvider';

const MAX_LISTED = 20;

const NOT_CREATED =
  'It is gone, and is not created from here, since that takes more than is known of it.';
const NOT_DELETED =
  'Nobody desired it, and it is not deleted from here, since its data would be lost.';

/** What is to be done to one resource. */
export interface ResourceRepair {
  address: string;
  ref: CloudRef;
  looked: CloudDocument;
  /** Never empty. */
  writes: CloudFieldWrite[];
  change: PlannedChange;
  /** Of all that decides what is done, and of what people are shown of it. */
  digest: string;
}

/** What reverting would do. */
export interface CloudRevert {
  repairs: ResourceRepair[];
  /** Whole sentences, the weightiest first. */
  warnings: string[];
  /** What goes on counting as drift after it. */
  remaining: RemainingDrift[];
}

interface PlanCloudRevertOptions {
  provider: Pick<CloudProvider, 'title'>;
  look: CloudLook;
  request: Pick<RemediationRequest, 'addresses' | 'findings'>;
}

/** Hash of a whole plan; the salt keeps anybody from guessing the values in it. */
export function hashOf(salt: string, parts: JsonValue): string {
  return createHmac('sha256', salt).update(canonicalJson(parts)).digest('hex');
}

class RevertPlanner {
  readonly #options: PlanCloudRevertOptions;
  readonly #asked: ReadonlySet<string> | undefined;
  readonly #owners: string[] = [];
  readonly #refusals: string[] = [];
  readonly #remaining: RemainingDrift[] = [];
  readonly #effects: string[] = [];
  readonly #muted = new Map<string, 'muted' | 'accepted'>();
  readonly #unseen: string[] = [];
  readonly #missing: string[] = [];
  readonly #settled: string[] = [];

  constructor(options: PlanCloudRevertOptions) {
    this.#options = options;
    this.#asked =
      options.request.addresses && new Set(options.request.addresses);
  }

  plan(): CloudRevert {
    const { look } = this.#options;
    const repairs = look.resources
      .filter(({ address }) => this.#isAsked(address))
      .flatMap(resource => this.#repair(resource) ?? []);
    const left = [
      ...look.failures,
      ...this.#refusals,
      ...sentence(
        'Resources that are gone are not created from here, since that takes more than is known of them; create them where they were created before',
        this.#missing,
      ),
      ...sentence(
        'Resources that nobody desired are never deleted from here, since their data would be lost; delete them yourself, or add them to what is desired',
        this.#unmanaged(),
      ),
      ...sentence('Not touched, because it could not be read', this.#unseen),
    ];
    if (repairs.length === 0 && left.length > 0) {
      throw new RemediationFailure(left.join(' '));
    }
    return {
      repairs,
      warnings: [
        ...this.#owners,
        ...this.#effects,
        ...left,
        ...this.#describeMuted(),
        ...sentence(
          'There is no drift any more, or it cannot be seen',
          this.#gone(),
        ),
      ],
      remaining: [
        ...this.#remaining,
        ...this.#missing.map(address => ({ address, reason: NOT_CREATED })),
        ...this.#unmanaged().map(address => ({ address, reason: NOT_DELETED })),
      ],
    };
  }

  #isAsked(address: string): boolean {
    if (this.#asked) {
      return this.#asked.has(address);
    }
    const muted = this.#driftAt(address).find(
      ({ suppressedBy }) => suppressedBy,
    );
    if (muted) {
      this.#muted.set(address, muted.acknowledgement ? 'accepted' : 'muted');
    }
    return muted === undefined;
  }

  #driftAt(address: string) {
    return this.#options.request.findings.filter(
      finding => finding.address === address && finding.class === 'drift',
    );
  }

  #repair(resource: SeenResource): ResourceRepair | undefined {
    const { address, reading, live, desired, ref } = resource;
    if (reading.state === 'absent') {
      this.#missing.push(address);
      return undefined;
    }
    if (reading.state === 'unseen' || !live) {
      this.#unseen.push(address);
      return undefined;
    }
    const { state: _state, ...looked } = reading;
    const { writes, changes, remaining, refusals, effects } = planCloudRepair({
      desired,
      live,
      kind: ref.kind,
      document: looked.document,
      leaveAlone: this.#mutedFields(address),
      address,
    });
    this.#refusals.push(...refusals);
    this.#remaining.push(...remaining.map(each => ({ address, ...each })));
    if (writes.length === 0) {
      if (refusals.length === 0) {
        this.#settled.push(address);
      }
      return undefined;
    }
    if (refusals.length > 0) {
      this.#refusals.push(
        `Everything else of ${address} is changed back all the same; until the rest is settled, it goes on counting as drifted.`,
      );
    }
    this.#effects.push(...effects.map(effect => `${address}: ${effect}`));
    const change: PlannedChange = {
      address,
      resourceType: desired.resourceType,
      resourceName: desired.name,
      change: 'update',
      class: 'drift',
      fields: changes,
      ...this.#noteOwner(address, looked),
    };
    return {
      address,
      ref,
      looked,
      writes,
      change,
      digest: digestOf({
        resource,
        looked,
        writes,
        change,
        remaining,
        effects,
      }),
    };
  }

  /** Who looks after a resource has to be said first, and keeps policies from changing it. */
  #noteOwner(
    address: string,
    { managedBy }: CloudDocument,
  ): Pick<PlannedChange, 'notAutomatic'> {
    if (!managedBy) {
      return {};
    }
    const { tool, id } = managedBy;
    const owner = id === undefined ? tool : `${tool} (${id})`;
    this.#owners.push(
      `${address} is managed by ${owner}. A change from here leaves the code behind and may bring it out of step, and applying that code would change the resource again: better change it there.`,
    );
    return {
      notAutomatic: `${address} is managed by ${tool}, so that a person has to decide whether it is changed from here.`,
    };
  }

  /** Fields that an ignore rule mutes beside others that it does not. */
  #mutedFields(address: string): string[] {
    return this.#driftAt(address)
      .flatMap(({ normalised }) => normalised ?? [])
      .filter(({ normaliser }) => normaliser.startsWith('ignore-rule:'))
      .map(({ path }) => path);
  }

  #unmanaged(): string[] {
    return this.#options.request.findings
      .filter(
        ({ class: is, unmanaged, suppressedBy, address }) =>
          is === 'drift' &&
          unmanaged &&
          (this.#asked ? this.#asked.has(address) : !suppressedBy),
      )
      .map(({ address }) => address);
  }

  /** Asked for, and not there to be repaired. */
  #gone(): string[] {
    const known = new Set([
      ...this.#options.look.resources.map(({ address }) => address),
      ...this.#unmanaged(),
    ]);
    return this.#asked
      ? [
          ...this.#settled,
          ...[...this.#asked].filter(address => !known.has(address)),
        ]
      : [];
  }

  #describeMuted(): string[] {
    return (['accepted', 'muted'] as const).flatMap(why =>
      sentence(
        `Not touched, because ${
          why === 'muted' ? 'an ignore rule mutes it' : 'somebody accepted it'
        }`,
        [...this.#muted]
          .filter(([, reason]) => reason === why)
          .map(([address]) => address),
      ),
    );
  }
}

/**
 * Finds out what has to be written to every drifted resource.
 *
 * @throws RemediationFailure when there is drift, and none of it can be repaired
 */
export function planCloudRevert(options: PlanCloudRevertOptions): CloudRevert {
  return new RevertPlanner(options).plan();
}

function digestOf(options: {
  resource: SeenResource;
  looked: CloudDocument;
  writes: readonly CloudFieldWrite[];
  change: PlannedChange;
  remaining: readonly RemainingField[];
  effects: readonly string[];
}): string {
  const { resource, looked, writes, change, remaining, effects } = options;
  const { account, region, kind, id } = resource.ref;
  const parts: JsonValue = [
    resource.address,
    [account.name, account.id, region ?? null, kind.kind, id, looked.id],
    // An absent value is none that could be written
    writes.map(({ pointer, value }) =>
      value === undefined ? [pointer] : [pointer, value],
    ),
    steadyPart(looked),
    looked.version ?? null,
    looked.managedBy ? { ...looked.managedBy } : null,
    change.fields.map(({ path }) => path),
    remaining.map(({ field, reason }) => [field.path, reason]),
    [...effects],
  ];
  return createHash('sha256').update(canonicalJson(parts)).digest('hex');
}

/** What of a resource must not change between preview and apply. */
function steadyPart({ document, kind }: CloudDocument): JsonValue {
  return inAnyOrder(
    applyCloudWrites(
      document,
      (kind.computed ?? []).map(pointer => ({ pointer, value: undefined })),
    ),
  );
}

/** Providers give lists such as tags in another order each time. */
function inAnyOrder(value: JsonValue): JsonValue {
  if (Array.isArray(value)) {
    return value
      .map(item => inAnyOrder(item ?? null))
      .map(item => ({ item, text: canonicalJson(item) }))
      .sort((left, right) => (left.text < right.text ? -1 : 1))
      .map(({ item }) => item);
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, member]) =>
          member === undefined ? [] : [[name, inAnyOrder(member)]],
        ),
      )
    : value;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** None when there is nothing to list. */
function sentence(text: string, addresses: readonly string[]): string[] {
  if (addresses.length === 0) {
    return [];
  }
  const more = addresses.length - MAX_LISTED;
  const shown = addresses.slice(0, MAX_LISTED).join(', ');
  return [`${text}: ${shown}${more > 0 ? ` and ${more} more` : ''}.`];
}
