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
import { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import {
  AttributionAnswer,
  AttributionContext,
  AttributionQuery,
  Attributor,
  AuditLogAccess,
  AuditLogPace,
  auditLogWindow,
  CloudAccount,
  CloudContext,
  CloudFailure,
} from '@infra-hub/backstage-plugin-drift-node';
import { GoogleApi } from '../api/GoogleApi';
import { reasonOf } from '../read/ResourceReader';
import {
  AUDIT_ENTRY,
  AuditEntry,
  howOf,
  LOG_PAGE,
  succeeded,
  whoOf,
} from './auditLog';
import { changedMembers, mentions } from './changedMembers';
import { isNamed, LoggedName, loggedNames } from './resourceNames';

const ENTRIES = 'https://logging.googleapis.com/v2/entries:list';

/** Cloud Logging lets itself be asked once a second per project. */
const QUESTIONS_PER_SECOND = 1;

const PAGE_SIZE = 200;

/** Whoever changes a resource that often is found among the latest. */
const MOST_PAGES = 10;

const DAY_MS = 24 * 60 * 60 * 1000;

/** How far back it looks when nobody knows since when. */
const DEFAULT_WINDOW_MS = 30 * DAY_MS;

/** The log is kept for that long. */
const KEPT_MS = 400 * DAY_MS;

/** Finds who changed a resource in Cloud Audit Logs, which are always on. */
export class AuditLogAttributor implements Attributor {
  readonly id = 'gcp-audit-logs';

  readonly #api: GoogleApi;
  readonly #access: AuditLogAccess;
  readonly #pace = AuditLogPace.create();

  /** @throws InputError naming the key of `drift.gcp` that is wrong */
  static fromConfig(options: {
    api: GoogleApi;
    config: Config;
  }): AuditLogAttributor {
    const { api, config } = options;
    return new AuditLogAttributor({
      api,
      access: AuditLogAccess.fromConfig(config, 'gcp'),
    });
  }

  private constructor(options: { api: GoogleApi; access: AuditLogAccess }) {
    this.#api = options.api;
    this.#access = options.access;
  }

  concerns(query: AttributionQuery): boolean {
    const names = loggedNames(query);
    return names.length > 0 && this.#accountsOf(query, names).length > 0;
  }

  async attribute(
    query: AttributionQuery,
    context: AttributionContext,
  ): Promise<AttributionAnswer> {
    const names = loggedNames(query);
    const entries: { entry: AuditEntry; account: CloudAccount }[] = [];
    const reasons: string[] = [];
    for (const account of this.#accountsOf(query, names)) {
      const found = await this.#search({ account, names, query }, context);
      if (found.reason !== undefined) {
        reasons.push(found.reason);
      }
      entries.push(...found.entries.map(entry => ({ entry, account })));
    }
    const attribution = judge(entries, query);
    if (attribution) {
      return { state: 'found', attribution };
    }
    return reasons.length > 0
      ? { state: 'unavailable', reason: reasons.join(' ') }
      : { state: 'not-found' };
  }

  /** Those whose log may be read for this target, and may speak of the resource. */
  #accountsOf(
    { target, resourceType }: AttributionQuery,
    names: readonly LoggedName[],
  ): CloudAccount[] {
    if (target.source !== 'gcp' && !resourceType.startsWith('google_')) {
      return [];
    }
    // Where one name says in which project it is, the bare ones mean the same
    const projects = names.flatMap(({ project }) => project ?? []);
    return this.#access
      .accountsFor(target)
      .filter(({ id }) => projects.length === 0 || projects.includes(id));
  }

  async #search(
    search: {
      account: CloudAccount;
      names: readonly LoggedName[];
      query: AttributionQuery;
    },
    context: AttributionContext,
  ): Promise<{ entries: AuditEntry[]; reason?: string }> {
    const { account, names } = search;
    const entries: AuditEntry[] = [];
    const failed = new Set<string>();
    const asking = this.#asking(account, context);
    let pageToken: string | undefined;
    let isWhole = false;
    for (let page = 0; page < MOST_PAGES; page++) {
      const found = await this.#page({ ...search, pageToken }, asking);
      if ('reason' in found) {
        return { entries, reason: found.reason };
      }
      for (const entry of found.entries) {
        if (!succeeded(entry) && entry.operation?.id !== undefined) {
          failed.add(entry.operation.id);
        }
      }
      entries.push(
        ...found.entries.filter(
          entry =>
            succeeded(entry) &&
            whoOf(entry) !== undefined &&
            isNamed(entry.protoPayload.resourceName, names),
        ),
      );
      isWhole = !found.next;
      if (isWhole || found.next === pageToken) {
        break;
      }
      pageToken = found.next;
    }
    return {
      // What takes longer has an entry when it begins, and one with its end
      entries: entries.filter(
        ({ operation }) => !failed.has(operation?.id ?? ''),
      ),
      // Pages without entries only say that it did not search all of it yet
      ...(!isWhole && {
        reason: `The log of the project ${account.id} could not be searched to its end.`,
      }),
    };
  }

  async #page(
    options: {
      account: CloudAccount;
      names: readonly LoggedName[];
      query: AttributionQuery;
      pageToken?: string;
    },
    context: CloudContext,
  ): Promise<{ entries: AuditEntry[]; next?: string } | { reason: string }> {
    const { account, pageToken } = options;
    try {
      const answer = await this.#api.ask(
        {
          account,
          as: 'reader',
          method: 'POST',
          url: ENTRIES,
          body: {
            resourceNames: [`projects/${account.id}`],
            filter: filterOf(options),
            orderBy: 'timestamp desc',
            pageSize: PAGE_SIZE,
            ...(pageToken !== undefined && { pageToken }),
          },
          repeatable: true,
        },
        context,
      );
      if (answer.state !== 'ok') {
        return { reason: reasonOf(answer, account) };
      }
      const page = LOG_PAGE.safeParse(answer.body);
      return page.success
        ? {
            entries: (page.data.entries ?? []).flatMap(each => {
              const entry = AUDIT_ENTRY.safeParse(each);
              return entry.success ? [entry.data] : [];
            }),
            next: page.data.nextPageToken,
          }
        : {
            reason: `Cloud Logging gave an answer for the project ${account.id} that cannot be read.`,
          };
    } catch (error) {
      if (error instanceof CloudFailure) {
        return { reason: error.message };
      }
      throw error;
    }
  }

  #asking(
    account: CloudAccount,
    { signal, logger }: AttributionContext,
  ): CloudContext {
    const log = {
      key: account.id,
      requestsPerSecond: Math.min(
        account.requestsPerSecond,
        QUESTIONS_PER_SECOND,
      ),
    };
    return {
      signal,
      logger,
      turn: async () => await this.#pace.turn(log, signal),
    };
  }
}

