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

const FIRST_MS = 15_000;
const LONGEST_MS = 60 * 60_000;

/**
 * Milliseconds from a failed attempt to the next: twice as long each time, up to
 * an hour, and spread so that messages that failed together do not come back
 * together. Ten attempts take about two hours.
 */
export function nextDelay(options: {
  /** Failed attempts, this one included. */
  attempts: number;
  /** From 0 to 1. */
  random: number;
  /** What the receiver asked for. */
  retryAfterMs?: number;
}): number {
  const { attempts, random, retryAfterMs = 0 } = options;
  const delay = Math.min(FIRST_MS * 2 ** (attempts - 1), LONGEST_MS);
  return Math.max(
    delay * (0.75 + random / 2),
    Math.min(retryAfterMs, LONGEST_MS),
  );
}
