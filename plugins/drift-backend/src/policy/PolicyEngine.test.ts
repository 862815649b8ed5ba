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
  PolicyMode,
  RemediationChange,
  ResourceChange,
  Severity,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { driftKeyOf, PolicySubject, PolicyTarget } from './Policies';
import {
  Circumstances,
  describeSpecificity,
  PolicyEngine,
  PolicyRules,
} from './PolicyEngine';

const DAY_MS = 86_400_000;
/** A Sunday. */
const NOW = new Date('2026-11-22T10:00:00Z');

const AKS: PolicyTarget = {
  id: 'terraform:acme/aks',
  source: 'terraform',
  client: 'acme',
  name: 'aks',
};

function policy(
  options: Partial<StoredRemediationPolicy> & { mode: PolicyMode },
): StoredRemediationPolicy {
  return { id: 'p', origin: 'api', ...options };
}

function subject(options: Partial<PolicySubject> = {}): PolicySubject {
  return {
    address: 'azurerm_pool.main',
    resourceType: 'azurerm_pool',
    change: 'update',
    severity: 'medium',
    fields: [{ path: '/node_count', actual: 5, desired: 3 }],
    ...options,
  };
}

function change(options: Partial<RemediationChange> = {}): RemediationChange {
  const { severity = 'medium', ...others } = subject();
  return {
    ...others,
    severity,
    resourceName: 'main',
    origin: 'drift',
    destructive: false,
    ...options,
  };
}

function engineOf(
  policies: StoredRemediationPolicy[],
  rules: Partial<PolicyRules> = {},
): PolicyEngine {
  return PolicyEngine.create({
    policies,
    defaultMode: 'alert',
    flapGuard: { fixes: 2, withinMs: DAY_MS },
    dryRun: false,
    enabled: true,
    ...rules,
  });
}

function circumstances(options: Partial<Circumstances> = {}): Circumstances {
  return {
    now: NOW,
    automatic: 0,
    automaticOf: new Map(),
    repairs: new Map(),
    ...options,
  };
}

/** The id of the policy that decides, or `default`. */
function decider(
  policies: StoredRemediationPolicy[],
  options: {
    target?: Partial<PolicyTarget>;
    subject?: Partial<PolicySubject>;
  } = {},
): string {
  const decision = engineOf(policies).decide(
    { ...AKS, ...options.target },
    subject(options.subject),
    circumstances(),
  );
  return decision.policyId ?? 'default';
}

