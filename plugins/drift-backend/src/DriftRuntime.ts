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
  AuditorService,
  AuthService,
  DatabaseService,
  LoggerService,
  SchedulerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { MetricsService } from '@backstage/backend-plugin-api/alpha';
import { toError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { SignalsService } from '@backstage/plugin-signals-node';
import {
  Attributor,
  DriftSource,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AttributionConfig,
  AttributionService,
  AttributionStore,
} from './attribution';
import { DriftConfig } from './config/readDriftConfig';
import {
  AiClient,
  AiConfig,
  createExplanations,
  DriftExplanations,
} from './explain';
import { IngestConfig, PlanIngest } from './ingest';
import {
  createPolicies,
  PoliciesConfig,
  PolicyParts,
  StoppedPublisher,
} from './policy';
import { DatabaseMutingStore, DriftMuting } from './muting';
import { DriftMetrics } from './publish/DriftMetrics';
import { Publishing, PublishingConfig } from './publish/Publishing';
import { SignalPublisher } from './publish/SignalPublisher';
import { InProcessScanQueue, PgBossScanQueue, ScanQueue } from './queue';
import {
  ConsentCheck,
  createRemediation,
  RemediationConfig,
  RemediationEventPublisher,
  RemediationNotifier,
  RemediationParts,
} from './remediation';
import { DriftCleaner } from './retention';
import {
  removeAbandonedWorkDirectories,
  ScanEventEmitter,
  ScanEvents,
  ScanRequests,
  ScanWorker,
} from './scans';
import { ScanScheduler, scheduleScanTasks } from './schedule';
import { isDatabaseAway } from './service/DatabaseWatch';
import { DefaultDriftService } from './service/DefaultDriftService';
import { SourceHealthMonitor } from './service/SourceHealthMonitor';
import { StartingDriftService } from './service/StartingDriftService';
import { DatabaseDriftStore, DriftStore } from './store';
import { createTenants, Tenants, TenantsConfig } from './tenants';
import { TargetRegistry } from './targets';
import { Verdict } from './verdict/readVerdict';
import { Deliveries } from './webhooks/DeliveryService';

const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 10_000, 30_000];
const HEALTH_INTERVAL = { minutes: 5 };
/** A scan that took its full time may have to wait for the database to store its result. */
const SAVE_TIMEOUT_MS = 10 * 60_000;
const HANDLER_RESERVE_MS = SAVE_TIMEOUT_MS + 5 * 60_000;

/** What the plugin is made of, besides its configuration. */
export interface DriftRuntimeOptions {
  config: DriftConfig;
  sources: DriftSource[];
  verdict: Verdict;
  ingest: IngestConfig;
  /** Absent without a key: then the rules explain and answer. */
  ai: AiConfig | undefined;
  /** The audit logs of modules, which tell who did it. */
  attributors: Attributor[];
  attribution: AttributionConfig;
  /** What modules repair drift with. */
  remediators: Remediator[];
  /** Makes code match reality, where it can. */
  adopt?: Remediator;
  remediation: RemediationConfig;
  policies: PoliciesConfig;
  /** Asks permissions once more before something is applied. */
  mayStill: ConsentCheck;
  auditor: AuditorService;
  auth: AuthService;
  catalog: CatalogService;
  database: DatabaseService;
  events: EventsService;
  logger: LoggerService;
  metrics: MetricsService;
  notifications: NotificationService;
  publishing: PublishingConfig;
  scheduler: SchedulerService;
  signals: SignalsService;
  tenants: TenantsConfig;
  integrations: ScmIntegrationRegistry;
  urlReader: UrlReaderService;
  now?: () => Date;
}

/** The working parts, once the database has answered. */
interface Parts {
  /** Absent where no audit log can be asked. */
  attributions: AttributionService | undefined;
  queue: ScanQueue;
  registry: TargetRegistry;
  scanScheduler: ScanScheduler;
  cleaner: DriftCleaner;
  explanations: DriftExplanations;
  muting: DriftMuting;
  publishing: Publishing;
  tenants: Tenants;
  policies: PolicyParts;
  remediation: RemediationParts;
  worker: ScanWorker;
}

