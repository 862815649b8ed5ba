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

import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';

const ANSWERED_ERRORS = [
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
];

/**
 * Does the work of an action. Only the sentence of an expected error goes out;
 * the message of another could hold SQL or a secret.
 */
export async function answering<T>(
  options: { action: string; logger: LoggerService },
  work: () => Promise<T>,
): Promise<{ output: T }> {
  try {
    return { output: await work() };
  } catch (thrown) {
    const error = toError(thrown);
    const Answered = ANSWERED_ERRORS.find(({ name }) => name === error.name);
    if (Answered) {
      throw new Answered(error.message.split('; caused by')[0]);
    }
    options.logger.error(
      `The action ${options.action} failed unexpectedly`,
      error,
    );
    throw new Error('The drift backend failed unexpectedly, its log says why');
  }
}
