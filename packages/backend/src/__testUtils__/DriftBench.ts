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

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { schedulerServiceFactory } from '@backstage/backend-defaults/scheduler';
import {
  BackendFeature,
  coreServices,
  createBackendModule,
  createServiceFactory,
  DatabaseService,
  RootLoggerService,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestBackend,
} from '@backstage/backend-test-utils';
import { metricsServiceMock } from '@backstage/backend-test-utils/alpha';
import catalogPlugin from '@backstage/plugin-catalog-backend';
import { EventParams, eventsServiceRef } from '@backstage/plugin-events-node';
import { JsonObject } from '@backstage/types';
import catalogModuleDrift from '@infra-hub/backstage-plugin-catalog-backend-module-drift';
import driftPlugin from '@infra-hub/backstage-plugin-drift-backend';
import driftModuleTerraform from '@infra-hub/backstage-plugin-drift-backend-module-terraform';
import {
  DriftTarget,
  FindingsPage,
  Remediation,
  RemediationAction,
  ScanRequestResult,
  ScansPage,
  ScanSummary,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';

/** A Terraform that does what `<command>.sh` in the module says. */
const TOOL = `#!/bin/sh
if [ "$1" = version ]; then
  echo "Terraform v1.11.4"
elif [ -f "./$1.sh" ]; then
  . "./$1.sh"
fi
`;

/** Half a year from now: what is scanned is new or was asked for. */
const RARELY = `0 0 1 ${((new Date().getMonth() + 6) % 12) + 1} *`;

/**
 * The drift plugin with its Terraform module, the catalog with the drift module,
 * databases in files, and everything that they logged, published and measured.
 */
export class DriftBench {
  readonly directory = realpathSync(
    mkdtempSync(join(tmpdir(), 'drift-backend-test-')),
  );
  readonly codeDirectory = this.#makeDirectory('code');
  readonly databaseDirectory = this.#makeDirectory('database');
  /** Where scans work; empty when none runs. */
  readonly temporaryDirectory = this.#makeDirectory('tmp');
  readonly logged: string[] = [];
  readonly published: EventParams[] = [];
  readonly #metrics = metricsServiceMock.mock();
  readonly #databases: DatabaseService[] = [];
  readonly #entities: JsonObject[] = [];
  readonly #temporaryDirectoryBefore = process.env.TMPDIR;
  #backend?: TestBackend;

  constructor() {
    const tool = join(this.directory, 'terraform');
    writeFileSync(tool, TOOL);
    chmodSync(tool, 0o755);
    process.env.TMPDIR = this.temporaryDirectory;
  }

  async dispose(): Promise<void> {
    await this.stop();
    if (this.#temporaryDirectoryBefore === undefined) {
      delete process.env.TMPDIR;
    } else {
      process.env.TMPDIR = this.#temporaryDirectoryBefore;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Writes files of a module; what it had by other names stays. */
  writeModule(dir: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries({
      'main.tf': 'terraform {\n  backend "s3" {}\n}\n',
      ...files,
    })) {
      const path = join(this.codeDirectory, dir, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  /** Adds a component to the catalog file; before the start. */
  addEntity(name: string, annotations: Record<string, string>): void {
    this.#entities.push({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: { name, annotations },
      spec: { type: 'service', lifecycle: 'production', owner: 'team-a' },
    });
  }

  /** Adds a group with one member to the catalog file; before the start. */
  addTeam(name: string, member: { name: string; email: string }): void {
    this.#entities.push(
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'Group',
        metadata: { name },
        spec: { type: 'team', children: [] },
      },
      {
        apiVersion: 'backstage.io/v1alpha1',
        kind: 'User',
        metadata: { name: member.name },
        spec: { profile: { email: member.email }, memberOf: [name] },
      },
    );
  }

  async start(
    options: {
      terraform?: JsonObject;
      /** More of the section `drift`. */
      drift?: JsonObject;
      /** More sections. */
      config?: JsonObject;
      features?: BackendFeature[];
      /** Ids of plugins among them that have a database. */
      plugins?: string[];
    } = {},
  ): Promise<void> {
    const catalogFile = join(this.codeDirectory, 'catalog-info.yaml');
    writeFileSync(
      catalogFile,
      this.#entities.map(entity => JSON.stringify(entity)).join('\n---\n'),
    );
    const { published } = this;
    this.#backend = await startTestBackend({
      features: [
        catalogPlugin,
        catalogModuleDrift,
        driftPlugin,
        driftModuleTerraform,
        ...['drift', 'catalog', ...(options.plugins ?? [])].map(pluginId =>
          this.#databaseTap(pluginId),
        ),
        createBackendModule({
          pluginId: 'drift',
          moduleId: 'test-events',
          register(registration) {
            registration.registerInit({
              deps: { events: eventsServiceRef },
              async init({ events }) {
                await events.subscribe({
                  id: 'test',
                  topics: ['drift', 'signals'],
                  onEvent: async event => {
                    published.push(event);
                  },
                });
              },
            });
          },
        }),
        ...(options.features ?? []),
        schedulerServiceFactory,
        this.#metrics.factory,
        createServiceFactory({
          service: coreServices.rootLogger,
          deps: {},
          factory: () => this.#logger({}),
        }),
        mockServices.rootConfig.factory({
          data: {
            backend: {
              baseUrl: 'http://localhost',
              workingDirectory: this.temporaryDirectory,
              database: {
                client: 'better-sqlite3',
                connection: { directory: this.databaseDirectory },
              },
            },
            ...options.config,
            catalog: {
              processingInterval: { seconds: 2 },
              locations: [{ type: 'file', target: catalogFile }],
              rules: [{ allow: ['Component', 'Group', 'User'] }],
            },
            drift: {
              schedule: { default: RARELY, tick: 'PT1S' },
              scans: { concurrency: 4 },
              catalog: { refreshInterval: 'PT5S', pollInterval: 'PT1S' },
              terraform: {
                binary: join(this.directory, 'terraform'),
                allowedRoots: [this.codeDirectory],
                ...options.terraform,
              },
              ...options.drift,
            },
          },
        }),
      ],
    });
  }

  /** Where the started backend listens. */
  get url(): string {
    return `http://localhost:${this.#backend?.server.port()}`;
  }

  async stop(): Promise<void> {
    await this.#backend?.stop();
    this.#backend = undefined;
  }

  /** Text of an answer, whatever its status. */
  async read(
    path: string,
    header = mockCredentials.user.header(),
  ): Promise<{ status: number; text: string }> {
    const response = await this.#request('GET', path, header);
    return { status: response.status, text: await response.text() };
  }

  async get<T>(path: string): Promise<T> {
    const { status, text } = await this.read(path);
    if (status !== 200) {
      throw new Error(`${path} answered ${status}: ${text}`);
    }
    return JSON.parse(text) as T;
  }

  async targets(): Promise<DriftTarget[]> {
    const page = await this.get<{ items: DriftTarget[] }>(
      '/api/drift/results?limit=200&orderBy=name&order=asc',
    );
    return page.items;
  }

  target(targetId: string): Promise<DriftTarget> {
    return this.get(`/api/drift/targets/${encodeURIComponent(targetId)}`);
  }

  async findings(targetId: string, query = ''): Promise<StoredFinding[]> {
    const page = await this.get<FindingsPage>(
      `/api/drift/targets/${encodeURIComponent(
        targetId,
      )}/findings?limit=200${query}`,
    );
    return page.items;
  }

  async scans(targetId: string): Promise<ScanSummary[]> {
    const page = await this.get<ScansPage>(
      `/api/drift/targets/${encodeURIComponent(targetId)}/scans?limit=200`,
    );
    return page.items;
  }

  /** Waits until so many targets are known and none waits or runs. */
  async settled(count: number): Promise<DriftTarget[]> {
    return this.eventually(async () => {
      const targets = await this.targets();
      return (
        targets.length === count &&
        targets.every(target => !target.activeScan && target.lastScanAt) &&
        targets
      );
    });
  }

  /** Asks for scans of targets and waits for their ends. */
  async scan(...targetIds: string[]): Promise<void> {
    const requested = await Promise.all(
      targetIds.map(async targetId => {
        const response = await this.#request(
          'POST',
          `/api/drift/targets/${encodeURIComponent(targetId)}/scan`,
        );
        if (response.status !== 202) {
          throw new Error(`${targetId}: ${await response.text()}`);
        }
        return (await response.json()) as ScanRequestResult;
      }),
    );
    for (const { targetId, scanId } of requested) {
      await this.eventually(async () =>
        (
          await this.scans(targetId)
        ).find(scan => scan.id === scanId && scan.finishedAt),
      );
    }
  }

  /** Asks for a remediation, and waits until its preview is made or could not be. */
  async previewRemediation(
    targetId: string,
    action: RemediationAction,
  ): Promise<Remediation> {
    const response = await this.#request(
      'POST',
      '/api/drift/remediations',
      mockCredentials.user.header(),
      { targetId, action },
    );
    if (response.status !== 202) {
      throw new Error(`${targetId}: ${await response.text()}`);
    }
    const { id } = (await response.json()) as Remediation;
    return this.eventually(async () => {
      const remediation = await this.get<Remediation>(
        `/api/drift/remediations/${id}`,
      );
      return remediation.state !== 'requested' && remediation;
    });
  }

  /** Starts a round over everything. */
  async scanAll(): Promise<{ id: string }> {
    const response = await this.#request('POST', '/api/drift/scans');
    return (await response.json()) as { id: string };
  }

  async eventually<T>(check: () => Promise<T | undefined | false>): Promise<T> {
    const until = Date.now() + 90_000;
    for (;;) {
      const result = await check();
      if (result) {
        return result;
      }
      if (Date.now() > until) {
        throw new Error(
          `It did not happen within 90 seconds; last logs:\n${this.logged
            .slice(-20)
            .join('\n')}`,
        );
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  /** Everything that listeners and meters were told. */
  told(): string {
    return inspectAll([
      this.published,
      Object.values(this.#metrics).map(meter =>
        typeof meter === 'function' && 'mock' in meter
          ? [meter.mock.calls, meter.mock.results]
          : [],
      ),
    ]);
  }

  /** Every row of every table: a value can lie across pages of the file. */
  async rows(): Promise<string> {
    const texts: string[] = [];
    for (const database of this.#databases) {
      const knex = await database.getClient();
      const tables: { name: string }[] = await knex('sqlite_master')
        .select('name')
        .where({ type: 'table' });
      for (const { name } of tables) {
        for (const row of await knex(name).select('*')) {
          texts.push(
            ...Object.values(row).map(value =>
              Buffer.isBuffer(value) ? value.toString('latin1') : String(value),
            ),
          );
        }
      }
    }
    return texts.join('\n');
  }

  /** Bytes of all files below a directory, with their names. */
  files(directory: string): string {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => `${path}\n${readFileSync(path).toString('latin1')}`)
      .join('\n');
  }

  #request(
    method: string,
    path: string,
    header = mockCredentials.user.header(),
    body?: object,
  ): Promise<Response> {
    return fetch(`http://localhost:${this.#backend?.server.port()}${path}`, {
      method,
      headers: {
        Authorization: header,
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  #makeDirectory(name: string): string {
    const path = join(this.directory, name);
    mkdirSync(path);
    return path;
  }

  #databaseTap(pluginId: string) {
    const databases = this.#databases;
    return createBackendModule({
      pluginId,
      moduleId: 'test-database',
      register(registration) {
        registration.registerInit({
          deps: { database: coreServices.database },
          async init({ database }) {
            databases.push(database);
          },
        });
      },
    });
  }

  /** Writes down more than any format would, and hides nothing. */
  #logger(context: JsonObject): RootLoggerService {
    const log =
      (level: string) =>
      (message: string, meta?: Error | JsonObject): void => {
        this.logged.push(
          `${level} ${message} ${inspectAll(meta)} ${inspectAll(context)}`,
        );
      };
    return {
      error: log('error'),
      warn: log('warn'),
      info: log('info'),
      debug: log('debug'),
      child: meta => this.#logger({ ...context, ...meta }),
    };
  }
}

function inspectAll(value: unknown): string {
  return inspect(value, {
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: Infinity,
    showHidden: true,
  });
}
