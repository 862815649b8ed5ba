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

import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { ForwardedError } from '@backstage/errors';
import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { fractionOf, ScanSchedule } from '../schedule/ScanSchedule';
import { ScanEventEmitter } from '../scans/ScanEvents';
import { DriftStore, TargetRegistration } from '../store/DriftStore';
import {
  assertDefinition,
  DeclaredTarget,
  ownerOf,
  readEntityTargets,
} from './readEntityTargets';

const PAGE_SIZE = 500;
/** Fleets up to this size are scanned at once when they appear. */
const SMALL_FLEET = 50;
const FIRST_SCAN_SPACING_MS = 200;
const ENTITY_FIELDS = [
  'apiVersion',
  'kind',
  'metadata',
  'relations',
  'spec.lifecycle',
  'spec.owner',
  'spec.system',
  'spec.type',
];

/** Something that somebody should correct in the catalog or the configuration. */
export interface TargetProblem {
  /** Absent when the configuration is at fault. */
  entityRef?: string;
  /** One sentence. */
  message: string;
}

/** @internal */
export interface TargetRegistryOptions {
  sources: Iterable<DriftSource>;
  store: DriftStore;
  catalog: CatalogService;
  auth: AuthService;
  logger: LoggerService;
  events?: ScanEventEmitter;
  /** For targets without one of their own. */
  defaultSchedule: string;
  /** Time zone of cron expressions, default UTC. */
  timeZone?: string;
  /** Time from the discovery of a target to its first scan, in milliseconds. Default 0. */
  initialDelayMs?: number;
  now?: () => Date;
}

/** What a sync changed. */
export interface TargetChanges {
  added: string[];
  updated: string[];
  retired: string[];
}

/**
 * Knows what there is to scan: collects targets from the catalog and the
 * configuration, for every source, and keeps the store in line.
 */
export class TargetRegistry {
  readonly #options: TargetRegistryOptions;
  readonly #sources: DriftSource[];
  readonly #now: () => Date;
  readonly #schedules = new Map<string, ScanSchedule>();
  #problems: TargetProblem[] = [];
  #syncing: Promise<TargetChanges> | undefined;

  /**
   * @throws InputError when the default schedule is not valid.
   */
  static create(options: TargetRegistryOptions): TargetRegistry {
    return new TargetRegistry(options);
  }

  private constructor(options: TargetRegistryOptions) {
    this.#options = options;
    this.#sources = [...options.sources];
    this.#now = options.now ?? (() => new Date());
    this.#parse(options.defaultSchedule);
  }

