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
import knexFactory, { Knex } from 'knex';
import { AddressInfo, connect, createServer, Server, Socket } from 'net';
import { once } from 'events';
import { setTimeout as sleep } from 'timers/promises';
import { createTestDatabases } from '../__testUtils__';
import { PgBossScanQueue } from '../queue/PgBossScanQueue';
import { ScanScheduler } from '../schedule/ScanScheduler';
import { DatabaseDriftStore } from '../store/DatabaseDriftStore';
import { ScanWorker } from './ScanWorker';

jest.setTimeout(120_000);

const TARGETS = 24;
const databases = createTestDatabases();

/** A way to the database that can be closed. */
class Line {
  readonly #sockets = new Set<Socket>();
  #open = true;

  static async to(target: { host: string; port: number }): Promise<Line> {
    const line = new Line(createServer(), target);
    line.server.listen(0, '127.0.0.1');
    await once(line.server, 'listening');
    return line;
  }

  private constructor(
    readonly server: Server,
    target: { host: string; port: number },
  ) {
    server.on('connection', socket => {
      if (!this.#open) {
        socket.destroy();
        return;
      }
      const onward = connect(target);
      this.#join(socket, onward);
      this.#join(onward, socket);
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  cut() {
    this.#open = false;
    this.#sockets.forEach(socket => socket.destroy());
  }

  mend() {
    this.#open = true;
  }

  close() {
    this.cut();
    this.server.close();
  }

  #join(from: Socket, to: Socket) {
    this.#sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}

describe('while the database is away', () => {
  let direct: Knex;
  let line: Line;
  let throughLine: Knex;

  beforeEach(async () => {
    direct = await databases.init('POSTGRES_18');
    const connection = databases.connectionOf(direct);
    line = await Line.to({
      host: connection.host ?? '127.0.0.1',
      port: Number(connection.port),
    });
    throughLine = knexFactory({
      client: 'pg',
      connection: {
        ...connection,
        password: connection.password,
        host: '127.0.0.1',
        port: line.port,
      },
      pool: { min: 0, max: 10 },
      log: { warn() {}, error() {}, debug() {}, deprecate() {} },
    });
  });

  afterEach(async () => {
    await throughLine.destroy();
    line.close();
  });

  it('keeps finished results, ends every scan afterwards, and looks at nothing twice', async () => {
    await DatabaseDriftStore.forTest({ knex: direct });
    const store = await DatabaseDriftStore.create({
      database: {
        getClient: async () => throughLine,
        migrations: { skip: true },
      },
    });
    const logger = mockServices.logger.mock();
    logger.child.mockReturnValue(logger);
    const queue = PgBossScanQueue.create({
      knex: throughLine,
      logger,
      concurrency: 4,
      handlerTimeoutMs: 300_000,
      pollingIntervalSeconds: 0.5,
    });
    const scheduler = ScanScheduler.create({
      store,
      queue,
      logger,
      defaultSchedule: 'P1D',
    });
    const looks = new Map<string, number>();
    let running = 0;
    const worker = ScanWorker.create({
      store,
      readDesiredState: async tenantId => ({
        tenantId,
        revision: 0,
        resources: [],
      }),
      logger,
      workerId: 'worker',
      sources: new Map([
        [
          'fake',
          {
            id: 'fake',
            async scan(target) {
              running += 1;
              looks.set(target.id, (looks.get(target.id) ?? 0) + 1);
              await sleep(400);
              running -= 1;
              return {
                differences: [],
                totalResources: 1,
                complete: true,
                blindSpots: [],
                warnings: [],
                evidence: 'plan-json',
              };
            },
          },
        ],
      ]),
      assess: ({ totalResources, evidence }) => ({
        status: 'clean',
        risk: 'none',
        driftedResources: 0,
        totalResources,
        findings: [],
        blindSpots: [],
        warnings: [],
        complete: true,
        evidence,
      }),
      summarise: () => 'Clean.',
    });
    const now = new Date();
    await store.syncTargets({
      origin: 'config',
      now,
      targets: Array.from({ length: TARGETS }, (_, i) => ({
        id: `fake:-/module-${i}`,
        source: 'fake',
        name: `module-${i}`,
        location: {},
        entityRefs: [],
        schedule: 'P1D',
        intervalMs: 24 * 3600 * 1000,
        firstScanAt: now,
        origin: 'config' as const,
      })),
    });
    expect(await scheduler.tick()).toMatchObject({ queued: TARGETS });
    await queue.start(worker.handle);

    try {
      for (const seconds of [3, 1]) {
        while (running < 4) {
          await sleep(20);
        }
        line.cut();
        await expect(scheduler.tick()).rejects.toThrow();
        await sleep(seconds * 1000);
        line.mend();
      }
      while (
        (await direct('drift_scans').where({ state: 'completed' })).length <
        TARGETS
      ) {
        await sleep(100);
      }
      expect([...looks.values()]).toEqual(new Array(TARGETS).fill(1));
      // Four workers and the heart beat fail every second; one line tells of it
      const complaints = logger.warn.mock.calls.filter(([message]) =>
        message.startsWith('Scan queue:'),
      );
      expect(complaints).toHaveLength(1);
    } finally {
      await queue.stop();
    }
  });
});
