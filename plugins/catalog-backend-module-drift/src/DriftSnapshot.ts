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

import {
  EntityDriftStatus,
  Risk,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';

/** What an entity is annotated with. */
export interface DriftState {
  status: TargetStatus;
  risk: Risk;
}

/** The drift of all entities as this replica last knew it. */
export class DriftSnapshot {
  #states?: Map<string, DriftState>;

  /** False until the drift backend has answered for the first time. */
  get isLoaded(): boolean {
    return this.#states !== undefined;
  }

  get(entityRef: string): DriftState | undefined {
    return this.#states?.get(entityRef);
  }

  /** Answers the refs of the entities whose state is new, different or gone. */
  replace(statuses: EntityDriftStatus[]): string[] {
    const before = this.#states ?? new Map<string, DriftState>();
    const after = new Map(
      statuses.map(({ entityRef, status, risk }) => [
        entityRef,
        { status, risk },
      ]),
    );
    this.#states = after;

    const changed: string[] = [];
    for (const [entityRef, state] of after) {
      const known = before.get(entityRef);
      if (known?.status !== state.status || known.risk !== state.risk) {
        changed.push(entityRef);
      }
    }
    for (const entityRef of before.keys()) {
      if (!after.has(entityRef)) {
        changed.push(entityRef);
      }
    }
    return changed;
  }
}
