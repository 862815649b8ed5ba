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
  PolicyDecision,
  PolicyMode,
  RemediationChange,
  RemediationChangeOrigin,
  RemediationPolicy,
  ResourceChange,
  Severity,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { globMatches } from '@infra-hub/drift-engine';
import { DateTime, Duration } from 'luxon';
import { listOf } from './listOf';
import {
  AutomaticLimit,
  driftKeyOf,
  PolicySubject,
  PolicyTarget,
  RunPermit,
} from './Policies';
import { nextOpening, PolicyWindows, WindowState } from './PolicyWindows';

const DAY_MS = 24 * 60 * 60_000;

/** Least strict first. */
const STRICTNESS: readonly PolicyMode[] = ['auto', 'alert', 'review'];

/**
 * Changes that are never automatic unless the deciding policy names them, in the
 * words of a sentence.
 */
const TO_BE_NAMED: Partial<Record<ResourceChange, string>> = {
  delete: 'deletes the resource',
  replace: 'deletes the resource and makes a new one',
  forget: 'makes the tool forget the resource',
  unknown: 'does something that is not known beforehand',
};

/** What is not drift, in the words of a sentence. */
const ALONGSIDE: Partial<Record<RemediationChangeOrigin, string>> = {
  pending: 'code that was never applied',
  suppressed: 'drift that an ignore rule muted',
  acknowledged: 'drift that somebody accepted',
  other: 'something that the last scan did not show',
};

const PUSHED =
  'only a pipeline observes this target, so that a repair could not be verified';

const NOT_ENABLED =
  'Remediation is not enabled in the configuration (drift.remediation.enabled).';

/** In place of the id of a policy where none matched. */
export const DEFAULT_POLICY_ID = 'default';

/** When the same drift is no longer repaired automatically. */
export interface FlapGuard {
  /** That many automatic repairs are made, and no more, */
  fixes: number;
  /** within that time, in milliseconds. */
  withinMs: number;
}

/** What the policies say whatever the hour. */
export interface PolicyRules {
  policies: readonly StoredRemediationPolicy[];
  defaultMode: PolicyMode;
  /** Most automatic remediations of all targets in 24 hours. */
  limitPerDay?: number;
  flapGuard: FlapGuard;
  /** Nothing is applied, previews only. */
  dryRun: boolean;
  /** Whether remediation is enabled at all. */
  enabled: boolean;
}

/** How things stand at this moment. */
export interface Circumstances {
  now: Date;
  /** The stop switch, when it is on. */
  stop?: StopSwitch;
  /** Automatic remediations in the last 24 hours, of all policies. */
  automatic: number;
  /** The same by policy. */
  automaticOf: ReadonlyMap<string, number>;
  /** Automatic repairs of the target within the time of the flap guard, by {@link driftKeyOf}. */
  repairs: ReadonlyMap<string, number>;
}

/** Who stopped all remediation. */
export interface StopSwitch {
  by?: string;
  /** ISO 8601. */
  at?: string;
  reason?: string;
}

/** What the policies say of one subject, whatever the hour. */
export interface Ruling {
  subject: PolicySubject;
  /** What is done to the resource. */
  change: ResourceChange;
  /** What holds. */
  mode: PolicyMode;
  /** The policy that decided; none when the default holds. */
  policy?: StoredRemediationPolicy;
  /** All that matched, the deciding one first. */
  matched: readonly StoredRemediationPolicy[];
  because: string;
  /** Why it is not automatic, as long as the policies stay as they are. */
  obstacles: readonly string[];
}

/** Number per dimension, the weightiest dimension first; more is more specific. */
type Specificity = readonly number[];

interface Candidate {
  policy: StoredRemediationPolicy;
  specificity: Specificity;
}

/**
 * Decides by policies. Pure: the same rules, question and circumstances give the
 * same answer.
 *
 * @remarks
 * Of the policies that match, the most specific one decides. They are compared by
 * target, client, source, resource type, change and severity, in this order: the
 * first of these in which they differ counts, a name before a glob before nothing
 * said (`*` says nothing). Of equals the stricter one decides: `review`, then
 * `alert`, then `auto`; then one of the configuration; then the first by id.
 *
 * Allow windows are those of the deciding policy. A deny window of any policy
 * that matches holds, so that nothing more specific gets around a freeze.
 */
