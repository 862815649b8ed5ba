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

/**
 * A message for a webhook that could not be delivered yet, or at all.
 *
 * @public
 */
export interface Delivery {
  id: string;
  /** Id of the webhook in the configuration. */
  webhook: string;
  /** `waiting` for its next attempt, or `dead` after the last one. */
  state: 'waiting' | 'dead';
  /** What it tells of, e.g. `target.drifted`. */
  type: string;
  targetId?: string;
  attempts: number;
  /** One sentence without secrets. */
  lastError?: string;
  /** ISO 8601. */
  createdAt: string;
  nextAttemptAt?: string;
}

/**
 * One page of deliveries, newest first.
 *
 * @public
 */
export interface DeliveriesPage {
  items: Delivery[];
  totalItems: number;
}
