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

import { ConsentCheck, KeptConsent, KeptConsents } from './KeptCredentials';
import { RemediationRecord } from './RemediationStore';

/**
 * Whether the permission of who said yes still holds: `lost` when it does not,
 * `gone` when nobody can tell any more. The message is a whole sentence for people.
 */
export type Consent =
  | { verdict: 'allowed' }
  | { verdict: 'gone' | 'lost'; message: string };

/** Its requester's confirmation is the approval, nobody else's was needed. */
export function isConfirmedOnly(record: RemediationRecord): boolean {
  return record.origin === 'person' && !record.decision?.needsApproval;
}

/**
 * Asks the permissions of who confirmed and approved once more.
 *
 * @remarks
 * The approval that counts must still be provable. Who asked and had somebody
 * else approve is asked about as long as their credentials last, which is an
 * hour for people; after that the approval stands alone, since otherwise no
 * approval could take longer.
 */
export async function askConsent(options: {
  record: RemediationRecord;
  consents: KeptConsents;
  mayStill: ConsentCheck;
  now: Date;
}): Promise<Consent> {
  const { record, consents, mayStill, now } = options;
  const { confirmed, approved } = consents;
  const { targetId } = record;
  const confirmedOnly = isConfirmedOnly(record);
  const counts = find(
    confirmedOnly ? confirmed : approved,
    record.approvedBy,
    record.approvedHash,
  );
  const verdict = counts
    ? await mayStill({
        kind: confirmedOnly ? 'confirmed' : 'approved',
        credentials: counts.credentials,
        targetId,
        now,
      })
    : 'gone';
  if (verdict === 'gone') {
    return {
      verdict,
      message: confirmedOnly
        ? 'It has to be confirmed again, because the process that took the confirmation has ended or its credentials have.'
        : 'It has to be approved again, because the process that took the approval has ended or its credentials have.',
    };
  }
  if (verdict === 'lost') {
    return {
      verdict,
      message: `${record.approvedBy} is not allowed to ${
        confirmedOnly ? 'remediate' : 'approve remediations of'
      } this target any more.`,
    };
  }
  const requester = confirmedOnly
    ? undefined
    : find(confirmed, record.confirmedBy, record.approvedHash);
  if (
    requester &&
    (await mayStill({
      kind: 'confirmed',
      credentials: requester.credentials,
      targetId,
      now,
    })) === 'lost'
  ) {
    return {
      verdict: 'lost',
      message: `${record.requestedBy} is not allowed to remediate this target any more.`,
    };
  }
  return { verdict: 'allowed' };
}

function find(
  consent: ReadonlyMap<string, KeptConsent> | undefined,
  by: string | undefined,
  hash: string | undefined,
): KeptConsent | undefined {
  const found = by === undefined ? undefined : consent?.get(by);
  return found?.hash === hash ? found : undefined;
}
