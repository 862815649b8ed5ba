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

import { Config, readDurationFromConfig } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { durationToMilliseconds, JsonObject } from '@backstage/types';
import { ScanTarget } from '../../source/DriftSource';

/**
 * Which targets a route repairs. `*` stands for any text.
 *
 * @public
 */
export interface PipelineTargets {
  /** `-` for targets without a client; all when absent. */
  client?: string;
  name: string;
}

/**
 * A pipeline that repairs some targets.
 *
 * @public
 */
export interface PipelineRoute {
  targets: readonly PipelineTargets[];
  /** How long a run may take, its time in the queue included. */
  timeoutMs: number;
  /**
   * What makes it this pipeline and no other, without secrets. An approval is for
   * one pipeline.
   */
  identity: JsonObject;
  /** For people, such as `workflow drift.yml of acme/infra`. */
  title: string;
}

/** Below the hour after which the core ends waiting by default. */
const TIMEOUT = { minutes: 50 };
const LEAST_MS = 60_000;
const MOST_MS = 24 * 3_600_000;

/**
 * Reads what all routes through pipelines share: `targets` and `timeout`.
 *
 * @param key - where it stands in the configuration, for messages
 *
 * @throws InputError or a configuration error that names the key
 *
 * @public
 */
export function readPipelineRoute(
  config: Config,
  key: string,
): Pick<PipelineRoute, 'targets' | 'timeoutMs'> {
  const targets = config.getConfigArray('targets').map(target => ({
    client: target.getOptionalString('client'),
    name: target.getString('name'),
  }));
  if (targets.length === 0) {
    throw new InputError(
      `The configuration '${key}.targets' must name at least one target`,
    );
  }
  const timeoutMs = durationToMilliseconds(
    config.has('timeout')
      ? readDurationFromConfig(config, { key: 'timeout' })
      : TIMEOUT,
  );
  if (timeoutMs < LEAST_MS || timeoutMs > MOST_MS) {
    throw new InputError(
      `The configuration '${key}.timeout' must be from one minute to one day`,
    );
  }
  return { targets, timeoutMs };
}

/** The first route that names the target. */
export function routeOf<R extends PipelineRoute>(
  routes: readonly R[],
  target: Pick<ScanTarget, 'name' | 'client'>,
): R | undefined {
  return routes.find(({ targets }) =>
    targets.some(
      ({ client, name }) =>
        matches(name, target.name) &&
        (client === undefined || matches(client, target.client ?? '-')),
    ),
  );
}

function matches(glob: string, text: string): boolean {
  const pattern = glob
    .split('*')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(text);
}
