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

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

type Variables = Record<string, string>;

/** A pipeline of one of the systems, cut down to what runs in a shell. */
interface ShellStep {
  name: string;
  script: string;
  /** The shell and its arguments, as the system calls it. */
  shell: string[];
  /** Below the repository. */
  directory: string;
  environment: Variables;
  /** Runs also after a step that failed. */
  always: boolean;
}

/** What a runner gives a job. */
export interface JobOptions {
  /** The checked out repository. */
  repository: string;
  module: string;
  /** Variables that an administrator set in the system. */
  variables: Variables;
  /** What the machine and the system themselves put into the environment. */
  environment: Variables;
  /** What whoever started the job gave to it. */
  inputs?: Variables;
}

/** How a job went. */
export interface JobResult {
  /** Everything that would stand in the log, before it is masked. */
  log: string;
  /** What the runner was told to mask. */
  masked: string[];
  failed: string[];
  /** What became of every step, as the API of the system tells it. */
  steps: { name: string; result: 'succeeded' | 'failed' | 'not-run' }[];
}

interface GithubWorkflow {
  jobs: Record<
    string,
    {
      defaults: { run: { 'working-directory': string } };
      steps: {
        id?: string;
        name: string;
        if?: string;
        run?: string;
        env?: Variables;
      }[];
    }
  >;
}

interface AzureJob {
  steps: {
    bash?: string;
    displayName: string;
    condition?: string;
    workingDirectory?: string;
    env?: Variables;
    inputs?: {
      inlineScript?: string;
      workingDirectory?: string;
      addSpnToEnvironment?: boolean;
    };
  }[];
}

function isAzureJob(
  entry: AzureJob | Record<string, AzureJob[]>,
): entry is AzureJob {
  return 'steps' in entry;
}

interface AzurePipeline {
  /** One entry, which an expression may repeat for every module. */
  jobs: (AzureJob | Record<string, AzureJob[]>)[];
}

type GitlabPipeline = Record<
  string,
  { script: string[]; variables: Variables }
>;

/** The step that installs the command from a registry; the tests have their own. */
const REPORTER = /npm install .*@infra-hub\/drift-cli/;

class Job {
  #log = '';
  readonly #steps: JobResult['steps'] = [];

  get failed(): string[] {
    return this.#steps.flatMap(({ name, result }) =>
      result === 'failed' ? [name] : [],
    );
  }

  skip(name: string): void {
    this.#steps.push({ name, result: 'not-run' });
  }

  /** @returns what the step printed */
  async step(step: ShellStep, repository: string): Promise<string> {
    if (this.failed.length > 0 && !step.always) {
      this.skip(step.name);
      return '';
    }
    const { code, printed } = await inTemporary(async directory => {
      const script = join(directory, 'script');
      await writeFile(script, step.script);
      return start([...step.shell, script], {
        cwd: join(repository, step.directory),
        env: step.environment,
      });
    });
    this.#log += `${step.name}\n${printed}`;
    this.#steps.push({
      name: step.name,
      result: code === 0 ? 'succeeded' : 'failed',
    });
    return printed;
  }

  result(): JobResult {
    return {
      log: this.#log,
      masked: [...this.#log.matchAll(/^::add-mask::(.*)$/gm)].map(
        ([, value]) => value,
      ),
      failed: this.failed,
      steps: this.#steps,
    };
  }
}

/** Runs the shell steps of a GitHub workflow as its runner does. */
export async function runGithubJob(
  file: string,
  options: JobOptions,
): Promise<JobResult> {
  const workflow: GithubWorkflow = parse(await readFile(file, 'utf8'));
  const [job] = Object.values(workflow.jobs);
  const outputs: Record<string, Variables> = {};
  const shared: Variables = {};
  const run = new Job();
  const resolve = (text: string) =>
    text.replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_match, expression: string) => {
      const [scope, ...path] = expression.split('.');
      if (scope === 'matrix' && path[0] === 'module') {
        return options.module;
      }
      if (scope === 'inputs') {
        return options.inputs?.[path[0]] ?? '';
      }
      if (scope === 'vars') {
        return options.variables[path[0]] ?? '';
      }
      if (scope === 'steps' && path[1] === 'outputs') {
        return outputs[path[0]]?.[path[2]] ?? '';
      }
      throw new Error(`The test does not know ${expression}`);
    });
  for (const step of job.steps) {
    const { run: script } = step;
    if (script === undefined || REPORTER.test(script)) {
      continue;
    }
    const [, left, operator, right] =
      /^\$\{\{ (\S+) ([!=]=) '(\w*)' \}\}$/.exec(step.if ?? '') ?? [];
    if (
      left &&
      (resolve(`\${{ ${left} }}`) === right) !== (operator === '==')
    ) {
      run.skip(step.name);
      continue;
    }
    await inTemporary(async directory => {
      const environmentFile = join(directory, 'env');
      const outputFile = join(directory, 'output');
      await writeFile(environmentFile, '');
      await writeFile(outputFile, '');
      await run.step(
        {
          name: step.name,
          script: resolve(script),
          shell: ['bash', '--noprofile', '--norc', '-eo', 'pipefail'],
          directory: resolve(job.defaults.run['working-directory']),
          environment: {
            GITHUB_RUN_ATTEMPT: '1',
            ...options.environment,
            GITHUB_ACTIONS: 'true',
            GITHUB_ENV: environmentFile,
            GITHUB_OUTPUT: outputFile,
            ...shared,
            ...mapValues(step.env ?? {}, resolve),
          },
          always: /!cancelled\(\)/.test(step.if ?? ''),
        },
        options.repository,
      );
      Object.assign(shared, await readCommandFile(environmentFile));
      if (step.id) {
        outputs[step.id] = await readCommandFile(outputFile);
      }
    });
  }
  return run.result();
}

