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

export interface ChildEnvironmentOptions {
  /** Where programs are searched. */
  path: string;
  /** Private home directory. */
  home: string;
  /** Private directory for temporary files. */
  temporary: string;
  /** Terraform CLI configuration file. */
  cliConfigFile: string;
  /** Shared directory of provider packages. */
  pluginCacheDir?: string;
  /** From configuration: for everybody, then for the client. Later ones win. */
  configured: readonly Record<string, string>[];
}

/**
 * The whole environment of Terraform: what it needs and what configuration
 * gives it. Nothing of the environment of Backstage is in it, because every
 * module can read its own environment while it is planned.
 */
export function childEnvironment(
  options: ChildEnvironmentOptions,
): Record<string, string> {
  return {
    ...Object.assign({}, ...options.configured),
    PATH: options.path,
    HOME: options.home,
    TMPDIR: options.temporary,
    LANG: 'C.UTF-8',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    CHECKPOINT_DISABLE: '1',
    TF_CLI_CONFIG_FILE: options.cliConfigFile,
    ...(options.pluginCacheDir && {
      TF_PLUGIN_CACHE_DIR: options.pluginCacheDir,
    }),
  };
}

const RESERVED = new Set([
  'PATH',
  'HOME',
  'TMPDIR',
  'TF_IN_AUTOMATION',
  'TF_INPUT',
  'TF_CLI_CONFIG_FILE',
  'TF_DATA_DIR',
  'TF_LOG',
  'TF_LOG_CORE',
  'TF_LOG_PROVIDER',
  'TF_LOG_PATH',
  'TF_PLUGIN_CACHE_DIR',
  'TF_WORKSPACE',
]);

/**
 * Why a configured variable cannot be used, if so. Arguments smuggled in through
 * the environment could make a plan partial, and a log level could print secrets.
 */
export function environmentNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'is not a name of an environment variable';
  }
  if (RESERVED.has(name) || name.startsWith('TF_CLI_ARGS')) {
    return 'is set by the scanner and cannot be changed';
  }
  return undefined;
}
