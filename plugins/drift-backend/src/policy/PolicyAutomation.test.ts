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

import { mockServices } from '@backstage/backend-test-utils';
import {
  DriftReport,
  DriftTarget,
  Finding,
  RemediationPolicy,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { buildFinding, buildReport } from '../__testUtils__';
import { AutomaticRemediations } from '../remediation/AutomaticRemediations';
import { ScanOutcome } from '../scans/ScanEvents';
import { DefaultPolicies } from './DefaultPolicies';
import { driftKeyOf, RemediationHistory } from './Policies';
import { PolicyAutomation, StoppedAutomation } from './PolicyAutomation';
import { StopSwitch } from './PolicyEngine';
import { PoliciesConfig } from './readPoliciesConfig';

const NOW = new Date('2026-11-22T10:00:00Z');
const pool = buildFinding({ address: 'pool.a', severity: 'medium' });
const other = buildFinding({ address: 'pool.b', severity: 'medium' });
const net = buildFinding({ address: 'net.n', severity: 'medium' });

const POOLS: RemediationPolicy = {
  id: 'pools',
  mode: 'auto',
  resourceType: 'pool',
};
const NETS: RemediationPolicy = {
  id: 'nets',
  mode: 'review',
  resourceType: 'net',
};

type Requested = Parameters<AutomaticRemediations['requestByPolicy']>[0];

/** The automation over a small world. */
function bench(
  options: {
    policies?: RemediationPolicy[];
    config?: Partial<PoliciesConfig>;
    enabled?: boolean;
    stop?: StopSwitch;
    stored?: Finding[];
    repairs?: Map<string, number>;
    counts?: Record<string, number>;
    answer?: () => Promise<undefined>;
    hopeless?: AutomaticRemediations['hopelessPreviews'];
  } = {},
) {
  const requested: Requested[] = [];
  const stopped: StoppedAutomation[] = [];
  const asked: object[] = [];
  const noted = new Set<string>();
  const logger = mockServices.logger.mock();
  const history: RemediationHistory = {
    countAutomatic: async question => {
      asked.push(question);
      return options.counts?.[question.policyId ?? 'all'] ?? 0;
    },
    automaticRepairs: async question => {
      asked.push(question);
      return options.repairs ?? new Map();
    },
  };
  const policies = new DefaultPolicies({
    store: {
      read: async () => ({ policies: [], revision: 0, stop: options.stop }),
    },
    config: {
      policies: options.policies ?? [POOLS],
      defaultMode: 'alert',
      dryRun: false,
      flapGuard: { fixes: 2, withinMs: 86_400_000 },
      ...options.config,
    },
    enabled: options.enabled ?? true,
    selfApproval: false,
    history,
    now: () => NOW,
  });
  const automation = new PolicyAutomation({
    policies,
    store: {
      note: async ({ subjects }) => {
        const news = [...new Set(subjects)].filter(each => !noted.has(each));
        news.forEach(each => noted.add(each));
        return news;
      },
    },
    driftStore: {
      listFindings: async ({ limit, offset }) => {
        const all = (options.stored ?? [pool]).map(
          (finding): StoredFinding => ({
            ...finding,
            id: finding.fingerprint,
            targetId: 'fake:acme/aks',
            state: 'open',
            firstSeenAt: NOW.toISOString(),
            lastSeenAt: NOW.toISOString(),
            recurrences: 0,
          }),
        );
        return {
          items: all.slice(offset, offset + limit),
          totalItems: all.length,
        };
      },
    },
    remediations: () => ({
      requestByPolicy: async request => {
        requested.push(request);
        return options.answer?.();
      },
      hopelessPreviews: options.hopeless ?? (async () => undefined),
    }),
    onStopped: each => {
      stopped.push(each);
    },
    logger,
    now: () => NOW,
  });
  return { automation, requested, stopped, asked, logger };
}

function target(options: Partial<DriftTarget> = {}): DriftTarget {
  return {
    id: 'fake:acme/aks',
    source: 'fake',
    client: 'acme',
    name: 'aks',
    entityRefs: [],
    status: 'drifted',
    stale: false,
    risk: 'medium',
    driftedResources: 1,
    totalResources: 3,
    summary: '',
    warnings: [],
    blindSpots: [],
    schedule: 'PT30M',
    ...options,
  };
}

function outcome(
  options: Partial<ScanOutcome> & {
    report?: DriftReport;
    after?: Partial<DriftTarget>;
  } = {},
): ScanOutcome {
  const { after, ...others } = options;
  return {
    scanId: 'scan-1',
    targetId: 'fake:acme/aks',
    client: 'acme',
    source: 'fake',
    trigger: 'schedule',
    kind: 'completed',
    report: buildReport([pool, other, net]),
    stored: { outcome: 'stored', after: target(after) },
    durationMs: 5,
    ...others,
  };
}

describe('PolicyAutomation', () => {
  it('begins what a policy repairs', async () => {
    const { automation, requested, stopped } = bench();
    await automation.onFinished(outcome());
    expect(requested).toEqual([
      {
        targetId: 'fake:acme/aks',
        policyId: 'pools',
        mode: 'auto',
        addresses: ['pool.a'],
        fingerprints: [pool.fingerprint],
        reason: "Policy 'pools' says auto.",
      },
    ]);
    expect(stopped).toEqual([]);
  });

  it('begins one remediation per policy, automatic ones first', async () => {
    const { automation, requested } = bench({
      policies: [NETS, POOLS],
      stored: [net, pool, other],
    });
    await automation.onFinished(outcome());
    expect(requested).toMatchObject([
      { policyId: 'pools', mode: 'auto', addresses: ['pool.a', 'pool.b'] },
      { policyId: 'nets', mode: 'review', addresses: ['net.n'] },
    ]);
  });

  it('goes on with the next policy when one cannot be begun', async () => {
    const { automation, requested, logger } = bench({
      policies: [NETS, POOLS],
      stored: [net, pool],
      answer: async () => {
        throw new Error('The database is away');
      },
    });
    await automation.onFinished(outcome());
    expect(requested).toHaveLength(2);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining(
        "Policy 'pools' says auto of drift of fake:acme/aks",
      ),
      expect.anything(),
    );
  });

  it('names the default where no policy matches', async () => {
    const { automation, requested } = bench({
      policies: [],
      config: { defaultMode: 'auto' },
    });
    await automation.onFinished(outcome());
    expect(requested).toMatchObject([{ policyId: 'default', mode: 'auto' }]);
  });

  it('prepares what deletes for an approval', async () => {
    const gone = buildFinding({ address: 'pool.x', change: 'replace' });
    const { automation, requested } = bench({ stored: [gone] });
    await automation.onFinished(outcome({ report: buildReport([gone]) }));
    expect(requested).toMatchObject([{ policyId: 'pools', mode: 'review' }]);
  });

  it.each<[string, Partial<Parameters<typeof outcome>[0]>]>([
    ['that failed', { kind: 'failed', report: undefined }],
    [
      'that came too late',
      { kind: 'superseded', stored: { outcome: 'refused' } },
    ],
    [
      'that was not stored',
      { stored: { outcome: 'refused', after: target() } },
    ],
    ['that verifies a repair', { trigger: 'verify' }],
    [
      'that saw a part only',
      { report: buildReport([pool], { complete: false }) },
    ],
    [
      'that contradicts itself',
      { report: buildReport([pool], { status: 'error' }) },
    ],
    ['that left the target in error', { after: { status: 'error' } }],
    ['of text', { report: buildReport([pool], { evidence: 'plan-text' }) }],
    ['of a stream', { report: buildReport([pool], { evidence: 'ui-stream' }) }],
    [
      'of a recording',
      { report: buildReport([pool], { evidence: 'recorded' }) },
    ],
    [
      'of a target that only its pipeline observes',
      { after: { pushed: true } },
    ],
    [
      'that saw no drift',
      { report: buildReport([]), after: { status: 'clean' } },
    ],
  ])('begins nothing after a scan %s', async (_what, options) => {
    const { automation, requested, stopped } = bench();
    await automation.onFinished(outcome(options));
    expect(requested).toEqual([]);
    expect(stopped).toEqual([]);
  });

  it.each<[string, Partial<Finding>]>([
    ['muted', { suppressedBy: { ruleId: 'r', reason: 'Known' } }],
    ['pending', { class: 'pending' }],
    ['expected', { class: 'expected' }],
  ])('begins nothing for a finding that is %s', async (_what, options) => {
    const { automation, requested } = bench({
      stored: [{ ...pool, ...options }],
    });
    await automation.onFinished(outcome());
    expect(requested).toEqual([]);
  });

  it('begins nothing for a finding that this scan did not see', async () => {
    const { automation, requested } = bench({ stored: [pool] });
    await automation.onFinished(outcome({ report: buildReport([other]) }));
    expect(requested).toEqual([]);
  });

  it('begins nothing for what only an earlier scan saw', async () => {
    const kept: Finding = { ...pool, unseen: true };
    const { automation, requested } = bench({ stored: [kept, other] });
    await automation.onFinished(
      outcome({ report: buildReport([kept, other]) }),
    );
    expect(requested).toMatchObject([{ addresses: ['pool.b'] }]);
  });

  it('begins nothing while the stop switch is on, or where it is not enabled', async () => {
    for (const options of [{ stop: {} }, { enabled: false }]) {
      const { automation, requested } = bench(options);
      await automation.onFinished(outcome());
      expect(requested).toEqual([]);
    }
  });

  it('leaves drift that keeps coming back to people, and tells them once', async () => {
    const { automation, requested, stopped, asked } = bench({
      stored: [pool, other],
      repairs: new Map([[driftKeyOf(pool), 2]]),
    });
    await automation.onFinished(outcome());
    await automation.onFinished(outcome({ scanId: 'scan-2' }));
    expect(requested).toMatchObject([
      { addresses: ['pool.b'] },
      { addresses: ['pool.b'] },
    ]);
    expect(stopped).toMatchObject([
      {
        target: { id: 'fake:acme/aks' },
        why: 'flap-guard',
        reason:
          'pool.a came back after 2 automatic repairs within 1 day, so that it is not repaired automatically again; something keeps changing it.',
        findings: [{ address: 'pool.a' }],
      },
    ]);
    expect(asked).toContainEqual({
      targetId: 'fake:acme/aks',
      since: new Date('2026-11-21T10:00:00Z'),
    });
  });

  it('leaves drift that cannot even be previewed to people, and tells them once', async () => {
    const updatedAt = '2026-11-20T10:00:00Z';
    const { automation, requested, stopped } = bench({
      policies: [{ ...POOLS, updatedAt } as RemediationPolicy, NETS],
      stored: [pool, other, net],
      hopeless: async ({ targetId, fingerprints, since }) =>
        targetId === 'fake:acme/aks' &&
        fingerprints.join() === `${pool.fingerprint},${other.fingerprint}` &&
        since?.getTime() === Date.parse(updatedAt)
          ? { times: 2, message: 'The state is locked.' }
          : undefined,
    });
    await automation.onFinished(outcome());
    await automation.onFinished(outcome({ scanId: 'scan-2' }));
    expect(requested).toMatchObject([
      { policyId: 'nets' },
      { policyId: 'nets' },
    ]);
    expect(stopped).toMatchObject([
      {
        target: { id: 'fake:acme/aks' },
        why: 'preview-failed',
        reason:
          'A repair of pool.a, pool.b could not be previewed 2 times in a row, so that it is not begun automatically again until the drift is another one, or somebody asks for a remediation; the failed ones say why.',
        findings: [{ address: 'pool.a' }, { address: 'pool.b' }],
      },
    ]);
  });

  it('says of which drift it has given up, with the last error and what ends that', async () => {
    const updatedAt = '2026-11-20T10:00:00Z';
    const asked = { id: 'fake:acme/aks', source: 'fake', name: 'aks' };
    const message = 'The state is locked.';
    const stored = (...findings: Finding[]): StoredFinding[] =>
      findings.map(finding => ({
        ...finding,
        id: finding.fingerprint,
        targetId: asked.id,
        state: 'open',
        firstSeenAt: NOW.toISOString(),
        lastSeenAt: NOW.toISOString(),
        recurrences: 0,
      }));
    const ofPools = `${pool.fingerprint},${other.fingerprint}`;
    const options: Parameters<typeof bench>[0] = {
      policies: [POOLS, NETS],
      hopeless: async ({ fingerprints }) =>
        fingerprints.join() === ofPools ? { times: 3, message } : undefined,
    };
    const sentence =
      'Its repair could not be previewed 3 times in a row, the last time because of this: The state is locked. Nothing is begun automatically until the drift is another one or somebody asks for a remediation of the target.';
    const { automation } = bench(options);
    await expect(
      automation.explainGivenUp(asked, stored(pool, other, net)),
    ).resolves.toEqual(
      new Map([
        [pool.fingerprint, sentence],
        [other.fingerprint, sentence],
      ]),
    );
    // With one more, or one less, it is another group, which is tried
    await expect(
      automation.explainGivenUp(asked, stored(pool, net)),
    ).resolves.toEqual(new Map());

    // What no scan sees is in no group
    const kept: Finding = { ...net, unseen: true };
    const [quiet, loud] = await Promise.all(
      [POOLS, { ...POOLS, mode: 'alert' as const }].map(async pools =>
        bench({ ...options, policies: [pools] }).automation.explainGivenUp(
          asked,
          stored(pool, other, { ...kept, resourceType: 'pool' }),
        ),
      ),
    );
    expect(loud).toEqual(new Map());
    expect(quiet).toEqual(
      new Map([
        [pool.fingerprint, sentence],
        [other.fingerprint, sentence],
        [
          net.fingerprint,
          'The last scan could not see it, so that nothing is begun automatically until one does.',
        ],
      ]),
    );

    // A policy of the API knows when it was changed, and begins anew then
    const written = bench({
      ...options,
      policies: [{ ...POOLS, updatedAt } as RemediationPolicy],
    });
    const said = await written.automation.explainGivenUp(
      asked,
      stored(pool, other),
    );
    expect(said.get(pool.fingerprint)).toContain(
      'until the drift is another one, the policy is changed or somebody asks',
    );

    // What a limit stops says so itself
    const limited = bench({
      ...options,
      policies: [{ ...POOLS, limitPerDay: 3 }],
      counts: { pools: 3 },
    });
    await expect(
      limited.automation.explainGivenUp(asked, stored(pool, other)),
    ).resolves.toEqual(new Map());
  });

  it('stops at the limit of a policy, and leaves the others alone', async () => {
    const { automation, requested, stopped } = bench({
      policies: [
        { ...POOLS, limitPerDay: 3 },
        { ...NETS, mode: 'auto' },
      ],
      stored: [pool, other, net],
      counts: { pools: 3 },
    });
    await automation.onFinished(outcome());
    await automation.onFinished(outcome({ scanId: 'scan-2' }));
    expect(requested).toMatchObject([
      { policyId: 'nets' },
      { policyId: 'nets' },
    ]);
    expect(stopped).toMatchObject([
      {
        why: 'limit',
        reason:
          "Policy 'pools' has used up its limit of 3 automatic remediations in 24 hours.",
        findings: [{ address: 'pool.a' }, { address: 'pool.b' }],
      },
    ]);
  });

  it('stops at the limit of all, which does not hold back reviews', async () => {
    const { automation, requested, stopped } = bench({
      policies: [POOLS, NETS],
      config: { limitPerDay: 10 },
      stored: [pool, net],
      counts: { all: 10 },
    });
    await automation.onFinished(outcome());
    expect(requested).toMatchObject([{ policyId: 'nets', mode: 'review' }]);
    expect(stopped).toMatchObject([{ why: 'limit' }]);
  });

  it('begins what has to wait for a window, since the flow waits', async () => {
    const { automation, requested } = bench({
      policies: [
        {
          ...POOLS,
          windows: [{ kind: 'allow', cron: '0 22 * * *', duration: 'PT1H' }],
        },
      ],
    });
    await automation.onFinished(outcome());
    expect(requested).toMatchObject([{ policyId: 'pools', mode: 'auto' }]);
  });

  it('reads all findings, and asks for as many as one remediation may have', async () => {
    const many = Array.from({ length: 650 }, (_, index) =>
      buildFinding({ address: `pool.n${index}` }),
    );
    const { automation, requested } = bench({ stored: many });
    await automation.onFinished(outcome({ report: buildReport(many) }));
    expect(requested[0].addresses).toHaveLength(500);
    expect(requested[0].fingerprints).toHaveLength(500);
    expect(new Set(requested[0].addresses).size).toBe(500);
  });
});
