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
export interface AwsFault {
  /** Only requests of this operation, e.g. `GetResource`. */
  operation?: string;
  /** Only requests about this type, e.g. `AWS::RDS::DBInstance`. */
  typeName?: string;
  /** Only requests about this resource. */
  identifier?: string;
  /** Only requests of this region. */
  region?: string;
  /** Only requests for the second and later pages of a list. */
  midList?: boolean;
  /** Leaves alone so many matching requests first. */
  after?: number;
  /** How many matching requests meet it; all when left out. */
  times?: number;
  /** What happens. */
  effect: AwsFaultEffect;
}

/**
 * What an {@link AwsFault} does to a request.
 *
 * `delay` holds the answer back · `error` fails with a code such as
 * `ThrottlingException` or `AccessDeniedException` · `handler` lets a change fail
 * after it was taken, with a code such as `NotStabilized` · `truncate` sends the
 * first bytes of the true answer as if that were all · `cut` breaks the connection
 * after them · `hang` never answers · `malformed` answers something else.
 *
 * @public
 */
export type AwsFaultEffect =
  | { type: 'delay'; ms: number }
  | {
      type: 'error';
      code: string;
      message?: string;
      /** Defaults to 400. */
      status?: number;
      retryAfterSeconds?: number;
    }
  | { type: 'handler'; code: string; message: string }
  | { type: 'truncate'; bytes: number }
  | { type: 'cut'; bytes: number }
  | { type: 'hang' }
  | { type: 'malformed'; body: string };

/** A request as faults see it. */
export interface AwsFaultSubject {
  operation: string;
  typeName: string | undefined;
  identifier: string | undefined;
  region: string;
  midList: boolean;
}

/**
 * Trouble for tests, to be changed while the server runs.
 *
 * @public
 */
export class AwsFaults {
  readonly #plan = new FaultPlan<AwsFault, AwsFaultSubject>(matches);

  /** Replaces all trouble; an empty list ends it. */
  set(faults: AwsFault[]): void {
    this.#plan.set(faults);
  }

  /** @internal */
  effectOn(subject: AwsFaultSubject): AwsFaultEffect | undefined {
    return this.#plan.effectOn(subject);
  }
}

const compared = ['operation', 'typeName', 'identifier', 'region'] as const;

function matches(fault: AwsFault, subject: AwsFaultSubject): boolean {
  return (
    compared.every(
      key => fault[key] === undefined || fault[key] === subject[key],
    ) &&
    (!fault.midList || subject.midList)
  );
}
