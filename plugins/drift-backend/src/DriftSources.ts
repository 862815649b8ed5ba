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
  DriftSource,
  DriftSourcesExtensionPoint,
} from '@infra-hub/backstage-plugin-drift-node';

/** Collects the sources of installed modules. */
export class DriftSources implements DriftSourcesExtensionPoint {
  readonly #sources = new Map<string, DriftSource>();

  addSource(source: DriftSource): void {
    if (!/^[a-z][a-z0-9-]*$/.test(source.id)) {
      throw new InputError(
        `'${source.id}' cannot be the id of a drift source: it must begin with a lower-case letter and hold only lower-case letters, digits and hyphens`,
      );
    }
    if (this.#sources.has(source.id)) {
      throw new ConflictError(
        `A drift source with id '${source.id}' was added before`,
      );
    }
    this.#sources.set(source.id, source);
  }

  /** In the order in which they were added. */
  list(): DriftSource[] {
    return [...this.#sources.values()];
  }
}
