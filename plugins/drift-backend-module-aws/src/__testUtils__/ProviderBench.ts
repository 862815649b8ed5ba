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
  CloudAccount,
  CloudContext,
  CloudReading,
  CloudUpdate,
  CloudWriteContext,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite } from '@infra-hub/drift-engine';
import { AwsProvider } from '../AwsProvider';
import { AwsKind } from '../kinds/AwsKind';
import { AwsServer, READER, WRITER } from './AwsServer';

/** The provider, with the SDK, before a server of its own. */
export class ProviderBench {
  static async start(): Promise<ProviderBench> {
    return new ProviderBench(await AwsServer.start());
  }

  readonly provider = AwsProvider.create({
    requestTimeout: 400,
    pollInterval: 5,
  });
  readonly logged: string[] = [];
  /** Asked before something is changed; rejects when it may not. */
  mayWrite: CloudWriteContext['mayWrite'] = async () => {};
  turns = 0;

  private constructor(readonly aws: AwsServer) {}

  account(more: JsonObject = {}): CloudAccount {
    return {
      name: 'prod',
      id: '123456789012',
      regions: ['eu-central-1', 'us-east-1'],
      concurrency: 2,
      requestsPerSecond: 100,
      config: new ConfigReader({
        endpoint: this.aws.url,
        credentials: READER,
        remediation: { credentials: WRITER },
        ...more,
      }),
    };
  }

  context(signal = new AbortController().signal): CloudContext {
    return {
      signal,
      logger: mockServices.logger.mock(),
      turn: async () => {
        this.turns++;
      },
    };
  }

  read(
    kind: AwsKind,
    id: string,
    options: {
      region?: string;
      account?: CloudAccount;
      signal?: AbortSignal;
    } = {},
  ): Promise<CloudReading> {
    const { account = this.account(), region, signal } = options;
    return this.provider.read(
      { account, region, kind, id },
      this.context(signal),
    );
  }

  async update(
    kind: AwsKind,
    id: string,
    writes: CloudFieldWrite[],
    options: { document?: JsonObject; signal?: AbortSignal } = {},
  ): Promise<CloudUpdate> {
    const document = options.document ?? this.aws.resource(kind.kind, id) ?? {};
    return this.provider.update(
      { account: this.account(), kind, id },
      { kind, id, document: JSON.parse(JSON.stringify(document)) },
      writes,
      {
        ...this.context(options.signal),
        mayWrite: () => this.mayWrite(),
        log: text => this.logged.push(text),
      },
    );
  }

  async stop(): Promise<void> {
    await this.aws.stop();
  }
}