/** Runs the shell steps of an Azure pipeline as its agent does. */
export async function runAzureJob(
  file: string,
  options: JobOptions,
): Promise<JobResult> {
  const { jobs }: AzurePipeline = parse(await readFile(file, 'utf8'));
  const job = isAzureJob(jobs[0]) ? jobs[0] : Object.values(jobs[0])[0][0];
  const variables = { ...options.variables };
  const run = new Job();
  const resolve = (text: string) =>
    text
      .replace(/\$\{\{ module \}\}/g, options.module)
      .replace(
        /\$\{\{ parameters\.(\w+) \}\}/g,
        (_match, name: string) => options.inputs?.[name] ?? '',
      )
      // What is not set stays as it stands.
      .replace(
        /\$\((\w+)\)/g,
        (match, name: string) => variables[name] ?? match,
      );
  for (const step of job.steps) {
    const script = step.bash ?? step.inputs?.inlineScript;
    if (script === undefined || REPORTER.test(script)) {
      continue;
    }
    const [, operator, name, value] =
      /^and\(succeeded\(\), (eq|ne)\(variables\['(\w+)'\], '(\w*)'\)\)$/.exec(
        step.condition ?? '',
      ) ?? [];
    if (name && (variables[name] === value) !== (operator === 'eq')) {
      run.skip(step.displayName);
      continue;
    }
    const log = await run.step(
      {
        name: step.displayName,
        script: resolve(script),
        shell: ['bash', '--noprofile', '--norc'],
        directory: resolve(
          step.workingDirectory ?? step.inputs?.workingDirectory ?? '.',
        ),
        environment: {
          SYSTEM_STAGEATTEMPT: '1',
          SYSTEM_JOBATTEMPT: '1',
          ...options.environment,
          TF_BUILD: 'True',
          ...(step.inputs?.addSpnToEnvironment
            ? { servicePrincipalId: 'spn', tenantId: 'tenant', idToken: 'jwt' }
            : {}),
          ...mapValues(step.env ?? {}, resolve),
        },
        always: step.condition === 'not(canceled())',
      },
      options.repository,
    );
    for (const [, set, to] of log.matchAll(
      /^##vso\[task\.setvariable variable=(\w+)\](.*)$/gm,
    )) {
      variables[set] = to;
    }
  }
  return run.result();
}

/** Runs the script of a GitLab job as its runner does where there is no bash. */
export async function runGitlabJob(
  file: string,
  options: JobOptions,
): Promise<JobResult> {
  const [job] = Object.values(
    parse(await readFile(file, 'utf8')) as GitlabPipeline,
  );
  const run = new Job();
  await run.step(
    {
      name: 'script',
      script: job.script.join('\n'),
      shell: ['sh', '-e'],
      directory: '.',
      environment: {
        ...options.environment,
        GITLAB_CI: 'true',
        ...job.variables,
        ...options.variables,
        ...options.inputs,
        MODULE: options.module,
      },
      always: false,
    },
    options.repository,
  );
  return run.result();
}

function start(
  [command, ...args]: string[],
  options: { cwd: string; env: Variables },
): Promise<{ code: number; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    const keep = (text: string) => {
      printed += text;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', reject);
    child.once('close', code => resolve({ code: code ?? 1, printed }));
  });
}

/** `name=value` and `name<<end … end`, as GitHub's runner reads them. */
async function readCommandFile(file: string): Promise<Variables> {
  const variables: Variables = {};
  const lines = (await readFile(file, 'utf8')).split('\n');
  while (lines.length > 0) {
    const line = lines.shift()!;
    const open = /^(\w+)<<(.+)$/.exec(line);
    if (open) {
      const end = lines.indexOf(open[2]);
      variables[open[1]] = lines.splice(0, end).join('\n');
      lines.shift();
    } else if (line !== '') {
      const [name, ...value] = line.split('=');
      variables[name] = value.join('=');
    }
  }
  return variables;
}

async function inTemporary<T>(use: (directory: string) => Promise<T>) {
  const directory = await mkdtemp(join(tmpdir(), 'drift-pipeline-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function mapValues(
  values: Variables,
  change: (value: string) => string,
): Variables {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, change(value)]),
  );
}
