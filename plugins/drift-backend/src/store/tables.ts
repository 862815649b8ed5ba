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

/** A time as the engines return it: PostgreSQL a Date, SQLite epoch milliseconds. */
export type DbTime = Date | number | string;

/** Row of `drift_results`: a target with its current state. */
export interface DbTargetRow {
  id: string;
  source: string;
  /** `-` when the target belongs to nobody in particular. */
  client: string;
  name: string;
  name_key: string;
  /** `-` when there is none. */
  owner: string;
  entity_refs: string;
  location: string;
  code_url: string | null;
  origin: string;
  registration_hash: string;
  schedule: string;
  /** PostgreSQL returns a bigint as text. */
  interval_ms: number | string;
  next_scan_at: DbTime | null;
  created_at: DbTime;
  retired_at: DbTime | null;
  status: string;
  status_rank: number;
  risk: string;
  risk_score: number;
  drifted_resources: number;
  total_resources: number;
  summary: string;
  search_text: string;
  error: string | null;
  warnings: string;
  blind_spots: string;
  evidence: string | null;
  tool_name: string | null;
  tool_version: string | null;
  last_scan_at: DbTime | null;
  last_good_scan_at: DbTime | null;
  last_good_status: string | null;
  drifted_since: DbTime | null;
  stale_at: DbTime | null;
  findings_seen_at: DbTime | null;
  fence: number;
  report_hash: string | null;
  /** Of the run behind the last scan, when a pipeline sent it. */
  run_url: string | null;
}

/** Row of `drift_target_entities`. */
export interface DbTargetEntityRow {
  target_id: string;
  entity_ref: string;
}

/** Row of `drift_scans`. A scan without `finished_at` is active. */
export interface DbScanRow {
  id: string;
  target_id: string;
  trigger: string;
  state: string;
  fence: number;
  worker_id: string | null;
  requested_by: string | null;
  queued_at: DbTime;
  started_at: DbTime | null;
  finished_at: DbTime | null;
  status: string | null;
  risk: string | null;
  drifted_resources: number | null;
  total_resources: number | null;
  error: string | null;
  warnings: string | null;
  blind_spots: string | null;
  evidence: string | null;
  tool_name: string | null;
  tool_version: string | null;
  seen_findings: string | null;
  run_url: string | null;
  commit_id: string | null;
  actor: string | null;
  run_id: string | null;
}

/** Row of `drift_findings`. */
export interface DbFindingRow {
  id: string;
  /** The finding that this row is an earlier version of. */
  version_of: string | null;
  target_id: string;
  fingerprint: string;
  class: string;
  class_rank: number;
  /** Empty when the object is not a deposed one. */
  deposed: string;
  address: string;
  change: string;
  severity_rank: number;
  suppressed: boolean | number;
  /** JSON array of ids of ignore rules; null when none mutes any of it. */
  muted_by: string | null;
  payload: string;
  payload_hash: string;
  first_seen_at: DbTime;
  last_seen_at: DbTime;
  resolved_at: DbTime | null;
  opened_fence: number;
  resolved_fence: number | null;
  replaced: boolean | number;
  recurrences: number;
}

/** Row of `drift_attributions`. */
export interface DbAttributionRow {
  finding_id: string;
  attribution_state: 'asking' | 'waiting' | 'found' | 'given-up';
  attribution: string | null;
  attributor: string | null;
  attribution_failure: string | null;
  attempts: number;
  first_asked_at: DbTime;
  claim: string | null;
  claim_until: DbTime | null;
  retry_at: DbTime | null;
  found_at: DbTime | null;
}

/** A finding with what audit logs tell of it. */
export type DbAttributedRow = DbFindingRow &
  Pick<DbAttributionRow, 'attribution'>;

/** Row of `drift_acknowledgements`. */
export interface DbAcknowledgementRow {
  id: string;
  target_id: string;
  fingerprint: string;
  address: string;
  severity: string;
  reason: string;
  created_at: DbTime;
  created_by: string;
  expires_at: DbTime;
  state: string;
  ended_at: DbTime | null;
  ended_by: string | null;
  end_reason: string | null;
}

/** Row of `drift_ignore_rules`. */
export interface DbIgnoreRuleRow {
  id: string;
  rule: string;
  created_by: string;
  created_at: DbTime;
  updated_by: string | null;
  updated_at: DbTime | null;
}

/** Row of `drift_ignore_rule_usage`. */
export interface DbIgnoreRuleUsageRow {
  rule_id: string;
  known_since: DbTime;
  muted_total: number;
  last_muted_at: DbTime | null;
  /** The expiry that was acted upon. */
  ended_for: string | null;
}

/** The row of `drift_ignore_rule_revision`. */
export interface DbIgnoreRuleRevisionRow {
  id: 1;
  revision: number;
}

/** Row of `drift_rejudgements`. */
export interface DbRejudgementRow {
  target_id: string;
  requested_at: DbTime;
}

/** Row of `drift_scan_rounds`. */
export interface DbScanRoundRow {
  id: string;
  requested_by: string | null;
  started_at: DbTime;
}

/** Row of `drift_round_scans`. */
export interface DbRoundScanRow {
  round_id: string;
  scan_id: string;
}

/** Row of `drift_status_changes`: at most one per target and day. */
export interface DbStatusChangeRow {
  /** YYYY-MM-DD in UTC. */
  day: string;
  target_id: string;
  status_before: string;
  status_after: string;
}

/** Row of `drift_target_counts`: how many declared targets look alike. */
export interface DbTargetCountRow {
  owner: string;
  client: string;
  source: string;
  status: string;
  risk: string;
  targets: number;
}
