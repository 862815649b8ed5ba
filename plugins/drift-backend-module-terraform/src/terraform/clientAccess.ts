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

import { realpathSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBelow, isBelowUrl } from '@infra-hub/backstage-plugin-drift-node';
import { ClientCredentials } from '../config/TerraformConfig';
import { ModuleLocation } from '../targets/ModuleLocation';
import { ScanFailure } from './ScanFailure';

/**
 * Chooses the credentials of a client and writes their files.
 *
 * @returns Environment variables that give access to the infrastructure of the client.
 * @throws ScanFailure when the code of the module may not use them.
 */
export async function prepareClientAccess(options: {
  credentials: readonly ClientCredentials[];
  client: string | undefined;
  location: ModuleLocation;
  /** Private; does not exist yet. */
  directory: string;
}): Promise<Record<string, string>> {
  const { credentials, client, location, directory } = options;
  const own = credentials.filter(entry => entry.client === client);
  if (own.some(entry => !isAllowed(entry, location))) {
    throw new ScanFailure(
      `The code of this module may not use the credentials of client ${client}: its location is not in allowedLocations of drift.terraform.credentials.`,
    );
  }
  const chosen = [
    ...credentials.filter(
      entry => entry.client === '*' && isAllowed(entry, location),
    ),
    ...own,
  ];

  await mkdir(directory, { mode: 0o700 });
  const env: Record<string, string> = {};
  for (const [index, entry] of chosen.entries()) {
    Object.assign(env, entry.settings, entry.env);
    for (const [number, file] of entry.files.entries()) {
      const path = join(directory, `${index}-${number}`);
      await writeFile(path, file.content, { mode: 0o600 });
      env[file.variable] = path;
    }
  }
  return env;
}

function isAllowed(
  entry: ClientCredentials,
  location: ModuleLocation,
): boolean {
  return (
    entry.allowedLocations === undefined ||
    entry.allowedLocations.some(allowed => covers(allowed, location))
  );
}

function covers(allowed: string, location: ModuleLocation): boolean {
  if (location.type === 'url') {
    return URL.canParse(allowed) && isBelowUrl(allowed, new URL(location.root));
  }
  return allowed.startsWith('/') && isBelow(real(allowed), real(location.root));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A place that cannot be looked at is compared as written; nothing is below it then.
    return path;
  }
}
