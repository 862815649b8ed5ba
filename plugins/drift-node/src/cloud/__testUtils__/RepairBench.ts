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
import {
  DesiredResource,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  RemediationContext,
  RemediationRequest,
  Remediator,
} from '../../remediation/Remediator';
import { createCloudSource } from '../CloudDriftSource';
import { createCloudRemediator } from '../CloudRemediator';
import { CloudDocument } from '../CloudProvider';
import { FakeProvider } from './FakeProvider';

export const SHOP = 'Fake::Database/shop';
export const BILLS = 'Fake::Database/bills';
export const FILES = 'Fake::Bucket/files';

/** What the platform wants of {@link SHOP}, {@link BILLS} and {@link FILES}, in the provider's words. */
const PLATFORM = {
  shop: {
    Engine: 'postgres',
    EngineVersion: '15.4',
    Class: 'small',
    Storage: 100,
    Public: false,
    Encrypted: true,
    Endpoint: 'shop.example.com',
    Tags: { team: 'blue' },
  },
  bills: { Engine: 'postgres', EngineVersion: '15.4', Class: 'small' },
  files: { Versioning: true, Public: false, Tier: 'hot' },
} satisfies Record<string, JsonObject>;

const CONFIG = new ConfigReader({
  drift: {
    fake: {
      accounts: ['prod', 'dev'].map((name, index) => ({
        name,
        id: String(index).repeat(3),
        regions: ['eu'],
        tenants: ['acme'],
        requestsPerSecond: 1000,
      })),
    },
  },
});

/** A tenant with two databases and a bucket in two accounts, and who repairs them. */
export class RepairBench {
  static create(provider = new FakeProvider()): RepairBench {
    return new RepairBench(provider);
  }

  readonly provider: FakeProvider;
  readonly remediator: Remediator;
  readonly logger = mockServices.logger.mock();
  readonly logs: string[] = [];
  readonly stop = new AbortController();
  readonly target = {
    id: 'fake:-/acme',
    name: 'acme',
    source: 'fake',
    entityRefs: [],
    location: { accounts: ['prod', 'dev'] },
  };
  resources: DesiredResource[] = [
    wish('database', 'shop', 'prod', {
      properties: {
        engine: 'postgres',
        version: '15',
        size: 'small',
        storageGiB: 100,
        publicAccess: false,
        encryption: { enabled: true },
      },
    }),
    wish('database', 'bills', 'prod', { properties: { size: 'small' } }),
    wish('storage', 'files', 'dev', {
      properties: { versioning: true, publicAccess: false },
    }),
  ];
  findings: StoredFinding[] = [];
  salt = 'salt';
  /** Asked before something is changed; rejects when it may not. */
  mayWrite: RemediationContext['mayWrite'] = async () => {};

  private constructor(provider: FakeProvider) {
    this.provider = provider;
    this.change('shop', {}).change('bills', {}).change('files', {});
    this.remediator = createCloudRemediator({ provider, config: CONFIG });
  }

  /** Makes a resource as it should be, but for these members, by hand. */
  change(
    id: keyof typeof PLATFORM,
    members: JsonObject,
    more: Partial<CloudDocument> = {},
  ): this {
    const { kind: _kind, ...rest } = more;
    this.provider.put({
      account: id === 'files' ? 'dev' : 'prod',
      region: 'eu',
      kind: id === 'files' ? 'Fake::Bucket' : 'Fake::Database',
      id,
      document: { ...PLATFORM[id], ...members },
      ...rest,
    });
    return this;
  }

  documentOf(id: keyof typeof PLATFORM): JsonObject | undefined {
    return this.provider.documentOf({
      account: id === 'files' ? 'dev' : 'prod',
      region: 'eu',
      kind: id === 'files' ? 'Fake::Bucket' : 'Fake::Database',
      id,
    });
  }

  get updates(): string[] {
    return this.provider.asked.filter(what => what.startsWith('update'));
  }

  async preview(addresses?: string[]) {
    return await this.remediator.preview(
      this.request(addresses),
      this.context(),
    );
  }

  async apply(hash: string, addresses?: string[]) {
    return await this.remediator.apply(
      this.request(addresses),
      hash,
      this.context(),
    );
  }

  async revert(addresses?: string[]) {
    const plan = await this.preview(addresses);
    return { plan, outcome: await this.apply(plan.hash, addresses) };
  }

  /** Addresses of what a scan finds to have drifted. */
  async drift(): Promise<string[]> {
    const source = createCloudSource({
      provider: this.provider,
      config: CONFIG,
      logger: this.logger,
    });
    const { differences } = await source.scan(this.target, this.context());
    return differences
      .filter(({ class: is }) => is === 'drift')
      .map(({ address }) => address);
  }

  request(addresses?: string[]): RemediationRequest {
    return {
      id: 'remediation',
      target: this.target,
      action: 'revert',
      salt: this.salt,
      findings: this.findings,
      ...(addresses && { addresses }),
    };
  }

  context(): RemediationContext {
    return {
      signal: this.stop.signal,
      logger: this.logger,
      workDir: '',
      log: text => this.logs.push(text),
      mayWrite: () => this.mayWrite(),
      remember: async () => {},
      readDesiredState: async () => ({
        tenantId: 'acme',
        revision: 1,
        resources: this.resources,
      }),
    };
  }
}

/** A row of the desired state. */
export function wish(
  resourceType: 'database' | 'storage',
  name: string,
  account: string,
  more: JsonObject,
): DesiredResource {
  return {
    tenantId: 'acme',
    resourceType,
    name,
    spec: {
      provider: 'fake',
      account,
      region: 'eu',
      kind: resourceType === 'database' ? 'Fake::Database' : 'Fake::Bucket',
      id: name,
      ...more,
    },
    revision: 1,
    updatedAt: '2026-11-22T08:00:00Z',
    origin: 'api',
  };
}

/** A finding as the last scan stored it. */
export function finding(fields: Partial<StoredFinding>): StoredFinding {
  return {
    id: 'one',
    targetId: 'fake:-/acme',
    state: 'open',
    firstSeenAt: '2026-11-22T08:00:00Z',
    lastSeenAt: '2026-11-22T08:00:00Z',
    recurrences: 0,
    address: SHOP,
    resourceType: 'database',
    resourceName: 'shop',
    class: 'drift',
    change: 'update',
    severity: 'low',
    reason: 'It differs.',
    rule: 'cloud-changed',
    fingerprint: 'f',
    fields: [],
    ...fields,
  };
}
