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
  FindingBrief,
  ScanSummary,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { RejudgedOutcome, ScanOutcome } from '../scans/ScanEvents';
import { DriftStore, StoredOutcome } from '../store/DriftStore';
import { inertText } from './inertText';
import { linkTo } from './linkTo';
import { findTransitions } from './transitions';

const MAX_FINDINGS = 10;
const MAX_ADDRESS = 300;
const MAX_SENTENCE = 500;

/** Makes events of scans; all who publish share one. */
export class TargetEvents {
  readonly #store: Pick<DriftStore, 'listScans'>;
  readonly #readFindings: (ids: readonly string[]) => Promise<FindingBrief[]>;
  readonly #failingAfter: number;
  readonly #appUrl?: string;
  readonly #now: () => Date;
  readonly #described = new WeakMap<
    ScanOutcome | RejudgedOutcome,
    Promise<TargetStatusEvent | undefined>
  >();

  constructor(options: {
    store: Pick<DriftStore, 'listScans'>;
    /** Findings in a few words, worst first. */
    readFindings: (options: {
      ids: readonly string[];
      limit: number;
    }) => Promise<FindingBrief[]>;
    /** Failed scans in a row that make a target `failing`. */
    failingAfter: number;
    /** `app.baseUrl`. */
    appUrl?: string;
    now: () => Date;
  }) {
    this.#store = options.store;
    this.#readFindings = ids =>
      options.readFindings({ ids, limit: MAX_FINDINGS });
    this.#failingAfter = options.failingAfter;
    this.#appUrl = options.appUrl;
    this.#now = options.now;
  }

  /** What a scan or another verdict changed; undefined when nothing. */
  describe(
    outcome: ScanOutcome | RejudgedOutcome,
  ): Promise<TargetStatusEvent | undefined> {
    let described = this.#described.get(outcome);
    if (!described) {
      described = this.#describe(outcome);
      this.#described.set(outcome, described);
    }
    return described;
  }

  async #describe(
    outcome: ScanOutcome | RejudgedOutcome,
  ): Promise<TargetStatusEvent | undefined> {
    const { scanId = '', stored } = outcome;
    const { before, after, newFindings = [], mutedFindings = [] } = stored;
    if (!before || !after) {
      return undefined;
    }
    const muted = new Set(mutedFindings);
    const resolvedFindings = (stored.resolvedFindings ?? []).filter(
      id => !muted.has(id),
    );
    const transitions = findTransitions({
      before,
      after,
      // Nobody looked where findings were only judged again
      ...('kind' in outcome
        ? await this.#countFailures({ scanId, stored })
        : { failures: 0, failuresBefore: 0 }),
      failingAfter: this.#failingAfter,
      onlyMuted: muted.size > 0 && resolvedFindings.length === 0,
    });
    if (transitions.length === 0) {
      return undefined;
    }
    return {
      type: 'target.status',
      schemaVersion: 1,
      targetId: after.id,
      source: after.source,
      client: after.client,
      name: after.name,
      entityRefs: after.entityRefs,
      owner: after.owner,
      before: {
        status: before.status,
        risk: before.risk,
        driftedResources: before.driftedResources,
      },
      after: {
        status: after.status,
        risk: after.risk,
        driftedResources: after.driftedResources,
        summary: inertText(after.summary, MAX_SENTENCE),
      },
      transitions,
      ...(after.status === 'error' &&
        after.error !== undefined && {
          error: inertText(after.error, MAX_SENTENCE),
        }),
      newFindings: await this.#brief(newFindings),
      newFindingsCount: newFindings.length,
      resolvedFindings: await this.#brief(resolvedFindings),
      resolvedFindingsCount: resolvedFindings.length,
      scanId,
      ...linkTo(this.#appUrl, targetPath(after.id)),
      at: this.#now().toISOString(),
    };
  }

  async #brief(ids: readonly string[]): Promise<FindingBrief[]> {
    const findings = await this.#readFindings(ids);
    return findings.map(finding => ({
      ...finding,
      address: inertText(finding.address, MAX_ADDRESS),
      reason: inertText(finding.reason, MAX_SENTENCE),
    }));
  }

  /** Reads history only when it matters: a good scan after a good one has none. */
  async #countFailures({
    scanId,
    stored: { before, after },
  }: {
    scanId: string;
    stored: StoredOutcome;
  }): Promise<{
    failures: number;
    failuresBefore: number;
  }> {
    const failed = after?.status === 'error';
    if (!failed && before?.status !== 'error') {
      return { failures: 0, failuresBefore: 0 };
    }
    const { items } = await this.#store.listScans({
      targetId: after?.id ?? '',
      // Some may have been overtaken; they say nothing.
      limit: this.#failingAfter * 2 + 20,
      offset: 0,
    });
    const start = items.findIndex(({ id }) => id === scanId);
    const earlier = start < 0 ? [] : items.slice(start + 1);
    const failuresBefore = leadingFailures(earlier);
    return { failures: failed ? failuresBefore + 1 : 0, failuresBefore };
  }
}

/** The page of a target, below the address of the app. */
export function targetPath(targetId: string): string {
  return `/drift/targets/${encodeURIComponent(targetId)}`;
}

function leadingFailures(scans: ScanSummary[]): number {
  const verdicts = scans.filter(({ status }) => status !== undefined);
  const end = verdicts.findIndex(({ status }) => status !== 'error');
  return end < 0 ? verdicts.length : end;
}
