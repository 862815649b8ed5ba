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

import { readFile } from 'node:fs/promises';
import {
  assess,
  IgnoreRule,
  Observation,
  observeLowEvidence,
  observePlan,
  PlanReadError,
  readPlan,
  readPlanText,
  readUiStream,
  SeverityRule,
} from '@infra-hub/drift-engine';
import { Console, EXIT_CLEAN, EXIT_DRIFT, EXIT_ERROR } from '../Console';
import { openInput, sniff } from '../input';
import { parseIgnoreRules, parseSeverityRules, RulesError } from '../rules';
import { formatReport } from '../formatReport';

/** Options of `infra-hub-drift plan`. */
export interface PlanOptions {
  exitCode?: number;
  format?: 'json' | 'text';
  ignoreRules?: string;
  severityRules?: string;
}

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
};

/** Prints the verdict over a plan; also an error is a verdict, on standard output. */
export async function runPlan(
  file: string,
  options: PlanOptions,
  console: Console,
): Promise<number> {
  let ignoreRules: IgnoreRule[] = [];
  let severityRules: SeverityRule[] = [];
  try {
    if (options.ignoreRules !== undefined) {
      ignoreRules = parseIgnoreRules(await readRules(options.ignoreRules));
    }
    if (options.severityRules !== undefined) {
      severityRules = parseSeverityRules(
        await readRules(options.severityRules),
      );
    }
  } catch (error) {
    console.stderr.write(`error: ${messageOf(error)}\n`);
    return EXIT_ERROR;
  }

  const observation = await observe(file, options, console);
  const report = assess(observation, {
    ignoreRules,
    severityRules,
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

async function observe(
  file: string,
  options: PlanOptions,
  console: Console,
): Promise<Observation> {
  const checks =
    options.exitCode === undefined ? {} : { exitCode: options.exitCode };
  try {
    const { kind, rest } = await sniff(await openInput(file, console));
    switch (kind) {
      case 'plan-text':
        return observeLowEvidence(await readPlanText(rest), checks);
      case 'ui-stream':
        return observeLowEvidence(await readUiStream(rest), checks);
      default:
        return observePlan(await readPlan(rest), checks);
    }
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): Observation {
  return {
    differences: [],
    totalResources: 0,
    complete: false,
    failure: messageOf(error),
    blindSpots: [],
    warnings: [],
    evidence: 'plan-json',
  };
}

async function readRules(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    throw new RulesError(
      `The rules in ${file} could not be read: ${SYSTEM_ERRORS[code] ?? code}.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RulesError(`The rules in ${file} are not JSON.`);
  }
}

/** Never a value of the document: only errors that are known not to carry one speak for themselves. */
function messageOf(error: unknown): string {
  if (error instanceof PlanReadError || error instanceof RulesError) {
    return error.message;
  }
  const code = codeOf(error);
  if (code.startsWith('Z_')) {
    return 'The gzip data is damaged or cut off.';
  }
  return `The plan could not be read: ${SYSTEM_ERRORS[code] ?? code}.`;
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return 'unknown reason';
  }
  return 'code' in error
    ? String(error.code)
    : String('name' in error ? error.name : 'unknown reason');
}
