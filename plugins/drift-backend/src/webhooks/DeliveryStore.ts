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
  DeliveriesPage,
  Delivery,
} from '@infra-hub/backstage-plugin-drift-common';

/** A message to be sent. */
export interface NewDelivery {
  /** Id of the webhook, or `notifications`. */
  channel: string;
  /** Entity ref of who is notified; absent for webhooks. */
  recipient?: string;
  type: string;
  targetId: string;
  /** JSON; no secrets. */
  payload: string;
  /** When to send it first. */
  dueAt: Date;
}

/** A message that the caller alone may send until its claim ends. */
export interface ClaimedDelivery {
  id: string;
  claim: string;
  recipient?: string;
  type: string;
  targetId: string;
  payload: string;
  /** Failed attempts so far. */
  attempts: number;
  createdAt: Date;
}

/** Messages that wait to be sent, or could not be. Times come in as parameters. */
export interface DeliveryStore {
  add(options: { deliveries: NewDelivery[]; now: Date }): Promise<void>;

  /** Takes messages of a channel that are due, longest overdue first. */
  claimDue(options: {
    channel: string;
    now: Date;
    /** When the claim ends, should the process die. */
    until: Date;
    limit: number;
  }): Promise<ClaimedDelivery[]>;
  /**
   * Takes all messages for the recipient whose oldest is due, those that are not
   * due yet too, oldest first.
   */
  claimRecipient(options: {
    channel: string;
    now: Date;
    until: Date;
    limit: number;
  }): Promise<ClaimedDelivery[]>;

  /** Forgets messages that were sent. Those that somebody else took over stay. */
  remove(options: { claim: string; ids: string[] }): Promise<void>;
  /** Leaves messages for a later attempt. */
  postpone(options: {
    claim: string;
    ids: string[];
    nextAttemptAt: Date;
    error: string;
  }): Promise<void>;
  /** Gives messages up. */
  bury(options: { claim: string; ids: string[]; error: string }): Promise<void>;
  /** Lets others send messages that were claimed and not tried. */
  release(options: { claim: string; ids: string[] }): Promise<void>;

  /** Newest first. */
  list(options: {
    state?: Delivery['state'];
    limit: number;
    offset: number;
  }): Promise<DeliveriesPage>;
  /**
   * Has a message sent as if it were new. One of another channel than these is
   * answered and left as it is; undefined when it is unknown.
   */
  retry(options: {
    id: string;
    channels: string[];
    now: Date;
  }): Promise<Delivery | undefined>;

  /** Gives up what waits for a channel that is not configured any more. */
  buryOthers(options: { channels: string[]; dueBefore: Date }): Promise<number>;
  /** Deletes messages that were given up. */
  deleteDead(options: { createdBefore: Date }): Promise<number>;
}
