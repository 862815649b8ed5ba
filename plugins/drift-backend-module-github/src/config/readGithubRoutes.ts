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
export const CONFIG_KEY = 'drift.github.remediation';

/** A workflow that repairs some targets. */
export interface GithubRoute extends PipelineRoute {
  host: string;
  /** Of the integration; where credentials go. */
  apiBaseUrl: string;
  owner: string;
  repo: string;
  /** File name or number. */
  workflow: string;
  /** Branch or tag. */
  ref: string;
}

const NAME = /^(?!\.{1,2}$)[\w.-]{1,100}$/;
const WORKFLOW = /^(?:[\w.-]{1,200}\.ya?ml|\d{1,18})$/;

/**
 * @throws InputError or a configuration error that names the key
 */
export function readGithubRoutes(
  root: Config,
  integrations: ScmIntegrationRegistry,
): GithubRoute[] {
  return (root.getOptionalConfigArray(CONFIG_KEY) ?? []).map((config, index) =>
    readRoute(config, `${CONFIG_KEY}[${index}]`, integrations),
  );
}

function readRoute(
  config: Config,
  key: string,
  integrations: ScmIntegrationRegistry,
): GithubRoute {
  const host = config.getOptionalString('host') ?? 'github.com';
  const apiBaseUrl = integrations.github.byHost(host)?.config.apiBaseUrl;
  if (!apiBaseUrl) {
    throw new InputError(
      `The configuration '${key}.host' is '${host}', for which 'integrations.github' has no entry with an address of the API`,
    );
  }
  const repository = config.getString('repository');
  const [owner, repo, ...rest] = repository.split('/');
  if (![owner, repo].every(name => NAME.test(name ?? '')) || rest.length > 0) {
    throw new InputError(
      `The configuration '${key}.repository' must be owner/name, not '${repository}'`,
    );
  }
  const workflow =
    config.getOptionalString('workflow') ?? 'drift-remediate.yml';
  if (!WORKFLOW.test(workflow)) {
    throw new InputError(
      `The configuration '${key}.workflow' must be the name of a file in .github/workflows, such as drift-remediate.yml, or its number`,
    );
  }
  const ref = config.getOptionalString('ref') ?? 'main';
  return {
    ...readPipelineRoute(config, key),
    identity: { route: 'github', host, repository, workflow, ref },
    title: `workflow ${workflow} of ${repository} at ${ref}`,
    host,
    apiBaseUrl,
    owner,
    repo,
    workflow,
    ref,
  };
}
