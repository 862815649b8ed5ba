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

import { AzureRoute } from './config/readAzureRoutes';

/** Says what to do about a refusal, without repeating what the server said. */
export function explainRefusal(
  route: AzureRoute,
  status: number,
  json: unknown,
): string {
  const { organization, project, pipelineId, refName } = route;
  const pipeline = `pipeline ${pipelineId} of ${organization}/${project}`;
  if (status === 401 || status === 203 || (status >= 300 && status < 400)) {
    return `Azure DevOps does not accept the credentials of integrations.azure for ${organization} (${status}).`;
  }
  switch (status) {
    case 403:
      return `The credentials for ${organization} may not start ${pipeline} (403); they need the permission to queue builds, and a token the scope to read and execute builds.`;
    case 404:
      return `There is no ${pipeline}, or the credentials may not see it (404).`;
    case 400:
      return explainInvalid(messageOf(json), { pipeline, refName });
    default:
      return `Azure DevOps refused to start ${pipeline} (${status}).`;
  }
}

function explainInvalid(
  message: string,
  { pipeline, refName }: { pipeline: string; refName: string },
): string {
  if (/parameter/i.test(message)) {
    return `The ${pipeline} must declare the parameters remediation, module, client, action, addresses and expected as strings, the optional ones with an empty default (400).`;
  }
  if (/could not (?:find|resolve)|unable to resolve|\bref\b/i.test(message)) {
    return `The ${pipeline} has no file at ${refName}, or there is no such branch (400).`;
  }
  return `Azure DevOps does not accept the request to start ${pipeline} at ${refName} (400): check that its file is valid and like the example.`;
}

function messageOf(json: unknown): string {
  return typeof json === 'object' &&
    json !== null &&
    'message' in json &&
    typeof json.message === 'string'
    ? json.message
    : '';
}
