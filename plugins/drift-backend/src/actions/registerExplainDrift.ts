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
import { DATA_WARNING, targetIdSchema } from './schemas';

const NAME = 'explain-drift';
const MOST_FINDINGS = 50;

export function registerExplainDrift(options: ActionOptions): void {
  const { registry, service, logger } = options;
  registry.register({
    name: NAME,
    title: 'Explain Drift',
    description: `
Explains the drift of one target in plain English: what changed, what applying the code now would do, a likely cause where there is evidence, and what to do (update the code, apply it, or investigate first).

Nothing is changed. Get the id from list-drifted-targets. A target that the caller may not see is not found. ${DATA_WARNING}
`.trim(),
    attributes: { readOnly: true, idempotent: true, destructive: false },
    schema: {
      input: z => z.object({ targetId: targetIdSchema(z) }).strict(),
      output: z => {
        const recommendation = z.enum(['update-code', 'apply', 'investigate']);
        return z.object({
          targetId: z.string(),
          status: z.enum(['clean', 'drifted', 'pending', 'error', 'unknown']),
          summary: z.string(),
          recommendation: recommendation.optional(),
          writtenBy: z
            .enum(['rules', 'ai'])
            .describe('Built-in rules, or a language model'),
          findings: z.array(
            z.object({
              address: z.string(),
              description: z.string(),
              consequence: z.string().optional(),
              likelyCause: z.string().optional(),
              recommendation,
              advice: z.string(),
            }),
          ),
        });
      },
    },
    examples: [
      {
        title: 'What happened to a module, and what to do',
        input: { targetId: 'terraform:acme/tf-aks' },
      },
    ],
    action: ({ input: { targetId }, credentials }) =>
      answering({ action: NAME, logger }, async () => {
        const target = await service.getTarget({ targetId, credentials });
        const analysis = await service.getAnalysis({ targetId, credentials });
        return {
          targetId,
          status: target.status,
          summary: analysis.summary,
          recommendation: analysis.recommendation,
          writtenBy: analysis.explainedBy.kind,
          findings: analysis.findings
            .slice(0, MOST_FINDINGS)
            .map(({ fingerprint, explainedBy, ...texts }) => texts),
        };
      }),
  });
}
