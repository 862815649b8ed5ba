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

import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  DriftReport,
  DriftTarget,
  Evidence,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { maskSecretShapes } from '@infra-hub/drift-engine';
import {
  AutomaticRemediations,
  HopelessPreviews,
} from '../remediation/AutomaticRemediations';
import { ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import { DriftStore } from '../store/DriftStore';
import { DefaultPolicies } from './DefaultPolicies';
import { listOf } from './listOf';
import { driftKeyOf, PolicyTarget } from './Policies';
import {
  Circumstances,
  DEFAULT_POLICY_ID,
  PolicyEngine,
  Ruling,
} from './PolicyEngine';
import { PolicyStore } from './PolicyStore';

const DAY_MS = 24 * 60 * 60_000;
const FINDINGS_PAGE = 200;
/** As many as a person may ask for at once. */
const MAX_ADDRESSES = 500;
const MAX_MESSAGE = 1_000;

const UNSEEN =
  'The last scan could not see it, so that nothing is begun automatically until one does.';

/** Whole values of what really is; anything less starts nothing. */
const STRONG_EVIDENCE: readonly Evidence[] = ['plan-json', 'live-objects'];

/** Drift that would be repaired automatically, and is not. */
export interface StoppedAutomation {
  target: DriftTarget;
  why: 'flap-guard' | 'limit' | 'preview-failed';
  /** Whole sentences for people. */
  reason: string;
  findings: StoredFinding[];
}

/** A ruling on a finding, with the finding. */
interface Ruled extends Ruling {
  finding: StoredFinding;
}

/**
 * Begins remediations where a policy says so, after each scan that found drift.
 *
 * @remarks
 * What is begun is decided again over the whole preview and asked for again
 * before it is applied, so nothing here needs to be exact about windows and
 * limits. Repeats do no harm: the flow begins nothing where something is under
 * way. A scan that verifies a repair begins nothing, so that a repair that does
 * not help is not repeated at once.
 */
export class PolicyAutomation implements ScanEvents {
  readonly #policies: Pick<DefaultPolicies, 'read' | 'look'>;
  readonly #store: Pick<PolicyStore, 'note'>;
  readonly #findings: Pick<DriftStore, 'listFindings'>;
  readonly #remediations: () => AutomaticRemediations | undefined;
  readonly #onStopped: (stopped: StoppedAutomation) => void | Promise<void>;
  readonly #logger: LoggerService;
  readonly #now: () => Date;

  constructor(options: {
    policies: Pick<DefaultPolicies, 'read' | 'look'>;
    store: Pick<PolicyStore, 'note'>;
    driftStore: Pick<DriftStore, 'listFindings'>;
    /** Undefined until it is there. */
    remediations: () => AutomaticRemediations | undefined;
    /** Told once a day of the same drift. */
    onStopped: (stopped: StoppedAutomation) => void | Promise<void>;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#policies = options.policies;
    this.#store = options.store;
    this.#findings = options.driftStore;
    this.#remediations = options.remediations;
    this.#onStopped = options.onStopped;
    this.#logger = options.logger;
    this.#now = options.now;
  }

  async onFinished(outcome: ScanOutcome): Promise<void> {
    const seen = trustworthy(outcome);
    const remediations = this.#remediations();
    if (!seen || !remediations) {
      return;
    }
    const { engine, stop } = await this.#policies.read();
    if (!engine.rules.enabled || stop) {
      return;
    }
    const target = seen.target;
    const asked = toPolicyTarget(target);
    const ruled = (await this.#alarming(seen)).map(finding => ({
      ...engine.rule(asked, finding),
      finding,
    }));
    const circumstances = await this.#policies.look({
      engine,
      stop,
      target: asked,
      rulings: ruled,
    });
    const automatic = await this.#allowed({
      target,
      engine,
      circumstances,
      ruled: ruled.filter(({ mode }) => mode === 'auto'),
    });
    for (const [mode, of] of [
      ['auto', automatic],
      ['review', ruled.filter(ruling => ruling.mode === 'review')],
    ] as const) {
      for (const group of byPolicy(of)) {
        await this.#begin({ remediations, target, mode, group });
      }
    }
  }

  /** Open findings that this scan saw. */
  async #alarming(seen: {
    target: DriftTarget;
    report: DriftReport;
  }): Promise<StoredFinding[]> {
    const reported = new Set(
      seen.report.findings.map(({ fingerprint }) => fingerprint),
    );
    const all: StoredFinding[] = [];
    for (let offset = 0; ; offset += FINDINGS_PAGE) {
      const { items, totalItems } = await this.#findings.listFindings({
        targetId: seen.target.id,
        state: 'open',
        limit: FINDINGS_PAGE,
        offset,
      });
      all.push(...items);
      if (items.length === 0 || offset + items.length >= totalItems) {
        return all.filter(
          finding =>
            finding.class === 'drift' &&
            !finding.suppressedBy &&
            !finding.unseen &&
            reported.has(finding.fingerprint),
        );
      }
    }
  }

  /** Leaves out what the flap guard or a limit stops, and tells of it. */
  async #allowed(options: {
    target: DriftTarget;
    engine: PolicyEngine;
    circumstances: Circumstances;
    ruled: Ruled[];
  }): Promise<Ruled[]> {
    const { target, engine, circumstances, ruled } = options;
    const flapping = ruled.flatMap(ruling => {
      const reason = engine.flapOf(ruling.subject, circumstances.repairs);
      return reason === undefined
        ? []
        : { ruling, reason, subject: driftKeyOf(ruling.subject) };
    });
    const isFlapping = new Set(flapping.map(({ ruling }) => ruling));
    const limited = byPolicy(
      ruled.filter(ruling => !isFlapping.has(ruling)),
    ).flatMap(group => {
      const [{ policy }] = group;
      const reason = engine.limitsOf([policy], circumstances).join(' ');
      return reason === ''
        ? []
        : group.map(ruling => ({
            ruling,
            reason,
            subject: policy?.id ?? DEFAULT_POLICY_ID,
          }));
    });
    const { withinMs } = engine.rules.flapGuard;
    await this.#stop(target, 'flap-guard', {
      stopped: flapping,
      forgetAfterMs: Math.max(DAY_MS, withinMs),
    });
    await this.#stop(target, 'limit', {
      stopped: limited,
      forgetAfterMs: DAY_MS,
    });
    const isLimited = new Set(limited.map(({ ruling }) => ruling));
    return ruled.filter(
      ruling => !isFlapping.has(ruling) && !isLimited.has(ruling),
    );
  }

  async #stop(
    target: DriftTarget,
    why: StoppedAutomation['why'],
    options: {
      stopped: { ruling: Ruled; reason: string; subject: string }[];
      forgetAfterMs: number;
    },
  ): Promise<void> {
    const { stopped, forgetAfterMs } = options;
    const now = this.#now();
    const news = new Set(
      await this.#store.note({
        targetId: target.id,
        kind: why,
        subjects: stopped.map(({ subject }) => subject),
        since: new Date(now.getTime() - forgetAfterMs),
        now,
      }),
    );
    const untold = stopped.filter(({ subject }) => news.has(subject));
    if (untold.length === 0) {
      return;
    }
    await this.#onStopped({
      target,
      why,
      reason: [...new Set(untold.map(({ reason }) => reason))].join(' '),
      findings: untold.map(({ ruling }) => ruling.finding),
    });
  }

  async #begin(options: {
    remediations: AutomaticRemediations;
    target: DriftTarget;
    mode: 'auto' | 'review';
    group: Ruled[];
  }): Promise<void> {
    const { remediations, target, mode, group } = options;
    const policyId = group[0].policy?.id ?? DEFAULT_POLICY_ID;
    const asked = atOnce(group);
    const fingerprints = asked.map(({ finding }) => finding.fingerprint);
    const addresses = [...new Set(asked.map(({ finding }) => finding.address))];
    try {
      if (await this.#isHopeless({ remediations, target, group: asked })) {
        return;
      }
      await remediations.requestByPolicy({
        targetId: target.id,
        policyId,
        mode,
        addresses,
        fingerprints,
        reason: group[0].because,
      });
    } catch (error) {
      this.#logger.warn(
        `Policy '${policyId}' says ${mode} of drift of ${target.id}, but no remediation could be begun`,
        toError(error),
      );
    }
  }

  /**
   * Why automation begins nothing for drift of a target any more, since no preview
   * of its repair could be made or no scan sees it: a sentence by fingerprint.
   * Findings are all that alarm there, since it is whole groups that are given up.
   */
  async explainGivenUp(
    target: PolicyTarget,
    findings: readonly StoredFinding[],
  ): Promise<ReadonlyMap<string, string>> {
    const given = new Map<string, string>();
    const remediations = this.#remediations();
    if (!remediations) {
      return given;
    }
    const { engine, stop } = await this.#policies.read();
    const all = findings.map(finding => ({
      ...engine.rule(target, finding),
      finding,
    }));
    const ruled = all.filter(({ finding }) => !finding.unseen);
    for (const { finding, mode } of all) {
      if (finding.unseen && mode !== 'alert') {
        given.set(finding.fingerprint, UNSEEN);
      }
    }
    const circumstances = await this.#policies.look({
      engine,
      stop,
      target,
      rulings: ruled,
    });
    const automatic = byPolicy(
      ruled.filter(
        ({ mode, subject }) =>
          mode === 'auto' &&
          engine.flapOf(subject, circumstances.repairs) === undefined,
      ),
    ).filter(
      ([{ policy }]) => engine.limitsOf([policy], circumstances).length === 0,
    );
    const reviewed = byPolicy(ruled.filter(({ mode }) => mode === 'review'));
    for (const group of [...automatic, ...reviewed].map(atOnce)) {
      const hopeless = await hopelessOf(remediations, { target, group });
      if (hopeless) {
        const sentence = describeGivenUp(hopeless, group[0].policy);
        for (const { finding } of group) {
          given.set(finding.fingerprint, sentence);
        }
      }
    }
    return given;
  }

  /** What cannot even be previewed is not tried with every scan forever, and people are told. */
  async #isHopeless(options: {
    remediations: AutomaticRemediations;
    target: DriftTarget;
    group: Ruled[];
  }): Promise<boolean> {
    const { remediations, target, group } = options;
    const hopeless = await hopelessOf(remediations, { target, group });
    if (!hopeless) {
      return false;
    }
    const { times } = hopeless;
    const reason = `A repair of ${listOf(
      group.map(({ finding }) => finding.address),
    )} could not be previewed ${times} times in a row, so that it is not begun automatically again until the drift is another one, or somebody asks for a remediation; the failed ones say why.`;
    await this.#stop(target, 'preview-failed', {
      stopped: group.map(ruling => ({
        ruling,
        reason,
        subject: ruling.finding.fingerprint,
      })),
      forgetAfterMs: DAY_MS,
    });
    return true;
  }
}

