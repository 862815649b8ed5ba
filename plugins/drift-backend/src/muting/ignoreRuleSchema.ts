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

import { DriftIgnoreRule } from '@infra-hub/backstage-plugin-drift-common';
import { ACKNOWLEDGEMENT_RULE } from '@infra-hub/drift-engine';
import { z } from 'zod';

const MOST_GLOB = 500;
const MOST_REASON = 1_000;
const MOST_VALUE = 5_000;

/** A day, which begins in UTC, or a time with its zone: the same moment on every machine. */
const MOMENT =
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Whether a text names one moment, wherever it is read. */
export function isMoment(text: string): boolean {
  return MOMENT.test(text) && !Number.isNaN(Date.parse(text));
}

const glob = z.string().min(1).max(MOST_GLOB);

/** What limits a rule, as the configuration and the API take it. */
const limits = {
  client: glob.optional(),
  source: glob.optional(),
  target: glob.optional(),
  resourceType: glob.optional(),
  address: glob.optional(),
  path: glob.startsWith('/', 'must be a JSON pointer such as /tags').optional(),
  value: z
    .json()
    .refine(
      value => JSON.stringify(value).length <= MOST_VALUE,
      `must not be longer than ${MOST_VALUE} characters`,
    )
    .optional(),
  manager: glob.optional(),
  expires: z
    .string()
    .max(100)
    .refine(
      isMoment,
      'must be a date such as 2026-12-31, or a time with its zone such as 2026-12-31T12:00:00Z',
    )
    .optional(),
};

const notReserved = (id: string) => id !== ACKNOWLEDGEMENT_RULE;
const RESERVED = `must not be '${ACKNOWLEDGEMENT_RULE}', which stands for what people accepted`;

/** Rules of the configuration. */
export const configuredIgnoreRules = z.array(
  z.strictObject({
    id: z.string().min(1).max(255).refine(notReserved, RESERVED),
    reason: z.string().min(1),
    ...limits,
  }),
);

/** A rule of the API. */
export const ignoreRuleSchema: z.ZodType<DriftIgnoreRule> = z.strictObject({
  id: z
    .string()
    .regex(
      /^[A-Za-z0-9._-]{1,100}$/,
      'must have 1 to 100 letters, digits, dots, dashes and underscores',
    )
    .refine(notReserved, RESERVED),
  reason: z
    .string()
    .trim()
    .min(3, 'must have at least 3 characters')
    .max(MOST_REASON),
  ...limits,
});

/** A rule that is only tried. */
export const testedRuleSchema: z.ZodType<
  Omit<DriftIgnoreRule, 'id' | 'reason'>
> = z.strictObject(limits);

/** The limits that narrow a rule enough; that of the source leaves almost everything. */
const NARROWING = [
  'client',
  'target',
  'resourceType',
  'address',
  'path',
  'value',
  'manager',
] as const;

/** Why a rule is too broad, as the end of a sentence; undefined when it is not. */
export function findTooBroad(
  rule: Omit<DriftIgnoreRule, 'id' | 'reason'>,
): string | undefined {
  const narrows = NARROWING.some(name => {
    const value = rule[name];
    return (
      value !== undefined &&
      !(typeof value === 'string' && /^[*./[\]_]+$/.test(value))
    );
  });
  return narrows
    ? undefined
    : 'must name a client, target, resourceType, address, path, value or manager, and not only by *; it would mute almost everything';
}
