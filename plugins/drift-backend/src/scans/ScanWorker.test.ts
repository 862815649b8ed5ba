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
import { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';
import { Observation } from '@infra-hub/drift-engine';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'fs';
import { writeFile } from 'fs/promises';
import { tmpdir } from 'os';
import { join } from 'path';
import { ScanJob } from '../queue/ScanQueue';
import { DatabaseDriftStore } from '../store/DatabaseDriftStore';
import { DriftStore } from '../store/DriftStore';
import { createTestDatabases } from '../__testUtils__';
import { ScanEventEmitter, ScanOutcome } from './ScanEvents';
import { ScanWorker, ScanWorkerOptions } from './ScanWorker';

jest.setTimeout(60_000);

const TARGET_ID = 'terraform:acme/aks';
const databases = createTestDatabases();
const workDirectory = mkdtempSync(join(tmpdir(), 'scan-worker-test-'));

afterAll(() => rmSync(workDirectory, { recursive: true }));
afterEach(() => {
  if (readdirSync(workDirectory).length > 0) {
    throw new Error('A work directory was left behind');
  }
});

const OBSERVATION: Observation = {
  differences: [],
  totalResources: 3,
  complete: true,
  blindSpots: [],
  warnings: [],
  evidence: 'plan-json',
};

class Deferred<T> {
  resolve!: (value: T) => void;
  readonly promise = new Promise<T>(resolve => {
    this.resolve = resolve;
  });
}

/** One target, one queued scan, a worker. */
class World {
  readonly logger = mockServices.logger.mock();
  readonly told: string[] = [];
  readonly outcomes: ScanOutcome[] = [];
  readonly source: DriftSource = {
    id: 'terraform',
    scan: async () => OBSERVATION,
  };
  onTold: (what: string) => void = () => {};
  scans = 0;
  job!: ScanJob;

  static async create(
    id: Parameters<typeof databases.init>[0],
    options: Partial<ScanWorkerOptions> = {},
  ): Promise<World> {
    const knex = await databases.init(id);
    const world = new World(
      await DatabaseDriftStore.forTest({ knex }),
      options,
    );
    world.logger.child.mockReturnValue(world.logger);
    const now = new Date();
    await world.store.syncTargets({
      origin: 'catalog',
      now,
      targets: [
        {
          id: TARGET_ID,
          source: 'terraform',
          client: 'acme',
          name: 'aks',
          location: {},
          entityRefs: ['component:default/aks'],
          schedule: 'PT30M',
          intervalMs: 1_800_000,
          firstScanAt: now,
          origin: 'catalog',
        },
      ],
    });
    await world.queueScan();
    return world;
  }

  private constructor(
    readonly store: DriftStore,
    private readonly options: Partial<ScanWorkerOptions>,
  ) {
    this.logger.child.mockReturnThis();
  }

  async queueScan() {
    const [{ scanId }] = await this.store.createScans({
      targetIds: [TARGET_ID],
      trigger: 'manual',
      now: new Date(),
    });
    this.job = { scanId, targetId: TARGET_ID, trigger: 'manual' };
  }

  async handle(
    call: { store?: DriftStore; signal?: AbortSignal; attempt?: number } = {},
  ) {
    const worker = ScanWorker.create({
      store: call.store ?? this.store,
      readDesiredState: async tenantId => ({
        tenantId,
        revision: 0,
        resources: [],
      }),
      sources: new Map([
        [
          'terraform',
          {
            ...this.source,
            scan: (...args) => {
              this.scans += 1;
              return this.source.scan(...args);
            },
          } satisfies DriftSource,
        ],
      ]),
      assess,
      summarise: () => 'One of three.',
      events: ScanEventEmitter.create({
        logger: this.logger,
        listeners: [
          {
            onStarted: () => this.#tell('started'),
            onFinished: outcome => {
              this.outcomes.push(outcome);
              this.#tell(outcome.kind);
            },
          },
        ],
      }),
      logger: this.logger,
      workerId: 'worker',
      workDirectory,
      ...this.options,
    });
    await worker.handle(
      this.job,
      call.signal ?? new AbortController().signal,
      call.attempt ?? 1,
    );
  }

  scan() {
    return this.store.getScan({ scanId: this.job.scanId });
  }

  async untilTold(what: string) {
    while (!this.told.includes(what)) {
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }

  #tell(what: string) {
    this.told.push(what);
    this.onTold(what);
  }
}

describe.each(databases.ids)('ScanWorker on %s', id => {
  it('looks, judges, stores and tells', async () => {
    const world = await World.create(id);
    await world.handle();

    expect(await world.scan()).toMatchObject({
      state: 'completed',
      status: 'drifted',
      driftedResources: 1,
      totalResources: 3,
    });
    expect(
      await world.store.getTarget({ targetId: TARGET_ID, now: new Date() }),
    ).toMatchObject({ status: 'drifted', summary: 'One of three.' });
    expect(world.told).toEqual(['started', 'completed']);
    expect(world.outcomes[0]).toMatchObject({
      targetId: TARGET_ID,
      client: 'acme',
      source: 'terraform',
      trigger: 'manual',
      report: { status: 'drifted' },
      stored: { outcome: 'stored', after: { status: 'drifted' } },
    });
    expect(world.outcomes[0].durationMs).toBeGreaterThan(0);
  });

  it('gives the source a private empty directory and removes it, whatever happens', async () => {
    const world = await World.create(id);
    let seen = '';
    world.source.scan = async (_target, { workDir }) => {
      seen = workDir;
      expect(statSync(workDir).mode & 0o777).toBe(0o700);
      expect(readdirSync(workDir)).toEqual([]);
      await writeFile(join(workDir, 'terraform.tfstate'), 'secret');
      throw new Error('boom');
    };
    await world.handle();
    expect(seen).not.toBe('');
    expect(existsSync(seen)).toBe(false);
  });

  it('ends a scan whose source throws with one clean sentence, and keeps the last good verdict', async () => {
    const world = await World.create(id);
    await world.handle();
    await world.queueScan();
    world.source.scan = async (_target, { workDir }) => {
      throw new Error(
        `Error: could not read ${workDir}/main.tf from https://me:hunter2hunter2@git.example.com/x.git\nat somewhere`,
      );
    };
    await world.handle();

    expect(await world.scan()).toMatchObject({
      state: 'failed',
      status: 'error',
      error:
        'could not read ./main.tf from https://[redacted]@git.example.com/x.git.',
    });
    expect(
      await world.store.getTarget({ targetId: TARGET_ID, now: new Date() }),
    ).toMatchObject({
      status: 'error',
      lastGoodStatus: 'drifted',
      driftedResources: 1,
    });
    expect(world.told.slice(-1)).toEqual(['failed']);
  });

  it('never writes what looks like a secret', async () => {
    const world = await World.create(id);
    world.source.scan = async () => {
      throw new Error('401 for api_key=s3cr3t-value and bearer s3cr3t4all');
    };
    await world.handle();
    expect((await world.scan())?.error).toBe(
      '401 for api_key=[redacted] and bearer [redacted].',
    );
  });

  it('stops a scan that takes too long', async () => {
    const world = await World.create(id, { timeoutMs: 50 });
    world.source.scan = (_target, { signal }) => untilAborted(signal);
    await world.handle();
    expect(await world.scan()).toMatchObject({
      state: 'failed',
      error: 'The scan took longer than 0.05 seconds and was stopped.',
    });
  });

  it('says what is missing when no module brings the source', async () => {
    const world = await World.create(id, { sources: new Map() });
    await world.handle();
    expect((await world.scan())?.error).toMatch(
      /^No source 'terraform' is installed here/,
    );
  });

  it('leaves a scan that is stopped from outside to another worker, also when the source answers', async () => {
    const world = await World.create(id);
    for (const answer of ['rejects', 'resolves'] as const) {
      const controller = new AbortController();
      world.source.scan = async (_target, { signal }) => {
        controller.abort(new Error('The scan queue stops'));
        expect(signal.aborted).toBe(true);
        if (answer === 'rejects') {
          throw new Error('terraform was killed');
        }
        return { ...OBSERVATION, failure: 'terraform was killed' };
      };
      await expect(world.handle({ signal: controller.signal })).rejects.toThrow(
        'The scan queue stops',
      );
      expect(await world.scan()).toMatchObject({ state: 'running' });
    }
    world.source.scan = async () => OBSERVATION;
    await world.handle({ attempt: 3 });
    expect(await world.scan()).toMatchObject({ state: 'completed' });
  });

  it('does not store a late result over a newer one', async () => {
    const world = await World.create(id);
    const late = new Deferred<Observation>();
    const looking = new Deferred<boolean>();
    world.source.scan = () => {
      looking.resolve(true);
      return late.promise;
    };
    const slow = world.handle();
    await looking.promise;

    world.source.scan = async () => OBSERVATION;
    await world.handle({ attempt: 2 });
    late.resolve({ ...OBSERVATION, failure: 'late and wrong' });
    await slow;

    expect(await world.scan()).toMatchObject({ status: 'drifted' });
    expect(world.outcomes.map(outcome => outcome.kind)).toEqual([
      'completed',
      'superseded',
    ]);
  });

  it('does nothing for a scan that has ended', async () => {
    const world = await World.create(id);
    await world.handle();
    await world.handle();
    expect(world.scans).toBe(1);
    expect(world.told).toEqual(['started', 'completed']);
  });

  it('keeps a finished result while the database is away, and does not look again', async () => {
    const world = await World.create(id);
    const outage = { writes: 2 };
    const store = withFailing(world.store, {
      finishScan: () => outage.writes-- > 0,
      ping: () => outage.writes >= 0,
    });
    await world.handle({ store });
    expect(await world.scan()).toMatchObject({ state: 'completed' });
    expect(world.scans).toBe(1);
  });

  it('throws for the queue to come again when the store refuses for another reason, and ends the scan at the last attempt', async () => {
    const world = await World.create(id);
    const store = withFailing(world.store, { finishScan: () => true });
    await expect(world.handle({ store })).rejects.toThrow('store is broken');
    expect(await world.scan()).toMatchObject({ state: 'running' });

    await world.handle({ store, attempt: 3 });
    expect(await world.scan()).toMatchObject({
      state: 'failed',
      error: 'store is broken.',
    });
  });

  it('gives a scan up whose worker dies each time', async () => {
    const world = await World.create(id, { maxDeaths: 4 });
    await world.handle({ attempt: 5 });
    expect(world.scans).toBe(0);
    expect(await world.scan()).toMatchObject({
      state: 'failed',
      error:
        'The scan was given up after 4 attempts; each time the process that ran it ended.',
    });
  });

  it('does not mind listeners that fail', async () => {
    const world = await World.create(id);
    world.onTold = () => {
      throw new Error('a listener is broken');
    };
    await world.handle();
    expect(await world.scan()).toMatchObject({ state: 'completed' });
    expect(world.logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('a listener is broken'),
    );
  });
});

function assess(observation: Observation): DriftReport {
  return {
    status: observation.failure ? 'error' : 'drifted',
    risk: 'high',
    driftedResources: 1,
    totalResources: observation.totalResources,
    findings: [
      {
        address: 'sandbox_cluster.aks',
        resourceType: 'sandbox_cluster',
        resourceName: 'aks',
        class: 'drift',
        change: 'update',
        severity: 'high',
        reason: 'Changed outside.',
        rule: 'changed-outside',
        fingerprint: 'abc',
        fields: [{ path: '/node_count', actual: 5, desired: 3 }],
      },
    ],
    blindSpots: [],
    warnings: [],
    error: observation.failure,
    complete: observation.complete,
    evidence: observation.evidence,
  };
}

/** The store, with operations that fail as long as they are told to. */
function withFailing(
  store: DriftStore,
  failing: { [Operation in keyof DriftStore]?: () => boolean },
): DriftStore {
  return new Proxy(store, {
    get(target, operation) {
      const fails = failing[operation as keyof DriftStore];
      const method = Reflect.get(target, operation, target);
      return typeof method !== 'function'
        ? method
        : async (...args: unknown[]) => {
            if (fails?.()) {
              throw new Error('store is broken');
            }
            return method.apply(target, args);
          };
    },
  });
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('killed')));
  });
}
