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

import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { systemReason } from '../observe';

/** One unit of a Terragrunt run. */
export interface Unit {
  /** Path of the unit, with slashes. */
  name: string;
  /** Absent when the unit left no plan. */
  plan?: string;
  /** Why there is no plan. */
  failure?: string;
}

/** The layout or the run report cannot be used. */
export class UnitsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnitsError';
  }
}

const PLAN_FILE = 'tfplan.json';
/** Working copies of modules, not units. */
const CACHE = '.terragrunt-cache';

/**
 * Finds what `terragrunt run --all --json-out-dir DIR -- plan` wrote, and what it
 * did not write because a unit failed.
 *
 * @throws UnitsError
 */
export async function findUnits(options: {
  directories: readonly string[];
  /** Of `--report-file`, as JSON. */
  runReport?: string;
  workingDirectory: string;
}): Promise<Unit[]> {
  const units = new Map<string, Unit>();
  for (const directory of options.directories) {
    for (const name of await unitsBelow(directory)) {
      const other = units.get(name);
      if (other) {
        throw new UnitsError(
          `Two directories have a unit "${name}"; report them one by one with different prefixes.`,
        );
      }
      units.set(name, { name, plan: join(directory, name, PLAN_FILE) });
    }
  }
  if (options.runReport !== undefined) {
    const failed = await failedUnits(
      options.runReport,
      options.workingDirectory,
    );
    for (const [name, failure] of failed) {
      // A plan from before the failure is not the plan of this run.
      units.set(name, { name, failure });
    }
  }
  if (units.size === 0) {
    throw new UnitsError(
      `There is no ${PLAN_FILE} below ${options.directories.join(
        ', ',
      )}; was terragrunt run with --json-out-dir?`,
    );
  }
  return [...units.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function unitsBelow(directory: string): Promise<string[]> {
  try {
    const names: string[] = [];
    await collect(directory, '', names);
    return names;
  } catch (error) {
    throw new UnitsError(
      `The directory ${directory} could not be read: ${systemReason(error)}.`,
    );
  }
}

async function collect(
  directory: string,
  name: string,
  names: string[],
): Promise<void> {
  const entries = await readdir(join(directory, name), { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory() && entry.name !== CACHE) {
      await collect(
        directory,
        name === '' ? entry.name : `${name}/${entry.name}`,
        names,
      );
    } else if (entry.isFile() && entry.name === PLAN_FILE) {
      names.push(name === '' ? '.' : name);
    }
  }
}

/** Names and reasons of the units that did not end well. */
async function failedUnits(
  file: string,
  workingDirectory: string,
): Promise<Map<string, string>> {
  const failed = new Map<string, string>();
  for (const run of await readRunReport(file)) {
    const { Name: name, Result: result } = run;
    if (typeof name !== 'string' || typeof result !== 'string') {
      throw new UnitsError(
        `The report ${file} has an entry without Name and Result.`,
      );
    }
    if (result === 'failed' || result === 'early exit') {
      failed.set(
        unitName(name, workingDirectory),
        result === 'failed'
          ? 'Terragrunt could not plan this unit.'
          : 'Terragrunt did not plan this unit, because one that it depends on failed.',
      );
    }
  }
  return failed;
}

async function readRunReport(file: string): Promise<Record<string, unknown>[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UnitsError(
      `The report ${file} could not be read: ${systemReason(error)}.`,
    );
  }
  try {
    const document: unknown = JSON.parse(text);
    if (Array.isArray(document) && document.every(isObject)) {
      return document;
    }
  } catch {
    // Said below, with what is expected.
  }
  throw new UnitsError(
    `The report ${file} is no list of runs; write it with --report-format json.`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unitName(name: string, workingDirectory: string): string {
  const below = isAbsolute(name)
    ? relative(resolve(workingDirectory), name)
    : name;
  return below.split(sep).join('/').replace(/^\.\//, '') || '.';
}
