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

import { resolvePackagePath } from '@backstage/backend-plugin-api';
import {
  RemediationChange,
  RemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { buildFinding, createTestDatabases } from '../__testUtils__';
import { DatabasePolicyStore } from './DatabasePolicyStore';
import { allPolicies, DefaultPolicies } from './DefaultPolicies';
import { driftKeyOf, PolicyTarget, RemediationHistory } from './Policies';
import { PoliciesConfig } from './readPoliciesConfig';

const databases = createTestDatabases();
const directory = resolvePackagePath(
  '@infra-hub/backstage-plugin-drift-backend',
  'migrations',
);

const AKS: PolicyTarget = {
  id: 'fake:acme/aks',
  source: 'fake',
  client: 'acme',
  name: 'aks',
};
const finding = buildFinding({ address: 'pool.a', severity: 'low' });
const change: RemediationChange = {
  address: finding.address,
  resourceType: finding.resourceType,
  resourceName: finding.resourceName,
  change: 'update',
  severity: 'low',
  fields: finding.fields,
  origin: 'drift',
  destructive: false,
};

jest.setTimeout(60_000);

describe.each(databases.ids)('DefaultPolicies on %s', databaseId => {
  let knex: Knex;
  let now: Date;
  let begun: { policyId: string; at: Date; key: string }[];

  /** What ran, as the flow remembers it. */
  const history: RemediationHistory = {
    countAutomatic: async ({ policyId, since }) =>
      begun.filter(
        each =>
          each.at >= since &&
          (policyId === undefined || each.policyId === policyId),
      ).length,
    automaticRepairs: async ({ since }) => {
      const repairs = new Map<string, number>();
      for (const { key } of begun.filter(({ at }) => at >= since)) {
        repairs.set(key, (repairs.get(key) ?? 0) + 1);
      }
      return repairs;
    },
  };

  beforeEach(async () => {
    knex = await databases.init(databaseId);
    await knex.migrate.latest({ directory });
    now = new Date('2026-11-22T10:00:00Z');
    begun = [];
  });

  /** A replica, with a connection of its own where there may be one. */
  function replica(config: Partial<PoliciesConfig> = {}) {
    const store = DatabasePolicyStore.create({
      knex: databaseId === 'SQLITE_3' ? knex : databases.anotherPool(knex),
    });
    const policies = new DefaultPolicies({
      store,
      config: {
        policies: [],
        defaultMode: 'alert',
        dryRun: false,
        flapGuard: { fixes: 2, withinMs: 86_400_000 },
        ...config,
      },
      enabled: true,
      selfApproval: true,
      history,
      now: () => now,
    });
    const write = (written: RemediationPolicy[]) =>
      store.edit({ edit: () => written, now });
    return { store, policies, write };
  }

  const mayRun = (policies: DefaultPolicies) =>
    policies.mayRun({ target: AKS, origin: 'policy', changes: [change] });

  it('sees at once what another replica changed', async () => {
    const [here, there] = [replica(), replica()];
    await expect(here.policies.decide(AKS, finding)).resolves.toMatchObject({
      mode: 'alert',
    });
    await there.write([{ id: 'all', mode: 'auto' }]);
    await expect(here.policies.decide(AKS, finding)).resolves.toMatchObject({
      mode: 'auto',
      automatic: { possible: true },
    });
    await expect(mayRun(here.policies)).resolves.toEqual({ allowed: true });

    await there.store.setStop({
      stopped: true,
      by: 'user:default/ann',
      reason: 'Outage',
      now,
    });
    await expect(mayRun(here.policies)).resolves.toMatchObject({
      allowed: false,
      reason:
        'All remediation is stopped since 22 Nov 2026 10:00 UTC by user:default/ann: Outage.',
    });
    await expect(here.policies.readSwitches()).resolves.toEqual({
      enabled: true,
      stopped: true,
      stoppedBy: 'user:default/ann',
      stoppedAt: now.toISOString(),
      stopReason: 'Outage',
      dryRun: false,
      selfApproval: true,
    });

    await there.store.setStop({ stopped: false, now });
    await there.write([{ id: 'all', mode: 'review' }]);
    await expect(mayRun(here.policies)).resolves.toEqual({
      allowed: false,
      final: true,
      reason: "Policy 'all' says review.",
    });
  });

  it('counts limits over 24 hours, also when the clock is set back', async () => {
    const { policies, write } = replica({ limitPerDay: 3 });
    await write([{ id: 'all', mode: 'auto', limitPerDay: 2 }]);
    const run = (hours: number, policyId = 'all') =>
      begun.push({
        policyId,
        at: new Date(now.getTime() + hours * 3_600_000),
        key: driftKeyOf({ ...change, address: 'elsewhere' }),
      });
    run(-25);
    run(-23);
    await expect(mayRun(policies)).resolves.toMatchObject({ allowed: true });
    run(-1);
    await expect(mayRun(policies)).resolves.toEqual({
      allowed: false,
      reason:
        "Policy 'all' has used up its limit of 2 automatic remediations in 24 hours.",
    });
    // What seems to be to come counts, too
    now = new Date(now.getTime() - 2 * 3_600_000);
    await expect(mayRun(policies)).resolves.toMatchObject({ allowed: false });
    now = new Date(now.getTime() + 4 * 3_600_000);
    await expect(mayRun(policies)).resolves.toMatchObject({ allowed: true });
    run(0, 'another');
    run(0, 'another');
    await expect(mayRun(policies)).resolves.toEqual({
      allowed: false,
      reason:
        'The limit of 3 automatic remediations of all targets in 24 hours is used up.',
    });
    await expect(policies.decide(AKS, finding)).resolves.toMatchObject({
      automatic: {
        reasons: [
          'The limit of 3 automatic remediations of all targets in 24 hours is used up.',
        ],
      },
    });
  });

  it('guards against drift that comes back, for as long as it is told', async () => {
    const { policies } = replica({
      defaultMode: 'auto',
      flapGuard: { fixes: 2, withinMs: 3_600_000 },
    });
    const repaired = (minutes: number) =>
      begun.push({
        policyId: 'default',
        at: new Date(now.getTime() - minutes * 60_000),
        key: driftKeyOf(change),
      });
    repaired(61);
    repaired(30);
    await expect(mayRun(policies)).resolves.toEqual({ allowed: true });
    repaired(1);
    await expect(mayRun(policies)).resolves.toEqual({
      allowed: false,
      final: true,
      reason:
        'pool.a came back after 2 automatic repairs within 1 hour, so that it is not repaired automatically again; something keeps changing it.',
    });
    await expect(
      policies.mayRun({ target: AKS, origin: 'person', changes: [change] }),
    ).resolves.toEqual({ allowed: true });
    now = new Date(now.getTime() + 31 * 60_000);
    await expect(mayRun(policies)).resolves.toEqual({ allowed: true });
  });

  it('says of a dry run that it is one, and lets the flow end it', async () => {
    const { policies } = replica({ defaultMode: 'auto', dryRun: true });
    await expect(policies.decideAll(AKS, [change])).resolves.toMatchObject({
      mode: 'auto',
      dryRun: true,
      automatic: {
        possible: false,
        reasons: [
          'Dry-run mode is on: everything is prepared and nothing is applied.',
        ],
      },
    });
    await expect(policies.readSwitches()).resolves.toMatchObject({
      dryRun: true,
    });
  });

  it('takes the configuration for an id that both have', async () => {
    const config = { policies: [{ id: 'p', mode: 'review' as const }] };
    const { policies, write, store } = replica(config);
    await write([
      { id: 'p', mode: 'auto' },
      { id: 'q', mode: 'alert', severity: ['high'] },
    ]);
    await expect(policies.decide(AKS, finding)).resolves.toMatchObject({
      mode: 'review',
      considered: [{ policyId: 'p', mode: 'review' }],
    });
    const kept = await store.read();
    expect(allPolicies(config, kept.policies)).toMatchObject([
      { id: 'p', mode: 'review', origin: 'config' },
      { id: 'q', origin: 'api' },
    ]);
  });
});
