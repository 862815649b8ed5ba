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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  Attribution,
  DriftTarget,
  ResultsPage,
  ResultsQuery,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { certaintyOf, explainFinding } from '@infra-hub/drift-engine';
import { DriftService } from '../service/DriftService';
import { FindingSearch, FoundFinding } from '../store/DriftStore';
import { RISK_SCORES, STATUS_RANKS } from '../store/ranks';
import { Period } from './readPeriod';
import { Intent, Question, Wanted } from './readQuestion';
import { queryOf, Scope } from './resolveScope';
import { textsFor } from './vocabulary';
import {
  ageText,
  counted,
  dayText,
  findingText,
  listed,
  nameText,
  sentence,
  targetText,
  timeText,
} from './words';

const MOST_LINES = 20;
const MOST_FINDINGS = 5;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A question that was read, with what its names stand for. */
export interface Inquiry {
  question: Question;
  scope: Scope;
  service: DriftService;
  credentials: BackstageCredentials;
  now: Date;
}

/** What to say, and whose data says so. */
export interface Draft {
  lines: string[];
  targets: DriftTarget[];
  /** Names that are no target's were looked for among what drifted. */
  usedTerms?: boolean;
}

/** How each kind of question is answered. */
export const INTENT_ANSWERS: Record<
  Intent,
  (inquiry: Inquiry) => Promise<Draft>
> = {
  advice: tellAdvice,
  changes: tellChanges,
  count: tellCount,
  failing: inquiry =>
    inquiry.scope.targets.length > 0
      ? tellLastScan(inquiry)
      : tellList(wanting(inquiry, 'error')),
  'last-scan': tellLastScan,
  list: tellList,
  state: tellState,
  who: tellWho,
  worst: tellWorst,
};

/** What a wanted status is asked from the service as, and is called. */
const WANTED: Record<
  Wanted,
  { query: ResultsQuery; has: string; have: string; none: string }
> = {
  clean: {
    query: { status: ['clean'], stale: false },
    has: 'is clean',
    have: 'are clean',
    none: 'is clean by a fresh scan',
  },
  drifted: {
    query: { status: ['drifted'] },
    has: 'has drift',
    have: 'have drift',
    none: 'has drift',
  },
  error: {
    query: { status: ['error'] },
    has: 'could not be scanned',
    have: 'could not be scanned',
    none: 'failed its last scan',
  },
  pending: {
    query: { status: ['pending'] },
    has: 'has code that is not applied',
    have: 'have code that is not applied',
    none: 'has code that is not applied',
  },
  unknown: {
    query: { status: ['unknown'] },
    has: 'has never been scanned',
    have: 'have never been scanned',
    none: 'waits for its first scan',
  },
  stale: {
    // A failed scan is told as such
    query: { stale: true, status: ['clean', 'drifted', 'pending'] },
    has: 'has an outdated verdict',
    have: 'have an outdated verdict',
    none: 'has an outdated verdict',
  },
  'not-clean': {
    query: { status: ['drifted', 'error', 'pending', 'unknown'] },
    has: 'is not known to be clean',
    have: 'are not known to be clean',
    none: 'is other than clean',
  },
};

async function tellList(inquiry: Inquiry): Promise<Draft> {
  const { question, scope } = inquiry;
  if (scope.targets.length > 0) {
    return tellState(inquiry);
  }
  if (question.wanted === 'drifted' && scope.unknown.length > 0) {
    const found = await search(inquiry, { words: wordsOf(scope) });
    if (found.items.length > 0) {
      return {
        lines: [
          `${capital(counted(found.totalItems, 'resource'))} that ${
            found.totalItems === 1 ? 'matches' : 'match'
          } ${quoted(scope.unknown)} drifted:`,
          ...found.items.slice(0, MOST_LINES).map(findingLine),
        ],
        targets: found.items.map(({ target }) => target),
        usedTerms: true,
      };
    }
  }
  const page = await listWanted(inquiry, question.wanted);
  const lines = [headline(inquiry, page)];
  for (const target of page.items) {
    lines.push(`- ${targetLine(target, inquiry.now)}`);
  }
  if (page.totalItems > page.items.length) {
    lines.push(`… and ${page.totalItems - page.items.length} more.`);
  }
  return {
    lines: [...lines, ...(await doubts(inquiry))],
    targets: page.items,
  };
}

