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

import { InputError } from '@backstage/errors';
import { PlanOrigin } from '@infra-hub/backstage-plugin-drift-common';
import { assertDefinition } from '../targets/readEntityTargets';
import { PushedModule } from './PushRights';

/** What a push says of itself, besides the plan. */
export interface PushRequest extends PushedModule {
  exitCode?: number;
  origin: PlanOrigin;
}

/** Most characters of each text. */
const ORIGIN_LENGTHS = {
  runUrl: 2_000,
  commit: 100,
  actor: 200,
  runId: 200,
} as const;

const FIELDS = new Set([
  'module',
  'client',
  'exitCode',
  ...Object.keys(ORIGIN_LENGTHS),
]);

/** How the caller named a value: a parameter, or a field of the body. */
export type Naming = (field: string) => string;

/**
 * Reads what is said of a plan. Nothing and blank are the same, because pipelines
 * send variables that may be empty.
 *
 * @throws InputError that names what is wrong
 */
export function readPushRequest(
  values: ReadonlyMap<string, unknown>,
  naming: Naming,
): PushRequest {
  for (const name of values.keys()) {
    if (!FIELDS.has(name)) {
      throw new InputError(`${naming(name)} is not known`);
    }
  }
  const module = readText(values, 'module', naming);
  if (module === undefined) {
    throw new InputError(`${naming('module')} is required`);
  }
  const client = readText(values, 'client', naming);
  assertDefinition({ name: module, client, location: {} });

  const origin: PlanOrigin = {};
  for (const name of Object.keys(ORIGIN_LENGTHS) as (keyof PlanOrigin)[]) {
    const text = readText(values, name, naming);
    if (text !== undefined) {
      const maxLength = ORIGIN_LENGTHS[name];
      if (text.length > maxLength || /\p{C}/u.test(text)) {
        throw new InputError(
          `${naming(name)} must be at most ${maxLength} printable characters`,
        );
      }
      origin[name] = text;
    }
  }
  requireWebAddress(origin.runUrl, naming('runUrl'));
  return {
    module,
    client,
    exitCode: readExitCode(values.get('exitCode'), naming('exitCode')),
    origin,
  };
}

function readText(
  values: ReadonlyMap<string, unknown>,
  name: string,
  naming: Naming,
): string | undefined {
  const value = values.get(name) ?? '';
  if (typeof value !== 'string') {
    throw new InputError(`${naming(name)} must be a text`);
  }
  return value.trim() || undefined;
}

/** A link that people click on must not run anything or carry a password. */
function requireWebAddress(text: string | undefined, name: string): void {
  if (text === undefined) {
    return;
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username ||
    url.password
  ) {
    throw new InputError(
      `${name} must be an http or https address without a user or password`,
    );
  }
}

function readExitCode(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  const code =
    typeof value === 'string' && /^\d{1,3}$/.test(value)
      ? Number(value)
      : value;
  if (
    typeof code !== 'number' ||
    !Number.isInteger(code) ||
    code < 0 ||
    code > 255
  ) {
    throw new InputError(`${name} must be a whole number from 0 to 255`);
  }
  return code;
}
