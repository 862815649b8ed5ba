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

/** One way of sending messages that were written down. */
export interface DeliveryChannel {
  /** As in {@link NewDelivery.channel}. */
  readonly id: string;
  /**
   * Sends some of what is due. Never rejects because of a receiver.
   *
   * @returns whether there may be more
   */
  send(signal: AbortSignal): Promise<boolean>;
}
