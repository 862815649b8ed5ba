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

import { once } from 'node:events';
import { PlanReadError, redactPlan } from '@infra-hub/drift-engine';
import { Console, EXIT_CLEAN, EXIT_ERROR } from '../Console';
import { openInput } from '../input';

/**
 * Writes a plan that gives the same report but holds no secret.
 *
 * @returns the exit code: 0 when the whole plan was written, else 1.
 */
export async function runRedact(
  file: string,
  console: Console,
): Promise<number> {
  try {
    const input = await openInput(file, console);
    for await (const piece of redactPlan(input)) {
      if (!console.stdout.write(piece)) {
        await once(console.stdout, 'drain');
      }
    }
    return EXIT_CLEAN;
  } catch (error) {
    console.stderr.write(`${reasonOf(error)}\n`);
    return EXIT_ERROR;
  }
}

/** Messages of the reader are made for people; those of the system name the file. */
function reasonOf(error: unknown): string {
  if (error instanceof PlanReadError) {
    return `Not redacted: ${error.message}`;
  }
  return `Not redacted: ${
    error instanceof Error ? error.message : 'the plan could not be read.'
  }`;
}
