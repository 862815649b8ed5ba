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

import { assess } from '@infra-hub/drift-engine';
import { Console, EXIT_CLEAN, EXIT_DRIFT, EXIT_ERROR } from '../Console';
import { formatReport } from '../formatReport';
import { openInput } from '../input';
import { messageOf, observe, readRuleFiles, RuleFiles } from '../observe';

/** Options of `infra-hub-drift plan`. */
export interface PlanOptions extends RuleFiles {
  exitCode?: number;
  format?: 'json' | 'text';
}

/** Prints the verdict over a plan; also an error is a verdict, on standard output. */
export async function runPlan(
  file: string,
  options: PlanOptions,
  console: Console,
): Promise<number> {
  let rules;
  try {
    rules = await readRuleFiles(options);
  } catch (error) {
    console.stderr.write(`error: ${messageOf(error)}\n`);
    return EXIT_ERROR;
  }

  const observation = await observe(
    () => openInput(file, console),
    options.exitCode === undefined ? {} : { exitCode: options.exitCode },
  );
  const report = assess(observation, {
    ...rules,
    source: 'terraform',
    now: new Date(),
  });
  const format = options.format ?? (console.stdout.isTTY ? 'text' : 'json');
  console.stdout.write(
    format === 'json'
      ? `${JSON.stringify(report, undefined, 2)}\n`
      : formatReport(report),
  );
  if (report.status === 'error') {
    return EXIT_ERROR;
  }
  return report.status === 'drifted' ? EXIT_DRIFT : EXIT_CLEAN;
}
