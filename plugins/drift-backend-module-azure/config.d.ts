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
interface AzureCredentials {
  /** Directory (tenant) to sign in at. */
  tenantId?: string;
  /** Application; with `tenantId` and either `clientSecret` or `tokenFile`. */
  clientId?: string;
  /**
   * Secret of the application.
   * @visibility secret
   */
  clientSecret?: string;
  /** File with the token of a workload identity, which is read anew each time. */
  tokenFile?: string;
  /** Client id of a user-assigned managed identity. */
  managedIdentityClientId?: string;
  /** Where to sign in. Default: that of `cloud`. */
  authorityHost?: string;
}

export interface Config {
  drift?: {
    /** Databases and storage on Azure. */
    azure?: {
      /** How long one look at a resource may take. Default: a minute. */
      requestTimeout?: HumanDuration | string;
      /** Subscriptions that may be looked at. */
      accounts?: Array<{
        /** Name by which tenants and desired state refer to it. */
        name: string;
        /** Id of the subscription. */
        id: string;
        /** Regions that may be looked at, e.g. westeurope. Default: all. */
        regions?: string[];
        /** Tenants that annotations may place there; `*` stands for any text. Default: none. */
        tenants?: string[];
        /** Clients whose tenants annotations may place there; `*` stands for any text. Default: none. */
        clients?: string[];
        /**
         * Ids of resources that a tenant may have in the subscription, as the provider
         * writes them; `*` stands for any text, `{tenant}` and `{client}` for those
         * of the tenant, e.g. `{tenant}-*`. Whoever writes a desired state names ids,
         * so this keeps tenants of the same subscription apart. An empty list allows none.
         * Default: all of the subscription.
         */
        allowedIds?: string[];
        /** Resources that are read at once. Default: 4. */
        concurrency?: number;
        /** Requests begun per second at most. Default: 5. */
        requestsPerSecond?: number;
        /**
         * Whether the activity log is asked who changed something, for its tenants
         * and for Terraform modules of its clients. Default: false.
         */
        attribution?: boolean;
        /**
         * Other targets that may learn from the log who changed something in the
         * subscription: ids such as `terraform:-/network`; `*` stands for any text.
         */
        attributionTargets?: string[];
        /** Which Azure it is of. Default: public. */
        cloud?: 'public' | 'government' | 'china';
        /**
         * Address of the Resource Manager. Plain http is only taken for this
         * machine, and then nothing is signed in: that is for tests. Default: that
         * of `cloud`.
         */
        endpoint?: string;
        /** What a token is asked for. Default: the endpoint and `/.default`. */
        scope?: string;
        /** Address of the portal, for links. Default: that of `cloud`. */
        portal?: string;
        /** Versions of the API to use where an Azure does not know those of this module. */
        apiVersions?: Array<{
          /** Type of resource, e.g. Microsoft.Compute/disks. */
          type: string;
          /** E.g. 2023-04-02. */
          version: string;
        }>;
        /**
         * Who reads. Default: DefaultAzureCredential of the SDK, which looks at
         * the environment, workload and managed identities, and the Azure CLI.
         */
        credentials?: AzureCredentials;
        /** Repair of what drifted there. */
        remediation?: {
          /** Who changes. Default: who reads. */
          credentials?: AzureCredentials;
        };
      }>;
      /** Tenants that no entity of the catalog declares. */
      tenants?: Array<{
        /** Id of the tenant. */
        id: string;
        /** Client that it belongs to. */
        client?: string;
        /** Names of accounts where its resources are. */
        accounts: string[];
        /** Cron expression or ISO 8601 duration. Default: that of `drift.schedule`. */
        schedule?: string;
        /** Entities that it belongs to. */
        entityRefs?: string[];
        /** Link to the code. */
        codeUrl?: string;
        /**
         * Types that are listed whole, so that what nobody desired is found, e.g.
         * Microsoft.Storage/storageAccounts. Default: none.
         */
        unmanaged?: string[];
      }>;
    };
  };
}
