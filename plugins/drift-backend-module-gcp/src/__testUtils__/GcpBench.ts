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
  CloudDocument,
  CloudReading,
  CloudRef,
  CloudUpdate,
  CloudWriteContext,
  readCloudAccounts,
} from '@infra-hub/backstage-plugin-drift-node';
import { CloudFieldWrite } from '@infra-hub/drift-engine';
import { GoogleApi, Patience } from '../api/GoogleApi';
import { GcpProvider } from '../GcpProvider';
import { FakeGoogle } from './FakeGoogle';
import { makeServiceAccountKey } from './serviceAccountKey';

export const PATHS = {
  sql: '/sqladmin/v1/projects/acme-prod/instances/orders',
  bucket: '/storage/storage/v1/b/acme-files',
  disk: '/compute/compute/v1/projects/acme-prod/zones/europe-west1-b/disks/data',
  regionDisk:
    '/compute/compute/v1/projects/acme-prod/regions/europe-west1/disks/data',
  redis:
    '/redis/v1/projects/acme-prod/locations/europe-west1/instances/sessions',
  zone: '/compute/compute/v1/projects/acme-prod/zones/europe-west1-b',
  project: '/cloudresourcemanager/v1/projects/acme-prod',
} as const;

export const KINDS = {
  sql: 'sqladmin.googleapis.com/Instance',
  bucket: 'storage.googleapis.com/Bucket',
  disk: 'compute.googleapis.com/Disk',
  regionDisk: 'compute.googleapis.com/RegionDisk',
  redis: 'redis.googleapis.com/Instance',
} as const;

const READER = makeServiceAccountKey(
  'reader@acme-prod.iam.gserviceaccount.com',
);
const WRITER = makeServiceAccountKey(
  'writer@acme-prod.iam.gserviceaccount.com',
);

/** The module's provider and a project on a server that speaks like Google. */
export class GcpBench {
  static async start(
    options: {
      account?: JsonObject;
      patience?: Partial<Patience>;
    } = {},
  ): Promise<GcpBench> {
    const google = await FakeGoogle.start({ keys: [READER, WRITER] });
    return new GcpBench(google, options);
  }

  /** The content of the key file for looking. */
  static readonly readerKey = READER.json;

  readonly api: GoogleApi;
  readonly provider: GcpProvider;
  readonly account: CloudAccount;
  readonly config: ConfigReader;
  readonly logger = mockServices.logger.mock();
  /** The live log that people see. */
  readonly lines: string[] = [];
  readonly abort = new AbortController();
  /** Asked before something is changed; rejects when it may not. */
  mayWrite: CloudWriteContext['mayWrite'] = async () => {};
  turns = 0;

  private constructor(
    readonly google: FakeGoogle,
    options: { account?: JsonObject; patience?: Partial<Patience> },
  ) {
    this.api = GoogleApi.create({
      backoffMs: 1,
      longestWaitMs: 20,
      requestTimeoutMs: 10_000,
      ...options.patience,
    });
    this.provider = GcpProvider.create({ api: this.api });
    this.config = new ConfigReader({
      drift: {
        gcp: {
          accounts: [
            {
              name: 'prod',
              id: 'acme-prod',
              endpoint: google.endpoint,
              credentials: { json: READER.json },
              remediation: { credentials: { json: WRITER.json } },
              ...options.account,
            },
          ],
        },
      },
    });
    [this.account] = readCloudAccounts(this.config, 'gcp');
  }

  get context(): CloudWriteContext {
    return {
      signal: this.abort.signal,
      logger: this.logger,
      turn: async () => {
        this.turns++;
      },
      mayWrite: () => this.mayWrite(),
      log: text => {
        this.lines.push(text);
      },
    };
  }

  ref(kind: string, id: string): CloudRef {
    const found = this.provider.kinds.find(each => each.kind === kind);
    if (!found) {
      throw new Error(`There is no kind ${kind}`);
    }
    return { kind: found, id, account: this.account };
  }

  async read(kind: string, id: string): Promise<CloudReading> {
    return await this.provider.read(this.ref(kind, id), this.context);
  }

  /** What a look shows, which has to find something. */
  async look(kind: string, id: string): Promise<CloudDocument> {
    const { state, ...document } = await this.read(kind, id);
    if (state !== 'found') {
      throw new Error(`It is ${state}`);
    }
    return document as CloudDocument;
  }

  async update(
    looked: CloudDocument,
    writes: readonly CloudFieldWrite[],
  ): Promise<CloudUpdate> {
    return await this.provider.update(
      this.ref(looked.kind.kind, looked.id),
      looked,
      writes,
      this.context,
    );
  }

  async stop(): Promise<void> {
    await this.google.stop();
  }
}
