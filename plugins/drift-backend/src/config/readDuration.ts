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
import { HumanDuration } from '@backstage/types';
import { Duration } from 'luxon';

/**
 * A duration in milliseconds.
 *
 * @throws InputError or a configuration error that names the key
 */
export function readDuration(
  config: Config,
  key: string,
  options: { fallback: HumanDuration; least: HumanDuration },
): number {
  const duration = Duration.fromObject(
    config.has(key)
      ? readDurationFromConfig(config, { key })
      : options.fallback,
  );
  const least = Duration.fromObject(options.least);
  if (duration.toMillis() < least.toMillis()) {
    throw new InputError(
      `The configuration '${key}' must be at least ${least.toHuman()}`,
    );
  }
  return duration.toMillis();
}
