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
  lchown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  maskSecretShapes,
  Observation,
  PlanDocument,
  readPlan,
} from '@infra-hub/drift-engine';
import { isBelow } from '@infra-hub/backstage-plugin-drift-node';
import { CodeCheckout } from '../checkout/CodeCheckout';
import { TerraformConfig } from '../config/TerraformConfig';
import { childEnvironment } from '../runner/childEnvironment';
import {
  ProcessResult,
  runProcess,
  RunProcessOptions,
} from '../runner/runProcess';
import { redactObservation } from '../secrets/redactObservation';
import { SecretRedactor } from '../secrets/SecretRedactor';
import { ModuleLocation } from '../targets/ModuleLocation';
import { prepareClientAccess } from './clientAccess';
import { diagnosticSentence, readDiagnostics } from './diagnostics';
import { failureReason } from './failureReasons';
import { ModuleFacts, readModuleFacts } from './moduleFacts';
import { PluginCache } from './PluginCache';
import { ScanFailure } from './ScanFailure';
import { ToolVersion } from './TerraformTool';

const RETRY_DELAY_MS = 2_000;

/** Directories of their files. */
const CREDENTIALS = { plan: 'credentials', apply: 'credentials-apply' };

/** A stop gives Terraform this long to end what it began and to save its state. */
const APPLY_GRACE_MS = 120_000;

export interface ModuleRunOptions {
  /** What the run is to people, such as `The scan`. */
  purpose: string;
  config: TerraformConfig;
  checkout: CodeCheckout;
  pluginCache: PluginCache;
  /** Value of PATH. */
  path: string;
  tool: ToolVersion & { path: string };
  client: string | undefined;
  location: ModuleLocation;
  signal: AbortSignal;
  logger: LoggerService;
  /** Private, empty, removed by the caller. */
  workDir: string;
}

/** A module that is ready to be planned. */
export interface PreparedModule {
  /** Root module in the private copy. */
  moduleDir: string;
  codeRoot: string;
  /** Commit of the code, where its host tells. */
  commit?: string;
  facts: ModuleFacts;
}

/** What to plan. */
export interface PlanOptions {
  refreshOnly?: boolean;
  /** Instance addresses for `-target`. */
  targets?: readonly string[];
  /** Sees the bytes that `show -json` prints before the engine does. */
  tap?: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** A plan that was read, and the file that applies it. */
export interface SavedPlan {
  plan: PlanDocument;
  exitCode: number;
  /** Holds every secret in clear: remove it as soon as it is not needed. */
  planFile: string;
}

/**
 * Works with one module in a private copy: check out, init, plan, show, and apply
 * what was planned. Nothing of the backend but what configuration gives is seen by
 * the programs that it starts.
 */
export class ModuleRun {
  readonly #options: ModuleRunOptions;
  readonly #deadline: number;
  readonly #signal: AbortSignal;
  readonly #warnings: string[] = [];
  /** Configured secrets. */
  readonly #redactor: SecretRedactor;
  /** These, and what looks like a secret in the code: for texts of tools that quote it. */
  #quoted: SecretRedactor;
  #environment: (access: Record<string, string>) => Record<string, string> =
    () => ({});
  #env: Record<string, string> = {};

