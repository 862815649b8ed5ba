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
  fromIni,
  fromNodeProviderChain,
  fromTemporaryCredentials,
} from '@aws-sdk/credential-providers';
import { AwsCredentialError } from './AwsCredentialError';
import { AwsCredentialSettings } from './AwsSettings';
import { describeCredentialError } from './describeCredentialError';

/** What requests are signed with. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export type AwsCredentialProvider = () => Promise<AwsCredentials>;

/** Temporary credentials are taken anew that long before they expire. */
const AHEAD_MS = 5 * 60_000;

/**
 * Credentials as they are configured, kept until shortly before they expire.
 * Errors of the SDK are replaced: they may show parts of files and answers.
 */
export function createCredentialProvider(options: {
  settings: AwsCredentialSettings;
  region: string;
  endpoint?: string;
}): AwsCredentialProvider {
  const provider = chooseProvider(options);
  let kept: AwsCredentials | undefined;
  return async () => {
    if (
      !kept ||
      (kept.expiration && kept.expiration.getTime() - AHEAD_MS < Date.now())
    ) {
      try {
        kept = await provider();
      } catch (error) {
        throw new AwsCredentialError(
          describeCredentialError(error, options.settings),
        );
      }
    }
    return kept;
  };
}

function chooseProvider({
  settings: { profile, keys, role },
  region,
  endpoint,
}: {
  settings: AwsCredentialSettings;
  region: string;
  endpoint?: string;
}): AwsCredentialProvider {
  const clientConfig = { region, ...(endpoint !== undefined && { endpoint }) };
  const own = chooseOwn({ profile, keys, region });
  return role
    ? fromTemporaryCredentials({
        masterCredentials: own,
        clientConfig,
        params: {
          RoleArn: role.arn,
          RoleSessionName: role.sessionName,
          ...(role.externalId !== undefined && { ExternalId: role.externalId }),
        },
      })
    : own;
}

function chooseOwn({
  profile,
  keys,
  region,
}: Pick<AwsCredentialSettings, 'profile' | 'keys'> & {
  region: string;
}): AwsCredentialProvider {
  if (keys) {
    return async () => keys;
  }
  // The chain would go on to other identities where the profile does not work.
  return profile === undefined
    ? fromNodeProviderChain({ clientConfig: { region } })
    : fromIni({ profile, clientConfig: { region } });
}
