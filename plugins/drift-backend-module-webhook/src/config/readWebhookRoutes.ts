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

import { createHash } from 'node:crypto';
import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import {
  PipelineRoute,
  readMessageHeaders,
  readPipelineRoute,
  readSigningKey,
} from '@infra-hub/backstage-plugin-drift-node';

/** Where the routes stand in the configuration. */
export const CONFIG_KEY = 'drift.remediationWebhooks';

/** A receiver that repairs some targets. */
export interface WebhookRoute extends PipelineRoute {
  id: string;
  /** May be a secret itself. */
  url: URL;
  key: Buffer;
  headers: Readonly<Record<string, string>>;
  /** What a receiver is given that does not tell how it ends. */
  settleMs: number;
}

const SETTLE = { minutes: 5 };

/**
 * @throws InputError or a configuration error that names the key, never a secret
 */
export function readWebhookRoutes(root: Config): WebhookRoute[] {
  const routes = (root.getOptionalConfigArray(CONFIG_KEY) ?? []).map(
    (config, index) => readRoute(config, `${CONFIG_KEY}[${index}]`),
  );
  const ids = routes.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new InputError(
      `The configuration '${CONFIG_KEY}' has two entries with the id '${twice}'`,
    );
  }
  return routes;
}

function readRoute(config: Config, key: string): WebhookRoute {
  const id = config.getString('id');
  if (!/^[\w.-]{1,64}$/.test(id)) {
    throw new InputError(
      `The configuration '${key}.id' must be at most 64 letters, digits, dots, dashes and underscores`,
    );
  }
  const url = readUrl(config, key);
  return {
    ...readPipelineRoute(config, key),
    identity: {
      route: 'webhook',
      id,
      url: createHash('sha256').update(url.href).digest('hex'),
    },
    title: `webhook ${id}`,
    id,
    url,
    key: readSigningKey(config.getString('secret'), `${key}.secret`),
    headers: readMessageHeaders(config, key),
    settleMs: durationToMilliseconds(
      config.has('settle')
        ? readDurationFromConfig(config, { key: 'settle' })
        : SETTLE,
    ),
  };
}

function readUrl(config: Config, key: string): URL {
  const text = config.getString('url');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username ||
    url.password
  ) {
    throw new InputError(
      `The configuration '${key}.url' must be an https address without user and password; use 'headers' for those`,
    );
  }
  if (
    url.protocol === 'http:' &&
    config.getOptionalBoolean('allowInsecure') !== true
  ) {
    throw new InputError(
      `The configuration '${key}.url' must be an https address; set 'allowInsecure' where http is safe`,
    );
  }
  return url;
}
