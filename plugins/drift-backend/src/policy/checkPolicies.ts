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

import { JsonValue } from '@backstage/types';
import { toError } from '@backstage/errors';
import {
  PolicyWindow,
  RemediationPolicy,
  TenantRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import { z } from 'zod';
import { DEFAULT_POLICY_ID } from './PolicyEngine';
import { nextOpening, PolicyWindows } from './PolicyWindows';

const MAX_POLICIES = 500;
const MAX_WINDOWS = 20;
const MAX_PROBLEMS = 50;

const text = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')
  .refine(isPrintable, 'must not have control characters');

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, {
    error: ({ input }) =>
      `must be one of ${values.join(', ')}, not ${
        JSON.stringify(input) ?? 'absent'
      }`,
  });
}

function several<T extends z.ZodType>(item: T) {
  return z
    .array(item, 'must be a list')
    .min(1, 'must not be empty; leave it out to mean all')
    .max(20, 'must have at most 20 entries');
}

const window = z.strictObject(
  {
    kind: oneOf(['allow', 'deny']),
    cron: text,
    duration: text,
    timezone: text.optional(),
  },
  { error: describeObject },
);

const limitPerDay = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(100_000, 'must be at most 100000');

const rule = {
  source: text.optional(),
  resourceType: text.optional(),
  severity: several(oneOf(['low', 'medium', 'high', 'critical'])).optional(),
  change: several(
    oneOf([
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
  ).optional(),
  mode: oneOf(['alert', 'auto', 'review']),
  reason: z
    .string('must be text')
    .min(1, 'must not be empty')
    .max(500, 'must have at most 500 characters')
    .refine(isPrintable, 'must not have control characters')
    .optional(),
  windows: z
    .array(window, 'must be a list')
    .max(MAX_WINDOWS, `must have at most ${MAX_WINDOWS} entries`)
    .optional(),
  limitPerDay: limitPerDay.optional(),
  dryRun: z.boolean('must be true or false').optional(),
};

const id = z
  .string({
    error: ({ input }) => (input === undefined ? 'is missing' : 'must be text'),
  })
  .regex(
    /^[A-Za-z0-9._-]{1,100}$/,
    'must be 1 to 100 letters, digits, dots, dashes or underscores',
  )
  .refine(value => value !== DEFAULT_POLICY_ID, 'must not be default');

const policy: z.ZodType<RemediationPolicy> = z.strictObject(
  { id, client: text.optional(), target: text.optional(), ...rule },
  { error: describeObject },
);

const tenantPolicy: z.ZodType<TenantRemediationPolicy> = z.strictObject(
  { id: id.optional(), ...rule },
  { error: describeObject },
);

function isPrintable(value: string): boolean {
  return !/\p{Cc}/u.test(value);
}

/** What is wrong with a list of policies. */
export interface PolicyProblem {
  /** Where, such as `[2].windows[0].cron`; empty for the list itself. */
  path: string;
  /** What is wrong there, such as `must be text`; without the full stop. */
  message: string;
  /** Of the policy, where it has one. */
  policyId?: string;
}

/** Policies that are valid, or everything that is wrong with them. */
export type CheckedPolicies<T> =
  | { policies: T[]; problems?: undefined }
  | { problems: PolicyProblem[]; policies?: undefined };

/** Checks what somebody wrote as a list of policies. */
export function checkPolicies(
  written: JsonValue | undefined,
  options: { now: Date },
): CheckedPolicies<RemediationPolicy> {
  return check(written, policy, options);
}

/** Checks what somebody wrote as the policies of one tenant. */
export function checkTenantPolicies(
  written: JsonValue | undefined,
  options: { now: Date },
): CheckedPolicies<TenantRemediationPolicy> {
  return check(written, tenantPolicy, options);
}

function check<T extends { id?: string; windows?: PolicyWindow[] }>(
  written: JsonValue | undefined,
  schema: z.ZodType<T>,
  { now }: { now: Date },
): CheckedPolicies<T> {
  const parsed = z
    .array(schema, 'must be a list')
    .max(MAX_POLICIES, `must have at most ${MAX_POLICIES} policies`)
    .safeParse(written);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues
        .slice(0, MAX_PROBLEMS)
        .map(({ path, message }) => ({
          path: pathText(path),
          message,
          ...idAt(written, path[0]),
        })),
    };
  }
  const policies = parsed.data;
  const problems = [
    ...findRepeated(policies),
    ...policies.flatMap(({ id: policyId, windows = [] }, index) =>
      checkWindows(windows, now).map(problem => ({
        path: `[${index}]${problem.path}`,
        message: problem.message,
        ...(policyId !== undefined && { policyId }),
      })),
    ),
  ];
  return problems.length > 0
    ? { problems: problems.slice(0, MAX_PROBLEMS) }
    : { policies };
}

function findRepeated(policies: readonly { id?: string }[]): PolicyProblem[] {
  const seen = new Set<string>();
  return policies.flatMap(({ id: policyId }, index) => {
    if (policyId === undefined) {
      return [];
    }
    if (seen.has(policyId)) {
      return {
        path: `[${index}].id`,
        message: 'must be unique, and another policy in the list has it',
        policyId,
      };
    }
    seen.add(policyId);
    return [];
  });
}

function checkWindows(
  windows: readonly PolicyWindow[],
  now: Date,
): Omit<PolicyProblem, 'policyId'>[] {
  const problems = windows.flatMap((each, index) => {
    try {
      PolicyWindows.parse([each]);
      return [];
    } catch (error) {
      return {
        path: `.windows[${index}]`,
        message: `is not valid: ${toError(error).message}`,
      };
    }
  });
  if (
    problems.length === 0 &&
    !nextOpening([PolicyWindows.parse(windows)], now)
  ) {
    return [
      {
        path: '.windows',
        message: 'never open, so that nothing could ever be applied',
      },
    ];
  }
  return problems;
}

/** What zod finds in an object that is none, or that has too many keys. */
function describeObject(issue: {
  code?: string;
  keys?: string[];
}): string | undefined {
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has the unknown key '${issue.keys?.join("', '")}'`;
    case 'invalid_type':
      return 'must be an object';
    default:
      return undefined;
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('');
}

function idAt(
  written: JsonValue | undefined,
  index: PropertyKey | undefined,
): { policyId?: string } {
  const item = Array.isArray(written) ? written[Number(index)] : undefined;
  const found =
    item && typeof item === 'object' && !Array.isArray(item) && item.id;
  return typeof found === 'string' ? { policyId: found.slice(0, 100) } : {};
}
