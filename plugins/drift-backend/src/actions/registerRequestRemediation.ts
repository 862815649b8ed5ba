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

import { audited } from '../http/audited';
import { AuthorizedRemediations } from '../remediation';
import { answering } from './answering';
import type { ActionOptions } from './registerActions';
import { targetIdSchema } from './schemas';

const NAME = 'request-remediation';

/** An agent can ask what a repair would change, and nothing more. */
export function registerRequestRemediation(
  options: ActionOptions & { remediations: AuthorizedRemediations },
): void {
  const { registry, remediations, auditor, logger } = options;
  registry.register({
    name: NAME,
    title: 'Request Remediation',
    description: `
Asks for a preview of what repairing the drift of one target would change. Nothing is applied: a person has to look at the preview in Backstage and confirm exactly it there, and a policy may ask for the approval of somebody else besides. No action can confirm or approve.

Answers at once with the id of the remediation and its page; the preview is made in the background. Needs the permission to remediate the target, and is refused where remediation is not enabled or one is under way.
`.trim(),
    attributes: { readOnly: false, idempotent: false, destructive: false },
    schema: {
      input: z =>
        z
          .object({
            targetId: targetIdSchema(z),
            action: z
              .enum(['revert', 'refresh-state', 'adopt'])
              .describe(
                'revert: make reality match the code; refresh-state: take reality over into the Terraform state; adopt: change the code by a pull request',
              ),
            addresses: z
              .array(z.string().min(1).max(2_000))
              .min(1)
              .max(500)
              .optional()
              .describe(
                'Only these resources; all drift of the target when absent',
              ),
            reason: z
              .string()
              .max(1_000)
              .optional()
              .describe('One sentence for the people who decide'),
          })
          .strict(),
      output: z =>
        z.object({
          remediationId: z.string(),
          targetId: z.string(),
          state: z.string(),
          page: z.string().describe('Path below the address of Backstage'),
        }),
    },
    examples: [
      {
        title: 'Ask what reverting the drift of one module would change',
        input: { targetId: 'terraform:acme/tf-aks', action: 'revert' },
      },
    ],
    action: ({ input, credentials }) =>
      answering({ action: NAME, logger }, async () => {
        const { targetId, action } = input;
        const { id, state } = await audited(
          auditor,
          {
            eventId: 'remediation-request',
            severityLevel: 'medium',
            meta: { targetId, action, via: 'action' },
          },
          () => remediations.request({ body: input, credentials }),
          remediation => ({ remediationId: remediation.id }),
        );
        return {
          remediationId: id,
          targetId,
          state,
          page: `/drift/remediations/${encodeURIComponent(id)}`,
        };
      }),
  });
}
