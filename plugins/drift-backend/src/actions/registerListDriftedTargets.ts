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

import { answering } from './answering';
import type { ActionOptions } from './registerActions';
import { DATA_WARNING, describeTarget, targetSchema } from './schemas';

const NAME = 'list-drifted-targets';

export function registerListDriftedTargets(options: ActionOptions): void {
  const { registry, service, logger } = options;
  registry.register({
    name: NAME,
    title: 'List Drifted Targets',
    description: `
Lists what Backstage scans for infrastructure drift (Terraform modules and the like), worst risk first.

By default only targets that have drift, that is, whose real resources were changed outside of the code. Give \`status\` to see others, e.g. \`["error"]\` for scans that fail or all five values for everything. A target with status "error" or "unknown" is not known to be clean.

Only targets that the caller may see are listed and counted. ${DATA_WARNING}
`.trim(),
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z =>
        z
          .object({
            client: z
              .string()
              .min(1)
              .max(255)
              .optional()
              .describe('Only targets of this client'),
            owner: z
              .string()
              .min(1)
              .max(255)
              .optional()
              .describe('Only of this owner, e.g. group:default/platform'),
            status: z
              .array(
                z.enum(['clean', 'drifted', 'pending', 'error', 'unknown']),
              )
              .min(1)
              .optional()
              .describe('Statuses; only drifted by default'),
            risk: z
              .array(z.enum(['none', 'low', 'medium', 'high', 'critical']))
              .min(1)
              .optional()
              .describe('Risks; all by default'),
            text: z
              .string()
              .min(1)
              .max(255)
              .optional()
              .describe('Part of a name, client or summary, in any case'),
            limit: z
              .number()
              .int()
              .min(1)
              .max(100)
              .optional()
              .describe('Most targets to answer; 20 by default'),
            offset: z
              .number()
              .int()
              .min(0)
              .max(1_000_000)
              .optional()
              .describe('Targets to skip'),
          })
          .strict(),
      output: z =>
        z.object({
          targets: z.array(targetSchema(z)),
          totalTargets: z
            .number()
            .int()
            .describe('Targets that match, over all pages'),
        }),
    },
    examples: [
      { title: 'Everything that has drift', input: {} },
      {
        title: 'Serious drift of one client',
        input: { client: 'acme', risk: ['high', 'critical'] },
      },
      { title: 'Targets whose scan fails', input: { status: ['error'] } },
    ],
    action: ({ input, credentials }) =>
      answering({ action: NAME, logger }, async () => {
        const { client, owner, status, risk, text, limit, offset } = input;
        const page = await service.listResults({
          query: {
            client: client === undefined ? undefined : [client],
            owner:
              owner === undefined
                ? undefined
                : [owner.toLocaleLowerCase('en-US')],
            status: status ?? ['drifted'],
            risk,
            q: text,
            limit: limit ?? 20,
            offset,
          },
          credentials,
        });
        return {
          targets: page.items.map(describeTarget),
          totalTargets: page.totalItems,
        };
      }),
  });
}
