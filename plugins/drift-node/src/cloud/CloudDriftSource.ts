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

import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { Config } from '@backstage/config';
import { ServiceUnavailableError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  ANNOTATION_TENANT_ID,
  BlindSpot,
  SourceHealth,
} from '@infra-hub/backstage-plugin-drift-common';
import { maskSecretShapes, Observation } from '@infra-hub/drift-engine';
import {
  CaptureContext,
  DriftSource,
  ScanContext,
  ScanTarget,
  TargetDefinition,
} from '../source/DriftSource';
import { annotationTargets } from './annotationTargets';
import { captureResources } from './captureResources';
import { NoAnswer } from './CloudAccess';
import { locationToJson } from './CloudLocation';
import {
  CloudInventory,
  CloudLooker,
  isCloudFailure,
  LookContext,
} from './CloudLooker';
import { CloudPolicy } from './CloudPolicy';
import { CloudAccount, CloudProvider } from './CloudProvider';
import { compareLook } from './compareLook';
import {
  CloudConfig,
  ConfiguredAccount,
  readCloudConfig,
} from './readCloudConfig';
import {
  CLOUD_API_GROUP,
  CLOUD_RESOURCE_TYPES,
  concerns,
  DesiredRow,
  misfits,
  readRow,
} from './selectDesired';

/** What makes a source of a cloud. */
interface CloudSourceOptions {
  provider: CloudProvider;
  config: Config;
  logger: LoggerService;
}

class CloudDriftSource implements DriftSource {
  static fromConfig(options: CloudSourceOptions): CloudDriftSource {
    return new CloudDriftSource(options);
  }

  readonly id: string;
  readonly entityAnnotations: string[];
  readonly desiredResourceTypes = CLOUD_RESOURCE_TYPES;
  readonly desiredApiGroups = [CLOUD_API_GROUP];

  readonly #provider: CloudProvider;
  readonly #config: CloudConfig;
  readonly #policy: CloudPolicy;
  readonly #looker: CloudLooker;
  readonly #logger: LoggerService;

  private constructor({ provider, config, logger }: CloudSourceOptions) {
    this.id = provider.id;
    this.entityAnnotations = [
      ANNOTATION_TENANT_ID,
      provider.accountsAnnotation,
    ];
    this.#provider = provider;
    this.#config = readCloudConfig(config, provider);
    this.#policy = new CloudPolicy(this.#config);
    this.#looker = CloudLooker.create({ provider, config: this.#config });
    this.#logger = logger;
  }

  targetsFromEntity(entity: Entity): TargetDefinition[] {
    return annotationTargets({
      entity,
      annotation: this.#provider.accountsAnnotation,
      policy: this.#policy,
    });
  }

