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

import { AttributionQuery } from './Attributor';

/** Clocks of providers and of this server differ a little, and some tell seconds only. */
const SKEW_MS = 2 * 60_000;

/**
 * The time in which a change must have happened, with some room for clocks that
 * differ.
 *
 * @param longestMs - How far to look back where nobody knows since when, and at most.
 *
 * @public
 */
export function auditLogWindow(
  { after, before }: Pick<AttributionQuery, 'after' | 'before'>,
  longestMs: number,
): { from: Date; to: Date } {
  const to = before.getTime() + SKEW_MS;
  const oldest = to - longestMs;
  const from = Math.max(after ? after.getTime() - SKEW_MS : oldest, oldest);
  return { from: new Date(Math.min(from, to)), to: new Date(to) };
}
