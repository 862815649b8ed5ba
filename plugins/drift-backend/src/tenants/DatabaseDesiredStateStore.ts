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
  DesiredResource,
  DesiredState,
  DesiredStateChange,
  DesiredStateRevision,
  DesiredStateRevisionsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { storableText, toDate, toScanTarget } from '../store/conversion';
import { inTransaction, insertRows, whereInList } from '../store/database';
import { DbTargetRow, DbTime } from '../store/tables';
import {
  describeKey,
  DesiredResourceKey,
  DesiredStateEdit,
  DesiredStateStore,
  NewDesiredResource,
  RevisionConflict,
} from './DesiredStateStore';

const RESOURCES = 'desired_infrastructure_state';
const TENANTS = 'desired_state_tenants';
const REVISIONS = 'desired_state_revisions';
const KEPT_REVISIONS = 100;

interface DbResourceRow {
  id: string;
  tenant: string;
  resource_type: string;
  cluster: string;
  namespace: string;
  name: string;
  spec: string;
  revision: number;
  origin: string;
  updated_by: string | null;
  updated_at: DbTime;
}

interface DbTenantRow {
  tenant: string;
  revision: number;
  source_state: string | null;
}

interface DbRevisionRow {
  tenant: string;
  revision: number;
  created_at: DbTime;
  created_by: string | null;
  origin: string;
  source_revision: string | null;
  changes: string;
}

type Options<Method extends keyof DesiredStateStore> = Parameters<
  DesiredStateStore[Method]
>[0];

/** Keeps desired states in the plugin's database, whose schema must be up to date. */
export class DatabaseDesiredStateStore implements DesiredStateStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): DatabaseDesiredStateStore {
    return new DatabaseDesiredStateStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * @remarks
   * The revision must be the one of the resources, without a lock that writers
   * would wait for: a revision that is the same before and after has not moved
   * in between, as it only ever grows.
   */
  async read({ tenantId }: Options<'read'>): Promise<DesiredState> {
    for (;;) {
      const before = await this.#revisionOf(this.#knex, tenantId);
      const rows = await this.#rowsOf(this.#knex, tenantId);
      if ((await this.#revisionOf(this.#knex, tenantId)) === before) {
        return {
          tenantId,
          revision: before,
          resources: rows.map(toResource),
        };
      }
    }
  }

  async edit(
    options: DesiredStateEdit,
  ): Promise<Omit<DesiredStateChange, 'notices'>> {
    const { tenantId, dryRun = false } = options;
    if (dryRun) {
      const { revision } = await this.read({ tenantId });
      requireRevision(options, revision);
      const plan = planEdit(options, await this.#rowsOf(this.#knex, tenantId));
      return describePlan(plan, { tenantId, revision, dryRun });
    }
    return inTransaction(this.#knex, async tx => {
      const tenant = await this.#lock(tx, tenantId);
      requireRevision(options, tenant.revision);
      const plan = planEdit(options, await this.#rowsOf(tx, tenantId));
      if (options.sourceState !== undefined) {
        await tx<DbTenantRow>(TENANTS)
          .where({ tenant: tenantId })
          .update({ source_state: storableText(options.sourceState) });
      }
      if (plan.write.length === 0 && plan.removed.length === 0) {
        return describePlan(plan, { ...tenant, tenantId, dryRun });
      }
      const revision = tenant.revision + 1;
      const change = describePlan(plan, { tenantId, revision, dryRun });
      await this.#write(tx, { edit: options, plan, change });
      return change;
    });
  }

  async listRevisions(
    options: Options<'listRevisions'>,
  ): Promise<DesiredStateRevisionsPage> {
    const { tenantId, limit, offset } = options;
    const rows: DbRevisionRow[] = await this.#knex<DbRevisionRow>(REVISIONS)
      .where({ tenant: tenantId })
      .orderBy('revision', 'desc')
      .limit(limit)
      .offset(offset);
    const total = await this.#knex(REVISIONS)
      .where({ tenant: tenantId })
      .count({ count: '*' })
      .first();
    return {
      items: rows.map(toRevision),
      totalItems: Number(total?.count ?? 0),
    };
  }

  async readSourceState({
    tenantId,
  }: Options<'readSourceState'>): Promise<string | undefined> {
    const row = await this.#knex<DbTenantRow>(TENANTS)
      .where({ tenant: tenantId })
      .first();
    return row?.source_state ?? undefined;
  }

  async forgetSourceState({
    tenantId,
  }: Options<'forgetSourceState'>): Promise<void> {
    await this.#knex<DbTenantRow>(TENANTS)
      .where({ tenant: tenantId })
      .update({ source_state: null });
  }

  async findTargets(
    options: Options<'findTargets'>,
  ): Promise<(ScanTarget & { source: string })[]> {
    const { tenantId, sources } = options;
    const rows = await this.#knex<DbTargetRow>('drift_results')
      .modify(whereInList, {
        knex: this.#knex,
        column: 'name',
        values: [tenantId],
      })
      .modify(whereInList, {
        knex: this.#knex,
        column: 'source',
        values: sources,
      })
      .whereNull('retired_at')
      .orderBy('id');
    return rows.map(toScanTarget);
  }

  /** Reads the tenant's row, made if need be, and keeps others from writing until the end of the transaction. */
  async #lock(tx: Knex.Transaction, tenantId: string): Promise<DbTenantRow> {
    await tx<DbTenantRow>(TENANTS)
      .insert({ tenant: tenantId, revision: 0, source_state: null })
      .onConflict('tenant')
      .ignore();
    const [row] = await tx<DbTenantRow>(TENANTS)
      .where({ tenant: tenantId })
      .forUpdate();
    return row;
  }

  async #write(
    tx: Knex.Transaction,
    options: {
      edit: DesiredStateEdit;
      plan: EditPlan;
      change: Omit<DesiredStateChange, 'notices'>;
    },
  ): Promise<void> {
    const { edit, plan, change } = options;
    const { tenantId, origin, by, now, sourceRevision } = edit;
    const { revision, added, changed, removed } = change;
    const who = by === undefined ? null : storableText(by).slice(0, 255);
    await tx<DbTenantRow>(TENANTS)
      .where({ tenant: tenantId })
      .update({ revision });
    await tx<DbResourceRow>(RESOURCES)
      .modify(whereInList, {
        knex: tx,
        column: 'id',
        values: plan.removed.map(({ id }) => id),
      })
      .delete();
    await insertRows<DbResourceRow>(tx, {
      table: RESOURCES,
      rows: plan.write.map(({ id, resource, spec, before }) => ({
        id,
        tenant: tenantId,
        resource_type: resource.resourceType,
        cluster: resource.cluster ?? '',
        namespace: resource.namespace ?? '',
        name: resource.name,
        spec,
        revision: (before?.revision ?? 0) + 1,
        origin,
        updated_by: who,
        updated_at: now,
      })),
      onConflict: {
        columns: ['id'],
        merge: ['spec', 'revision', 'origin', 'updated_by', 'updated_at'],
      },
    });
    await tx<DbRevisionRow>(REVISIONS).insert({
      tenant: tenantId,
      revision,
      created_at: now,
      created_by: who,
      origin,
      source_revision:
        sourceRevision === undefined ? null : storableText(sourceRevision),
      changes: JSON.stringify({ added, changed, removed }),
    });
    await tx<DbRevisionRow>(REVISIONS)
      .where({ tenant: tenantId })
      .where('revision', '<=', revision - KEPT_REVISIONS)
      .delete();
  }

