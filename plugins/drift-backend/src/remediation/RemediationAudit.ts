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

import { AuditorService } from '@backstage/backend-plugin-api';
import { RemediationChange, RemediationEvents } from './RemediationSteps';

/** Tells the auditor of every step, whoever made it. */
export class RemediationAudit implements RemediationEvents {
  readonly #auditor: AuditorService;

  constructor(auditor: AuditorService) {
    this.#auditor = auditor;
  }

  async onStep({ record, from, by }: RemediationChange): Promise<void> {
    const event = await this.#auditor.createEvent({
      eventId: 'remediation-step',
      severityLevel: record.state === 'running' ? 'high' : 'medium',
      meta: {
        remediationId: record.id,
        targetId: record.targetId,
        action: record.action,
        route: record.route,
        to: record.state,
        by,
        ...(from && { from }),
        ...(record.previewHash && { planHash: record.previewHash }),
        ...(record.outcome && { outcome: record.outcome.kind }),
      },
    });
    await event.success();
  }
}