export class PolicyEngine {
  readonly #rules: PolicyRules;
  readonly #windows = new Map<string, PolicyWindows>();
  readonly #denials = new Map<string, PolicyWindows>();
  #states: { at: number; of: Map<PolicyWindows, WindowState> } | undefined;

  /** @throws InputError when a window is not valid */
  static create(rules: PolicyRules): PolicyEngine {
    return new PolicyEngine(rules);
  }

  private constructor(rules: PolicyRules) {
    this.#rules = rules;
    for (const { id, windows = [] } of rules.policies) {
      const denials = windows.filter(({ kind }) => kind === 'deny');
      if (windows.length > 0) {
        this.#windows.set(id, PolicyWindows.parse(windows));
      }
      if (denials.length > 0) {
        this.#denials.set(id, PolicyWindows.parse(denials));
      }
    }
  }

  get rules(): PolicyRules {
    return this.#rules;
  }

  /** What holds for one subject, whatever the hour. */
  rule(target: PolicyTarget, subject: PolicySubject): Ruling {
    const change = changeOf(subject);
    const matched = this.#match(target, subject, change).map(
      ({ policy }) => policy,
    );
    const policy: StoredRemediationPolicy | undefined = matched[0];
    const stated = policy?.mode ?? this.#rules.defaultMode;
    const said = describeMode(stated, policy);
    const unnamed = unnamedChange(change, policy);
    return {
      subject,
      change,
      ...(stated === 'auto'
        ? whereAutoHolds({ said, unnamed, pushed: target.pushed })
        : { mode: stated, because: said }),
      policy,
      matched,
      obstacles: [
        ...(stated === 'auto' ? [] : [said]),
        ...(unnamed === undefined ? [] : [`${capitalised(unnamed)}.`]),
        ...(target.pushed ? [`${capitalised(PUSHED)}.`] : []),
      ],
    };
  }

  /** What holds for one subject now, and why. */
  decide(
    target: PolicyTarget,
    subject: PolicySubject,
    circumstances: Circumstances,
  ): PolicyDecision {
    return this.explain(this.rule(target, subject), circumstances);
  }

  /** Adds to a ruling what holds now. */
  explain(ruling: Ruling, circumstances: Circumstances): PolicyDecision {
    const reasons = [
      ...ruling.obstacles,
      ...this.#passing([ruling], circumstances),
    ];
    return {
      mode: ruling.mode,
      ...(ruling.policy && { policyId: ruling.policy.id }),
      because: ruling.because,
      automatic: { possible: reasons.length === 0, reasons },
      needsApproval: ruling.mode === 'review',
      considered: ruling.matched.map(toConsidered),
      ...(this.#isDryRun([ruling]) && { dryRun: true }),
    };
  }

  /** What holds for all changes together: the strictest. */
  decideAll(
    target: PolicyTarget,
    changes: readonly RemediationChange[],
    circumstances: Circumstances,
  ): PolicyDecision {
    const rulings = this.ruleAll(target, changes);
    const strictest = strictestOf(rulings);
    const doubts = [
      ...describeAlongside(changes),
      ...unique(changes.flatMap(({ notAutomatic }) => notAutomatic ?? [])),
    ];
    const held = strictest?.mode === 'auto' && doubts.length > 0;
    const mode = held ? 'review' : strictest?.mode ?? this.#rules.defaultMode;
    const reasons = [
      ...(rulings.length === 0 ? ['Nothing would be changed.'] : []),
      ...describeObstacles(rulings),
      ...doubts,
      ...this.#passing(rulings, circumstances),
    ];
    return {
      mode,
      ...(strictest?.policy && { policyId: strictest.policy.id }),
      because: held
        ? `${strictest.because} But ${uncapitalised(
            doubts[0],
          )} So somebody else has to approve it.`
        : becauseOf(rulings, strictest),
      automatic: { possible: reasons.length === 0, reasons },
      needsApproval: mode === 'review',
      considered: unique([
        ...(strictest?.matched ?? []),
        ...rulings.flatMap(({ matched }) => matched),
      ]).map(toConsidered),
      ...(this.#isDryRun(rulings) && { dryRun: true }),
    };
  }

  /** Changes without a severity count as high. */
  ruleAll(
    target: PolicyTarget,
    changes: readonly RemediationChange[],
  ): Ruling[] {
    return changes.map(change =>
      this.rule(target, { severity: 'high', ...withoutUndefined(change) }),
    );
  }

  /** Whether it may be applied right now. */
  mayRun(options: {
    target: PolicyTarget;
    origin: 'person' | 'policy';
    changes: readonly RemediationChange[];
    /** It is being applied, and counts already. */
    begun?: boolean;
    circumstances: Circumstances;
  }): RunPermit {
    const { target, origin, changes, begun = false, circumstances } = options;
    const { stop, now } = circumstances;
    const rulings = this.ruleAll(target, changes);
    if (!this.#rules.enabled) {
      return { allowed: false, reason: NOT_ENABLED };
    }
    if (stop) {
      return { allowed: false, reason: describeStop(stop) };
    }
    if (origin === 'policy') {
      const decision = this.decideAll(target, changes, circumstances);
      if (decision.mode !== 'auto') {
        return { allowed: false, final: true, reason: decision.because };
      }
    }
    if (origin === 'policy' && !begun) {
      const flapping = this.#flapping(rulings, circumstances);
      if (flapping.length > 0) {
        return { allowed: false, final: true, reason: flapping.join(' ') };
      }
      const limited = this.#limited(rulings, circumstances);
      if (limited.length > 0) {
        return { allowed: false, reason: limited.join(' ') };
      }
    }
    const closed = this.#closed(rulings, now);
    if (closed.length > 0) {
      const until = nextOpening(this.#windowsOf(rulings), now);
      return {
        allowed: false,
        reason: closed.join(' '),
        ...(until ? { until } : { final: true }),
      };
    }
    const limits =
      origin === 'policy' && !begun ? this.#limitsOn(rulings, now) : [];
    return { allowed: true, ...(limits.length > 0 && { limits }) };
  }

  /** Limits that what is automatic of it must keep, all of them. */
  #limitsOn(rulings: readonly Ruling[], now: Date): AutomaticLimit[] {
    const since = new Date(now.getTime() - DAY_MS);
    const policies = unique(rulings.map(({ policy }) => policy));
    return [
      ...policies.flatMap(policy =>
        policy?.limitPerDay === undefined
          ? []
          : [{ policyId: policy.id, most: policy.limitPerDay, since }],
      ),
      ...(this.#rules.limitPerDay === undefined
        ? []
        : [{ most: this.#rules.limitPerDay, since }]),
    ];
  }

  /** Sentences on drift that keeps coming back after it was repaired. */
  flapOf(
    subject: PolicySubject,
    repairs: ReadonlyMap<string, number>,
  ): string | undefined {
    const { fixes, withinMs } = this.#rules.flapGuard;
    const times = countRepairs(subject, repairs);
    return times < fixes
      ? undefined
      : `${subject.address} came back after ${countOf(
          times,
          'automatic repair',
        )} within ${Duration.fromMillis(withinMs)
          .rescale()
          .toHuman()}, so that it is not repaired automatically again; something keeps changing it.`;
  }

  /** Sentences on limits that are used up. */
  limitsOf(
    policies: readonly (RemediationPolicy | undefined)[],
    circumstances: Pick<Circumstances, 'automatic' | 'automaticOf'>,
  ): string[] {
    const { limitPerDay } = this.#rules;
    const { automatic, automaticOf } = circumstances;
    return [
      ...unique(policies).flatMap(policy =>
        policy?.limitPerDay !== undefined &&
        (automaticOf.get(policy.id) ?? 0) >= policy.limitPerDay
          ? `Policy '${policy.id}' has used up its limit of ${countOf(
              policy.limitPerDay,
              'automatic remediation',
            )} in 24 hours.`
          : [],
      ),
      ...(limitPerDay !== undefined && automatic >= limitPerDay
        ? [
            `The limit of ${countOf(
              limitPerDay,
              'automatic remediation',
            )} of all targets in 24 hours is used up.`,
          ]
        : []),
    ];
  }

  #match(
    target: PolicyTarget,
    subject: PolicySubject,
    change: ResourceChange,
  ): Candidate[] {
    return this.#rules.policies
      .flatMap(policy => {
        const specificity = match(policy, { target, subject, change });
        return specificity ? { policy, specificity } : [];
      })
      .sort(weightiestFirst);
  }

  /** What stands in the way at this moment. */
  #passing(rulings: readonly Ruling[], circumstances: Circumstances): string[] {
    const { now, stop } = circumstances;
    return [
      ...this.#closed(rulings, now),
      ...this.#limited(rulings, circumstances),
      ...this.#flapping(rulings, circumstances),
      ...(stop ? [describeStop(stop)] : []),
      ...this.#describeDryRun(rulings),
      ...(this.#rules.enabled ? [] : [NOT_ENABLED]),
    ];
  }

  #limited(rulings: readonly Ruling[], circumstances: Circumstances): string[] {
    const automatic = rulings.filter(({ mode }) => mode === 'auto');
    return automatic.length === 0
      ? []
      : this.limitsOf(
          automatic.map(({ policy }) => policy),
          circumstances,
        );
  }

  #flapping(rulings: readonly Ruling[], { repairs }: Circumstances): string[] {
    return rulings.flatMap(({ mode, subject }) =>
      mode === 'auto' ? this.flapOf(subject, repairs) ?? [] : [],
    );
  }

  #closed(rulings: readonly Ruling[], now: Date): string[] {
    const sentences = rulings.flatMap(({ matched: [policy, ...others] }) => [
      ...this.#describeClosed(policy, this.#windows, now),
      ...others.flatMap(other =>
        this.#describeClosed(other, this.#denials, now),
      ),
    ]);
    return unique(sentences);
  }

  #describeClosed(
    policy: RemediationPolicy | undefined,
    windows: ReadonlyMap<string, PolicyWindows>,
    now: Date,
  ): string[] {
    const own = policy && windows.get(policy.id);
    const state = own && this.#stateOf(own, now);
    if (!state || state.open) {
      return [];
    }
    const opens = state.opens && describeTime(state.opens, state.timezone, now);
    if (state.denied) {
      return [
        opens
          ? `Policy '${policy?.id}' forbids changes now, until ${opens}.`
          : `Policy '${policy?.id}' forbids changes at all times.`,
      ];
    }
    return [
      opens
        ? `It is outside of the window of policy '${policy?.id}', which opens ${opens}.`
        : `It is outside of the window of policy '${policy?.id}', which does not open again.`,
    ];
  }

  /** Finding the next opening takes a while, and many findings ask for the same one. */
  #stateOf(windows: PolicyWindows, now: Date): WindowState {
    if (this.#states?.at !== now.getTime()) {
      this.#states = { at: now.getTime(), of: new Map() };
    }
    const state = this.#states.of.get(windows) ?? windows.at(now);
    this.#states.of.set(windows, state);
    return state;
  }

  #windowsOf(rulings: readonly Ruling[]): PolicyWindows[] {
    return unique(
      rulings.flatMap(({ matched: [policy, ...others] }) => [
        (policy && this.#windows.get(policy.id)) ?? [],
        ...others.map(({ id }) => this.#denials.get(id) ?? []),
      ]),
    ).flat();
  }

  #isDryRun(rulings: readonly Ruling[]): boolean {
    return (
      this.#rules.dryRun ||
      rulings.some(({ policy }) => policy?.dryRun === true)
    );
  }

  #describeDryRun(rulings: readonly Ruling[]): string[] {
    if (this.#rules.dryRun) {
      return [
        'Dry-run mode is on: everything is prepared and nothing is applied.',
      ];
    }
    return unique(
      rulings.flatMap(({ policy }) =>
        policy?.dryRun
          ? `Policy '${policy.id}' is a dry run: everything is prepared and nothing is applied.`
          : [],
      ),
    );
  }
}