function headline(inquiry: Inquiry, page: ResultsPage): string {
  const { question, scope } = inquiry;
  const { has, have, none } = WANTED[question.wanted];
  const noun = nounOf(scope);
  const risks =
    question.risks.length > 0 ? ` at ${listed(question.risks)} risk` : '';
  const where = whereText(scope);
  if (page.totalItems === 0) {
    return `No ${noun}${where} ${none}${risks}.`;
  }
  const verb = page.totalItems === 1 ? has : have;
  return `${counted(page.totalItems, noun)}${where} ${verb}${risks}:`;
}

async function tellCount(inquiry: Inquiry): Promise<Draft> {
  const { question, scope } = inquiry;
  if (question.period) {
    return tellChanges(inquiry);
  }
  if (scope.targets.length > 0) {
    return tellState(inquiry);
  }
  const page = await listWanted(inquiry, question.wanted);
  const all = await countAll(inquiry);
  const noun = nounOf(scope);
  const { has, have, none } = WANTED[question.wanted];
  const risks =
    question.risks.length > 0 ? ` at ${listed(question.risks)} risk` : '';
  const what =
    page.totalItems === 0
      ? `No ${noun}${whereText(scope)} ${none}${risks}`
      : `${page.totalItems} of ${counted(all.total, noun)}${whereText(scope)} ${
          page.totalItems === 1 ? has : have
        }${risks}`;
  const resources = page.items.reduce(
    (sum, target) => sum + target.driftedResources,
    0,
  );
  const isWhole = page.items.length === page.totalItems;
  return {
    lines: [
      question.wanted === 'drifted' && isWhole && resources > 0
        ? `${what}, ${counted(resources, 'resource')} in total.`
        : `${what}.`,
      `In all: ${statusCounts(all.byStatus)}.`,
    ],
    targets: page.items,
  };
}

/** Whether something is clean: what was named, or everything. */
export async function tellState(inquiry: Inquiry): Promise<Draft> {
  const { scope, question } = inquiry;
  if (scope.targets.length === 1) {
    const [target] = scope.targets;
    return {
      lines: await describeTarget(inquiry, target),
      targets: [target],
    };
  }
  if (scope.targets.length > 1) {
    const targets = [...scope.targets].sort(worstFirst);
    const notClean = targets.filter(isInDoubt);
    return {
      lines: [
        `${capital(counted(targets.length, nounOf(scope)))} fit that name, ${
          notClean.length === 0
            ? 'all of them clean:'
            : `${notClean.length} of them not known to be clean:`
        }`,
        ...targets
          .slice(0, MOST_LINES)
          .map(target => `- ${targetLine(target, inquiry.now)}`),
      ],
      targets: targets.slice(0, MOST_LINES),
    };
  }
  if (scope.unknown.length > 0) {
    const found = await search(inquiry, { words: wordsOf(scope) });
    if (found.items.length > 0) {
      return {
        lines: [
          `No: ${counted(found.totalItems, 'resource')} that ${
            found.totalItems === 1 ? 'matches' : 'match'
          } ${quoted(scope.unknown)} drifted.`,
          ...found.items.slice(0, MOST_LINES).map(findingLine),
        ],
        targets: found.items.map(({ target }) => target),
        usedTerms: true,
      };
    }
    if (!scope.isNamed) {
      return {
        lines: [
          `Nothing that you may see is called ${quoted(
            scope.unknown,
          )}, and no drift that matches it is known; that does not mean that it is clean.`,
        ],
        targets: [],
        usedTerms: true,
      };
    }
  }
  const all = await countAll(inquiry);
  const page = await listWanted(
    { ...inquiry, question: { ...question, risks: [] } },
    'not-clean',
  );
  const stale = await listWanted(inquiry, 'stale');
  const noun = nounOf(scope);
  const isClean = page.totalItems === 0 && stale.totalItems === 0;
  return {
    lines: isClean
      ? [
          `Yes: ${
            all.total === 1 ? `the only ${noun}` : `all ${all.total} ${noun}s`
          }${whereText(scope)} ${all.total === 1 ? 'is' : 'are'} clean.`,
          ...(await lastScanLines(inquiry)),
        ]
      : [
          `No${whereText(scope, ', not everything')}: ${statusCounts(
            all.byStatus,
          )}.`,
          ...page.items.map(target => `- ${targetLine(target, inquiry.now)}`),
          ...(page.totalItems > page.items.length
            ? [`… and ${page.totalItems - page.items.length} more.`]
            : []),
          ...staleLines(inquiry, stale),
        ],
    targets: isClean ? [] : [...page.items, ...stale.items],
  };
}

