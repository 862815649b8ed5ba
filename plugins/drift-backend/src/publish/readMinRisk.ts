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

import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { Risk } from '@infra-hub/backstage-plugin-drift-common';
import { RISK_SCORES } from '../store/ranks';

/** The least risk worth a message; all by default. */
export function readMinRisk(config: Config, key: string): Risk {
  const value = config.getOptionalString(key) ?? 'none';
  const risk = (Object.keys(RISK_SCORES) as Risk[]).find(
    known => known === value,
  );
  if (!risk) {
    throw new InputError(
      `The configuration '${key}' must be one of ${Object.keys(
        RISK_SCORES,
      ).join(', ')}, not '${value}'`,
    );
  }
  return risk;
}
