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
import {
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceHistogram,
} from '@backstage/backend-plugin-api/alpha';
import { ScanEvents, ScanOutcome } from '../scans/ScanEvents';
import { DriftStore } from '../store/DriftStore';
import { createAttempt } from './attempt';

/** Seconds; a Terraform plan takes from half a second to an hour. */
const DURATION_BUCKETS = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/** Counts scans and targets for OpenTelemetry. */
export class DriftMetrics implements ScanEvents {
  readonly #count: MetricsServiceCounter;
  readonly #duration: MetricsServiceHistogram;

  constructor(options: {
    metrics: MetricsService;
    store: DriftStore;
    logger: LoggerService;
    now: () => Date;
  }) {
    const { metrics, store, logger, now } = options;
    this.#count = metrics.createCounter('drift.scans.count', {
      description: 'Scans that ended, by source, trigger and outcome',
      unit: '{scan}',
    });
    this.#duration = metrics.createHistogram('drift.scans.duration', {
      description: 'How long scans took, by source, trigger and outcome',
      unit: 's',
      advice: { explicitBucketBoundaries: DURATION_BUCKETS },
    });

    const attempt = createAttempt({ what: 'count targets', logger });
    metrics
      .createObservableGauge('drift.targets', {
        description: 'Targets by status',
        unit: '{target}',
      })
      .addCallback(result =>
        attempt(async () => {
          const { facets } = await store.listResults({
            query: { limit: 1 },
            now: now(),
          });
          for (const { value, count } of facets.status) {
            result.observe(count, { status: value });
          }
        }),
      );
  }

  onFinished(outcome: ScanOutcome): void {
    const attributes = {
      source: outcome.source,
      trigger: outcome.trigger,
      outcome:
        outcome.kind === 'completed' && outcome.report
          ? outcome.report.status
          : outcome.kind,
    };
    this.#count.add(1, attributes);
    this.#duration.record(outcome.durationMs / 1000, attributes);
  }
}
