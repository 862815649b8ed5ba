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
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  DeliveriesPage,
  Delivery,
  driftDeliveryManagePermission,
} from '@infra-hub/backstage-plugin-drift-common';
import { DeliveryLoop } from './DeliveryLoop';
import { DeliveryStore } from './DeliveryStore';

/** What sends messages, once the database has answered. */
export interface Deliveries {
  store: DeliveryStore;
  loop: Pick<DeliveryLoop, 'channelIds' | 'wake'>;
}

/** Messages that were not delivered, for callers who may manage them. */
export class DeliveryService {
  readonly #read: () => Deliveries | undefined;
  readonly #permissions: PermissionsService;
  readonly #now: () => Date;

  constructor(options: {
    /** Undefined until the database has answered. */
    deliveries: () => Deliveries | undefined;
    permissions: PermissionsService;
    now?: () => Date;
  }) {
    this.#read = options.deliveries;
    this.#permissions = options.permissions;
    this.#now = options.now ?? (() => new Date());
  }

  async list(options: {
    state?: Delivery['state'];
    limit?: number;
    offset?: number;
    credentials: BackstageCredentials;
  }): Promise<DeliveriesPage> {
    const { state, limit = 20, offset = 0, credentials } = options;
    await this.#authorize(credentials, 'see');
    return this.#get().store.list({ state, limit, offset });
  }

  /**
   * Has a message sent again, with as many attempts as a new one.
   *
   * @throws NotFoundError when it is unknown, which it also is once delivered
   * @throws ConflictError when its webhook is no longer configured
   */
  async retry(options: {
    deliveryId: string;
    credentials: BackstageCredentials;
  }): Promise<Delivery> {
    const { deliveryId, credentials } = options;
    await this.#authorize(credentials, 'repeat');
    const { store, loop } = this.#get();
    const delivery = await store.retry({
      id: deliveryId,
      channels: loop.channelIds,
      now: this.#now(),
    });
    if (!delivery) {
      throw new NotFoundError('No message with this id waits or was given up');
    }
    if (!loop.channelIds.includes(delivery.webhook)) {
      throw new ConflictError(
        `The webhook '${delivery.webhook}' is no longer configured`,
      );
    }
    loop.wake();
    return delivery;
  }

  async #authorize(
    credentials: BackstageCredentials,
    what: string,
  ): Promise<void> {
    const [decision] = await this.#permissions.authorize(
      [{ permission: driftDeliveryManagePermission }],
      { credentials },
    );
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You are not allowed to ${what} messages to webhooks`,
      );
    }
  }

  #get(): Deliveries {
    const deliveries = this.#read();
    if (!deliveries) {
      throw new ServiceUnavailableError(
        'The drift database has not answered since the start, try again later',
      );
    }
    return deliveries;
  }
}
