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

/** How to sign in; the default chain of the AWS SDK where nothing is said. */
interface AwsCredentials {
  /** Profile of the shared configuration files of AWS. */
  profile?: string;
  /** Id of an access key. */
  accessKeyId?: string;
  /**
   * The secret of the access key.
   * @visibility secret
   */
  secretAccessKey?: string;
  /**
   * Token of temporary credentials, which belongs to the access key.
   * @visibility secret
   */
  sessionToken?: string;
  /** Role to assume with the credentials that are said or found otherwise. */
  roleArn?: string;
  /** External id that the role asks for. */
  externalId?: string;
  /** Name by which the audit log knows who assumed the role. Default: `infra-hub-drift`. */
  sessionName?: string;
}

export interface Config {
  drift?: {
    /** Comparison of databases and storages on AWS with their desired state. */
    aws?: {
      /** Accounts that may be looked at. */
      accounts?: Array<{
        /** Name by which tenants and desired state refer to the account. */
        name: string;
        /** Id of the account: twelve digits, as text. */
        id: string;
        /** Regions that may be looked at, the default one first. Default: all, and no default one. */
        regions?: string[];
        /**
         * Tenants whose entities may name the account; `*` stands for any text.
         * Default, with `clients` absent as well: none.
         */
        tenants?: string[];
        /** Clients whose tenants may name the account, too; `*` stands for any text. */
        clients?: string[];
        /**
         * Ids of resources that a tenant may have in the account, as the provider
         * writes them; `*` stands for any text, `{tenant}` and `{client}` for those
         * of the tenant, e.g. `{tenant}-*`. Whoever writes a desired state names ids,
         * so this keeps tenants of the same account apart. An empty list allows none.
         * Default: all of the account.
         */
        allowedIds?: string[];
        /** Requests under way at once. Default: 4. */
        concurrency?: number;
        /** Requests begun per second at most. Default: 5. */
        requestsPerSecond?: number;
        /**
         * Whether CloudTrail of the account is asked who changed something, for its
         * tenants and for Terraform modules of its clients. Default: false.
         */
        attribution?: boolean;
        /**
         * Other targets that may learn from CloudTrail who changed something in the
         * account: ids such as `terraform:-/network`; `*` stands for any text.
         */
        attributionTargets?: string[];
        /**
         * Address to use instead of those of AWS, for all services that are asked:
         * for private endpoints and emulators. Plain http is only taken for this
         * machine, since credentials of roles come from there.
         */
        endpoint?: string;
        /** How to sign in for looking. Default: the default chain of the AWS SDK. */
        credentials?: AwsCredentials;
        /** How drift is repaired in the account. */
        remediation?: {
          /** How to sign in for changes, so that looking needs no right to write. Default: as for looking. */
          credentials?: AwsCredentials;
        };
      }>;

      /** Tenants that no catalog entity declares. */
      tenants?: Array<{
        /** Id of the tenant, unique for its client. */
        id: string;
        /** Client that the infrastructure belongs to. */
        client?: string;
        /** Names of configured accounts. */
        accounts: string[];
        /** Cron expression or ISO 8601 duration. Default: the schedule of the drift plugin. */
        schedule?: string;
        /** Catalog entities that the tenant belongs to. */
        entityRefs?: string[];
        /** Link to where the desired state is written, shown with the tenant. */
        codeUrl?: string;
        /**
         * Kinds that are listed as a whole, so that what nobody desired is found,
         * e.g. `AWS::RDS::DBInstance`. Default: none.
         */
        unmanaged?: string[];
      }>;

      /** How long looking at one resource may take, retries included. Default: 1 minute. */
      requestTimeout?: HumanDuration | string;
    };
  };
}
