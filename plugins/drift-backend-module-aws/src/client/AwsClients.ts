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

import { CloudControlClient } from '@aws-sdk/client-cloudcontrol';
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { S3Client } from '@aws-sdk/client-s3';
import { S3ControlClient } from '@aws-sdk/client-s3-control';
import { STSClient } from '@aws-sdk/client-sts';
import { CloudAccount } from '@infra-hub/backstage-plugin-drift-node';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import {
  AwsCredentialProvider,
  createCredentialProvider,
} from './AwsCredentials';
import { AwsPurpose, AwsSettings, readAwsSettings } from './AwsSettings';

export interface AwsTimings {
  /** How long one request may take, in ms. */
  requestTimeout: number;
  /** How often a request is sent in all. */
  attempts: number;
}

/** Who is asked, where and what for. */
export interface AwsDoor {
  account: CloudAccount;
  region: string;
  purpose: AwsPurpose;
}

const CONNECT_MS = 5_000;

/** Clients of the SDK, kept so that connections and credentials are. */
export class AwsClients {
  readonly #timings: AwsTimings;
  readonly #kept = new Map<string, KeptAccount>();

  constructor(timings: AwsTimings) {
    this.#timings = timings;
  }

  cloudControl(door: AwsDoor): CloudControlClient {
    return this.#client('cloudcontrol', door, options => {
      return new CloudControlClient(options);
    });
  }

  /** Never sends a request again by itself, so that what was sent is known. */
  cloudControlOnce(door: AwsDoor): CloudControlClient {
    return this.#client('cloudcontrol-once', door, options => {
      return new CloudControlClient({ ...options, maxAttempts: 1 });
    });
  }

  cloudTrail(door: AwsDoor): CloudTrailClient {
    return this.#client('cloudtrail', door, options => {
      return new CloudTrailClient(options);
    });
  }

  elastiCache(door: AwsDoor): ElastiCacheClient {
    return this.#client('elasticache', door, options => {
      return new ElastiCacheClient(options);
    });
  }

  s3(door: AwsDoor): S3Client {
    return this.#client('s3', door, options => {
      // Other addresses know no names of buckets before their own.
      const forcePathStyle = options.endpoint !== undefined;
      return new S3Client({ ...options, forcePathStyle });
    });
  }

  s3Control(door: AwsDoor): S3ControlClient {
    return this.#client('s3-control', door, ({ endpoint, ...options }) => {
      return new S3ControlClient({
        ...options,
        // Nor ids of accounts, which the SDK would put there.
        ...(endpoint !== undefined && {
          endpointProvider: () => ({ url: new URL(endpoint) }),
        }),
      });
    });
  }

  sts(door: AwsDoor): STSClient {
    return this.#client('sts', door, options => new STSClient(options));
  }

  /**
   * @throws AwsCredentialError when there are none
   */
  async accessKeyId(door: AwsDoor): Promise<string> {
    return (await this.#account(door).credentials()).accessKeyId;
  }

  /** Takes credentials anew next time, e.g. because they have expired. */
  forget({ account, purpose }: Pick<AwsDoor, 'account' | 'purpose'>): void {
    this.#kept.delete(keyOf(account, purpose));
  }

  #client<T extends object>(
    service: string,
    door: AwsDoor,
    create: (options: ClientOptions) => T,
  ): T {
    const kept = this.#account(door);
    const key = `${service}/${door.region}`;
    const known = kept.clients.get(key);
    if (known) {
      // The key has the service, and a service has one class of clients.
      return known as T;
    }
    const { endpoint } = kept.settings;
    const client = create({
      region: door.region,
      credentials: kept.credentials,
      maxAttempts: this.#timings.attempts,
      retryMode: 'standard',
      customUserAgent: 'infra-hub-drift',
      requestHandler: new NodeHttpHandler({
        connectionTimeout: Math.min(CONNECT_MS, this.#timings.requestTimeout),
        requestTimeout: this.#timings.requestTimeout,
        // The one above ends with the first byte of an answer.
        socketTimeout: this.#timings.requestTimeout,
        throwOnRequestTimeout: true,
      }),
      ...(endpoint !== undefined && { endpoint }),
    });
    kept.clients.set(key, client);
    return client;
  }

  #account({ account, region, purpose }: AwsDoor): KeptAccount {
    const key = keyOf(account, purpose);
    const known = this.#kept.get(key);
    if (known) {
      return known;
    }
    const settings = readAwsSettings(account);
    const kept: KeptAccount = {
      settings,
      credentials: createCredentialProvider({
        settings: settings.credentials[purpose],
        region,
        endpoint: settings.endpoint,
      }),
      clients: new Map(),
    };
    this.#kept.set(key, kept);
    return kept;
  }
}

interface KeptAccount {
  settings: AwsSettings;
  credentials: AwsCredentialProvider;
  clients: Map<string, object>;
}

interface ClientOptions {
  region: string;
  credentials: AwsCredentialProvider;
  maxAttempts: number;
  retryMode: string;
  customUserAgent: string;
  requestHandler: NodeHttpHandler;
  endpoint?: string;
}

function keyOf(account: CloudAccount, purpose: AwsPurpose): string {
  return JSON.stringify([account.name, purpose]);
}
