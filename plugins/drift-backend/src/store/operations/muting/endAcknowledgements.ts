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

import { Finding } from '@infra-hub/backstage-plugin-drift-common';
import { AcceptedDrift } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { whereInList } from '../../database';
import { DbAcknowledgementRow } from '../../tables';

/** Stands for the plugin where an acknowledgement ended by itself. */
export const BY_ITSELF = 'drift';

/** Why an acknowledgement ended by itself. */
export const END_REASONS = {
  expired: 'Its time had come.',
  moved: 'The resource drifted to something else.',
  gone: 'The drift is gone.',
};

/** Ends acknowledgements; those that had ended stay as they were. */
export async function endAcknowledgements(
  tx: Knex.Transaction,
  options: { ids: string[]; by: string; reason: string; now: Date },
): Promise<void> {
  const { ids, by, reason, now } = options;
  if (ids.length > 0) {
    await tx<DbAcknowledgementRow>('drift_acknowledgements')
      .where({ state: 'active' })
      .modify(whereInList, { knex: tx, column: 'id', values: ids })
      .update({
        state: 'ended',
        ended_at: now,
        ended_by: by,
        end_reason: reason,
      });
  }
}

/** Ends those that no finding of a whole look has. */
export async function endUnseen(
  tx: Knex.Transaction,
  options: {
    acknowledgements: AcceptedDrift[];
    findings: readonly Finding[];
    now: Date;
  },
): Promise<void> {
  const { acknowledgements, findings, now } = options;
  if (acknowledgements.length === 0) {
    return;
  }
  const seen = new Set(findings.map(finding => finding.acknowledgement?.id));
  const unseen = acknowledgements.filter(({ id }) => !seen.has(id));
  if (unseen.length === 0) {
    return;
  }
  const rows = await tx<DbAcknowledgementRow>('drift_acknowledgements').modify(
    whereInList,
    { knex: tx, column: 'id', values: unseen.map(({ id }) => id) },
  );
  const drifting = new Set(
    findings
      .filter(finding => finding.class === 'drift')
      .map(finding => finding.address),
  );
  const addresses = new Map(
    (rows as DbAcknowledgementRow[]).map(row => [row.id, row.address]),
  );
  for (const kind of ['expired', 'moved', 'gone'] as const) {
    await endAcknowledgements(tx, {
      ids: unseen
        .filter(each => {
          if (Date.parse(each.expiresAt) <= now.getTime()) {
            return kind === 'expired';
          }
          return (
            kind ===
            (drifting.has(addresses.get(each.id) ?? '') ? 'moved' : 'gone')
          );
        })
        .map(({ id }) => id),
      by: BY_ITSELF,
      reason: END_REASONS[kind],
      now,
    });
  }
}
