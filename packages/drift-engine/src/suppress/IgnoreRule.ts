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

import type {
  DriftIgnoreRule,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';

/**
 * The rules of configuration, API and files alike.
 *
 * @public
 */
export type IgnoreRule = DriftIgnoreRule;

/**
 * What the rules are applied to.
 *
 * @public
 */
export interface IgnoreContext {
  client?: string;
  source?: string;
  /** Name of the target. */
  target?: string;
  /** The time that `expires` is compared with. Without it, rules that expire do nothing. */
  now?: Date;
}

/**
 * What an accepted drift is known by.
 *
 * @public
 */
export interface AcceptedDrift {
  id: string;
  fingerprint: string;
  /** Who accepted it. */
  by: string;
  reason: string;
  /** ISO 8601; from then on it alarms again. */
  expiresAt: string;
}

/**
 * Stands for the rule in `Finding.suppressedBy` where a person accepted the
 * drift; no rule may be called so.
 *
 * @public
 */
export const ACKNOWLEDGEMENT_RULE = 'acknowledgement';

/** Begins the normaliser of a field that a rule set aside; the id of the rule follows. */
export const SET_ASIDE = 'ignore-rule:';

/**
 * Ids of the rules that mute a finding, wholly or in part.
 *
 * @public
 */
export function mutingRules(
  finding: Pick<Finding, 'suppressedBy' | 'normalised'>,
): string[] {
  const { suppressedBy, normalised = [] } = finding;
  const ids = new Set<string>();
  if (suppressedBy && suppressedBy.ruleId !== ACKNOWLEDGEMENT_RULE) {
    ids.add(suppressedBy.ruleId);
    suppressedBy.alsoBy?.forEach(id => ids.add(id));
  }
  for (const { normaliser } of normalised) {
    if (normaliser.startsWith(SET_ASIDE)) {
      ids.add(normaliser.slice(SET_ASIDE.length));
    }
  }
  return [...ids].sort();
}

/**
 * Whether a time has come; without a clock it has.
 *
 * @public
 */
export function isOver(end: string, now: Date | undefined): boolean {
  // A time that nobody can read is over, too
  return now === undefined || !(Date.parse(end) > now.getTime());
}
