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
import { Remediation } from '@infra-hub/backstage-plugin-drift-common';
import { FakeRemediator } from '../__testUtils__/FakeRemediator';
import { FakeSource, scaledNodePool } from '../__testUtils__/FakeSource';
import {
  DriftBackend,
  startDriftBackend,
} from '../__testUtils__/startDriftBackend';

jest.setTimeout(60_000);

const TARGET = 'fake:acme/aks';
const alice = mockCredentials.user.header('user:default/alice');
const bob = mockCredentials.user.header('user:default/bob');

/** A target whose node pool somebody scaled, and a remediator that scales it back. */
async function start(
  options: Partial<Parameters<typeof startDriftBackend>[0]> = {},
  remediation: object = {},
) {
  const source = new FakeSource();
  source.configured.push({ name: 'aks', client: 'acme', location: {} });
  source.world.set(TARGET, { differences: [scaledNodePool] });
  const remediator = new FakeRemediator();
  remediator.onApply = ({ targetId }) => {
    source.world.delete(targetId);
  };
  const backend = await startDriftBackend({
    source,
    remediators: [remediator],
    config: { drift: { remediation: { enabled: true, ...remediation } } },
    ...options,
  });
  await backend.findTargets();
  return { backend, source, remediator };
}

async function until(
  backend: DriftBackend,
  id: string,
  state: Remediation['state'],
): Promise<Remediation> {
  return backend.eventually(async () => {
    const { body } = await backend.api.get(`/remediations/${id}`, alice);
    return body.state === state && (body as Remediation);
  });
}

describe('remediation', () => {
  let backend: DriftBackend | undefined;

  afterEach(async () => {
    await backend?.stop();
    backend = undefined;
  });

  it('is asked for, previewed, confirmed, applied and verified', async () => {
    const started = await start();
    backend = started.backend;
    await backend.api.post(`/targets/${encodeURIComponent(TARGET)}/scan`);
    await backend.settled();

    const asked = await backend.api
      .post('/remediations', alice)
      .send({ targetId: TARGET, action: 'revert', reason: 'Too many nodes' });
    expect(asked.body).toMatchObject({
      state: 'requested',
      requestedBy: 'user:default/alice',
      route: 'fake',
    });
    expect(asked.status).toBe(202);

    const { id, preview, may } = await until(
      backend,
      asked.body.id,
      'previewed',
    );
    expect(preview).toMatchObject({
      changes: [{ address: 'sandbox_cluster.main', origin: 'drift' }],
    });
    expect(may.confirm).toEqual({ allowed: true });
    const foreign = await backend.api
      .post(`/remediations/${id}/confirm`, bob)
      .send({ previewHash: preview?.hash });
    expect(foreign.status).toBe(403);

    const confirmed = await backend.api
      .post(`/remediations/${id}/confirm`, alice)
      .send({ previewHash: preview?.hash });
    expect(confirmed.status).toBe(200);

    const done = await until(backend, id, 'succeeded');
    expect(started.remediator.applied).toMatchObject([
      { remediationId: id, hash: preview?.hash },
    ]);
    expect(done.events.map(({ to }) => to)).toEqual([
      'requested',
      'previewed',
      'approved',
      'running',
      'verifying',
      'succeeded',
    ]);
    expect(JSON.stringify(done)).not.toContain('salt');
    const target = await backend.api.get(
      `/targets/${encodeURIComponent(TARGET)}`,
    );
    expect(target.body.status).toBe('clean');
  });
});