/**
 * Puts the parts of the plugin together and runs them.
 *
 * @remarks
 * A database that is briefly away does not end the backend: until it answers,
 * every call to the service is refused, and opening is tried again.
 */
export class DriftRuntime {
  /** Knows nothing of permissions. */
  readonly service = new StartingDriftService();
  /** Takes what pipelines push. Knows nothing of permissions. */
  readonly ingest: PlanIngest;
  /** The way to a language model, where one is configured. */
  readonly ai: AiClient | undefined;
  readonly #options: DriftRuntimeOptions;
  readonly #logger: LoggerService;
  readonly #now: () => Date;
  readonly #health: SourceHealthMonitor;
  readonly #stopping = new AbortController();
  #parts?: Parts;
  #running?: Promise<void>;

  static create(options: DriftRuntimeOptions): DriftRuntime {
    return new DriftRuntime(options);
  }

  private constructor(options: DriftRuntimeOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#now = options.now ?? (() => new Date());
    this.ingest = PlanIngest.create({
      verdict: options.verdict,
      staleAfterMs: options.ingest.staleAfterMs,
      now: this.#now,
    });
    this.ai =
      options.ai &&
      AiClient.create({
        config: options.ai,
        metrics: options.metrics,
        now: this.#now,
      });
    this.#health = new SourceHealthMonitor({
      sources: options.sources,
      logger: options.logger,
    });
  }

  /** What sends messages; undefined until the database has answered. */
  get deliveries(): Deliveries | undefined {
    return this.#parts?.publishing;
  }

  /** What people accept and mute; undefined until the database has answered. */
  get muting(): DriftMuting | undefined {
    return this.#parts?.muting;
  }

  /** Tenants and their desired states; undefined until the database has answered. */
  get tenants(): Tenants | undefined {
    return this.#parts?.tenants;
  }

  /** What remediates; undefined until the database has answered. */
  get remediation(): RemediationParts | undefined {
    return this.#parts?.remediation;
  }

  /** What decides what is automatic; undefined until the database has answered. */
  get policies(): PolicyParts | undefined {
    return this.#parts?.policies;
  }

  /**
   * Connects, migrates and builds the parts.
   *
   * @throws Anything but an absent database, since only that mends itself
   */
  async open(): Promise<void> {
    // Backstage remembers when this fails, so trying again would be in vain.
    const knex = await this.#options.database.getClient();
    try {
      this.#parts = await this.#build(knex);
    } catch (error) {
      if (!isDatabaseAway(error)) {
        throw error;
      }
      this.#logger.warn(
        'The drift database does not answer, trying again',
        toError(error),
      );
    }
  }

  /** Begins to work and returns at once. */
  start(): void {
    this.#running = this.#run().catch(error => {
      if (!this.#stopping.signal.aborted) {
        this.#logger.error('Drift scans could not be started', toError(error));
      }
    });
  }

  /** Takes no more work, ends what runs and waits for it. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#parts?.remediation.loop.stop();
    await this.#parts?.queue.stop();
    await this.#parts?.muting.stop();
    await this.#parts?.attributions?.stop();
    await this.#parts?.explanations.stop();
    await this.#parts?.publishing.stop();
  }

  async #run(): Promise<void> {
    const { scheduler } = this.#options;
    await this.#sweep();
    await scheduler.scheduleTask({
      id: 'drift-check-sources',
      scope: 'local',
      frequency: HEALTH_INTERVAL,
      timeout: { minutes: 2 },
      fn: () => this.#health.check(),
    });

    await this.#untilDatabaseAnswers(async () => {
      if (!this.#parts) {
        await this.open();
      }
      return this.#parts !== undefined;
    });
    const parts = this.#parts;
    if (!parts) {
      return;
    }

    await this.#untilDatabaseAnswers(async () => {
      await parts.queue.start(parts.worker.handle);
      return true;
    });
    if (this.#stopping.signal.aborted) {
      return;
    }
    await scheduleScanTasks({
      scheduler,
      registry: parts.registry,
      scanScheduler: parts.scanScheduler,
      cleaner: parts.cleaner,
      logger: this.#logger,
      tickIntervalMs: this.#options.config.schedule.tickMs,
      refreshIntervalMs: this.#options.config.catalog.refreshIntervalMs,
    });
    await parts.publishing.start(scheduler);
    await parts.muting.start(scheduler);
    await parts.remediation.loop.schedule(scheduler);
  }

  /** What a killed process left must not stay, but is no reason not to work. */
  async #sweep(): Promise<void> {
    try {
      const removed = await removeAbandonedWorkDirectories();
      if (removed > 0) {
        this.#logger.info(
          `Removed ${removed} work directories of scans that were killed`,
        );
      }
    } catch (error) {
      this.#logger.warn(
        'Could not remove the work directories of scans that were killed',
        toError(error),
      );
    }
  }

  async #untilDatabaseAnswers(attempt: () => Promise<boolean>): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        if (await attempt()) {
          return;
        }
      } catch (error) {
        if (!isDatabaseAway(error)) {
          throw error;
        }
        this.#logger.warn(
          'The drift database does not answer, trying again',
          toError(error),
        );
      }
      const delay =
        RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)];
      // Rejects only when the backend stops, which the loop sees.
      await sleep(delay, undefined, { signal }).catch(() => {});
    }
  }

  async #build(knex: Knex): Promise<Parts> {
    const { config, sources, verdict, auth, catalog, database } = this.#options;
    const logger = this.#logger;
    const now = this.#now;

    const store = await DatabaseDriftStore.create({ database });
    const queue = this.#createQueue(knex);

    const publishing = this.#createPublishing({ knex, store });
    const signals = new SignalPublisher({
      signals: this.#options.signals,
      logger,
    });
    const { ai, metrics } = this.#options;
    const { explanations, analyses } = createExplanations({
      knex,
      store,
      ai: ai && this.ai && { client: this.ai, config: ai },
      onReady: targetId => signals.onAnalysisReady(targetId),
      logger,
      now,
    });
    const attributions = this.#createAttributions({ knex, signals });
    const listeners: ScanEvents[] = [
      signals,
      new DriftMetrics({ metrics, store, logger, now }),
      explanations,
      ...(attributions ? [attributions] : []),
      ...publishing.listeners,
    ];
    const events = ScanEventEmitter.create({ listeners, logger });
    const requests = ScanRequests.create({ store, queue, events, now });
    const service = new DefaultDriftService({
      store,
      requests,
      explanations,
      readSourceHealth: () => this.#health.read(),
      now,
    });
    listeners.push(service.events);

    const muting = DriftMuting.create({
      store: DatabaseMutingStore.create({ knex }),
      verdict,
      events,
      requests,
      logger,
      now,
    });

    const tenants = createTenants({
      ...this.#options,
      knex,
      driftStore: store,
      config: this.#options.tenants,
      now,
    });

    const workerId = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
    const { policies, remediation } = this.#createRemediation({
      knex,
      store,
      requests,
      tenants,
      signals,
      publishing,
      workerId,
    });
    listeners.push(remediation.scanEvents, policies.automation);

    const parts: Parts = {
      attributions,
      queue,
      policies,
      remediation,
      explanations,
      muting,
      publishing,
      tenants,
      registry: TargetRegistry.create({
        sources,
        store,
        catalog,
        auth,
        logger,
        events,
        defaultSchedule: config.schedule.default,
        timeZone: config.schedule.timeZone,
        initialDelayMs: config.schedule.initialDelayMs,
        now,
      }),
      scanScheduler: ScanScheduler.create({
        store,
        queue,
        events,
        logger,
        timeZone: config.schedule.timeZone,
        defaultSchedule: config.schedule.default,
        now,
      }),
      cleaner: DriftCleaner.create({
        store,
        analyses,
        remediations: remediation.store,
        logger,
        scanDays: config.retention.scanDays,
        findingDays: config.retention.findingDays,
        now,
      }),
      worker: ScanWorker.create({
        store,
        sources: new Map(sources.map(source => [source.id, source])),
        assess: verdict.assess,
        reassess: verdict.reassess,
        summarise: verdict.summarise,
        readMuting: muting.readMuting,
        readDesiredState: (tenantId, source) =>
          tenants.readDesiredState(tenantId, source),
        events,
        logger,
        workerId,
        timeoutMs: config.scans.timeoutMs,
        saveTimeoutMs: SAVE_TIMEOUT_MS,
        now,
      }),
    };
    this.ingest.started({
      store,
      events,
      explanations,
      readMuting: muting.readMuting,
    });
    this.service.started(service);
    return parts;
  }

  #createAttributions(options: {
    knex: Knex;
    signals: SignalPublisher;
  }): AttributionService | undefined {
    const { knex, signals } = options;
    const { attributors, attribution: config } = this.#options;
    return config.enabled && attributors.length > 0
      ? AttributionService.create({
          store: AttributionStore.create({ knex }),
          attributors,
          config,
          onFound: targetId => signals.onAttributionFound(targetId),
          logger: this.#logger,
          now: this.#now,
        })
      : undefined;
  }

  #createRemediation(options: {
    knex: Knex;
    store: DriftStore;
    requests: ScanRequests;
    tenants: Tenants;
    signals: SignalPublisher;
    publishing: Publishing;
    workerId: string;
  }): { policies: PolicyParts; remediation: RemediationParts } {
    const { knex, store, requests, tenants, signals, publishing, workerId } =
      options;
    const { remediation: config, auditor, mayStill } = this.#options;
    const { notifications } = this.#options.publishing;
    const logger = this.#logger;
    const now = this.#now;
    const notifier = notifications.enabled
      ? new RemediationNotifier({
          config: notifications,
          approvers: config.notifyApprovers,
          store: publishing.store,
          onAdded: () => publishing.loop.wake(),
          logger,
          now,
        })
      : undefined;
    const told = {
      events: this.#options.events,
      appUrl: this.#options.publishing.appUrl,
      logger,
      now,
    };
    const stoppedPublisher = new StoppedPublisher(told);
    return createRemediation({
      knex,
      driftStore: store,
      requests,
      remediators: this.#options.remediators,
      adopt: this.#options.adopt,
      sources: this.#options.sources.map(({ id }) => id),
      config,
      createPolicies: rest =>
        createPolicies({
          ...rest,
          knex,
          config: this.#options.policies,
          enabled: config.enabled,
          selfApproval: config.selfApproval,
          store,
          logger,
          now,
        }),
      mayStill,
      readDesiredState: (tenantId, source) =>
        tenants.readDesiredState(tenantId, source),
      publish: ids => signals.onRemediationChanged(ids),
      listeners: [
        new RemediationEventPublisher(told),
        ...(notifier ? [notifier] : []),
      ],
      onStopped: async stopped => {
        await stoppedPublisher.publish(stopped);
        await notifier?.onStopped(stopped);
      },
      auditor,
      workerId,
      logger,
      now,
    });
  }

  #createQueue(knex: Knex): ScanQueue {
    const { scans, queue } = this.#options.config;
    const { concurrency, concurrencyPerClient } = scans;
    const logger = this.#logger;
    const client = String(knex.client.config.client);
    if (client === 'pg') {
      return PgBossScanQueue.create({
        knex,
        logger,
        schema: queue.schema,
        concurrency,
        concurrencyPerClient,
        handlerTimeoutMs: scans.timeoutMs + HANDLER_RESERVE_MS,
      });
    }
    if (client.includes('sqlite')) {
      return InProcessScanQueue.create({
        logger,
        concurrency,
        concurrencyPerClient,
      });
    }
    throw new Error(
      `The drift plugin works with PostgreSQL and SQLite, not with '${client}'`,
    );
  }

  #createPublishing(options: { knex: Knex; store: DriftStore }): Publishing {
    const { publishing, auth, catalog, events, notifications } = this.#options;
    return Publishing.create({
      ...options,
      config: publishing,
      auth,
      catalog,
      events,
      notifications,
      logger: this.#logger,
      now: this.#now,
    });
  }
}
