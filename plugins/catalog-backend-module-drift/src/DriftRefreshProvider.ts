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

import {
  AuthService,
  DiscoveryService,
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { ResponseError, toError } from '@backstage/errors';
import {
  EntityProvider,
  EntityProviderConnection,
} from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { HumanDuration } from '@backstage/types';
import {
  DRIFT_EVENTS_TOPIC,
  EntityDriftStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DriftSnapshot } from './DriftSnapshot';
import { refreshKeyOf } from './DriftStatusProcessor';

const KEYS_PER_REFRESH = 500;
const REQUEST_TIMEOUT_MS = 30_000;
/** Events of a busy moment are answered together. */
const EVENT_DELAY_MS = 1_000;
/** Until the first answer; the drift backend may start at the same time. */
const FIRST_RETRY_MS = 3_000;

const STATUSES = new Set(['clean', 'drifted', 'pending', 'error', 'unknown']);
const RISKS = new Set(['none', 'low', 'medium', 'high', 'critical']);

/**
 * Keeps the snapshot of this replica fresh, and has the catalog process again
 * the entities whose drift changed.
 *
 * @remarks
 * An entity provider that provides no entities: connecting is the moment from
 * which keys may be refreshed. It runs on every replica, since each has its own
 * snapshot and refreshes only after that is up to date; so an entity that another
 * replica wrote from an older snapshot is put right within one poll.
 */
export class DriftRefreshProvider implements EntityProvider {
  readonly #snapshot: DriftSnapshot;
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;
  readonly #scheduler: SchedulerService;
  readonly #events: EventsService;
  readonly #logger: LoggerService;
  readonly #pollInterval: HumanDuration;
  readonly #stopping: AbortSignal;
  /** Refs whose entities have yet to be refreshed. */
  readonly #outdated = new Set<string>();
  #connection?: EntityProviderConnection;
  #polling?: Promise<void>;
  #eventTimer?: NodeJS.Timeout;
  #etag?: string;
  #failing = false;

  constructor(options: {
    snapshot: DriftSnapshot;
    auth: AuthService;
    discovery: DiscoveryService;
    scheduler: SchedulerService;
    events: EventsService;
    logger: LoggerService;
    pollInterval: HumanDuration;
    /** Aborted when the backend stops. */
    stopping: AbortSignal;
  }) {
    this.#snapshot = options.snapshot;
    this.#auth = options.auth;
    this.#discovery = options.discovery;
    this.#scheduler = options.scheduler;
    this.#events = options.events;
    this.#logger = options.logger;
    this.#pollInterval = options.pollInterval;
    this.#stopping = options.stopping;
  }

  getProviderName(): string {
    return 'DriftRefreshProvider';
  }

  async connect(connection: EntityProviderConnection): Promise<void> {
    this.#connection = connection;
    this.#stopping.addEventListener(
      'abort',
      () => clearTimeout(this.#eventTimer),
      { once: true },
    );
    await this.#scheduler.scheduleTask({
      id: 'drift-refresh',
      scope: 'local',
      frequency: this.#pollInterval,
      timeout: this.#pollInterval,
      fn: async signal => {
        const ends = AbortSignal.any([signal, this.#stopping]);
        await this.poll();
        while (!this.#snapshot.isLoaded && !ends.aborted) {
          await sleep(FIRST_RETRY_MS, undefined, {
            signal: ends,
            ref: false,
          }).catch(() => {});
          await this.poll();
        }
      },
    });
    await this.#events.subscribe({
      // Of this process alone, or another replica would take the event away.
      id: `catalog-module-drift-${randomUUID()}`,
      topics: [DRIFT_EVENTS_TOPIC],
      onEvent: async () => this.#pollSoon(),
    });
  }

  /** Asks the drift backend and refreshes what changed; never rejects. */
  async poll(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => {
      this.#polling = undefined;
    });
    return this.#polling;
  }

  #pollSoon(): void {
    if (this.#stopping.aborted) {
      return;
    }
    this.#eventTimer ??= setTimeout(async () => {
      this.#eventTimer = undefined;
      // One that is under way may have asked before the event.
      await this.#polling;
      await this.poll();
    }, EVENT_DELAY_MS).unref();
  }

  async #poll(): Promise<void> {
    if (this.#stopping.aborted) {
      return;
    }
    try {
      const statuses = await this.#fetchStatuses();
      if (statuses) {
        for (const entityRef of this.#snapshot.replace(statuses)) {
          this.#outdated.add(entityRef);
        }
      }
      await this.#refreshOutdated();
      if (this.#failing) {
        this.#logger.info('Drift statuses can be read again');
      }
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && !this.#stopping.aborted) {
        this.#logger.warn(
          'Cannot refresh drift statuses, the last known ones stay; further failures are not logged',
          toError(error),
        );
      }
      this.#failing = true;
    }
  }

  /** Undefined when nothing changed since the last answer. */
  async #fetchStatuses(): Promise<EntityDriftStatus[] | undefined> {
    const baseUrl = await this.#discovery.getBaseUrl('drift');
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'drift',
    });
    const response = await fetch(`${baseUrl}/entity-statuses`, {
      headers: {
        Authorization: `Bearer ${token}`,
        // Else fetch says no-cache, to which nobody answers 304.
        'Cache-Control': 'max-age=0',
        ...(this.#etag && { 'If-None-Match': this.#etag }),
      },
      signal: AbortSignal.any([
        this.#stopping,
        AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ]),
    });
    if (response.status === 304) {
      return undefined;
    }
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    const { items } = (await response.json()) as { items: unknown };
    if (!Array.isArray(items)) {
      throw new Error('The drift backend answered without a list of statuses');
    }
    this.#etag = response.headers.get('etag') ?? undefined;
    return items.filter(isEntityDriftStatus);
  }

  async #refreshOutdated(): Promise<void> {
    const entityRefs = [...this.#outdated];
    for (let start = 0; start < entityRefs.length; start += KEYS_PER_REFRESH) {
      const batch = entityRefs.slice(start, start + KEYS_PER_REFRESH);
      await this.#connection?.refresh({ keys: batch.map(refreshKeyOf) });
      for (const entityRef of batch) {
        this.#outdated.delete(entityRef);
      }
    }
  }
}

function isEntityDriftStatus(item: unknown): item is EntityDriftStatus {
  const { entityRef, status, risk } = (item ?? {}) as Record<string, unknown>;
  return (
    typeof entityRef === 'string' &&
    STATUSES.has(status as string) &&
    RISKS.has(risk as string)
  );
}
