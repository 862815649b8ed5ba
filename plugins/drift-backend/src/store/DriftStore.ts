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
  DriftOverview,
  DriftReport,
  DriftTarget,
  EntityDriftStatus,
  Finding,
  FindingsPage,
  ResultsPage,
  ResultsQuery,
  ScanRound,
  ScansPage,
  ScanSummary,
  ScanTrigger,
  SourceHealth,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { ScanTarget } from '@infra-hub/backstage-plugin-drift-node';

/**
 * Which targets a caller may see or touch; made from permission conditions and
 * translated to SQL, so that pages and counts stay right.
 *
 * @public
 */
export type TargetCondition =
  | { anyOf: TargetCondition[] }
  | { allOf: TargetCondition[] }
  | { not: TargetCondition }
  | { field: 'owner' | 'client' | 'risk' | 'source' | 'id'; in: string[] };

/** A target as a source, an annotation or a push declares it. */
export interface TargetRegistration extends ScanTarget {
  source: string;
  owner?: string;
  /** Cron expression or ISO 8601 duration. */
  schedule: string;
  /** Nominal time between two scans, in milliseconds; twice of it makes a target stale. */
  intervalMs: number;
  /** First scan of a target that was not known before. */
  firstScanAt: Date;
  /** Who declared it; targets of an origin that are no longer declared are retired. */
  origin: 'catalog' | 'config' | 'push';
}

/** A declared target that cannot be kept. */
export interface RejectedTarget {
  id: string;
  /** A sentence without the full stop, for a log. */
  reason: string;
}

/** What is stored of a declaration that stands. */
export interface KeptDeclaration {
  target: ScanTarget & { source: string };
  origin: TargetRegistration['origin'];
}

/** A target that is due, as the scheduler sees it. */
export interface DueTarget {
  targetId: string;
  schedule: string;
  intervalMs: number;
}

/** The right to write the result of one scan. */
export interface ScanLease {
  scanId: string;
  target: ScanTarget & { source: string };
  trigger: ScanTrigger;
  /** Grows with every start of a scan of the same target; a write with an older one is refused. */
  fence: number;
}

/** What changed for a target when a result was stored. */
export interface StoredOutcome {
  /** `refused`: a newer scan of the same target had started or the scan had ended; nothing was written. */
  outcome: 'stored' | 'refused';
  /** The target before and after, when stored. */
  before?: DriftTarget;
  after?: DriftTarget;
  /**
   * Ids of alarming findings (class drift, not suppressed) that are new, and that
   * are gone. When a value moves on, the finding with the new value is new, but
   * the old one is not gone.
   */
  newFindings?: string[];
  resolvedFindings?: string[];
  /** Ids of those of the resolved that are still there, but muted or accepted. */
  mutedFindings?: string[];
  /**
   * What was stored, where it is not the given report: with findings that were open
   * before and that the scan did not see.
   */
  report?: DriftReport;
}

/** Judges by the rules and acknowledgements that a report was judged by. */
export interface ReportJudge {
  reassess(findings: Finding[]): Finding[];
  /** One or two sentences on a report. */
  summarise(report: DriftReport): string;
}

/**
 * A report was judged by rules or acknowledgements that changed since; judge the
 * observation again and store that.
 */
export class OutdatedVerdictError extends Error {
  constructor() {
    super('Rules or acknowledgements changed while the target was looked at');
    this.name = 'OutdatedVerdictError';
  }
}

/** A question for findings of all targets that a caller may see. */
export interface FindingSearch {
  client?: string[];
  owner?: string[];
  targetIds?: string[];
  /** Lower-case texts; of each list one must name the resource, a field, a value, who did it, or the target. */
  words?: string[][];
  /** Began, ended or got another value at this time or later. */
  since?: Date;
  /** Began before this time. */
  until?: Date;
  state?: 'open' | 'resolved';
  /** Most findings to answer. */
  limit: number;
}

/** A finding with the target that it belongs to. */
export interface FoundFinding {
  target: DriftTarget;
  finding: StoredFinding;
  /** What became of it in the asked time; absent when none was asked for. */
  changed?: 'began' | 'moved' | 'ended';
}

/** Alarming findings, newest first when a time was asked for, else worst first. */
export interface FoundFindings {
  items: FoundFinding[];
  totalItems: number;
  /** False when there may be more than were counted. */
  complete: boolean;
}

/** Where a pushed plan comes from; texts that can be stored. */
export interface PushedRun {
  runUrl?: string;
  commit?: string;
  actor?: string;
  /** A run is stored once per target. */
  runId?: string;
  /** Who sent it. */
  requestedBy?: string;
}

/** What became of a push. */
export type RecordedPush =
  | {
      outcome: 'stored';
      scanId: string;
      /** The target was not known before. */
      added: boolean;
      stored: StoredOutcome;
    }
  /** The run had been stored before, as this scan. */
  | { outcome: 'replayed'; scanId: string }
  /** The target cannot be kept; a sentence without the full stop. */
  | { outcome: 'rejected'; reason: string };

