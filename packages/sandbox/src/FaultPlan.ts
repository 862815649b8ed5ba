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

/** Trouble that a server makes for some requests. */
export interface PlannedFault<Effect> {
  /** Leaves alone so many matching requests first. */
  after?: number;
  /** How many matching requests meet it; all when left out. */
  times?: number;
  /** What happens. */
  effect: Effect;
}

/** The trouble of a server, in its order: the first one that a request meets happens. */
export class FaultPlan<Fault extends PlannedFault<unknown>, Subject> {
  readonly #matches: (fault: Fault, subject: Subject) => boolean;
  #faults: Array<{ fault: Fault; seen: number }> = [];

  constructor(matches: (fault: Fault, subject: Subject) => boolean) {
    this.#matches = matches;
  }

  /** Replaces all trouble; an empty list ends it. */
  set(faults: Fault[]): void {
    this.#faults = faults.map(fault => ({ fault, seen: 0 }));
  }

  effectOn(subject: Subject): Fault['effect'] | undefined {
    for (const entry of this.#faults) {
      if (this.#matches(entry.fault, subject)) {
        const { after = 0, times = Infinity } = entry.fault;
        entry.seen += 1;
        if (entry.seen > after && entry.seen <= after + times) {
          return entry.fault.effect;
        }
      }
    }
    return undefined;
  }
}
