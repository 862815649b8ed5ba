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

import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { Config } from '@backstage/config';
import {
  AttributionAnswer,
  AttributionContext,
  AttributionQuery,
  Attributor,
  AuditLogPace,
  auditLogWindow,
  CloudAccount,
  CloudFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { AccountCheck } from '../client/AccountCheck';
import { AwsClients, AwsDoor, AwsTimings } from '../client/AwsClients';
import { describeFailure } from '../client/awsFailure';
import { consoleHost } from '../client/partition';
import { takeTurns } from '../client/takeTurns';
import { AttributionScope } from './AttributionScope';
import { chooseEvent, isOfService, speaksOfFields } from './chooseEvent';
import { parseArn } from './parseArn';
import { readTrailEvent, TrailEvent } from './TrailEvent';

/** CloudTrail keeps events to look up for that long. */
const KEPT_MS = 90 * 24 * 60 * 60_000;

/** AWS allows two questions per second, account and region. */
const PAUSE_MS = 550;

/** Of 50 events each. Beyond, an event is not likely to be the one. */
const MAX_PAGES = 6;

/** Services whose events are all in one region. */
const GLOBAL_SERVICES = new Set([
  'cloudfront',
  'iam',
  'organizations',
  'route53',
]);

/** Events of one region, and whether all that matter are there. */
interface Lookup {
  region: string;
  events: TrailEvent[];
}

/** Asks AWS CloudTrail who changed a resource. */
export class CloudTrailAttributor implements Attributor {
  readonly id = 'cloudtrail';

  readonly #scope: AttributionScope;
  readonly #clients: AwsClients;
  readonly #check: AccountCheck;
  readonly #pace = AuditLogPace.create();
  readonly #pauseMs: number;

  /** @throws InputError naming the key of `drift.aws` that is wrong */
  static fromConfig(options: {
    config: Config;
    timings: AwsTimings;
    pauseMs?: number;
  }): CloudTrailAttributor {
    const clients = new AwsClients(options.timings);
    return new CloudTrailAttributor({
      scope: AttributionScope.fromConfig(options.config),
      clients,
      check: new AccountCheck(clients),
      pauseMs: options.pauseMs ?? PAUSE_MS,
    });
  }

  private constructor(options: {
    scope: AttributionScope;
    clients: AwsClients;
    check: AccountCheck;
    pauseMs: number;
  }) {
    this.#scope = options.scope;
    this.#clients = options.clients;
    this.#check = options.check;
    this.#pauseMs = options.pauseMs;
  }

  concerns(query: AttributionQuery): boolean {
    return (
      query.resourceIds.length > 0 && this.#scope.accountsFor(query).length > 0
    );
  }

  async attribute(
    query: AttributionQuery,
    context: AttributionContext,
  ): Promise<AttributionAnswer> {
    const accounts = this.#scope.accountsFor(query);
    const found: Lookup[] = [];
    try {
      for (const account of accounts) {
        const regions = regionsOf(account, query);
        if (regions.length === 0) {
          return {
            state: 'unavailable',
            reason: `Nothing says in which region to look: the AWS account ${account.name} has no regions configured.`,
          };
        }
        for (const region of regions) {
          const door = { account, region, purpose: 'read' as const };
          found.push({
            region,
            events: await this.#lookUp(door, query, context),
          });
        }
      }
    } catch (error) {
      context.signal.throwIfAborted();
      return {
        state: 'unavailable',
        reason:
          error instanceof CloudFailure
            ? error.message
            : `CloudTrail could not be asked. ${
                describeFailure(error).sentence
              }`,
      };
    }
    const chosen = chooseEvent(
      found.flatMap(({ events }) => events),
      query,
    );
    if (!chosen) {
      return { state: 'not-found' };
    }
    const { event, confidence } = chosen;
    const region = found.find(({ events }) => events.includes(event))?.region;
    return {
      state: 'found',
      attribution: {
        who: event.who,
        when: event.time.toISOString(),
        how: event.how,
        evidence: 'AWS CloudTrail',
        confidence,
        ...(region !== undefined && {
          url: `https://${consoleHost(
            region,
          )}/cloudtrailv2/home?region=${region}#/events/${encodeURIComponent(
            event.id,
          )}`,
        }),
      },
    };
  }

  async #lookUp(
    door: AwsDoor,
    query: AttributionQuery,
    { signal }: AttributionContext,
  ): Promise<TrailEvent[]> {
    const turn = () =>
      this.#pace.turn(
        {
          key: `${door.account.id}/${door.region}`,
          requestsPerSecond: Math.min(
            door.account.requestsPerSecond,
            1000 / this.#pauseMs,
          ),
        },
        signal,
      );
    await this.#check.ensure(door, { signal, turn });
    const { from, to } = auditLogWindow(query, KEPT_MS);
    const events = new Map<string, TrailEvent>();
    for (const name of namesOf(query)) {
      let NextToken: string | undefined;
      for (let page = 0; page < MAX_PAGES; page++) {
        const answer = await this.#clients.cloudTrail(door).send(
          takeTurns(
            new LookupEventsCommand({
              LookupAttributes: [
                { AttributeKey: 'ResourceName', AttributeValue: name },
              ],
              StartTime: from,
              EndTime: to,
              MaxResults: 50,
              NextToken,
            }),
            turn,
          ),
          { abortSignal: signal },
        );
        const changes = (answer.Events ?? [])
          .flatMap(event => readTrailEvent(event) ?? [])
          .filter(event => isOfService(event, query));
        changes.forEach(event => events.set(event.id, event));
        NextToken = answer.NextToken;
        // The newest come first: none of the older ones would be chosen.
        if (
          NextToken === undefined ||
          changes.some(event => speaksOfFields(event, query))
        ) {
          break;
        }
      }
    }
    return [...events.values()];
  }
}

/** As CloudTrail may name it: by its whole ARN, or by the last part of it. */
function namesOf({ resourceIds }: AttributionQuery): string[] {
  return [
    ...new Set(
      resourceIds.flatMap(id => {
        const arn = parseArn(id);
        return arn ? [arn.name, id] : [id];
      }),
    ),
  ];
}

function regionsOf(
  account: CloudAccount,
  { resourceIds }: AttributionQuery,
): readonly string[] {
  const arns = resourceIds.flatMap(id => parseArn(id) ?? []);
  const [said] = arns.flatMap(({ region }) => region ?? []);
  if (said !== undefined) {
    return account.regions.length === 0 || account.regions.includes(said)
      ? [said]
      : [];
  }
  return arns.some(({ service }) => GLOBAL_SERVICES.has(service))
    ? ['us-east-1']
    : account.regions;
}
