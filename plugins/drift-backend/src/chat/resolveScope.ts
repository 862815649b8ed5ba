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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  DriftTarget,
  ResultsPage,
  ResultsQuery,
} from '@infra-hub/backstage-plugin-drift-common';
import { DriftService } from '../service/DriftService';
import { NOBODY } from '../store/ranks';
import { textsFor } from './vocabulary';

const MOST_TARGETS = 200;
/** Every name costs a query. */
const MOST_TERMS = 8;

/** What the names in a question stand for, among what the asker may see. */
export interface Scope {
  clients: string[];
  /** Entity refs. */
  owners: string[];
  /** Targets that were named; all of the clients and owners when empty. */
  targets: DriftTarget[];
  /** Whether the question names any client, owner or target. */
  isNamed: boolean;
  /** Names that fit nothing. */
  unknown: string[];
  /** Everything that the asker may see of the client that was asked for. */
  everything: ResultsPage;
}

/** The clients and owners of a scope as a filter. */
export function queryOf(scope: Scope): Pick<ResultsQuery, 'client' | 'owner'> {
  return {
    ...(scope.clients.length > 0 && { client: scope.clients }),
    ...(scope.owners.length > 0 && { owner: scope.owners }),
  };
}

/**
 * Finds what the names of a question stand for: whole names before parts of
 * them, before other words for the same, before names that differ by a typing
 * error.
 */
export async function resolveScope(options: {
  terms: string[];
  /** Only this client, whatever the question says. */
  client?: string;
  service: Pick<DriftService, 'listResults'>;
  credentials: BackstageCredentials;
}): Promise<Scope> {
  const { client, service, credentials } = options;
  const terms = options.terms.slice(0, MOST_TERMS);
  const given = client === undefined ? [] : [client];
  const list = (query: ResultsQuery) =>
    service.listResults({
      query: {
        ...(client !== undefined && { client: [client] }),
        limit: MOST_TARGETS,
        ...query,
      },
      credentials,
    });
  const everything = await list({});
  const isAll = everything.totalItems <= everything.items.length;

  const scope: Scope = {
    clients: [],
    owners: [],
    targets: [],
    isNamed: false,
    unknown: [],
    everything,
  };
  // Counts per client are not narrowed to the client that was asked for
  const clientNames =
    client === undefined ? valuesOf(everything, 'client') : given;
  const ownerRefs = valuesOf(everything, 'owner');
  const named: { term: string; targets: DriftTarget[] }[] = [];
  for (const term of terms) {
    const isClient = clientNames.filter(name => name.toLowerCase() === term);
    if (isClient.length > 0) {
      scope.clients.push(...isClient);
      continue;
    }
    const candidates = isAll
      ? everything.items
      : (await Promise.all(textsFor(term).map(q => list({ q })))).flatMap(
          page => page.items,
        );
    const targets = bestMatches(candidates, target => rankOf(target, term));
    const owners = ownerRefs.filter(ref => segmentsOf(ref).includes(term));
    const clients = clientNames.filter(name => segmentsOf(name).includes(term));
    if (targets.length > 0) {
      named.push({ term, targets });
    } else if (ownerRefs.some(ref => nameOf(ref) === term)) {
      scope.owners.push(...ownerRefs.filter(ref => nameOf(ref) === term));
    } else if (clients.length > 0) {
      scope.clients.push(...clients);
    } else if (owners.length > 0) {
      scope.owners.push(...owners);
    } else {
      const similar = clientNames.filter(name =>
        isSimilar(name.toLowerCase(), term),
      );
      const alike = everything.items.filter(target =>
        [target.name.toLowerCase(), ...segmentsOf(target.name)].some(name =>
          isSimilar(name, term),
        ),
      );
      if (similar.length > 0) {
        scope.clients.push(...similar);
      } else if (alike.length > 0) {
        named.push({ term, targets: alike });
      } else {
        scope.unknown.push(term);
      }
    }
  }
  addTargets(scope, named);
  scope.isNamed =
    scope.clients.length + scope.owners.length + scope.targets.length > 0;
  scope.clients =
    scope.clients.length > 0 ? [...new Set(scope.clients)] : given;
  return scope;
}

/** Targets that fit every name; when there are none, those that fit any. */
function addTargets(
  scope: Scope,
  named: { term: string; targets: DriftTarget[] }[],
): void {
  const inScope = (target: DriftTarget) =>
    (scope.clients.length === 0 ||
      scope.clients.includes(target.client ?? NOBODY)) &&
    (scope.owners.length === 0 ||
      scope.owners.includes(target.owner ?? NOBODY));
  const fitting: DriftTarget[][] = [];
  for (const { term, targets } of named) {
    const narrowed = targets.filter(inScope);
    if (narrowed.length > 0) {
      fitting.push(narrowed);
    } else {
      scope.unknown.push(term);
    }
  }
  const [first = [], ...others] = fitting;
  const common = first.filter(target =>
    others.every(list => list.some(({ id }) => id === target.id)),
  );
  const chosen = common.length > 0 ? common : fitting.flat();
  scope.targets = [
    ...new Map(chosen.map(target => [target.id, target])).values(),
  ];
}

function valuesOf(page: ResultsPage, field: 'client' | 'owner'): string[] {
  return page.facets[field]
    .map(({ value }) => value)
    .filter(value => value !== NOBODY);
}

/** How well a target fits a term; 0 when it does not. */
function rankOf(target: DriftTarget, term: string): number {
  const name = target.name.toLowerCase();
  if (term === name || term === target.id.toLowerCase()) {
    return 5;
  }
  if (
    term.includes('/') &&
    `${target.client ?? NOBODY}/${name}`.toLowerCase().endsWith(term)
  ) {
    return 5;
  }
  const entities = target.entityRefs.map(nameOf);
  if (segmentsOf(name).includes(term) || entities.includes(term)) {
    return 4;
  }
  if (term.length >= 3 && name.includes(term)) {
    return 3;
  }
  const [singular, ...others] = textsFor(term);
  if (singular !== term && segmentsOf(name).includes(singular)) {
    return 2;
  }
  return [singular, ...others].some(text => segmentsOf(name).includes(text))
    ? 1
    : 0;
}

function bestMatches<T>(items: T[], rank: (item: T) => number): T[] {
  const ranked = items.map(item => ({ item, rank: rank(item) }));
  const best = Math.max(0, ...ranked.map(entry => entry.rank));
  return best === 0
    ? []
    : ranked.filter(entry => entry.rank === best).map(({ item }) => item);
}

function segmentsOf(name: string): string[] {
  return name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}

/** Name of an entity ref. */
function nameOf(entityRef: string): string {
  return entityRef.toLowerCase().split('/').at(-1) ?? '';
}

/** Whether one typing error, in a long word two, make one of the other. */
function isSimilar(name: string, term: string): boolean {
  if (term.length < 4) {
    return false;
  }
  const allowed = term.length >= 8 ? 2 : 1;
  return (
    Math.abs(name.length - term.length) <= allowed &&
    editDistance(name, term) <= allowed
  );
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        row[j] + 1,
        next[j - 1] + 1,
        row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length];
}
