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

import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UrlReaderService } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import {
  Observation,
  RemediationContext,
  RemediationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  RemediationAction,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import { TerraformAdopter } from '../adopt/TerraformAdopter';
import { TerraformRemediator } from '../remediate/TerraformRemediator';
import { TerraformDriftSource } from '../TerraformDriftSource';
import { TerraformParts } from '../TerraformParts';

/** A source on a directory of its own, and everything that it logged. */
export class SourceBench {
  readonly base = mkdtempSync(join(tmpdir(), 'drift-terraform-test-'));
  readonly logged: string[] = [];
  readonly codeDir = join(this.base, 'code');
  readonly binDir = join(this.base, 'bin');
  #scans = 0;

  constructor() {
    mkdirSync(this.codeDir);
    mkdirSync(this.binDir);
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true });
  }

  source(
    terraform: JsonObject = {},
    options: { path?: string; urlReader?: UrlReaderService } = {},
  ): TerraformDriftSource {
    return TerraformDriftSource.create(this.parts(terraform, options));
  }

  remediator(
    terraform: JsonObject = {},
    options: { path?: string; urlReader?: UrlReaderService } = {},
  ): TerraformRemediator {
    return TerraformRemediator.create(this.parts(terraform, options));
  }

  adopter(
    terraform: JsonObject = {},
    options: { urlReader?: UrlReaderService } = {},
  ): TerraformAdopter {
    return TerraformAdopter.create(this.parts(terraform, options));
  }

  parts(
    terraform: JsonObject = {},
    options: { path?: string; urlReader?: UrlReaderService } = {},
  ): TerraformParts {
    return TerraformParts.fromConfig({
      config: new ConfigReader({
        backend: { workingDirectory: this.base },
        drift: { terraform: { allowedRoots: [this.codeDir], ...terraform } },
      }),
      logger: this.#logger(),
      urlReader: options.urlReader ?? mockServices.urlReader.mock(),
      path: options.path ?? `${this.binDir}:/usr/bin:/bin`,
    });
  }

  /** Scans a module below the code directory. */
  async scan(
    source: TerraformDriftSource,
    options: {
      client?: string;
      name?: string;
      location?: JsonObject;
      signal?: AbortSignal;
    } = {},
  ): Promise<Observation> {
    this.#scans += 1;
    const workDir = join(this.base, `work-${this.#scans}`);
    mkdirSync(workDir, { mode: 0o700 });
    const name = options.name ?? 'module';
    return await source.scan(
      {
        id: `terraform:${options.client ?? '-'}/${name}`,
        name,
        client: options.client,
        entityRefs: [],
        location: options.location ?? {
          type: 'file',
          root: this.codeDir,
          dir: '.',
        },
      },
      {
        signal: options.signal ?? new AbortController().signal,
        logger: this.#logger(),
        workDir,
        readDesiredState: async () => ({
          tenantId: name,
          revision: 0,
          resources: [],
        }),
      },
    );
  }

  /** A request for a module below the code directory. */
  request(
    options: {
      action?: RemediationAction;
      client?: string;
      location?: JsonObject;
      addresses?: string[];
      findings?: StoredFinding[];
      salt?: string;
    } = {},
  ): RemediationRequest {
    return {
      id: 'remediation-1',
      target: {
        id: `terraform:${options.client ?? '-'}/module`,
        source: 'terraform',
        name: 'module',
        client: options.client,
        entityRefs: [],
        location: options.location ?? {
          type: 'file',
          root: this.codeDir,
          dir: '.',
        },
      },
      action: options.action ?? 'revert',
      addresses: options.addresses,
      salt: options.salt ?? 'salt-of-this-remediation',
      findings: options.findings ?? [],
    };
  }

  /** What a remediation may use; `said` is its live log. */
  remediation(
    options: { signal?: AbortSignal; log?: (text: string) => void } = {},
  ): { context: RemediationContext; said: string[]; workDir: string } {
    this.#scans += 1;
    const workDir = join(this.base, `work-${this.#scans}`);
    mkdirSync(workDir, { mode: 0o700 });
    const said: string[] = [];
    return {
      said,
      workDir,
      context: {
        signal: options.signal ?? new AbortController().signal,
        logger: this.#logger(),
        workDir,
        readDesiredState: async () => ({
          tenantId: '-',
          revision: 0,
          resources: [],
        }),
        log: options.log ?? (text => said.push(text)),
        mayWrite: async () => {},
        remember: async () => {},
      },
    };
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