  constructor(options: ModuleRunOptions) {
    this.#options = options;
    this.#deadline = Date.now() + options.config.timeoutMs;
    this.#signal = AbortSignal.any([
      options.signal,
      AbortSignal.timeout(options.config.timeoutMs),
    ]);
    this.#redactor = SecretRedactor.create([
      ...Object.values(options.config.env),
      ...options.config.credentials.flatMap(entry => [
        ...Object.values(entry.env),
        ...entry.files.map(file => file.content),
      ]),
    ]);
    this.#quoted = this.#redactor;
  }

  /** Whole sentences for people on what was odd so far. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** Takes configured secrets out of an observation. */
  redact(observation: Observation): Observation {
    return redactObservation(observation, this.#redactor);
  }

  /** Takes configured secrets out of an address, as {@link redact} does. */
  redactAddress(address: string): string {
    return this.#redactor.redact(address);
  }

  /** Takes secrets, and names of private directories, out of a text for people. */
  clean(text: string): string {
    return maskSecretShapes(this.#quoted.redact(text))
      .replaceAll(`${this.#options.workDir}/code/`, '')
      .replaceAll(this.#options.workDir, '');
  }

  /**
   * Does the work so that whatever goes wrong can be told to people.
   *
   * @throws ScanFailure for ordinary failures, the reason of the signal when it
   *   was aborted, and anything else for the unexpected. No message holds a secret.
   */
  async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#options.signal.throwIfAborted();
      const cause = toError(error);
      if (cause instanceof ScanFailure) {
        throw new ScanFailure(this.clean(cause.message));
      }
      if (this.#signal.aborted) {
        throw new ScanFailure(this.#timeoutSentence(this.#options.purpose));
      }
      throw new Error(this.clean(`${cause.name}: ${cause.message}`));
    }
  }

  /** Everything up to the plan: copy of the code, credentials, `init`, workspace. */
  async prepare(): Promise<PreparedModule> {
    const { config, location, workDir } = this.#options;
    const home = await this.#makeDirectory('home');
    const temporary = await this.#makeDirectory('tmp');
    const access = await this.#access('plan');
    const codeRoot = join(workDir, 'code');
    const { moduleDir, commit } = await this.#checkOut(codeRoot);
    const facts = await readModuleFacts(moduleDir, codeRoot);
    this.#quoted = this.#quoted.with(facts.secrets);
    await dropForeignState(moduleDir, facts);

    const cliConfigFile = config.cliConfigFile ?? join(workDir, 'cli.tfrc');
    if (!config.cliConfigFile) {
      // Terraform warns of a missing file on every command.
      await writeFile(cliConfigFile, '', { mode: 0o600 });
    }
    this.#environment = configured =>
      childEnvironment({
        path: this.#options.path,
        home,
        temporary,
        cliConfigFile,
        configured: [config.env, configured],
      });
    this.#env = this.#environment(access);
    await this.#selectWorkspace(moduleDir, facts);
    await this.#handOver(workDir);

    const known = await this.#init(moduleDir, codeRoot, facts);
    await this.#assertWorkspaceExists(moduleDir);
    if (
      known.backend === undefined &&
      !(await hasLocalState(moduleDir, location.workspace))
    ) {
      this.#warnings.push(
        'The module names no backend and no state was found beside the code, so everything in it looks as if it was never applied.',
      );
    }
    return { moduleDir, codeRoot, commit, facts: known };
  }

  /** Chooses the credentials of the client for one purpose. */
  async #access(use: 'plan' | 'apply'): Promise<Record<string, string>> {
    const { config, client, location, workDir } = this.#options;
    return await prepareClientAccess({
      credentials: config.credentials.filter(
        entry => entry.use === undefined || entry.use === use,
      ),
      client,
      location,
      directory: join(workDir, CREDENTIALS[use]),
    });
  }

  async #checkOut(
    codeRoot: string,
  ): Promise<{ moduleDir: string; commit?: string }> {
    const { checkout, location } = this.#options;
    try {
      const { moduleDir, warnings, commit } = await checkout.checkOut(
        location,
        codeRoot,
        this.#signal,
      );
      this.#warnings.push(...warnings);
      return { moduleDir, commit };
    } catch (error) {
      this.#signal.throwIfAborted();
      const cause = toError(error) as NodeJS.ErrnoException;
      // Messages of the file system name paths of this machine; their code says enough.
      const reason = cause.syscall ? cause.code : cause.message;
      throw new ScanFailure(`The code could not be read: ${reason}`);
    }
  }

  /** @returns What is known of the code now that the modules it calls are known. */
  async #init(
    moduleDir: string,
    codeRoot: string,
    facts: ModuleFacts,
  ): Promise<ModuleFacts> {
    const { location, pluginCache } = this.#options;
    const backendConfig = await filesInside(
      location.backendConfigFiles,
      moduleDir,
      codeRoot,
    );
    const lockFile = join(moduleDir, '.terraform.lock.hcl');
    const lockedBefore = await readOptional(lockFile);
    const result = await pluginCache.use(this.#signal, async cacheDir => {
      const attempt = () =>
        this.#execute(
          [
            'init',
            '-input=false',
            '-no-color',
            ...backendConfig.map(file => `-backend-config=${file}`),
          ],
          moduleDir,
          { env: { ...this.#env, ...cacheEnvironment(cacheDir, facts) } },
        );
      const first = await attempt();
      if (first.exitCode === 0 || !failureReason(first.stderr)?.transient) {
        return first;
      }
      await sleep(RETRY_DELAY_MS, undefined, { signal: this.#signal });
      return await attempt();
    });
    const known = await readModuleFacts(moduleDir, codeRoot);
    this.#quoted = this.#quoted.with(known.secrets);
    if (result.exitCode !== 0) {
      throw this.#failure('init', result);
    }
    if (
      lockedBefore !== undefined &&
      lockedBefore !== (await readOptional(lockFile))
    ) {
      this.#warnings.push(
        'The dependency lock file does not cover every provider on this platform, so the scan may have used other provider builds than the code was tested with.',
      );
    }
    return known;
  }

  /**
   * A backend that is not local must know the workspace when it starts. It is
   * told in the way that never makes a workspace that does not exist.
   */
  async #selectWorkspace(moduleDir: string, facts: ModuleFacts): Promise<void> {
    const { workspace } = this.#options.location;
    if (workspace === undefined || isLocal(facts)) {
      return;
    }
    await mkdir(join(moduleDir, '.terraform'), { recursive: true });
    await writeFile(join(moduleDir, '.terraform', 'environment'), workspace);
  }

  async #assertWorkspaceExists(moduleDir: string): Promise<void> {
    const { workspace } = this.#options.location;
    if (workspace === undefined) {
      return;
    }
    const result = await this.#execute(
      ['workspace', 'list', '-no-color'],
      moduleDir,
    );
    if (result.exitCode !== 0) {
      throw this.#failure('workspace list', result);
    }
    const names = result.stdout
      .split('\n')
      .map(line => line.replace(/^\*/, '').trim());
    if (!names.includes(workspace)) {
      throw new ScanFailure(`There is no workspace ${workspace}.`);
    }
    this.#env = { ...this.#env, TF_WORKSPACE: workspace };
  }

  /** Plans without a lock and without writing state. */
  async plan(
    prepared: PreparedModule,
    options: PlanOptions = {},
  ): Promise<SavedPlan> {
    const { location, workDir } = this.#options;
    const { moduleDir, codeRoot } = prepared;
    const planFile = join(workDir, 'tmp', 'scan.tfplan');
    const varFiles = await filesInside(location.varFiles, moduleDir, codeRoot);
    const result = await this.#execute(
      [
        'plan',
        '-input=false',
        '-lock=false',
        '-no-color',
        '-detailed-exitcode',
        '-compact-warnings',
        ...(options.refreshOnly ? ['-refresh-only'] : []),
        ...this.#parallelism(),
        ...varFiles.map(file => `-var-file=${file}`),
        ...(options.targets ?? []).map(address => `-target=${address}`),
        `-out=${planFile}`,
      ],
      moduleDir,
    );
    if (result.exitCode !== 0 && result.exitCode !== 2) {
      throw this.#failure('plan', result);
    }
    try {
      const plan = await this.#show(planFile, moduleDir, options.tap);
      return { plan, exitCode: result.exitCode, planFile };
    } catch (error) {
      await rm(planFile, { force: true });
      throw error;
    }
  }

  /**
   * Applies a saved plan, and nothing else, with the credentials for applying.
   *
   * @remarks
   *
   * Ends by itself when the signal aborts or the time is over: Terraform is asked
   * to stop, which saves the state, and killed only when it does not.
   *
   * @param options - `consumeStdout` reads the lines that `-json` prints; it must not throw.
   * @throws Only before anything was started.
   */
  async apply(
    prepared: PreparedModule,
    planFile: string,
    options: Required<Pick<RunProcessOptions, 'consumeStdout'>>,
  ): Promise<ProcessResult> {
    const { config } = this.#options;
    const { lockTimeoutMs, timeoutMs } = config.remediation;
    // One that is part of the code is none that Terraform leaves now.
    await rm(join(prepared.moduleDir, 'errored.tfstate'), { force: true });
    await this.#useApplyCredentials();
    return await this.#spawn(
      [
        'apply',
        '-json',
        '-input=false',
        '-lock=true',
        `-lock-timeout=${Math.ceil(lockTimeoutMs / 1000)}s`,
        ...this.#parallelism(),
        planFile,
      ],
      prepared.moduleDir,
      { ...options, timeoutMs, graceMs: APPLY_GRACE_MS },
    );
  }

  /** Sends a state that an apply could not save; Terraform refuses one that is not the next. */
  async pushState(
    prepared: PreparedModule,
    stateFile: string,
  ): Promise<ProcessResult> {
    const { lockTimeoutMs } = this.#options.config.remediation;
    return await this.#spawn(
      [
        'state',
        'push',
        `-lock-timeout=${Math.ceil(lockTimeoutMs / 1000)}s`,
        stateFile,
      ],
      prepared.moduleDir,
      {
        timeoutMs: APPLY_GRACE_MS,
        // The state must be saved above all when the backend stops.
        signal: new AbortController().signal,
      },
    );
  }

  /** Why a command did not do what it should, without secrets. */
  explain(step: string, result: ProcessResult): string {
    return this.clean(this.#failure(step, result).message);
  }

  async #useApplyCredentials(): Promise<void> {
    const access = await this.#access('apply');
    const { workspace } = this.#options.location;
    this.#env = {
      ...this.#environment(access),
      ...(workspace === undefined ? {} : { TF_WORKSPACE: workspace }),
    };
    await this.#handOver(join(this.#options.workDir, CREDENTIALS.apply));
  }

  #parallelism(): string[] {
    const { parallelism } = this.#options.config;
    return parallelism ? [`-parallelism=${parallelism}`] : [];
  }

  async #show(
    planFile: string,
    moduleDir: string,
    tap: PlanOptions['tap'] = bytes => bytes,
  ): Promise<PlanDocument> {
    let plan: PlanDocument | undefined;
    const result = await this.#execute(
      ['show', '-json', '-no-color', planFile],
      moduleDir,
      {
        consumeStdout: async stdout => {
          plan = await readPlan(tap(stdout));
        },
      },
    );
    const { consumeError, stopped, exitCode } = result;
    if (consumeError && consumeError.name !== 'PlanReadError') {
      throw consumeError;
    }
    // A tool that failed says why better than the half of a plan that it printed.
    if (consumeError && (stopped === 'reader' || exitCode === 0)) {
      throw new ScanFailure(
        `What ${
          this.#options.tool.name
        } show printed is not a plan that can be trusted: ${
          consumeError.message
        }`,
      );
    }
    if (result.exitCode !== 0 || plan === undefined) {
      throw this.#failure('show', result);
    }
    return plan;
  }

  async #execute(
    args: string[],
    cwd: string,
    options: Partial<Pick<RunProcessOptions, 'env' | 'consumeStdout'>> = {},
  ): Promise<ProcessResult> {
    const result = await this.#spawn(args, cwd, {
      timeoutMs: this.#deadline - Date.now(),
      ...options,
    });
    this.#options.signal.throwIfAborted();
    return result;
  }

  async #spawn(
    args: string[],
    cwd: string,
    options: Pick<RunProcessOptions, 'timeoutMs'> &
      Partial<
        Pick<RunProcessOptions, 'env' | 'consumeStdout' | 'graceMs' | 'signal'>
      >,
  ): Promise<ProcessResult> {
    const { config, tool, signal, logger, workDir } = this.#options;
    const command = [
      ...config.wrapper.map(part => part.replaceAll('{workDir}', workDir)),
      tool.path,
      ...args,
    ];
    const started = Date.now();
    const result = await runProcess({
      command: command[0],
      args: command.slice(1),
      cwd,
      env: this.#env,
      signal,
      runAs: config.runAs,
      ...options,
    });
    logger.debug(
      `${tool.name} ${args[0]} ended after ${Date.now() - started} ms with ${
        result.exitCode ?? result.signal ?? result.stopped
      }`,
    );
    return result;
  }

  #failure(step: string, result: ProcessResult): ScanFailure {
    const command = `${this.#options.tool.name} ${step}`;
    if (result.stopped === 'timeout') {
      return new ScanFailure(this.#timeoutSentence(command));
    }
    const signal = result.signal ?? signalOf(result.exitCode);
    if (signal) {
      return new ScanFailure(
        `${command} was ended by ${signal}${
          signal === 'SIGKILL'
            ? ', most often because the machine ran out of memory'
            : ''
        }.`,
      );
    }
    const text = `${result.stderr}\n${result.stdout}`;
    const diagnostic = readDiagnostics(text).at(0);
    if (!diagnostic) {
      return new ScanFailure(
        `${command} ended with code ${result.exitCode} and no explanation.`,
      );
    }
    const said = `${command} said: ${diagnosticSentence(diagnostic)}`;
    const reason = failureReason(text);
    return new ScanFailure(reason ? `${reason.advice}. ${said}` : said);
  }

  #timeoutSentence(what: string): string {
    const seconds = Math.round(this.#options.config.timeoutMs / 1000);
    const limit =
      seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
    return `${what} did not end within ${limit} (drift.terraform.timeout).`;
  }

  async #makeDirectory(name: string): Promise<string> {
    const path = join(this.#options.workDir, name);
    await mkdir(path, { mode: 0o700 });
    return path;
  }

  /** Gives a private directory to the user that the tool runs as. */
  async #handOver(directory: string): Promise<void> {
    const { config } = this.#options;
    if (!config.runAs) {
      return;
    }
    const { uid, gid } = config.runAs;
    await lchown(directory, uid, gid);
    for (const entry of await readdir(directory, {
      recursive: true,
      withFileTypes: true,
    })) {
      await lchown(join(entry.parentPath, entry.name), uid, gid);
    }
  }
}

