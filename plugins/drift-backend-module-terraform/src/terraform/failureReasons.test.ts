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

import { failureReason } from './failureReasons';

describe('failureReason', () => {
  it.each([
    ['lock-file', 'Error: Inconsistent dependency lock file'],
    [
      'lock-file',
      "the local package doesn't match any of the checksums previously recorded in the dependency lock file",
    ],
    ['version', 'Error: Unsupported Terraform Core version'],
    ['variable', 'Error: No value for required variable'],
    ['credentials', 'Error: No valid credential sources found'],
    ['credentials', 'api error ExpiredToken: The security token'],
    ['credentials', 'AADSTS7000215: Invalid client secret provided.'],
    ['credentials', 'google: could not find default credentials.'],
    ['credentials', 'Error: Get "https://x": oauth2: cannot fetch token'],
    ['credentials', 'HTTP 401 from the API'],
    ['permission', 'AccessDenied: User: arn:aws:iam::1:user/x is not'],
    ['permission', 'unexpected status code: 403'],
    ['lock', 'Error: Error acquiring the state lock'],
    ['workspace', 'Currently selected workspace "x" does not exist'],
    [
      'plugin-cache',
      'failed to create directory a/linux_amd64: mkdir a/linux_amd64: file exists',
    ],
    ['network', 'dial tcp: lookup registry on 1.1.1.1:53: no such host'],
    ['network', 'dial tcp 127.0.0.1:1: connect: connection refused'],
  ])('knows %s in %j', (id, text) => {
    expect(failureReason(text)?.id).toBe(id);
  });

  it('says nothing of what it does not know', () => {
    expect(failureReason('Error: Reference to undeclared resource')).toBe(
      undefined,
    );
  });
});
