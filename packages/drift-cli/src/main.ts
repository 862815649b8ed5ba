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
  Command,
  CommanderError,
  InvalidArgumentError,
  Option,
} from 'commander';
import { version } from '../package.json';
import { runApproved } from './commands/approved';
import { runCompare } from './commands/compare';
import { runPlan } from './commands/plan';
import { runRedact } from './commands/redact';
import { FailOn, runReport } from './commands/report';
import { Console, Surroundings } from './Console';

const FORMAT = new Option(
  '--format <format>',
  'json or text (default: text in a terminal, else json)',
).argParser(parseFormat);

const CHECKED_EXIT_CODE = new Option(
  '--exit-code <n>',
  'exit code of `terraform plan -detailed-exitcode`, checked against the plan',
).argParser(parseExitCode);

/**
 * Runs the command line and gives the exit code of the process: 0 nothing
 * drifted, 2 drift, 1 error; `report` and `approved` have more.
 *
 * @param argv - as `process.argv`
 */
export async function main(
  argv: readonly string[],
  console: Console,
  surroundings: Surroundings,
): Promise<number> {
  let exitCode = 0;
  const program = new Command('infra-hub-drift')
    .description(
      'Says what drifted, from a Terraform or OpenTofu plan or from Kubernetes objects.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: text => console.stdout.write(text),
      writeErr: text => console.stderr.write(text),
    });

  program
    .command('plan')
    .description(
      'Reads a plan and prints the verdict. Exits 0 when nothing drifted, 2 on drift, 1 on errors.',
    )
    .argument(
      '<file>',
      'output of `terraform show -json PLAN`, also gzipped; a plan text or a `plan -json` stream also works, with less evidence; - for standard input',
    )
    .addOption(CHECKED_EXIT_CODE)
    .addOption(FORMAT)
    .option('--ignore-rules <file>', 'JSON list of ignore rules')
    .option(
      '--severity-rules <file>',
      'JSON list of severity rules that come before the built-in ones',
    )
    .action(async (file: string, options) => {
      exitCode = await runPlan(file, options, console);
    });

  program
    .command('redact')
    .description(
      'Writes a plan that gives the same verdict but holds no secret and nothing the verdict does not need.',
    )
    .argument(
      '<file>',
      'output of `terraform show -json PLAN`, also gzipped; - for standard input',
    )
    .action(async (file: string) => {
      exitCode = await runRedact(file, console);
    });

  program
    .command('report')
    .description(
      'Sends a plan to Backstage, redacted, and prints the verdict. The token comes from the environment variable DRIFT_TOKEN. Exits 0 when it was sent, 1 on wrong use, 4 when the portal could not be reached, 5 when it refused the plan; --fail-on adds 2 for drift and 3 for a failed plan.',
    )
    .argument(
      '[file]',
      'a plan as for the command plan; a missing or empty file counts as no plan; - for standard input',
    )
    .option('--url <url>', 'base URL of the Backstage backend (or DRIFT_URL)')
    .option('--module <name>', 'name of the module')
    .option(
      '--client <name>',
      'client that the module belongs to (or DRIFT_CLIENT)',
    )
    .option(
      '--exit-code <n>',
      'exit code of `terraform plan -detailed-exitcode`; 1 needs no plan',
      parseExitCode,
    )
    .option(
      '--log <file>',
      'what the plan command printed; sent, redacted, when there is no plan',
    )
    .option('--commit <sha>', 'commit of the code (default: of the pipeline)')
    .option('--actor <who>', 'who started the run (default: of the pipeline)')
    .option('--run-url <url>', 'link to the run (default: of the pipeline)')
    .option(
      '--run-id <id>',
      'id of the run; a module is stored once per id (default: a new one for every call)',
    )
    .option(
      '--fail-on <verdicts>',
      'verdicts that fail the command: none, drift, error, any; several with commas',
      parseFailOn,
      [],
    )
    .option(
      '--terragrunt-dir <dir...>',
      'directories that `terragrunt run --all --json-out-dir` wrote; every unit is reported as the module of its path',
    )
    .option(
      '--terragrunt-report <file>',
      'JSON of `terragrunt run --all --report-file`; units that failed are reported as failed',
    )
    .option(
      '--module-prefix <text>',
      'stands before the paths of Terragrunt units',
    )
    .option(
      '--token-file <file>',
      'file that holds the token, instead of DRIFT_TOKEN',
    )
    .option('--dry-run', 'prints what would be sent, and sends nothing')
    .option(
      '--timeout <seconds>',
      'how long the connection may stand still',
      parseCount(1, 3600),
      120,
    )
    .option(
      '--retries <n>',
      'how often to try again when the portal is away or busy',
      parseCount(0, 20),
      5,
    )
    .option('--insecure-http', 'sends the token over http to another machine')
    .addOption(FORMAT)
    .option('--ignore-rules <file>', 'as for the command plan')
    .option('--severity-rules <file>', 'as for the command plan')
    .action(async (file: string | undefined, options) => {
      exitCode = await runReport(file, options, console, surroundings);
    });

  program
    .command('approved')
    .description(
      'Tells whether applying a plan does exactly what was approved in Backstage, neither more nor less. Exits 0 when it does, 3 when it differs (the addresses are printed, never values), 1 when that cannot be told. Secret values and outputs are not compared. Ignore rules have no say: applying does not know them.',
    )
    .requiredOption(
      '--plan <file>',
      'output of `terraform show -json PLAN`, also gzipped; - for standard input',
    )
    .requiredOption(
      '--expect <approval>',
      'what was approved, as Backstage gives it to the pipeline',
    )
    .option(
      '--targets <addresses>',
      'the plan may change nothing else; several with commas or line breaks, all when empty',
    )
    .addOption(CHECKED_EXIT_CODE)
    .addOption(FORMAT)
    .action(async options => {
      exitCode = await runApproved(options, console);
    });

  program
    .command('compare')
    .description(
      'Compares desired Kubernetes objects with live ones and prints the verdict. Exits 0 when nothing drifted, 2 on drift, 1 on errors and when not everything was seen.',
    )
    .requiredOption(
      '--desired <file...>',
      'manifests of the desired objects: YAML or JSON, also of Kustomize or `helm template`; - for standard input',
    )
    .requiredOption(
      '--live <file...>',
      'live objects: output of `kubectl get -o json --show-managed-fields` or answers of the API',
    )
    .option(
      '--platform-manager <name...>',
      'field managers by which the platform itself writes (default: platform, or who used kubectl apply)',
    )
    .option(
      '--namespace <name...>',
      'namespaces that the desired state covers as a whole (default: those of the desired objects)',
    )
    .addOption(FORMAT)
    .option('--ignore-rules <file>', 'as for the command plan')
    .option('--severity-rules <file>', 'as for the command plan')
    .action(async options => {
      exitCode = await runCompare(options, console);
    });

  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode;
    }
    throw error;
  }
  return exitCode;
}

function parseExitCode(text: string): number {
  if (!/^\d{1,3}$/.test(text)) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 255.');
  }
  return Number(text);
}

function parseFormat(text: string): 'json' | 'text' {
  if (text !== 'json' && text !== 'text') {
    throw new InvalidArgumentError('It must be json or text.');
  }
  return text;
}

function parseFailOn(text: string): FailOn[] {
  const verdicts = new Set<FailOn>();
  for (const word of text.split(',')) {
    if (word === 'drift' || word === 'error') {
      verdicts.add(word);
    } else if (word === 'any') {
      verdicts.add('drift').add('error');
    } else if (word !== 'none') {
      throw new InvalidArgumentError(
        'It must be none, drift, error or any, or several with commas.',
      );
    }
  }
  return [...verdicts];
}

function parseCount(least: number, most: number): (text: string) => number {
  return text => {
    const count = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
    if (!(count >= least && count <= most)) {
      throw new InvalidArgumentError(
        `It must be a whole number from ${least} to ${most}.`,
      );
    }
    return count;
  };
}