/** Which dimensions a policy names, the weightiest first; "everything" if none. */
export function describeSpecificity(policy: RemediationPolicy): string {
  const named = [
    isSaid(policy.target) && 'target',
    policy.client !== undefined && 'client',
    policy.source !== undefined && 'source',
    isSaid(policy.resourceType) &&
      (isGlob(policy.resourceType) ? 'resource types' : 'resource type'),
    policy.change !== undefined && 'change',
    policy.severity !== undefined && 'severity',
  ].filter(Boolean);
  return named.join(', ') || 'everything';
}

/**
 * Whether the policy may ever hold for a target, whatever is found there.
 */
export function concerns(
  policy: RemediationPolicy,
  target: Pick<PolicyTarget, 'client' | 'name' | 'source'>,
): boolean {
  return (
    (policy.client === undefined || policy.client === target.client) &&
    (policy.source === undefined || policy.source === target.source) &&
    (policy.target === undefined || globMatches(policy.target, target.name))
  );
}

/** Undefined when it does not match. */
function match(
  policy: RemediationPolicy,
  options: {
    target: PolicyTarget;
    subject: PolicySubject;
    change: ResourceChange;
  },
): Specificity | undefined {
  const { target, subject, change } = options;
  const matches =
    concerns(policy, target) &&
    (policy.resourceType === undefined ||
      // Kinds of Kubernetes are often written with capitals
      globMatches(
        policy.resourceType.toLowerCase(),
        subject.resourceType.toLowerCase(),
      )) &&
    (policy.change === undefined || policy.change.includes(change)) &&
    (policy.severity === undefined ||
      policy.severity.includes(subject.severity));
  return matches
    ? [
        weightOf(policy.target),
        policy.client === undefined ? 0 : 1,
        policy.source === undefined ? 0 : 1,
        weightOf(policy.resourceType),
        policy.change === undefined ? 0 : 1,
        policy.severity === undefined ? 0 : 1,
      ]
    : undefined;
}

