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

import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { audited } from '../http/audited';
import { answering } from './answering';
import type { ActionOptions } from './registerActions';
import { targetIdSchema } from './schemas';

const NAME = 'scan-target';

export function registerScanTarget(options: ActionOptions): void {
  const { registry, service, auditor, logger } = options;
  registry.register({
    name: NAME,
    title: 'Scan Target',
    description: `
Asks for a new drift scan of one target. The scan runs in the background and only reads the infrastructure: it plans, it never applies. Answers at once with the id of the scan; a scan that waits or runs already is joined.

Read the result later with get-drift-report, when lastScanAt has moved on. Needs the permission to scan the target.
`.trim(),
    attributes: { readOnly: false, idempotent: true, destructive: false },
    schema: {
      input: z => z.object({ targetId: targetIdSchema(z) }).strict(),
      output: z =>
        z.object({
          targetId: z.string(),
          scanId: z.string(),
          joined: z
            .boolean()
            .describe('A scan was under way, which this request joined'),
        }),
    },
    examples: [
      {
        title: 'Scan one module now',
        input: { targetId: 'terraform:acme/tf-aks' },
      },
    ],
    action: ({ input: { targetId }, credentials }) =>
      answering({ action: NAME, logger }, async () => {
        const result = await audited(
          auditor,
          {
            eventId: 'scan-request',
            severityLevel: 'medium',
            meta: { targetId, via: 'action', ...requesterOf(credentials) },
          },
          () => service.requestScan({ targetId, credentials }),
          ({ scanId, joined }) => ({ scanId, joined }),
        );
        const { scanId, joined } = result;
        return { targetId: result.targetId, scanId, joined };
      }),
  });
}

function requesterOf(credentials: BackstageCredentials): {
  requestedBy?: string;
} {
  const principal = credentials.principal as {
    userEntityRef?: string;
    subject?: string;
  };
  const requestedBy = principal.userEntityRef ?? principal.subject;
  return requestedBy === undefined ? {} : { requestedBy };
}
