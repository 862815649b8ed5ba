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

import { InputError } from '@backstage/errors';
import { ErrorRequestHandler } from 'express';

/**
 * Turns the validator's message into a sentence that names the parameter.
 *
 * @remarks
 * The validator writes `request/query/limit must be <= 200`, or
 * `request/body/client/0 must be string`.
 */
export function describeInvalidRequest(): ErrorRequestHandler {
  return (error, _request, _response, next) => {
    next(
      error instanceof InputError
        ? new InputError(describe(error.message))
        : error,
    );
  };
}

function describe(message: string): string {
  const [first] = message.split(', request/');
  const match = /^request\/(query|params|body)\/?([^/\s]*)(\S*) (.*)$/s.exec(
    first,
  );
  if (!match) {
    return first;
  }
  const [, place, name, , problem] = match;
  if (!name) {
    return place === 'body'
      ? `The request body ${problem}`
      : `The request ${problem}`;
  }
  return place === 'body'
    ? `Field '${name}' of the request body ${problem}`
    : `Parameter '${name}' ${problem}`;
}
