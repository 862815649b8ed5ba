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

/**
 * An answer of the sandbox's AWS that is not a success.
 *
 * @public
 */
export class AwsError extends Error {
  readonly name = 'AwsError';

  constructor(
    /** E.g. `ResourceNotFoundException`. */
    readonly code: string,
    message: string,
    /** HTTP status. */
    readonly status: number = 400,
  ) {
    super(message);
  }
}

/** A resource handler refuses a change that was begun already. */
export class HandlerError extends Error {
  readonly name = 'HandlerError';

  constructor(
    /** E.g. `InvalidRequest`, as in the `ErrorCode` of a progress event. */
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
