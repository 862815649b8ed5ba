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

import { createHash } from 'node:crypto';
import { PlanResourceEntry, RawNumber } from '@infra-hub/drift-engine';

/** Everything that makes two plans the same. */
export interface PlanContent {
  action: string;
  /** Absent for the default workspace. */
  workspace?: string;
  entries: readonly PlanResourceEntry[];
  /** Digests of parts of the plan document, by key. */
  parts: Readonly<Record<string, string>>;
  /** Digest of the code that applying runs and the plan does not show. */
  code: string;
}

/**
 * SHA-256 in lower-case hex over a salt and everything that applying a plan does,
 * secret values included: without the salt, which nobody else knows, the hash tells
 * nothing of them.
 */
export function planHash(salt: string, content: PlanContent): string {
  const entries = content.entries
    .map(entry =>
      canonicalText({
        address: entry.address,
        deposed: entry.deposed,
        mode: entry.mode,
        type: entry.type,
        provider: entry.providerName,
        actions: entry.actions,
        before: entry.before,
        after: entry.after,
        after_unknown: entry.afterUnknown,
        replace_paths: entry.replacePaths,
        action_reason: entry.actionReason,
        importing: entry.importing,
        previous_address: entry.previousAddress,
      }),
    )
    .sort();
  return createHash('sha256')
    .update(
      canonicalText({
        version: 1,
        salt,
        action: content.action,
        workspace: content.workspace ?? 'default',
        parts: content.parts,
        code: content.code,
      }),
    )
    .update('\n')
    .update(entries.join('\n'))
    .digest('hex');
}

/**
 * The same text for the same value whatever the order of keys, with exact numbers.
 * Absent keys are left out.
 */
export function canonicalText(value: unknown): string {
  if (value instanceof RawNumber) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalText).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(
        ([key, member]) => `${JSON.stringify(key)}:${canonicalText(member)}`,
      );
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
