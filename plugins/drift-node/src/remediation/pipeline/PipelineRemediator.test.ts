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
import {
  RemediationContext,
  RemediationRequest,
  WriteRefused,
} from '../Remediator';
import { PipelineStart } from './PipelineDriver';
import { PipelineRemediator } from './PipelineRemediator';

const request: RemediationRequest = {
  id: 'r1',
  target: {
    id: 'terraform:acme/network',
    source: 'terraform',
    client: 'acme',
    name: 'network',
    entityRefs: [],
    location: {},
  },
  action: 'revert',
  salt: 'salt',
  findings: [
    {
      id: 'f1',
      targetId: 'terraform:acme/network',
      state: 'open',
      firstSeenAt: '2026-11-22T08:00:00.000Z',
      lastSeenAt: '2026-11-22T09:00:00.000Z',
      recurrences: 0,
      address: 'sandbox_storage_bucket.assets',
      resourceType: 'sandbox_storage_bucket',
      resourceName: 'assets',
      class: 'drift',
      change: 'update',
      severity: 'high',
      reason: 'It was changed outside of Terraform.',
      rule: 'drift-to-revert',
      fingerprint: 'f'.repeat(64),
      fields: [{ path: '/public_access', actual: true, desired: false }],
    },
  ],
};

/** A pipeline that answers to starts as it is told, and the permission to start it. */
function setUp(answers: PipelineStart[], mayWrite: () => Promise<void>) {
  const starts: string[] = [];
  const remediator = PipelineRemediator.create({
    id: 'ci',
    configKey: 'drift.ci',
    routes: [
      {
        targets: [{ name: '*' }],
        timeoutMs: 60_000,
        identity: { pipeline: 'drift' },
        title: 'pipeline drift',
      },
    ],
    driver: {
      start: async (_route, { module }) => {
        starts.push(module);
        return answers.shift() ?? { kind: 'refused', message: 'No.' };
      },
      look: async () => ({
        kind: 'ended',
        outcome: { kind: 'applied', message: 'Done.' },
      }),
    },
    clock: {
      now: () => new Date('2026-11-22T10:00:00Z'),
      wait: async () => {},
    },
  });
  const context: RemediationContext = {
    signal: new AbortController().signal,
    logger: mockServices.logger.mock(),
    workDir: '',
    log: () => {},
    mayWrite,
    remember: async () => {},
    readDesiredState: async () => ({
      tenantId: '',
      revision: 0,
      resources: [],
    }),
  };
  return { remediator, context, starts };
}

const STARTED: PipelineStart = { kind: 'started', run: { id: 1 } };
const BUSY: PipelineStart = { kind: 'busy', message: 'Too many requests.' };

describe('a repair through a pipeline', () => {
  it('starts nothing once it may not', async () => {
    const refused = new WriteRefused('All remediation is stopped.');
    const { remediator, context, starts } = setUp([STARTED], async () => {
      throw refused;
    });
    const { hash } = await remediator.preview(request);
    await expect(remediator.apply(request, hash, context)).rejects.toBe(
      refused,
    );
    expect(starts).toEqual([]);
  });

  it('asks again before it tries again', async () => {
    let times = 0;
    const { remediator, context, starts } = setUp([BUSY, STARTED], async () => {
      times += 1;
      if (times === 2) {
        throw new WriteRefused('All remediation is stopped.');
      }
    });
    const { hash } = await remediator.preview(request);
    await expect(remediator.apply(request, hash, context)).rejects.toThrow(
      'All remediation is stopped.',
    );
    expect(starts).toEqual(['network']);
  });

  it('starts what it may', async () => {
    const { remediator, context, starts } = setUp([STARTED], async () => {});
    const { hash } = await remediator.preview(request);
    await expect(
      remediator.apply(request, hash, context),
    ).resolves.toMatchObject({ kind: 'applied' });
    expect(starts).toEqual(['network']);
  });
});
