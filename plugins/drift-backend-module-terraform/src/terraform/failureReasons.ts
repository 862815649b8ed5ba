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

interface FailureReason {
  id: string;
  pattern: RegExp;
  /** Put before what the tool said. */
  advice: string;
  /** A second attempt may succeed. */
  transient?: true;
}

/**
 * What people need to be told of failures that Terraform words for somebody who
 * sits at its terminal. The first row that matches decides.
 */
const REASONS: FailureReason[] = [
  {
    id: 'lock-file',
    pattern:
      /Inconsistent dependency lock file|doesn't match any of the checksums|does not match any of the checksums|locked provider .* does not match/i,
    advice:
      'The dependency lock file does not fit the providers: run "init -upgrade" or "providers lock" for the platform of the backend and commit .terraform.lock.hcl',
  },
  {
    id: 'version',
    pattern:
      /Unsupported Terraform Core version|Unsupported OpenTofu Core version/i,
    advice: 'The module asks for another version of the tool',
  },
  {
    id: 'variable',
    pattern: /No value for required variable/i,
    advice:
      'A variable has no value: set TF_VAR_<name> in drift.terraform.credentials[].settings, or varFiles of the module',
  },
  {
    id: 'credentials',
    pattern:
      /No valid credential sources|InvalidClientTokenId|ExpiredToken|InvalidAccessKeyId|SignatureDoesNotMatch|UnrecognizedClientException|security token included in the request is (?:invalid|expired)|AADSTS\d+|unable to build authorizer|obtaining (?:a )?(?:service principal|Azure CLI)|could not find default credentials|invalid_grant|invalid_client|oauth2: cannot fetch token|StatusCode[:=] ?401|status code:? 401|HTTP 401|401 Unauthorized|\bUnauthorized\b|Unauthenticated|authentication failed|credentials? (?:was|were|are|is) (?:rejected|invalid)|(?:rejected|invalid) (?:the )?(?:credentials?|login|password|api key|token)|login (?:was )?(?:rejected|failed)/i,
    advice:
      'The credentials were rejected or are missing: check drift.terraform.credentials',
  },
  {
    id: 'permission',
    pattern:
      /AccessDenied|UnauthorizedOperation|AuthorizationFailed|PERMISSION_DENIED|StatusCode[:=] ?403|status code:? 403|HTTP 403|403 Forbidden|not authorized to perform|does not have authorization/i,
    advice: 'The credentials lack a permission that reading needs',
  },
  {
    id: 'lock',
    pattern:
      /Error acquiring the state lock|state is locked|state blob is already locked/i,
    advice: 'The state is locked by another run',
  },
  {
    id: 'workspace',
    pattern:
      /currently selected workspace .* does not exist|No existing workspaces/i,
    advice: 'The workspace does not exist',
  },
  {
    id: 'plugin-cache',
    pattern: /failed to create directory [^\n]*: file exists|text file busy/i,
    advice:
      'Another process used the provider packages at the same time: give every replica its own drift.terraform.pluginCacheDir',
    transient: true,
  },
  {
    id: 'network',
    pattern:
      /no such host|connection refused|connection reset|i\/o timeout|TLS handshake timeout|Client\.Timeout exceeded|context deadline exceeded|network is unreachable|temporary failure in name resolution|unexpected EOF|502 Bad Gateway|503 Service Unavailable|504 Gateway Time-?out|429 Too Many Requests/i,
    advice: 'Something that the module needs could not be reached',
    transient: true,
  },
];

export function failureReason(text: string): FailureReason | undefined {
  return REASONS.find(reason => reason.pattern.test(text));
}
