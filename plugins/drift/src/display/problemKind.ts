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

import { isError } from '@backstage/errors';

/** What a failed request means to the user. */
export type ProblemKind =
  | 'forbidden'
  | 'notFound'
  | 'unavailable'
  | 'unreachable'
  | 'other';

const KIND_BY_STATUS: Record<number, ProblemKind> = {
  401: 'forbidden',
  403: 'forbidden',
  404: 'notFound',
  503: 'unavailable',
  502: 'unreachable',
  504: 'unreachable',
};

const KIND_BY_NAME: Record<string, ProblemKind> = {
  NotAllowedError: 'forbidden',
  AuthenticationError: 'forbidden',
  NotFoundError: 'notFound',
  ServiceUnavailableError: 'unavailable',
  TypeError: 'unreachable',
};

/**
 * Sorts an error of the API into what the user can do about it. A failed fetch
 * is a TypeError by the fetch standard.
 */
export function problemKind(error: unknown): ProblemKind {
  if (!isError(error)) {
    return 'other';
  }
  if (typeof error.statusCode === 'number') {
    return KIND_BY_STATUS[error.statusCode] ?? 'other';
  }
  return KIND_BY_NAME[error.name] ?? 'other';
}

/** The sentence that the backend gave, free of the transport's wrapping. */
export function problemSentence(error: unknown): string {
  if (!isError(error)) {
    return String(error);
  }
  return isError(error.cause) ? error.cause.message : error.message;
}

/** Whether the backend asks to come back later (429). */
export function isTooMany(error: unknown): boolean {
  return isError(error) && error.statusCode === 429;
}
