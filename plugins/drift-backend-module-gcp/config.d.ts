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

/** How to sign in. */
interface GcpCredentials {
  /** File with the key of a service account or the configuration of workload identity federation. */
  keyFile?: string;
  /**
   * The content of such a file.
   * @visibility secret
   */
  json?: string;
  /** Address of a service account to act as. */
  impersonateServiceAccount?: string;
}

export interface Config {
  drift?: {
    /** Comparison of databases and storages on Google Cloud with their desired state. */
    gcp?: {
      /** Projects that may be looked at. */
      accounts?: Array<{
        /** Name by which tenants and desired state refer to the project. */
        name: string;
        /** Id of the project, not its number. */
        id: string;
        /** Regions and multi-regions that may be looked at, e.g. `europe-west1` or `EU`. Default: all. */
        regions?: string[];
        /**
         * Tenants whose entities may name the project; `*` stands for any text.
         * Default, with `clients` absent as well: none.
         */
        tenants?: string[];
        /** Clients whose tenants may name the project, too; `*` stands for any text. */
        clients?: string[];
        /**
         * Ids of resources that a tenant may have in the project, as the provider
         * writes them; `*` stands for any text, `{tenant}` and `{client}` for those
         * of the tenant, e.g. `{tenant}-*`. Whoever writes a desired state names ids,
         * so this keeps tenants of the same project apart. An empty list allows none.
         * Default: all of the project.
         */
        allowedIds?: string[];
        /** Requests under way at once. Default: 4. */
        concurrency?: number;
        /** Requests begun per second at most. Default: 5. */
        requestsPerSecond?: number;
        /**
         * Whether Cloud Audit Logs of the project are asked who changed something, for
         * its tenants and for Terraform modules of its clients. Default: false.
         */
        attribution?: boolean;
        /**
         * Other targets that may learn from the log who changed something in the
         * project: ids such as `terraform:-/network`; `*` stands for any text.
         */
        attributionTargets?: string[];
        /**
         * Address to use instead of those of Google's services, for private endpoints
         * and emulators. `{api}` stands for the name of the service, such as
         * `storage` or `oauth2`: https://{api}-acme.p.googleapis.com. Has to be https
         * unless it is this machine.
         */
        endpoint?: string;
        /** How to sign in for looking. Default: Application Default Credentials. */
        credentials?: GcpCredentials;
        /** How drift is repaired in the project. */
        remediation?: {
          /** How to sign in for changes, so that looking needs no right to write. Default: as for looking. */
          credentials?: GcpCredentials;
        };
      }>;

      /** Tenants that no catalog entity declares. */
      tenants?: Array<{
        /** Id of the tenant, unique for its client. */
        id: string;
        /** Client that the infrastructure belongs to. */
        client?: string;
        /** Names of configured projects. */
        accounts: string[];
        /** Cron expression or ISO 8601 duration. Default: the schedule of the drift plugin. */
        schedule?: string;
        /** Catalog entities that the tenant belongs to. */
        entityRefs?: string[];
        /** Link to where the desired state is written, shown with the tenant. */
        codeUrl?: string;
        /**
         * Kinds that are listed as a whole, so that what nobody desired is found,
         * e.g. `sqladmin.googleapis.com/Instance`. Default: none.
         */
        unmanaged?: string[];
      }>;

      /** How long one request may take. Default: 1 minute. */
      requestTimeout?: HumanDuration | string;
    };
  };
}
