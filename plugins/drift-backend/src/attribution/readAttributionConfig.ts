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

/** Whether and how audit logs are asked who changed something. */
export interface AttributionConfig {
  enabled: boolean;
  /** How long an audit log is asked again that did not know, in milliseconds. */
  retryForMs: number;
  /** Longest time of one question, in milliseconds. */
  timeoutMs: number;
  /** Questions at once on one replica. */
  concurrency: number;
  /** Most findings of one target that are asked about after one scan. */
  findingsPerScan: number;
}

const LONGEST_TIMEOUT_MS = 10 * 60_000;

/**
 * Reads `drift.attribution`.
 *
 * @throws InputError or a configuration error that names the key
 */
export function readAttributionConfig(root: Config): AttributionConfig {
  const timeoutMs = readDuration(root, 'drift.attribution.timeout', {
    fallback: { seconds: 30 },
    least: { seconds: 1 },
  });
  if (timeoutMs > LONGEST_TIMEOUT_MS) {
    throw new InputError(
      "The configuration 'drift.attribution.timeout' must be at most 10 minutes",
    );
  }
  return {
    enabled: root.getOptionalBoolean('drift.attribution.enabled') ?? true,
    retryForMs: readDuration(root, 'drift.attribution.retryFor', {
      fallback: { hours: 24 },
      least: { minutes: 15 },
    }),
    timeoutMs,
    concurrency: readNumber(root, 'drift.attribution.concurrency', {
      fallback: 4,
      most: 50,
    }),
    findingsPerScan: readNumber(root, 'drift.attribution.findingsPerScan', {
      fallback: 50,
      most: 1_000,
    }),
  };
}

function readNumber(
  root: Config,
  key: string,
  options: { fallback: number; most: number },
): number {
  const { fallback, most } = options;
  const value = root.getOptionalNumber(key) ?? fallback;
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new InputError(
      `The configuration '${key}' must be a whole number from 1 to ${most}`,
    );
  }
  return value;
}