async function describeTarget(
  inquiry: Inquiry,
  target: DriftTarget,
): Promise<string[]> {
  const { now, service, credentials } = inquiry;
  const name = targetText(target);
  const scanned = target.lastScanAt
    ? `the scan of ${timeText(target.lastScanAt, now)}`
    : 'a scan';
  const lines: string[] = [];
  switch (target.status) {
    case 'clean':
      lines.push(
        `Yes: ${name} is clean. ${capital(scanned)} found no drift in ${counted(
          target.totalResources,
          'resource',
        )}.`,
      );
      break;
    case 'pending':
      lines.push(
        `${name} has no drift, but code that is not applied, by ${scanned}.`,
      );
      break;
    case 'unknown':
      lines.push(`I do not know: ${name} has never been scanned with success.`);
      break;
    case 'error':
      lines.push(
        `I do not know: ${scanned} failed for ${name}. ${sentence(
          target.error ?? '',
          300,
        )}`.trim(),
        target.lastGoodScanAt
          ? `The last good verdict was '${
              target.lastGoodStatus
            }', of ${timeText(target.lastGoodScanAt, now)}.`
          : 'It has no good verdict yet.',
      );
      break;
    default:
      lines.push(`No: ${targetLine(target, now)}`);
  }
  if (target.stale && target.status !== 'error') {
    lines.push(
      'That verdict is older than two intervals of its schedule, so it may no longer be true.',
    );
  }
  if (target.driftedResources > 0) {
    const found = await service.searchFindings({
      search: {
        targetIds: [target.id],
        state: 'open',
        limit: MOST_FINDINGS,
      },
      credentials,
    });
    lines.push(
      ...found.items.map(
        ({ finding }) => `- (${finding.severity}) ${findingText(finding)}`,
      ),
    );
    if (found.totalItems > found.items.length) {
      lines.push(`… and ${found.totalItems - found.items.length} more.`);
    }
  }
  return lines;
}

async function tellChanges(inquiry: Inquiry): Promise<Draft> {
  const { question, now, scope } = inquiry;
  const period: Period = question.period ?? {
    since: new Date(now.getTime() - 7 * DAY_MS),
    words: `since ${dayText(
      new Date(now.getTime() - 7 * DAY_MS).toISOString(),
    )} (the last 7 days)`,
  };
  const words = scope.unknown.length > 0 ? wordsOf(scope) : undefined;
  const found = await search(inquiry, {
    since: period.since,
    until: period.until,
    words,
  });
  const when = `${capital(period.words)} (UTC)`;
  const about = words ? ` that ${quoted(scope.unknown)} names` : '';
  if (found.items.length === 0) {
    return {
      lines: [
        `${when}${whereText(
          scope,
          ', among the targets',
        )}, no drift${about} began, changed or was resolved.`,
        ...(await lastScanLines(inquiry)),
      ],
      targets: scope.targets,
      usedTerms: true,
    };
  }
  const by = (changed: FoundFinding['changed']) =>
    found.items.filter(item => item.changed === changed);
  const [began, moved, ended] = [by('began'), by('moved'), by('ended')];
  const parts = [
    began.length > 0 &&
      `${counted(began.length, 'resource')} drifted in ${counted(
        new Set(began.map(({ target }) => target.id)).size,
        nounOf(scope),
      )}`,
    moved.length > 0 &&
      `${counted(moved.length, 'drifted resource')} changed again`,
    ended.length > 0 &&
      `the drift of ${counted(ended.length, 'resource')} was resolved`,
  ].filter((part): part is string => part !== false);
  return {
    lines: [
      `${when}${whereText(scope, ', among the targets')}, ${listed(parts)}${
        found.totalItems > found.items.length || !found.complete
          ? ', and there was more'
          : ''
      }.`,
      ...[...began, ...moved, ...ended]
        .slice(0, MOST_LINES)
        .map(item => changeLine(item, now)),
    ],
    targets: found.items.map(({ target }) => target),
    usedTerms: true,
  };
}

