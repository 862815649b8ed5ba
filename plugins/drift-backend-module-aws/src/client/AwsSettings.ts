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

import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Whether credentials are for looking or for repairing. */
export type AwsPurpose = 'read' | 'write';

/** How to sign in; the SDK's default chain where nothing is said. */
export interface AwsCredentialSettings {
  profile?: string;
  keys?: {
    accessKeyId: string;
    secretAccessKey: string;
    sessionToken?: string;
  };
  role?: { arn: string; externalId?: string; sessionName: string };
}

/** What only this module understands of an account's configuration. */
export interface AwsSettings {
  endpoint?: string;
  credentials: Readonly<Record<AwsPurpose, AwsCredentialSettings>>;
}

const DEFAULT_SESSION = 'infra-hub-drift';

/**
 * @throws InputError naming the key that is wrong
 */
export function readAwsSettings(account: {
  name: string;
  config: Config;
}): AwsSettings {
  const { config } = account;
  const read = readCredentials(account, 'credentials');
  return {
    endpoint: readEndpoint(account),
    credentials: {
      read,
      write: config.has('remediation.credentials')
        ? readCredentials(account, 'remediation.credentials')
        : read,
    },
  };
}

function readEndpoint({
  name,
  config,
}: {
  name: string;
  config: Config;
}): string | undefined {
  const endpoint = config.getOptionalString('endpoint');
  if (endpoint === undefined) {
    return undefined;
  }
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !isSafe(url) || url.username !== '' || url.password !== '') {
    throw new InputError(
      `endpoint of the account ${name} in drift.aws.accounts must be an https address without credentials, or an http one of this machine.`,
    );
  }
  return endpoint;
}

/** Whoever listens there gets requests that are signed, and gives out credentials of roles. */
function isSafe({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' ||
    (protocol === 'http:' &&
      /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname))
  );
}

function readCredentials(
  { name, config }: { name: string; config: Config },
  key: string,
): AwsCredentialSettings {
  const place = `${key} of the account ${name} in drift.aws.accounts`;
  const text = (part: string) => config.getOptionalString(`${key}.${part}`);
  const profile = text('profile');
  const accessKeyId = text('accessKeyId');
  const secretAccessKey = text('secretAccessKey');
  const roleArn = text('roleArn');
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new InputError(
      `${place} must have both accessKeyId and secretAccessKey, or neither.`,
    );
  }
  if (profile !== undefined && accessKeyId !== undefined) {
    throw new InputError(
      `${place} must have a profile or an access key, not both.`,
    );
  }
  if (
    roleArn !== undefined &&
    !/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(roleArn)
  ) {
    throw new InputError(
      `${place} has a roleArn that is not the ARN of a role.`,
    );
  }
  return {
    ...(profile !== undefined && { profile }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && {
        keys: {
          accessKeyId,
          secretAccessKey,
          sessionToken: text('sessionToken'),
        },
      }),
    ...(roleArn !== undefined && {
      role: {
        arn: roleArn,
        externalId: text('externalId'),
        sessionName: text('sessionName') ?? DEFAULT_SESSION,
      },
    }),
  };
}
