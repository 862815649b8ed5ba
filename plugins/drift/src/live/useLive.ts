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

import { DriftSignal } from '@infra-hub/backstage-plugin-drift-common';
import { useCallback, useEffect, useRef } from 'react';
import { useDriftSignals } from './useDriftSignals';

const IDLE_INTERVAL_MS = 60_000;
const ACTIVE_INTERVAL_MS = 5_000;
/** Signals normally come first; this only covers a broken connection. */
const ACTIVE_INTERVAL_WITH_SIGNALS_MS = 15_000;
const SIGNAL_DELAY_MS = 300;
const MIN_SIGNAL_DISTANCE_MS = 2_000;

/**
 * Keeps a view fresh: refreshes on signals that concern it, and by polling as
 * long as the document is visible. A burst of signals gives one refresh every
 * two seconds.
 */
export function useLive(options: {
  refresh(): void;
  /** Scans are under way, so changes are near. */
  active: boolean;
  /** Which signals matter; all when absent. */
  concerns?(signal: DriftSignal): boolean;
}): void {
  const { active } = options;
  const latest = useRef(options);
  latest.current = options;
  const lastRun = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>();

  const refreshNow = useCallback(() => {
    lastRun.current = Date.now();
    latest.current.refresh();
  }, []);

  const signalsInstalled = useDriftSignals(signal => {
    const { concerns } = latest.current;
    if (timer.current || (concerns && !concerns(signal))) {
      return;
    }
    const earliest = lastRun.current + MIN_SIGNAL_DISTANCE_MS - Date.now();
    timer.current = setTimeout(() => {
      timer.current = undefined;
      refreshNow();
    }, Math.max(SIGNAL_DELAY_MS, earliest));
  });

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  const activeInterval = signalsInstalled
    ? ACTIVE_INTERVAL_WITH_SIGNALS_MS
    : ACTIVE_INTERVAL_MS;
  const interval = active ? activeInterval : IDLE_INTERVAL_MS;

  useEffect(() => {
    const tick = () => {
      if (document.visibilityState === 'visible') {
        refreshNow();
      }
    };
    const onVisible = () => {
      if (Date.now() - lastRun.current >= interval) {
        tick();
      }
    };
    const handle = setInterval(tick, interval);
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      clearInterval(handle);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [interval, refreshNow]);
}
