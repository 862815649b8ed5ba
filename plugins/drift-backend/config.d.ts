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
      /** How long resolved findings and ended remediations are kept; 365 days by default. */
      findings?: string | HumanDuration;
      /** How long messages are kept that could not be delivered; 30 days by default. */
      deliveries?: string | HumanDuration;
    };
    attribution?: {
      /** Whether the audit logs of installed modules are asked who made the drift; true by default. */
      enabled?: boolean;
      /** How long a log is asked again that did not know or could not be read, up to ten times; a day by default. */
      retryFor?: string | HumanDuration;
      /** Longest time of one question, 1 second to 10 minutes; 30 seconds by default. */
      timeout?: string | HumanDuration;
      /** Questions at once on each replica, 1 to 50; 4 by default. */
      concurrency?: number;
      /** Most findings of a target that are asked about after one scan, 1 to 1000; 50 by default. */
      findingsPerScan?: number;
    };
    notifications?: {
      /** Whether owners are notified through Backstage; true by default. */
      enabled?: boolean;
      /** Drift of less risk is not told; all is by default. */
      minRisk?: 'none' | 'low' | 'medium' | 'high' | 'critical';
      /** Failed scans in a row after which somebody is told; 3 by default. Also for webhooks and events. */
      failingAfter?: number;
      /** Entity ref of who is told of targets without an owner; nobody by default. */
      fallbackRecipient?: string;
      /** Targets that nobody is told of. */
      mute?: Array<{
        /** A client, or - for targets without one. */
        client?: string;
        /** Entity ref of an owner. */
        owner?: string;
      }>;
      digest?: {
        /** More news than that for one owner become one notification; 10 by default. */
        above?: number;
        /** How long news wait for others; a minute by default, PT0S sends at once. */
        window?: string | HumanDuration;
      };
    };
    webhooks?: Array<{
      /** Names the webhook; unique. */
      id: string;
      /**
       * Address that messages are posted to.
       * @visibility secret
       */
      url: string;
      /**
       * Key of the signature: text, or base64 after whsec_. Required for the format json.
       * @visibility secret
       */
      secret?: string;
      /** json by default; slack for everything that reads Slack's incoming webhooks. */
      format?: 'json' | 'slack';
      /** What it is told of; everything but changed by default. */
      events?: Array<
        'drifted' | 'worse' | 'resolved' | 'failing' | 'recovered' | 'changed'
      >;
      /** Drift of less risk is not told; all is by default. */
      minRisk?: 'none' | 'low' | 'medium' | 'high' | 'critical';
      /** Only targets of these clients; - stands for targets without one. */
      clients?: string[];
      /**
       * More headers, such as Authorization.
       * @deepVisibility secret
       */
      headers?: { [name: string]: string };
      /** Longest time until the receiver must have answered; 10 seconds by default. */
      timeout?: string | HumanDuration;
      /** Attempts until a message is given up, 1 to 30; 10 by default, which takes about two hours. */
      maxAttempts?: number;
    }>;
    tenants?: {
      /** Largest desired state, in a request or in the files of a tenant, in bytes; 5000000 by default. */
      maxDesiredStateBytes?: number;
      /** Most resources of the desired state of a tenant; 5000 by default. */
      maxResources?: number;
      /** How long a drift check waits for its scan before it answers where to look; 30 seconds by default. */
      checkWait?: string | HumanDuration;
      /** Directories below which entities that were read from files may have manifests; none by default. */
      allowedRoots?: string[];
      /** URL prefixes below which entities may have manifests; everything that the integrations read by default. */
      allowedUrls?: string[];
    };
    badges?: {
      /** Whether badges need no credentials; false by default. */
      public?: boolean;
    };
    ingest?: {
      /** Largest JSON plan, unpacked, such as 2GB, which is the default. */
      maxPlanSize?: string | number;
      /** Largest text or stream of a plan, unpacked; 20MB by default. */
      maxTextSize?: string | number;
      /** Largest request to /analyze, unpacked; 20MB by default. */
      maxRequestSize?: string | number;
      /** Age at which the verdict of a module that only its pipeline observes is stale; 48 hours by default. A pipeline that runs more rarely is given two of its usual intervals. */
      staleAfter?: string | HumanDuration;
      /** Longest time that /analyze waits for an explanation; 10 seconds by default. */
      analyzeWait?: string | HumanDuration;
      /** Plans read at once on each replica; 2 by default. */
      concurrency?: number;
      /** Uploads that may wait for their turn; more are refused. 20 by default. */
      maxWaiting?: number;
      rateLimit?: {
        /** Requests of one principal a minute on each replica; 120 by default. */
        perMinute?: number;
      };
      /** The known clients; plans of others are refused. Any client when absent. */
      clients?: string[];
      /** What principals may push. One without an entry may push everything that the permission allows. */
      tokens?: Array<{
        /** Subject of the principal: that of a static token as it is configured, such as ci-acme, that of a signed one with external: before it; * stands for any text. */
        subject: string;
        /** Clients, * for any text; - is no client. All when absent. */
        clients?: string[];
        /** Modules, * for any text. All when absent. */
        modules?: string[];
      }>;
      /** Whether principals without an entry are refused; false by default. */
      requireTokenEntry?: boolean;
    };
    /** A language model that explains drift; without a key the built-in rules do. */
    ai?: {
      /** False switches the model off without losing its settings; true by default. */
      enabled?: boolean;
      /** Who is asked: openai, also for compatible servers, or azure; openai by default. */
      provider?: 'openai' | 'azure';
      /** Name of the model; needed for openai, for azure the name of the deployment by default. */
      model?: string;
      /**
       * Key of the provider; nothing is asked without one. Servers that need none take any text.
       * @visibility secret
       */
      apiKey?: string;
      /** Address of a server that speaks OpenAI's protocol, such as http://localhost:11434/v1; OpenAI itself by default. */
      baseUrl?: string;
      /** Address of the Azure OpenAI resource, such as https://name.openai.azure.com; for azure only. */
      endpoint?: string;
      /** Name of the Azure OpenAI deployment; for azure only. */
      deployment?: string;
      /** Version of Azure's API; 2024-10-21 by default; for azure only. */
      apiVersion?: string;
      /** Longest time of one request, up to 10 minutes; 60 seconds by default. */
      timeout?: string | HumanDuration;
      /** Most tokens of one answer, 100 to 100000; 4000 by default. */
      maxOutputTokens?: number;
      /** Most tokens that each replica uses per day (UTC), in and out, since its start; 1000000 by default. */
      tokensPerDay?: number;
      /** Requests at once on each replica, 1 to 20; 2 by default. */
      concurrency?: number;
      /** How often a request that failed for a passing reason is sent again, 0 to 5; once by default. */
      retries?: number;
    };
    remediation?: {
      /** Whether anything is remediated at all; false by default. */
      enabled?: boolean;
      /** Whether people may approve what they asked for themselves; false by default. */
      selfApproval?: boolean;
      /** How long an approval, and the wait for one, holds; a day by default. */
      approvalTtl?: string | HumanDuration;
      /** How long a preview waits for the confirmation of who asked for it; an hour by default. */
      previewTtl?: string | HumanDuration;
      /** How long it may take until a scan shows what became of a remediation; an hour by default. */
      verifyTimeout?: string | HumanDuration;
      /** Longest time of one preview and of one apply; an hour by default. */
      applyTimeout?: string | HumanDuration;
      /** Previews and applies at once on each replica, 1 to 20; 2 by default. */
      concurrency?: number;
      /** Entity refs of who is told that an approval is needed, besides the owner of the target; nobody by default. */
      notifyApprovers?: string[];
      /** Which drift is repaired automatically or after an approval; the most specific one that matches decides. */
      policies?: Array<{
        /** Names the policy; unique. */
        id: string;
        /** Only for this client. */
        client?: string;
        /** Glob of the names of targets: modules, or ids of tenants. */
        target?: string;
        /** Only for this source, such as terraform. */
        source?: string;
        /** Glob of resource types, such as azurerm_* or configmap. */
        resourceType?: string;
        /** Only for findings of these severities. */
        severity?: Array<'low' | 'medium' | 'high' | 'critical'>;
        /** Only for these changes; auto never deletes or replaces unless they are named here. */
        change?: Array<
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
        /** alert tells people, auto repairs at once, review prepares a repair that somebody has to approve. */
        mode: 'alert' | 'auto' | 'review';
        /** One sentence: why. */
        reason?: string;
        /** When changes may be made, and when not; a deny window always wins. */
        windows?: Array<{
          /** allow: nothing is applied outside of it; deny: nothing is applied in it. */
          kind: 'allow' | 'deny';
          /** When it opens: a cron expression of five fields. */
          cron: string;
          /** How long it stays open: a duration such as PT4H. */
          duration: string;
          /** Time zone of the cron expression, such as Europe/Berlin; UTC by default. */
          timezone?: string;
        }>;
        /** Most automatic remediations of this policy in 24 hours; no limit by default. */
        limitPerDay?: number;
        /** Prepares everything and applies nothing; false by default. */
        dryRun?: boolean;
      }>;
      /** What happens where no policy matches; alert by default. */
      defaultMode?: 'alert' | 'auto' | 'review';
      /** Prepares every remediation and applies none; false by default. */
      dryRun?: boolean;
      /** Most automatic remediations of all targets in 24 hours; no limit by default. */
      limitPerDay?: number;
      flapGuard?: {
        /** That often the same drift is repaired automatically within the time below, then people are told; 2 by default. */
        fixes?: number;
        /** Time in which repairs are counted; a day by default. */
        within?: string | HumanDuration;
      };
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
      /** Glob of names of targets. */
      target?: string;
      /** Glob of resource types, such as aws_autoscaling_*. */
      resourceType?: string;
      /** Glob of addresses; * never crosses a dot. */
      address?: string;
      /** Glob of JSON pointers, such as /tags/*; also mutes what is below. */
      path?: string;
      /** Only this actual value; a text with * is a glob. */
      value?: JsonValue;
      /** Only what this field manager or person changed. */
      manager?: string;
      /** Date from which on the rule does nothing, such as 2026-12-31. */
      expires?: string;
    }>;
  };
}
