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

import { Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { RefusedRequest } from './RefusedRequest';

const MINUTE_MS = 60_000;

/** Lets each caller ask so often a minute, on this replica; then 429 with `Retry-After`. */
export function limitRate(options: {
  perMinute: number;
  /** Names who asks. */
  callerOf(request: Request, response: Response): string | Promise<string>;
  /** One sentence without the full stop. */
  refusal: string;
}): RequestHandler {
  const { perMinute, callerOf, refusal } = options;
  return rateLimit({
    windowMs: MINUTE_MS,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: callerOf,
    handler: (_request, _response, next) =>
      next(new RefusedRequest(429, refusal)),
  });
}
