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

import { RemediationPolicy } from '@infra-hub/backstage-plugin-drift-common';
import { Knex } from 'knex';
import { buildFinding, createTestDatabases } from '../__testUtils__';
import { DatabasePolicyStore } from '../policy/DatabasePolicyStore';
import { DefaultPolicies } from '../policy/DefaultPolicies';
import { Policies } from '../policy/Policies';
import { PoliciesConfig } from '../policy/readPoliciesConfig';
import { DatabaseRemediationStore } from './DatabaseRemediationStore';
import {
  ADDRESS,
  RemediationBench,
  Replica,
} from './__testUtils__/RemediationBench';

jest.setTimeout(120_000);

const databases = createTestDatabases();
const TOGETHER = 20;
const HOUR = 3_600_000;
const NAMES = Array.from({ length: TOGETHER }, (_, index) => `t${index}`);
const auto: RemediationPolicy = { id: 'all', mode: 'auto' };

/** Holds back everybody until all have come; those who come later pass. */
function createGate(size: number): () => Promise<void> {
  let come = 0;
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return async () => {
    come += 1;
    if (come >= size) {
      open();
    }
    await opened;
  };
}

describe.each(databases.ids)(
  'limits of what is automatic on %s',
  databaseId => {
    let bench: RemediationBench;
    let knex: Knex;

    beforeEach(async () => {
      knex = await databases.init(databaseId);
      bench = await RemediationBench.create({
        knex,
        config: { approvalTtlMs: 48 * HOUR },
      });
    });

    afterEach(async () => {
      await bench.stop();
    });

    /** A replica with a pool of its own where there may be one, whose permits come all at once. */
    function replicaWith(options: {
      config: Partial<PoliciesConfig>;
      together: () => Promise<void>;
    }): Replica {
      const own =
        databaseId === 'SQLITE_3' ? knex : databases.anotherPool(knex);
      const store = DatabaseRemediationStore.create({ knex: own });
      const policies: Policies = new DefaultPolicies({
        store: DatabasePolicyStore.create({ knex: own }),
        config: {
          policies: [],
          defaultMode: 'alert',
          dryRun: false,
          flapGuard: { fixes: 2, withinMs: 24 * HOUR },
          ...options.config,
        },
        enabled: true,
        selfApproval: false,
        history: store,
        now: () => bench.now,
      });
      const ask = policies.mayRun.bind(policies);
      policies.mayRun = async question => {
        const permit = await ask(question);
        if (permit.allowed && !question.begun) {
          await options.together();
        }
        return permit;
      };
      return bench.replica(undefined, {
        store,
        policies,
        concurrency: TOGETHER,
      });
    }

    async function begin(
      replica: Replica,
      targetIds: string[],
    ): Promise<string[]> {
      const ids: string[] = [];
      for (const targetId of targetIds) {
        const begun = await replica.service.requestByPolicy({
          targetId,
          policyId: auto.id,
          mode: 'auto',
          addresses: [ADDRESS],
          fingerprints: [buildFinding().fingerprint],
          reason: 'Policy all says auto.',
        });
        ids.push(begun!.id);
      }
      return ids;
    }

    it.each([
      [
        'of a policy',
        { policies: [{ ...auto, limitPerDay: 3 }] },
        "Policy 'all' has used up its limit of 3 automatic remediations in 24 hours.",
      ],
      [
        'of all together',
        { policies: [auto], limitPerDay: 3 },
        'The limit of 3 automatic remediations of all targets in 24 hours is used up.',
      ],
    ])(
      '%s hold when twenty begin at the same moment on two replicas',
      async (_, config, reason) => {
        const together = createGate(TOGETHER);
        const replicas = [
          replicaWith({ config, together }),
          replicaWith({ config, together }),
        ];
        const targetIds = await bench.addTargets(NAMES);
        const ids = await begin(replicas[0], targetIds);

        await Promise.all(replicas.map(({ loop }) => loop.idle()));

        expect(bench.remediator.previewed).toHaveLength(TOGETHER);
        expect(bench.remediator.applied).toHaveLength(3);
        const all = await Promise.all(ids.map(id => bench.read(id)));
        const waiting = all.filter(({ state }) => state === 'approved');
        expect(waiting).toHaveLength(TOGETHER - 3);
        expect(new Set(waiting.map(({ message }) => message))).toEqual(
          new Set([reason]),
        );

        // A day later there is room for three more, and for no others
        bench.advance(23 * HOUR);
        await Promise.all(replicas.map(({ loop }) => loop.idle()));
        expect(bench.remediator.applied).toHaveLength(3);
        bench.advance(HOUR + 1);
        await Promise.all(replicas.map(({ loop }) => loop.idle()));
        expect(bench.remediator.applied).toHaveLength(6);
      },
    );
  },
);
