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
import { BlindSpot } from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudKind,
  LiveCloudResource,
  maskSecretShapes,
  toLiveCloudResource,
} from '@infra-hub/drift-engine';
import { ScanTarget } from '../source/DriftSource';
import { CloudAccess, NoAnswer } from './CloudAccess';
import { withAddresses } from './addresses';
import { locationFromJson } from './CloudLocation';
import { CloudPolicy, TenantName } from './CloudPolicy';
import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudFailure,
  CloudListing,
  CloudPlace,
  CloudProvider,
  CloudReading,
} from './CloudProvider';
import { mayHave } from './mayHave';
import { Pauses } from './Pauses';
import { CloudConfig, ConfiguredAccount } from './readCloudConfig';
import {
  DesiredRow,
  PlacedResource,
  sameName,
  selectManyDesired,
  SelectedResources,
} from './selectDesired';

/** What a look may use. */
export type LookContext = Pick<CloudContext, 'signal' | 'logger'>;

/** A desired resource, and what was seen of it. */
export interface SeenResource extends PlacedResource {
  /** Names it in findings, unlike any other of the same look. */
  address: string;
  reading: CloudReading;
  /** What was found, in neutral words. */
  live?: LiveCloudResource;
}

/** What one look at the desired resources of a tenant gave. */
export interface CloudLook {
  resources: SeenResource[];
  leftOut: SelectedResources['leftOut'];
  blindSpots: BlindSpot[];
  /** Accounts that could not be used: one sentence each. */
  failures: string[];
}

/** All resources of one kind in one place. */
export interface ListedKind extends Omit<CloudListing, 'documents'> {
  place: CloudPlace;
  kind: CloudKind;
  /** What was found, in neutral words. */
  live: LiveCloudResource[];
}

type Found = Pick<ListedKind, 'live' | 'complete' | 'reasons'>;

/** What listing whole kinds gave. */
export interface CloudInventory {
  listed: ListedKind[];
  failures: string[];
}

/** The package may be there more than once, so that the class says less than the name. */
export function isCloudFailure(error: unknown): error is CloudFailure {
  return error instanceof Error && error.name === 'CloudFailure';
}

/** Ends all that is asked of an account once it turned out to be unusable. */
class FailureWatch {
  /** One sentence. */
  failure: string | undefined;
  readonly #signal: AbortSignal;
  readonly #failed = new AbortController();
  readonly #either: AbortSignal;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#either = AbortSignal.any([signal, this.#failed.signal]);
  }

  /** Undefined when the account failed meanwhile. */
  async guard<T>(
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await work(this.#either);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!isCloudFailure(error)) {
        throw error;
      }
      this.failure ??= maskSecretShapes(error.message);
      this.#failed.abort(error);
      return undefined;
    }
  }
}

/**
 * Looks at what tenants have on a cloud, where they may be looked at. Scans and
 * remediations look by the same code.
 */
export class CloudLooker {
  static create(options: {
    provider: CloudProvider;
    config: CloudConfig;
  }): CloudLooker {
    return new CloudLooker(options);
  }

  /** For what a remediation does beside looking. */
  readonly access: CloudAccess;
  readonly #provider: CloudProvider;
  readonly #policy: CloudPolicy;

  private constructor(options: {
    provider: CloudProvider;
    config: CloudConfig;
  }) {
    this.#provider = options.provider;
    this.#policy = new CloudPolicy(options.config);
    this.access = CloudAccess.create({
      provider: options.provider,
      requestTimeoutMs: options.config.requestTimeoutMs,
    });
  }

  /**
   * @throws CloudFailure when the tenant may not be looked at in one of them
   * @throws InputError when it is no target of a cloud
   */
  accountsOf(
    target: Pick<ScanTarget, 'name' | 'client' | 'location'>,
  ): ConfiguredAccount[] {
    const { accounts } = locationFromJson(target.location);
    return accounts.map(name => {
      const decision = this.#policy.accountOf(target, name);
      if ('refusal' in decision) {
        throw new CloudFailure(decision.refusal);
      }
      return decision.account;
    });
  }

