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
  BlindSpot,
  DriftReport,
  FieldDifference,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { reassess as reassessByDefault, verdictOver } from '../assess/assess';
import { describeFields } from '../cloud/describeFields';
import { fromPointer } from '../diff/pointer';
import { unmuted } from '../suppress/unmuted';

const NOTE =
  'The last scan could not see all of it; what it did not see counts as before.';

/** What was not seen of one resource. */
interface Blindness {
  /** Nothing of it was seen. */
  whole: boolean;
  /** JSON pointers. */
  fields: string[];
}

/** What a finding says of what was not seen. */
interface UnseenPart {
  finding: Finding;
  fields: FieldDifference[];
  isAll: boolean;
}

class Keeping {
  /** As they were. */
  readonly #kept: Finding[] = [];
  /** Not as any scan saw them, so they have to be judged. */
  readonly #made: Finding[] = [];
  /** In place of which something was made. */
  readonly #replaced = new Set<Finding>();

  get isEmpty(): boolean {
    return this.#kept.length + this.#made.length === 0;
  }

  keep(findings: readonly Finding[]): void {
    this.#kept.push(...findings.map(asUnseen));
  }

  keepParts(parts: readonly UnseenPart[], reported: Finding | undefined): void {
    const fields = parts.flatMap(each => each.fields);
    if (reported && fields.length > 0) {
      this.#replaced.add(reported);
      this.#made.push(withUnseen(reported, fields));
      return;
    }
    for (const { finding, fields: left, isAll } of parts) {
      if (isAll) {
        this.keep([finding]);
      } else if (left.length > 0) {
        this.#made.push(onlyUnseen(finding, left));
      }
    }
  }

  addTo(
    report: DriftReport,
    reassess?: (findings: Finding[]) => Finding[],
  ): DriftReport {
    return {
      ...report,
      ...verdictOver([
        ...report.findings.filter(each => !this.#replaced.has(each)),
        ...(reassess ?? reassessByDefault)(this.#made),
        ...(reassess ? reassess(this.#kept) : this.#kept),
      ]),
    };
  }
}

/**
 * The report with what was open before and lies within what the report says it did
 * not see, so that nothing is resolved by not looking. The same report where there
 * is nothing of that kind.
 *
 * A finding of which some fields were seen keeps those that were not; what was seen
 * of them is as the report says.
 *
 * @param options - `open` are the findings that are open, newest first. `reassess`
 *   judges by the rules that the report was judged by; without it, the built-in ones
 *   judge what is not as it was stored.
 *
 * @public
 */
export function keepUnseen(options: {
  report: DriftReport;
  open: readonly Finding[];
  reassess?: (findings: Finding[]) => Finding[];
}): DriftReport {
  const { report, open, reassess } = options;
  const blindness = blindnessOf(report.blindSpots);
  // What is not complete resolves nothing anyway
  if (!report.complete || report.error !== undefined || blindness.size === 0) {
    return report;
  }
  const seen = groupBy(report.findings, episodeOf);
  const result = new Keeping();
  const about = open.filter(({ address }) => blindness.has(address));
  for (const [episode, findings] of groupBy(about, episodeOf)) {
    const { whole, fields } = blindness.get(findings[0].address)!;
    const reported = seen.get(episode) ?? [];
    if (whole) {
      result.keep(reported.length > 0 ? [] : findings);
    } else if (reported.every(isAboutFields)) {
      const taken = reported.flatMap(each => unmuted(each).fields);
      result.keepParts(
        findings
          .filter(isAboutFields)
          .map(finding => takeUnseen(finding, fields, taken)),
        reported[0],
      );
    }
  }
  return result.isEmpty ? report : result.addTo(report, reassess);
}

/**
 * Addresses of resources of which a report says that it did not see them, or parts
 * of them.
 *
 * @public
 */
export function unseenAddresses(
  report: Pick<DriftReport, 'blindSpots'>,
): string[] {
  return [...blindnessOf(report.blindSpots).keys()];
}

/**
 * Whether a blind spot with an address is about what a finding says, or a part of
 * it, so that a scan with that spot cannot tell whether it was there.
 *
 * @public
 */
export function hidesFinding(
  { address, fields }: Pick<BlindSpot, 'address' | 'fields'>,
  finding: Finding,
): boolean {
  if (address === undefined || address !== finding.address) {
    return false;
  }
  return (
    fields === undefined ||
    (isAboutFields(finding) &&
      unmuted(finding).fields.some(({ path }) => isWithin(path, fields)))
  );
}

function blindnessOf(spots: readonly BlindSpot[]): Map<string, Blindness> {
  const found = new Map<string, Blindness>();
  for (const { address, fields } of spots) {
    if (address !== undefined) {
      const known = found.get(address) ?? { whole: false, fields: [] };
      known.whole ||= fields === undefined;
      known.fields.push(...(fields ?? []));
      found.set(address, known);
    }
  }
  return found;
}

/** Newer findings come first, so what they say is taken when an older one is asked. */
function takeUnseen(
  finding: Finding,
  blind: readonly string[],
  taken: FieldDifference[],
): UnseenPart {
  const all = unmuted(finding).fields;
  const fields = all.filter(
    ({ path }) =>
      isWithin(path, blind) && !taken.some(other => overlap(other.path, path)),
  );
  taken.push(...fields);
  return { finding, fields, isAll: fields.length === all.length };
}

/** What is missing or unmanaged is so as a whole. */
function isAboutFields(finding: Finding): boolean {
  return (
    ['update', 'replace'].includes(finding.change) &&
    !finding.unmanaged &&
    unmuted(finding).fields.length > 0
  );
}

function asUnseen(finding: Finding): Finding {
  return {
    ...finding,
    reason: noted(finding.reason),
    fields: finding.fields.map(markUnseen),
    ...(finding.normalised && {
      normalised: finding.normalised.map(each =>
        each.muted ? { ...each, muted: markUnseen(each.muted) } : each,
      ),
    }),
    unseen: true,
  };
}

function onlyUnseen(finding: Finding, fields: FieldDifference[]): Finding {
  const { normalised, ...rest } = { ...finding, ...unmuted(finding) };
  return {
    ...rest,
    reason: noted(describeFields(finding, fields)),
    fields: fields.map(markUnseen),
    unseen: true,
  };
}

function withUnseen(finding: Finding, fields: FieldDifference[]): Finding {
  const difference = unmuted(finding);
  return {
    ...finding,
    ...difference,
    reason: noted(finding.reason),
    fields: [...difference.fields, ...fields.map(markUnseen)],
  };
}

function markUnseen(field: FieldDifference): FieldDifference {
  return { ...field, unseen: true };
}

function noted(reason: string): string {
  return reason.endsWith(NOTE) ? reason : `${reason} ${NOTE}`;
}

/** What stays the same while the values of a resource move on, but for the change. */
function episodeOf(finding: Finding): string {
  return JSON.stringify([
    finding.address,
    finding.deposed ?? '',
    finding.class,
  ]);
}

/** Whether a scan that is blind for some fields did not see all of another one. */
function isWithin(path: string, blind: readonly string[]): boolean {
  return blind.some(pointer => overlap(pointer, path));
}

/** Whether one is the other or lies in it. */
function overlap(one: string, other: string): boolean {
  const [left, right] = [fromPointer(one), fromPointer(other)];
  const shared = Math.min(left.length, right.length);
  return left.slice(0, shared).every((name, index) => name === right[index]);
}

function groupBy<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) {
      group.push(item);
    } else {
      groups.set(key, [item]);
    }
  }
  return groups;
}
