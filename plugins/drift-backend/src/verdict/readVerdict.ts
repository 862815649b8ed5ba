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
import { DriftReport, Finding } from '@infra-hub/backstage-plugin-drift-common';
import {
  AcceptedDrift,
  assess,
  IgnoreRule,
  Observation,
  reassess,
  SeverityRule,
  summarise,
} from '@infra-hub/drift-engine';
import { z } from 'zod';
import { configuredIgnoreRules } from '../muting/ignoreRuleSchema';
import { JudgedTarget } from '../store/operations/muting/rejudgeTarget';

/** What people muted beside the configuration; read for every verdict. */
export interface Muting {
  rules: readonly IgnoreRule[];
  acknowledgements: readonly AcceptedDrift[];
}

/** Where nobody muted anything. */
export const NOTHING_MUTED: Muting = { rules: [], acknowledgements: [] };

/** How observations are judged, bound to the configured rules. */
export interface Verdict {
  /** Ignore rules of the configuration. */
  readonly ignoreRules: readonly IgnoreRule[];
  assess(
    observation: Observation,
    of: JudgedTarget,
    muting?: Muting,
  ): DriftReport;
  /** Judges findings of an earlier verdict again. */
  reassess(findings: Finding[], of: JudgedTarget, muting: Muting): Finding[];
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
    ignoreRules: readRules<IgnoreRule>(
      root,
      'drift.ignoreRules',
      configuredIgnoreRules,
    ),
  };
  const optionsOf = (of: JudgedTarget, muting?: Muting) => ({
    severityRules: rules.severityRules,
    ignoreRules: [...rules.ignoreRules, ...(muting?.rules ?? [])],
    acknowledgements: muting?.acknowledgements,
    ...of,
    now: now(),
  });
  return {
    ignoreRules: rules.ignoreRules,
    assess: (observation, of, muting) =>
      assess(observation, optionsOf(of, muting)),
    reassess: (findings, of, muting) =>
      reassess(findings, optionsOf(of, muting)),
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
