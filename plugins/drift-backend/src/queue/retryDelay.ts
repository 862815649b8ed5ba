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
 * How long to wait before an attempt, in milliseconds: doubles from one second
 * to a minute, the upper half of it at random so that many do not come at once.
 */
export function retryDelay(options: {
  /** Number of attempts that have failed, from 1. */
  failures: number;
  random: () => number;
}): number {
  const ceiling = Math.min(
    60_000,
    1000 * 2 ** Math.min(options.failures - 1, 16),
  );
  return ceiling / 2 + (ceiling / 2) * options.random();
}
