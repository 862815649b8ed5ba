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

import { ConflictError, InputError } from '@backstage/errors';
import {
  Attributor,
  DriftAttributorsExtensionPoint,
} from '@infra-hub/backstage-plugin-drift-node';

/** Collects the audit logs of installed modules. */
export class DriftAttributors implements DriftAttributorsExtensionPoint {
  readonly #attributors = new Map<string, Attributor>();

  addAttributor(attributor: Attributor): void {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(attributor.id)) {
      throw new InputError(
        `'${attributor.id}' cannot be the id of an attributor: it must begin with a lower-case letter and hold only lower-case letters, digits and hyphens`,
      );
    }
    if (this.#attributors.has(attributor.id)) {
      throw new ConflictError(
        `An attributor with id '${attributor.id}' was added before`,
      );
    }
    this.#attributors.set(attributor.id, attributor);
  }

  /** In the order in which they were added. */
  list(): Attributor[] {
    return [...this.#attributors.values()];
  }
}
