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

import { DriftIgnoreRule } from '@infra-hub/backstage-plugin-drift-common';
import { AcceptedDrift } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { toDate } from '../../conversion';
import { lockByName } from '../../database';
import {
  DbAcknowledgementRow,
  DbIgnoreRuleRevisionRow,
  DbIgnoreRuleRow,
} from '../../tables';

/** What people have muted, beside the rules of the configuration. */
export interface StoredMuting {
  /** Rules of the API. */
  rules: DriftIgnoreRule[];
  /** Active ones of the target. */
  acknowledgements: AcceptedDrift[];
  /** Names both, and changes with either. */
  judgedBy: string;
}

const RULES = 'drift_ignore_rules';

/**
 * Keeps rules as they are until the end of the transaction, for those that judge
 * and store. To be called before any row is locked: who changes rules waits for
 * rows, too.
 *
 * @remarks
 * Who changes a rule has everything judged again that it concerns, and has to see
 * it for that. What others are about to store cannot be seen: a deleted rule would
 * stay in force on it, and a new one not come into force, until the next scan.
 */
export function holdRules(tx: Knex.Transaction): Promise<void> {
  return lockByName(tx, RULES, { shared: true });
}

/** Begins a change of rules: verdicts by those of before are outdated now. */
export async function beginRuleChange(tx: Knex.Transaction): Promise<void> {
  await lockByName(tx, RULES);
  await tx<DbIgnoreRuleRevisionRow>('drift_ignore_rule_revision')
    .where({ id: 1 })
    .increment('revision', 1);
}

/**
 * Rules and acknowledgements as they are now.
 *
 * @remarks
 * The revision is read before the rules: of rules that change meanwhile, it is
 * the older one, so that a verdict by them is found to be outdated rather than
 * taken for current.
 */
export async function readMuting(
  knex: Knex,
  options: { targetId: string },
): Promise<StoredMuting> {
  const current = await knex<DbIgnoreRuleRevisionRow>(
    'drift_ignore_rule_revision',
  ).first('revision');
  const rules = await knex<DbIgnoreRuleRow>('drift_ignore_rules')
    .orderBy('id')
    .select('rule');
  const rows = await knex<DbAcknowledgementRow>('drift_acknowledgements')
    .where({ target_id: options.targetId, state: 'active' })
    .orderBy('id');
  return {
    rules: rules.map(row => JSON.parse(row.rule) as DriftIgnoreRule),
    acknowledgements: rows.map(row => ({
      id: row.id,
      fingerprint: row.fingerprint,
      by: row.created_by,
      reason: row.reason,
      expiresAt: toDate(row.expires_at).toISOString(),
    })),
    judgedBy: [current?.revision ?? 0, ...rows.map(row => row.id)].join(' '),
  };
}
