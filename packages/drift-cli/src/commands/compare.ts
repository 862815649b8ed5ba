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

import type {
  DriftReport,
  Finding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  assess,
  compareKubernetes,
  KubernetesReadError,
  Observation,
  parseKubernetesAddress,
  readKubernetesAnswers,
  readKubernetesManifests,
} from '@infra-hub/drift-engine';
import { Console, EXIT_CLEAN, EXIT_DRIFT, EXIT_ERROR } from '../Console';
import { formatReport } from '../formatReport';
import { openInput } from '../input';
import { messageOf, readRuleFiles, RuleFiles, systemReason } from '../observe';

/** Options of `infra-hub-drift compare`. */
export interface CompareOptions extends RuleFiles {
  desired: string[];
  live: string[];
  platformManager?: string[];
  namespace?: string[];
  format?: 'json' | 'text';
}

/** The message names the file and why. */
class UnreadableFileError extends Error {}

/** Compares files of desired objects with files of live ones; also an error is a verdict, on standard output. */
export async function runCompare(
  options: CompareOptions,
  console: Console,
): Promise<number> {
  let rules;
  try {
    rules = await readRuleFiles(options);
  } catch (error) {
    console.stderr.write(`error: ${messageOf(error)}\n`);
    return EXIT_ERROR;
  }

  const report = assess(await observe(options, console), {
    ...rules,
    source: 'kubernetes',
    now: new Date(),
  });
  const format = options.format ?? (console.stdout.isTTY ? 'text' : 'json');
  console.stdout.write(
    format === 'json'
      ? `${JSON.stringify(withNames(report), undefined, 2)}\n`
      : formatReport(report),
  );
  if (report.status === 'error') {
    return EXIT_ERROR;
  }
  return report.status === 'drifted' ? EXIT_DRIFT : EXIT_CLEAN;
}

async function observe(
  options: CompareOptions,
  console: Console,
): Promise<Observation> {
  let desired;
  let answers;
  try {
    desired = readKubernetesManifests(await readAll(options.desired, console));
    answers = readKubernetesAnswers(await readAll(options.live, console));
  } catch (error) {
    if (
      error instanceof KubernetesReadError ||
      error instanceof UnreadableFileError
    ) {
      return failed(error.message);
    }
    throw error;
  }
  if (desired.length === 0) {
    return failed('The files of desired objects hold no object.');
  }
  const observation = compareKubernetes({
    desired,
    live: answers.live,
    unseen: answers.unseen,
    blindSpots: answers.blindSpots,
    failures: answers.failures,
    ...(options.platformManager
      ? { platformManagers: options.platformManager }
      : {}),
    ...(options.namespace ? { namespaces: options.namespace } : {}),
  });
  const failure = observation.failure ?? unproven(observation);
  return failure === undefined
    ? observation
    : { ...observation, failure, complete: false };
}

/** Also what nobody desired may be in what was not seen. */
function unproven(observation: Observation): string | undefined {
  return observation.complete ||
    observation.differences.some(each => each.class === 'drift')
    ? undefined
    : `Not everything was looked at: ${observation.blindSpots
        .map(spot => spot.scope)
        .join(', ')}.`;
}

function failed(failure: string): Observation {
  return {
    differences: [],
    totalResources: 0,
    complete: false,
    failure,
    blindSpots: [],
    warnings: [],
    evidence: 'live-objects',
  };
}

async function readAll(
  files: readonly string[],
  console: Console,
): Promise<{ name: string; text: string }[]> {
  const texts = [];
  for (const file of files) {
    texts.push({
      name: file === '-' ? 'standard input' : file,
      text: await readText(file, console),
    });
  }
  return texts;
}

async function readText(file: string, console: Console): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of await openInput(file, console)) {
      chunks.push(Buffer.from(chunk));
    }
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.concat(chunks),
    );
  } catch (error) {
    throw new UnreadableFileError(
      error instanceof TypeError
        ? `${file} is not UTF-8 text.`
        : `${file} could not be read: ${systemReason(error)}.`,
    );
  }
}

/** Findings with the names by which kubectl knows their objects. */
function withNames(report: DriftReport) {
  return { ...report, findings: report.findings.map(withName) };
}

function withName(finding: Finding) {
  const { kind, namespace, name } = parseKubernetesAddress(finding.address);
  return {
    kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...finding,
    // There is no plan here whose action it could be: what happened to the object.
    ...(finding.rule === 'missing-object' ? { change: 'delete' } : {}),
  };
}
