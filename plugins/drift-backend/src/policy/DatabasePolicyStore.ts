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
  RemediationPolicy,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { storableText, toIso } from '../store/conversion';
import {
  affected,
  inTransaction,
  insertNewRows,
  insertRows,
  whereInList,
} from '../store/database';
import { DbTime } from '../store/tables';
import { StopSwitch } from './PolicyEngine';
import {
  KeptPolicies,
  PolicyChanges,
  PolicyRevisionConflict,
  PolicyStore,
} from './PolicyStore';

const POLICIES = 'drift_remediation_policies';
const SWITCH = 'drift_remediation_switch';
const NOTES = 'drift_remediation_notes';
/** Both are kept in one row, which writers lock. */
const THE_ROW = 'all';

interface DbPolicyRow {
  id: string;
  policy: string;
  updated_by: string | null;
  updated_at: DbTime;
}

interface DbSwitchRow {
  id: string;
  /** Of the policies. */
  revision: number;
  stopped: boolean | number;
  stopped_by: string | null;
  stopped_at: DbTime | null;
  reason: string | null;
}

interface DbNoteRow {
  id: string;
  target_id: string;
  kind: string;
  noted_at: DbTime;
}

type Options<Method extends keyof PolicyStore> = Parameters<
  PolicyStore[Method]
>[0];

/** Keeps policies in the plugin's database, whose schema must be up to date. */
export class DatabasePolicyStore implements PolicyStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): DatabasePolicyStore {
    return new DatabasePolicyStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * @remarks
   * Nothing is cached, since another replica may have turned the stop switch a
   * moment ago. A revision that is the same before and after has not moved in
   * between, as it only ever grows; so the policies are those of one revision
   * without a lock that writers would wait for.
   */
  async read(): Promise<KeptPolicies> {
    for (;;) {
      const before = await this.#readSwitch(this.#knex);
      const policies = await this.#readPolicies(this.#knex);
      const after = await this.#readSwitch(this.#knex);
      if ((before?.revision ?? 0) === (after?.revision ?? 0)) {
        return {
          policies,
          revision: after?.revision ?? 0,
          stop: toStop(after),
        };
      }
    }
  }

