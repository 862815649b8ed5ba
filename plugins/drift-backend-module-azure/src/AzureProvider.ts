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

import { HttpClient } from '@azure/core-rest-pipeline';
import { TokenCredential } from '@azure/identity';
import { toError } from '@backstage/errors';
import { SourceHealth } from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudAccount,
  CloudContext,
  CloudDocument,
  CloudFailure,
  CloudListing,
  CloudProvider,
  CloudRange,
  CloudReading,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite, CloudKind } from '@infra-hub/drift-engine';
import { ArmClient, ListedResource } from './arm/ArmClient';
import { parseArmId, sameArmText } from './arm/armId';
import { ArmProblem } from './arm/ArmProblem';
import { createCredential } from './config/createCredential';
import {
  AzureAccount,
  AzureCredentials,
  readAzureAccount,
} from './config/readAzureAccount';
import { findKind, KINDS } from './kinds';
import { AzureKind } from './kinds/AzureKind';
import { textAt } from './kinds/values';
import { regionKey, ResourceReader } from './read/ResourceReader';
import { ResourceUpdater } from './update/ResourceUpdater';

/** What tests and few others set. */
export interface AzureProviderOptions {
  /** How long one request may take. Default: a minute. */
  requestTimeoutMs?: number;
  /** Wait before the first retry where Azure does not say how long. Default: a second. */
  retryDelayMs?: number;
  /** How often to ask for the progress of a change where Azure does not say. Default: five seconds. */
  pollingIntervalMs?: number;
  createCredential?(credentials: AzureCredentials): TokenCredential;
  httpClient?: HttpClient;
}

/** What is kept of an account. */
interface Connection {
  settings: AzureAccount;
  client: ArmClient;
  reader: ResourceReader;
  updater: ResourceUpdater;
}

/**
 * Azure, by its Resource Manager: databases and storage of subscriptions.
 */
export class AzureProvider implements CloudProvider {
  static create(options: AzureProviderOptions = {}): AzureProvider {
    return new AzureProvider(options);
  }

  readonly id = 'azure';
  readonly title = 'Azure';
  readonly accountNoun = 'subscription';
  readonly kinds: readonly AzureKind[] = KINDS;
  readonly accountsAnnotation = 'infra-hub.io/azure-subscriptions';
  readonly hasRegions = false;

  readonly #options: AzureProviderOptions;
  /** By their configuration, so that a token is fetched once for all requests. */
  readonly #connections = new WeakMap<CloudAccount['config'], Connection>();

  private constructor(options: AzureProviderOptions) {
    this.#options = options;
  }

  checkId({ kind }: CloudKind, id: string): string | undefined {
    const parsed = parseArmId(id);
    const known = findKind(kind);
    if (parsed && known && sameArmText(parsed.type, known.kind)) {
      return undefined;
    }
    const [namespace, ...types] = kind.split('/');
    return `The id of a resource of type ${kind} must be its ARM id, e.g. /subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/<group>/providers/${namespace}${types
      .map(type => `/${type}/<name>`)
      .join('')}.`;
  }

  canonicalId({ id }: CloudRef): string {
    return id.toLowerCase();
  }

  async checkAccount(
    account: CloudAccount,
    context: CloudContext,
  ): Promise<Pick<SourceHealth, 'ok' | 'message'>> {
    try {
      const { reader } = this.#connect(account);
      const subscription = await reader.requireReadable(context);
      const state = textAt(subscription, '/state');
      return state === 'Enabled'
        ? { ok: true }
        : {
            ok: true,
            message: `The subscription ${account.name} is in the state ${state}: it can be read, and changes may be refused.`,
          };
    } catch (error) {
      context.signal.throwIfAborted();
      return {
        ok: false,
        message: `The subscription ${account.name} cannot be read. ${
          toError(error).message
        }`,
      };
    }
  }

  async read(ref: CloudRef, context: CloudContext): Promise<CloudReading> {
    const refusal = this.#refuse(ref);
    if (refusal !== undefined) {
      return { state: 'unseen', reason: refusal };
    }
    const { reader } = this.#connect(ref.account);
    try {
      const document = await reader.read(kindOf(ref.kind), ref.id, context);
      if (!document) {
        return { state: 'absent' };
      }
      return isAllowed(ref.account, document.region)
        ? { state: 'found', ...document }
        : {
            state: 'unseen',
            reason: `It is in the region ${document.region}, which is not one of those of the subscription ${ref.account.name} that may be looked at.`,
          };
    } catch (error) {
      return { state: 'unseen', reason: reasonOf(error, ref.account) };
    }
  }

  async list(place: CloudRange, context: CloudContext): Promise<CloudListing> {
    const { account } = place;
    const kind = kindOf(place.kind);
    const { client } = this.#connect(account);
    const listing: CloudListing = {
      documents: [],
      complete: true,
      reasons: [],
    };
    const miss = (reason: string) => {
      listing.complete = false;
      if (!listing.reasons.includes(reason)) {
        listing.reasons.push(reason);
      }
    };
    try {
      for await (const page of client.list(kind.kind, context)) {
        const wanted = page.filter(
          ({ id, location }) =>
            (place.isWanted?.(id) ?? true) &&
            (location === undefined ||
              (isAllowed(account, regionKey(location)) &&
                (place.region === undefined ||
                  regionKey(location) === regionKey(place.region)))),
        );
        await this.#readEach(wanted, { kind, account, context, listing, miss });
      }
    } catch (error) {
      miss(
        `The resources of type ${
          kind.kind
        } could not be listed to the end. ${reasonOf(error, account)}`,
      );
    }
    return listing;
  }

