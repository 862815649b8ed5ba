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

import { Config } from '@backstage/config';
import {
  AttributionAnswer,
  AttributionContext,
  AttributionQuery,
  Attributor,
  AuditLogAccess,
  AuditLogPace,
  auditLogWindow,
  CloudAccount,
  CloudFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { sameArmText, subscriptionOf, typeOf } from '../arm/armId';
import { ArmProblem } from '../arm/ArmProblem';
import { AzureProvider, resourceUrl } from '../AzureProvider';
import { findKind } from '../kinds';
import { LogEntry, memberKey, readEntry, readSent } from './LogEntry';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Azure keeps the log for 90 days, and refuses to be asked for more. */
const RETENTION_MS = 90 * DAY_MS - 60 * 60 * 1000;

/** The newest come first: whoever changes a resource that often is among them. */
const MOST_PAGES = 10;

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
  /** @throws InputError naming the key of `drift.azure` that is wrong */
  static fromConfig(options: {
    provider: AzureProvider;
    config: Config;
    now?: () => Date;
  }): ActivityLogAttributor {
    const { provider, config, now = () => new Date() } = options;
    return new ActivityLogAttributor({
      provider,
      access: AuditLogAccess.fromConfig(config, 'azure'),
      now,
    });
  }

  readonly id = 'azure-activity-log';

  readonly #provider: AzureProvider;
  readonly #access: AuditLogAccess;
  readonly #now: () => Date;
  readonly #pace = AuditLogPace.create();

  private constructor(options: {
    provider: AzureProvider;
    access: AuditLogAccess;
    now: () => Date;
  }) {
    this.#provider = options.provider;
    this.#access = options.access;
    this.#now = options.now;
  }

  concerns(query: AttributionQuery): boolean {
    return this.#placesOf(query).length > 0;
  }

  async attribute(
    query: AttributionQuery,
    context: AttributionContext,
  ): Promise<AttributionAnswer> {
    const oldest = new Date(this.#now().getTime() - RETENTION_MS);
    const wanted = auditLogWindow(query, RETENTION_MS);
    const window = {
      from: wanted.from < oldest ? oldest : wanted.from,
      to: wanted.to,
    };
    if (window.from >= window.to) {
      return { state: 'not-found' };
    }
    const reasons: string[] = [];
    for (const place of this.#placesOf(query)) {
      try {
        const entries = await this.#read(place, { query, window, context });
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
      return this.#access
        .accountsFor(target)
        .filter(account => sameArmText(account.id, subscription))
        .slice(0, 1)
        .map(account => ({ account, id }));
    });
  }

  async #read(
    { account, id }: Place,
    run: {
      query: AttributionQuery;
      window: { from: Date; to: Date };
      context: AttributionContext;
    },
  ): Promise<LogEntry[]> {
    const { query, window, context } = run;
    const { from, to } = window;
    const { client } = this.#provider.clientOf(account);
    const { signal } = context;
    const turn = () =>
      this.#pace.turn(
        { key: account.id, requestsPerSecond: account.requestsPerSecond },
        signal,
      );
    const entries: LogEntry[] = [];
    const sent = new Map<string, ReadonlySet<string>>();
    for (const resourceId of idsOf(id, query.fields)) {
      const filter = [
        `eventTimestamp ge '${from.toISOString()}'`,
        `eventTimestamp le '${to.toISOString()}'`,
        `resourceUri eq '${resourceId.replace(/'/g, "''")}'`,
      ].join(' and ');
      let pages = 0;
      for await (const page of client.activityLog(filter, {
        signal,
        turn,
      })) {
        for (const json of page) {
          const read = readSent(json, resourceId);
          if (read) {
            sent.set(read.request, read.sent);
          }
        }
        entries.push(
          ...page
            .flatMap(json => readEntry(json, resourceId) ?? [])
            .filter(({ at }) => at >= from && at <= to),
        );
        pages++;
        if (pages === MOST_PAGES) {
          break;
        }
      }
    }
    return entries
      .map(entry => ({
        ...entry,
        sent: entry.sent ?? sent.get(entry.request ?? ''),
      }))
      .sort((one, other) => other.at.getTime() - one.at.getTime());
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
}

function confidenceOf(found: {
  naming: readonly LogEntry[];
  open: readonly LogEntry[];
}): 'high' | 'medium' | 'low' {
  // Requests often repeat what they do not change, so that several people may be it;
  // several changes by the same one leave no doubt of who it was.
  if (found.naming.length > 0) {
    return peopleOf(found.naming) === 1 ? 'high' : 'low';
  }
  return peopleOf(found.open) === 1 ? 'medium' : 'low';
}

function peopleOf(entries: readonly LogEntry[]): number {
  return new Set(entries.map(({ who }) => who)).size;
}

/** The resource, and those of its parts where fields stand that differ. */
function idsOf(id: string, fields: readonly string[]): string[] {
  const places = placesOf(id, fields);
  const touched = (findKind(typeOf(id) ?? '')?.parts ?? []).map(part => ({
    part,
    places: places.filter(
      place => place === part.pointer || place.startsWith(`${part.pointer}/`),
    ),
  }));
  // Elements of lists are written by themselves, and nobody knows here which it was.
  const elsewhere = touched.flatMap(({ part, places: its }) =>
    part.elements ? its : [],
  );
  if (places.length > 0 && elsewhere.length === places.length) {
    return [];
  }
  return [
    id,
    ...touched
      .filter(({ part, places: its }) => !part.elements && its.length > 0)
      .map(({ part }) => part.idOf(id)),
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

/** Names that every request has somewhere: what they are of is said above them. */
const COMMON = ['enabled', 'mode', 'name', 'tier', 'type', 'value'];

/** The last names of fields, as requests would have them. */
function namesOf(id: string, fields: readonly string[]): string[] {
  return placesOf(id, fields).flatMap(place => {
    const [parent, last] = [
      undefined,
      ...place
        .split('/')
        .filter(segment => segment !== '' && !/^\d+$/.test(segment)),
    ].slice(-2);
    const name =
      last !== undefined && COMMON.includes(last) && parent !== 'properties'
        ? parent ?? last
        : last;
    return name === undefined ? [] : memberKey(name);
  });
}
