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

import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  RemediationOutcome,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  Observation,
  RemediationPlan,
} from '@infra-hub/backstage-plugin-drift-node';
import { assess } from '@infra-hub/drift-engine';
import {
  CloudClient,
  copyExamples,
  installProvider,
  RunningCloud,
  startCloud,
} from '@infra-hub/drift-sandbox';
import { SourceBench } from './createSource';
import { realTool, runTool } from './realTool';

type Config = Parameters<SourceBench['source']>[0];
type Request = Parameters<SourceBench['request']>[0];

/** The example modules, applied to a real sandbox cloud by the real tool. */
export class SandboxBench {
  static async create(): Promise<SandboxBench> {
    const bench = new SourceBench();
    const cloud = await startCloud({ port: 0 });
    const { cliConfigFile } = await installProvider({
      dir: join(bench.base, 'provider'),
    });
    await copyExamples({ to: bench.codeDir, endpoint: cloud.url });
    return new SandboxBench(bench, cloud, cliConfigFile);
  }

  readonly bench: SourceBench;
  readonly cloud: RunningCloud;
  readonly people: CloudClient;
  readonly #cliConfigFile: string;

  private constructor(
    bench: SourceBench,
    cloud: RunningCloud,
    cliConfigFile: string,
  ) {
    this.bench = bench;
    this.cloud = cloud;
    this.people = CloudClient.create({ endpoint: cloud.url, actor: 'alice' });
    this.#cliConfigFile = cliConfigFile;
  }

  async dispose(): Promise<void> {
    await this.cloud.stop();
    this.bench.dispose();
  }

  /** Path of a module, or of a file in it. */
  path(module: string, ...file: string[]): string {
    return join(this.bench.codeDir, 'clients/acme', module, ...file);
  }

  /** Applies a module as its owner would. */
  async deploy(module: string): Promise<void> {
    const options = {
      cwd: this.path(module),
      cliConfigFile: this.#cliConfigFile,
    };
    await runTool(['init', '-input=false'], options);
    await runTool(['apply', '-auto-approve', '-input=false'], options);
    await rm(this.path(module, '.terraform'), { recursive: true });
  }

  async scan(module: string): Promise<Observation> {
    return await this.bench.scan(
      this.bench.source(this.#config(), this.#tools()),
      { client: 'acme', name: module, location: this.location(module) },
    );
  }

  /** What a scan would store. */
  async findings(module: string): Promise<StoredFinding[]> {
    const observation = await this.scan(module);
    return assess(observation).findings.map((finding, index) => ({
      ...finding,
      id: `finding-${index}`,
      targetId: `terraform:acme/${module}`,
      state: 'open',
      firstSeenAt: '2026-11-22T00:00:00Z',
      lastSeenAt: '2026-11-22T00:00:00Z',
      recurrences: 0,
    }));
  }

  async preview(
    module: string,
    request: Request = {},
    config: Config = {},
  ): Promise<RemediationPlan> {
    const { context } = this.bench.remediation();
    return await this.bench
      .remediator(this.#config(config), this.#tools())
      .preview(this.request(module, request), context);
  }

  async apply(
    module: string,
    hash: string,
    request: Request = {},
    config: Config = {},
  ): Promise<{ outcome: RemediationOutcome; said: string[] }> {
    const { context, said } = this.bench.remediation();
    const outcome = await this.bench
      .remediator(this.#config(config), this.#tools())
      .apply(this.request(module, request), hash, context);
    return { outcome, said };
  }

  request(module: string, request: Request = {}) {
    return this.bench.request({
      client: 'acme',
      location: this.location(module),
      ...request,
    });
  }

  location(module: string) {
    return {
      type: 'file',
      root: join(this.bench.codeDir, 'clients/acme'),
      dir: module,
    };
  }

  #config(more: Config = {}): Config {
    return { binary: realTool, cliConfigFile: this.#cliConfigFile, ...more };
  }

  #tools() {
    // The provider is a program of node.
    return { path: `${dirname(process.execPath)}:${process.env.PATH}` };
  }
}
