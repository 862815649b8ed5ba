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

import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import {
  PipelineRoute,
  readPipelineRoute,
} from '@infra-hub/backstage-plugin-drift-node';

/** Where the routes stand in the configuration. */
export const CONFIG_KEY = 'drift.azureDevOps.remediation';

/** A pipeline that repairs some targets. */
export interface AzureRoute extends PipelineRoute {
  /** Of the organization; where credentials go. */
  organizationUrl: string;
  organization: string;
  project: string;
  pipelineId: number;
  /** Such as `refs/heads/main`. */
  refName: string;
}

/** With the `tfs/` of older servers. */
const ORGANIZATION = /^(?:tfs\/)?(?!\.{1,2}$)[\w.-]{1,100}$/;
const PROJECT = /^(?!\.{1,2}$)[^/\\:*?"<>|#%&{}~]{1,64}$/;

/**
 * @throws InputError or a configuration error that names the key
 */
export function readAzureRoutes(
  root: Config,
  integrations: ScmIntegrationRegistry,
): AzureRoute[] {
  return (root.getOptionalConfigArray(CONFIG_KEY) ?? []).map((config, index) =>
    readRoute(config, `${CONFIG_KEY}[${index}]`, integrations),
  );
}

function readRoute(
  config: Config,
  key: string,
  integrations: ScmIntegrationRegistry,
): AzureRoute {
  const host = config.getOptionalString('host') ?? 'dev.azure.com';
  if (!integrations.azure.byHost(host)) {
    throw new InputError(
      `The configuration '${key}.host' is '${host}', for which 'integrations.azure' has no entry`,
    );
  }
  const organization = config.getString('organization');
  if (!ORGANIZATION.test(organization)) {
    throw new InputError(
      `The configuration '${key}.organization' must be the name of an organization or collection, not '${organization}'`,
    );
  }
  const project = config.getString('project');
  if (!PROJECT.test(project)) {
    throw new InputError(
      `The configuration '${key}.project' must be the name or id of a project, not '${project}'`,
    );
  }
  const pipelineId = config.getNumber('pipelineId');
  if (!Number.isInteger(pipelineId) || pipelineId < 1) {
    throw new InputError(
      `The configuration '${key}.pipelineId' must be the number of a pipeline`,
    );
  }
  const ref = config.getOptionalString('ref') ?? 'main';
  const refName = ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  return {
    ...readPipelineRoute(config, key),
    identity: {
      route: 'azure-devops',
      host,
      organization,
      project,
      pipelineId,
      refName,
    },
    title: `pipeline ${pipelineId} of ${organization}/${project} at ${ref}`,
    organizationUrl: `https://${host}/${organization}`,
    organization,
    project,
    pipelineId,
    refName,
  };
}
