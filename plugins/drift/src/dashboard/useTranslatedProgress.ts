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

import { ScanRound } from '@infra-hub/backstage-plugin-drift-common';
import { useRef } from 'react';
import { useDriftTranslation } from '../useDriftTranslation';

/** A reader is told of each quarter, not of each scan. */
const ANNOUNCED_STEPS = 4;

/** The progress of a round in words, and what a screen reader should say of it. */
export function useTranslatedProgress(round: ScanRound): {
  words: string[];
  announcement: string;
} {
  const { t } = useDriftTranslation();
  const announced = useRef<{ step: number; text: string }>();

  const failures =
    round.failed > 0
      ? t('scanAll.failures', { count: round.failed })
      : undefined;
  let parts: (string | undefined)[];
  if (round.finishedAt && round.total === 0) {
    parts = [t('scanAll.empty')];
  } else if (round.finishedAt) {
    parts = [
      t('scanAll.finished', { total: round.done.toLocaleString() }),
      failures ?? t('scanAll.finishedClean'),
    ];
  } else {
    parts = [
      t('scanAll.progress', {
        done: round.done.toLocaleString(),
        total: round.total.toLocaleString(),
      }),
      failures,
    ];
  }
  const words = parts.filter(part => part !== undefined);

  const step = round.finishedAt
    ? ANNOUNCED_STEPS + 1
    : Math.floor((ANNOUNCED_STEPS * round.done) / Math.max(1, round.total));
  if (announced.current?.step !== step) {
    announced.current = { step, text: words.join(', ') };
  }
  return { words, announcement: announced.current.text };
}
