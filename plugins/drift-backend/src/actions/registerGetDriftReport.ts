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
import { StoredFinding } from '@infra-hub/backstage-plugin-drift-common';
import { certaintyOf, plainText } from '@infra-hub/drift-engine';
import { answering } from './answering';
import type { ActionOptions } from './registerActions';
import {
  DATA_WARNING,
  describeTarget,
  targetIdSchema,
  targetSchema,
} from './schemas';

const NAME = 'get-drift-report';
const LONGEST_VALUE = 500;
const MOST_FIELDS = 50;

export function registerGetDriftReport(options: ActionOptions): void {
  const { registry, service, logger } = options;
  registry.register({
    name: NAME,
    title: 'Get Drift Report',
    description: `
Gives the state of one target with its open findings: which resources differ, in which fields, how bad it is and, where known, who changed them.

Of each field \`actual\` is what really is, \`desired\` what the code wants and \`recorded\` what was last known; secret fields have no values. Only findings of class "drift" that are not suppressed are drift; "pending" is code that is not applied, "absorbed" a change that applying would not touch.

Get the id from list-drifted-targets. A target that the caller may not see is not found. ${DATA_WARNING}
`.trim(),
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z =>
        z
          .object({
            targetId: targetIdSchema(z),
            limit: z
              .number()
              .int()
              .min(1)
              .max(100)
              .optional()
              .describe('Most findings to answer; 50 by default'),
          })
          .strict(),
      output: z =>
        z.object({
          target: targetSchema(z),
          warnings: z.array(z.string()),
          notChecked: z
            .array(z.object({ scope: z.string(), reason: z.string() }))
            .describe('What the scan could not see'),
          findings: z.array(
            z.object({
              address: z.string(),
              resourceType: z.string(),
              class: z.enum([
                'drift',
                'absorbed',
                'pending',
                'noise',
                'expected',
              ]),
              change: z.string(),
              severity: z.enum(['low', 'medium', 'high', 'critical']),
              reason: z.string(),
              fields: z.array(
                z.object({
                  path: z.string(),
                  actual: z.unknown().optional(),
                  desired: z.unknown().optional(),
                  recorded: z.unknown().optional(),
                  sensitive: z.boolean().optional(),
                }),
              ),
              firstSeenAt: z.string(),
              changedBy: z.string().optional(),
              changedAt: z.string().optional(),
              changedByCertainty: z
                .string()
                .optional()
                .describe(
                  'How sure the audit log is; absent when it is certain',
                ),
              suppressedBy: z.string().optional(),
            }),
          ),
          totalFindings: z.number().int(),
        }),
    },
    examples: [
      {
        title: 'Report of one module',
        input: { targetId: 'terraform:acme/tf-aks' },
      },
    ],
    action: ({ input, credentials }) =>
      answering({ action: NAME, logger }, async () => {
        const { targetId, limit = 50 } = input;
        const target = await service.getTarget({ targetId, credentials });
        const page = await service.listFindings({
          targetId,
          state: 'open',
          limit,
          credentials,
        });
        return {
          target: describeTarget(target),
          warnings: target.warnings.map(text => plainText(text, 500)),
          notChecked: target.blindSpots.map(({ scope, reason }) => ({
            scope: plainText(scope, 500),
            reason: plainText(reason, 500),
          })),
          findings: page.items.map(describeFinding),
          totalFindings: page.totalItems,
        };
      }),
  });
}

function describeFinding(finding: StoredFinding) {
  return {
    address: plainText(finding.address, 500),
    resourceType: plainText(finding.resourceType, 255),
    class: finding.class,
    change: finding.change,
    severity: finding.severity,
    reason: plainText(finding.reason, 500),
    fields: finding.fields.slice(0, MOST_FIELDS).map(field => ({
      path: plainText(field.label ?? field.path, 300),
      ...(field.sensitive
        ? { sensitive: true }
        : {
            actual: shortened(field.actual),
            desired: shortened(field.desired),
            recorded: shortened(field.recorded),
          }),
    })),
    firstSeenAt: finding.firstSeenAt,
    changedBy: finding.attribution && plainText(finding.attribution.who, 255),
    changedAt: finding.attribution?.when,
    changedByCertainty: finding.attribution && certaintyOf(finding.attribution),
    suppressedBy: finding.suppressedBy?.ruleId,
  };
}

/** Values keep their type; long ones become text that is cut off. */
function shortened(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value === 'string') {
    return plainText(value, LONGEST_VALUE);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return plainText(JSON.stringify(value), LONGEST_VALUE);
}