  async update(
    ref: CloudRef,
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    const refusal = this.#refuse(ref);
    if (refusal !== undefined) {
      return { state: 'failed', message: refusal, sent: false };
    }
    let updater: ResourceUpdater;
    try {
      ({ updater } = this.#connect(ref.account));
    } catch (error) {
      return { state: 'failed', message: toError(error).message, sent: false };
    }
    return await updater.update(
      { ...looked, id: ref.id, kind: kindOf(ref.kind) },
      writes,
      context,
    );
  }

  consoleUrl({ account, id }: CloudRef): string | undefined {
    if (!parseArmId(id)) {
      return undefined;
    }
    const { portal, credentials } = this.#connect(account).settings;
    return resourceUrl({ portal, tenantId: credentials.tenantId, id });
  }

  /** The subscription of an account. For what else the Resource Manager knows. */
  clientOf(account: CloudAccount): {
    client: ArmClient;
    settings: AzureAccount;
  } {
    return this.#connect(account);
  }

  async #readEach(
    resources: readonly ListedResource[],
    run: {
      kind: AzureKind;
      account: CloudAccount;
      context: CloudContext;
      listing: CloudListing;
      miss(reason: string): void;
    },
  ): Promise<void> {
    const { kind, account, context, listing, miss } = run;
    for (const resource of resources) {
      // One form, since Azure itself changes the letter case of ids.
      const id = resource.id.toLowerCase();
      const reading = await this.read({ kind, account, id }, context);
      if (reading.state === 'unseen') {
        miss(`${resource.id} could not be read. ${reading.reason}`);
      } else if (
        reading.state === 'found' &&
        !kind.isInternal?.(reading.document)
      ) {
        const { state, ...document } = reading;
        listing.documents.push(document);
      }
    }
  }

  /** Why a resource is none of the account: one sentence. */
  #refuse({ kind, id, account }: CloudRef): string | undefined {
    const problem = this.checkId(kind, id);
    if (problem !== undefined) {
      return problem;
    }
    return sameArmText(parseArmId(id)?.subscription ?? '', account.id)
      ? undefined
      : `The resource is of another subscription than ${account.name}, so it is not asked for.`;
  }

  /** @throws CloudFailure when the configuration of the account is wrong */
  #connect(account: CloudAccount): Connection {
    const known = this.#connections.get(account.config);
    if (known) {
      return known;
    }
    let settings: AzureAccount;
    try {
      settings = readAzureAccount(account);
    } catch (error) {
      throw new CloudFailure(toError(error).message);
    }
    const connect = (credentials: AzureCredentials) =>
      ArmClient.create({
        subscription: account.id,
        endpoint: settings.endpoint,
        scope: settings.scope,
        anonymous: settings.anonymous,
        credential: (this.#options.createCredential ?? createCredential)(
          credentials,
        ),
        requestTimeoutMs: this.#options.requestTimeoutMs ?? 60_000,
        retryDelayMs: this.#options.retryDelayMs ?? 1000,
        pollingIntervalMs: this.#options.pollingIntervalMs ?? 5000,
        httpClient: this.#options.httpClient,
      });
    const { apiVersions } = settings;
    const client = connect(settings.credentials);
    const writeClient =
      settings.writeCredentials === settings.credentials
        ? client
        : connect(settings.writeCredentials);
    const connection = {
      settings,
      client,
      reader: new ResourceReader({ client, apiVersions }),
      updater: new ResourceUpdater({
        client: writeClient,
        reader: new ResourceReader({ client: writeClient, apiVersions }),
      }),
    };
    this.#connections.set(account.config, connection);
    return connection;
  }
}

/** The page of a resource in the portal. */
export function resourceUrl(options: {
  portal: string;
  tenantId?: string;
  id: string;
  /** E.g. `overview`. */
  page?: string;
}): string {
  const { portal, tenantId, id, page = 'overview' } = options;
  const directory =
    tenantId === undefined ? '' : `@${encodeURIComponent(tenantId)}/`;
  return `${portal}/#${directory}resource${encodeURI(id)}/${page}`;
}

/** The kind of these tables that is meant by one of its name. */
function kindOf({ kind }: CloudKind): AzureKind {
  const known = findKind(kind);
  if (!known) {
    throw new CloudFailure(`Azure has no table for resources of type ${kind}.`);
  }
  return known;
}

function isAllowed(account: CloudAccount, region: string | undefined): boolean {
  return (
    account.regions.length === 0 ||
    region === undefined ||
    account.regions.some(each => regionKey(each) === region)
  );
}

/**
 * @throws CloudFailure when it concerns the subscription as a whole; what is no
 *   answer of Azure, such as the abort of the signal, goes on as it is
 */
function reasonOf(error: unknown, account: CloudAccount): string {
  if (!(error instanceof ArmProblem)) {
    throw error;
  }
  if (error.concernsAccount) {
    throw new CloudFailure(
      `The subscription ${account.name} cannot be read. ${error.message}`,
    );
  }
  return error.message;
}
