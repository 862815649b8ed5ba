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
import { readDuration } from '../config/readDuration';

/** What `drift.tenants` in app-config says, with defaults filled in. */
export interface TenantsConfig {
  /** Largest desired state in a request or in files, in bytes. */
  maxDesiredStateBytes: number;
  maxResources: number;
  /** How long a drift check waits for its scan. */
  checkWaitMs: number;
  /** Directories below which manifests of `file:` locations may be. */
  allowedRoots: string[];
  /** URL prefixes below which manifests may be; all that the integrations can read when absent. */
  allowedUrls?: string[];
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readTenantsConfig(root: Config): TenantsConfig {
  return {
    maxDesiredStateBytes: readCount(root, 'maxDesiredStateBytes', 5_000_000),
    maxResources: readCount(root, 'maxResources', 5_000),
    checkWaitMs: readDuration(root, 'drift.tenants.checkWait', {
      fallback: { seconds: 30 },
      least: { seconds: 0 },
    }),
    allowedRoots:
      root.getOptionalStringArray('drift.tenants.allowedRoots') ?? [],
    allowedUrls: root.getOptionalStringArray('drift.tenants.allowedUrls'),
  };
}

function readCount(root: Config, name: string, fallback: number): number {
  const key = `drift.tenants.${name}`;
  const value = root.getOptionalNumber(key) ?? fallback;
  if (!Number.isInteger(value) || value < 1) {
    throw new InputError(
      `The configuration '${key}' must be a whole number from 1 on`,
    );
  }
  return value;
}
