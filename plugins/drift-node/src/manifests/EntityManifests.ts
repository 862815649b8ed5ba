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
import { Config } from '@backstage/config';
import { toError } from '@backstage/errors';
import {
  ScmIntegrationRegistry,
  ScmIntegrations,
} from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATION_DESIRED_STATE } from '@infra-hub/backstage-plugin-drift-common';
import { posix } from 'node:path';
import { LocationPolicy } from '../location/LocationPolicy';
import {
  ManifestFile,
  ManifestPlace,
  manifestPlaceOf,
  readManifestFiles,
} from '../location/readManifestFiles';
import {
  AdoptionProposal,
  RemediationFailure,
} from '../remediation/Remediator';
import { ScanTarget } from '../source/DriftSource';

/**
 * What to do where there are no manifests that could be changed: one sentence.
 *
 * @public
 */
export const WITHOUT_MANIFESTS =
  'Capture what is there now as the desired state instead, or change it by the API.';

/**
 * What is needed to read manifests.
 *
 * @public
 */
export interface EntityManifestsOptions {
  config: Config;
  auth: AuthService;
  catalog: Pick<CatalogService, 'getEntitiesByRefs'>;
  urlReader: UrlReaderService;
  logger: LoggerService;
}

/**
 * Manifests of a tenant.
 *
 * @public
 */
export interface ReadManifests {
  /** A directory or a file, as new manifests need it. */
  path: string;
  /** With paths as a pull request needs them. */
  files: ManifestFile[];
  /** As a proposal has it; absent for code that is only on this machine. */
  root?: AdoptionProposal['root'];
}

/**
 * Reads the manifests beside the entities of tenants, with the settings that the
 * drift plugin has for reading them before scans.
 *
 * @public
 */
export class EntityManifests {
  /** Reads which places are allowed from `drift.tenants`. */
  static fromConfig(options: EntityManifestsOptions): EntityManifests {
    return new EntityManifests(options);
  }

  readonly #options: EntityManifestsOptions;
  readonly #integrations: ScmIntegrationRegistry;
  readonly #policy: LocationPolicy;
  readonly #maxBytes: number;

  private constructor(options: EntityManifestsOptions) {
    const { config } = options;
    this.#options = options;
    this.#integrations = ScmIntegrations.fromConfig(config);
    this.#policy = new LocationPolicy({
      configKey: 'drift.tenants',
      allowedRoots:
        config.getOptionalStringArray('drift.tenants.allowedRoots') ?? [],
      allowedUrls: config.getOptionalStringArray('drift.tenants.allowedUrls'),
    });
    this.#maxBytes =
      config.getOptionalNumber('drift.tenants.maxDesiredStateBytes') ??
      5_000_000;
  }

  /**
   * Reads the manifests that an entity of the tenant names.
   *
   * @throws RemediationFailure when nobody, or more than one, names them, or they
   *   cannot be read
   */
  async read(target: ScanTarget): Promise<ReadManifests> {
    const { auth, catalog, urlReader, logger } = this.#options;
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs: target.entityRefs },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    const entities = items.flatMap(entity =>
      entity?.metadata.annotations?.[ANNOTATION_DESIRED_STATE] === undefined
        ? []
        : [entity],
    );
    if (entities.length !== 1) {
      throw new RemediationFailure(
        entities.length === 0
          ? `No entity names the manifests of tenant ${target.name}. ${WITHOUT_MANIFESTS}`
          : `${entities.length} entities name manifests of tenant ${target.name}, and only one may.`,
      );
    }
    try {
      const place = manifestPlaceOf({
        entity: entities[0],
        integrations: this.#integrations,
        policy: this.#policy,
      });
      const { files, etag } = await readManifestFiles({
        place,
        urlReader,
        integrations: this.#integrations,
        maxBytes: this.#maxBytes,
      });
      const { source, path } = place;
      return {
        path,
        files: belowSource(place, files),
        ...(source.type === 'url' && {
          root: {
            url: source.root,
            ...(etag && /^[0-9a-f]{40}$/.test(etag) && { commit: etag }),
          },
        }),
      };
    } catch (error) {
      const { name, message } = toError(error);
      logger.warn(`The manifests of tenant '${target.name}' were not read`, {
        error: name,
      });
      throw new RemediationFailure(
        name === 'InputError'
          ? `The manifests could not be read: ${message.replace(/\.$/, '')}.`
          : 'The manifests could not be fetched.',
      );
    }
  }
}

/** Paths as a pull request needs them. */
function belowSource(
  { source, path }: ManifestPlace,
  files: readonly ManifestFile[],
): ManifestFile[] {
  const isDirectory = files.length !== 1 || files[0].path !== path;
  return files.map(file => ({
    ...file,
    path:
      source.type === 'url' && isDirectory
        ? posix.join(path, file.path)
        : file.path,
  }));
}
