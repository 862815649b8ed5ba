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
export function describeInvalidRequest(options: {
  /** Known fields of request bodies. */
  bodyFields: string[];
}): ErrorRequestHandler {
  return (error, request, _response, next) => {
    if (!(error instanceof InputError)) {
      next(error);
      return;
    }
    const unknownField = Object.keys(request.body ?? {}).find(
      name => !options.bodyFields.includes(name),
    );
    next(new InputError(describe(error.message, unknownField)));
  };
}

function describe(message: string, unknownField: string | undefined): string {
  if (message.startsWith('malformed uri')) {
    return 'The address of the request is malformed';
  }
  const [first] = message.split(', request/');
  const match = /^request\/(query|params|body)\/?([^/\s]*)\S* (.*)$/s.exec(
    first,
  );
  if (!match) {
    return first;
  }
  const [, place, name, problem] = match;
  if (place !== 'body') {
    return `Parameter '${name}' ${problem}`;
  }
  if (name) {
    return `Field '${name}' of the request body ${problem}`;
  }
  return problem.includes('additional properties') && unknownField
    ? `Field '${unknownField}' of the request body is not known`
    : `The request body ${problem}`;
}
