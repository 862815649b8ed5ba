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

import { FaultPlan } from '../FaultPlan';

/**
 * Trouble that a test asks for. The first fault that matches a request and is
 * not used up is what happens to it.
 *
 * @public
 */
export interface KubernetesFault {
  /** Only requests of this resource, e.g. `deployments`. */
  resource?: string;
  /** Only requests in this namespace. */
  namespace?: string;
  /** Only requests with this method, e.g. `GET`. */
  method?: string;
  /** Only requests whose path and query match. */
  match?: RegExp;
  /** Only requests for the second and later chunks of a list. */
  midList?: boolean;
  /** Leaves alone so many matching requests first. */
  after?: number;
  /** How many matching requests meet it; all when left out. */
  times?: number;
  /** What happens. */
  effect: KubernetesFaultEffect;
}

/**
 * What a {@link KubernetesFault} does to a request.
 *
 * `delay` holds the answer back · `status` fails with a `Status` (403 names the
 * kind, 410 is an expired continue token) · `truncate` sends the first bytes
 * of the true answer as if that were all · `cut` breaks the connection after
 * them · `hang` never answers.
 *
 * @public
 */
export type KubernetesFaultEffect =
  | { type: 'delay'; ms: number }
  | { type: 'status'; code: number; retryAfterSeconds?: number }
  | { type: 'truncate'; bytes: number }
  | { type: 'cut'; bytes: number }
  | { type: 'hang' };

/** A request as faults see it. */
export interface FaultSubject {
  method: string;
  /** Path and query. */
  target: string;
  resource: string | undefined;
  namespace: string | undefined;
  midList: boolean;
}

/**
 * Trouble for tests, to be changed while the server runs.
 *
 * @public
 */
export class KubernetesFaults {
  readonly #plan = new FaultPlan<KubernetesFault, FaultSubject>(matches);

  /** Replaces all trouble; an empty list ends it. */
  set(faults: KubernetesFault[]): void {
    this.#plan.set(faults);
  }

  /** @internal */
  effectsOn(subject: FaultSubject): KubernetesFaultEffect | undefined {
    return this.#plan.effectOn(subject);
  }
}

function matches(fault: KubernetesFault, subject: FaultSubject): boolean {
  return (
    (fault.resource === undefined || fault.resource === subject.resource) &&
    (fault.namespace === undefined || fault.namespace === subject.namespace) &&
    (fault.method === undefined || fault.method === subject.method) &&
    (fault.match === undefined || fault.match.test(subject.target)) &&
    (!fault.midList || subject.midList)
  );
}