  /**
   * Reads each desired resource once.
   *
   * @throws CloudFailure when the tenant may not be looked at
   */
  async look(
    target: Pick<ScanTarget, 'name' | 'client' | 'location'>,
    rows: readonly DesiredRow[],
    context: LookContext,
  ): Promise<CloudLook> {
    context.signal.throwIfAborted();
    const accounts = this.accountsOf(target);
    const { placed, leftOut, blindSpots } = await selectManyDesired({
      provider: this.#provider,
      rows,
      tenant: target,
      accounts,
      signal: context.signal,
    });
    const looks = await Promise.all(
      accounts.map(async account =>
        this.#readAccount(
          account,
          withAddresses(placed).filter(({ ref }) => ref.account === account),
          context,
        ),
      ),
    );
    context.signal.throwIfAborted();
    return {
      resources: looks.flatMap(({ resources }) => resources),
      leftOut,
      blindSpots: [...looks.flatMap(look => look.blindSpots), ...blindSpots],
      failures: looks.flatMap(({ failures }) => failures),
    };
  }

  /** Lists all resources of some kinds that the tenant may have, in all regions that may be looked at. */
  async list(
    tenant: TenantName,
    accounts: readonly ConfiguredAccount[],
    kinds: readonly CloudKind[],
    context: LookContext,
  ): Promise<CloudInventory> {
    const inventories = await Promise.all(
      accounts.map(async account =>
        this.#listAccount(tenant, account, kinds, context),
      ),
    );
    context.signal.throwIfAborted();
    return {
      listed: inventories.flatMap(({ listed }) => listed),
      failures: inventories.flatMap(({ failures }) => failures),
    };
  }

  /** The neutral words for what was found; undefined when it makes no sense. */
  #toLive(
    place: CloudPlace,
    document: CloudDocument,
    { logger }: LookContext,
  ): LiveCloudResource | undefined {
    const region = document.region ?? place.region;
    try {
      return toLiveCloudResource({
        kind: document.kind,
        provider: this.#provider.id,
        account: place.account.name,
        ...(region !== undefined && { region }),
        id: document.id,
        ...(document.name !== undefined && { name: document.name }),
        document: document.document,
        ...(document.untoldBecause && {
          untoldBecause: Object.fromEntries(
            Object.entries(document.untoldBecause).map(([property, reason]) => [
              property,
              masked(reason),
            ]),
          ),
        }),
        ...(document.managedBy && { managedBy: document.managedBy }),
      });
    } catch (error) {
      logger.warn(
        `A ${document.kind.kind} is not as its documentation says`,
        toError(error),
      );
      return undefined;
    }
  }

  async #readAccount(
    account: CloudAccount,
    placed: readonly (PlacedResource & { address: string })[],
    context: LookContext,
  ): Promise<Omit<CloudLook, 'leftOut'>> {
    const watch = new FailureWatch(context.signal);
    const read = await Promise.all(
      placed.map(async each => {
        const reading = await watch.guard(
          async signal => await this.#read(each, { ...context, signal }),
        );
        return this.#seen(each, reading, context);
      }),
    );
    const { failure } = watch;
    if (failure === undefined) {
      return {
        resources: read,
        blindSpots: read.flatMap(({ address: scope, reading }) =>
          reading.state === 'unseen' ? { scope, reason: reading.reason } : [],
        ),
        failures: [],
      };
    }
    // An account that fails may have said "there is none" for the same reason
    const resources = read.map(each =>
      each.reading.state === 'absent'
        ? { ...each, reading: unseen(failure) }
        : each,
    );
    return {
      resources,
      blindSpots: [
        {
          scope: `${this.#provider.accountNoun} ${account.name}`,
          reason: `${
            resources.filter(({ reading }) => reading.state === 'unseen').length
          } of ${resources.length} resources could not be read.`,
        },
      ],
      failures: [failure],
    };
  }

  async #read(
    { ref }: PlacedResource,
    context: LookContext,
  ): Promise<CloudReading> {
    const { title } = this.#provider;
    try {
      const reading = await this.access.ask(ref.account, context, asking =>
        this.#provider.read(ref, asking),
      );
      if (isReading(reading)) {
        return reading.state === 'unseen' ? unseen(reading.reason) : reading;
      }
      return unseen(`The answer of ${title} could not be understood.`);
    } catch (error) {
      return this.#explain(error, context);
    }
  }

  /** What a resource or a list that was not read says to people. */
  #explain(error: unknown, context: LookContext) {
    if (error instanceof NoAnswer) {
      return unseen(error.message);
    }
    context.signal.throwIfAborted();
    if (isCloudFailure(error)) {
      throw error;
    }
    context.logger.error(
      `Asking ${this.#provider.title} went wrong`,
      toError(error),
    );
    return unseen(
      `Asking ${
        this.#provider.title
      } went wrong in an unexpected way; the log of the backend says more.`,
    );
  }

  #seen(
    placed: PlacedResource & { address: string },
    reading: CloudReading | undefined,
    context: LookContext,
  ): SeenResource {
    if (reading === undefined) {
      return { ...placed, reading: unseen('The account could not be used.') };
    }
    if (reading.state !== 'found') {
      return { ...placed, reading };
    }
    const live = this.#toLive(placed.ref, reading, context);
    return live
      ? // It may be named in more than one way; findings go by the wanted one
        { ...placed, reading, live: { ...live, id: placed.desired.id } }
      : {
          ...placed,
          reading: unseen(
            `The answer of ${this.#provider.title} could not be understood.`,
          ),
        };
  }

  async #listAccount(
    tenant: TenantName,
    account: ConfiguredAccount,
    kinds: readonly CloudKind[],
    context: LookContext,
  ): Promise<CloudInventory> {
    const watch = new FailureWatch(context.signal);
    const places = this.#placesOf(account);
    const listed = await Promise.all(
      kinds.flatMap(kind =>
        places.map(async place => {
          const found = await watch.guard(
            async signal =>
              await this.#listKind(
                tenant,
                { ...place, kind },
                { ...context, signal },
              ),
          );
          return { place, kind, ...(found ?? missed(watch.failure)) };
        }),
      ),
    );
    return {
      listed: places.length > 0 ? listed : this.#regionless(account, kinds),
      failures: watch.failure === undefined ? [] : [watch.failure],
    };
  }

  #placesOf(
    account: ConfiguredAccount,
  ): (CloudPlace & { account: ConfiguredAccount })[] {
    return this.#provider.hasRegions
      ? account.regions.map(region => ({ account, region }))
      : [{ account }];
  }

  #regionless(
    account: CloudAccount,
    kinds: readonly CloudKind[],
  ): ListedKind[] {
    return kinds.map(kind => ({
      place: { account },
      kind,
      ...missed(
        `The configuration of the ${this.#provider.accountNoun} ${
          account.name
        } does not say which regions are to be listed: set its regions.`,
      ),
    }));
  }

  async #listKind(
    tenant: TenantName,
    where: CloudPlace & { account: ConfiguredAccount; kind: CloudKind },
    context: LookContext,
  ): Promise<Found> {
    const senseless = `The answer of ${
      this.#provider.title
    } could not be understood.`;
    const { allowedIds } = where.account;
    const isWanted = (id: string) =>
      mayHave(tenant, {
        provider: this.#provider,
        allowedIds,
        ref: { ...where, id },
      });
    try {
      const listing = await this.access.ask(where.account, context, asking =>
        this.#provider.list({ ...where, isWanted }, asking),
      );
      if (!isListing(listing)) {
        return missed(senseless);
      }
      const { documents, complete } = listing;
      const reasons = listing.reasons.map(masked);
      const pauses = new Pauses(context.signal);
      const found = await pauses.map(documents, document => {
        const { region, id } = document;
        return mayBeSeen(where.account, region) && isWanted(id)
          ? [this.#toLive(where, document, context)]
          : [];
      });
      const visible = found.flat();
      const live = visible.filter(each => each !== undefined);
      return live.length === visible.length
        ? { live, complete, reasons }
        : { live, complete: false, reasons: [...reasons, senseless] };
    } catch (error) {
      return missed(this.#explain(error, context).reason);
    }
  }
}

function unseen(reason: string): Extract<CloudReading, { state: 'unseen' }> {
  return { state: 'unseen', reason: masked(reason) };
}

/** Providers quote what others said, e.g. parts of a request. */
function masked(reason: string): string {
  return maskSecretShapes(String(reason));
}

function missed(reason = 'The account could not be used.'): Found {
  return { live: [], complete: false, reasons: [reason] };
}

/** Whatever a provider makes of a broken answer, it is not taken for "there is none". */
function isReading(reading: CloudReading): boolean {
  switch (reading?.state) {
    case 'absent':
    case 'unseen':
      return true;
    case 'found':
      return isDocument(reading);
    default:
      return false;
  }
}

function isListing(listing: CloudListing): boolean {
  return (
    Array.isArray(listing?.documents) &&
    listing.documents.every(isDocument) &&
    Array.isArray(listing.reasons)
  );
}

function isDocument(given: CloudDocument | undefined): boolean {
  const { id, document } = given ?? {};
  return (
    typeof id === 'string' &&
    id !== '' &&
    typeof document === 'object' &&
    document !== null &&
    !Array.isArray(document)
  );
}

function mayBeSeen(
  { regions }: CloudAccount,
  region: string | undefined,
): boolean {
  return (
    region === undefined ||
    regions.length === 0 ||
    regions.some(each => sameName(each, region))
  );
}
