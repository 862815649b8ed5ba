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
  GithubCredentialsProvider,
  GithubIntegration,
} from '@backstage/integration';
import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import { Octokit } from '@octokit/rest';
import {
  CodeChanged,
  CodePlace,
  ProposedChange,
  ProposedFile,
  PullRequests,
} from './PullRequests';
import { sentenceOf } from './requestCodeHost';

const TIMEOUT_MS = 30_000;

class GithubFailure extends RemediationFailure {
  constructor(readonly status: number | undefined, message: string) {
    super(message);
  }
}

/** Octokit would write addresses and answers to the console. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Pull requests on GitHub and GitHub Enterprise. */
export class GithubPullRequests implements PullRequests {
  readonly #integration: GithubIntegration;
  readonly #credentials: GithubCredentialsProvider;

  constructor(options: {
    integration: GithubIntegration;
    credentials: GithubCredentialsProvider;
  }) {
    this.#integration = options.integration;
    this.#credentials = options.credentials;
  }

  async open(
    place: CodePlace,
    change: ProposedChange,
    signal: AbortSignal,
  ): Promise<{ url: string }> {
    const { apiBaseUrl: baseUrl, host } = this.#integration.config;
    const { token } = await this.#credentials.getCredentials({
      url: place.url,
    });
    if (!token) {
      throw new RemediationFailure(
        `Backstage has no credentials for ${host}, so no pull request can be opened there`,
      );
    }
    const octokit = new Octokit({
      auth: token,
      ...(baseUrl ? { baseUrl } : {}),
      request: {
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
        redirect: 'manual',
      },
      log: SILENT,
    });
    // With redirects left alone, they would count as success.
    octokit.hook.after('request', ({ status }) => {
      if (status >= 300) {
        throw new GithubFailure(
          status,
          describe('follow a redirect', host, status),
        );
      }
    });
    const repository = { owner: place.owner, repo: place.repository };
    const attempt = async <T>(what: string, work: () => Promise<T>) => {
      try {
        return await work();
      } catch (error) {
        signal.throwIfAborted();
        throw new GithubFailure(
          statusOf(error),
          describe(what, host, statusOf(error)),
        );
      }
    };

    const base =
      place.ref ??
      (
        await attempt('read the repository', () =>
          octokit.rest.repos.get(repository),
        )
      ).data.default_branch;
    const tip = (
      await attempt(`read the branch ${base}`, () =>
        octokit.rest.git.getRef({ ...repository, ref: `heads/${base}` }),
      )
    ).data.object.sha;
    for (const file of change.files) {
      const there = await attempt(`read ${file.path}`, () =>
        readFile(octokit, { ...repository, path: file.path, ref: tip }),
      );
      requireUnchanged(file, there);
    }
    const { tree } = (
      await attempt('read the commit', () =>
        octokit.rest.git.getCommit({ ...repository, commit_sha: tip }),
      )
    ).data;
    const newTree = await attempt('write the files', () =>
      octokit.rest.git.createTree({
        ...repository,
        base_tree: tree.sha,
        tree: change.files.map(file => ({
          path: file.path,
          mode: '100644' as const,
          type: 'blob' as const,
          ...(file.after === '' ? { sha: null } : { content: file.after }),
        })),
      }),
    );
    const commit = await attempt('commit the files', () =>
      octokit.rest.git.createCommit({
        ...repository,
        message: change.title,
        tree: newTree.data.sha,
        parents: [tip],
      }),
    );
    try {
      await attempt(`create the branch ${change.branch}`, () =>
        octokit.rest.git.createRef({
          ...repository,
          ref: `refs/heads/${change.branch}`,
          sha: commit.data.sha,
        }),
      );
    } catch (error) {
      // An earlier attempt came this far.
      if (!(error instanceof GithubFailure && error.status === 422)) {
        throw error;
      }
    }
    const { data: earlier } = await attempt('look for the pull request', () =>
      octokit.rest.pulls.list({
        ...repository,
        state: 'all',
        head: `${place.owner}:${change.branch}`,
      }),
    );
    if (earlier.length > 0) {
      return { url: earlier[0].html_url };
    }
    const { data: opened } = await attempt('open the pull request', () =>
      octokit.rest.pulls.create({
        ...repository,
        title: change.title,
        body: change.body,
        head: change.branch,
        base,
      }),
    );
    return { url: opened.html_url };
  }
}

async function readFile(
  octokit: Octokit,
  place: { owner: string; repo: string; path: string; ref: string },
): Promise<string> {
  try {
    const { data } = await octokit.rest.repos.getContent(place);
    return !Array.isArray(data) && 'content' in data
      ? Buffer.from(data.content, 'base64').toString('utf8')
      : '';
  } catch (error) {
    if (statusOf(error) === 404) {
      return '';
    }
    throw error;
  }
}

function requireUnchanged(file: ProposedFile, there: string): void {
  if (there !== file.before) {
    throw new CodeChanged(file.path);
  }
}

function statusOf(error: unknown): number | undefined {
  const status =
    typeof error === 'object' && error !== null && 'status' in error
      ? error.status
      : undefined;
  return typeof status === 'number' ? status : undefined;
}

function describe(
  what: string,
  host: string,
  status: number | undefined,
): string {
  return status === undefined || status === 500
    ? `Could not ${what}: ${host} could not be reached or did not answer in time`
    : sentenceOf(what, host, { status });
}
