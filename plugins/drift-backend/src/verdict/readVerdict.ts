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
import { JsonValue } from '@backstage/types';
import { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import {
  assess,
  IgnoreRule,
  Observation,
  SeverityRule,
  summarise,
} from '@infra-hub/drift-engine';
import { z } from 'zod';

/** How observations are judged, bound to the configured rules. */
export interface Verdict {
  assess(
    observation: Observation,
    of: { source: string; client?: string },
  ): DriftReport;
  /** One or two sentences on a report. */
  summarise(report: DriftReport): string;
}

const text = z.string().min(1);

const severityRules = z.array(
  z.strictObject({
    id: text,
    resourceTypes: z.array(text).min(1).optional(),
    fields: z.array(text).min(1).optional(),
    changes: z
      .array(
        z.enum([
          'create',
          'update',
          'delete',
          'replace',
          'move',
          'import',
          'read',
          'forget',
          'unknown',
        ]),
      )
      .min(1)
      .optional(),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    reason: text,
  }),
);

const ignoreRules = z.array(
  z.strictObject({
    id: text,
    reason: text,
    client: text.optional(),
    source: text.optional(),
    resourceType: text.optional(),
    address: text.optional(),
    path: text
      .startsWith('/', 'must be a JSON pointer such as /tags')
      .optional(),
    value: z.json().optional(),
    expires: text
      .refine(
        value => !Number.isNaN(Date.parse(value)),
        'must be a date such as 2026-12-31',
      )
      .optional(),
  }),
);

/**
 * Reads the rules by which observations are judged.
 *
 * @throws InputError that names the key of a rule that is not valid
 */
export function readVerdict(
  root: Config,
  options?: { now?: () => Date },
): Verdict {
  const now = options?.now ?? (() => new Date());
  const rules = {
    severityRules: readRules<SeverityRule>(
      root,
      'drift.severityRules',
      severityRules,
    ),
    ignoreRules: readRules<IgnoreRule>(root, 'drift.ignoreRules', ignoreRules),
  };
  return {
    assess: (observation, { source, client }) =>
      assess(observation, { ...rules, source, client, now: now() }),
    summarise,
  };
}

function readRules<T extends { id: string }>(
  root: Config,
  key: string,
  schema: z.ZodType<T[]>,
): T[] {
  const written: JsonValue = root.getOptional(key) ?? [];
  const parsed = schema.safeParse(written);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const at = path
      .map(part =>
        typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
      )
      .join('');
    throw new InputError(
      `The configuration '${key}${at}' is not valid: ${message}`,
    );
  }
  const ids = new Set<string>();
  for (const { id } of parsed.data) {
    if (ids.has(id)) {
      throw new InputError(`The configuration '${key}' has two rules '${id}'`);
    }
    ids.add(id);
  }
  return parsed.data;
}
