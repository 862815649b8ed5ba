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
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import {
  BlindSpot,
  PolicyDecision,
  PolicyMode,
  Remediation,
  RemediationAction,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { PlannedChange } from '@infra-hub/backstage-plugin-drift-node';
import { Knex } from 'knex';
import { buildFinding, buildReport, buildTarget } from '../../__testUtils__';
import { FakeRemediator } from '../../__testUtils__/FakeRemediator';
import { Policies, RunPermit } from '../../policy/Policies';
import { ScanRequests } from '../../scans/ScanRequests';
import { DatabaseDriftStore, TargetRegistration } from '../../store';
import { DatabaseRemediationStore } from '../DatabaseRemediationStore';
import { ConsentCheck, KeptCredentials } from '../KeptCredentials';
import { RemediationConfig } from '../readRemediationConfig';
import { RemediationLoop } from '../RemediationLoop';
import { RemediationService } from '../RemediationService';
import {
  RemediationChange,
  RemediationEvents,
  RemediationSteps,
} from '../RemediationSteps';
import { RemediationWorker } from '../RemediationWorker';
import { RemediatorRegistry } from '../RemediatorRegistry';
import { Verification } from '../Verification';

export const TARGET = 'fake:acme/aks';
export const ADDRESS = 'sandbox_pool.main';
export const ALICE = 'user:default/alice';
export const BOB = 'user:default/bob';

const ALLOWED = { allowed: true };

/** Policies that say what a test wants them to. */
export class FakePolicies implements Policies {
  mode: PolicyMode = 'alert';
  dryRun = false;
  stopped = false;
  /** What is answered to {@link Policies.mayRun}; allowed when absent. */
  refusal: Extract<RunPermit, { allowed: false }> | undefined;
  readonly asked: { origin: 'person' | 'policy' }[] = [];

  decide = async (): Promise<PolicyDecision> => ({
    mode: this.mode,
    policyId: 'p1',
    because: `Policy p1 says ${this.mode}.`,
    automatic: { possible: this.mode === 'auto', reasons: [] },
    needsApproval: this.mode === 'review',
    considered: [],
    ...(this.dryRun && { dryRun: true }),
  });

  decideAll = this.decide;

  decideEach = async (_target: object, subjects: readonly object[]) =>
    Promise.all(subjects.map(() => this.decide()));

  async mayRun({
    origin,
  }: {
    origin: 'person' | 'policy';
  }): Promise<RunPermit> {
    this.asked.push({ origin });
    if (this.stopped) {
      return { allowed: false, reason: 'All remediation is stopped.' };
    }
    return this.refusal ?? { allowed: true };
  }

  async readSwitches() {
    return {
      enabled: true,
      stopped: this.stopped,
      dryRun: this.dryRun,
      selfApproval: false,
    };
  }
}

/** One process that remediates, with credentials in a memory of its own. */
export interface Replica {
  name: string;
  service: RemediationService;
  loop: RemediationLoop;
  kept: KeptCredentials;
}

/**
 * Remediation over a real store, with a world, a clock and people that a test can
 * change. Nothing happens by itself: a test lets replicas work and scans run.
 */
export class RemediationBench {
  readonly store: DatabaseRemediationStore;
  readonly remediator: FakeRemediator;
  readonly adopter = new FakeRemediator({ id: 'adopt', actions: ['adopt'] });
  readonly policies = new FakePolicies();
  readonly steps: RemediationChange[] = [];
  /** By person: what they may not do any more. */
  readonly revoked = new Map<string, Set<'confirmed' | 'approved'>>();
  config: RemediationConfig = {
    enabled: true,
    selfApproval: false,
    approvalTtlMs: 24 * 3600_000,
    previewTtlMs: 3600_000,
    verifyTimeoutMs: 3600_000,
    applyTimeoutMs: 3600_000,
    concurrency: 2,
    notifyApprovers: [],
  };
  /** Permissions are not asked again before something is applied: a mistake to be found. */
  isCareless = false;
  /** Addresses whose drift a rule mutes from the next scan on. */
  readonly muted = new Set<string>();
  /** What scans cannot see from the next one on. */
  blindSpots: BlindSpot[] = [];
  /** What scans end with instead of a verdict. */
  scanError: string | undefined;
  #now = new Date('2026-11-22T10:00:00Z').getTime();
  /** What really is, by address; what is not in it is as it should be. */
  #world = new Map<string, number>();
  #replicas: Replica[] = [];
  #hanging: (() => void)[] = [];

  static async create(options: {
    knex: Knex;
    config?: Partial<RemediationConfig>;
    target?: Partial<TargetRegistration>;
  }): Promise<RemediationBench> {
    const driftStore = await DatabaseDriftStore.forTest(options);
    const bench = new RemediationBench(options.knex, driftStore);
    bench.config = { ...bench.config, ...options.config };
    const target = buildTarget({
      source: 'fake',
      client: 'acme',
      name: 'aks',
      ...options.target,
    });
    await driftStore.syncTargets({
      origin: target.origin,
      targets: [target],
      now: bench.now,
    });
    bench.setWorld({ [ADDRESS]: 5 });
    await bench.observe();
    return bench;
  }

  private constructor(knex: Knex, readonly driftStore: DatabaseDriftStore) {
    this.store = DatabaseRemediationStore.create({ knex });
    this.remediator = new FakeRemediator();
    this.remediator.onApply = ({ changes }) => {
      for (const { address } of changes) {
        this.#world.delete(address);
      }
      this.setWorld(Object.fromEntries(this.#world));
    };
    this.adopter.changes.set(TARGET, [changeOf(ADDRESS, 5)]);
  }

  get now(): Date {
    return new Date(this.#now);
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }

  /** What differs from now on, by address. */
  setWorld(world: Record<string, number>): void {
    this.#world = new Map(Object.entries(world));
    this.remediator.changes.set(
      TARGET,
      [...this.#world].map(([address, value]) => changeOf(address, value)),
    );
  }

  get world(): ReadonlyMap<string, number> {
    return this.#world;
  }

  /** As many as wanted; each may have a pool and policies of its own. */
  replica(
    name = `replica-${this.#replicas.length}`,
    own: {
      store?: DatabaseRemediationStore;
      policies?: Policies;
      concurrency?: number;
    } = {},
  ): Replica {
    const kept = new KeptCredentials();
    const { driftStore, config } = this;
    const { store = this.store, policies = this.policies } = own;
    const logger = mockServices.logger.mock();
    const now = () => this.now;
    const registry = new RemediatorRegistry({
      remediators: [this.remediator],
      adopt: this.adopter,
      sources: ['fake'],
    });
    const listener: RemediationEvents = {
      onStep: step => {
        this.steps.push(step);
      },
    };
    const steps = new RemediationSteps({
      store,
      kept,
      listeners: [listener],
      logger,
    });
    const requests = ScanRequests.create({
      store: driftStore,
      queue: {
        start: async () => {},
        stop: async () => {},
        enqueue: async () => {},
      },
      now,
    });
    const shared = {
      store,
      driftStore,
      registry,
      policies,
      steps,
      kept,
      config,
    };
    const worker = new RemediationWorker({
      ...shared,
      mayStill: this.#mayStill,
      verification: new Verification({
        store,
        driftStore,
        requests,
        steps,
        config,
        now,
      }),
      readDesiredState: async tenantId => ({
        tenantId,
        revision: 0,
        resources: [],
      }),
      lookAgain: async () => {},
      logger: { ...logger, child: () => logger },
      now,
    });
    const loop = new RemediationLoop({
      worker,
      store,
      workerId: name,
      concurrency: own.concurrency ?? config.concurrency,
      logger,
      now,
    });
    const service = new RemediationService({
      ...shared,
      workerId: name,
      wake: () => {},
      logger,
      now,
    });
    const replica = { name, service, loop, kept };
    this.#replicas.push(replica);
    return replica;
  }

  /** Something that never ends before the test does. */
  hang(): Promise<void> {
    return new Promise(resolve => {
      this.#hanging.push(resolve);
    });
  }

  /** Scans the target and stores what is seen. */
  async observe(): Promise<void> {
    await this.driftStore.createScans({
      targetIds: [TARGET],
      trigger: 'manual',
      now: this.now,
    });
    await this.runScans();
  }

  /** Declares more targets with the same drift, and scans them. */
  async addTargets(names: string[]): Promise<string[]> {
    const targets = names.map(name =>
      buildTarget({ source: 'fake', client: 'acme', name, origin: 'config' }),
    );
    const targetIds = targets.map(({ id }) => id);
    const { now } = this;
    await this.driftStore.syncTargets({ origin: 'config', targets, now });
    const scans = await this.driftStore.createScans({
      targetIds,
      trigger: 'manual',
      now,
    });
    for (const { scanId } of scans) {
      const lease = await this.driftStore.startScan({
        scanId,
        workerId: 'test',
        now,
      });
      await this.driftStore.finishScan({
        lease: lease!,
        report: this.#report(),
        summary: '',
        now,
      });
    }
    return targetIds;
  }

  /** Begins a scan of the target and leaves it running; the result ends it. */
  async beginScan(): Promise<() => Promise<void>> {
    const [{ scanId }] = await this.driftStore.createScans({
      targetIds: [TARGET],
      trigger: 'manual',
      now: this.now,
    });
    const lease = await this.driftStore.startScan({
      scanId,
      workerId: 'test',
      now: this.now,
    });
    const report = this.#report();
    return async () => {
      await this.driftStore.finishScan({
        lease: lease!,
        report,
        summary: '',
        now: this.now,
      });
      await this.store.hurry({ targetId: TARGET, now: this.now });
    };
  }

  /** Runs the scan that waits, if there is one. */
  async runScans(): Promise<void> {
    const target = await this.driftStore.getTarget({
      targetId: TARGET,
      now: this.now,
    });
    const scanId = target?.activeScan?.id;
    const lease =
      scanId !== undefined &&
      (await this.driftStore.startScan({
        scanId,
        workerId: 'test',
        now: this.now,
      }));
    if (!lease) {
      return;
    }
    if (this.scanError === undefined) {
      await this.driftStore.finishScan({
        lease,
        report: this.#report(),
        summary: '',
        now: this.now,
      });
    } else {
      await this.driftStore.failScan({
        lease,
        error: this.scanError,
        now: this.now,
      });
    }
    await this.store.hurry({ targetId: TARGET, now: this.now });
  }

  /** Lets a replica work and scans run until nothing changes any more. */
  async settle(replica: Replica): Promise<void> {
    for (let round = 0; round < 10; round++) {
      await replica.loop.idle();
      await this.runScans();
    }
    await replica.loop.idle();
  }

  /** Asks for a remediation and has its preview made. */
  async previewed(
    replica: Replica,
    options: { by?: string; action?: RemediationAction } = {},
  ): Promise<Remediation & { previewHash: string }> {
    const { by = ALICE, action = 'revert' } = options;
    const { id } = await replica.service.request({
      body: { targetId: TARGET, action },
      by,
    });
    await replica.loop.idle();
    return (await this.read(id)) as Remediation & { previewHash: string };
  }

  /** Asks for a remediation, previews and confirms it; it waits for an approval. */
  async awaiting(
    replica: Replica,
  ): Promise<Remediation & { previewHash: string }> {
    this.policies.mode = 'review';
    const asked = await this.previewed(replica);
    await replica.service.confirm({ ...asked, ...as(ALICE) });
    return (await this.read(asked.id)) as Remediation & { previewHash: string };
  }

  async read(id: string): Promise<Remediation> {
    const reader = this.#replicas[0] ?? this.replica();
    return reader.service.get({
      id,
      caller: { request: ALLOWED, approve: ALLOWED },
    });
  }

  async stateOf(id: string): Promise<RemediationState> {
    return (await this.read(id)).state;
  }

  /** Lets what hangs go on, and ends all replicas. */
  async stop(): Promise<void> {
    this.#hanging.forEach(resolve => resolve());
    this.#hanging = [];
    const replicas = this.#replicas;
    this.#replicas = [];
    await Promise.all(replicas.map(({ loop }) => loop.stop()));
  }

  #mayStill: ConsentCheck = async ({ kind, credentials, now }) => {
    if (this.isCareless) {
      return 'allowed';
    }
    if (credentials.expiresAt && credentials.expiresAt <= now) {
      return 'gone';
    }
    const { userEntityRef } = credentials.principal as {
      userEntityRef: string;
    };
    return this.revoked.get(userEntityRef)?.has(kind) ? 'lost' : 'allowed';
  };

  #report() {
    return buildReport(
      [...this.#world].map(([address, value]) =>
        buildFinding({
          address,
          value,
          ...(this.muted.has(address) && {
            suppressedBy: { ruleId: 'r1', reason: 'It may stay.' },
          }),
        }),
      ),
      { blindSpots: this.blindSpots },
    );
  }
}

/** Who acts, with credentials. */
export function as(
  by: string,
  options: { expiresAt?: Date } = {},
): { by: string; credentials: BackstageCredentials } {
  return { by, credentials: { ...mockCredentials.user(by), ...options } };
}

/** Scales a pool from what it is to what it should be. */
export function changeOf(
  address: string,
  value: number,
  more: Partial<PlannedChange> = {},
): PlannedChange {
  const [resourceType, resourceName] = address.split('.');
  return {
    address,
    resourceType,
    resourceName,
    change: 'update',
    class: 'drift',
    fields: [{ path: '/node_count', actual: value, desired: 3 }],
    ...more,
  };
}
