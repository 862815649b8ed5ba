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
  DriftTarget,
  DriftTransition,
  Risk,
  TargetStatusEvent,
} from '@infra-hub/backstage-plugin-drift-common';
import { RISK_SCORES } from '../store/ranks';

/**
 * What became different, the weightiest first; empty when nothing did.
 *
 * @remarks
 * A failed scan leaves risk and drifted resources as they were, so that drift
 * that outlives failures is not new, and drift that ended meanwhile is resolved.
 * Drift that somebody muted or accepted is not resolved: it is still there.
 */
export function findTransitions(options: {
  before: DriftTarget;
  after: DriftTarget;
  /** Scans in a row without a verdict, this one included if it is one. */
  failures: number;
  /** The same for the scan before this one. */
  failuresBefore: number;
  /** So many make it `failing`. */
  failingAfter: number;
  /** Whether all drift that alarms no more is still there, muted or accepted. */
  onlyMuted?: boolean;
}): DriftTransition[] {
  const { before, after, failures, failuresBefore, failingAfter } = options;
  const drift = compareDrift(before, after);
  const isTold = drift && !(drift === 'resolved' && options.onlyMuted);
  const transitions: DriftTransition[] = isTold ? [drift] : [];
  if (failures === failingAfter) {
    transitions.push('failing');
  } else if (failures === 0 && failuresBefore >= failingAfter) {
    transitions.push('recovered');
  }
  if (transitions.length === 0 && hasChanged(before, after)) {
    transitions.push('changed');
  }
  return transitions;
}

/** What became of the drift between two looks; undefined when nothing worth telling. */
export function compareDrift(
  before: { driftedResources?: number; risk: Risk },
  after: { driftedResources: number; risk: Risk },
): 'drifted' | 'worse' | 'resolved' | undefined {
  const drifted = before.driftedResources ?? 0;
  if (after.driftedResources > 0 && drifted === 0) {
    return 'drifted';
  }
  if (after.driftedResources === 0) {
    return drifted > 0 ? 'resolved' : undefined;
  }
  return after.driftedResources > drifted ||
    RISK_SCORES[after.risk] > RISK_SCORES[before.risk]
    ? 'worse'
    : undefined;
}

function hasChanged(before: DriftTarget, after: DriftTarget): boolean {
  return (
    before.status !== after.status ||
    before.risk !== after.risk ||
    before.driftedResources !== after.driftedResources ||
    before.summary !== after.summary
  );
}

/** The risk that a transition is about, worst of before and after where it went down. */
export function riskOf(event: TargetStatusEvent): Risk {
  const { before, after } = event;
  return RISK_SCORES[before.risk] > RISK_SCORES[after.risk]
    ? before.risk
    : after.risk;
}

/**
 * Those transitions of an event that somebody asked for. A target that cannot be
 * scanned is worth telling whatever its last known risk was.
 */
export function wantedTransitions(
  event: TargetStatusEvent,
  wanted: { transitions: readonly DriftTransition[]; minRisk: Risk },
): DriftTransition[] {
  const risky = RISK_SCORES[riskOf(event)] >= RISK_SCORES[wanted.minRisk];
  return (event.transitions ?? []).filter(
    transition =>
      wanted.transitions.includes(transition) &&
      (risky || transition === 'failing' || transition === 'recovered'),
  );
}
