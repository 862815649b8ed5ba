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

import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, RequestListener, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import {
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { JsonObject } from '@backstage/types';
import driftPlugin from '@infra-hub/backstage-plugin-drift-backend';
import driftModuleTerraform from '@infra-hub/backstage-plugin-drift-backend-module-terraform';
import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import {
  CloudClient,
  findTerraform,
  installProvider,
  PROVIDER_SOURCE,
  PROVIDER_VERSION,
  startCloud,
} from '@infra-hub/drift-sandbox';
import { JobOptions, JobResult } from './runPipeline';

const ROOT = join(__dirname, '../../../..');
const READER_TOKEN = 'reader-token-0123456789abcdef01';

/** What a CI system gives its job to prove who it is. */
export const REQUEST_TOKEN = 'request-token-of-the-runner';

/** The token that pipelines without an identity of their own have. */
export const CI_TOKEN = 'static-ci-token-0123456789abcdef';

/** Plans of the engine's tests. */
export const PLANS = join(
  ROOT,
  'packages/drift-engine/src/__fixtures__/terraform',
);

/** A pipeline of this repository, and what runs it as its CI system would. */
export interface Pipeline {
  /** Below the directory `pipelines`. */
  file: string;
  run: (file: string, options: JobOptions) => Promise<JobResult>;
}

/**
 * A backend that takes reports, the identity provider of a CI system, a checked
 * out repository with one module, and the tools that pipelines call: the real
 * `infra-hub-drift`, and a Terraform that only pretends.
 */
export class PipelineBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'drift-pipelines-'));
  /** The pretended Terraform. */
  readonly pretended = join(this.directory, 'pretended');
  readonly #repository = join(this.directory, 'repository');
  readonly #tools = join(this.directory, 'tools');
  #identity?: Server;
  #backend?: TestBackend;

  /**
   * @param options.terraform - script of the pretended Terraform
   * @param options.plans - file below {@link PLANS} by the name that the script has for it
   */
  constructor(options: { terraform: string; plans: Record<string, string> }) {
    for (const path of [this.#tools, this.pretended]) {
      mkdirSync(path);
    }
    const bundle = join(this.directory, 'infra-hub-drift.cjs');
    execFileSync(process.execPath, [
      join(ROOT, 'packages/drift-cli/scripts/build-single-file.mjs'),
      '--out',
      bundle,
    ]);
    this.addTool(
      'infra-hub-drift',
      `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`,
    );
    this.addTool('az', '#!/bin/sh\necho subscription\n');
    writeTool(this.pretended, 'terraform', options.terraform);
    for (const [name, file] of Object.entries(options.plans)) {
      writeFileSync(
        join(this.pretended, `${name}.json`),
        readFileSync(join(PLANS, file)),
      );
    }
  }

  /** Starts what answers requests for identity tokens, and whatever else is asked of it. */
  async startIdentity(listener: RequestListener): Promise<void> {
    const server = createServer(listener);
    this.#identity = server;
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
  }

  get identityUrl(): string {
    const { port } = this.#identity!.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get url(): string {
    return `http://localhost:${this.#backend!.server.port()}`;
  }

  /**
   * Starts the backend, with a token for pipelines and one for readers.
   *
   * @param options.drift - its configuration
   * @param options.externalAccess - further tokens that may report
   */
  async startBackend(
    options: { drift?: JsonObject; externalAccess?: JsonObject[] } = {},
  ): Promise<void> {
    const { drift, externalAccess = [] } = options;
    const accessRestrictions = [
      { plugin: 'drift', permission: 'drift.report.ingest' },
    ];
    this.#backend = await startTestBackend({
      features: [
        catalogPlugin,
        driftPlugin,
        driftModuleTerraform,
        authServiceFactory,
        httpAuthServiceFactory,
        mockServices.rootConfig.factory({
          data: {
            ...(drift && { drift }),
            backend: {
              baseUrl: 'http://localhost',
              database: { client: 'better-sqlite3', connection: ':memory:' },
              auth: {
                externalAccess: [
                  ...[
                    {
                      type: 'static',
                      options: { token: CI_TOKEN, subject: 'ci' },
                    },
                    ...externalAccess,
                  ].map(access => ({ ...access, accessRestrictions })),
                  {
                    type: 'static',
                    options: { token: READER_TOKEN, subject: 'reader' },
                  },
                ],
              },
            },
          },
        }),
      ],
    });
  }

  async dispose(): Promise<void> {
    await this.#backend?.stop();
    await new Promise(resolve => {
      this.#identity?.close(resolve);
    });
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Adds a tool that every pipeline finds. */
  addTool(name: string, script: string): void {
    writeTool(this.#tools, name, script);
  }

  /** Empties the repository and puts these files into its module; gives the module's path. */
  checkOut(files: Record<string, string>): string {
    const module = join(this.#repository, 'modules/network');
    rmSync(this.#repository, { recursive: true, force: true });
    mkdirSync(module, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(module, name), text);
    }
    return module;
  }

  /** Runs a pipeline, which finds the tools in `path` before all others. */
  async run(
    pipeline: Pipeline,
    options: Omit<JobOptions, 'repository'> & { path: string[] },
  ): Promise<JobResult> {
    const { path, variables, environment, ...job } = options;
    return pipeline.run(join(ROOT, 'pipelines', pipeline.file), {
      ...job,
      repository: this.#repository,
      variables: {
        DRIFT_URL: this.url,
        DRIFT_AUDIENCE: 'backstage-drift',
        ...variables,
      },
      environment: {
        PATH: [
          ...path,
          this.#tools,
          dirname(process.execPath),
          process.env.PATH,
        ].join(delimiter),
        HOME: this.directory,
        PRETENDED: this.pretended,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
        ACTIONS_ID_TOKEN_REQUEST_URL: `${this.identityUrl}/token?api-version=2`,
        ...environment,
      },
    });
  }

  /** Reads from the API what belongs to the module of a client, or the target itself. */
  async readTarget<T = DriftTarget>(client: string, path = ''): Promise<T> {
    const id = encodeURIComponent(`terraform:${client}/network`);
    const response = await fetch(`${this.url}/api/drift/targets/${id}${path}`, {
      headers: { Authorization: `Bearer ${READER_TOKEN}` },
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${client}${path} answered ${response.status}: ${text}`);
    }
    return JSON.parse(text) as T;
  }

  /** The real Terraform with a cloud, or nothing where it is not installed. */
  async findRealTerraform(): Promise<RealTerraform | undefined> {
    const terraform = await findTerraform(process.env.PATH ?? '');
    if (terraform === undefined) {
      process.stderr.write('skipped: terraform not installed\n');
      return undefined;
    }
    const bin = join(this.directory, 'real');
    mkdirSync(bin);
    writeTool(bin, 'terraform', `#!/bin/sh\nexec "${terraform}" "$@"\n`);
    const cloud = await startCloud({ port: 0 });
    const { cliConfigFile } = await installProvider({
      dir: join(this.directory, 'provider'),
    });
    const environment = {
      TF_CLI_CONFIG_FILE: cliConfigFile,
      CHECKPOINT_DISABLE: '1',
    };
    return {
      bin,
      environment,
      cloudUrl: cloud.url,
      person: CloudClient.create({ endpoint: cloud.url, actor: 'jane' }),
      checkOutBucket: async bucket => {
        const module = this.checkOut({
          'main.tf': bucketModule({ endpoint: cloud.url, bucket }),
        });
        // The cloud lives in this process, which must not wait for it.
        const run = async (...args: string[]) => {
          const { stdout } = await promisify(execFile)(terraform, args, {
            cwd: module,
            env: { ...process.env, ...environment },
            maxBuffer: 10_000_000,
          });
          return stdout;
        };
        await run('init', '-input=false');
        await run('apply', '-auto-approve', '-input=false');
        return { main: join(module, 'main.tf'), run };
      },
      stop: () => cloud.stop(),
    };
  }
}

/** The real Terraform, and a cloud that it manages. */
export interface RealTerraform {
  /** Directory of the tool. */
  bin: string;
  /** What it needs to find its provider. */
  environment: Record<string, string>;
  cloudUrl: string;
  /** Somebody who changes the cloud of `acme` by hand. */
  person: CloudClient;
  /** Checks out a module with one private bucket, and applies it. */
  checkOutBucket(bucket: string): Promise<{
    /** Path of its code. */
    main: string;
    /** Runs Terraform there, and gives what it printed. */
    run: (...args: string[]) => Promise<string>;
  }>;
  stop(): Promise<void>;
}

function bucketModule(options: { endpoint: string; bucket: string }): string {
  return `
terraform {
  required_providers {
    sandbox = {
      source  = "${PROVIDER_SOURCE}"
      version = "${PROVIDER_VERSION}"
    }
  }
}
provider "sandbox" {
  endpoint = "${options.endpoint}"
  client   = "acme"
}
resource "sandbox_storage_bucket" "assets" {
  name          = "${options.bucket}"
  location      = "eastus"
  public_access = false
}
`;
}

/** Writes a script that can be run. */
export function writeTool(path: string, name: string, script: string): void {
  writeFileSync(join(path, name), script);
  chmodSync(join(path, name), 0o755);
}
