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

import { mockCredentials } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { FindingsPage } from '@infra-hub/backstage-plugin-drift-common';
import { createTestDatabases } from '../__testUtils__';
import { byJane, FakeAttributor } from '../__testUtils__/FakeAttributor';
import { FakeSource } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';

jest.setTimeout(60_000);

const databases = createTestDatabases();
const ARN = 'arn:aws:rds:eu-central-1:123456789012:db:orders';
const TARGET = encodeURIComponent('terraform:acme/shop');

/** JSON plan of a database that somebody made bigger. */
function databasePlan(): string {
  const entry = (before: string, after: string) => ({
    address: 'aws_db_instance.orders',
    mode: 'managed',
    type: 'aws_db_instance',
    name: 'orders',
    provider_name: 'registry.terraform.io/hashicorp/aws',
    change: {
      actions: ['update'],
      before: { arn: ARN, id: 'db-ABCDEF', instance_class: before },
      after: { arn: ARN, id: 'db-ABCDEF', instance_class: after },
      after_unknown: {},
      before_sensitive: {},
      after_sensitive: {},
    },
  });
  return JSON.stringify({
    format_version: '1.2',
    terraform_version: '1.11.4',
    planned_values: { root_module: {} },
    resource_drift: [entry('db.t4g.medium', 'db.m7g.4xlarge')],
    resource_changes: [entry('db.m7g.4xlarge', 'db.t4g.medium')],
    prior_state: { format_version: '1.0', values: { root_module: {} } },
    configuration: { root_module: {} },
    applyable: true,
    complete: true,
    errored: false,
  });
}

describe.each(databases.ids)('who did it, on %s', databaseId => {
  let backend: DriftBackend;

  afterEach(async () => {
    await backend.stop();
  });

  async function start(
    attributors: FakeAttributor[],
    options: Partial<Parameters<typeof startDriftBackend>[0]> = {},
  ) {
    backend = await startDriftBackend({
      source: new FakeSource(),
      knex: await databases.init(databaseId),
      attributors,
      ...options,
    });
  }

  async function push() {
    await backend.eventually(async () => {
      const { status } = await backend.api
        .post('/ingest/plan?module=shop&client=acme')
        .set('Content-Type', 'application/json')
        .send(databasePlan());
      return status < 300;
    });
  }

  async function findings(header?: string) {
    const { body } = await backend.api.get(
      `/targets/${TARGET}/findings`,
      header,
    );
    return (body as FindingsPage).items;
  }

  function signals() {
    return backend.published
      .filter(({ topic }) => topic === 'signals')
      .map(({ eventPayload }) => (eventPayload as { message: object }).message);
  }

  it('asks about a database of a plan by its ARN, after the verdict was told', async () => {
    const trail = new FakeAttributor();
    let answer = () => {};
    const asked = new Promise<void>(resolve => {
      answer = resolve;
    });
    trail.answer = async () => {
      await asked;
      return byJane();
    };
    await start([trail]);
    await push();
    await backend.eventually(async () => trail.asked.length > 0);
    expect(trail.asked).toMatchObject([
      {
        target: { id: 'terraform:acme/shop', client: 'acme' },
        resourceType: 'aws_db_instance',
        resourceIds: [ARN, 'db-ABCDEF'],
        fields: ['instance_class'],
      },
    ]);

    // Nobody waits for the log
    const { body: target } = await backend.api
      .get(`/targets/${TARGET}`)
      .expect(200);
    expect(target).toMatchObject({ status: 'drifted', driftedResources: 1 });
    const [finding] = await findings();
    expect(finding).toMatchObject({ resourceIds: [ARN, 'db-ABCDEF'] });
    expect(finding).not.toHaveProperty('attribution');
    await backend.eventually(async () =>
      signals().some(message => 'scanId' in message),
    );

    answer();
    await backend.eventually(async () =>
      signals().some(
        message => 'type' in message && message.type === 'attribution-found',
      ),
    );
    // Signals reach every user
    expect(signals()).toContainEqual({
      type: 'attribution-found',
      targetId: 'terraform:acme/shop',
    });
    const jane = { ...(byJane() as { attribution: object }).attribution };
    await expect(findings()).resolves.toMatchObject([
      { attribution: { ...jane, when: '2026-11-22T10:12:00.000Z' } },
    ]);
    const { body: analysis } = await backend.api
      .get(`/targets/${TARGET}/analysis`)
      .expect(200);
    expect(analysis.findings[0].likelyCause).toContain(
      "It was probably changed by 'jane@example.com' on 2026-11-22 at 10:12 UTC with 'ModifyDBInstance' (known from Fake Trail).",
    );
    const { body: told } = await backend.api
      .post('/ask')
      .send({ question: 'Who changed orders?' })
      .expect(200);
    expect(told.text).toContain(
      'jane@example.com probably changed aws_db_instance.orders',
    );
  });

  it('asks nobody where that is switched off', async () => {
    const trail = new FakeAttributor();
    trail.answer = byJane;
    await start([trail], {
      config: { drift: { attribution: { enabled: false } } },
    });
    for (let count = 0; count < 3; count++) {
      await push();
    }
    await expect(findings()).resolves.toHaveLength(1);
    expect(trail.asked).toEqual([]);
  });

  it('shows it to whoever may see the target, and to nobody else', async () => {
    const trail = new FakeAttributor();
    trail.answer = byJane;
    const blind = mockCredentials.user('user:default/blind');
    await start([trail], {
      permissions: {
        authorize: async requests =>
          requests.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorizeConditional: async (requests, { credentials }) =>
          requests.map(() => ({
            result:
              JSON.stringify(credentials.principal) ===
              JSON.stringify(blind.principal)
                ? AuthorizeResult.DENY
                : AuthorizeResult.ALLOW,
          })),
      },
    });
    await push();
    await backend.eventually(async () => (await findings())?.[0]?.attribution);
    const { status, text } = await backend.api.get(
      `/targets/${TARGET}/findings`,
      mockCredentials.user.header('user:default/blind'),
    );
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toContain('jane');
  });
});
