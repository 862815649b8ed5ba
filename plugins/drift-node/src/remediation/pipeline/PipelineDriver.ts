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

import { RemediationOutcome } from '@infra-hub/backstage-plugin-drift-common';
import { JsonObject } from '@backstage/types';
import { PipelineInputs } from './planFromFindings';
import { PipelineRoute } from './PipelineRoute';

/**
 * How an attempt to start a run went.
 *
 * - `started`: `run` is what the system calls it.
 * - `handed-over`: somebody has it now, and there is nothing to follow; it is given
 *   some time before a scan decides.
 * - `refused`: nothing was started, and trying again would not help.
 * - `busy`: nothing was started, and trying again may help.
 * - `uncertain`: a run may have been started; it has to be looked for.
 *
 * Messages are whole sentences for people, without secrets.
 *
 * @public
 */
export type PipelineStart =
  | { kind: 'started'; run: JsonObject; link?: RemediationOutcome['link'] }
  | { kind: 'handed-over'; waitMs: number; message: string }
  | { kind: 'refused'; message: string }
  | { kind: 'busy'; message: string; pauseMs?: number }
  | { kind: 'uncertain'; message: string };

/**
 * What a look at a run, or for one, showed.
 *
 * - `waiting`: it is under way, or not there yet. `note` says on what it waits.
 * - `found`: it is there, by the mark.
 * - `ended`.
 * - `unreadable`: it could not be looked at; `lasting` when that will not change by
 *   itself.
 *
 * @public
 */
export type PipelineLook =
  | { kind: 'waiting'; note?: string; pauseMs?: number }
  | { kind: 'found'; run: JsonObject; link?: RemediationOutcome['link'] }
  | { kind: 'ended'; outcome: RemediationOutcome }
  | {
      kind: 'unreadable';
      message: string;
      lasting: boolean;
      pauseMs?: number;
    };

/**
 * A system that runs pipelines. Nothing of it throws for what the system or the
 * network does.
 *
 * @public
 */
export interface PipelineDriver<R extends PipelineRoute> {
  /** Asks once for a run. */
  start(
    route: R,
    inputs: PipelineInputs,
    signal: AbortSignal,
  ): Promise<PipelineStart>;
  /** Looks for a run by its mark; without it an uncertain start stays one. */
  find?(
    route: R,
    search: { mark: string; since: Date },
    signal: AbortSignal,
  ): Promise<PipelineLook>;
  /** Looks at a run. */
  look(route: R, run: JsonObject, signal: AbortSignal): Promise<PipelineLook>;
  /** Asks a run to stop. */
  cancel?(route: R, run: JsonObject, signal: AbortSignal): Promise<void>;
}
