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
import { mergeEvents } from './mergeEvents';
import { findTransitions, wantedTransitions } from './transitions';

/** A status, the number of drifted resources and the risk. */
type State = [DriftTarget['status'], number, Risk, string?];

function target([
  status,
  driftedResources,
  risk,
  summary = 's',
]: State): DriftTarget {
  return {
    id: 'fake:-/aks',
    source: 'fake',
    name: 'aks',
    entityRefs: [],
    status,
    stale: false,
    risk,
    driftedResources,
    totalResources: 3,
    summary,
    warnings: [],
    blindSpots: [],
    schedule: 'PT30M',
  };
}

const clean: State = ['clean', 0, 'none'];
const one: State = ['drifted', 1, 'low'];

it.each<[string, State, State, DriftTransition[]]>([
  ['the first scan finds nothing', ['unknown', 0, 'none'], clean, ['changed']],
  ['the first scan finds drift', ['unknown', 0, 'none'], one, ['drifted']],
  ['drift appears', clean, one, ['drifted']],
  [
    'drift appears beside unapplied code',
    ['pending', 0, 'none'],
    one,
    ['drifted'],
  ],
  ['drift stays', one, one, []],
  ['more drifts', one, ['drifted', 2, 'low'], ['worse']],
  ['the risk rises', one, ['drifted', 1, 'high'], ['worse']],
  [
    'the risk rises while less drifts',
    ['drifted', 3, 'low'],
    ['drifted', 1, 'critical'],
    ['worse'],
  ],
  ['less drifts', ['drifted', 2, 'low'], one, ['changed']],
  ['only the words change', one, ['drifted', 1, 'low', 't'], ['changed']],
  ['drift is gone', one, clean, ['resolved']],
  ['drift became code', one, ['pending', 0, 'none'], ['resolved']],
  ['a scan fails', one, ['error', 1, 'low'], ['changed']],
  ['drift outlives a failed scan', ['error', 1, 'low'], one, ['changed']],
  [
    'drift is gone after a failed scan',
    ['error', 1, 'low'],
    clean,
    ['resolved'],
  ],
  ['a partial scan finds drift', clean, ['error', 1, 'high'], ['drifted']],
])('%s', (_, before, after, expected) => {
  expect(
    findTransitions({
      before: target(before),
      after: target(after),
      failures: 0,
      failuresBefore: 0,
      failingAfter: 3,
    }),
  ).toEqual(expected);
});

it('does not call drift resolved that was only muted', () => {
  const options = {
    before: target(one),
    after: target(clean),
    failures: 0,
    failuresBefore: 0,
    failingAfter: 3,
  };
  expect(findTransitions({ ...options, onlyMuted: true })).toEqual(['changed']);
  expect(findTransitions({ ...options, onlyMuted: false })).toEqual([
    'resolved',
  ]);
});

it('tells of failing scans once per episode, and of the end of it', () => {
  const failed = target(['error', 1, 'low']);
  const good = target(one);
  const episode = [true, true, true, true, true, false, false, true, false];
  let failures = 0;
  let before = good;
  const told = episode.map(isFailed => {
    const failuresBefore = failures;
    failures = isFailed ? failures + 1 : 0;
    const after = isFailed ? failed : good;
    const transitions = findTransitions({
      before,
      after,
      failures,
      failuresBefore,
      failingAfter: 3,
    });
    before = after;
    return transitions.join();
  });
  expect(told).toEqual([
    'changed',
    '',
    'failing',
    '',
    '',
    'recovered',
    '',
    'changed',
    'changed',
  ]);
});

function event(
  before: State,
  after: State,
  transitions: DriftTransition[],
): TargetStatusEvent {
  const states = [before, after].map(state => target(state));
  return {
    type: 'target.status',
    targetId: 'fake:-/aks',
    source: 'fake',
    name: 'aks',
    entityRefs: [],
    before: states[0],
    after: states[1],
    transitions,
    scanId: after.join(),
    at: '2026-11-22T10:00:00.000Z',
  };
}

it('asks for a least risk where drift is concerned', () => {
  const all: DriftTransition[] = ['drifted', 'worse', 'resolved', 'failing'];
  const wanted = (...of: Parameters<typeof event>) =>
    wantedTransitions(event(...of), { transitions: all, minRisk: 'medium' });
  expect(wanted(clean, one, ['drifted'])).toEqual([]);
  expect(wanted(one, ['drifted', 1, 'high'], ['worse'])).toEqual(['worse']);
  expect(wanted(['drifted', 1, 'high'], clean, ['resolved'])).toEqual([
    'resolved',
  ]);
  expect(wanted(one, clean, ['resolved'])).toEqual([]);
  expect(wanted(one, ['error', 1, 'low'], ['failing'])).toEqual(['failing']);
  expect(wanted(clean, ['drifted', 1, 'high'], ['changed'])).toEqual([]);
});

it.each<[string, TargetStatusEvent[], string[]]>([
  ['news stay news', [event(clean, one, ['drifted'])], ['drifted']],
  [
    'drift that came and went is none',
    [event(clean, one, ['drifted']), event(one, clean, ['resolved'])],
    [],
  ],
  [
    'drift that got worse at once is new',
    [
      event(clean, one, ['drifted']),
      event(one, ['drifted', 2, 'high'], ['worse']),
    ],
    ['drifted'],
  ],
  [
    'drift that went and came worse is worse',
    [
      event(one, clean, ['resolved']),
      event(clean, ['drifted', 2, 'high'], ['drifted']),
    ],
    ['worse'],
  ],
  [
    'failing that ended is none',
    [
      event(clean, ['error', 0, 'none'], ['failing']),
      event(['error', 0, 'none'], clean, ['recovered']),
    ],
    [],
  ],
  [
    'recovering that ended is failing again',
    [
      event(['error', 0, 'none'], clean, ['recovered']),
      event(clean, ['error', 0, 'none'], ['failing']),
    ],
    ['failing'],
  ],
])('merges what waited together: %s', (_, events, expected) => {
  expect(mergeEvents(events).map(({ transition }) => transition)).toEqual(
    expected,
  );
});
