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
import { DriftSource } from '@infra-hub/backstage-plugin-drift-node';
import { FakeSource } from '../__testUtils__/FakeSource';
import { SourceHealthMonitor } from './SourceHealthMonitor';

describe('SourceHealthMonitor', () => {
  it('reads what sources say, in their order, and tells of changes once', async () => {
    const logger = mockServices.logger.mock();
    const fake = new FakeSource();
    fake.health = { source: 'fake', ok: false, message: 'Install it.' };
    const silent: DriftSource = { id: 'silent', scan: fake.scan };
    const broken: DriftSource = {
      id: 'broken',
      scan: fake.scan,
      checkHealth: async () => {
        throw new Error('password=hunter2');
      },
    };
    const monitor = new SourceHealthMonitor({
      sources: [silent, fake, broken],
      logger,
    });
    expect(monitor.read()).toEqual([]);

    await monitor.check();
    await monitor.check();
    expect(monitor.read()).toEqual([
      { source: 'silent', ok: true },
      { source: 'fake', ok: false, message: 'Install it.' },
      {
        source: 'broken',
        ok: false,
        message: 'The health check failed. The log of the backend says why.',
      },
    ]);
    expect(
      logger.warn.mock.calls.filter(([line]) => line.includes('Install it.')),
    ).toHaveLength(1);

    fake.health = { source: 'fake', ok: true };
    await monitor.check();
    expect(monitor.read()[1]).toEqual({ source: 'fake', ok: true });
    expect(logger.info).toHaveBeenCalledWith('Source fake can scan again');
  });
});