  async #revisionOf(knex: Knex, tenantId: string): Promise<number> {
    const row = await knex<DbTenantRow>(TENANTS)
      .where({ tenant: tenantId })
      .first();
    return row?.revision ?? 0;
  }

  async #rowsOf(knex: Knex, tenantId: string): Promise<DbResourceRow[]> {
    return knex<DbResourceRow>(RESOURCES)
      .where({ tenant: tenantId })
      .orderBy(['resource_type', 'cluster', 'namespace', 'name']);
  }
}

interface EditPlan {
  write: {
    id: string;
    resource: NewDesiredResource;
    /** As JSON. */
    spec: string;
    before?: DbResourceRow;
  }[];
  removed: DbResourceRow[];
  unchanged: number;
}

function planEdit(edit: DesiredStateEdit, rows: DbResourceRow[]): EditPlan {
  const { tenantId, put, remove } = edit;
  const known = new Map(rows.map(row => [row.id, row]));
  const wanted = put.map(resource => {
    const id = idOf(tenantId, resource);
    const spec = JSON.stringify(resource.spec);
    return { id, resource, spec, before: known.get(id) };
  });
  const write = wanted.filter(
    ({ spec, before }) =>
      !before || !isDeepStrictEqual(JSON.parse(before.spec), JSON.parse(spec)),
  );
  const kept = new Set(wanted.map(({ id }) => id));
  const named =
    remove === 'others'
      ? undefined
      : new Set(remove.map(key => idOf(tenantId, key)));
  return {
    write,
    removed: rows.filter(({ id }) => !kept.has(id) && (named?.has(id) ?? true)),
    unchanged: wanted.length - write.length,
  };
}

function describePlan(
  plan: EditPlan,
  state: { tenantId: string; revision: number; dryRun: boolean },
): Omit<DesiredStateChange, 'notices'> {
  const { tenantId, revision, dryRun } = state;
  const isNew = ({ before }: EditPlan['write'][number]) => !before;
  return {
    tenantId,
    revision,
    dryRun,
    added: plan.write
      .filter(isNew)
      .map(({ resource }) => describeKey(resource)),
    changed: plan.write
      .filter(entry => !isNew(entry))
      .map(({ resource }) => describeKey(resource)),
    removed: plan.removed.map(row => describeKey(toResource(row))),
    unchanged: plan.unchanged,
  };
}

function requireRevision(edit: DesiredStateEdit, current: number): void {
  const { tenantId, expectedRevision: expected } = edit;
  if (expected !== undefined && expected !== current) {
    throw new RevisionConflict({ tenantId, expected, current });
  }
}

function idOf(tenantId: string, key: DesiredResourceKey): string {
  const { resourceType, cluster = '', namespace = '', name } = key;
  return createHash('sha256')
    .update(JSON.stringify([tenantId, resourceType, cluster, namespace, name]))
    .digest('hex');
}

function toResource(row: DbResourceRow): DesiredResource {
  return {
    tenantId: row.tenant,
    resourceType: row.resource_type,
    ...(row.cluster && { cluster: row.cluster }),
    ...(row.namespace && { namespace: row.namespace }),
    name: row.name,
    spec: JSON.parse(row.spec),
    revision: row.revision,
    updatedAt: toDate(row.updated_at).toISOString(),
    ...(row.updated_by !== null && { updatedBy: row.updated_by }),
    origin: row.origin as DesiredResource['origin'],
  };
}

function toRevision(row: DbRevisionRow): DesiredStateRevision {
  return {
    revision: row.revision,
    at: toDate(row.created_at).toISOString(),
    ...(row.created_by !== null && { by: row.created_by }),
    origin: row.origin as DesiredResource['origin'],
    ...(row.source_revision !== null && {
      sourceRevision: row.source_revision,
    }),
    ...JSON.parse(row.changes),
  };
}