/** Everything the plugin keeps. Times come in as parameters. */
export interface DriftStore {
  /**
   * Inserts new targets, updates changed ones, leaves the others alone (no
   * write), and retires targets of the origin that are not in the list.
   * A retired target is hidden and never scanned, but its history stays; it comes
   * back when it is declared again. Batched: a constant number of statements per
   * 100 targets.
   *
   * A target that several origins declare belongs to the strongest of them:
   * config, then catalog, then push. A target that cannot be kept does not stop
   * the others; it is in `rejected`.
   */
  syncTargets(options: {
    origin: TargetRegistration['origin'];
    targets: TargetRegistration[];
    now: Date;
  }): Promise<{
    added: string[];
    updated: string[];
    retired: string[];
    rejected?: RejectedTarget[];
  }>;

  /** The declarations that stand of targets that belong to one of the entities, by id. */
  listDeclarations(options: {
    entityRefs: string[];
  }): Promise<KeptDeclaration[]>;

  /** Targets whose time has come, longest overdue first. */
  findDueTargets(options: { now: Date; limit: number }): Promise<DueTarget[]>;
  /** Sets the next time of each, batched. */
  setNextScan(options: {
    entries: { targetId: string; nextScanAt: Date }[];
  }): Promise<void>;

  /**
   * Queues one scan per target; a target with a queued or running scan gets that
   * one (`joined`). Batched. Unknown or retired ids are left out of the answer.
   */
  createScans(options: {
    targetIds: string[];
    trigger: ScanTrigger;
    requestedBy?: string;
    roundId?: string;
    now: Date;
  }): Promise<
    { scanId: string; targetId: string; client?: string; joined: boolean }[]
  >;
  /** Undefined when the scan is unknown or has ended. */
  startScan(options: {
    scanId: string;
    workerId: string;
    now: Date;
  }): Promise<ScanLease | undefined>;
  /**
   * One transaction: verdict, findings, history. Ends the acknowledgements whose
   * drift a whole look did not see. Open findings about what the blind spots of the
   * report name stay open, or the fields of them that do.
   *
   * @throws OutdatedVerdictError when `judgedBy` is not what holds now
   */
  finishScan(options: {
    lease: ScanLease;
    report: DriftReport;
    summary: string;
    /** Names the rules and acknowledgements that the report was judged by. */
    judgedBy?: string;
    /** For what stays open unseen; the built-in rules when absent. */
    judge?: ReportJudge;
    now: Date;
  }): Promise<StoredOutcome>;
  /** The scan could not run; status becomes `error`, the last good verdict stays. */
  failScan(options: {
    lease: ScanLease;
    error: string;
    now: Date;
  }): Promise<StoredOutcome>;
  /**
   * Stores what a pipeline saw as one whole scan, all or nothing, and declares the
   * target if nobody does. Of two scans at the same time the push is the newer
   * one. The interval of a target that only its pipeline observes follows its
   * pushes, and is never below that of the registration.
   */
  recordPush(options: {
    target: TargetRegistration;
    run: PushedRun;
    report: DriftReport;
    summary: string;
    /** As in `finishScan`. */
    judgedBy?: string;
    /** As in `finishScan`. */
    judge?: ReportJudge;
    receivedAt: Date;
    now: Date;
  }): Promise<RecordedPush>;
  /** Id of the scan that a run of a pipeline was stored as. */
  findRun(options: {
    targetId: string;
    runId: string;
  }): Promise<string | undefined>;
  /** Queued or running scans that nobody works on any more, given what the queue still knows. */
  findAbandonedScans(options: {
    queuedBefore: Date;
    startedBefore: Date;
    limit: number;
  }): Promise<
    {
      scanId: string;
      targetId: string;
      client?: string;
      trigger: ScanTrigger;
      state: 'queued' | 'running';
    }[]
  >;

  listResults(options: {
    query: ResultsQuery;
    condition?: TargetCondition;
    now: Date;
  }): Promise<ResultsPage>;
  /** Ids only, for "scan all". */
  listTargetIds(options: {
    query: ResultsQuery;
    condition?: TargetCondition;
    /** Decides what is stale; the current time when absent. */
    now?: Date;
  }): Promise<string[]>;
  getOverview(options: {
    condition?: TargetCondition;
    now: Date;
  }): Promise<Omit<DriftOverview, 'sources'>>;
  getTarget(options: {
    targetId: string;
    condition?: TargetCondition;
    now: Date;
  }): Promise<DriftTarget | undefined>;
  listFindings(options: {
    targetId: string;
    scanId?: string;
    state?: 'open' | 'resolved';
    limit: number;
    offset: number;
  }): Promise<FindingsPage>;
  /** Alarming findings (class drift, not suppressed) across targets. */
  searchFindings(options: {
    search: FindingSearch;
    condition?: TargetCondition;
    now: Date;
  }): Promise<FoundFindings>;
  listScans(options: {
    targetId: string;
    limit: number;
    offset: number;
  }): Promise<ScansPage>;
  getScan(options: { scanId: string }): Promise<ScanSummary | undefined>;
  listEntityStatuses(): Promise<EntityDriftStatus[]>;

  createRound(options: { requestedBy?: string; now: Date }): Promise<string>;
  getRound(options: { roundId: string }): Promise<ScanRound | undefined>;

  /** Deletes ended scans, resolved findings and daily figures older than the dates, in bounded steps. Never the current state. */
  deleteOld(options: {
    scansBefore: Date;
    findingsBefore: Date;
    now: Date;
  }): Promise<{ scans: number; findings: number }>;

  /** One cheap round trip; rejects when the database is away. */
  ping(): Promise<void>;
}

/** Health of the sources is not stored; the overview gets it from here. */
export type SourceHealthReader = () => SourceHealth[];
