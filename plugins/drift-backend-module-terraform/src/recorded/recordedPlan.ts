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

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { toError } from '@backstage/errors';
import { Observation, observePlan, readPlan } from '@infra-hub/drift-engine';

/**
 * What a plan recorded earlier says, for demonstrations on machines without the
 * tool. Undefined when none was recorded for the module.
 *
 * @param directory - Holds files `<client or ->--<name>.json`.
 * @throws PlanReadError when the file is not a plan.
 */
export async function recordedObservation(options: {
  directory: string;
  client: string | undefined;
  name: string;
}): Promise<Observation | undefined> {
  const file = `${options.client ?? '-'}--${options.name}.json`;
  if (!/^[\w.@-]+$/.test(file)) {
    return undefined;
  }
  const stream = createReadStream(join(options.directory, file));
  try {
    const observation = observePlan(await readPlan(stream), {});
    return {
      ...observation,
      evidence: 'recorded',
      warnings: [
        'This is a recorded example, not your infrastructure: terraform is not installed.',
        ...observation.warnings,
      ],
    };
  } catch (error) {
    if ((toError(error) as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  } finally {
    stream.destroy();
  }
}
