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
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { ANNOTATION_TENANT_ID } from '@infra-hub/backstage-plugin-drift-common';
import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { DriftStore } from '../store/DriftStore';
import { ComparableResources } from './ComparableResources';
import { DatabaseDesiredStateStore } from './DatabaseDesiredStateStore';
import { TenantsConfig } from './readTenantsConfig';
import { TenantManifests } from './TenantManifests';
import { Tenants } from './Tenants';

/** Puts the parts around desired states together. */
export function createTenants(options: {
  knex: Knex;
  driftStore: DriftStore;
  sources: DriftSource[];
  config: TenantsConfig;
  auth: AuthService;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  urlReader: UrlReaderService;
  logger: LoggerService;
  now: () => Date;
}): Tenants {
  const { driftStore, config, logger, now } = options;
  const { auth, catalog, integrations, urlReader } = options;
  const store = DatabaseDesiredStateStore.create({ knex: options.knex });
  const sources = options.sources.filter(isTenantSource);
  const comparable = ComparableResources.of(sources);
  return new Tenants({
    store,
    driftStore,
    sources,
    comparable,
    config,
    logger,
    now,
    manifests: new TenantManifests({
      store,
      comparable,
      auth,
      catalog,
      integrations,
      urlReader,
      config,
      logger,
      now,
    }),
  });
}

/** Sources whose targets are tenants. */
function isTenantSource(source: DriftSource): boolean {
  return source.entityAnnotations?.includes(ANNOTATION_TENANT_ID) ?? false;
}
