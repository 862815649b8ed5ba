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

import { HumanDuration } from '@backstage/types';

export interface Config {
  drift?: {
    /**
     * Receivers of signed webhooks that repair drift of Terraform modules; the first
     * one that names a target is used.
     */
    remediationWebhooks?: Array<{
      /** Names the webhook; unique. */
      id: string;
      /** Which modules it repairs. */
      targets: Array<{
        /**
         * Client; `*` stands for any text, `-` for modules without a client.
         * Default: all.
         */
        client?: string;
        /** Name of the module; `*` stands for any text. */
        name: string;
      }>;
      /**
       * Address of the receiver; https.
       * @visibility secret
       */
      url: string;
      /** Allows an http address, where nobody can listen in. Default: false. */
      allowInsecure?: boolean;
      /**
       * Signs what is sent: text, or base64 after `whsec_`; at least 16 bytes.
       * @visibility secret
       */
      secret: string;
      /**
       * Headers that are sent, too.
       * @deepVisibility secret
       */
      headers?: { [name: string]: string };
      /** How long a run may take, its time in the queue included. Default: 50 minutes. */
      timeout?: HumanDuration | string;
      /**
       * How long a receiver that names no statusUrl is given before a scan decides.
       * Default: 5 minutes.
       */
      settle?: HumanDuration | string;
    }>;
  };
}
