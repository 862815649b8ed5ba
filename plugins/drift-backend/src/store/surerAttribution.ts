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

import { Attribution } from '@infra-hub/backstage-plugin-drift-common';

const RANKS = { low: 1, medium: 2, high: 3 } as const;
/** Evidence of the very field. */
const CERTAIN = 4;

/**
 * Of what a scan saw and what an audit log tells, the one that is surer. The scan
 * goes first where it saw the very field; of two that are as sure, the log does.
 */
export function surerAttribution(
  seen: Attribution | undefined,
  logged: Attribution | undefined,
): Attribution | undefined {
  if (!seen || !logged) {
    return seen ?? logged;
  }
  return seen.confidence === undefined || rankOf(seen) > rankOf(logged)
    ? seen
    : logged;
}

function rankOf({ confidence }: Attribution): number {
  return confidence ? RANKS[confidence] : CERTAIN;
}
