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

import { useApi } from '@backstage/core-plugin-api';
import {
  OPEN_REMEDIATION_STATES,
  Remediation,
  RemediationState,
} from '@infra-hub/backstage-plugin-drift-common';
import { useEffect, useRef, useState } from 'react';
import { driftApiRef } from '../api';
import { Loaded, useDriftSignals, useLoaded } from '../live';

/** A worker is at it: lines of the log and steps come soon. */
const BUSY_INTERVAL_MS = 2_000;
/** Somebody has to decide. */
const WAITING_INTERVAL_MS = 10_000;
/** Of a burst of signals, one gives a look. */
const SIGNAL_DELAY_MS = 150;

const BUSY_STATES: RemediationState[] = [
  'requested',
  'approved',
  'running',
  'verifying',
];

/** Whether a remediation is still under way. */
export function isOpen(state: RemediationState): boolean {
  return OPEN_REMEDIATION_STATES.includes(state);
}

function pollInterval(state: RemediationState | undefined): number | undefined {
  if (state === undefined || BUSY_STATES.includes(state)) {
    return BUSY_INTERVAL_MS;
  }
  return isOpen(state) ? WAITING_INTERVAL_MS : undefined;
}

/** A remediation on the screen. */
export interface LiveRemediation extends Loaded<Remediation> {
  /** Shows what an action answered, ahead of the next look. */
  answered(remediation: Remediation): void;
}

/**
 * Loads a remediation and follows it to its end, by signals and by polling as
 * long as the document is visible.
 */
export function useRemediation(id: string): LiveRemediation {
  const driftApi = useApi(driftApiRef);
  const [answer, setAnswer] = useState<Remediation>();
  const loaded = useLoaded({
    key: id,
    scope: id,
    load: signal => driftApi.getRemediation(id, { signal }),
  });
  const { reload } = loaded;
  const timer = useRef<ReturnType<typeof setTimeout>>();

  useDriftSignals(signal => {
    if (signal.remediationId === id && !timer.current) {
      timer.current = setTimeout(() => {
        timer.current = undefined;
        reload();
      }, SIGNAL_DELAY_MS);
    }
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  const newest =
    answer?.id === id &&
    (!loaded.value || answer.updatedAt > loaded.value.updatedAt)
      ? answer
      : loaded.value;
  const interval = loaded.error
    ? WAITING_INTERVAL_MS
    : pollInterval(newest?.state);
  useEffect(() => {
    if (!interval) {
      return undefined;
    }
    const look = () => {
      if (document.visibilityState === 'visible') {
        reload();
      }
    };
    const handle = setInterval(look, interval);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(handle);
      document.removeEventListener('visibilitychange', look);
    };
  }, [interval, reload]);

  return { ...loaded, value: newest, answered: setAnswer };
}
