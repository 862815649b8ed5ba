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

import { createServer, connect, Server, Socket } from 'node:net';
import { AddressInfo } from 'node:net';
import knexFactory, { Knex } from 'knex';
import { FakeSource, scaledNodePool } from './__testUtils__/FakeSource';
import { PostgresServer } from './__testUtils__/PostgresServer';
import {
  DriftBackend,
  startDriftBackend,
} from './__testUtils__/startDriftBackend';

/** The way to a database, which can be cut, or go dead without a word. */
class DatabaseLink {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server?: Server;
  #port = 0;
  #frozen = false;

  constructor(connectionString: string) {
    this.#target = new URL(connectionString);
  }

  get connectionString(): string {
    const url = new URL(this.#target);
    url.port = String(this.#port);
    return url.href;
  }

  async open(): Promise<void> {
    const server = createServer(near => {
      if (this.#frozen) {
        this.#sockets.add(near.on('error', () => {}));
        return;
      }
      const far = connect(Number(this.#target.port), this.#target.hostname);
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ]) {
        this.#sockets.add(socket);
        socket.pipe(other);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
      }
    });
    this.#server = server;
    await new Promise<void>(resolve =>
      server.listen(this.#port, '127.0.0.1', resolve),
    );
    this.#port = (server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = new Promise(resolve => this.#server?.close(resolve));
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  /** Connections stay and are still made, but nothing comes through them. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** As when the other side has come back and knows nothing of old connections. */
  thaw(): void {
    this.#frozen = false;
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }
}

describe('a database that is away', () => {
  let postgres: PostgresServer;
  let link: DatabaseLink;
  let knex: Knex;
  let source: FakeSource;
  let backend: DriftBackend;

  beforeAll(async () => {
    postgres = await PostgresServer.start({ durable: true });
    link = new DatabaseLink(postgres.connectionString);
    await link.open();
    knex = knexFactory({ client: 'pg', connection: link.connectionString });
    source = new FakeSource();
    source.configured.push({ name: 'aks', client: 'acme', location: {} });
    backend = await startDriftBackend({ source, knex });
    await backend.findTargets();
    await backend.settled();
  }, 60_000);

  afterAll(async () => {
    await backend.stop();
    await knex.destroy();
    await link.cut();
    await postgres.stop();
  }, 60_000);

  const aks = `/targets/${encodeURIComponent('fake:acme/aks')}`;

  async function expectUnavailable() {
    for (const path of ['/results', '/overview', aks, `${aks}/findings`]) {
      const { status, body } = await backend.api.get(path);
      expect({ path, status, error: body.error }).toEqual({
        path,
        status: 503,
        error: {
          name: 'ServiceUnavailableError',
          message: 'The drift database does not answer, try again later',
        },
      });
    }
    await backend.api.post(`${aks}/scan`).expect(503);
  }

  async function scansAgain(): Promise<number> {
    await backend.eventually(async () => {
      const { status } = await backend.api.get('/results');
      return status === 200;
    });
    const before = source.scanned.length;
    await backend.eventually(async () => {
      const { status } = await backend.api.post(`${aks}/scan`);
      return status === 202;
    });
    await backend.eventually(async () => source.scanned.length > before);
    await backend.settled();
    return source.scanned.length - before;
  }

  it('is answered with 503, and scans go on when it is back', async () => {
    await link.cut();
    await expectUnavailable();
    await link.open();
    expect(await scansAgain()).toBe(1);
  }, 60_000);

  it('is answered with 503 when it keeps silent', async () => {
    link.freeze();
    await expectUnavailable();
    link.thaw();
    expect(await scansAgain()).toBe(1);
  }, 60_000);

  it('does not cost the result of a scan', async () => {
    let open = () => {};
    source.gate = new Promise(resolve => {
      open = resolve;
    });
    const before = source.scanned.length;
    await backend.api.post(`${aks}/scan`).expect(202);
    await backend.eventually(async () => source.scanned.length > before);
    await link.cut();
    open();
    await expectUnavailable();
    await link.open();
    await backend.settled();
    const { body } = await backend.api.get(aks);
    expect(body.status).toBe('clean');
    expect(source.scanned).toHaveLength(before + 1);
  }, 60_000);

  it('loses nothing when the server itself is killed, and scans go on when it is back', async () => {
    const remembered = async () => {
      const [target, scans, findings] = await Promise.all(
        [aks, `${aks}/scans`, `${aks}/findings`].map(path =>
          backend.api.get(path).expect(200),
        ),
      );
      return {
        target: target.body,
        scans: scans.body.items,
        findings: findings.body.items.map(({ id }: { id: string }) => id),
      };
    };
    source.world.set('fake:acme/aks', { differences: [scaledNodePool] });
    expect(await scansAgain()).toBe(1);
    const before = await remembered();
    expect(before.findings).toHaveLength(1);
    let open = () => {};
    source.gate = new Promise(resolve => {
      open = resolve;
    });
    const scanned = source.scanned.length;
    await backend.api.post(`${aks}/scan`).expect(202);
    await backend.eventually(async () => source.scanned.length > scanned);

    await postgres.crash();
    open();
    await expectUnavailable();
    await postgres.comeBack();

    await backend.eventually(async () => {
      const { status } = await backend.api.get('/results');
      return status === 200;
    });
    await backend.settled();
    expect(source.scanned).toHaveLength(scanned + 1);
    const after = await remembered();
    expect(after.target).toMatchObject({ status: 'drifted' });
    expect(after.scans[0]).toMatchObject({ state: 'completed' });
    expect(after.scans.slice(1)).toEqual(before.scans);
    expect(after.findings).toEqual(before.findings);
    expect(await scansAgain()).toBe(1);
  }, 120_000);

  it('does not keep the backend from starting', async () => {
    const lateLink = new DatabaseLink(postgres.connectionString);
    await lateLink.open();
    await lateLink.cut();
    const lateKnex = knexFactory({
      client: 'pg',
      connection: lateLink.connectionString,
    });
    const late = await startDriftBackend({ source, knex: lateKnex });
    try {
      const { status, body } = await late.api.get('/results');
      expect(status).toBe(503);
      expect(body.error.message).toBe(
        'The drift database has not answered since the start, try again later',
      );
      await lateLink.open();
      await late.eventually(async () => {
        const answer = await late.api.get('/results');
        return answer.status === 200;
      });
      await late.findTargets();
      await late.settled();
    } finally {
      await late.stop();
      await lateKnex.destroy();
      await lateLink.cut();
    }
  }, 60_000);
});
