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

import { resolve } from 'node:path';
import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError, toError } from '@backstage/errors';
import { durationToMilliseconds } from '@backstage/types';
import { parseHttpUrl } from '@infra-hub/backstage-plugin-drift-node';
import { environmentNameProblem } from '../runner/childEnvironment';
import { ModuleLocation } from '../targets/ModuleLocation';
import {
  parseClient,
  parseModuleName,
  parseModulePath,
  parseWorkspace,
} from '../targets/modulePath';

const DEFAULT_TIMEOUT_MS = 20 * 60 * 1000;
const DEFAULT_APPLY_TIMEOUT_MS = 60 * 60 * 1000;
const DEFAULT_LOCK_TIMEOUT_MS = 60 * 1000;

export interface TerraformConfig {
  /** Name or absolute path; the first of terraform and tofu when absent. */
  binary?: string;
  /** Absolute directories. */
  allowedRoots: string[];
  allowedUrls?: string[];
  modules: ConfiguredModule[];
  credentials: ClientCredentials[];
  /** Environment for every client, all values secret. */
  env: Record<string, string>;
  timeoutMs: number;
  parallelism?: number;
  cliConfigFile?: string;
  pluginCacheDir?: string;
  recordedPlans?: string;
  runAs?: { uid: number; gid: number };
  /** Program and arguments put before the tool. */
  wrapper: string[];
  limits: { maxFiles: number; maxBytes: number };
  remediation: {
    /** For one apply, without the plan before it. */
    timeoutMs: number;
    /** How long an apply waits for the lock of the state. */
    lockTimeoutMs: number;
  };
}

export interface ConfiguredModule {
  name: string;
  client?: string;
  schedule?: string;
  entityRefs: string[];
  codeUrl?: string;
  location: ModuleLocation;
}

export interface ClientCredentials {
  /** `*` for every client, also for modules without one. */
  client: string;
  /** Only for looking, or only for applying; for both when absent. */
  use?: 'plan' | 'apply';
  /** Secret environment. */
  env: Record<string, string>;
  /** Environment that is not secret. */
  settings: Record<string, string>;
  /** Secret files; the variable holds the path. */
  files: { variable: string; content: string }[];
  /** URL prefixes and absolute directories whose modules may use them; all when absent. */
  allowedLocations?: string[];
}

/**
 * Reads `drift.terraform`.
 *
 * @throws InputError naming the key that is wrong, never a value.
 */
export function readTerraformConfig(rootConfig: Config): TerraformConfig {
  const config = rootConfig.getOptionalConfig('drift.terraform');
  const wrapper = config?.getOptionalStringArray('wrapper') ?? [];
  if (wrapper.length > 0 && !wrapper[0].startsWith('/')) {
    throw new InputError(
      'drift.terraform.wrapper must begin with the absolute path of a program',
    );
  }
  return {
    binary: config?.getOptionalString('binary'),
    allowedRoots: absolute(config?.getOptionalStringArray('allowedRoots')),
    allowedUrls: config
      ?.getOptionalStringArray('allowedUrls')
      ?.map(url =>
        named('drift.terraform.allowedUrls', () => parseHttpUrl(url)),
      )
      .map(url => url.toString()),
    modules: (config?.getOptionalConfigArray('modules') ?? []).map(readModule),
    credentials: (config?.getOptionalConfigArray('credentials') ?? []).map(
      readCredentials,
    ),
    env: readEnvironment(config, 'env', 'drift.terraform.env'),
    timeoutMs: readDuration(config, 'timeout') ?? DEFAULT_TIMEOUT_MS,
    parallelism: positive(config, 'parallelism'),
    cliConfigFile: absolutePath(config?.getOptionalString('cliConfigFile')),
    pluginCacheDir: absolutePath(config?.getOptionalString('pluginCacheDir')),
    recordedPlans: absolutePath(config?.getOptionalString('recordedPlans')),
    runAs: readRunAs(config),
    wrapper,
    limits: {
      maxFiles: positive(config, 'limits.maxFiles') ?? 20_000,
      maxBytes: (positive(config, 'limits.maxMegabytes') ?? 200) * 1024 * 1024,
    },
    remediation: {
      timeoutMs:
        readDuration(config, 'remediation.timeout') ?? DEFAULT_APPLY_TIMEOUT_MS,
      lockTimeoutMs:
        readDuration(config, 'remediation.lockTimeout') ??
        DEFAULT_LOCK_TIMEOUT_MS,
    },
  };
}

