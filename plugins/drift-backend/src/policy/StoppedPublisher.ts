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

import { LoggerService } from '@backstage/backend-plugin-api';
import { EventsService } from '@backstage/plugin-events-node';
import { AutomationStoppedEvent } from '@infra-hub/backstage-plugin-drift-common';
import {
  createTopicPublisher,
  PublishOnTopic,
} from '../publish/createTopicPublisher';
import { inertText } from '../publish/inertText';
import { linkTo } from '../publish/linkTo';
import { targetPath } from '../publish/TargetEvents';
import { StoppedAutomation } from './PolicyAutomation';

const MAX_FINDINGS = 10;
const MAX_ADDRESS = 300;
const MAX_SENTENCE = 500;
const MAX_REASON = 1_000;

/** Tells other plugins that drift is no longer repaired automatically. */
export class StoppedPublisher {
  readonly #appUrl: string | undefined;
  readonly #logger: LoggerService;
  readonly #now: () => Date;
  readonly #publish: PublishOnTopic;

  constructor(options: {
    events: EventsService;
    /** `app.baseUrl`. */
    appUrl?: string;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#appUrl = options.appUrl;
    this.#logger = options.logger;
    this.#now = options.now;
    this.#publish = createTopicPublisher({
      events: options.events,
      what: 'publish that drift is no longer repaired automatically',
      logger: options.logger,
    });
  }

  async publish(stopped: StoppedAutomation): Promise<void> {
    const { target } = stopped;
    this.#logger.warn(
      `Drift of ${target.id} is not repaired automatically: ${inertText(
        stopped.reason,
        MAX_REASON,
      )}`,
    );
    await this.#publish(() => this.#describe(stopped));
  }

  #describe(stopped: StoppedAutomation): AutomationStoppedEvent {
    const { target, why, reason, findings } = stopped;
    return {
      type: 'remediation.automation-stopped',
      schemaVersion: 1,
      targetId: target.id,
      source: target.source,
      client: target.client,
      name: target.name,
      entityRefs: target.entityRefs,
      owner: target.owner,
      why,
      reason: inertText(reason, MAX_REASON),
      findings: findings.slice(0, MAX_FINDINGS).map(finding => ({
        address: inertText(finding.address, MAX_ADDRESS),
        change: finding.change,
        severity: finding.severity,
        reason: inertText(finding.reason, MAX_SENTENCE),
      })),
      findingsCount: findings.length,
      ...linkTo(this.#appUrl, targetPath(target.id)),
      at: this.#now().toISOString(),
    };
  }
}
