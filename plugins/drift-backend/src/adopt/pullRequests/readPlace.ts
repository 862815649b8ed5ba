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

import { RemediationFailure } from '@infra-hub/backstage-plugin-drift-node';
import gitUrlParse from 'git-url-parse';
import { CodePlace } from './PullRequests';

/** Where a directory on GitHub or GitLab is, from its address in a browser. */
export function readPlace(url: string): CodePlace {
  const { owner, name, ref, filepath } = gitUrlParse(url);
  return {
    url,
    owner,
    repository: name,
    ...(ref ? { ref } : {}),
    directory: trimSlashes(filepath),
  };
}

/** The same for Azure Repos, in the cloud and on a server. */
export function readAzurePlace(url: string): CodePlace {
  const { pathname, searchParams } = new URL(url);
  const parts = pathname
    .split('/')
    .filter(part => part !== '')
    .map(decodeURIComponent);
  const marker = parts.indexOf('_git');
  const repository = parts[marker + 1];
  const version = searchParams.get('version');
  if (marker < 1 || repository === undefined) {
    throw new RemediationFailure(
      'The address of the code is not one of a repository in Azure Repos',
    );
  }
  if (version !== null && !version.startsWith('GB')) {
    throw new RemediationFailure(
      'The address of the code names a tag or a commit; a pull request needs a branch',
    );
  }
  return {
    url,
    // Without a project, its name is that of the repository.
    owner: [
      ...parts.slice(0, marker),
      ...(marker === 1 && !isVisualStudio(url) ? [repository] : []),
    ].join('/'),
    repository,
    ...(version === null ? {} : { ref: version.slice(2) }),
    directory: trimSlashes(searchParams.get('path') ?? ''),
  };
}

/** The organisation is in the host there. */
function isVisualStudio(url: string): boolean {
  return new URL(url).hostname.endsWith('.visualstudio.com');
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
