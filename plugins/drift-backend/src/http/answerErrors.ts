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
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import { ErrorRequestHandler } from 'express';
import { RefusedRequest } from './RefusedRequest';

const ANSWERED_ERRORS = [
  AuthenticationError,
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
];

/**
 * Lets only the sentence of an expected error out: neither its cause nor its
 * stack, and nothing at all of an unexpected one, whose message may hold SQL or
 * a secret.
 */
export function answerErrors(options: {
  logger: LoggerService;
}): ErrorRequestHandler {
  const { logger } = options;
  return (thrown, request, _response, next) => {
    const error = toError(thrown);
    const Answered = ANSWERED_ERRORS.find(({ name }) => name === error.name);
    if (thrown instanceof RefusedRequest) {
      next(withoutStack(thrown));
      return;
    }
    if (!Answered) {
      logger.error(
        `${request.method} ${request.path} failed unexpectedly`,
        error,
      );
      next(
        withoutStack(
          new Error('The drift backend failed unexpectedly, its log says why'),
        ),
      );
      return;
    }
    const [sentence] = error.message.split('; caused by');
    next(withoutStack(new Answered(sentence)));
  };
}

/** Backstage's own handler answers with the stack in development. */
function withoutStack(error: Error): Error {
  delete error.stack;
  return error;
}
