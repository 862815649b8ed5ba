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
import { SignalsService } from '@backstage/plugin-signals-node';
import { DriftSignal } from '@infra-hub/backstage-plugin-drift-common';
import {
  RejudgedOutcome,
  ScanEvents,
  ScanOutcome,
  ScanReference,
} from '../scans/ScanEvents';
import { createAttempt } from './attempt';

const CHANNEL = 'drift';

/**
 * Tells open pages that something happened. A signal goes to every user and
 * passes no permission, so it carries ids only; the page asks for the rest.
 */
export class SignalPublisher implements ScanEvents {
  readonly #signals: SignalsService;
  readonly #attempt: (work: () => Promise<void>) => Promise<void>;

  constructor(options: { signals: SignalsService; logger: LoggerService }) {
    this.#signals = options.signals;
    this.#attempt = createAttempt({
      what: 'send signals to open pages',
      logger: options.logger,
    });
  }

  async onQueued(scans: ScanReference[]): Promise<void> {
    if (scans.length === 0) {
      return;
    }
    // Scan all queues thousands at once: one signal for the lot.
    const roundIds = new Set(scans.map(scan => scan.roundId));
    const [roundId] = roundIds.size === 1 ? roundIds : [];
    await this.#publish({
      type: 'scan-queued',
      ...(scans.length === 1 && {
        targetId: scans[0].targetId,
        scanId: scans[0].scanId,
      }),
      ...(roundId && { roundId }),
    });
  }

  async onStarted(scan: ScanReference): Promise<void> {
    await this.#publish({ type: 'scan-started', ...idsOf(scan) });
  }

  async onFinished(outcome: ScanOutcome): Promise<void> {
    await this.#publish({ type: 'scan-finished', ...idsOf(outcome) });
  }

  async onRejudged({ targetId }: RejudgedOutcome): Promise<void> {
    await this.#publish({ type: 'targets-changed', targetId });
  }

  async onTargetsChanged(change: {
    added: string[];
    updated: string[];
    retired: string[];
  }): Promise<void> {
    if (change.added.length + change.updated.length + change.retired.length) {
      await this.#publish({ type: 'targets-changed' });
    }
  }

  /** The page shows the text of the rules until then. */
  async onAnalysisReady(targetId: string): Promise<void> {
    await this.#publish({ type: 'analysis-ready', targetId });
  }

  /** It is known who made some of the drift. */
  async onAttributionFound(targetId: string): Promise<void> {
    await this.#publish({ type: 'attribution-found', targetId });
  }

  /** A remediation made a step, or its log has more. */
  async onRemediationChanged(ids: {
    targetId: string;
    remediationId: string;
  }): Promise<void> {
    await this.#publish({ type: 'remediation-changed', ...ids });
  }

  #publish(message: DriftSignal): Promise<void> {
    return this.#attempt(() =>
      this.#signals.publish<DriftSignal>({
        recipients: { type: 'broadcast' },
        channel: CHANNEL,
        message,
      }),
    );
  }
}

function idsOf(scan: ScanReference) {
  return {
    targetId: scan.targetId,
    scanId: scan.scanId,
    ...(scan.roundId && { roundId: scan.roundId }),
  };
}
