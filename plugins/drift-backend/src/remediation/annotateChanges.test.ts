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

import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import { buildFinding } from '../__testUtils__';
import { ADDRESS, changeOf } from './__testUtils__/RemediationBench';
import { annotateChanges } from './annotateChanges';

function stored(parts: Parameters<typeof buildFinding>[0] = {}): StoredFinding {
  return {
    ...buildFinding(parts),
    id: 'f1',
    targetId: 't1',
    state: 'open',
    firstSeenAt: '2026-11-22T10:00:00Z',
    lastSeenAt: '2026-11-22T10:00:00Z',
    recurrences: 0,
  };
}

const field = (path: string) => ({ path, actual: 5, desired: 3 });

describe('annotateChanges', () => {
  const annotate = (
    change: Partial<ReturnType<typeof changeOf>>,
    ...findings: StoredFinding[]
  ) =>
    annotateChanges({
      changes: [changeOf(ADDRESS, 5, change)],
      findings,
      addresses: undefined,
    })[0];

  const partlyMuted = stored({
    fields: [field('/node_count')],
    normalised: [
      {
        path: '/tags',
        normaliser: 'ignore-rule:tags',
        reason: 'A robot writes them.',
        muted: field('/tags'),
      },
      { path: '/zone', normaliser: 'empty-equals-null', reason: 'The same.' },
    ],
  });

  it('takes what alarms for drift, also where more of it is muted and left alone', () => {
    expect(annotate({}, partlyMuted).origin).toBe('drift');
  });

  it('says that a muted part of drift comes along, and which rule mutes it', () => {
    const fields = [field('/node_count'), field('/tags/owner')];
    expect(annotate({ fields }, partlyMuted)).toMatchObject({
      origin: 'suppressed',
      reason:
        'The ignore rule tags mutes a part of this drift: A robot writes them.',
    });
  });

  it('does not take for muted what no rule mutes', () => {
    for (const path of ['/zone', '/else']) {
      expect(
        annotate({ fields: [field('/tags'), field(path)] }, partlyMuted).origin,
      ).toBe('other');
    }
  });

  it('finds code that was never applied beside muted drift', () => {
    const pending = stored({ class: 'pending', fields: [field('/size')] });
    expect(
      annotate(
        { fields: [field('/tags'), field('/size')] },
        partlyMuted,
        pending,
      ).origin,
    ).toBe('pending');
  });

  it('says why something comes along rather than why it differs', () => {
    const muted = stored({
      suppressedBy: { ruleId: 'r1', reason: 'It may stay.' },
    });
    expect(annotate({ reason: 'It was changed.' }, muted)).toMatchObject({
      origin: 'suppressed',
      reason: 'The ignore rule r1 mutes this drift: It may stay.',
    });
    expect(annotate({ reason: 'It was changed.' }, stored())).toMatchObject({
      origin: 'drift',
      reason: 'It was changed.',
    });
  });
});