  /** What was wrong at the last sync. */
  problems(): TargetProblem[] {
    return [...this.#problems];
  }

  /**
   * Reads catalog and configuration and stores the difference. Joins a sync that
   * runs already.
   *
   * @throws ForwardedError when the catalog did not give a whole answer; then
   * nothing is retired.
   */
  async sync(): Promise<TargetChanges> {
    this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined;
    });
    return this.#syncing;
  }

  async #sync(): Promise<TargetChanges> {
    const problems: TargetProblem[] = [];
    const entities = await this.#listEntities();
    const configured = merge(await this.#readConfiguration(problems), problems);
    const declared = merge(
      await this.#readEntities(entities, configured, problems),
      problems,
    );

    // What the configuration declares wins, and gains the entities
    for (const [id, target] of configured) {
      const other = declared.get(id);
      if (other) {
        target.entityRefs = union(target.entityRefs, other.entityRefs);
        target.owner ??= other.owner;
        declared.delete(id);
      }
    }

    const count = configured.size + declared.size;
    const fromConfiguration = await this.#store(
      'config',
      configured,
      count,
      problems,
    );
    const fromCatalog = await this.#store('catalog', declared, count, problems);
    this.#report(problems);

    const changes = {
      added: [...fromConfiguration.added, ...fromCatalog.added],
      updated: [...fromConfiguration.updated, ...fromCatalog.updated],
      retired: [...fromConfiguration.retired, ...fromCatalog.retired],
    };
    if (hasChanges(changes)) {
      this.#options.logger.info(
        `Targets: ${changes.added.length} added, ${changes.updated.length} updated, ${changes.retired.length} retired, ${count} in all`,
      );
      await this.#options.events?.onTargetsChanged?.(changes);
    }
    return changes;
  }

  /** Every entity that interests a source, or an error. */
  async #listEntities(): Promise<Entity[]> {
    const annotations = new Set(
      this.#sources.flatMap(source => source.entityAnnotations ?? []),
    );
    if (annotations.size === 0) {
      return [];
    }
    const { auth, catalog } = this.#options;
    try {
      const credentials = await auth.getOwnServiceCredentials();
      const entities = new Map<string, Entity>();
      let expected: number | undefined;
      let cursor: string | undefined;
      do {
        const page = await catalog.queryEntities(
          cursor
            ? { cursor, fields: ENTITY_FIELDS, limit: PAGE_SIZE }
            : {
                filter: [...annotations].map(name => ({
                  [`metadata.annotations.${name}`]: CATALOG_FILTER_EXISTS,
                })),
                fields: ENTITY_FIELDS,
                limit: PAGE_SIZE,
              },
          { credentials },
        );
        expected ??= page.totalItems;
        for (const entity of page.items) {
          entities.set(stringifyEntityRef(entity), entity);
        }
        cursor = page.pageInfo.nextCursor;
      } while (cursor);

      if (entities.size < expected) {
        throw new Error(
          `it announced ${expected} entities and gave ${entities.size}`,
        );
      }
      return [...entities.keys()]
        .sort()
        .flatMap(ref => entities.get(ref) ?? []);
    } catch (error) {
      throw new ForwardedError(
        'Could not read the scan targets from the catalog; the known ones stay',
        error,
      );
    }
  }

  async #readEntities(
    entities: Entity[],
    configured: ReadonlyMap<string, DeclaredTarget>,
    problems: TargetProblem[],
  ): Promise<DeclaredTarget[]> {
    const read = this.#sources.flatMap(source =>
      entities
        .filter(entity =>
          source.entityAnnotations?.some(
            name => entity.metadata.annotations?.[name] !== undefined,
          ),
        )
        .map(entity => {
          try {
            return {
              source,
              entity,
              targets: readEntityTargets(source, entity),
            };
          } catch (error) {
            problems.push({
              entityRef: stringifyEntityRef(entity),
              message: messageOf(error),
            });
            return { source, entity };
          }
        }),
    );
    const misread = read.flatMap(({ entity, targets }) =>
      targets ? [] : stringifyEntityRef(entity),
    );
    const kept = misread.length
      ? await this.#options.store.listDeclarations({ entityRefs: misread })
      : [];
    return read.flatMap(
      ({ source, entity, targets }) =>
        targets ??
        // A typing error must not take a target and its verdict off the screen
        kept
          .filter(
            ({ target, origin }) =>
              target.source === source.id &&
              target.entityRefs.includes(stringifyEntityRef(entity)) &&
              (origin === 'catalog' || configured.has(target.id)),
          )
          .map(({ target: { id: _, ...target } }) => ({
            ...target,
            entityRefs: [stringifyEntityRef(entity)],
            owner: ownerOf(entity),
          })),
    );
  }

  async #readConfiguration(
    problems: TargetProblem[],
  ): Promise<DeclaredTarget[]> {
    const targets: DeclaredTarget[] = [];
    for (const source of this.#sources) {
      try {
        for (const {
          entityRefs,
          ...definition
        } of source.configuredTargets?.() ?? []) {
          try {
            assertDefinition(definition);
            targets.push({
              ...definition,
              source: source.id,
              entityRefs: entityRefs ?? [],
            });
          } catch (error) {
            problems.push({ message: messageOf(error) });
          }
        }
      } catch (error) {
        problems.push({ message: messageOf(error) });
      }
    }
    await this.#addOwners(targets);
    return targets;
  }

  async #addOwners(targets: DeclaredTarget[]) {
    const first = new Set(
      targets.flatMap(target => target.entityRefs[0] ?? []),
    );
    if (first.size === 0) {
      return;
    }
    const { auth, catalog } = this.#options;
    const entityRefs = [...first];
    try {
      const { items } = await catalog.getEntitiesByRefs(
        { entityRefs, fields: ENTITY_FIELDS },
        { credentials: await auth.getOwnServiceCredentials() },
      );
      const owners = new Map(
        items.flatMap((entity, index) =>
          entity ? [[entityRefs[index], ownerOf(entity)] as const] : [],
        ),
      );
      for (const target of targets) {
        target.owner = owners.get(target.entityRefs[0]);
      }
    } catch (error) {
      throw new ForwardedError(
        'Could not read the owners of configured scan targets from the catalog; the known ones stay',
        error,
      );
    }
  }

  async #store(
    origin: 'catalog' | 'config',
    targets: Map<string, DeclaredTarget>,
    fleetSize: number,
    problems: TargetProblem[],
  ): Promise<TargetChanges> {
    const now = this.#now();
    const {
      added,
      updated,
      retired,
      rejected = [],
    } = await this.#options.store.syncTargets({
      origin,
      targets: [...targets].map(([id, target]) =>
        this.#register(id, target, origin, fleetSize, now, problems),
      ),
      now,
    });
    for (const { id, reason } of rejected) {
      problems.push({
        entityRef: targets.get(id)?.entityRefs[0],
        message: `The target '${id}' cannot be kept: ${reason}`,
      });
    }
    return { added, updated, retired };
  }

  #register(
    id: string,
    target: DeclaredTarget,
    origin: 'catalog' | 'config',
    fleetSize: number,
    now: Date,
    problems: TargetProblem[],
  ): TargetRegistration {
    const schedule = this.#scheduleOf(target, problems);
    return {
      ...target,
      id,
      origin,
      schedule: schedule.text,
      intervalMs: schedule.intervalMs,
      firstScanAt: new Date(
        now.getTime() +
          (this.#options.initialDelayMs ?? 0) +
          spread(id, fleetSize, schedule.intervalMs),
      ),
    };
  }

  #scheduleOf(target: DeclaredTarget, problems: TargetProblem[]): ScanSchedule {
    const { defaultSchedule } = this.#options;
    try {
      return this.#parse(target.schedule ?? defaultSchedule);
    } catch (error) {
      problems.push({
        entityRef: target.entityRefs[0],
        message: `${messageOf(error)}; '${defaultSchedule}' is used instead`,
      });
      return this.#parse(defaultSchedule);
    }
  }

  #parse(text: string): ScanSchedule {
    let schedule = this.#schedules.get(text);
    if (!schedule) {
      schedule = ScanSchedule.parse(text, {
        timeZone: this.#options.timeZone,
        now: this.#now(),
      });
      this.#schedules.set(text, schedule);
    }
    return schedule;
  }

  /** Logs each problem when it appears, not at every sync. */
  #report(problems: TargetProblem[]) {
    const known = new Set(this.#problems.map(describeProblem));
    const unique = new Map(
      problems.map(problem => [describeProblem(problem), problem]),
    );
    for (const text of unique.keys()) {
      if (!known.has(text)) {
        this.#options.logger.warn(text);
      }
    }
    this.#problems = [...unique.values()];
  }
}

