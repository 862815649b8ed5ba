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

import { JsonValue } from '@backstage/types';
import { Severity } from './report';
import { StoredFinding } from './target';

/**
 * A person accepts one drift as it is, until it changes or the time ends.
 *
 * @public
 */
export interface Acknowledgement {
  id: string;
  targetId: string;
  /** Ends with the first scan that sees another value. */
  fingerprint: string;
  address: string;
  /** Severity of the finding when it was accepted. */
  severity: Severity;
  reason: string;
  /** ISO 8601. */
  createdAt: string;
  /** Entity ref or subject. */
  createdBy: string;
  /** ISO 8601; from then on it alarms again. */
  expiresAt: string;
  state: 'active' | 'ended';
  endedAt?: string;
  /** `drift` when it ended by itself. */
  endedBy?: string;
  /** One sentence. */
  endReason?: string;
}

/**
 * Answer of `GET /acknowledgements` and `GET /targets/:targetId/acknowledgements`.
 *
 * @public
 */
export interface AcknowledgementsPage {
  items: Acknowledgement[];
  totalItems: number;
}

/**
 * Body of `POST /targets/:targetId/acknowledgements`.
 *
 * @public
 */
export interface AcknowledgementRequest {
  /** Of open findings; all that are open and alarm when absent. */
  fingerprints?: string[];
  /** 3 to 1,000 characters. */
  reason: string;
  /** ISO 8601, in the future, at most a year away. */
  expiresAt: string;
}

/**
 * Mutes differences that somebody knows about. What a rule does not name, it
 * does not limit.
 *
 * A rule with `path`, `value` or `manager` speaks of attributes and never mutes
 * that a resource is missing, goes or is replaced; a rule without mutes that
 * only where `address` is the bare address.
 *
 * @public
 */
export interface DriftIgnoreRule {
  /** Unique, `[A-Za-z0-9._-]{1,100}`. */
  id: string;
  /** One sentence: why this may differ. */
  reason: string;
  client?: string;
  source?: string;
  /** Glob on the name of the target. */
  target?: string;
  /** Glob, e.g. `aws_autoscaling_*`. */
  resourceType?: string;
  /** Glob: `*` never crosses a dot, `[*]` is any instance key or none. */
  address?: string;
  /** Pointer glob, e.g. `/tags/*`; also mutes what is below. */
  path?: string;
  /** Mutes only this actual value; a text with `*` is a glob. */
  value?: JsonValue;
  /** Mutes only what this field manager or person changed. */
  manager?: string;
  /** ISO 8601; from then on the rule does nothing. */
  expires?: string;
}

/**
 * An ignore rule with its use.
 *
 * @public
 */
export interface StoredIgnoreRule extends DriftIgnoreRule {
  /** `config` ones can only be changed in the configuration. */
  origin: 'config' | 'api';
  createdBy?: string;
  createdAt?: string;
  updatedBy?: string;
  updatedAt?: string;
  /** Open findings that it mutes now, wholly or in part. */
  mutedNow: number;
  /** Times that it muted a finding that was not muted before. */
  mutedTotal: number;
  lastMutedAt?: string;
  /** One sentence when it seems to be of no use, such as never having muted anything in 30 days. */
  deadHint?: string;
}

/**
 * Answer of `GET /ignore-rules`.
 *
 * @public
 */
export interface IgnoreRulesPage {
  rules: StoredIgnoreRule[];
}

/**
 * Answer of `POST /ignore-rules/test`: what a rule would have muted of the stored
 * history that the caller may see.
 *
 * @public
 */
export interface IgnoreRuleTest {
  /** Findings of class drift in the history, open and resolved, that were looked at. */
  examined: number;
  /** Of those, muted as a whole. */
  muted: number;
  /** Of those, muted in part. */
  partlyMuted: number;
  bySeverity: Record<Severity, number>;
  /** Still open ones among the muted. */
  openMuted: number;
  targets: number;
  /** Worst first, at most 20. */
  examples: {
    targetId: string;
    finding: StoredFinding;
    mutedPaths: string[];
  }[];
  /** True when there is more history than was looked at. */
  truncated: boolean;
  /** "would have muted 41 findings, 2 of them high" */
  summary: string;
}

/**
 * Answer of `GET /targets/:targetId/findings/:findingId/ignore-rule`: the
 * narrowest rule that mutes the finding, and why it is as it is.
 *
 * @public
 */
export interface IgnoreRuleSuggestion {
  rule: DriftIgnoreRule;
  /** Whole sentences, such as that a delete can only be muted by its bare address. */
  notes: string[];
}

/**
 * Body of `POST /ignore-rules/import`.
 *
 * @public
 */
export interface IgnoreRuleImport {
  format: 'driftignore' | 'argocd';
  /** `.driftignore` lines, or YAML with `ignoreDifferences`. At most 200,000 characters. */
  text: string;
  client?: string;
  target?: string;
  /** Only says what would be imported; true when absent. */
  dryRun?: boolean;
}

/**
 * Answer of `POST /ignore-rules/import`.
 *
 * @public
 */
export interface IgnoreRuleImportResult {
  rules: DriftIgnoreRule[];
  /** What has no equal here and was left out. */
  problems: { line?: number; text: string; message: string }[];
  dryRun: boolean;
}
