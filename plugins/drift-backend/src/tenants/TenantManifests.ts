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
  AuthService,
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError, NotModifiedError, toError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATION_DESIRED_STATE } from '@infra-hub/backstage-plugin-drift-common';
import {
  LocationPolicy,
  ManifestFile,
  ManifestPlace,
  manifestPlaceOf,
  readManifestFiles,
} from '@infra-hub/backstage-plugin-drift-node';
import { maskSecretShapes } from '@infra-hub/drift-engine';
import { createHash } from 'node:crypto';
import { checkDesiredResources } from './checkDesiredResources';
import { ComparableResources } from './ComparableResources';
import { describeProblem } from './DesiredStateProblems';
import { DesiredStateStore, NewDesiredResource } from './DesiredStateStore';
import { readJsonDocuments } from './readJsonDocuments';
import { readYamlDocuments } from './readYamlDocuments';
import { TenantsConfig } from './readTenantsConfig';

const KUSTOMIZATION = /(?:^|\/)kustomization\.ya?ml$/i;
const CHART = /(?:^|\/)Chart\.yaml$/;
const MAX_PROBLEMS = 20;

/** Where the manifests of a tenant are, and who says so. */
interface DeclaredPlace extends ManifestPlace {
  entityRef: string;
}

/**
 * Takes over the desired state of tenants from manifests beside their entities.
 * Files are read, never run.
 */
