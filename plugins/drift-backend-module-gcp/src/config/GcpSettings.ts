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
import { CloudAccount } from '@infra-hub/backstage-plugin-drift-node';
import { z } from 'zod';
import { isLoopback } from '../api/hosts';

/** How to sign in. Application Default Credentials when neither file nor text is given. */
export interface GcpCredentials {
  keyFile?: string;
  /** Key of a service account, or configuration of workload identity federation. */
  json?: GoogleKey;
  impersonateServiceAccount?: string;
}

export type GoogleKey = z.output<typeof GOOGLE_KEY>;

/** What only this module understands of the configuration of a project. */
export interface GcpSettings {
  /** Instead of Google's own addresses; may hold `{api}`. */
  endpoint?: string;
  read: GcpCredentials;
  write: GcpCredentials;
}

const GOOGLE_KEY = z.looseObject({ type: z.string() });

const SERVICE_ACCOUNT = /^[^\s@/]+@[^\s@/]+$/;

/**
 * @throws InputError naming what is wrong
 */
export function readGcpSettings(account: CloudAccount): GcpSettings {
  const { config, name } = account;
  const read = readCredentials(config.getOptionalConfig('credentials'), {
    of: `credentials of the project ${name}`,
  });
  const endpoint = config.getOptionalString('endpoint');
  if (endpoint !== undefined) {
    requireSafe(endpoint, name);
  }
  return {
    endpoint,
    read: read ?? {},
    write:
      readCredentials(config.getOptionalConfig('remediation.credentials'), {
        of: `remediation.credentials of the project ${name}`,
      }) ??
      read ??
      {},
  };
}

function readCredentials(
  config: Config | undefined,
  { of }: { of: string },
): GcpCredentials | undefined {
  if (!config) {
    return undefined;
  }
  const keyFile = config.getOptionalString('keyFile');
  const json = config.getOptionalString('json');
  const impersonateServiceAccount = config.getOptionalString(
    'impersonateServiceAccount',
  );
  if (keyFile !== undefined && json !== undefined) {
    throw new InputError(
      `The ${of} in drift.gcp.accounts have both keyFile and json: use one of them`,
    );
  }
  if (
    impersonateServiceAccount !== undefined &&
    !SERVICE_ACCOUNT.test(impersonateServiceAccount)
  ) {
    throw new InputError(
      `impersonateServiceAccount in the ${of} in drift.gcp.accounts must be the address of a service account`,
    );
  }
  return {
    keyFile,
    json: json === undefined ? undefined : parseKey(json, of),
    impersonateServiceAccount,
  };
}

/** Errors of parsers quote what they read, which is secret here. */
function parseKey(json: string, of: string): GoogleKey {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    parsed = undefined;
  }
  const key = GOOGLE_KEY.safeParse(parsed);
  if (!key.success) {
    throw new InputError(
      `json in the ${of} in drift.gcp.accounts must be the content of a key file: JSON with a type`,
    );
  }
  return key.data;
}

/** Whoever listens there gets tokens. */
function requireSafe(endpoint: string, name: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (
    url?.protocol !== 'https:' &&
    !(url?.protocol === 'http:' && isLoopback(url.hostname))
  ) {
    throw new InputError(
      `endpoint of the project ${name} in drift.gcp.accounts must be an https URL`,
    );
  }
}