function weightOf(glob: string | undefined): number {
  if (!isSaid(glob)) {
    return 0;
  }
  return isGlob(glob) ? 1 : 2;
}

function isGlob(text: string): boolean {
  return text.includes('*');
}

/** `*` alone says nothing. */
function isSaid(glob: string | undefined): glob is string {
  return glob !== undefined && !/^\*+$/.test(glob);
}

function weightiestFirst(a: Candidate, b: Candidate): number {
  for (const [index, weight] of a.specificity.entries()) {
    if (weight !== b.specificity[index]) {
      return b.specificity[index] - weight;
    }
  }
  const [left, right] = [a.policy, b.policy];
  if (left.mode !== right.mode) {
    return STRICTNESS.indexOf(right.mode) - STRICTNESS.indexOf(left.mode);
  }
  if (left.origin !== right.origin) {
    return left.origin === 'config' ? -1 : 1;
  }
  return left.id < right.id ? -1 : 1;
}

/** What repairing it does to the resource; the worse where that is contradictory. */
function changeOf(
  subject: PolicySubject & { destructive?: boolean },
): ResourceChange {
  const { change, fields, destructive, unmanaged } = subject;
  if (unmanaged || change === 'delete') {
    return 'delete';
  }
  const replaces =
    destructive ||
    (change === 'update' &&
      fields.some(({ forcesReplacement }) => forcesReplacement));
  return replaces ? 'replace' : change;
}

