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
 * Bounds on what one plan may cost. Exceeding one is a `PlanReadError` with code
 * `too-large` or `too-deep`, never a silently shortened result.
 *
 * @public
 */
export interface PlanLimits {
  /** Bytes of the whole document. Unlimited by default: the reader's memory does not depend on it. */
  maxBytes?: number;
  /** Bytes of one entry that has to be parsed. Default 64 MiB. */
  maxElementBytes?: number;
  /** Nesting of arrays and objects, the root being 1. Default 200. */
  maxDepth?: number;
  /** Number of entries kept in memory (drifted, changed, moved, deferred, checks, outputs). Default 200,000. */
  maxEntries?: number;
  /** UTF-16 units of one string value in a kept entry. Default 4 Mi. */
  maxStringLength?: number;
}
