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
    /** Repair of drift through GitHub Actions. */
    github?: {
      /**
       * Workflows that repair drift of Terraform modules; the first one that names
       * a target is used. Credentials are those of `integrations.github`.
       */
      remediation?: Array<{
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
        /** Host of an entry of `integrations.github`. Default: github.com. */
        host?: string;
        /** Repository of the workflow, as owner/name. */
        repository: string;
        /** File of the workflow below .github/workflows, or its number. Default: drift-remediate.yml. */
        workflow?: string;
        /** Branch or tag whose workflow and code are run. Default: main. */
        ref?: string;
        /** How long a run may take, its time in the queue included. Default: 50 minutes. */
        timeout?: HumanDuration | string;
      }>;
    };
  };
}
