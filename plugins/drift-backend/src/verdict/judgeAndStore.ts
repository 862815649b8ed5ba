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

import { DriftReport } from '@infra-hub/backstage-plugin-drift-common';
import { OutdatedVerdictError } from '../store/DriftStore';
import { Muting } from './readVerdict';

/** Reads what people muted of a target, with a name for exactly that. */
export type ReadMuting = (
  targetId: string,
) => Promise<Muting & { judgedBy: string }>;

const MOST_ATTEMPTS = 10;

/**
 * Judges by the rules and acknowledgements of now, and does so again when they
 * change before the verdict is stored.
 */
export async function judgeAndStore<T>(options: {
  targetId: string;
  /** Without it, only the rules of the configuration count. */
  readMuting?: ReadMuting;
  assess: (muting: Muting | undefined) => DriftReport;
  /** May throw an `OutdatedVerdictError`. */
  store: (
    report: DriftReport,
    judgedBy: string | undefined,
    muting: Muting | undefined,
  ) => Promise<T>;
}): Promise<{ report: DriftReport; stored: T }> {
  const { targetId, readMuting, assess, store } = options;
  for (let attempt = 1; ; attempt++) {
    const muting = await readMuting?.(targetId);
    const report = assess(muting);
    try {
      return { report, stored: await store(report, muting?.judgedBy, muting) };
    } catch (error) {
      if (
        !(error instanceof OutdatedVerdictError) ||
        attempt === MOST_ATTEMPTS
      ) {
        throw error;
      }
    }
  }
}
