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
import { readDuration } from '../config/readDuration';

const MAX_CONCURRENCY = 20;

/** What `drift.remediation` in app-config says, with defaults filled in. */
export interface RemediationConfig {
  /** Nothing is previewed or applied without it. */
  enabled: boolean;
  /** The requester may approve what they asked for. */
  selfApproval: boolean;
  /** How long an approval, and the wait for one, holds. */
  approvalTtlMs: number;
  /** How long a preview waits for who asked for it. */
  previewTtlMs: number;
  /** How long it may take until a scan could say what became of it. */
  verifyTimeoutMs: number;
  /** Longest time of one preview and of one apply. */
  applyTimeoutMs: number;
  /** Previews and applies at once on each replica. */
  concurrency: number;
  /** Entity refs of who is told that an approval is needed, besides the owner. */
  notifyApprovers: string[];
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readRemediationConfig(root: Config): RemediationConfig {
  const key = 'drift.remediation';
  const duration = (
    name: string,
    fallback: { days?: number; hours?: number },
  ) =>
    readDuration(root, `${key}.${name}`, { fallback, least: { seconds: 1 } });
  return {
    enabled: root.getOptionalBoolean(`${key}.enabled`) ?? false,
    selfApproval: root.getOptionalBoolean(`${key}.selfApproval`) ?? false,
    approvalTtlMs: duration('approvalTtl', { days: 1 }),
    previewTtlMs: duration('previewTtl', { hours: 1 }),
    verifyTimeoutMs: duration('verifyTimeout', { hours: 1 }),
    applyTimeoutMs: duration('applyTimeout', { hours: 1 }),
    concurrency: readConcurrency(root, `${key}.concurrency`) ?? 2,
    notifyApprovers: (
      root.getOptionalStringArray(`${key}.notifyApprovers`) ?? []
    ).map(value => readRef(value, `${key}.notifyApprovers`)),
  };
}

function readConcurrency(root: Config, key: string): number | undefined {
  const value = root.getOptionalNumber(key);
  if (
    value !== undefined &&
    !(Number.isInteger(value) && value >= 1 && value <= MAX_CONCURRENCY)
  ) {
    throw new InputError(
      `The configuration '${key}' must be a whole number from 1 to ${MAX_CONCURRENCY}`,
    );
  }
  return value;
}

function readRef(value: string, key: string): string {
  try {
    return stringifyEntityRef(parseEntityRef(value));
  } catch {
    throw new InputError(
      `The configuration '${key}' must hold entity references such as group:default/platform, not '${value}'`,
    );
  }
}