/** Seeded, so that a failure can be repeated. */
function randomOf(seed: number) {
  let state = seed;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return {
    pick: <T>(items: readonly T[]): T =>
      items[Math.floor(next() * items.length)],
    some: <T>(items: readonly T[]): T[] => items.filter(() => next() < 0.5),
    shuffle: <T>(items: readonly T[]): T[] =>
      items
        .map(item => ({ item, at: next() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
    next,
  };
}

const CHANGES: ResourceChange[] = [
  'create',
  'update',
  'delete',
  'replace',
  'forget',
  'unknown',
  'move',
  'read',
];
const SEVERITIES: Severity[] = ['low', 'medium', 'high', 'critical'];
const MODES: PolicyMode[] = ['alert', 'auto', 'review'];

function randomPolicies(random: ReturnType<typeof randomOf>, count: number) {
  return Array.from({ length: count }, (_, index) => {
    const severity = random.some(SEVERITIES);
    const named = random.some(CHANGES);
    return policy({
      id: `p${index}`,
      mode: random.pick(MODES),
      origin: random.pick(['config', 'api']),
      target: random.pick([undefined, undefined, '*', 'a*', 'aks']),
      client: random.pick([undefined, 'acme', 'globex']),
      source: random.pick([undefined, 'terraform']),
      resourceType: random.pick([undefined, '*', 'azurerm_*', 'azurerm_pool']),
      ...(severity.length > 0 && random.next() < 0.5 && { severity }),
      ...(named.length > 0 && random.next() < 0.5 && { change: named }),
    });
  });
}

describe('PolicyEngine', () => {
  it.each<
    [string, Partial<StoredRemediationPolicy>, Partial<StoredRemediationPolicy>]
  >([
    [
      'a target before a client',
      { target: 'aks' },
      {
        client: 'acme',
        source: 'terraform',
        resourceType: 'azurerm_pool',
        change: ['update'],
        severity: ['medium'],
      },
    ],
    ['a glob of targets before a client', { target: 'a*' }, { client: 'acme' }],
    [
      'a target before a glob of targets',
      { target: 'aks' },
      { target: 'a*', client: 'acme' },
    ],
    [
      'a client before a source',
      { client: 'acme' },
      { source: 'terraform', resourceType: 'azurerm_pool' },
    ],
    [
      'a client before all targets',
      { client: 'acme' },
      { target: '*', source: 'terraform' },
    ],
    [
      'a source before a type',
      { source: 'terraform' },
      { resourceType: 'azurerm_pool' },
    ],
    [
      'a type before a glob of types',
      { resourceType: 'azurerm_pool' },
      { resourceType: 'azurerm_*', change: ['update'], severity: ['medium'] },
    ],
    [
      'a glob of types before a change',
      { resourceType: 'azurerm_*' },
      { change: ['update'], severity: ['medium'] },
    ],
    [
      'a change before a severity',
      { change: ['update'] },
      { severity: ['medium'] },
    ],
    ['a severity before nothing', { severity: ['medium'] }, {}],
    [
      'the second dimension where the first agrees',
      { client: 'acme', source: 'terraform' },
      { client: 'acme', resourceType: 'azurerm_pool' },
    ],
  ])('lets decide %s', (_what, winner, loser) => {
    for (const mode of MODES) {
      for (const other of MODES) {
        const policies = [
          policy({ ...loser, id: 'a-loser', mode: other, origin: 'config' }),
          policy({ ...winner, id: 'winner', mode, origin: 'api' }),
        ];
        expect(decider(policies)).toBe('winner');
        expect(decider(policies.toReversed())).toBe('winner');
      }
    }
  });

  it.each<
    [string, Partial<StoredRemediationPolicy>, Partial<StoredRemediationPolicy>]
  >([
    [
      'review before alert',
      { mode: 'review' },
      { mode: 'alert', origin: 'config' },
    ],
    [
      'review before auto',
      { mode: 'review' },
      { mode: 'auto', origin: 'config' },
    ],
    [
      'alert before auto',
      { mode: 'alert' },
      { mode: 'auto', origin: 'config' },
    ],
    [
      'the configuration before the API',
      { mode: 'auto', origin: 'config' },
      { mode: 'auto', origin: 'api' },
    ],
  ])('of equals lets decide %s', (_what, winner, loser) => {
    const policies = [
      policy({ mode: 'alert', ...loser, id: 'a-loser', client: 'acme' }),
      policy({ mode: 'alert', ...winner, id: 'winner', client: 'acme' }),
    ];
    expect(decider(policies)).toBe('winner');
    expect(decider(policies.toReversed())).toBe('winner');
  });

  it.each<
    [
      string,
      Partial<StoredRemediationPolicy>,
      { target?: Partial<PolicyTarget>; subject?: Partial<PolicySubject> },
    ]
  >([
    ['another client', { client: 'globex' }, {}],
    [
      'a client where there is none',
      { client: 'acme' },
      { target: { client: undefined } },
    ],
    ['another source', { source: 'kubernetes' }, {}],
    ['another target', { target: 'ak' }, {}],
    ['another type', { resourceType: 'azurerm_poo' }, {}],
    ['a part of a type', { resourceType: 'pool' }, {}],
    ['another severity', { severity: ['low', 'high'] }, {}],
    ['another change', { change: ['create'] }, {}],
    [
      'an update that forces a replace',
      { change: ['update'] },
      { subject: { fields: [{ path: '/name', forcesReplacement: true }] } },
    ],
    [
      'a create that is the delete of something unmanaged',
      { change: ['create'] },
      { subject: { change: 'create', unmanaged: true } },
    ],
  ])('does not match %s', (_what, named, options) => {
    expect(decider([policy({ ...named, mode: 'auto' })], options)).toBe(
      'default',
    );
  });

  it('matches types whatever the case they are written in', () => {
    expect(
      decider([policy({ resourceType: 'ConfigMap', mode: 'auto' })], {
        subject: { resourceType: 'configmap' },
      }),
    ).toBe('p');
  });

  it('tells people by default, and says so', () => {
    expect(engineOf([]).decide(AKS, subject(), circumstances())).toEqual({
      mode: 'alert',
      because:
        'No policy matches, and by default people are told and nothing is repaired automatically.',
      automatic: {
        possible: false,
        reasons: [
          'No policy matches, and by default people are told and nothing is repaired automatically.',
        ],
      },
      needsApproval: false,
      considered: [],
    });
  });

  it('repairs what a policy says', () => {
    const policies = [
      policy({
        id: 'pools',
        resourceType: 'azurerm_*',
        mode: 'auto',
        reason: 'Pools are scaled back',
      }),
      policy({
        id: 'acme',
        client: 'acme',
        source: 'terraform',
        resourceType: 'azurerm_pool',
        mode: 'auto',
      }),
      policy({ id: 'all', mode: 'review' }),
    ];
    expect(engineOf(policies).decide(AKS, subject(), circumstances())).toEqual({
      mode: 'auto',
      policyId: 'acme',
      because: "Policy 'acme' says auto.",
      automatic: { possible: true, reasons: [] },
      needsApproval: false,
      considered: [
        {
          policyId: 'acme',
          mode: 'auto',
          specificity: 'client, source, resource type',
        },
        { policyId: 'pools', mode: 'auto', specificity: 'resource types' },
        { policyId: 'all', mode: 'review', specificity: 'everything' },
      ],
    });
    expect(
      describeSpecificity(
        policy({
          target: '*',
          resourceType: '*',
          severity: ['low'],
          mode: 'alert',
        }),
      ),
    ).toBe('severity');
  });

  it('has another approve what a policy wants reviewed', () => {
    const decision = engineOf([
      policy({
        id: 'prod',
        mode: 'review',
        reason: 'Production needs two people',
      }),
    ]).decide(AKS, subject(), circumstances());
    expect(decision).toMatchObject({
      mode: 'review',
      needsApproval: true,
      because: "Policy 'prod' says review: Production needs two people.",
      automatic: {
        possible: false,
        reasons: ["Policy 'prod' says review: Production needs two people."],
      },
    });
  });

  describe('what deletes', () => {
    it.each<[string, Partial<PolicySubject>, string, string]>([
      ['a delete', { change: 'delete' }, 'deletes the resource', 'delete'],
      [
        'a replace',
        { change: 'replace' },
        'deletes the resource and makes a new one',
        'replace',
      ],
      [
        'an update that forces a replace',
        { fields: [{ path: '/name', forcesReplacement: true }] },
        'deletes the resource and makes a new one',
        'replace',
      ],
      [
        'an object that nobody desired',
        { change: 'create', unmanaged: true },
        'deletes the resource',
        'delete',
      ],
      [
        'something unknown',
        { change: 'unknown' },
        'does something that is not known beforehand',
        'unknown',
      ],
    ])('is not automatic unless named: %s', (_what, options, does, named) => {
      const unnamed = engineOf([policy({ id: 'pools', mode: 'auto' })]).decide(
        AKS,
        subject(options),
        circumstances(),
      );
      expect(unnamed).toMatchObject({
        mode: 'review',
        needsApproval: true,
        because: `Policy 'pools' says auto. But the repair ${does}, and policy 'pools' does not name '${named}', so somebody else has to approve it.`,
        automatic: {
          possible: false,
          reasons: [
            `The repair ${does}, and policy 'pools' does not name '${named}'.`,
          ],
        },
      });
      expect(
        engineOf([
          policy({ mode: 'auto', change: ['update', named as ResourceChange] }),
        ]).decide(AKS, subject(options), circumstances()),
      ).toMatchObject({ mode: 'auto', automatic: { possible: true } });
      expect(
        engineOf([], { defaultMode: 'auto' }).decide(
          AKS,
          subject(options),
          circumstances(),
        ),
      ).toMatchObject({
        mode: 'review',
        automatic: {
          reasons: [`The repair ${does}, and no policy names '${named}'.`],
        },
      });
    });

    it('is not automatic because a policy names it that does not decide', () => {
      const decision = engineOf([
        policy({ id: 'broad', mode: 'auto', change: ['delete'] }),
        policy({ id: 'narrow', mode: 'auto', resourceType: 'azurerm_pool' }),
      ]).decide(AKS, subject({ change: 'delete' }), circumstances());
      expect(decision).toMatchObject({ mode: 'review', policyId: 'narrow' });
    });
  });

  it('gives every reason why it is not automatic', () => {
    const engine = engineOf(
      [
        policy({
          id: 'pools',
          mode: 'auto',
          resourceType: 'azurerm_pool',
          limitPerDay: 5,
          dryRun: true,
          windows: [
            {
              kind: 'allow',
              cron: '0 22 * * 1-5',
              duration: 'PT4H',
              timezone: 'Europe/Berlin',
            },
          ],
        }),
        policy({
          id: 'freeze',
          mode: 'alert',
          client: undefined,
          windows: [
            {
              kind: 'deny',
              cron: '0 0 * * 0',
              duration: 'P1DT6H',
              timezone: 'Europe/Berlin',
            },
          ],
        }),
      ],
      { limitPerDay: 7, enabled: false },
    );
    const decision = engine.decide(
      { ...AKS, pushed: true },
      subject(),
      circumstances({
        stop: {
          by: 'user:default/ann',
          at: '2026-11-22T09:00:00.000Z',
          reason: 'Outage',
        },
        automatic: 7,
        automaticOf: new Map([['pools', 5]]),
        repairs: new Map([[driftKeyOf(subject()), 2]]),
      }),
    );
    expect(decision.mode).toBe('alert');
    expect(decision.automatic).toEqual({
      possible: false,
      reasons: [
        'Only a pipeline observes this target, so that a repair could not be verified.',
        "It is outside of the window of policy 'pools', which opens Mon 22:00 (Europe/Berlin).",
        "Policy 'freeze' forbids changes now, until Mon 06:00 (Europe/Berlin).",
        'All remediation is stopped since 22 Nov 2026 09:00 UTC by user:default/ann: Outage.',
        "Policy 'pools' is a dry run: everything is prepared and nothing is applied.",
        'Remediation is not enabled in the configuration (drift.remediation.enabled).',
      ],
    });
  });

  it('gives limits and the flap guard as reasons where it would be automatic', () => {
    const decision = engineOf(
      [policy({ id: 'pools', mode: 'auto', limitPerDay: 5 })],
      { limitPerDay: 7, dryRun: true },
    ).decide(
      AKS,
      subject(),
      circumstances({
        automatic: 7,
        automaticOf: new Map([['pools', 5]]),
        repairs: new Map([[driftKeyOf(subject()), 2]]),
      }),
    );
    expect(decision).toMatchObject({
      mode: 'auto',
      dryRun: true,
      automatic: {
        possible: false,
        reasons: [
          "Policy 'pools' has used up its limit of 5 automatic remediations in 24 hours.",
          'The limit of 7 automatic remediations of all targets in 24 hours is used up.',
          'azurerm_pool.main came back after 2 automatic repairs within 1 day, so that it is not repaired automatically again; something keeps changing it.',
          'Dry-run mode is on: everything is prepared and nothing is applied.',
        ],
      },
    });
  });

  describe('the flap guard', () => {
    const engine = engineOf([policy({ mode: 'auto' })]);
    const seen = (
      options: Partial<PolicySubject>,
      times: number,
    ): [string, number] => [driftKeyOf(subject(options)), times];
    const fields = (...paths: string[]) => ({
      fields: paths.map(path => ({ path })),
    });

    it.each<[string, Partial<PolicySubject>, [string, number][], boolean]>([
      ['once', {}, [seen({}, 1)], false],
      ['twice', {}, [seen({}, 2)], true],
      [
        'another resource',
        {},
        [seen({ address: 'azurerm_pool.other' }, 9)],
        false,
      ],
      ['another field', {}, [seen(fields('/other'), 9)], false],
      [
        'the same field beside another',
        {},
        [seen(fields('/node_count', '/other'), 2)],
        true,
      ],
      [
        'once alone and once beside another',
        {},
        [seen({}, 1), seen(fields('/node_count', '/other'), 1)],
        true,
      ],
      [
        'each of two fields once',
        fields('/a', '/b'),
        [seen(fields('/a'), 1), seen(fields('/b'), 1)],
        false,
      ],
      [
        'the same field by another kind of repair',
        {},
        [seen({ change: 'replace' }, 2)],
        true,
      ],
      [
        'the whole resource',
        { change: 'create', fields: [] },
        [seen({ change: 'create', fields: [] }, 2)],
        true,
      ],
      [
        'the whole resource, where now a field differs',
        {},
        [seen({ change: 'create', fields: [] }, 2)],
        false,
      ],
    ])(
      'counts what was repaired before: %s',
      (_what, options, repairs, isStopped) => {
        expect(
          engine.flapOf(subject(options), new Map(repairs)) !== undefined,
        ).toBe(isStopped);
      },
    );
  });

  describe('over a whole preview', () => {
    const auto = policy({ id: 'pools', mode: 'auto' });

    it('is automatic when every change is', () => {
      expect(
        engineOf([auto]).decideAll(
          AKS,
          [change(), change({ address: 'azurerm_pool.b', origin: 'cascade' })],
          circumstances(),
        ),
      ).toMatchObject({
        mode: 'auto',
        policyId: 'pools',
        because: "Policy 'pools' says auto.",
        automatic: { possible: true, reasons: [] },
        needsApproval: false,
      });
    });

    it.each<[RemediationChange['origin'], string]>([
      [
        'pending',
        'Code that was never applied would come along: azurerm_pool.b.',
      ],
      [
        'suppressed',
        'Drift that an ignore rule muted would come along: azurerm_pool.b.',
      ],
      [
        'acknowledged',
        'Drift that somebody accepted would come along: azurerm_pool.b.',
      ],
      [
        'other',
        'Something that the last scan did not show would come along: azurerm_pool.b.',
      ],
    ])(
      'takes an approval when something comes along that is %s',
      (origin, reason) => {
        const changes = [
          change(),
          change({ address: 'azurerm_pool.b', origin }),
        ];
        const decision = engineOf([auto]).decideAll(
          AKS,
          changes,
          circumstances(),
        );
        expect(decision).toMatchObject({
          mode: 'review',
          needsApproval: true,
          automatic: { possible: false, reasons: [reason] },
        });
        expect(decision.because).toContain('come along');
        // A person who confirms the preview saw what comes along
        expect(
          engineOf([]).decideAll(AKS, changes, circumstances()),
        ).toMatchObject({ mode: 'alert', needsApproval: false });
      },
    );

    it('takes an approval when the remediator says that it must not be automatic', () => {
      const notAutomatic = 'A stack looks after azurerm_pool.b.';
      const changes = [
        change(),
        change({ address: 'azurerm_pool.b', notAutomatic }),
      ];
      expect(
        engineOf([auto]).decideAll(AKS, changes, circumstances()),
      ).toMatchObject({
        mode: 'review',
        needsApproval: true,
        because: expect.stringContaining('But a stack looks after'),
        automatic: { possible: false, reasons: [notAutomatic] },
      });
      expect(
        engineOf([auto]).mayRun({
          target: AKS,
          origin: 'policy',
          changes,
          circumstances: circumstances(),
        }),
      ).toMatchObject({ allowed: false, final: true });
      // A person who confirms the preview has read it
      expect(
        engineOf([]).decideAll(AKS, changes, circumstances()),
      ).toMatchObject({ mode: 'alert', needsApproval: false });
    });

    it('is decided by the strictest change', () => {
      const policies = [
        auto,
        policy({ id: 'nets', mode: 'review', resourceType: 'azurerm_net' }),
        policy({ id: 'disks', mode: 'alert', resourceType: 'azurerm_disk' }),
      ];
      const disk = change({
        address: 'azurerm_disk.d',
        resourceType: 'azurerm_disk',
      });
      const net = change({
        address: 'azurerm_net.n',
        resourceType: 'azurerm_net',
      });
      expect(
        engineOf(policies).decideAll(AKS, [change(), disk], circumstances()),
      ).toMatchObject({
        mode: 'alert',
        policyId: 'disks',
        because:
          "The strictest of 2 changes decides, azurerm_disk.d: Policy 'disks' says alert.",
        automatic: { reasons: ["azurerm_disk.d: Policy 'disks' says alert."] },
      });
      expect(
        engineOf(policies).decideAll(
          AKS,
          [disk, change(), net],
          circumstances(),
        ),
      ).toMatchObject({
        mode: 'review',
        policyId: 'nets',
        considered: [
          { policyId: 'nets' },
          { policyId: 'pools' },
          { policyId: 'disks' },
        ],
        automatic: {
          reasons: [
            "azurerm_disk.d: Policy 'disks' says alert.",
            "azurerm_net.n: Policy 'nets' says review.",
          ],
        },
      });
    });

    it('counts a change without a severity as high', () => {
      const engine = engineOf([
        policy({ id: 'small', mode: 'auto', severity: ['low', 'medium'] }),
        policy({ id: 'big', mode: 'review', severity: ['high'] }),
      ]);
      expect(
        engine.decideAll(
          AKS,
          [change({ severity: undefined })],
          circumstances(),
        ),
      ).toMatchObject({ mode: 'review', policyId: 'big' });
    });

    it('does not trust a change that is said to be destructive and to be an update', () => {
      expect(
        engineOf([policy({ mode: 'auto', change: ['update'] })]).decideAll(
          AKS,
          [change({ destructive: true })],
          circumstances(),
        ).automatic.possible,
      ).toBe(false);
    });

    it('is not automatic when nothing would be changed', () => {
      expect(
        engineOf([], { defaultMode: 'auto' }).decideAll(
          AKS,
          [],
          circumstances(),
        ).automatic,
      ).toEqual({ possible: false, reasons: ['Nothing would be changed.'] });
    });
  });

  describe('right before something is applied', () => {
    const auto = policy({ id: 'pools', mode: 'auto', limitPerDay: 2 });
    const nights = policy({
      id: 'nights',
      mode: 'auto',
      client: 'acme',
      windows: [{ kind: 'allow', cron: '0 22 * * *', duration: 'PT4H' }],
    });
    const freeze = policy({
      id: 'freeze',
      mode: 'alert',
      windows: [{ kind: 'deny', cron: '0 0 * * 0', duration: 'P1D' }],
    });
    const ask = (
      policies: StoredRemediationPolicy[],
      options: {
        origin?: 'person' | 'policy';
        changes?: RemediationChange[];
        circumstances?: Partial<Circumstances>;
        rules?: Partial<PolicyRules>;
      } = {},
    ) =>
      engineOf(policies, options.rules).mayRun({
        target: AKS,
        origin: options.origin ?? 'policy',
        changes: options.changes ?? [change()],
        circumstances: circumstances(options.circumstances),
      });

    it('lets run what may', () => {
      expect(ask([auto])).toMatchObject({ allowed: true });
      expect(ask([], { origin: 'person' })).toEqual({ allowed: true });
    });

    it.each(['person', 'policy'] as const)(
      'stops a %s while the switch is on',
      origin => {
        expect(ask([auto], { origin, circumstances: { stop: {} } })).toEqual({
          allowed: false,
          reason: 'All remediation is stopped.',
        });
      },
    );

    it.each(['person', 'policy'] as const)(
      'stops a %s where it is not enabled',
      origin => {
        expect(
          ask([auto], { origin, rules: { enabled: false } }),
        ).toMatchObject({
          allowed: false,
        });
      },
    );

    it.each(['person', 'policy'] as const)(
      'has a %s wait for the window',
      origin => {
        expect(ask([nights], { origin })).toEqual({
          allowed: false,
          reason:
            "It is outside of the window of policy 'nights', which opens Sun 22:00 (UTC).",
          until: new Date('2026-11-22T22:00:00Z'),
        });
      },
    );

    it('waits until all windows are open, also those of broader policies that forbid', () => {
      expect(ask([nights, freeze])).toEqual({
        allowed: false,
        reason:
          "It is outside of the window of policy 'nights', which opens Sun 22:00 (UTC). Policy 'freeze' forbids changes now, until Mon 00:00 (UTC).",
        until: new Date('2026-11-23T00:00:00Z'),
      });
    });

    it('does not mind the allow windows of policies that do not decide', () => {
      expect(
        ask([
          { ...nights, client: undefined },
          policy({ id: 'narrow', mode: 'auto', resourceType: 'azurerm_pool' }),
        ]),
      ).toEqual({ allowed: true });
    });

    it('holds back automatic ones at a limit, and nobody else', () => {
      const used = { automaticOf: new Map([['pools', 2]]) };
      expect(ask([auto], { circumstances: used })).toEqual({
        allowed: false,
        reason:
          "Policy 'pools' has used up its limit of 2 automatic remediations in 24 hours.",
      });
      expect(ask([auto], { circumstances: used, origin: 'person' })).toEqual({
        allowed: true,
      });
      expect(
        ask([auto], {
          circumstances: { automatic: 3 },
          rules: { limitPerDay: 3 },
        }),
      ).toMatchObject({ allowed: false });
    });

    it('says which limits must still have room when it begins', () => {
      const since = new Date(circumstances().now.getTime() - 24 * 3_600_000);
      const limited = { ...auto, limitPerDay: 2 };
      expect(ask([limited], { rules: { limitPerDay: 5 } })).toEqual({
        allowed: true,
        limits: [
          { policyId: limited.id, most: 2, since },
          { most: 5, since },
        ],
      });
      expect(
        ask([limited], { rules: { limitPerDay: 5 }, origin: 'person' }),
      ).toEqual({ allowed: true });
    });

    it('asks no limit and no flap guard of what is being applied, but all else', () => {
      const counted = {
        automatic: 5,
        automaticOf: new Map([['pools', 2]]),
        repairs: new Map([[driftKeyOf(change()), 2]]),
      };
      const begun = (
        policies: StoredRemediationPolicy[],
        more: Partial<Circumstances> = {},
      ) =>
        engineOf(policies, { limitPerDay: 5 }).mayRun({
          target: AKS,
          origin: 'policy',
          changes: [change()],
          begun: true,
          circumstances: circumstances({ ...counted, ...more }),
        });
      expect(begun([auto])).toEqual({ allowed: true });
      expect(begun([auto], { stop: {} })).toMatchObject({ allowed: false });
      expect(begun([nights])).toMatchObject({
        allowed: false,
        reason: expect.stringContaining('outside of the window'),
      });
      expect(begun([{ ...auto, mode: 'alert' }])).toMatchObject({
        allowed: false,
        reason: expect.stringContaining('says alert'),
      });
    });

    it('leaves drift that keeps coming back to people', () => {
      const repairs = new Map([[driftKeyOf(change()), 2]]);
      expect(ask([auto], { circumstances: { repairs } })).toMatchObject({
        allowed: false,
        final: true,
      });
      expect(
        ask([auto], { circumstances: { repairs }, origin: 'person' }),
      ).toEqual({ allowed: true });
    });

    it('does not run automatically what a policy no longer lets', () => {
      expect(ask([policy({ id: 'new', mode: 'review' })])).toEqual({
        allowed: false,
        final: true,
        reason: "Policy 'new' says review.",
      });
      expect(
        ask([policy({ mode: 'auto' })], {
          changes: [change({ change: 'delete' })],
        }),
      ).toMatchObject({
        allowed: false,
        final: true,
      });
    });
  });

  it('decides the same in whatever order the policies are', () => {
    const random = randomOf(11);
    for (let round = 0; round < 2_000; round++) {
      const policies = randomPolicies(random, 6);
      const question = subject({
        change: random.pick(CHANGES),
        severity: random.pick(SEVERITIES),
      });
      const [first, second] = [policies, random.shuffle(policies)].map(each =>
        engineOf(each).decide(AKS, question, circumstances()),
      );
      expect(second).toEqual(first);
    }
  });

  it('never lets a less specific policy decide', () => {
    const random = randomOf(13);
    const weights = ({
      target,
      client,
      source,
      resourceType,
      change: named,
      severity,
    }: StoredRemediationPolicy) => [
      ['*', 'a*', 'aks'].indexOf(target ?? '*'),
      client ? 1 : 0,
      source ? 1 : 0,
      ['*', 'azurerm_*', 'azurerm_pool'].indexOf(resourceType ?? '*'),
      named ? 1 : 0,
      severity ? 1 : 0,
    ];
    const rank = (each: StoredRemediationPolicy) =>
      weights(each).reduce((sum, weight) => sum * 3 + weight, 0) * 3 +
      ['auto', 'alert', 'review'].indexOf(each.mode);
    let decided = 0;
    for (let round = 0; round < 2_000; round++) {
      const policies = randomPolicies(random, 6);
      const question = subject({ severity: random.pick(SEVERITIES) });
      const { policyId, considered } = engineOf(policies).decide(
        AKS,
        question,
        circumstances(),
      );
      const by = policies.find(({ id }) => id === policyId);
      const matched = policies.filter(({ id }) =>
        considered.some(each => each.policyId === id),
      );
      decided += matched.length > 0 ? 1 : 0;
      expect(by && rank(by)).toBe(
        matched.length > 0 ? Math.max(...matched.map(rank)) : undefined,
      );
    }
    expect(decided).toBeGreaterThan(1_500);
  });

  it('never deletes, replaces, forgets or takes along without being told', () => {
    const random = randomOf(17);
    let automatic = 0;
    for (let round = 0; round < 4_000; round++) {
      const policies = randomPolicies(random, 5).map(each => ({
        ...each,
        mode: random.pick(['auto', 'auto', 'auto', 'alert', 'review'] as const),
      }));
      const changes = Array.from(
        { length: 1 + Math.floor(random.next() * 3) },
        (_, index) =>
          change({
            address: `azurerm_pool.r${index}`,
            change: random.pick(CHANGES),
            severity: random.pick([undefined, ...SEVERITIES]),
            origin: random.pick([
              'drift',
              'drift',
              'drift',
              'cascade',
              'pending',
              'suppressed',
              'other',
            ]),
            destructive: random.next() < 0.05,
          }),
      );
      const engine = engineOf(policies, { defaultMode: random.pick(MODES) });
      const decision = engine.decideAll(AKS, changes, circumstances());
      const permit = engine.mayRun({
        target: AKS,
        origin: 'policy',
        changes,
        circumstances: circumstances(),
      });
      const isAuto = decision.mode === 'auto';
      automatic += isAuto ? 1 : 0;
      expect(permit.allowed || permit.final === true).toBe(true);
      expect([permit.allowed, decision.automatic.possible]).toEqual([
        isAuto,
        isAuto,
      ]);
      expect(decision.automatic.reasons.length > 0).toBe(!isAuto);
      const untold = changes.filter(each => {
        const { policyId } = engine.decide(
          AKS,
          { ...each, severity: each.severity ?? 'high' },
          circumstances(),
        );
        const by = policies.find(({ id }) => id === policyId);
        const does =
          each.destructive && each.change !== 'delete'
            ? 'replace'
            : each.change;
        const isHarmless = !['delete', 'replace', 'forget', 'unknown'].includes(
          does,
        );
        return !(
          ['drift', 'cascade'].includes(each.origin) &&
          (isHarmless || by?.change?.includes(does))
        );
      });
      expect(isAuto ? untold : []).toEqual([]);
    }
    expect(automatic).toBeGreaterThan(200);
  });

  it('never runs anything while a policy that matches forbids it', () => {
    const random = randomOf(19);
    for (let round = 0; round < 300; round++) {
      const policies = randomPolicies(random, 4).map(each => ({
        ...each,
        windows: random.some([
          { kind: 'allow' as const, cron: '0 * * * *', duration: 'PT1H' },
          { kind: 'allow' as const, cron: '0 0 * * 0', duration: 'P1D' },
          { kind: 'deny' as const, cron: '0 8 * * 0', duration: 'PT4H' },
        ]),
      }));
      const engine = engineOf(policies, { defaultMode: 'auto' });
      const { considered } = engine.decide(AKS, subject(), circumstances());
      const isDenied = policies.some(
        ({ id, windows }) =>
          considered.some(({ policyId }) => policyId === id) &&
          windows.some(({ kind }) => kind === 'deny'),
      );
      const permit = engine.mayRun({
        target: AKS,
        origin: 'person',
        changes: [change()],
        circumstances: circumstances(),
      });
      const { allowed, until } = { until: undefined, ...permit };
      expect([allowed, until]).toEqual(
        isDenied
          ? [false, new Date('2026-11-22T12:00:00Z')]
          : [true, undefined],
      );
    }
  });
});
