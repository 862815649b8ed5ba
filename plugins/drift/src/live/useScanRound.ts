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
import { ScanRound } from '@infra-hub/backstage-plugin-drift-common';
import { useCallback, useEffect, useRef, useState } from 'react';
import { driftApiRef } from '../api';
import { problemKind } from '../display/problemKind';

const STORAGE_KEY = 'drift.scan-round';
const POLL_INTERVAL_MS = 2_000;

/** The "scan all" that this browser tab started last. */
export interface ScanRoundState {
  round: ScanRound | undefined;
  /** Follows a round, also over navigation and reload of the page. */
  follow(round: ScanRound): void;
  dismiss(): void;
}

/**
 * Follows a scan round until it is finished and dismissed.
 *
 * @param options - `onFinished` is called once, when the followed round ends
 */
export function useScanRound(options: { onFinished(): void }): ScanRoundState {
  const onFinished = useRef(options.onFinished);
  onFinished.current = options.onFinished;
  const driftApi = useApi(driftApiRef);
  const [roundId, setRoundId] = useState(
    () => sessionStorage.getItem(STORAGE_KEY) ?? undefined,
  );
  const [round, setRound] = useState<ScanRound>();

  const dismiss = useCallback(() => {
    sessionStorage.removeItem(STORAGE_KEY);
    setRoundId(undefined);
    setRound(undefined);
  }, []);

  const follow = useCallback((started: ScanRound) => {
    sessionStorage.setItem(STORAGE_KEY, started.id);
    setRoundId(started.id);
    setRound(started);
  }, []);

  const finished = round?.id === roundId && Boolean(round?.finishedAt);

  useEffect(() => {
    if (!roundId || finished) {
      return undefined;
    }
    let stopped = false;
    let timer: ReturnType<typeof setTimeout>;
    const poll = async () => {
      try {
        const next = await driftApi.getScanRound(roundId);
        if (stopped) {
          return;
        }
        setRound(next);
        if (next.finishedAt) {
          onFinished.current();
          return;
        }
      } catch (error) {
        if (!stopped && problemKind(error) === 'notFound') {
          dismiss();
          return;
        }
        // Any other failure is passing: the next poll tells.
      }
      if (!stopped) {
        timer = setTimeout(poll, POLL_INTERVAL_MS);
      }
    };
    poll();
    return () => {
      stopped = true;
      clearTimeout(timer);
    };
  }, [driftApi, roundId, finished, dismiss]);

  return { round, follow, dismiss };
}
