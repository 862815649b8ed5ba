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
  DesiredResource,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudKind,
  DesiredCloudResource,
  readDesiredCloudResource,
} from '@infra-hub/drift-engine';
import { TenantName } from './CloudPolicy';
import { CloudAccount, CloudProvider, CloudRef } from './CloudProvider';
import { mayHave } from './mayHave';
import { Pauses } from './Pauses';
import { ConfiguredAccount, kindOf } from './readCloudConfig';

/** A desired resource, and where to look for it. */
export interface PlacedResource {
  /** With the kind as the provider writes it, and the account by its name. */
  desired: DesiredCloudResource;
  ref: CloudRef;
}

/** Somebody wants it, only nobody knows where, or not where the look goes. */
export interface LeftOut {
  resourceType: string;
  name: string;
  /** As the provider writes it. */
  kind?: string;
  id?: string;
}

export interface SelectedResources {
  placed: PlacedResource[];
  leftOut: LeftOut[];
  /** What is left out, or not compared in all its parts, and why. */
  blindSpots: BlindSpot[];
}

/** Types of desired resources that clouds have. */
export const CLOUD_RESOURCE_TYPES = ['database', 'storage'];

/** API group of their manifests. */
export const CLOUD_API_GROUP = 'infra-hub.io';

/** A row of the desired state, as far as it matters here. */
export type DesiredRow = Pick<
  DesiredResource,
  'resourceType' | 'cluster' | 'name' | 'spec'
>;

const NAMELESS = 'It does not say which resource it is.';

function scopeOf({ resourceType, name }: DesiredRow): string {
  return `${resourceType}/${name}`;
}

class Selection implements SelectedResources {
  readonly placed: PlacedResource[] = [];
  readonly leftOut: LeftOut[] = [];
  readonly blindSpots: BlindSpot[] = [];
  readonly #options: Omit<Whereabouts, 'cluster'>;
  /** Scopes of what is placed. */
  readonly #scopes = new Map<string, string>();

  constructor(options: Omit<Whereabouts, 'cluster'>) {
    this.#options = options;
  }

