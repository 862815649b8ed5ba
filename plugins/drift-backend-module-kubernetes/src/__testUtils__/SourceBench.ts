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
import {
  Observation,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import { KubernetesDriftSource } from '../KubernetesDriftSource';

/** A source, and everything that it logged. */
export class SourceBench {
  readonly logged: string[] = [];

  source(kubernetes: JsonObject, root: JsonObject = {}): KubernetesDriftSource {
    return KubernetesDriftSource.fromConfig({
      config: new ConfigReader({ ...root, drift: { kubernetes } }),
      logger: this.#logger(),
    });
  }

  async scan(
    source: KubernetesDriftSource,
    resources: DesiredResource[],
    options: {
      target?: Partial<ScanTarget>;
      signal?: AbortSignal;
    } = {},
  ): Promise<Observation> {
    return await source.scan(targetOf(options.target), {
      signal: options.signal ?? new AbortController().signal,
      logger: this.#logger(),
      workDir: '/nowhere',
      readDesiredState: async () => ({
        tenantId: 'acme',
        revision: 1,
        resources,
      }),
    });
  }

  async capture(source: KubernetesDriftSource): Promise<JsonObject[]> {
    return await source.captureDesiredState(targetOf(), {
      signal: new AbortController().signal,
      logger: this.#logger(),
    });
  }

  #logger() {
    const log = (level: string) => (message: string, meta?: unknown) => {
      this.logged.push(`${level} ${message} ${JSON.stringify(meta)}`);
    };
    return mockServices.logger.mock({
      debug: jest.fn(log('debug')),
      info: jest.fn(log('info')),
      warn: jest.fn(log('warn')),
      error: jest.fn(log('error')),
    });
  }
}

function targetOf(target: Partial<ScanTarget> = {}): ScanTarget {
  return {
    id: 'kubernetes:-/acme',
    name: 'acme',
    entityRefs: [],
    location: { cluster: 'prod', namespaces: ['tenant-acme'] },
    ...target,
  };
}
