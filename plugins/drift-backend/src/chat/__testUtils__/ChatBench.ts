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

import { PermissionsService } from '@backstage/backend-plugin-api';
import { mockCredentials } from '@backstage/backend-test-utils';
import { NotImplementedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  createConditionTransformer,
  PermissionRuleset,
} from '@backstage/plugin-permission-node';
import {
  DriftTarget,
  driftTargetReadPermission,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import { summarise } from '@infra-hub/drift-engine';
import { Knex } from 'knex';
import { buildFinding, buildReport, buildTarget } from '../../__testUtils__';
import {
  createDriftConditionalDecision,
  driftConditions,
} from '../../permissions';
import { driftTargetRules } from '../../permissions/rules';
import { AuthorizedDriftService } from '../../service/AuthorizedDriftService';
import { DefaultDriftService } from '../../service/DefaultDriftService';
import {
  DatabaseDriftStore,
  TargetCondition,
  TargetRegistration,
} from '../../store';

/** May see everything. */
export const operator = mockCredentials.user('user:default/operator');
/** May see what belongs to acme, and nothing else. */
export const acmeUser = mockCredentials.user('user:default/acme');
/** May see nothing. */
export const outsider = mockCredentials.user('user:default/outsider');

const permissions: Pick<PermissionsService, 'authorizeConditional'> = {
  async authorizeConditional(queries, options) {
    const { principal } = options!.credentials as {
      principal: { userEntityRef?: string };
    };
    return queries.map(() => {
      switch (principal.userEntityRef) {
        case 'user:default/operator':
          return { result: AuthorizeResult.ALLOW };
        case 'user:default/acme':
          return createDriftConditionalDecision(
            driftTargetReadPermission,
            driftConditions.hasClient({ clients: ['acme'] }),
          );
        default:
          return { result: AuthorizeResult.DENY };
      }
    });
  },
};

/** Stored scans of several clients, asked through permissions, at a time that is told. */
export class ChatBench {
  readonly service: AuthorizedDriftService;
  readonly #store: DatabaseDriftStore;
  readonly #targets: TargetRegistration[] = [];
  now = new Date('2026-11-16T10:00:00Z');

  static async create(knex: Knex): Promise<ChatBench> {
    return new ChatBench(await DatabaseDriftStore.forTest({ knex }));
  }

  private constructor(store: DatabaseDriftStore) {
    this.#store = store;
    const notHere = async () => {
      throw new NotImplementedError('Chats do not ask for this');
    };
    this.service = new AuthorizedDriftService({
      service: new DefaultDriftService({
        store,
        requests: { requestScan: notHere, requestScanAll: notHere },
        explanations: { read: notHere, explainAgain: notHere },
        readSourceHealth: () => [],
        now: () => this.now,
      }),
      permissions: permissions as PermissionsService,
      transformConditions: createConditionTransformer<TargetCondition>({
        getRuleByName: name =>
          Object.values(driftTargetRules).find(rule => rule.name === name)!,
      } as PermissionRuleset<DriftTarget, TargetCondition>),
    });
  }

  async declare(
    ...targets: Parameters<typeof buildTarget>[0][]
  ): Promise<void> {
    this.#targets.push(...targets.map(target => buildTarget(target)));
    await this.#store.syncTargets({
      origin: 'catalog',
      targets: this.#targets,
      now: this.now,
    });
  }

  /** Stores a scan of a target, by `<client>/<name>`. */
  async scan(place: string, seen: Finding[] | { error: string }) {
    const [queued] = await this.#store.createScans({
      targetIds: [`terraform:${place}`],
      trigger: 'schedule',
      now: this.now,
    });
    const lease = await this.#store.startScan({
      scanId: queued.scanId,
      workerId: 'worker',
      now: this.now,
    });
    if (!lease) {
      throw new Error('The scan did not start');
    }
    if ('error' in seen) {
      const { error } = seen;
      await this.#store.failScan({ lease, error, now: this.now });
    } else {
      const report = buildReport(seen);
      const summary = summarise(report);
      await this.#store.finishScan({ lease, report, summary, now: this.now });
    }
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A week of two clients. Monday the 16th at 10:00 is day 0, it is Sunday the 22nd
 * when the week is over.
 */
export async function playWeek(bench: ChatBench): Promise<void> {
  const start = bench.now.getTime();
  const at = (day: number) => {
    bench.now = new Date(start + day * DAY_MS);
  };
  await bench.declare(
    { client: 'acme', name: 'tf-sandbox-aks', owner: 'group:default/team-a' },
    { client: 'acme', name: 'tf-sandbox-vnet', owner: 'group:default/team-a' },
    { client: 'acme', name: 'tf-sandbox-storage', entityRefs: [] },
    { client: 'acme', name: 'tf-sandbox-dns' },
    { client: 'globex', name: 'tf-sandbox-sql', owner: 'group:default/data' },
    { client: 'globex', name: 'tf-sandbox-aks', owner: 'group:default/data' },
  );
  const pool = (value: number) =>
    buildFinding({
      address: 'sandbox_node_pool.main',
      severity: 'medium',
      value,
    });
  const firewall = buildFinding({
    address: 'sandbox_firewall_rule.office',
    severity: 'high',
    attribution: {
      who: 'jane@globex.example',
      when: '2026-11-20T09:30:00.000Z',
      how: 'portal',
      evidence: 'the activity log',
    },
    fields: [
      {
        path: '/source_range',
        recorded: '10.0.0.0/8',
        actual: '0.0.0.0/0',
        desired: '10.0.0.0/8',
      },
    ],
  });
  at(0);
  await bench.scan('acme/tf-sandbox-aks', []);
  await bench.scan('acme/tf-sandbox-vnet', []);
  await bench.scan('acme/tf-sandbox-storage', []);
  await bench.scan('globex/tf-sandbox-aks', []);
  await bench.scan('globex/tf-sandbox-sql', [pool(4)]);
  at(2);
  await bench.scan('acme/tf-sandbox-aks', [pool(5)]);
  at(4.5);
  await bench.scan('globex/tf-sandbox-sql', [firewall]);
  at(6);
  await bench.scan('acme/tf-sandbox-aks', [pool(5)]);
  await bench.scan('acme/tf-sandbox-vnet', []);
  await bench.scan('acme/tf-sandbox-storage', {
    error: 'The credentials of the state have expired',
  });
  await bench.scan('globex/tf-sandbox-aks', []);
  await bench.scan('globex/tf-sandbox-sql', [firewall]);
  at(6 + 5 / (24 * 60));
}
