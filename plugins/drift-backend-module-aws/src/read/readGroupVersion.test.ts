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

import { JsonObject } from '@backstage/types';
import { toLiveCloudResource } from '@infra-hub/drift-engine';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failXml } from '../__testUtils__/AwsServer';
import { ProviderBench } from '../__testUtils__/ProviderBench';
import { replicationGroup } from '../kinds/elasticache';

describe('the version of a replication group', () => {
  let bench: ProviderBench;
  beforeEach(async () => {
    bench = await ProviderBench.start();
    bench.aws.add(replicationGroup.kind, 'shop-cache', { Engine: 'valkey' });
  });
  afterEach(() => bench.stop());

  const read = async () => {
    const reading = await bench.read(replicationGroup, 'shop-cache');
    if (reading.state !== 'found') {
      throw new Error(reading.state);
    }
    const live = toLiveCloudResource({ ...reading, provider: 'aws' });
    const { engine, version } = live.properties as JsonObject;
    return { engine, version, because: live.untoldBecause?.version };
  };

  it('is that of its nodes', async () => {
    bench.aws.nodes.set('other-001', '6.2.6');
    bench.aws.nodes.set('shop-cache-002', '8.0.1');
    await expect(read()).resolves.toEqual({
      engine: 'valkey',
      version: '8.0.1',
      because: undefined,
    });
    expect(bench.aws.operations('DescribeCacheClusters')).toMatchObject([
      {
        service: 'elasticache',
        region: 'eu-central-1',
        input: { CacheClusterId: 'shop-cache-002' },
      },
    ]);
    expect(bench.turns).toBe(bench.aws.requests.length);
  });

  it('is not known of a group without nodes, and all else is', async () => {
    await expect(read()).resolves.toEqual({
      engine: 'valkey',
      version: undefined,
      because: expect.stringContaining('without it'),
    });
  });

  it.each(['DescribeReplicationGroups', 'DescribeCacheClusters'])(
    'takes the permission of %s, which the policy of the module has',
    async forbidden => {
      bench.aws.nodes.set('shop-cache-001', '8.0.1');
      bench.aws.trouble = ({ operation }, response) => {
        if (operation !== forbidden) {
          return undefined;
        }
        failXml(response, 'AccessDenied');
        return true;
      };
      const permission = `elasticache:${forbidden}`;
      await expect(read()).resolves.toEqual({
        engine: 'valkey',
        version: undefined,
        because: expect.stringContaining(`the permission ${permission}.`),
      });
      expect(
        readFileSync(join(__dirname, '../../policies/read.json'), 'utf8'),
      ).toContain(`"${permission}"`);
    },
  );
});
