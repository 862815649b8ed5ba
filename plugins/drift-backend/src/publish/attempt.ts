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

import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';

/**
 * Makes a way of telling others that never fails the teller.
 *
 * @remarks
 * An absent or broken receiver is logged once, and again only after it worked
 * in between; a fleet of scans would fill the log otherwise.
 */
export function createAttempt(options: {
  /** Finishes "Cannot …". */
  what: string;
  logger: LoggerService;
}): (work: () => Promise<void>) => Promise<void> {
  const { what, logger } = options;
  let failing = false;
  return async work => {
    try {
      await work();
      failing = false;
    } catch (error) {
      if (!failing) {
        logger.warn(
          `Cannot ${what}; scans go on, further failures are not logged`,
          toError(error),
        );
      }
      failing = true;
    }
  };
}
