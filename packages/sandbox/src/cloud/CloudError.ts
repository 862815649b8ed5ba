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
 * An answer of the cloud that is not a success. The message is one clear
 * sentence for the person or program that asked.
 *
 * @public
 */
export class CloudError extends Error {
  readonly name = 'CloudError';

  constructor(
    /** HTTP status, e.g. 404. */
    readonly status: number,
    /** Machine-readable reason, e.g. `NotFound`. */
    readonly code: string,
    message: string,
    /** The field that is wrong, e.g. `nodePools[1].nodeCount`. */
    readonly field?: string,
  ) {
    super(message);
  }
}
