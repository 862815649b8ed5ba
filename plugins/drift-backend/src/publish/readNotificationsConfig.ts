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

import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Risk } from '@infra-hub/backstage-plugin-drift-common';
import { readDuration } from '../config/readDuration';
import { readMinRisk } from './readMinRisk';

/** What `drift.notifications` in app-config says, with defaults filled in. */
export interface NotificationsConfig {
  enabled: boolean;
  minRisk: Risk;
  /** Failed scans in a row after which somebody is told. */
  failingAfter: number;
  /** Who is told of targets without an owner. */
  fallbackRecipient?: string;
  /** Whose targets nobody is told of; both must match where both are given. */
  mute: { client?: string; owner?: string }[];
  digest: {
    /** More messages than that to one recipient become one. */
    above: number;
    /** How long messages wait for others. */
    windowMs: number;
  };
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readNotificationsConfig(root: Config): NotificationsConfig {
  const key = 'drift.notifications';
  const fallback = root.getOptionalString(`${key}.fallbackRecipient`);
  return {
    enabled: root.getOptionalBoolean(`${key}.enabled`) ?? true,
    minRisk: readMinRisk(root, `${key}.minRisk`),
    failingAfter: readCount(root, `${key}.failingAfter`) ?? 3,
    fallbackRecipient:
      fallback && readRef(fallback, `${key}.fallbackRecipient`),
    mute: (root.getOptionalConfigArray(`${key}.mute`) ?? []).map(
      (mute, index) => {
        const client = mute.getOptionalString('client');
        const owner = mute.getOptionalString('owner');
        if (client === undefined && owner === undefined) {
          throw new InputError(
            `The configuration '${key}.mute[${index}]' must name a client or an owner; set '${key}.enabled' to false to mute everything`,
          );
        }
        return {
          client,
          owner: owner && readRef(owner, `${key}.mute[${index}].owner`),
        };
      },
    ),
    digest: {
      above: readCount(root, `${key}.digest.above`) ?? 10,
      windowMs: readDuration(root, `${key}.digest.window`, {
        fallback: { minutes: 1 },
        least: { seconds: 0 },
      }),
    },
  };
}

function readRef(value: string, key: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(value));
  } catch {
    throw new InputError(
      `The configuration '${key}' must be an entity reference such as group:default/platform, not '${value}'`,
    );
  }
}

function readCount(root: Config, key: string): number | undefined {
  const value = root.getOptionalNumber(key);
  if (
    value !== undefined &&
    !(Number.isInteger(value) && value >= 1 && value <= 1000)
  ) {
    throw new InputError(
      `The configuration '${key}' must be a whole number from 1 to 1000`,
    );
  }
  return value;
}