export class TenantManifests {
  readonly #options: {
    store: DesiredStateStore;
    comparable: ComparableResources;
    catalog: CatalogService;
    auth: AuthService;
    urlReader: UrlReaderService;
    integrations: ScmIntegrationRegistry;
    config: TenantsConfig;
    logger: LoggerService;
    now: () => Date;
  };
  readonly #policy: LocationPolicy;

  constructor(options: {
    store: DesiredStateStore;
    comparable: ComparableResources;
    catalog: CatalogService;
    auth: AuthService;
    urlReader: UrlReaderService;
    integrations: ScmIntegrationRegistry;
    config: TenantsConfig;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
    this.#policy = new LocationPolicy({
      configKey: 'drift.tenants',
      allowedRoots: options.config.allowedRoots,
      allowedUrls: options.config.allowedUrls,
    });
  }

  /** Which entity says that its manifests are the desired state; undefined when none does. */
  async placeOf(entityRefs: string[]): Promise<string | undefined> {
    return (await this.#declaring(entityRefs)).map(stringifyEntityRef)[0];
  }

  /**
   * Stores what the manifests say now, if an entity has any.
   *
   * @throws InputError when they cannot be read or are wrong; then what was stored last stays
   */
  async sync(options: {
    tenantId: string;
    entityRefs: string[];
  }): Promise<void> {
    const { tenantId, entityRefs } = options;
    const { store } = this.#options;
    const entities = await this.#declaring(entityRefs);
    const known = await store.readSourceState({ tenantId });
    if (entities.length === 0) {
      if (known !== undefined) {
        await store.forgetSourceState({ tenantId });
      }
      return;
    }
    try {
      await this.#takeOver({ ...options, entities, known });
    } catch (error) {
      const { name, message } = toError(error);
      this.#options.logger.warn(
        `The manifests of tenant '${tenantId}' were not taken over: ${maskSecretShapes(
          message,
        )}`,
      );
      throw new InputError(
        `The desired state could not be read from the manifests of ${stringifyEntityRef(
          entities[0],
        )}, so that nothing was compared: ${
          name === 'InputError' || name === 'NotAllowedError'
            ? message.replace(/\.$/, '')
            : describeReadError(name)
        }`,
      );
    }
  }

  async #takeOver(options: {
    tenantId: string;
    entities: Entity[];
    known: string | undefined;
  }): Promise<void> {
    const { tenantId, entities, known } = options;
    const { store, now } = this.#options;
    const places = entities.map(entity => this.#placeOf(entity));
    if (places.length > 1) {
      throw new InputError(
        `${places.length} entities name manifests, and only one may: ${places
          .map(({ entityRef }) => entityRef)
          .join(', ')}`,
      );
    }
    // The same revision of another place is something else
    const context = hashOf(places);
    const [knownContext, knownEtag] = known?.split(' ', 2) ?? [];
    const [place] = places;
    const read = await this.#read(
      place,
      knownContext === context ? knownEtag : undefined,
    );
    if (read === 'not modified') {
      return;
    }
    const etag = read.etag ?? hashOfFiles(read.files);
    if (knownContext === context && knownEtag === etag) {
      return;
    }
    await store.edit({
      tenantId,
      put: await this.#check(read.files),
      remove: 'others',
      origin: 'manifest',
      by: place.entityRef,
      sourceRevision: etag,
      sourceState: `${context} ${etag}`,
      now: now(),
    });
    this.#options.logger.info(
      `Took over the desired state of tenant '${tenantId}' from ${read.files.length} files`,
    );
  }

  /** Entities that name manifests. */
  async #declaring(entityRefs: string[]): Promise<Entity[]> {
    if (entityRefs.length === 0) {
      return [];
    }
    const { catalog, auth } = this.#options;
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return items.flatMap(entity =>
      entity?.metadata.annotations?.[ANNOTATION_DESIRED_STATE] === undefined
        ? []
        : [entity],
    );
  }

  #placeOf(entity: Entity): DeclaredPlace {
    const { integrations } = this.#options;
    return {
      entityRef: stringifyEntityRef(entity),
      ...manifestPlaceOf({ entity, integrations, policy: this.#policy }),
    };
  }

  async #read(
    place: DeclaredPlace,
    etag: string | undefined,
  ): Promise<'not modified' | { files: ManifestFile[]; etag?: string }> {
    const { urlReader, integrations, config } = this.#options;
    try {
      return await readManifestFiles({
        place,
        urlReader,
        integrations,
        maxBytes: config.maxDesiredStateBytes,
        etag,
      });
    } catch (error) {
      if (error instanceof NotModifiedError) {
        return 'not modified';
      }
      throw error;
    }
  }

  async #check(files: ManifestFile[]): Promise<NewDesiredResource[]> {
    const { maxDesiredStateBytes, maxResources } = this.#options.config;
    if (files.length === 0) {
      throw new InputError('there are no .yaml, .yml or .json files');
    }
    requireSize(
      files.reduce((size, { bytes }) => size + bytes.length, 0),
      maxDesiredStateBytes,
    );
    const problems: string[] = [];
    const resources = new Map<string, NewDesiredResource>();
    for (const file of files) {
      if (KUSTOMIZATION.test(file.path) || CHART.test(file.path)) {
        problems.push(
          `${file.path} has to be rendered first; name a directory with the output of kustomize build or helm template`,
        );
        continue;
      }
      const checked = await this.#checkFile(file);
      problems.push(...checked.problems);
      for (const resource of checked.resources) {
        const { resourceType, cluster, namespace, name } = resource;
        const key = JSON.stringify([resourceType, cluster, namespace, name]);
        if (resources.has(key)) {
          problems.push(
            `${file.path}: ${resourceType} '${name}' is there twice`,
          );
        }
        resources.set(key, resource);
      }
    }
    if (resources.size > maxResources) {
      problems.push(`there are more than ${maxResources} resources`);
    }
    if (problems.length > 0) {
      throw new InputError(problems.slice(0, MAX_PROBLEMS).join('; '));
    }
    if (resources.size === 0) {
      throw new InputError('the files hold no resource');
    }
    return [...resources.values()];
  }

  async #checkFile(
    file: ManifestFile,
  ): Promise<{ resources: NewDesiredResource[]; problems: string[] }> {
    const { comparable, config } = this.#options;
    const { maxResources } = config;
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(file.bytes);
    } catch {
      return { resources: [], problems: [`${file.path} is not UTF-8`] };
    }
    const { documents, problems } = file.path.endsWith('.json')
      ? readJsonDocuments(text)
      : await readYamlDocuments({ text, maxDocuments: maxResources });
    const checked = checkDesiredResources({
      documents,
      comparable,
      // Sources tell what they cannot compare, and nothing else would
      unknownTypes: 'keep',
      maxResources,
    });
    return {
      resources: checked.resources,
      problems: [...problems, ...checked.problems]
        .filter(({ level }) => level === 'error')
        .map(problem => `${file.path}: ${describeProblem(problem)}`),
    };
  }
}

function requireSize(bytes: number, limit: number): void {
  if (bytes > limit) {
    throw new InputError(
      `the files are larger than ${limit} bytes (drift.tenants.maxDesiredStateBytes)`,
    );
  }
}

/** Messages of readers may hold addresses with tokens. */
function describeReadError(name: string): string {
  return name === 'NotFoundError'
    ? 'there is no such file or directory'
    : 'they could not be fetched, the log of the backend says why';
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

function hashOfFiles(files: ManifestFile[]): string {
  const hash = createHash('sha256');
  for (const { path, bytes } of files) {
    hash.update(JSON.stringify([path, bytes.length])).update(bytes);
  }
  return hash.digest('hex');
}
