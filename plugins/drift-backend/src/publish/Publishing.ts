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
  LoggerService,
  SchedulerService,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { EventsService } from '@backstage/plugin-events-node';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { Knex } from 'knex';
import { readDuration } from '../config/readDuration';
import { ScanEvents } from '../scans/ScanEvents';
import { RemediationNotificationChannel } from '../remediation/RemediationNotifier';
import { DriftStore } from '../store/DriftStore';
import { briefFindings } from '../store/operations/findings/briefFindings';
import { DatabaseDeliveryStore } from '../webhooks/DatabaseDeliveryStore';
import { DeliveryChannel } from '../webhooks/DeliveryChannel';
import { DeliveryLoop } from '../webhooks/DeliveryLoop';
import { Deliveries } from '../webhooks/DeliveryService';
import {
  readWebhooksConfig,
  WebhookConfig,
} from '../webhooks/readWebhooksConfig';
import { WebhookChannel } from '../webhooks/WebhookChannel';
import { WebhookPublisher } from '../webhooks/WebhookPublisher';
import { EventPublisher } from './EventPublisher';
import { NotificationChannel } from './NotificationChannel';
import { NotificationPublisher } from './NotificationPublisher';
import {
  NotificationsConfig,
  readNotificationsConfig,
} from './readNotificationsConfig';
import { TargetEvents } from './TargetEvents';

const DAY_MS = 24 * 3600 * 1000;

/** What app-config says of publishing, with defaults filled in. */
export interface PublishingConfig {
  /** Address of the app, for links. */
  appUrl?: string;
  notifications: NotificationsConfig;
  webhooks: WebhookConfig[];
  /** Days that messages are kept after they were given up. */
  deliveryDays: number;
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readPublishingConfig(root: Config): PublishingConfig {
  return {
    appUrl: root.getOptionalString('app.baseUrl'),
    notifications: readNotificationsConfig(root),
    webhooks: readWebhooksConfig(root),
    deliveryDays:
      readDuration(root, 'drift.retention.deliveries', {
        fallback: { days: 30 },
        least: { days: 1 },
      }) / DAY_MS,
  };
}

/** Tells others what scans changed: other plugins, owners and webhooks. */
export class Publishing implements Deliveries {
  readonly listeners: ScanEvents[];
  readonly store: DatabaseDeliveryStore;
  readonly loop: DeliveryLoop;

  static create(options: {
    config: PublishingConfig;
    knex: Knex;
    store: DriftStore;
    auth: AuthService;
    catalog: CatalogService;
    events: EventsService;
    notifications: NotificationService;
    logger: LoggerService;
    now: () => Date;
  }): Publishing {
    return new Publishing(options);
  }

  private constructor(options: Parameters<typeof Publishing.create>[0]) {
    const { config, knex, logger, now } = options;
    const store = DatabaseDeliveryStore.create({ knex });
    const targetEvents = new TargetEvents({
      store: options.store,
      readFindings: query => briefFindings(knex, query),
      failingAfter: config.notifications.failingAfter,
      appUrl: config.appUrl,
      now,
    });
    const channels: DeliveryChannel[] = config.webhooks.map(
      webhook => new WebhookChannel({ webhook, store, logger, now }),
    );
    if (config.notifications.enabled) {
      channels.push(
        new NotificationChannel({
          notifications: options.notifications,
          store,
          digestAbove: config.notifications.digest.above,
          logger,
          now,
        }),
        new RemediationNotificationChannel({
          notifications: options.notifications,
          store,
          logger,
          now,
        }),
      );
    }
    const loop = new DeliveryLoop({
      channels,
      store,
      logger,
      deadDays: config.deliveryDays,
      now,
    });
    const onAdded = () => loop.wake();
    this.store = store;
    this.loop = loop;
    this.listeners = [
      new EventPublisher({ events: options.events, targetEvents, logger }),
    ];
    if (config.webhooks.length > 0) {
      this.listeners.push(
        new WebhookPublisher({
          webhooks: config.webhooks,
          targetEvents,
          store,
          onAdded,
          logger,
          now,
        }),
      );
    }
    if (config.notifications.enabled) {
      this.listeners.push(
        new NotificationPublisher({
          config: config.notifications,
          targetEvents,
          store,
          catalog: options.catalog,
          auth: options.auth,
          onAdded,
          logger,
          now,
        }),
      );
    }
  }

  /** Begins to send. */
  start(scheduler: SchedulerService): Promise<void> {
    return this.loop.schedule(scheduler);
  }

  /** Ends what is being sent, and leaves it to others. */
  stop(): Promise<void> {
    return this.loop.stop();
  }
}
