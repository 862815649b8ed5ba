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
import { ForwardedError, InputError } from '@backstage/errors';
import { HumanDuration } from '@backstage/types';
import { Duration } from 'luxon';
import { ScanSchedule } from '../schedule';

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_CONCURRENCY = 100;

/** What `drift` in app-config says, with defaults filled in. */
export interface DriftConfig {
  schedule: {
    /** Cron expression or ISO 8601 duration. */
    default: string;
    /** IANA name. */
    timeZone: string;
    tickMs: number;
    initialDelayMs: number;
  };
  scans: {
    timeoutMs: number;
    concurrency: number;
    concurrencyPerClient?: number;
  };
  queue: { schema: string };
  retention: { scanDays: number; findingDays: number };
  catalog: { refreshIntervalMs: number };
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readDriftConfig(root: Config): DriftConfig {
  const timeZone = readTimeZone(root, 'drift.schedule.timezone') ?? 'UTC';
  return {
    schedule: {
      default:
        readSchedule(root, 'drift.schedule.default', timeZone) ?? 'PT30M',
      timeZone,
      tickMs: readDuration(root, 'drift.schedule.tick', {
        fallback: { minutes: 1 },
        least: { seconds: 1 },
      }),
      initialDelayMs: readDuration(root, 'drift.schedule.initialDelay', {
        fallback: { seconds: 0 },
        least: { seconds: 0 },
      }),
    },
    scans: {
      timeoutMs: readDuration(root, 'drift.scans.timeout', {
        fallback: { minutes: 30 },
        least: { seconds: 1 },
      }),
      concurrency: readConcurrency(root, 'drift.scans.concurrency') ?? 2,
      concurrencyPerClient: readConcurrency(
        root,
        'drift.scans.concurrencyPerClient',
      ),
    },
    queue: {
      schema: readSchemaName(root, 'drift.queue.schema') ?? 'pgboss_drift',
    },
    retention: {
      scanDays:
        readDuration(root, 'drift.retention.scans', {
          fallback: { days: 90 },
          least: { days: 1 },
        }) / DAY_MS,
      findingDays:
        readDuration(root, 'drift.retention.findings', {
          fallback: { days: 365 },
          least: { days: 1 },
        }) / DAY_MS,
    },
    catalog: {
      refreshIntervalMs: readDuration(root, 'drift.catalog.refreshInterval', {
        fallback: { minutes: 1 },
        least: { seconds: 5 },
      }),
    },
  };
}

function readDuration(
  root: Config,
  key: string,
  options: { fallback: HumanDuration; least: HumanDuration },
): number {
  const { fallback, least } = options;
  const duration = root.has(key)
    ? Duration.fromObject(readDurationFromConfig(root, { key }))
    : Duration.fromObject(fallback);
  if (duration < Duration.fromObject(least)) {
    throw new InputError(
      `The configuration '${key}' must be at least ${Duration.fromObject(
        least,
      ).toHuman()}`,
    );
  }
  return duration.toMillis();
}

function readSchedule(
  root: Config,
  key: string,
  timeZone: string,
): string | undefined {
  if (!root.has(key)) {
    return undefined;
  }
  const value = root.get(key);
  const text =
    typeof value === 'string'
      ? value
      : Duration.fromObject(readDurationFromConfig(root, { key })).toISO();
  try {
    return ScanSchedule.parse(text ?? '', { timeZone, now: new Date() }).text;
  } catch (error) {
    throw new ForwardedError(`The configuration '${key}' is not valid`, error);
  }
}

function readTimeZone(root: Config, key: string): string | undefined {
  const timeZone = root.getOptionalString(key);
  if (timeZone === undefined) {
    return undefined;
  }
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions()
      .timeZone;
  } catch {
    throw new InputError(
      `The configuration '${key}' must be a time zone such as Europe/Berlin, not '${timeZone}'`,
    );
  }
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

function readSchemaName(root: Config, key: string): string | undefined {
  const name = root.getOptionalString(key);
  if (name !== undefined && !/^[a-z_][a-z0-9_]{0,49}$/.test(name)) {
    throw new InputError(
      `The configuration '${key}' must be a schema name of at most 50 lower-case letters, digits and underscores`,
    );
  }
  return name;
}
