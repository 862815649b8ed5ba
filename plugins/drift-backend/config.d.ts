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

import { HumanDuration, JsonValue } from '@backstage/types';

export interface Config {
  drift?: {
    schedule?: {
      /**
       * When targets without a schedule of their own are scanned: a cron expression
       * of five fields, or a duration such as PT30M. Half an hour by default.
       */
      default?: string | HumanDuration;
      /** Time zone of cron expressions, such as Europe/Berlin; UTC by default. */
      timezone?: string;
      /** How often due targets are looked for; a minute by default. */
      tick?: string | HumanDuration;
      /** Time from the discovery of a target to its first scan; none by default. */
      initialDelay?: string | HumanDuration;
    };
    scans?: {
      /** Longest time of one scan; half an hour by default. */
      timeout?: string | HumanDuration;
      /** Scans at once on each replica, 1 to 100; 2 by default. */
      concurrency?: number;
      /** Scans at once for one client on each replica; no limit by default. */
      concurrencyPerClient?: number;
    };
    queue?: {
      /** PostgreSQL schema for the tables of the scan queue; pgboss_drift by default. */
      schema?: string;
    };
    retention?: {
      /** How long ended scans and daily figures are kept; 90 days by default. */
      scans?: string | HumanDuration;
      /** How long resolved findings are kept; 365 days by default. */
      findings?: string | HumanDuration;
    };
    catalog?: {
      /** How often the catalog is asked for entities with targets; a minute by default. */
      refreshInterval?: string | HumanDuration;
    };
    /** How bad changes are; these rules come before the built-in ones. */
    severityRules?: Array<{
      /** Names the rule in findings; unique. */
      id: string;
      /** Globs of resource types, such as *_db_instance. */
      resourceTypes?: string[];
      /** Globs of field names, or of whole JSON pointers when they start with a slash. */
      fields?: string[];
      /** Changes that the rule speaks of. */
      changes?: Array<
        | 'create'
        | 'update'
        | 'delete'
        | 'replace'
        | 'move'
        | 'import'
        | 'read'
        | 'forget'
        | 'unknown'
      >;
      /** How bad it is. */
      severity: 'low' | 'medium' | 'high' | 'critical';
      /** One sentence: why. */
      reason: string;
    }>;
    /** Differences that somebody knows about; they stay listed but alarm nobody. */
    ignoreRules?: Array<{
      /** Names the rule in findings; unique. */
      id: string;
      /** One sentence: why this may differ. */
      reason: string;
      /** Only for this client. */
      client?: string;
      /** Only for this source, such as terraform. */
      source?: string;
      /** Glob of resource types, such as aws_autoscaling_*. */
      resourceType?: string;
      /** Glob of addresses; * never crosses a dot. */
      address?: string;
      /** Glob of JSON pointers, such as /tags/*; also mutes what is below. */
      path?: string;
      /** Only this actual value. */
      value?: JsonValue;
      /** Date from which on the rule does nothing, such as 2026-12-31. */
      expires?: string;
    }>;
  };
}