async function tellWho(inquiry: Inquiry): Promise<Draft> {
  const { scope, question, now } = inquiry;
  const words = scope.unknown.length > 0 ? wordsOf(scope) : undefined;
  const found = await search(inquiry, {
    words,
    since: question.period?.since,
    until: question.period?.until,
  });
  const about = words
    ? quoted(scope.unknown)
    : listed(scope.targets.slice(0, 3).map(targetText)) || 'anything';
  if (found.items.length === 0) {
    return {
      lines: [
        `No drift that matches ${about} is known${whereText(
          scope,
        )}, so there is no change to attribute.`,
      ],
      targets: scope.targets,
      usedTerms: true,
    };
  }
  const known = found.items.filter(({ finding }) => finding.attribution);
  const unknown = found.items.filter(({ finding }) => !finding.attribution);
  const lines = known.map(({ target, finding }) => {
    const { who, when, how, evidence } = finding.attribution!;
    const certainty = certaintyOf(finding.attribution!);
    return [
      `- ${nameText(who)} ${certainty ? `${certainty} ` : ''}changed ${nameText(
        finding.address,
      )} in ${targetText(target)}`,
      when && !Number.isNaN(Date.parse(when)) && ` on ${timeText(when, now)}`,
      how && ` with ${nameText(how)}`,
      `, known from ${nameText(evidence)}. ${findingText(finding)}`,
    ]
      .filter(Boolean)
      .join('');
  });
  if (unknown.length > 0) {
    lines.push(
      known.length === 0
        ? `Nobody is known to have changed ${about}: the scans saw that it was changed outside, not by whom. The audit log of the cloud can tell.`
        : `For ${counted(
            unknown.length,
            'more change',
          )} nobody is known; the audit log of the cloud can tell.`,
      ...unknown.map(
        ({ target, finding }) =>
          `- ${nameText(finding.address)} in ${targetText(
            target,
          )}, first seen ${timeText(finding.firstSeenAt, now)}: ${findingText(
            finding,
          )}`,
      ),
    );
  }
  return {
    lines: lines.slice(0, MOST_LINES),
    targets: found.items.map(({ target }) => target),
    usedTerms: true,
  };
}

async function tellWorst(inquiry: Inquiry): Promise<Draft> {
  const { scope, now } = inquiry;
  const found = await search(inquiry, {});
  if (found.items.length === 0) {
    return tellList(wanting(inquiry, 'drifted'));
  }
  const [{ target, finding }, ...others] = found.items;
  const asBad = others.filter(
    other => other.finding.severity === finding.severity,
  ).length;
  return {
    lines: [
      `The worst drift${whereText(scope)} is ${nameText(
        finding.address,
      )} in ${targetText(target)} (${finding.severity}), first seen ${timeText(
        finding.firstSeenAt,
        now,
      )}.`,
      ...explanationLines(finding),
      ...(asBad > 0
        ? [`${counted(asBad, 'other resource')} drifted just as badly.`]
        : []),
    ],
    targets: [target],
  };
}

async function tellAdvice(inquiry: Inquiry): Promise<Draft> {
  const { scope, now } = inquiry;
  const words = scope.unknown.length > 0 ? wordsOf(scope) : undefined;
  const found = await search(inquiry, { words });
  if (found.items.length === 0) {
    const failed = scope.targets.some(isInDoubt);
    return scope.targets.length > 0
      ? {
          lines: [
            ...(failed ? [] : ['There is nothing to do about drift there.']),
            ...(await tellState(inquiry)).lines,
          ],
          targets: scope.targets,
        }
      : {
          lines: [
            words
              ? `No drift that matches ${quoted(
                  scope.unknown,
                )} is known${whereText(scope)}.`
              : `There is no drift${whereText(scope)} to do anything about.`,
            ...(await doubts(inquiry)),
          ],
          targets: [],
          usedTerms: true,
        };
  }
  const shown = found.items.slice(0, 3);
  return {
    lines: [
      ...shown.flatMap(({ target, finding }) => [
        `${nameText(finding.address)} in ${targetText(target)} (${
          finding.severity
        }), first seen ${timeText(finding.firstSeenAt, now)}:`,
        ...explanationLines(finding),
      ]),
      ...(found.totalItems > shown.length
        ? [
            `${capital(
              counted(found.totalItems - shown.length, 'milder finding'),
            )} not told here.`,
          ]
        : []),
    ],
    targets: shown.map(({ target }) => target),
    usedTerms: true,
  };
}

