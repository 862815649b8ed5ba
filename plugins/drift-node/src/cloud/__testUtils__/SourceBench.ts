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
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { DesiredResource } from '@infra-hub/backstage-plugin-drift-common';
import { DriftSource, ScanContext, ScanTarget } from '../../source/DriftSource';
import { createCloudSource } from '../CloudDriftSource';
import { FakeProvider } from './FakeProvider';

/** A source over a fake cloud, and a tenant with two accounts there. */
export class SourceBench {
  static create(
    options: { fake?: JsonObject; provider?: FakeProvider } = {},
  ): SourceBench {
    return new SourceBench(options);
  }

  readonly provider: FakeProvider;
  readonly logger = mockServices.logger.mock();
  readonly source: DriftSource;
  readonly stop = new AbortController();
  target: ScanTarget = {
    id: 'fake:-/acme',
    name: 'acme',
    entityRefs: [],
    location: { accounts: ['prod', 'dev'] },
  };

  private constructor(options: { fake?: JsonObject; provider?: FakeProvider }) {
    this.provider = options.provider ?? new FakeProvider();
    this.source = createCloudSource({
      provider: this.provider,
      logger: this.logger,
      config: new ConfigReader({
        drift: {
          fake: {
            accounts: [
              {
                name: 'prod',
                id: '111',
                regions: ['eu', 'us'],
                tenants: ['acme'],
                requestsPerSecond: 1000,
              },
              {
                name: 'dev',
                id: '222',
                regions: ['eu'],
                tenants: ['acme'],
                requestsPerSecond: 1000,
              },
            ],
            ...options.fake,
          },
        },
      }),
    });
  }

  async scan(resources: DesiredResource[]) {
    return await this.source.scan(this.target, this.context(resources));
  }

  async capture() {
    if (!this.source.captureDesiredState) {
      throw new Error('The source captures nothing');
    }
    return await this.source.captureDesiredState(this.target, this.context([]));
  }

  context(resources: DesiredResource[]): ScanContext {
    return {
      signal: this.stop.signal,
      logger: this.logger,
      workDir: '',
      readDesiredState: async () => ({
        tenantId: this.target.name,
        revision: 1,
        resources,
      }),
    };
  }
}

/** A row of the desired state, as an envelope. */
export function desired(
  resourceType: string,
  name: string,
  spec: JsonObject,
  cluster?: string,
): DesiredResource {
  return {
    tenantId: 'acme',
    resourceType,
    ...(cluster !== undefined && { cluster }),
    name,
    spec,
    revision: 1,
    updatedAt: '2026-01-01T00:00:00Z',
    origin: 'api',
  };
}

export function desiredDatabase(
  name: string,
  more: JsonObject = {},
): DesiredResource {
  return desired('database', name, {
    provider: 'fake',
    account: 'prod',
    region: 'eu',
    kind: 'Fake::Database',
    id: name,
    properties: { engine: 'postgres', version: '15', publicAccess: false },
    ...more,
  });
}

export function desiredBucket(
  name: string,
  more: JsonObject = {},
): DesiredResource {
  return desired('storage', name, {
    provider: 'fake',
    account: 'dev',
    kind: 'Fake::Bucket',
    id: name,
    properties: { versioning: true },
    ...more,
  });
}
