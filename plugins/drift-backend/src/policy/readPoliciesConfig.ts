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
import {
  PolicyMode,
  RemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { readDuration } from '../config/readDuration';
import { checkPolicies } from './checkPolicies';
import { FlapGuard } from './PolicyEngine';

const KEY = 'drift.remediation';
const MODES: readonly PolicyMode[] = ['alert', 'auto', 'review'];

/** What `drift.remediation` in app-config says of policies, with defaults filled in. */
export interface PoliciesConfig {
  policies: RemediationPolicy[];
  /** Where no policy matches. */
  defaultMode: PolicyMode;
  /** Everything up to the preview, nothing is applied. */
  dryRun: boolean;
  /** Most automatic remediations of all targets in 24 hours. */
  limitPerDay?: number;
  flapGuard: FlapGuard;
}

/**
 * @throws InputError or a configuration error that names the key
 */
export function readPoliciesConfig(
  root: Config,
  options?: { now?: () => Date },
): PoliciesConfig {
  const now = options?.now?.() ?? new Date();
  return {
    policies: readPolicies(root, now),
    defaultMode: readMode(root),
    dryRun: root.getOptionalBoolean(`${KEY}.dryRun`) ?? false,
    limitPerDay: readWhole(root, `${KEY}.limitPerDay`),
    flapGuard: {
      fixes: readWhole(root, `${KEY}.flapGuard.fixes`) ?? 2,
      withinMs: readDuration(root, `${KEY}.flapGuard.within`, {
        fallback: { days: 1 },
        least: { minutes: 1 },
      }),
    },
  };
}

function readPolicies(root: Config, now: Date): RemediationPolicy[] {
  const key = `${KEY}.policies`;
  const { policies, problems } = checkPolicies(root.getOptional(key) ?? [], {
    now,
  });
  if (problems) {
    const [{ path, message }] = problems;
    throw new InputError(`The configuration '${key}${path}' ${message}`);
  }
  return policies;
}

function readMode(root: Config): PolicyMode {
  const key = `${KEY}.defaultMode`;
  const written = root.getOptionalString(key) ?? 'alert';
  const mode = MODES.find(each => each === written);
  if (!mode) {
    throw new InputError(
      `The configuration '${key}' must be alert, auto or review, not '${written}'`,
    );
  }
  return mode;
}

function readWhole(root: Config, key: string): number | undefined {
  const value = root.getOptionalNumber(key);
  if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
    throw new InputError(
      `The configuration '${key}' must be a whole number of at least 1`,
    );
  }
  return value;
}
