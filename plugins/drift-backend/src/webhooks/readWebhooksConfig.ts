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
import {
  DriftTransition,
  Risk,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  readMessageHeaders,
  readSigningKey,
} from '@infra-hub/backstage-plugin-drift-node';
import { readDuration } from '../config/readDuration';
import { readMinRisk } from '../publish/readMinRisk';

/** Channel of notifications, which no webhook may be called like. */
export const NOTIFICATIONS_CHANNEL = 'notifications';

const TRANSITIONS: readonly DriftTransition[] = [
  'drifted',
  'worse',
  'resolved',
  'failing',
  'recovered',
  'changed',
];

/** A webhook of `drift.webhooks` in app-config, with defaults filled in. */
export interface WebhookConfig {
  id: string;
  /** May be a secret itself. */
  url: string;
  format: 'json' | 'slack';
  /** Key of the signature; absent when nothing is signed. */
  key?: Buffer;
  transitions: readonly DriftTransition[];
  minRisk: Risk;
  /** All when absent; `-` stands for targets without a client. */
  clients?: string[];
  headers: Record<string, string>;
  timeoutMs: number;
  maxAttempts: number;
}

/**
 * @throws InputError or a configuration error that names the key, never a secret
 */
export function readWebhooksConfig(root: Config): WebhookConfig[] {
  const webhooks = (root.getOptionalConfigArray('drift.webhooks') ?? []).map(
    (config, index) => readWebhook(config, `drift.webhooks[${index}]`),
  );
  const ids = webhooks.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) {
    throw new InputError(
      `The configuration 'drift.webhooks' has two webhooks with the id '${twice}'`,
    );
  }
  return webhooks;
}

function readWebhook(config: Config, key: string): WebhookConfig {
  const format = readFormat(config, key);
  const secret = config.getOptionalString('secret');
  if (format === 'json' && secret === undefined) {
    throw new InputError(
      `The configuration '${key}.secret' is missing; receivers need it to tell real messages from forged ones`,
    );
  }
  return {
    id: readId(config, key),
    url: readUrl(config, key),
    format,
    key:
      secret === undefined
        ? undefined
        : readSigningKey(secret, `${key}.secret`),
    transitions: readTransitions(config, key),
    minRisk: readMinRisk(config, 'minRisk'),
    clients: config.getOptionalStringArray('clients'),
    headers: readMessageHeaders(config, key),
    timeoutMs: readDuration(config, 'timeout', {
      fallback: { seconds: 10 },
      least: { milliseconds: 100 },
    }),
    maxAttempts: readMaxAttempts(config, key),
  };
}

function readId(config: Config, key: string): string {
  const id = config.getString('id');
  if (!/^[\w.-]{1,64}$/.test(id) || id === NOTIFICATIONS_CHANNEL) {
    throw new InputError(
      `The configuration '${key}.id' must be at most 64 letters, digits, dots, dashes and underscores, and not '${NOTIFICATIONS_CHANNEL}'`,
    );
  }
  return id;
}

function readUrl(config: Config, key: string): string {
  const text = config.getString('url');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username ||
    url.password
  ) {
    throw new InputError(
      `The configuration '${key}.url' must be an http or https address without user and password; use 'headers' for those`,
    );
  }
  return url.href;
}

function readFormat(config: Config, key: string): 'json' | 'slack' {
  const format = config.getOptionalString('format') ?? 'json';
  if (format !== 'json' && format !== 'slack') {
    throw new InputError(
      `The configuration '${key}.format' must be json or slack, not '${format}'`,
    );
  }
  return format;
}

function readTransitions(
  config: Config,
  key: string,
): readonly DriftTransition[] {
  const names = config.getOptionalStringArray('events');
  if (!names) {
    return TRANSITIONS.filter(transition => transition !== 'changed');
  }
  const unknown = names.find(
    name => !TRANSITIONS.some(transition => transition === name),
  );
  if (unknown !== undefined || names.length === 0) {
    throw new InputError(
      `The configuration '${key}.events' must list some of ${TRANSITIONS.join(
        ', ',
      )}`,
    );
  }
  return TRANSITIONS.filter(transition => names.includes(transition));
}

function readMaxAttempts(config: Config, key: string): number {
  const value = config.getOptionalNumber('maxAttempts') ?? 10;
  if (!Number.isInteger(value) || value < 1 || value > 30) {
    throw new InputError(
      `The configuration '${key}.maxAttempts' must be a whole number from 1 to 30`,
    );
  }
  return value;
}
