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

import { DriftAnalysis } from '@infra-hub/backstage-plugin-drift-common';

/**
 * Explanations of targets, beside their verdicts. Knows nothing of permissions:
 * ask only for targets that the caller may see.
 */
export interface Explanations {
  /**
   * The explanation as it is now, at once. Lets a model begin when its text is
   * missing.
   *
   * @throws NotFoundError when the target is unknown.
   */
  read(targetId: string): Promise<DriftAnalysis>;

  /**
   * As `read`, but waits for a model up to `waitMs` milliseconds. Never throws
   * because of a model: what it lacks is told by the rules.
   *
   * @throws NotFoundError when the target is unknown.
   */
  analyze(
    targetId: string,
    options: { waitMs: number; signal?: AbortSignal },
  ): Promise<DriftAnalysis>;

  /**
   * Lets a model write anew, whatever is stored; returns at once.
   *
   * @throws NotFoundError when the target is unknown.
   * @throws TooManyRequestsError when that was asked for a moment ago.
   */
  explainAgain(targetId: string): Promise<DriftAnalysis>;
}
