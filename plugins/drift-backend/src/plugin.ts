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
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  actionsRegistryServiceRef,
  metricsServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import { notificationService } from '@backstage/plugin-notifications-node';
import { isResourcePermission } from '@backstage/plugin-permission-common';
import { createConditionTransformer } from '@backstage/plugin-permission-node';
import { signalsServiceRef } from '@backstage/plugin-signals-node';
import {
  driftPermissions,
  RESOURCE_TYPE_DRIFT_TARGET,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  driftAttributorsExtensionPoint,
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
} from '@infra-hub/backstage-plugin-drift-node';
import { createBadgeAccess } from './badge/addBadgeRoutes';
import { registerActions } from './actions';
import { AdoptRoute, ScmPullRequests } from './adopt';
import { createAnswerer } from './chat';
import { readAttributionConfig } from './attribution';
import { readDriftConfig } from './config/readDriftConfig';
import { DriftAttributors } from './DriftAttributors';
import { DriftRemediators } from './DriftRemediators';
import { DriftRuntime } from './DriftRuntime';
import { DriftSources } from './DriftSources';
import { readAiConfig } from './explain';
import { createRouter } from './http/createRouter';
import { createIngestRouter, PushRights, readIngestConfig } from './ingest';
import { readTargets } from './permissions/readTargets';
import { driftTargetResourceRef, driftTargetRules } from './permissions/rules';
import { PolicyService, readPoliciesConfig } from './policy';
import { MutingService } from './muting';
import { readPublishingConfig } from './publish/Publishing';
import {
  AuthorizedRemediations,
  ConsentCheck,
  readRemediationConfig,
  RemediationAccess,
} from './remediation';
import { AuthorizedDriftService } from './service/AuthorizedDriftService';
import {
  readDesiredStateBody,
  readTenantsConfig,
  TenantService,
} from './tenants';
import { readVerdict } from './verdict/readVerdict';
import { DeliveryService } from './webhooks/DeliveryService';

/**
 * Finds infrastructure drift on a schedule, stores it and serves it.
 *
 * @public
 */
export const driftPlugin = createBackendPlugin({
  pluginId: 'drift',
  register(registration) {
    const sources = new DriftSources();
    registration.registerExtensionPoint(driftSourcesExtensionPoint, sources);
    const remediators = new DriftRemediators();
    registration.registerExtensionPoint(
      driftRemediatorsExtensionPoint,
      remediators,
    );

    const attributors = new DriftAttributors();
    registration.registerExtensionPoint(
      driftAttributorsExtensionPoint,
      attributors,
    );

    registration.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        notifications: notificationService,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        signals: signalsServiceRef,
        urlReader: coreServices.urlReader,
      },
      async init({
        actionsRegistry,
        auditor,
        config,
        httpAuth,
        httpRouter,
        lifecycle,
        logger,
        permissions,
        permissionsRegistry,
        ...services
      }) {
        const installed = sources.list();
        if (installed.length === 0) {
          logger.warn(
            'No drift source is installed, so nothing will be scanned; install a module such as @infra-hub/backstage-plugin-drift-backend-module-terraform',
          );
        }
        const ingest = readIngestConfig(config);
        const tenantsConfig = readTenantsConfig(config);
        // Asked long after everything is there; each needs the other
        const later: { access?: RemediationAccess } = {};
        const mayStill: ConsentCheck = async options =>
          later.access ? later.access.mayStill(options) : 'gone';
        const runtime = DriftRuntime.create({
          ...services,
          auditor,
          attributors: attributors.list(),
          attribution: readAttributionConfig(config),
          remediators: remediators.list(),
          adopt: new AdoptRoute({
            adopters: remediators.listAdopters(),
            pullRequests: ScmPullRequests.fromConfig(config),
          }),
          remediation: readRemediationConfig(config),
          policies: readPoliciesConfig(config),
          mayStill,
          config: readDriftConfig(config),
          publishing: readPublishingConfig(config),
          verdict: readVerdict(config),
          ingest,
          tenants: tenantsConfig,
          integrations: ScmIntegrations.fromConfig(config),
          ai: readAiConfig(config),
          sources: installed,
          logger,
        });

        permissionsRegistry.addResourceType({
          resourceRef: driftTargetResourceRef,
          permissions: driftPermissions.filter(permission =>
            isResourcePermission(permission, RESOURCE_TYPE_DRIFT_TARGET),
          ),
          rules: Object.values(driftTargetRules),
          getResources: targetIds =>
            readTargets({
              targetIds,
              service: runtime.service,
              auth: services.auth,
            }),
        });
        permissionsRegistry.addPermissions(
          driftPermissions.filter(
            permission => !isResourcePermission(permission),
          ),
        );
        const transformConditions = createConditionTransformer(
          permissionsRegistry.getPermissionRuleset(driftTargetResourceRef),
        );
        const authorizedService = new AuthorizedDriftService({
          service: runtime.service,
          permissions,
          transformConditions,
        });
        const remediationAccess = new RemediationAccess({
          permissions,
          transformConditions,
          service: runtime.service,
        });
        later.access = remediationAccess;
        const remediations = new AuthorizedRemediations({
          remediations: () => runtime.remediation,
          access: remediationAccess,
          service: runtime.service,
        });
        const tenants = new TenantService({
          tenants: () => runtime.tenants,
          service: runtime.service,
          authorizedService,
          permissions,
          transformConditions,
          logger,
        });
        const policies = new PolicyService({
          policies: () => runtime.policies,
          tenants: () => runtime.tenants,
          readStatus: async () => runtime.remediation?.service.status(),
          service: runtime.service,
          authorizedService,
          permissions,
          transformConditions,
        });
        const muting = new MutingService({
          muting: () => runtime.muting,
          service: runtime.service,
          permissions,
          transformConditions,
        });
        registerActions({
          registry: actionsRegistry,
          service: authorizedService,
          remediations,
          auditor,
          logger,
        });
        httpRouter.use(
          createRouter({
            service: authorizedService,
            answerer: createAnswerer({
              service: authorizedService,
              ai: runtime.ai,
              logger,
            }),
            deliveries: new DeliveryService({
              deliveries: () => runtime.deliveries,
              permissions,
            }),
            badges: createBadgeAccess({
              isPublic:
                config.getOptionalBoolean('drift.badges.public') ?? false,
              authorizedService,
              service: runtime.service,
              auth: services.auth,
              httpAuth,
              httpRouter,
            }),
            tenants,
            muting,
            policies,
            remediations,
            desiredStateBody: readDesiredStateBody({
              maxBytes: tenantsConfig.maxDesiredStateBytes,
            }),
            ingest: createIngestRouter({
              ingest: runtime.ingest,
              rights: new PushRights({ ...ingest, permissions }),
              config: ingest,
              httpAuth,
              auditor,
              logger,
            }),
            httpAuth,
            auditor,
            logger,
          }),
        );

        await runtime.open();
        lifecycle.addStartupHook(() => runtime.start());
        lifecycle.addShutdownHook(() => runtime.stop());
      },
    });
  },
});