async function tellLastScan(inquiry: Inquiry): Promise<Draft> {
  const { scope, now } = inquiry;
  if (scope.targets.length === 0) {
    return { lines: await lastScanLines(inquiry), targets: [] };
  }
  const targets = scope.targets.slice(0, MOST_LINES);
  return {
    lines: targets.map(target => {
      const name = targetText(target);
      if (!target.lastScanAt) {
        return `${name} has never been scanned.`;
      }
      const outcome =
        target.status === 'error'
          ? `failed: ${sentence(target.error ?? 'unknown reason', 300)}${
              target.lastGoodScanAt
                ? ` The last good one was on ${timeText(
                    target.lastGoodScanAt,
                    now,
                  )}.`
                : ''
            }`
          : `found it ${target.status}.`;
      return `${name} was last scanned on ${timeText(
        target.lastScanAt,
        now,
      )}, which ${outcome}`;
    }),
    targets,
  };
}

async function lastScanLines(inquiry: Inquiry): Promise<string[]> {
  const { service, credentials, scope, now } = inquiry;
  const query = queryOf(scope);
  const [newest] = (
    await service.listResults({
      query: { ...query, orderBy: 'lastScan', limit: 1 },
      credentials,
    })
  ).items;
  const never = await listWanted(inquiry, 'unknown');
  return [
    newest?.lastScanAt
      ? `The last scan${whereText(scope)} was of ${targetText(
          newest,
        )}, on ${timeText(newest.lastScanAt, now)}.`
      : `Nothing${whereText(scope)} has been scanned yet.`,
    ...(newest?.lastScanAt && never.totalItems > 0
      ? [
          `${counted(never.totalItems, nounOf(scope))} ${
            never.totalItems === 1 ? WANTED.unknown.has : WANTED.unknown.have
          }.`,
        ]
      : []),
    ...(await doubts(inquiry)),
  ];
}

/** What could hide drift: failed scans and old verdicts. */
async function doubts(inquiry: Inquiry): Promise<string[]> {
  const { scope, question } = inquiry;
  const noun = nounOf(scope);
  const failed =
    question.wanted === 'error' || question.wanted === 'not-clean'
      ? undefined
      : await listWanted(inquiry, 'error');
  const stale =
    question.wanted === 'stale'
      ? undefined
      : await listWanted(inquiry, 'stale');
  return [
    ...(failed && failed.totalItems > 0
      ? [
          `${counted(failed.totalItems, noun)} could not be scanned, so ${
            failed.totalItems === 1 ? 'its' : 'their'
          } drift is not known: ${exampleNames(failed)}.`,
        ]
      : []),
    ...(stale ? staleLines(inquiry, stale) : []),
  ];
}

function staleLines(inquiry: Inquiry, page: ResultsPage): string[] {
  return page.totalItems > 0
    ? [
        `${counted(page.totalItems, nounOf(inquiry.scope))} ${
          page.totalItems === 1 ? WANTED.stale.has : WANTED.stale.have
        }: ${exampleNames(page)}.`,
      ]
    : [];
}

function exampleNames(page: ResultsPage): string {
  const names = page.items.slice(0, 3).map(targetText);
  const more = page.totalItems - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : listed(names);
}

/** One line about a target. */
export function targetLine(target: DriftTarget, now: Date): string {
  const name = targetText(target);
  const since = target.driftedSince
    ? `, since ${dayText(target.driftedSince)} (${ageText(
        target.driftedSince,
        now,
      )})`
    : '';
  const drift = `${counted(
    target.driftedResources,
    'resource',
  )} drifted (risk: ${target.risk})${since}`;
  switch (target.status) {
    case 'drifted':
      return `${name}: ${drift}. ${sentence(target.summary, 300)}`.trim();
    case 'error':
      return `${name}: the last scan failed. ${sentence(
        target.error ?? '',
        200,
      )}${target.driftedResources > 0 ? ` Before that, ${drift}.` : ''}`.trim();
    case 'pending':
      return `${name}: no drift, but code that is not applied.`;
    case 'unknown':
      return `${name}: never scanned.`;
    default:
      return target.lastScanAt
        ? `${name}: clean, last scan ${timeText(target.lastScanAt, now)}.`
        : `${name}: clean.`;
  }
}

function findingLine({ target, finding }: FoundFinding): string {
  return `- ${targetText(target)} (${finding.severity}): ${findingText(
    finding,
  )}`;
}