/** A clause on a change that is not automatic, since no policy names it. */
function unnamedChange(
  change: ResourceChange,
  policy: RemediationPolicy | undefined,
): string | undefined {
  const what = TO_BE_NAMED[change];
  if (what === undefined || policy?.change?.includes(change)) {
    return undefined;
  }
  return policy
    ? `the repair ${what}, and policy '${policy.id}' does not name '${change}'`
    : `the repair ${what}, and no policy names '${change}'`;
}

/** What becomes of `auto`. */
function whereAutoHolds(options: {
  said: string;
  unnamed: string | undefined;
  pushed: boolean | undefined;
}): { mode: PolicyMode; because: string } {
  const { said, unnamed, pushed } = options;
  if (unnamed !== undefined) {
    return {
      mode: 'review',
      because: `${said} But ${unnamed}, so somebody else has to approve it.`,
    };
  }
  return pushed
    ? { mode: 'alert', because: `${said} But ${PUSHED}.` }
    : { mode: 'auto', because: said };
}

function describeMode(
  mode: PolicyMode,
  policy: RemediationPolicy | undefined,
): string {
  if (policy) {
    return policy.reason
      ? `Policy '${policy.id}' says ${mode}: ${asSentence(policy.reason)}`
      : `Policy '${policy.id}' says ${mode}.`;
  }
  switch (mode) {
    case 'auto':
      return 'No policy matches, and by default drift is repaired automatically.';
    case 'review':
      return 'No policy matches, and by default somebody else has to approve a repair.';
    default:
      return 'No policy matches, and by default people are told and nothing is repaired automatically.';
  }
}

