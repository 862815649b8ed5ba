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

import { InputError, toError } from '@backstage/errors';
import { raw, Request, RequestHandler, Response, Router } from 'express';
import { discardRest } from '../ingest/PlanBody';
import { RefusedRequest } from '../http/RefusedRequest';

const JSON_TYPE = 'application/json';
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];

/** The text of a desired state, and how to read it. */
export interface DesiredStateText {
  text: string;
  syntax: 'json' | 'yaml';
}

/**
 * Reads the bodies of desired states. Stands before the reader of all other
 * bodies, which are smaller and never YAML, and leaves the text as it was, whose
 * lines errors speak of.
 */
export function readDesiredStateBody(options: { maxBytes: number }): Router {
  const { maxBytes } = options;
  const readBytes = raw({ type: () => true, limit: maxBytes });
  const router = Router();
  const read: RequestHandler = (request, response, next) => {
    const syntax = syntaxOf(request);
    readBytes(request, response, error => {
      if (error !== undefined) {
        response.once('finish', () => discardRest(request));
        next(toRefusal(error, maxBytes));
        return;
      }
      try {
        response.locals.desiredState = takeText(request, syntax);
        next();
      } catch (refusal) {
        next(refusal);
      }
    });
  };
  router.put('/v1/infrastructure/tenants/:tenantId/desired-state', read);
  router.put(
    '/v1/infrastructure/tenants/:tenantId/desired-state/:type/:name',
    read,
  );
  return router;
}

/** The body as it was sent. */
export function desiredStateText(response: Response): DesiredStateText {
  return response.locals.desiredState;
}

function syntaxOf(request: Request): DesiredStateText['syntax'] {
  const [type] = (request.headers['content-type'] ?? '').split(';');
  const name = type.trim().toLowerCase();
  if (name === JSON_TYPE) {
    return 'json';
  }
  if (YAML_TYPES.includes(name)) {
    return 'yaml';
  }
  throw new RefusedRequest(
    415,
    'The content type must be application/json or application/yaml',
  );
}

function takeText(
  request: Request,
  syntax: DesiredStateText['syntax'],
): DesiredStateText {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0) {
    throw new InputError('The request has no body');
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError('The request body must be UTF-8');
  }
  // For the validator; what it holds is judged later, with its lines
  request.body = text;
  return { text, syntax };
}

function toRefusal(thrown: unknown, maxBytes: number): Error {
  const error = toError(thrown) as Error & { type?: string };
  switch (error.type) {
    case 'entity.too.large':
      return new RefusedRequest(
        413,
        `The desired state is larger than the limit of ${maxBytes} bytes (drift.tenants.maxDesiredStateBytes)`,
      );
    case 'encoding.unsupported':
      return new RefusedRequest(
        415,
        'The content encoding must be gzip, deflate, br, or there must be none',
      );
    case 'request.aborted':
    case 'request.size.invalid':
      return new InputError('The upload was broken off');
    default:
      return new InputError('The request body cannot be read');
  }
}