  async edit(
    options: Options<'edit'>,
  ): Promise<{ kept: KeptPolicies; changes: PolicyChanges }> {
    const { edit, expectedRevision, by, now } = options;
    return inTransaction(this.#knex, async tx => {
      const row = await this.#lock(tx);
      if (expectedRevision !== undefined && expectedRevision !== row.revision) {
        throw new PolicyRevisionConflict({
          expected: expectedRevision,
          current: row.revision,
        });
      }
      const before = await this.#readPolicies(tx);
      const changes = compare(before, edit(before));
      const { added, changed, removed } = changes;
      const written = [...added, ...changed.map(({ to }) => to)];
      if (written.length + removed.length === 0) {
        return {
          kept: {
            policies: before,
            revision: row.revision,
            stop: toStop(row),
          },
          changes,
        };
      }
      await tx<DbPolicyRow>(POLICIES)
        .modify(whereInList, {
          knex: tx,
          column: 'id',
          values: removed.map(({ id }) => id),
        })
        .delete();
      await insertRows<DbPolicyRow>(tx, {
        table: POLICIES,
        rows: written.map(policy => ({
          id: policy.id,
          policy: JSON.stringify(policy),
          updated_by: toWho(by),
          updated_at: now,
        })),
        onConflict: {
          columns: ['id'],
          merge: ['policy', 'updated_by', 'updated_at'],
        },
      });
      const revision = row.revision + 1;
      await tx<DbSwitchRow>(SWITCH).where({ id: THE_ROW }).update({ revision });
      return {
        kept: {
          policies: await this.#readPolicies(tx),
          revision,
          stop: toStop(row),
        },
        changes,
      };
    });
  }

  async setStop(
    options: Options<'setStop'>,
  ): Promise<{ before?: StopSwitch; after?: StopSwitch }> {
    const { stopped, by, now } = options;
    const reason =
      options.reason === undefined ? null : storableText(options.reason);
    return inTransaction(this.#knex, async tx => {
      const row = await this.#lock(tx);
      const before = toStop(row);
      const stands =
        Boolean(row.stopped) === stopped &&
        (!stopped || reason === null || reason === row.reason);
      if (stands) {
        return { before, after: before };
      }
      const next = {
        stopped,
        stopped_by: stopped ? toWho(by) : null,
        stopped_at: stopped ? now : null,
        reason: stopped ? reason : null,
      };
      await tx<DbSwitchRow>(SWITCH).where({ id: THE_ROW }).update(next);
      return { before, after: toStop({ ...row, ...next }) };
    });
  }

  async note(options: Options<'note'>): Promise<string[]> {
    const { targetId, kind, since, now } = options;
    const subjects = new Map(
      options.subjects.map(subject => [
        noteId({ targetId, kind, subject }),
        subject,
      ]),
    );
    if (subjects.size === 0) {
      return [];
    }
    await affected(
      this.#knex<DbNoteRow>(NOTES)
        .where({ target_id: targetId, kind })
        .where('noted_at', '<', since)
        .delete(),
    );
    const added = await insertNewRows<DbNoteRow>(this.#knex, {
      table: NOTES,
      rows: [...subjects.keys()].map(id => ({
        id,
        target_id: targetId,
        kind,
        noted_at: now,
      })),
    });
    return added.map(id => subjects.get(id) ?? []).flat();
  }

  /** Reads the row, made if need be, and keeps other writers waiting until the end of the transaction. */
  async #lock(tx: Knex.Transaction): Promise<DbSwitchRow> {
    await tx<DbSwitchRow>(SWITCH)
      .insert({
        id: THE_ROW,
        revision: 0,
        stopped: false,
        stopped_by: null,
        stopped_at: null,
        reason: null,
      })
      .onConflict('id')
      .ignore();
    const [row] = await tx<DbSwitchRow>(SWITCH)
      .where({ id: THE_ROW })
      .forUpdate();
    return row;
  }

  async #readSwitch(knex: Knex): Promise<DbSwitchRow | undefined> {
    return knex<DbSwitchRow>(SWITCH).where({ id: THE_ROW }).first();
  }

  async #readPolicies(knex: Knex): Promise<StoredRemediationPolicy[]> {
    const rows: DbPolicyRow[] = await knex<DbPolicyRow>(POLICIES).orderBy('id');
    return rows.map(row => ({
      ...(JSON.parse(row.policy) as RemediationPolicy),
      origin: 'api',
      updatedBy: row.updated_by ?? undefined,
      updatedAt: toIso(row.updated_at),
    }));
  }
}

function compare(
  before: readonly StoredRemediationPolicy[],
  after: readonly RemediationPolicy[],
): PolicyChanges {
  const wanted = after.map(toWritten);
  const standing = new Map(
    before.map(policy => [policy.id, toWritten(policy)]),
  );
  const kept = new Set(wanted.map(({ id }) => id));
  return {
    added: wanted.filter(({ id }) => !standing.has(id)),
    changed: wanted.flatMap(to => {
      const from = standing.get(to.id);
      return from && !isDeepStrictEqual(from, to) ? { from, to } : [];
    }),
    removed: [...standing.values()].filter(({ id }) => !kept.has(id)),
  };
}

/** Only what its author wrote, as JSON has it. */
function toWritten(
  policy: RemediationPolicy | StoredRemediationPolicy,
): RemediationPolicy {
  const {
    origin: _origin,
    updatedBy: _by,
    updatedAt: _at,
    scope: _scope,
    ...written
  }: Partial<StoredRemediationPolicy> & RemediationPolicy = policy;
  return JSON.parse(JSON.stringify(written));
}

function toStop(row: DbSwitchRow | undefined): StopSwitch | undefined {
  return row && Boolean(row.stopped)
    ? {
        by: row.stopped_by ?? undefined,
        at: toIso(row.stopped_at),
        reason: row.reason ?? undefined,
      }
    : undefined;
}

function toWho(by: string | undefined): string | null {
  return by === undefined ? null : storableText(by).slice(0, 255);
}

function noteId(note: {
  targetId: string;
  kind: string;
  subject: string;
}): string {
  return createHash('sha256')
    .update(JSON.stringify([note.targetId, note.kind, note.subject]))
    .digest('hex');
}