function strictestOf(rulings: readonly Ruling[]): Ruling | undefined {
  return STRICTNESS.toReversed()
    .map(mode => rulings.find(ruling => ruling.mode === mode))
    .find(ruling => ruling !== undefined);
}

function becauseOf(
  rulings: readonly Ruling[],
  strictest: Ruling | undefined,
): string {
  if (!strictest) {
    return 'Nothing would be changed.';
  }
  const isAgreed = rulings.every(
    ({ because }) => because === strictest.because,
  );
  return isAgreed
    ? strictest.because
    : `The strictest of ${rulings.length} changes decides, ${strictest.subject.address}: ${strictest.because}`;
}

/** Every obstacle once, with the addresses that it is about unless it is about all. */
function describeObstacles(rulings: readonly Ruling[]): string[] {
  const addresses = new Map<string, string[]>();
  for (const { obstacles, subject } of rulings) {
    for (const obstacle of obstacles) {
      addresses.set(obstacle, [
        ...(addresses.get(obstacle) ?? []),
        subject.address,
      ]);
    }
  }
  return [...addresses].map(([obstacle, of]) =>
    of.length === rulings.length ? obstacle : `${listOf(of)}: ${obstacle}`,
  );
}

function describeAlongside(changes: readonly RemediationChange[]): string[] {
  return Object.entries(ALONGSIDE).flatMap(([origin, what]) => {
    const addresses = changes
      .filter(change => change.origin === origin)
      .map(({ address }) => address);
    return addresses.length === 0
      ? []
      : `${capitalised(what)} would come along: ${listOf(addresses)}.`;
  });
}

function describeStop({ by, at, reason }: StopSwitch): string {
  const since = at
    ? ` since ${DateTime.fromISO(at, { zone: 'UTC' })
        .setLocale('en')
        .toFormat("d LLL yyyy HH:mm 'UTC'")}`
    : '';
  const who = by ? ` by ${by}` : '';
  return `All remediation is stopped${since}${who}${
    reason ? `: ${asSentence(reason)}` : '.'
  }`;
}

/** Such as "Mon 22:00 (Europe/Berlin)"; with the date where the day does not say it. */
function describeTime(time: Date, timezone: string, now: Date): string {
  const local = DateTime.fromJSDate(time, { zone: timezone }).setLocale('en');
  const days = (time.getTime() - now.getTime()) / DAY_MS;
  if (days < 6) {
    return `${local.toFormat('ccc HH:mm')} (${timezone})`;
  }
  return `${local.toFormat(
    days < 300 ? 'ccc d LLL HH:mm' : 'ccc d LLL yyyy HH:mm',
  )} (${timezone})`;
}

/**
 * How often the drift was repaired before. Of several fields the one counts that
 * was repaired most, since whoever fights over one may have changed others, too.
 */
function countRepairs(
  subject: PolicySubject,
  repairs: ReadonlyMap<string, number>,
): number {
  const paths = pathsOf(driftKeyOf(subject));
  const times = new Map<string, number>();
  for (const [key, count] of repairs) {
    if (addressOf(key) === subject.address) {
      for (const path of pathsOf(key)) {
        times.set(path, (times.get(path) ?? 0) + count);
      }
    }
  }
  return Math.max(...paths.map(path => times.get(path) ?? 0));
}

function addressOf(driftKey: string): string {
  return (JSON.parse(driftKey) as [string, string, string[]])[0];
}

/** The empty path stands for the whole resource. */
function pathsOf(driftKey: string): string[] {
  const [, , paths] = JSON.parse(driftKey) as [string, string, string[]];
  return paths.length === 0 ? [''] : paths;
}

function toConsidered(policy: StoredRemediationPolicy) {
  return {
    policyId: policy.id,
    mode: policy.mode,
    specificity: describeSpecificity(policy),
  };
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase('en-US') + text.slice(1);
}

function uncapitalised(text: string): string {
  return text.charAt(0).toLocaleLowerCase('en-US') + text.slice(1);
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}

/** A severity that is there and undefined counts as absent. */
function withoutUndefined(
  change: RemediationChange,
): Omit<RemediationChange, 'severity'> & { severity?: Severity } {
  const { severity, ...others } = change;
  return severity === undefined ? others : { ...others, severity };
}
