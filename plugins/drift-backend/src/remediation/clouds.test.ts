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

import { createBackendModule } from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import {
  Remediation,
  RemediationsPage,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudDocument,
  CloudProvider,
  CloudReading,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
  createCloudRemediator,
  createCloudSource,
  driftRemediatorsExtensionPoint,
  driftSourcesExtensionPoint,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  applyCloudWrites,
  CloudFieldWrite,
  CloudKind,
} from '@infra-hub/drift-engine';
import request from 'supertest';
import { createTestDatabases } from '../__testUtils__';
import { FakeSource } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const TARGET = 'cloud:-/shop';
const ORDERS = 'Cloud::Database/orders';
const STATE = '/v1/infrastructure/tenants/shop/desired-state';

const DATABASE: CloudKind = {
  kind: 'Cloud::Database',
  resourceType: 'database',
  title: 'Database',
  properties: [
    {
      name: 'size',
      field: '/Size',
      read: ({ Size }) => Size,
      write: value => [{ pointer: '/Size', value }],
      effect: 'The database restarts.',
    },
    {
      name: 'publicAccess',
      field: '/Public',
      read: ({ Public }) => Public,
      write: value => [{ pointer: '/Public', value }],
    },
    {
      name: 'storageGiB',
      field: '/Storage',
      read: ({ Storage }) => Storage,
      write: value => [{ pointer: '/Storage', value }],
    },
  ],
};

/** A cloud in memory with one database. */
class Cloud implements CloudProvider {
  readonly id = 'cloud';
  readonly title = 'Cloud';
  readonly accountNoun = 'account';
  readonly kinds = [DATABASE];
  readonly accountsAnnotation = 'example.com/cloud-accounts';
  readonly hasRegions = false;
  document: JsonObject = {
    Size: 'small',
    Public: true,
    Storage: 100,
    Other: 1,
  };
  /** Says that everything is done, and does nothing. */
  lies = false;
  managedBy: CloudDocument['managedBy'];
  updates = 0;

  async checkAccount() {
    return { ok: true };
  }

  async read({ kind, id }: CloudRef): Promise<CloudReading> {
    return id === 'orders'
      ? {
          state: 'found',
          kind,
          id,
          document: this.document,
          ...(this.managedBy && { managedBy: this.managedBy }),
        }
      : { state: 'absent' };
  }

  async list() {
    return { documents: [], complete: true, reasons: [] };
  }

  async update(
    _ref: CloudRef,
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
    context: CloudWriteContext,
  ): Promise<CloudUpdate> {
    await context.turn();
    context.log('Sent.');
    this.updates += 1;
    if (!this.lies) {
      this.document = applyCloudWrites(looked.document, writes);
    }
    return { state: 'done' };
  }
}

