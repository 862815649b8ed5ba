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

import { useApiHolder } from '@backstage/core-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import { DriftSignal } from '@infra-hub/backstage-plugin-drift-common';
import { useEffect, useRef } from 'react';

/**
 * Calls back on every signal of the drift backend. `useSignal` keeps only the
 * last message of a burst, which may be the one of another target.
 *
 * @returns whether signals are installed at all
 */
export function useDriftSignals(
  onSignal: (signal: DriftSignal) => void,
): boolean {
  const signals = useApiHolder().get(signalApiRef);
  const callback = useRef(onSignal);
  callback.current = onSignal;

  useEffect(() => {
    if (!signals) {
      return undefined;
    }
    const { unsubscribe } = signals.subscribe<DriftSignal>('drift', message =>
      callback.current(message),
    );
    return unsubscribe;
  }, [signals]);

  return signals !== undefined;
}
