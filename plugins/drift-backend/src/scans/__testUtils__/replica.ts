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

import { LoggerService } from '@backstage/backend-plugin-api';
import { randomUUID } from 'crypto';
import knexFactory, { Knex } from 'knex';
import { setTimeout as sleep } from 'timers/promises';
import { PgBossScanQueue } from '../../queue/PgBossScanQueue';
import { DatabaseDriftStore } from '../../store/DatabaseDriftStore';
import { ScanEventEmitter } from '../ScanEvents';
import { ScanWorker } from '../ScanWorker';

/** What a replica is told on its standard input. */
export interface ReplicaOptions {
  connection: Knex.PgConnectionConfig;
  concurrency: number;
  scanMs: number;
}

/** A row of the log that replicas write, apart from everything they are tested for. */
export interface ReplicaLogRow {
  pid: number;
  target_id: string;
  scan_id: string;
  event: 'start' | 'end' | 'completed' | 'failed' | 'superseded';
  at: Date;
}

export const REPLICA_LOG = 'replica_log';

/** Works on scans of targets that need some time and are always clean. */
async function work(options: ReplicaOptions) {
  const { connection, concurrency, scanMs } = options;
  const knex = knexFactory({
    client: 'pg',
    connection: { ...connection, application_name: `${process.pid}` },
  });
  const store = await DatabaseDriftStore.create({
    database: { getClient: async () => knex, migrations: { skip: true } },
  });
  const logger = silentLogger();
  const log = (event: ReplicaLogRow['event'], scan: string, target: string) =>
    knex(REPLICA_LOG).insert({
      pid: process.pid,
      target_id: target,
      scan_id: scan,
      event,
      at: knex.raw('clock_timestamp()'),
    });

  const worker = ScanWorker.create({
    store,
    readDesiredState: async tenantId => ({
      tenantId,
      revision: 0,
      resources: [],
    }),
    logger,
    workerId: `${process.pid}-${randomUUID()}`,
    sources: new Map([
      [
        'fake',
        {
          id: 'fake',
          async scan(target, { signal }) {
            const scan = String(target.location.scan ?? target.id);
            await log('start', scan, target.id);
            try {
              await sleep(scanMs, undefined, { signal });
            } finally {
              await log('end', scan, target.id);
            }
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
    assess: ({ totalResources, complete, evidence }) => ({
      status: 'clean',
      risk: 'none',
      driftedResources: 0,
      totalResources,
      findings: [],
      blindSpots: [],
      warnings: [],
      complete,
      evidence,
    }),
    summarise: () => 'Clean.',
    events: ScanEventEmitter.create({
      logger,
      listeners: [
        {
          onFinished: async ({ kind, scanId, targetId }) => {
            await log(kind, scanId, targetId);
          },
        },
      ],
    }),
  });
  const queue = PgBossScanQueue.create({
    knex,
    logger,
    concurrency,
    handlerTimeoutMs: 300_000,
    heartbeatSeconds: 10,
    monitorIntervalSeconds: 2,
    pollingIntervalSeconds: 0.5,
  });
  await queue.start(worker.handle);
  process.stdout.write('ready\n');
}

function silentLogger(): LoggerService {
  const logger: LoggerService = {
    error: message => process.stderr.write(`${message}\n`),
    warn: () => {},
    info: () => {},
    debug: () => {},
    child: () => logger,
  };
  return logger;
}

if (require.main === module) {
  let input = '';
  process.stdin.on('data', chunk => {
    input += chunk;
    if (input.endsWith('\n')) {
      work(JSON.parse(input)).catch(error => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      });
    }
  });
  // Never outlives the test
  process.stdin.on('end', () => process.exit());
}
