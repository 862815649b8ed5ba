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

import {
  AttributionAnswer,
  AttributionContext,
  AttributionQuery,
  Attributor,
  CloudAccount,
  CloudFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { globMatches } from '@infra-hub/drift-engine';
import { sameArmText, subscriptionOf, typeOf } from '../arm/armId';
import { ArmProblem } from '../arm/ArmProblem';
import { AzureProvider, resourceUrl } from '../AzureProvider';
import { findKind } from '../kinds';
import { LogEntry, memberKey, readEntry } from './LogEntry';
import { Pace } from './Pace';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Azure keeps the log for 90 days, and refuses to be asked for more. */
const RETENTION_MS = 90 * DAY_MS - 60 * 60 * 1000;

const SELECT =
  'eventTimestamp,caller,claims,operationName,status,resourceId,properties';

interface Place {
  account: CloudAccount;
  id: string;
}

/**
 * Knows from the activity log of Azure who changed a resource: for targets that
 * may see its subscription, where the account allows it.
 * https://learn.microsoft.com/rest/api/monitor/activity-logs/list
 */
export class ActivityLogAttributor implements Attributor {
  static create(options: {
    provider: AzureProvider;
    accounts: readonly CloudAccount[];
    now?: () => Date;
  }): ActivityLogAttributor {
    return new ActivityLogAttributor(options);
  }

  readonly id = 'azure-activity-log';

  readonly #provider: AzureProvider;
  readonly #accounts: readonly CloudAccount[];
  readonly #now: () => Date;
  readonly #paces = new Map<string, Pace>();

  private constructor(options: {
    provider: AzureProvider;
    accounts: readonly CloudAccount[];
    now?: () => Date;
  }) {
    this.#provider = options.provider;
    this.#now = options.now ?? (() => new Date());
    this.#accounts = options.accounts.filter(({ config }) =>
      config.getOptionalBoolean('attribution'),
    );
  }

  concerns(query: AttributionQuery): boolean {
    return this.#placesOf(query).length > 0;
  }

  async attribute(
    query: AttributionQuery,
    context: AttributionContext,
  ): Promise<AttributionAnswer> {
    const oldest = this.#now().getTime() - RETENTION_MS;
    const from = new Date(Math.max(query.after?.getTime() ?? oldest, oldest));
    if (from >= query.before) {
      return { state: 'not-found' };
    }
    const reasons: string[] = [];
    for (const place of this.#placesOf(query)) {
      try {
        const entries = await this.#read(place, { query, from, context });
        const answer = this.#choose(entries, place, query);
        if (answer) {
          return answer;
        }
      } catch (error) {
        if (!(error instanceof ArmProblem || error instanceof CloudFailure)) {
          throw error;
        }
        reasons.push(
          `The activity log of the subscription ${place.account.name} could not be read. ${error.message}`,
        );
      }
    }
    return reasons.length > 0
      ? { state: 'unavailable', reason: reasons.join(' ') }
      : { state: 'not-found' };
  }

  /** Resources of subscriptions that the target may be asked about. */
  #placesOf({ target, resourceIds }: AttributionQuery): Place[] {
    return resourceIds.flatMap(id => {
      const subscription = subscriptionOf(id);
      if (subscription === undefined || typeOf(id) === undefined) {
        return [];
      }
      return this.#accounts
        .filter(
          account =>
            sameArmText(account.id, subscription) && maySee(target, account),
        )
        .slice(0, 1)
        .map(account => ({ account, id }));
    });
  }

  async #read(
    { account, id }: Place,
    run: {
      query: AttributionQuery;
      from: Date;
      context: AttributionContext;
    },
  ): Promise<LogEntry[]> {
    const { query, from, context } = run;
    const { client } = this.#provider.clientOf(account);
    const { signal } = context;
    const turn = () => this.#paceOf(account).turn(signal);
    const entries: LogEntry[] = [];
    for (const resourceId of idsOf(id, query.fields)) {
      const filter = [
        `eventTimestamp ge '${from.toISOString()}'`,
        `eventTimestamp le '${query.before.toISOString()}'`,
        `resourceUri eq '${resourceId.replace(/'/g, "''")}'`,
      ].join(' and ');
      for await (const page of client.activityLog(filter, SELECT, {
        signal,
        turn,
      })) {
        entries.push(
          ...page
            .flatMap(json => readEntry(json, resourceId) ?? [])
            .filter(({ at }) => at >= from && at <= query.before),
        );
      }
    }
    return entries.sort((one, other) => other.at.getTime() - one.at.getTime());
  }

  /** @param entries - Newest first. */
  #choose(
    entries: readonly LogEntry[],
    { account, id }: Place,
    { fields }: AttributionQuery,
  ): AttributionAnswer | undefined {
    const names = namesOf(id, fields);
    const naming = entries.filter(
      ({ sent }) => sent && names.some(each => sent.has(each)),
    );
    // Where the log tells what was sent, and it was something else, it was not that.
    const open = entries.filter(({ sent }) => !sent || names.length === 0);
    const [entry] = [...naming, ...open, ...entries];
    if (!entry) {
      return undefined;
    }
    const { portal, credentials } = this.#provider.clientOf(account).settings;
    return {
      state: 'found',
      attribution: {
        who: entry.who,
        when: entry.at.toISOString(),
        how:
          entry.tool === undefined
            ? entry.operation
            : `${entry.operation} (${entry.tool})`,
        evidence: 'Azure Activity Log',
        confidence: confidenceOf({ naming, open }),
        url: resourceUrl({
          portal,
          tenantId: credentials.tenantId,
          id,
          page: 'eventlogs',
        }),
      },
    };
  }

  #paceOf(account: CloudAccount): Pace {
    const known = this.#paces.get(account.name);
    const pace = known ?? new Pace(account.requestsPerSecond);
    this.#paces.set(account.name, pace);
    return pace;
  }
}