/** One target per id; several entities may declare the same. */
function merge(
  targets: DeclaredTarget[],
  problems: TargetProblem[],
): Map<string, DeclaredTarget> {
  const merged = new Map<string, DeclaredTarget>();
  for (const target of targets) {
    const id = `${target.source}:${target.client ?? '-'}/${target.name}`;
    const first = merged.get(id);
    if (!first) {
      merged.set(id, { ...target });
      continue;
    }
    if (JSON.stringify(first.location) !== JSON.stringify(target.location)) {
      problems.push({
        entityRef: target.entityRefs[0],
        message: `The target '${id}' is declared with another location by ${
          first.entityRefs[0] ?? 'the configuration'
        }, which is used`,
      });
    }
    first.entityRefs = union(first.entityRefs, target.entityRefs);
    first.owner ??= target.owner;
    first.schedule ??= target.schedule;
    first.codeUrl ??= target.codeUrl;
  }
  return merged;
}

/** A large fleet that appears at once is not scanned at once. */
function spread(id: string, fleetSize: number, intervalMs: number): number {
  const excess = Math.max(0, fleetSize - SMALL_FLEET);
  const window = Math.min(intervalMs, excess * FIRST_SCAN_SPACING_MS);
  return Math.floor(fractionOf(id) * window);
}

function union(a: string[], b: string[]): string[] {
  return [...new Set([...a, ...b])];
}

function hasChanges(changes: TargetChanges): boolean {
  return Object.values(changes).some(ids => ids.length > 0);
}

function describeProblem({ entityRef, message }: TargetProblem): string {
  return entityRef ? `${entityRef}: ${message}` : message;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