/** What a scan saw, if drift may be repaired on its word. */
function trustworthy(
  outcome: ScanOutcome,
): { target: DriftTarget; report: DriftReport } | undefined {
  const { kind, trigger, report, stored } = outcome;
  const target = stored.after;
  const isTrusted =
    kind === 'completed' &&
    trigger !== 'verify' &&
    stored.outcome === 'stored' &&
    target?.status === 'drifted' &&
    !target.pushed &&
    report?.status === 'drifted' &&
    report.complete &&
    STRONG_EVIDENCE.includes(report.evidence);
  return isTrusted ? { target, report } : undefined;
}

/** The part of a group that one remediation is about. */
function atOnce(group: readonly Ruled[]): Ruled[] {
  const addresses = new Set(
    [...new Set(group.map(({ finding }) => finding.address))].slice(
      0,
      MAX_ADDRESSES,
    ),
  );
  return group.filter(({ finding }) => addresses.has(finding.address));
}

async function hopelessOf(
  remediations: AutomaticRemediations,
  options: { target: Pick<PolicyTarget, 'id'>; group: readonly Ruled[] },
): Promise<HopelessPreviews | undefined> {
  const { target, group } = options;
  const changedAt = group[0].policy?.updatedAt;
  return remediations.hopelessPreviews({
    targetId: target.id,
    fingerprints: group.map(({ finding }) => finding.fingerprint),
    since: changedAt === undefined ? undefined : new Date(changedAt),
  });
}

function describeGivenUp(
  { times, message }: HopelessPreviews,
  policy: Ruling['policy'],
): string {
  const why =
    message === undefined
      ? '.'
      : `, the last time because of this: ${maskSecretShapes(message).slice(
          0,
          MAX_MESSAGE,
        )}`;
  // What the configuration says has no time of its own
  const orChanged =
    policy?.updatedAt === undefined ? '' : ', the policy is changed';
  return `Its repair could not be previewed ${times} times in a row${why} Nothing is begun automatically until the drift is another one${orChanged} or somebody asks for a remediation of the target.`;
}

function byPolicy(ruled: readonly Ruled[]): Ruled[][] {
  const groups = new Map<string | undefined, Ruled[]>();
  for (const ruling of ruled) {
    const id = ruling.policy?.id;
    groups.set(id, [...(groups.get(id) ?? []), ruling]);
  }
  return [...groups.values()];
}

/** The part of a target that policies look at. */
export function toPolicyTarget(target: DriftTarget): PolicyTarget {
  const { id, source, client, name, pushed } = target;
  return { id, source, client, name, pushed };
}
