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
  PipelineResponse,
  readPause,
} from '@infra-hub/backstage-plugin-drift-node';
import { GithubRoute } from './config/readGithubRoutes';

/** Whether GitHub would take the same request later. */
export function isRateLimited(answer: PipelineResponse): boolean {
  return (
    answer.status === 429 ||
    (answer.status === 403 &&
      (readPause(answer.headers, new Date()) !== undefined ||
        /rate limit/i.test(messageOf(answer))))
  );
}

/** Says what to do about a refused dispatch, without repeating what GitHub said. */
export function explainRefusal(
  route: GithubRoute,
  answer: PipelineResponse,
): string {
  const { status } = answer;
  const { host, owner, repo, workflow, ref } = route;
  const repository = `${owner}/${repo}`;
  if (status >= 300 && status < 400) {
    return `${repository} was renamed or moved (${status}); put its present name into the configuration.`;
  }
  switch (status) {
    case 401:
      return `GitHub does not accept the credentials of integrations.github for ${host} (401).`;
    case 403:
      return `The credentials for ${host} may not start workflows in ${repository} (403); the token or app needs the permission to write Actions.`;
    case 404:
      return `There is no workflow ${workflow} in ${repository}, or the credentials for ${host} may not see it (404); the file must be on the default branch, and the token or app needs the permission to write Actions.`;
    case 400:
    case 422:
      return `${explainInvalid(messageOf(answer), route)} (${status}).`;
    default:
      return `GitHub refused to start workflow ${workflow} of ${repository} at ${ref} (${status}).`;
  }
}

function explainInvalid(message: string, route: GithubRoute): string {
  const { owner, repo, workflow, ref } = route;
  const file = `Workflow ${workflow} of ${owner}/${repo}`;
  if (/unexpected inputs|required input/i.test(message)) {
    return `${file} at ${ref} must declare the inputs remediation, module, client, action, addresses and expected, and require no other`;
  }
  if (/no ref found/i.test(message)) {
    return `${owner}/${repo} has no branch or tag ${ref}`;
  }
  if (/workflow_dispatch/i.test(message)) {
    return `${file} at ${ref} is not made to be started: it needs the trigger workflow_dispatch`;
  }
  if (/disabled/i.test(message)) {
    return `${file} is disabled; enable it in GitHub`;
  }
  return `GitHub does not accept the request to start it: check that ${file} is at ${ref} and declares the inputs of the example`;
}

function messageOf({ json }: PipelineResponse): string {
  return typeof json === 'object' &&
    json !== null &&
    'message' in json &&
    typeof json.message === 'string'
    ? json.message
    : '';
}