/** @see https://cloud.google.com/logging/docs/view/logging-query-language */
function filterOf({
  account,
  names,
  query,
}: {
  account: CloudAccount;
  names: readonly LoggedName[];
  query: AttributionQuery;
}): string {
  const { from, to } = auditLogWindow(
    query,
    query.after ? KEPT_MS : DEFAULT_WINDOW_MS,
  );
  const resources = names
    .map(({ tail }) => `protoPayload.resourceName:${quote(tail)}`)
    .join(' OR ');
  return [
    `logName=${quote(
      `projects/${account.id}/logs/cloudaudit.googleapis.com%2Factivity`,
    )}`,
    `timestamp>=${quote(from.toISOString())}`,
    `timestamp<=${quote(to.toISOString())}`,
    `(${resources})`,
  ].join(' AND ');
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** The last change of what differs; else the last one. */
function judge(
  found: readonly { entry: AuditEntry; account: CloudAccount }[],
  query: AttributionQuery,
): Attribution | undefined {
  const latestFirst = [...found].sort(
    (one, other) =>
      Date.parse(other.entry.timestamp) - Date.parse(one.entry.timestamp),
  );
  const members = changedMembers(query);
  const telling = latestFirst.filter(({ entry }) => mentions(entry, members));
  const candidates = telling.length > 0 ? telling : latestFirst;
  const [chosen] = candidates;
  if (!chosen) {
    return undefined;
  }
  const people = new Set(candidates.map(({ entry }) => whoOf(entry)));
  const { entry, account } = chosen;
  const how = howOf(entry);
  return {
    who: whoOf(entry) ?? '',
    when: entry.timestamp,
    ...(how !== undefined && { how }),
    evidence: 'Google Cloud Audit Logs',
    confidence: confidenceOf(people.size, telling.length > 0),
    url: explorerUrl(entry, account),
  };
}

/** Requests often repeat what they do not change, so that several people may be it. */
function confidenceOf(
  people: number,
  isTold: boolean,
): Attribution['confidence'] {
  if (people > 1) {
    return 'low';
  }
  return isTold ? 'high' : 'medium';
}

/** The Logs Explorer with this entry. */
function explorerUrl(entry: AuditEntry, { id }: CloudAccount): string {
  const query = [
    `insertId=${quote(entry.insertId)}`,
    `logName=${quote(entry.logName)}`,
    `timestamp=${quote(entry.timestamp)}`,
  ].join('\n');
  return `https://console.cloud.google.com/logs/query;query=${encodeURIComponent(
    query,
  )}?project=${encodeURIComponent(id)}`;
}