/** The state is a file beside the code. */
export function isLocal(facts: ModuleFacts): boolean {
  return facts.backend === undefined || facts.backend === 'local';
}

/** A state file left beside code that now uses another backend makes `init` ask whether to migrate it. */
async function dropForeignState(
  moduleDir: string,
  facts: ModuleFacts,
): Promise<void> {
  if (isLocal(facts)) {
    return;
  }
  for (const name of [
    'terraform.tfstate',
    'terraform.tfstate.backup',
    'terraform.tfstate.d',
  ]) {
    await rm(join(moduleDir, name), { recursive: true, force: true });
  }
}

async function hasLocalState(
  moduleDir: string,
  workspace: string | undefined,
): Promise<boolean> {
  const path =
    workspace === undefined
      ? 'terraform.tfstate'
      : join('terraform.tfstate.d', workspace, 'terraform.tfstate');
  return (await readOptional(join(moduleDir, path))) !== undefined;
}

/**
 * Without a lock file Terraform would download every provider again on each
 * scan. With one, only packages that fit its checksums are taken from the cache.
 */
function cacheEnvironment(
  directory: string | undefined,
  facts: ModuleFacts,
): Record<string, string> {
  if (directory === undefined) {
    return {};
  }
  return {
    TF_PLUGIN_CACHE_DIR: directory,
    ...(!facts.hasLockFile && {
      TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE: 'true',
    }),
  };
}

/** Paths of files of the module, as they are, once it is clear that they lie in the code. */
async function filesInside(
  files: string[] | undefined,
  moduleDir: string,
  codeRoot: string,
): Promise<string[]> {
  const root = await realpath(codeRoot);
  for (const file of files ?? []) {
    const path = await realpath(join(moduleDir, file)).catch(() => undefined);
    if (path === undefined || !isBelow(root, path)) {
      throw new ScanFailure(
        `There is no file ${JSON.stringify(file)} in the code.`,
      );
    }
  }
  return files ?? [];
}

async function readOptional(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((toError(error) as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** How shells report that a signal ended a program; seen through wrappers. */
function signalOf(exitCode: number | undefined): string | undefined {
  switch (exitCode) {
    case 130:
      return 'SIGINT';
    case 137:
      return 'SIGKILL';
    case 139:
      return 'SIGSEGV';
    case 143:
      return 'SIGTERM';
    default:
      return undefined;
  }
}