function confidenceOf(found: {
  naming: readonly LogEntry[];
  open: readonly LogEntry[];
}): 'high' | 'medium' | 'low' {
  if (found.naming.length > 0) {
    return 'high';
  }
  // Several changes by the same one leave no doubt of who it was.
  return new Set(found.open.map(({ who }) => who)).size === 1
    ? 'medium'
    : 'low';
}

function maySee(
  target: AttributionQuery['target'],
  { name, config }: CloudAccount,
): boolean {
  if (target.source === 'azure') {
    const { accounts } = target.location;
    return Array.isArray(accounts) && accounts.includes(name);
  }
  const matches = (key: string, text: string | undefined) =>
    text !== undefined &&
    (config.getOptionalStringArray(key) ?? []).some(glob =>
      globMatches(glob, text),
    );
  return matches('tenants', target.name) || matches('clients', target.client);
}

/** The resource, and those of its parts where fields stand that differ. */
function idsOf(id: string, fields: readonly string[]): string[] {
  const kind = findKind(typeOf(id) ?? '');
  const places = placesOf(id, fields);
  return [
    id,
    ...(kind?.parts ?? [])
      .filter(({ pointer }) =>
        places.some(place => place.startsWith(`${pointer}/`)),
      )
      .map(part => part.idOf(id)),
  ];
}

/** Where fields stand in the document of Azure, as far as that is known. */
function placesOf(id: string, fields: readonly string[]): string[] {
  const kind = findKind(typeOf(id) ?? '');
  return fields.flatMap(field => {
    const path = `/${field.replace(/^\//, '')}`;
    const own = kind?.properties.filter(
      ({ name }) => path === `/${name}` || `/${name}`.startsWith(`${path}/`),
    );
    return own && own.length > 0
      ? own.map(property => property.field)
      : path.replace(/^\/providerProperties/, '');
  });
}

/** The last names of fields, as requests would have them. */
function namesOf(id: string, fields: readonly string[]): string[] {
  return placesOf(id, fields).flatMap(place => {
    const last = place
      .split('/')
      .filter(segment => segment !== '' && !/^\d+$/.test(segment))
      .at(-1);
    return last === undefined ? [] : memberKey(last);
  });
}