  configuredTargets(): (TargetDefinition & { entityRefs?: string[] })[] {
    return this.#config.tenants.map(tenant => ({
      name: tenant.id,
      client: tenant.client,
      schedule: tenant.schedule,
      entityRefs: tenant.entityRefs,
      codeUrl: tenant.codeUrl,
      location: locationToJson(tenant),
    }));
  }

  checkDesiredResource(row: DesiredRow): string[] | undefined {
    if (!concerns(this.#provider, row)) {
      return undefined;
    }
    const { resource, problems } = readRow(row);
    const isOurs = resource?.provider === this.#provider.id;
    return isOurs
      ? [...problems, ...misfits(this.#provider, resource).problems]
      : problems;
  }

  async checkHealth(): Promise<SourceHealth> {
    const { accounts, key } = this.#config;
    const { title, accountNoun } = this.#provider;
    if (accounts.length === 0) {
      return {
        source: this.id,
        ok: false,
        message: `No ${title} ${accountNoun} is configured that scans can use: set ${key}.accounts.`,
      };
    }
    const checks = await Promise.all(
      accounts.map(async account => await this.#checkAccount(account)),
    );
    const messages = checks.flatMap(({ message }, index) => {
      const { name } = accounts[index];
      return message === undefined || message.includes(name)
        ? message ?? []
        : `The ${accountNoun} ${name}: ${message}`;
    });
    return {
      source: this.id,
      ok: checks.every(({ ok }) => ok),
      ...(messages.length > 0 && { message: messages.join(' ') }),
    };
  }

  async #checkAccount(
    account: CloudAccount,
  ): Promise<Pick<SourceHealth, 'ok' | 'message'>> {
    const { signal } = new AbortController();
    try {
      return await this.#looker.access.ask(
        account,
        { signal, logger: this.#logger },
        context => this.#provider.checkAccount(account, context),
      );
    } catch (error) {
      if (isCloudFailure(error) || error instanceof NoAnswer) {
        return { ok: false, message: maskSecretShapes(error.message) };
      }
      throw error;
    }
  }

  async scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    context.signal.throwIfAborted();
    try {
      return await this.#scan(target, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (isCloudFailure(error)) {
        return this.#failed(error.message);
      }
      throw error;
    }
  }

  async captureDesiredState(
    target: ScanTarget,
    context: CaptureContext,
  ): Promise<JsonObject[]> {
    const { title, kinds } = this.#provider;
    const accounts = this.#looker.accountsOf(target);
    const { listed, failures } = await this.#looker.list(
      target,
      accounts,
      kinds,
      context,
    );
    const missed = [
      ...failures,
      ...listed.flatMap(({ complete, reasons, kind }) =>
        complete
          ? []
          : reasons.join(' ') || `Not every ${kind.title} was told.`,
      ),
    ];
    const live = listed.flatMap(each => each.live);
    if (missed.length > 0) {
      throw new ServiceUnavailableError(
        `Not everything of tenant ${target.name} on ${title} could be read, and half a baseline is none. ${missed[0]}`,
      );
    }
    const unique = new Map(
      live.map(each => [
        JSON.stringify([each.account, each.region, each.kind, each.id]),
        each,
      ]),
    );
    return captureResources([...unique.values()], {
      several: accounts.length > 1,
    });
  }

  async #scan(target: ScanTarget, context: ScanContext): Promise<Observation> {
    const { title } = this.#provider;
    const accounts = this.#looker.accountsOf(target);
    const { resources } = await context.readDesiredState();
    const rows = resources.filter(row => concerns(this.#provider, row));
    if (rows.length === 0) {
      return this.#failed(
        `Tenant ${target.name} has no desired databases or storages on ${title} yet: write them, or capture what is there now as the baseline.`,
      );
    }
    const look = await this.#looker.look(target, rows, context);
    if (look.resources.length === 0) {
      return this.#failed(
        `None of the desired databases and storages of tenant ${target.name} on ${title} can be compared.`,
        look.blindSpots,
      );
    }
    const inventory = await this.#inventory(target, accounts, context);
    const observation = await compareLook({
      provider: this.#provider,
      look,
      inventory,
      signal: context.signal,
    });
    context.logger.debug(`Compared a tenant on ${title}`, {
      tenant: target.name,
      resources: observation.totalResources,
    });
    return observation;
  }

  /** What is listed whole, as the configuration of the tenant says. */
  async #inventory(
    target: ScanTarget,
    accounts: readonly ConfiguredAccount[],
    context: LookContext,
  ): Promise<CloudInventory | undefined> {
    const configured = this.#config.tenants.find(
      ({ id, client }) => id === target.name && client === target.client,
    );
    return configured && configured.unmanaged.length > 0
      ? await this.#looker.list(
          target,
          accounts.filter(({ name }) => configured.accounts.includes(name)),
          configured.unmanaged,
          context,
        )
      : undefined;
  }

  #failed(failure: string, blindSpots: BlindSpot[] = []): Observation {
    return {
      differences: [],
      totalResources: 0,
      complete: false,
      failure,
      blindSpots,
      warnings: [],
      evidence: 'live-objects',
      tool: { name: this.id },
    };
  }
}

/**
 * A source that compares the databases and storages of tenants on a cloud with
 * their desired state. Only ever reads.
 *
 * @throws InputError naming the key of `drift.<provider>` that is wrong
 *
 * @public
 */
export function createCloudSource(options: {
  provider: CloudProvider;
  config: Config;
  logger: LoggerService;
}): DriftSource {
  return CloudDriftSource.fromConfig(options);
}
