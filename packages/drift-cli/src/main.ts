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

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { version } from '../package.json';
import { runPlan } from './commands/plan';
import { runRedact } from './commands/redact';
import { Console } from './Console';

/**
 * Runs the command line and gives the exit code of the process: 0 nothing
 * drifted, 2 drift, 1 error.
 *
 * @param argv - as `process.argv`
 */
export async function main(
  argv: readonly string[],
  console: Console,
): Promise<number> {
  let exitCode = 0;
  const program = new Command('infra-hub-drift')
    .description('Says what drifted, from a Terraform or OpenTofu plan.')
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
    .option(
      '--exit-code <n>',
      'exit code of `terraform plan -detailed-exitcode`, checked against the plan',
      parseExitCode,
    )
    .option(
      '--format <format>',
      'json or text (default: text in a terminal, else json)',
      parseFormat,
    )
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
