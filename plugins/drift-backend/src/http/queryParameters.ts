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
import { RequestHandler } from 'express';

/**
 * Query parameters that hold several values, as `?status=drifted&status=error`
 * or `?status=drifted,error`.
 */
const LIST_PARAMETERS = new Set([
  'client',
  'owner',
  'status',
  'risk',
  'source',
]);

const INTEGER_PARAMETERS = new Set(['limit', 'offset', 'expectedRevision']);

/**
 * Reads the query string into plain strings and lists.
 *
 * @remarks
 * Express' own reader makes objects of brackets and of more than 20 repeats,
 * and a validator cannot say which parameter that was.
 *
 * @throws InputError that names the parameter
 */
export function readQueryParameters(): RequestHandler {
  return (request, _response, next) => {
    const start = request.url.indexOf('?');
    const parameters = new URLSearchParams(
      start < 0 ? '' : request.url.slice(start + 1),
    );
    // Without a prototype, so that `__proto__` is an unknown parameter like any other.
    const query: Record<string, string | string[]> = Object.create(null);
    for (const name of new Set(parameters.keys())) {
      const values = parameters.getAll(name);
      if (
        LIST_PARAMETERS.has(name) ||
        // Elsewhere it is a single one
        (name === 'state' && request.path === '/remediations')
      ) {
        query[name] = splitList(name, values);
        continue;
      }
      // The validator takes 1e309 for an integer below any maximum.
      if (
        INTEGER_PARAMETERS.has(name) &&
        !values.every(value => /^-?\d{1,15}$/.test(value))
      ) {
        throw new InputError(`Parameter '${name}' must be integer`);
      }
      query[name] = values.length === 1 ? values[0] : values;
    }
    request.query = query;
    next();
  };
}

function splitList(name: string, values: string[]): string[] {
  const items = new Set<string>();
  for (const value of values) {
    // Only a client's name can itself hold a comma.
    if (name === 'client') {
      items.add(value);
    }
    for (const item of value.split(',')) {
      items.add(item.trim());
    }
  }
  return [...items];
}
