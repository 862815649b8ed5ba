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

import { AwsCredentialSettings } from './AwsSettings';
import { nameOf } from './awsFailure';

/** One sentence, with nothing of what the SDK says. */
export function describeCredentialError(
  error: unknown,
  settings: AwsCredentialSettings,
): string {
  const { role, profile } = settings;
  const name = nameOf(error);
  if (role && name !== 'CredentialsProviderError') {
    return /^AccessDenied/.test(name)
      ? `The role ${role.arn} may not be assumed with the credentials there are.`
      : `The role ${role.arn} could not be assumed (${name}).`;
  }
  if (profile !== undefined) {
    return `The profile ${profile} gave no credentials.`;
  }
  return 'The default chain of the AWS SDK found no credentials.';
}
