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
  getGitLabRequestOptions,
  GitlabCredentialsProvider,
  GitLabIntegration,
} from '@backstage/integration';
import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import {
  CodeChanged,
  CodePlace,
  ProposedChange,
  PullRequests,
} from './PullRequests';
import { CodeHostError, requestCodeHost } from './requestCodeHost';

interface MergeRequest {
  web_url: string;
}

/** Merge requests on GitLab. */
export class GitlabPullRequests implements PullRequests {
  readonly #integration: GitLabIntegration;
  readonly #credentials: GitlabCredentialsProvider;

  constructor(options: {
    integration: GitLabIntegration;
    credentials: GitlabCredentialsProvider;
  }) {
    this.#integration = options.integration;
    this.#credentials = options.credentials;
  }

  async open(
    place: CodePlace,
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<{ url: string }> {
    const { config } = this.#integration;
    const { token } = await this.#credentials.getCredentials({
      url: place.url,
    });
    if (!token) {
      throw new RemediationFailure(
        `Backstage has no credentials for ${config.host}, so no merge request can be opened there`,
      );
    }
    const { headers } = getGitLabRequestOptions(config, token);
    const project = `${config.apiBaseUrl}/projects/${encodeURIComponent(
      `${place.owner}/${place.repository}`,
    )}`;
    const request = <T>(
      what: string,
      path: string,
      body?: object,
    ): Promise<T> =>
      requestCodeHost<T>({
        what,
        url: `${project}${path}`,
        headers,
        signal,
        ...(body ? { method: 'POST', body } : {}),
      });

    const base =
      place.ref ??
      (await request<{ default_branch: string }>('read the project', ''))
        .default_branch;
    const tip = await request<{ commit: { id: string } }>(
      `read the branch ${base}`,
      `/repository/branches/${encodeURIComponent(base)}`,
    );
    for (const file of change.files) {
      const there = await readFile(() =>
        request<{ content: string }>(
          `read ${file.path}`,
          `/repository/files/${encodeURIComponent(file.path)}?ref=${
            tip.commit.id
          }`,
        ),
      );
      if (there !== file.before) {
        throw new CodeChanged(file.path);
      }
    }
    const search = new URLSearchParams({
      source_branch: change.branch,
      state: 'all',
    });
    const [earlier] = await request<MergeRequest[]>(
      'look for the merge request',
      `/merge_requests?${search}`,
    );
    if (earlier) {
      return { url: earlier.web_url };
    }
    if (!(await this.#hasBranch(request, change.branch))) {
      await request('commit the files', '/repository/commits', {
        branch: change.branch,
        start_sha: tip.commit.id,
        commit_message: change.title,
        actions: change.files.map(({ path, before, after }) => ({
          action: actionOf(before, after),
          file_path: path,
          ...(after === '' ? {} : { content: after }),
        })),
      });
    }
    const opened = await request<MergeRequest>(
      'open the merge request',
      '/merge_requests',
      {
        source_branch: change.branch,
        target_branch: base,
        title: change.title,
        description: change.body,
        remove_source_branch: true,
      },
    );
    return { url: opened.web_url };
  }

  /** An earlier attempt may have come this far. */
  async #hasBranch(
    request: <T>(what: string, path: string) => Promise<T>,
    branch: string,
  ): Promise<boolean> {
    try {
      await request(
        `look for the branch ${branch}`,
        `/repository/branches/${encodeURIComponent(branch)}`,
      );
      return true;
    } catch (error) {
      if (error instanceof CodeHostError && error.status === 404) {
        return false;
      }
      throw error;
    }
  }
}

function actionOf(before: string, after: string) {
  if (after === '') {
    return 'delete';
  }
  return before === '' ? 'create' : 'update';
}

async function readFile(
  read: () => Promise<{ content: string }>,
): Promise<string> {
  try {
    const { content } = await read();
    return Buffer.from(content, 'base64').toString('utf8');
  } catch (error) {
    if (error instanceof CodeHostError && error.status === 404) {
      return '';
    }
    throw error;
  }
}
