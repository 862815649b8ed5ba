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
import { toError } from '@backstage/errors';
import {
  DefaultAzureDevOpsCredentialsProvider,
  DefaultGithubCredentialsProvider,
  DefaultGitlabCredentialsProvider,
  ScmIntegrationRegistry,
  ScmIntegrations,
} from '@backstage/integration';
import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import { AzurePullRequests } from './AzurePullRequests';
import { GithubPullRequests } from './GithubPullRequests';
import { GitlabPullRequests } from './GitlabPullRequests';
import { ProposedChange, PullRequests } from './PullRequests';
import { readAzurePlace, readPlace } from './readPlace';

/** Opens pull requests on whichever host of code Backstage has an integration for. */
export class ScmPullRequests {
  readonly #integrations: ScmIntegrationRegistry;
  readonly #hostFor: (url: string) => PullRequests | undefined;

  static fromConfig(config: Config): ScmPullRequests {
    const integrations = ScmIntegrations.fromConfig(config);
    const credentials = {
      github: DefaultGithubCredentialsProvider.fromIntegrations(integrations),
      gitlab: DefaultGitlabCredentialsProvider.fromIntegrations(integrations),
      azure:
        DefaultAzureDevOpsCredentialsProvider.fromIntegrations(integrations),
    };
    return new ScmPullRequests(integrations, url => {
      const github = integrations.github.byUrl(url);
      if (github) {
        return new GithubPullRequests({
          integration: github,
          credentials: credentials.github,
        });
      }
      const gitlab = integrations.gitlab.byUrl(url);
      if (gitlab) {
        return new GitlabPullRequests({
          integration: gitlab,
          credentials: credentials.gitlab,
        });
      }
      const azure = integrations.azure.byUrl(url);
      return (
        azure &&
        new AzurePullRequests({
          integration: azure,
          credentials: credentials.azure,
        })
      );
    });
  }

  private constructor(
    integrations: ScmIntegrationRegistry,
    hostFor: (url: string) => PullRequests | undefined,
  ) {
    this.#integrations = integrations;
    this.#hostFor = hostFor;
  }

  /** Why no pull request can be opened there; undefined when one can. */
  refusalFor(url: string): string | undefined {
    if (this.#hostFor(url)) {
      return undefined;
    }
    const type = this.#integrations.byUrl(url)?.type;
    return type === undefined
      ? `Backstage has no integration for ${new URL(url).host}.`
      : `Pull requests on ${type} are not supported.`;
  }

  /** @throws RemediationFailure in words for people, without secrets */
  async open(
    url: string,
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<{ url: string }> {
    const host = this.#hostFor(url);
    if (!host) {
      throw new RemediationFailure(this.refusalFor(url));
    }
    const place = this.#integrations.azure.byUrl(url)
      ? readAzurePlace(url)
      : readPlace(url);
    const prefix = place.directory === '' ? '' : `${place.directory}/`;
    try {
      return await host.open(
        place,
        {
          ...change,
          files: change.files.map(file => ({
            ...file,
            path: `${prefix}${file.path}`,
          })),
        },
        signal,
      );
    } catch (error) {
      if (toError(error).name === 'TypeError') {
        throw new RemediationFailure(
          `The pull request could not be opened: ${
            new URL(url).host
          } gave an answer that cannot be read`,
        );
      }
      throw error;
    }
  }
}
