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

import { rm } from 'node:fs/promises';
import { Observation, observePlan } from '@infra-hub/drift-engine';
import { ModuleRun, ModuleRunOptions } from './ModuleRun';

/** One look at one module: check out, init, plan, show, observe. */
export class ModuleScan {
  readonly #run: ModuleRun;
  readonly #tool: { name: string; version: string };

  constructor(options: Omit<ModuleRunOptions, 'purpose'>) {
    const { name, version } = options.tool;
    this.#tool = { name, version };
    this.#run = new ModuleRun({ ...options, purpose: 'The scan' });
  }

  /**
   * @throws ScanFailure for ordinary failures, the reason of the signal when it
   *   was aborted, and anything else for the unexpected. No message holds a secret.
   */
  async run(): Promise<Observation> {
    const run = this.#run;
    return await run.guard(async () => {
      const prepared = await run.prepare();
      const { plan, exitCode, planFile } = await run.plan(prepared);
      // It holds every secret in clear.
      await rm(planFile, { force: true });
      const observation = observePlan(plan, { exitCode });
      return run.redact({
        ...observation,
        failure: observation.failure && run.clean(observation.failure),
        blindSpots: [...observation.blindSpots, ...prepared.facts.blindSpots],
        warnings: [...observation.warnings, ...run.warnings],
        tool: this.#tool,
      });
    });
  }
}
