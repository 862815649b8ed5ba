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

import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Duration } from 'luxon';

const MB = 1024 ** 2;
const GB = 1024 ** 3;
const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1024,
  mb: MB,
  gb: GB,
};

/** What one token may push. */
export interface TokenEntry {
  /** Glob of subjects of principals, such as `external:ci-acme`. */
  subject: string;
  /** Globs of clients; `-` is a module without one. Every client when absent. */
  clients?: string[];
  /** Globs of modules. Every module when absent. */
  modules?: string[];
}

/** What `drift.ingest` in app-config says, with defaults filled in. */
export interface IngestConfig {
  /** Bytes of an unpacked JSON plan. */
  maxPlanSize: number;
  /** Bytes of an unpacked text or stream. */
  maxTextSize: number;
  /** Bytes of an unpacked request to `/analyze`. */
  maxRequestSize: number;
  /** Age at which the verdict of a pushed target is too old, in milliseconds. */
  staleAfterMs: number;
  /** Longest wait for an explanation, in milliseconds. */
  analyzeWaitMs: number;
  /** Plans that are read at once on each replica. */
  concurrency: number;
  /** Uploads that may wait for one of them. */
  maxWaiting: number;
  /** Requests of one principal on each replica. */
  requestsPerMinute: number;
  /** The known clients; any when absent. */
  clients?: string[];
  tokens: TokenEntry[];
  /** Whether principals without an entry are refused. */
  requireTokenEntry: boolean;
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readIngestConfig(root: Config): IngestConfig {
  return {
    maxPlanSize: readSize(root, 'drift.ingest.maxPlanSize') ?? 2 * GB,
    maxTextSize: readSize(root, 'drift.ingest.maxTextSize') ?? 20 * MB,
    maxRequestSize: readSize(root, 'drift.ingest.maxRequestSize') ?? 20 * MB,
    staleAfterMs:
      readDuration(root, 'drift.ingest.staleAfter') ??
      Duration.fromObject({ hours: 48 }).toMillis(),
    analyzeWaitMs: readDuration(root, 'drift.ingest.analyzeWait') ?? 10_000,
    concurrency: readCount(root, 'drift.ingest.concurrency') ?? 2,
    maxWaiting: readCount(root, 'drift.ingest.maxWaiting') ?? 20,
    requestsPerMinute:
      readCount(root, 'drift.ingest.rateLimit.perMinute') ?? 120,
    clients: root.getOptionalStringArray('drift.ingest.clients'),
    tokens: (root.getOptionalConfigArray('drift.ingest.tokens') ?? []).map(
      entry => ({
        subject: entry.getString('subject'),
        clients: entry.getOptionalStringArray('clients'),
        modules: entry.getOptionalStringArray('modules'),
      }),
    ),
    requireTokenEntry:
      root.getOptionalBoolean('drift.ingest.requireTokenEntry') ?? false,
  };
}

function readSize(root: Config, key: string): number | undefined {
  const value = root.getOptional(key);
  if (value === undefined) {
    return undefined;
  }
  const match = /^(\d{1,12}) ?([kmg]?b)?$/i.exec(String(value).trim());
  const size = match
    ? Number(match[1]) * UNITS[(match[2] ?? 'b').toLowerCase()]
    : 0;
  if (size < 1) {
    throw new InputError(
      `The configuration '${key}' must be a size such as 2GB or 20MB`,
    );
  }
  return size;
}

function readDuration(root: Config, key: string): number | undefined {
  if (!root.has(key)) {
    return undefined;
  }
  const duration = Duration.fromObject(readDurationFromConfig(root, { key }));
  if (duration.toMillis() < 1_000) {
    throw new InputError(
      `The configuration '${key}' must be at least a second`,
    );
  }
  return duration.toMillis();
}

function readCount(root: Config, key: string): number | undefined {
  const value = root.getOptionalNumber(key);
  if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
    throw new InputError(
      `The configuration '${key}' must be a whole number from 1 on`,
    );
  }
  return value;
}
