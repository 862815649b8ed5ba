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

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import {
  fileBytes,
  LowEvidencePlan,
  Observation,
  ObserveOptions,
  PlanReadError,
  readPlanText,
  readUiStream,
  redactPlan,
} from '@infra-hub/drift-engine';
import { Console } from '../Console';
import { openInput, sniff, unpacked } from '../input';
import { codeOf, messageOf, observe } from '../observe';
import { writePlanText, writeUiStream } from './lowEvidenceText';
import { Progress } from './Progress';

/** What will be sent: without secrets, compressed, in a file that only this user can read. */
export interface Parcel {
  contentType: ContentType;
  file: string;
  /** Of the file. */
  bytes: number;
  /** What the portal will see in it. */
  observation: Observation;
  dispose(): Promise<void>;
}

/** What the portal takes. */
export type ContentType =
  | 'application/json'
  | 'application/x-ndjson'
  | 'text/plain';

/** What there is to send. */
export interface ParcelSource {
  /** A plan of any kind; `-` is standard input. */
  plan?: string;
  /** What the plan command printed; sent when there is no plan. */
  log?: string;
  exitCode?: number;
  /** Sent when there is neither plan nor log. */
  failure?: string;
}

interface Content {
  contentType: ContentType;
  pieces: AsyncIterable<string> | Iterable<string>;
}

/**
 * Writes what is to be sent to a temporary file: a plan is read once, however
 * often it must be sent, and its length is known. A plan that cannot be used
 * becomes a text with the reason, because a failed scan must arrive as one.
 */
export async function prepareParcel(
  source: ParcelSource,
  console: Console,
): Promise<Parcel> {
  const directory = await mkdtemp(join(tmpdir(), 'infra-hub-drift-'));
  const dispose = () => rm(directory, { recursive: true, force: true });
  const file = join(directory, 'parcel.gz');
  try {
    const contentType = await pack(source, file, console);
    const checks: ObserveOptions =
      source.exitCode === undefined ? {} : { exitCode: source.exitCode };
    return {
      contentType,
      file,
      bytes: (await stat(file)).size,
      observation: await observe(() => unpacked(fileBytes(file)), checks),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function pack(
  source: ParcelSource,
  file: string,
  console: Console,
): Promise<ContentType> {
  const { plan, log, exitCode } = source;
  if (plan !== undefined) {
    try {
      return await write(await contentOf(plan, console), file);
    } catch (error) {
      if (!isUnusable(error)) {
        throw error;
      }
      if (!isMissing(error) || (log === undefined && exitCode !== 1)) {
        return write(failureText(messageOf(error)), file);
      }
    }
    if (log !== undefined) {
      console.stderr.write(
        `There is no plan in ${plan}; what the command printed is sent instead.\n`,
      );
    }
  }
  if (log === undefined) {
    return write(failureText(source.failure ?? noPlan(exitCode)), file);
  }
  try {
    return await write(await contentOf(log, console), file);
  } catch (error) {
    if (!isUnusable(error)) {
      throw error;
    }
    return write(
      failureText(isMissing(error) ? noPlan(exitCode) : messageOf(error)),
      file,
    );
  }
}

function noPlan(exitCode: number | undefined): string {
  return exitCode === undefined
    ? 'The plan command left no plan.'
    : `The plan command left no plan (exit code ${exitCode}).`;
}

/** @throws PlanReadError, or what the system said */
async function contentOf(path: string, console: Console): Promise<Content> {
  const { kind, rest } = await sniff(
    await openInput(path, console, await progressOf(path, console)),
  );
  switch (kind) {
    case 'plan-text': {
      const text = await readPlanText(rest);
      return saysSomething(text)
        ? { contentType: 'text/plain', pieces: [writePlanText(text)] }
        : failureText('What the plan command printed holds no plan.');
    }
    case 'ui-stream': {
      const stream = await readUiStream(rest);
      return saysSomething(stream)
        ? {
            contentType: 'application/x-ndjson',
            pieces: [writeUiStream(stream)],
          }
        : failureText('The stream of the plan command holds no plan.');
    }
    default:
      return { contentType: 'application/json', pieces: redactPlan(rest) };
  }
}

function saysSomething(plan: LowEvidencePlan): boolean {
  return (
    plan.complete ||
    plan.errors.length + plan.changes.length + plan.drift.length > 0
  );
}

async function progressOf(path: string, console: Console): Promise<Progress> {
  const size = path === '-' ? 0 : (await stat(path)).size;
  return Progress.create({
    out: console.stderr,
    doing: 'Reading',
    ...(size > 0 ? { total: size } : {}),
  });
}

function failureText(message: string): Content {
  return { contentType: 'text/plain', pieces: [`Error: ${message}\n`] };
}

async function write(content: Content, file: string): Promise<ContentType> {
  await pipeline(
    Readable.from(content.pieces),
    createGzip(),
    createWriteStream(file, { mode: 0o600 }),
  );
  return content.contentType;
}

function isMissing(error: unknown): boolean {
  return error instanceof PlanReadError
    ? error.code === 'empty'
    : codeOf(error) === 'ENOENT';
}

/** About the plan, not about this program or its temporary file. */
function isUnusable(error: unknown): boolean {
  return (
    error instanceof PlanReadError ||
    /^(?:ENOENT|EISDIR|EACCES|EPERM|Z_\w+)$/.test(codeOf(error))
  );
}