function changeLine(item: FoundFinding, now: Date): string {
  const { target, finding, changed } = item;
  const place = `${nameText(finding.address)} in ${targetText(target)}`;
  if (changed === 'ended') {
    return `- ${place}: resolved ${timeText(
      finding.resolvedAt ?? finding.lastSeenAt,
      now,
    )}.`;
  }
  const who = finding.attribution ? ` ${byText(finding.attribution)}.` : '';
  return `- ${place} (${finding.severity}): ${
    changed === 'moved' ? 'changed again, ' : ''
  }first seen ${timeText(finding.firstSeenAt, now)}. ${findingText(
    finding,
  )}${who}`;
}

function byText(attribution: Attribution): string {
  const certainty = certaintyOf(attribution);
  const by = `by ${nameText(attribution.who)}`;
  return capital(certainty ? `${certainty} ${by}` : by);
}

function explanationLines(finding: StoredFinding): string[] {
  const { description, consequence, likelyCause, advice } =
    explainFinding(finding);
  return [description, consequence, likelyCause, advice]
    .filter((text): text is string => Boolean(text))
    .map(text => sentence(text, 600));
}

function search(
  inquiry: Inquiry,
  search_: Omit<FindingSearch, 'limit'>,
): ReturnType<DriftService['searchFindings']> {
  const { scope, service, credentials } = inquiry;
  return service.searchFindings({
    search: {
      ...queryOf(scope),
      ...(scope.targets.length > 0 && {
        targetIds: scope.targets.map(({ id }) => id),
      }),
      ...(search_.since ? {} : { state: 'open' as const }),
      ...search_,
      limit: 50,
    },
    credentials,
  });
}

function listWanted(inquiry: Inquiry, wanted: Wanted): Promise<ResultsPage> {
  const { question, scope, service, credentials } = inquiry;
  return service.listResults({
    query: {
      ...queryOf(scope),
      ...WANTED[wanted].query,
      ...(question.risks.length > 0 &&
        wanted === 'drifted' && { risk: question.risks }),
      limit: MOST_LINES,
    },
    credentials,
  });
}

/** Numbers of targets in the scope, over all pages. */
async function countAll(
  inquiry: Inquiry,
): Promise<{ total: number; byStatus: ResultsPage['facets']['status'] }> {
  const { scope, service, credentials } = inquiry;
  const { totalItems, facets } = await service.listResults({
    query: { ...queryOf(scope), limit: 1 },
    credentials,
  });
  return { total: totalItems, byStatus: facets.status };
}

function wanting(inquiry: Inquiry, wanted: Wanted): Inquiry {
  return { ...inquiry, question: { ...inquiry.question, wanted } };
}

const STATUS_WORDS: Record<string, string> = {
  clean: 'clean',
  drifted: 'drifted',
  pending: 'with code that is not applied',
  error: 'not scannable',
  unknown: 'never scanned',
};

function statusCounts(byStatus: ResultsPage['facets']['status']): string {
  return listed(
    [...byStatus]
      .filter(({ count }) => count > 0)
      .sort((a, b) => rankOfStatus(b.value) - rankOfStatus(a.value))
      .map(({ value, count }) => `${count} ${STATUS_WORDS[value] ?? value}`),
  );
}

function rankOfStatus(status: string): number {
  return STATUS_RANKS[status as keyof typeof STATUS_RANKS] ?? 0;
}

function worstFirst(a: DriftTarget, b: DriftTarget): number {
  return (
    RISK_SCORES[b.risk] - RISK_SCORES[a.risk] ||
    STATUS_RANKS[b.status] - STATUS_RANKS[a.status] ||
    a.id.localeCompare(b.id, 'en')
  );
}

function isInDoubt(target: DriftTarget): boolean {
  return target.status !== 'clean' || target.stale;
}

/** Terraform's users say module. */
function nounOf(scope: Scope): string {
  const sources = scope.everything.facets.source.filter(
    ({ count }) => count > 0,
  );
  return sources.every(({ value }) => value === 'terraform')
    ? 'module'
    : 'target';
}

function whereText(scope: Scope, prefix = ''): string {
  if (scope.targets.length > 0) {
    return '';
  }
  const names = [
    ...scope.clients.map(nameText),
    ...scope.owners.map(owner => `${nameText(owner)}`),
  ];
  return names.length > 0 ? `${prefix} of ${listed(names)}` : '';
}

function wordsOf(scope: Scope): string[][] {
  return scope.unknown.map(textsFor);
}

function quoted(names: string[]): string {
  return `'${nameText(names.join(' '))}'`;
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase('en-US') + text.slice(1);
}