describe.each(databases.ids)('repair of clouds over HTTP on %s', databaseId => {
  let cloud: Cloud;
  let backend: DriftBackend | undefined;

  beforeEach(() => {
    cloud = new Cloud();
  });

  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
  });

  /** A tenant whose database somebody opened to everybody. */
  async function start(policies: JsonObject[] = []): Promise<void> {
    const drift = {
      cloud: {
        accounts: [
          { name: 'main', id: '1', tenants: ['*'], requestsPerSecond: 1000 },
        ],
        tenants: [{ id: 'shop', accounts: ['main'] }],
      },
      remediation: { enabled: true, policies },
    };
    const config = new ConfigReader({ drift });
    backend = await startDriftBackend({
      source: new FakeSource(),
      knex: await databases.init(databaseId),
      config: { drift },
      features: [
        createBackendModule({
          pluginId: 'drift',
          moduleId: 'cloud',
          register(registration) {
            registration.registerInit({
              deps: {
                sources: driftSourcesExtensionPoint,
                remediators: driftRemediatorsExtensionPoint,
              },
              async init({ sources, remediators }) {
                const logger = mockServices.logger.mock();
                sources.addSource(
                  createCloudSource({ provider: cloud, config, logger }),
                );
                remediators.addRemediator(
                  createCloudRemediator({ provider: cloud, config }),
                );
              },
            });
          },
        }),
      ],
    });
    await backend.findTargets();
    await backend.settled();
    const { status } = await send('put', STATE, {
      resources: [
        {
          resourceType: 'database',
          name: 'orders',
          spec: {
            provider: 'cloud',
            kind: 'Cloud::Database',
            id: 'orders',
            properties: {
              size: 'small',
              publicAccess: false,
              storageGiB: 100,
            },
          },
        },
      ],
    });
    expect(status).toBe(200);
    await scan();
  }

  async function scan(): Promise<void> {
    await send('post', `/targets/${encodeURIComponent(TARGET)}/scan`);
    await backend!.settled();
  }

  function send(
    method: 'get' | 'put' | 'post',
    path: string,
    body?: JsonObject,
    person = 'alice',
  ) {
    return request(backend!.server)
      [method](`/api/drift${path}`)
      .set(
        'Authorization',
        mockCredentials.user.header(`user:default/${person}`),
      )
      .send(body);
  }

  async function read(id: string): Promise<Remediation> {
    return (await send('get', `/remediations/${id}`)).body;
  }

  async function until(
    id: string,
    state: Remediation['state'],
  ): Promise<Remediation> {
    return await backend!.eventually(async () => {
      const remediation = await read(id);
      return remediation.state === state && remediation;
    });
  }

  /** What a policy began. */
  async function begun(): Promise<string> {
    return await backend!.eventually(async () => {
      const { body }: { body: RemediationsPage } = await send(
        'get',
        '/remediations',
      );
      return body.items[0]?.id;
    });
  }

  async function statusOfTarget(): Promise<string> {
    const { body } = await send(
      'get',
      `/targets/${encodeURIComponent(TARGET)}`,
    );
    return body.status;
  }

  it('is previewed, confirmed, applied and verified by a scan', async () => {
    await start();
    await expect(statusOfTarget()).resolves.toBe('drifted');
    const { body } = await send('post', '/remediations', {
      targetId: TARGET,
      action: 'revert',
    });
    const { id, preview } = await until(body.id, 'previewed');
    expect(preview).toMatchObject({
      changes: [
        {
          address: ORDERS,
          origin: 'drift',
          destructive: false,
          fields: [{ path: '/publicAccess', actual: true, desired: false }],
        },
      ],
      warnings: [],
    });
    expect(cloud.updates).toBe(0);
    await send('post', `/remediations/${id}/confirm`, {
      previewHash: preview?.hash,
    });
    const done = await until(id, 'succeeded');
    expect(done.outcome).toMatchObject({
      kind: 'applied',
      objects: [{ address: ORDERS, outcome: 'applied' }],
    });
    expect(done.log.map(({ text }) => text)).toEqual(
      expect.arrayContaining([`${ORDERS}: Sent.`, `${ORDERS}: changed back.`]),
    );
    expect(cloud.document).toEqual({
      Size: 'small',
      Public: false,
      Storage: 100,
      Other: 1,
    });
    expect(cloud.updates).toBe(1);
    await expect(statusOfTarget()).resolves.toBe('clean');
  });

  describe('of a resource that can be repaired in part only', () => {
    const STAYS = {
      address: ORDERS,
      field: { path: '/storageGiB', actual: 500, desired: 100 },
      reason: expect.stringMatching(/^Storage can only grow/),
    };

    beforeEach(async () => {
      cloud.document = { ...cloud.document, Storage: 500 };
    });

    async function revert(): Promise<Remediation> {
      const { body } = await send('post', '/remediations', {
        targetId: TARGET,
        action: 'revert',
      });
      const { id, preview } = await until(body.id, 'previewed');
      expect(preview).toMatchObject({
        changes: [{ fields: [{ path: '/publicAccess' }] }],
        remaining: [STAYS],
      });
      await send('post', `/remediations/${id}/confirm`, {
        previewHash: preview?.hash,
      });
      return await backend!.eventually(async () => {
        const remediation = await read(id);
        return remediation.finishedAt !== undefined && remediation;
      });
    }

    it('succeeds with what was approved, and names what stays as it was said beforehand', async () => {
      await start();
      const { state, message, outcome } = await revert();
      expect({ state, message, outcome }).toEqual({
        state: 'succeeded',
        message: expect.stringMatching(
          new RegExp(
            `^It was applied, and a scan found that what was approved is done\\. .* goes on counting as drift\\. storageGiB of ${ORDERS}: Storage can only grow`,
          ),
        ),
        outcome: {
          kind: 'applied',
          message: '1 resource was changed back.',
          objects: [{ address: ORDERS, outcome: 'applied' }],
          remaining: [STAYS],
        },
      });
      expect(cloud.document).toMatchObject({ Public: false, Storage: 500 });
      await expect(statusOfTarget()).resolves.toBe('drifted');
    });

    it('fails where anything else is left', async () => {
      await start();
      cloud.lies = true;
      const { state, message, outcome } = await revert();
      expect({ state, message }).toEqual({
        state: 'failed',
        message: `It was applied, but a scan found that ${ORDERS} still differs.`,
      });
      expect(outcome?.remaining).toBeUndefined();
    });

    it('is not begun again by a policy for what stays', async () => {
      await start([{ id: 'heal', mode: 'auto', source: 'cloud' }]);
      const first = await begun();
      await expect(until(first, 'succeeded')).resolves.toMatchObject({
        outcome: { remaining: [STAYS] },
      });
      await scan();
      await scan();
      const all = async () =>
        (await send('get', '/remediations')).body.items.map(
          ({ id }: Remediation) => id,
        );
      await expect(all()).resolves.toEqual([first]);

      // More drift beside it is worth another look
      cloud.document = { ...cloud.document, Public: true };
      await scan();
      const second = await backend!.eventually(async () =>
        (await all()).find((id: string) => id !== first),
      );
      await until(second, 'succeeded');
      expect(cloud.document).toMatchObject({ Public: false, Storage: 500 });
    });
  });

  it('is refused when somebody changed it since the preview', async () => {
    await start();
    const { body } = await send('post', '/remediations', {
      targetId: TARGET,
      action: 'revert',
    });
    const { id, preview } = await until(body.id, 'previewed');
    cloud.document = { ...cloud.document, Size: 'huge' };
    await send('post', `/remediations/${id}/confirm`, {
      previewHash: preview?.hash,
    });
    await until(id, 'superseded');
    expect(cloud.updates).toBe(0);
  });

  it('goes by itself where a policy says so', async () => {
    await start([{ id: 'heal', mode: 'auto', source: 'cloud' }]);
    const done = await until(await begun(), 'succeeded');
    expect(done).toMatchObject({ origin: 'policy', approvedBy: 'policy:heal' });
    expect(cloud.document).toMatchObject({ Public: false });
  });

  it('waits for a person, whatever policies say, where something else looks after the resource', async () => {
    cloud.managedBy = { tool: 'Terraform', id: 'shop-infra' };
    await start([{ id: 'heal', mode: 'auto', source: 'cloud' }]);
    const { id, preview, decision, message } = await until(
      await begun(),
      'awaiting-approval',
    );
    expect(preview).toMatchObject({
      warnings: [
        expect.stringContaining(
          `${ORDERS} is managed by Terraform (shop-infra).`,
        ),
      ],
      changes: [{ notAutomatic: expect.stringContaining('by Terraform') }],
    });
    expect(decision).toMatchObject({
      mode: 'review',
      automatic: { possible: false },
    });
    expect(message).toContain('managed by Terraform');
    expect(cloud.updates).toBe(0);

    await send(
      'post',
      `/remediations/${id}/approve`,
      { previewHash: preview?.hash },
      'bob',
    );
    await until(id, 'succeeded');
    expect(cloud.document).toMatchObject({ Public: false });
  });
});
