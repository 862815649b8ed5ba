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
  IgnoreRule,
  Observation,
  observeLowEvidence,
  ObserveOptions,
  observePlan,
  PlanReadError,
  readPlan,
  readPlanText,
  readUiStream,
  SeverityRule,
} from '@infra-hub/drift-engine';
import { sniff } from './input';
import { parseIgnoreRules, parseSeverityRules, RulesError } from './rules';

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'the file does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
};

/** Reads a plan of any kind; what cannot be read is a failed observation. */
export async function observe(
  open: () => Promise<AsyncIterable<Uint8Array>>,
  checks: ObserveOptions,
): Promise<Observation> {
  try {
    const { kind, rest } = await sniff(await open());
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

/** Files of rules that the user named. */
export interface RuleFiles {
  ignoreRules?: string;
  severityRules?: string;
}

/** @throws RulesError */
export async function readRuleFiles(
  files: RuleFiles,
): Promise<{ ignoreRules: IgnoreRule[]; severityRules: SeverityRule[] }> {
  return {
    ignoreRules:
      files.ignoreRules === undefined
        ? []
        : parseIgnoreRules(await readRules(files.ignoreRules)),
    severityRules:
      files.severityRules === undefined
        ? []
        : parseSeverityRules(await readRules(files.severityRules)),
  };
}

async function readRules(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new RulesError(
      `The rules in ${file} could not be read: ${systemReason(error)}.`,
    );
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new RulesError(`The rules in ${file} are not JSON.`);
  }
}

/** Never a value of the document: only errors that are known not to carry one speak for themselves. */
export function messageOf(error: unknown): string {
  if (error instanceof PlanReadError || error instanceof RulesError) {
    return error.message;
  }
  if (codeOf(error).startsWith('Z_')) {
    return 'The gzip data is damaged or cut off.';
  }
  return `The plan could not be read: ${systemReason(error)}.`;
}

/** In words why a file could not be used. */
export function systemReason(error: unknown): string {
  const code = codeOf(error);
  return SYSTEM_ERRORS[code] ?? code;
}

/** The code of a system error, or else the name of the error. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) {
    return 'unknown reason';
  }
  return 'code' in error
    ? String(error.code)
    : String('name' in error ? error.name : 'unknown reason');
}