function readModule(config: Config, index: number): ConfiguredModule {
  const key = `drift.terraform.modules[${index}]`;
  const path = (name: string, fallback: string) =>
    parseModulePath(
      config.getOptionalString(name) ?? fallback,
      `${key}.${name}`,
    );
  const paths = (name: string) =>
    config
      .getOptionalStringArray(name)
      ?.map(text => parseVariableFile(text, `${key}.${name}`));

  const client = config.getOptionalString('client');
  const workspaceText = config.getOptionalString('workspace');
  const workspace =
    workspaceText === undefined
      ? undefined
      : parseWorkspace(workspaceText, `${key}.workspace`);
  const url = config.getOptionalString('url');
  const root = config.getOptionalString('root');
  let place: Pick<ModuleLocation, 'type' | 'root' | 'dir'>;
  if (url !== undefined) {
    const parsed = named(`${key}.url`, () => parseHttpUrl(url));
    place = { type: 'url', root: parsed.toString(), dir: path('dir', '.') };
  } else if (root !== undefined) {
    place = { type: 'file', root: resolve(root), dir: path('dir', '.') };
  } else {
    place = { type: 'file', root: resolve(config.getString('dir')), dir: '.' };
  }
  return {
    name: parseModuleName(config.getString('name'), `${key}.name`),
    client:
      client === undefined ? undefined : parseClient(client, `${key}.client`),
    schedule: config.getOptionalString('schedule'),
    entityRefs: config.getOptionalStringArray('entityRefs') ?? [],
    codeUrl: config.getOptionalString('codeUrl') ?? url,
    location: {
      ...place,
      workspace: workspace === 'default' ? undefined : workspace,
      varFiles: paths('varFiles'),
      backendConfigFiles: paths('backendConfigFiles'),
    },
  };
}

/** Relative to the module and allowed to climb; that it stays below the root is checked against the copy. */
function parseVariableFile(text: string, where: string): string {
  if (text === '' || text.startsWith('/') || text.startsWith('-')) {
    throw new InputError(`The ${where} must be relative to the module`);
  }
  return text;
}

function readCredentials(config: Config, index: number): ClientCredentials {
  const key = `drift.terraform.credentials[${index}]`;
  const client = config.getString('client');
  return {
    client: client === '*' ? client : parseClient(client, `${key}.client`),
    use: readUse(config, key),
    env: readEnvironment(config, 'env', `${key}.env`),
    settings: readEnvironment(config, 'settings', `${key}.settings`),
    files: (config.getOptionalConfigArray('files') ?? []).map(file => {
      const variable = file.getString('variable');
      assertVariable(variable, `${key}.files`);
      return { variable, content: file.getString('content') };
    }),
    allowedLocations: config.getOptionalStringArray('allowedLocations'),
  };
}

function readEnvironment(
  config: Config | undefined,
  name: string,
  key: string,
): Record<string, string> {
  const section = config?.getOptionalConfig(name);
  return Object.fromEntries(
    (section?.keys() ?? []).map(variable => {
      assertVariable(variable, key);
      return [variable, String(section?.get(variable) ?? '')];
    }),
  );
}

function assertVariable(variable: string, key: string): void {
  const problem = environmentNameProblem(variable);
  if (problem) {
    throw new InputError(`${key}: ${JSON.stringify(variable)} ${problem}`);
  }
}

function readDuration(
  config: Config | undefined,
  key: string,
): number | undefined {
  return config?.has(key)
    ? durationToMilliseconds(readDurationFromConfig(config, { key }))
    : undefined;
}

function readUse(config: Config, key: string): 'plan' | 'apply' | undefined {
  const use = config.getOptionalString('use');
  if (use !== undefined && use !== 'plan' && use !== 'apply') {
    throw new InputError(`${key}.use must be plan or apply`);
  }
  return use;
}

function readRunAs(
  config: Config | undefined,
): { uid: number; gid: number } | undefined {
  const section = config?.getOptionalConfig('runAs');
  if (!section) {
    return undefined;
  }
  const [uid, gid] = [section.getNumber('uid'), section.getNumber('gid')];
  if (!Number.isInteger(uid) || !Number.isInteger(gid) || uid < 1 || gid < 1) {
    throw new InputError(
      'drift.terraform.runAs needs the numbers of a user and a group other than root',
    );
  }
  return { uid, gid };
}

function positive(
  config: Config | undefined,
  name: string,
): number | undefined {
  const value = config?.getOptionalNumber(name);
  if (value !== undefined && (!Number.isInteger(value) || value < 1)) {
    throw new InputError(
      `drift.terraform.${name} must be a whole number above zero`,
    );
  }
  return value;
}

function absolute(paths: string[] | undefined): string[] {
  return (paths ?? []).map(path => resolve(path));
}

function absolutePath(path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(path);
}

function named<T>(key: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new InputError(`${key}: ${toError(error).message}`);
  }
}
