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
  AzureDevOpsCredentialsProvider,
  AzureIntegration,
} from '@backstage/integration';
import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  CodeChanged,
  CodePlace,
  ProposedChange,
  PullRequests,
} from './PullRequests';
import { CodeHostError, requestCodeHost } from './requestCodeHost';

const NOTHING = '0000000000000000000000000000000000000000';

/** Pull requests in Azure Repos. */
export class AzurePullRequests implements PullRequests {
  readonly #integration: AzureIntegration;
  readonly #credentials: AzureDevOpsCredentialsProvider;

  constructor(options: {
    integration: AzureIntegration;
    credentials: AzureDevOpsCredentialsProvider;
  }) {
    this.#integration = options.integration;
    this.#credentials = options.credentials;
  }

  async open(
    place: CodePlace,
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<{ url: string }> {
    const credentials = await this.#credentials.getCredentials({
      url: place.url,
    });
    if (!credentials) {
      throw new RemediationFailure(
        `Backstage has no credentials for ${
          this.#integration.config.host
        }, so no pull request can be opened there`,
      );
    }
    const { origin } = new URL(place.url);
    const owner = place.owner.split('/').map(encodeURIComponent).join('/');
    const repository = `${origin}/${owner}/_apis/git/repositories/${encodeURIComponent(
      place.repository,
    )}`;
    const request = <T>(
      what: string,
      route: string,
      query: Record<string, string> = {},
      body?: object,
    ): Promise<T> =>
      requestCodeHost<T>({
        what,
        url: `${repository}${route}?${new URLSearchParams({
          ...query,
          'api-version': '7.1',
        })}`,
        headers: credentials.headers,
        signal,
        ...(body ? { method: 'POST', body } : {}),
      });
    const findRef = async (name: string) => {
      const { value } = await request<{
        value: { name: string; objectId: string }[];
      }>(`read the branch ${name}`, '/refs', { filter: `heads/${name}` });
      return value.find(ref => ref.name === `refs/heads/${name}`)?.objectId;
    };

    const facts = await request<{ defaultBranch?: string; webUrl: string }>(
      'read the repository',
      '',
    );
    const base =
      place.ref ?? facts.defaultBranch?.replace(/^refs\/heads\//, '') ?? 'main';
    const tip = await findRef(base);
    if (tip === undefined) {
      throw new RemediationFailure(
        `Could not read the branch ${base}: there is none`,
      );
    }
    for (const file of change.files) {
      const there = await readFile(() =>
        request<{ content?: string }>(`read ${file.path}`, '/items', {
          path: `/${file.path}`,
          includeContent: 'true',
          'versionDescriptor.version': tip,
          'versionDescriptor.versionType': 'commit',
          $format: 'json',
        }),
      );
      if (there !== file.before) {
        throw new CodeChanged(file.path);
      }
    }
    const { value: earlier } = await request<{
      value: { pullRequestId: number }[];
    }>('look for the pull request', '/pullrequests', {
      'searchCriteria.sourceRefName': `refs/heads/${change.branch}`,
      'searchCriteria.status': 'all',
    });
    const addressOf = (id: number) => `${facts.webUrl}/pullrequest/${id}`;
    if (earlier.length > 0) {
      return { url: addressOf(earlier[0].pullRequestId) };
    }
    let head = await findRef(change.branch);
    if (head === undefined) {
      await request(`create the branch ${change.branch}`, '/refs', {}, [
        {
          name: `refs/heads/${change.branch}`,
          oldObjectId: NOTHING,
          newObjectId: tip,
        },
      ]);
      head = tip;
    }
    // An earlier attempt may have come as far as the branch or the commit.
    if (head === tip) {
      await request(
        'commit the files',
        '/pushes',
        {},
        {
          refUpdates: [
            { name: `refs/heads/${change.branch}`, oldObjectId: tip },
          ],
          commits: [
            {
              comment: change.title,
              changes: change.files.map(({ path: name, before, after }) => ({
                changeType: changeTypeOf(before, after),
                item: { path: `/${name}` },
                ...(after === ''
                  ? {}
                  : {
                      newContent: { content: after, contentType: 'rawtext' },
                    }),
              })),
            },
          ],
        },
      );
    }
    const { pullRequestId } = await request<{ pullRequestId: number }>(
      'open the pull request',
      '/pullrequests',
      {},
      {
        sourceRefName: `refs/heads/${change.branch}`,
        targetRefName: `refs/heads/${base}`,
        title: change.title,
        // Longer ones are refused.
        description: change.body.slice(0, 4000),
      },
    );
    return { url: addressOf(pullRequestId) };
  }
}

function changeTypeOf(before: string, after: string) {
  if (after === '') {
    return 'delete';
  }
  return before === '' ? 'add' : 'edit';
}

async function readFile(
  read: () => Promise<{ content?: string }>,
): Promise<string> {
  try {
    return (await read()).content ?? '';
  } catch (error) {
    if (error instanceof CodeHostError && error.status === 404) {
      return '';
    }
    throw error;
  }
}