  add(row: DesiredRow): void {
    if (!concerns(this.#options.provider, row)) {
      return;
    }
    const { resource, problems } = readRow(row);
    problems.forEach(problem => this.#tell(row, problem));
    if (!resource) {
      this.#leaveOut(row, problems.length > 0 ? [] : [NAMELESS]);
      return;
    }
    const { cluster } = row;
    const place = placeOf(resource, { ...this.#options, cluster });
    if ('reason' in place) {
      this.#leaveOut(row, [place.reason], resource);
      return;
    }
    const key = refKey(this.#options.provider, place.ref);
    const before = this.#scopes.get(key);
    if (before !== undefined) {
      const reason = `It is not compared: it is the same resource as ${before}.`;
      this.#leaveOut(row, [reason], resource);
      return;
    }
    this.#scopes.set(key, scopeOf(row));
    this.placed.push(place);
  }

  result(): SelectedResources {
    const { placed, leftOut, blindSpots } = this;
    return { placed, leftOut, blindSpots };
  }

  #leaveOut(
    row: DesiredRow,
    reasons: readonly string[],
    resource?: DesiredCloudResource,
  ): void {
    const { resourceType, name } = row;
    reasons.forEach(reason => this.#tell(row, reason));
    this.leftOut.push({
      resourceType,
      name,
      ...(resource && {
        kind:
          kindOf(this.#options.provider, resource.kind)?.kind ?? resource.kind,
        id: resource.id,
      }),
    });
  }

  #tell(row: DesiredRow, reason: string): void {
    this.blindSpots.push({ scope: scopeOf(row), reason });
  }
}

/**
 * The desired resources of one provider that lie where a look goes. What is not
 * looked at must not be compared either: it would seem to be deleted.
 *
 * @param options.accounts - Those of the tenant.
 */
export function selectDesired(options: {
  provider: CloudProvider;
  rows: readonly DesiredRow[];
  tenant: TenantName;
  accounts: readonly ConfiguredAccount[];
}): SelectedResources {
  const selection = new Selection(options);
  for (const row of options.rows) {
    selection.add(row);
  }
  return selection.result();
}

/** The same of many, without holding the event loop for long. */
export async function selectManyDesired(
  options: Parameters<typeof selectDesired>[0] & { signal?: AbortSignal },
): Promise<SelectedResources> {
  const selection = new Selection(options);
  await new Pauses(options.signal).map(options.rows, row => selection.add(row));
  return selection.result();
}

/** Whether a row is one of this provider, or does not say whose it is. */
export function concerns(
  provider: Pick<CloudProvider, 'id'>,
  row: DesiredRow,
): boolean {
  if (!CLOUD_RESOURCE_TYPES.includes(row.resourceType)) {
    return false;
  }
  const { apiVersion, spec } = row.spec;
  if (
    typeof apiVersion === 'string' &&
    apiVersion.split('/')[0] !== CLOUD_API_GROUP
  ) {
    return false;
  }
  const inner = apiVersion === undefined ? row.spec : spec;
  const named =
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? inner.provider
      : undefined;
  return typeof named !== 'string' || named.toLowerCase() === provider.id;
}

/** What a row says, and what is wrong with it. */
export function readRow(
  row: DesiredRow,
): ReturnType<typeof readDesiredCloudResource> {
  return readDesiredCloudResource(row);
}

/** Why a resource can never be compared, wherever it may be: one sentence each. */
export function misfits(
  provider: CloudProvider,
  resource: DesiredCloudResource,
): { kind?: CloudKind; problems: string[] } {
  const kind = kindOf(provider, resource.kind);
  if (!kind) {
    return {
      problems: [
        `${provider.title} resources of the kind ${
          resource.kind
        } are not compared; known are ${provider.kinds
          .map(each => each.kind)
          .join(', ')}.`,
      ],
    };
  }
  if (kind.resourceType !== resource.resourceType) {
    return {
      problems: [
        `The kind ${kind.kind} is a ${kind.resourceType}, not a ${resource.resourceType}.`,
      ],
    };
  }
  const wrongId = provider.checkId?.(kind, resource.id);
  return { kind, problems: wrongId === undefined ? [] : [wrongId] };
}

interface Whereabouts {
  provider: CloudProvider;
  tenant: TenantName;
  accounts: readonly ConfiguredAccount[];
  /** Where resources of Kubernetes name their cluster. */
  cluster: string | undefined;
}

function placeOf(
  resource: DesiredCloudResource,
  options: Whereabouts,
): PlacedResource | { reason: string } {
  const { provider } = options;
  const { kind, problems } = misfits(provider, resource);
  if (!kind || problems.length > 0) {
    return { reason: problems.join(' ') };
  }
  const found = accountOf(resource, options);
  if ('reason' in found) {
    return found;
  }
  const { account } = found;
  const where = regionOf(resource, { provider, account });
  if ('reason' in where) {
    return where;
  }
  const { region } = where;
  const ref: CloudRef = {
    account,
    ...(region !== undefined && { region }),
    kind,
    id: resource.id,
  };
  const { allowedIds } = account;
  if (!mayHave(options.tenant, { provider, allowedIds, ref })) {
    return {
      reason: `It is not compared: tenant ${options.tenant.name} may not have this id in the ${provider.accountNoun} ${account.name}; allowedIds of it in drift.${provider.id}.accounts says which ones it may have.`,
    };
  }
  return {
    desired: {
      ...resource,
      provider: provider.id,
      kind: kind.kind,
      account: account.name,
      ...(region !== undefined && { region }),
    },
    ref,
  };
}

function accountOf(
  resource: DesiredCloudResource,
  { provider, accounts, cluster }: Whereabouts,
): { account: ConfiguredAccount } | { reason: string } {
  const noun = provider.accountNoun;
  // A cluster may be given for all resources of a request, whatever they are
  const named =
    resource.account ?? accounts.find(({ name }) => name === cluster)?.name;
  if (named === undefined) {
    return accounts.length === 1
      ? { account: accounts[0] }
      : {
          reason: `It is not compared: it does not say in which of the ${accounts.length} ${noun}s of the tenant it is.`,
        };
  }
  const byName = accounts.filter(({ name }) => name === named);
  const [account, ...others] =
    byName.length > 0 ? byName : accounts.filter(({ id }) => id === named);
  if (!account) {
    return {
      reason: `It is not compared: the ${noun} ${named} is not among those of the tenant, ${accounts
        .map(({ name }) => name)
        .join(', ')}.`,
    };
  }
  return others.length === 0
    ? { account }
    : {
        reason: `It is not compared: the tenant has several ${noun}s with the id ${named}; use the name of one.`,
      };
}

function regionOf(
  { region: named }: DesiredCloudResource,
  options: { provider: CloudProvider; account: CloudAccount },
): { region?: string } | { reason: string } {
  const { provider, account } = options;
  if (!provider.hasRegions) {
    return { region: named };
  }
  const { regions } = account;
  if (named === undefined) {
    return regions.length === 1
      ? { region: regions[0] }
      : {
          reason: `It is not compared: it does not say in which region of the ${provider.accountNoun} ${account.name} it is.`,
        };
  }
  const region =
    regions.length === 0 ? named : regions.find(each => sameName(each, named));
  return region === undefined
    ? {
        reason: `It is not compared: the region ${named} is not among those that may be looked at in the ${
          provider.accountNoun
        } ${account.name}, ${regions.join(', ')}.`,
      }
    : { region };
}

export function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The form of the id that lists of the provider use. */
export function canonicalId(provider: CloudProvider, ref: CloudRef): string {
  return provider.canonicalId?.(ref) ?? ref.id;
}

/** Names one resource among those of all accounts and regions. */
function refKey(provider: CloudProvider, ref: CloudRef): string {
  return JSON.stringify([
    ref.account.name,
    provider.hasRegions ? ref.region?.toLowerCase() : undefined,
    ref.kind.kind,
    canonicalId(provider, ref),
  ]);
}
