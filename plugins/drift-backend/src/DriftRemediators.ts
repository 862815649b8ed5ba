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
  CodeAdopter,
  DriftRemediatorsExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';

/** Collects the ways of repair of installed modules. */
export class DriftRemediators implements DriftRemediatorsExtensionPoint {
  readonly #remediators = new Map<string, Remediator>();
  readonly #adopters = new Map<string, CodeAdopter>();

  addRemediator(remediator: Remediator): void {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(remediator.id)) {
      throw new InputError(
        `'${remediator.id}' cannot be the id of a remediator: it must begin with a lower-case letter and hold only lower-case letters, digits and hyphens`,
      );
    }
    if (this.#remediators.has(remediator.id)) {
      throw new ConflictError(
        `A remediator with id '${remediator.id}' was added before`,
      );
    }
    this.#remediators.set(remediator.id, remediator);
  }

  addAdopter(adopter: CodeAdopter): void {
    if (this.#adopters.has(adopter.source)) {
      throw new ConflictError(
        `An adopter of code for source '${adopter.source}' was added before`,
      );
    }
    this.#adopters.set(adopter.source, adopter);
  }

  /** In the order in which they were added. */
  list(): Remediator[] {
    return [...this.#remediators.values()];
  }

  /** In the order in which they were added. */
  listAdopters(): CodeAdopter[] {
    return [...this.#adopters.values()];
  }
}
