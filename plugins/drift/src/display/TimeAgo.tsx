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
import { appLanguageApiRef } from '@backstage/core-plugin-api/alpha';
import { DateTime, Duration } from 'luxon';
import { useCallback, useReducer } from 'react';
import useInterval from 'react-use/esm/useInterval';

const REFRESH_INTERVAL_MS = 30_000;

/** Says times the way the app's language does. */
export interface TimeWords {
  relative(iso: string): string;
  absolute(iso: string): string;
  /** A time today, a weekday in the last six days, else a date. */
  day(iso: string): string;
  /** The time between two instants in its two largest units. */
  duration(fromIso: string, toIso?: string): string;
}

/** Words for times in the language of the app. */
export function useTimeWords(): TimeWords {
  const language =
    useApiHolder().get(appLanguageApiRef)?.getLanguage().language ?? 'en';
  const parse = useCallback(
    (iso: string) => DateTime.fromISO(iso).setLocale(language),
    [language],
  );
  return {
    relative: iso => parse(iso).toRelative() ?? iso,
    absolute: iso =>
      parse(iso).toLocaleString(DateTime.DATETIME_MED_WITH_SECONDS),
    day: iso => {
      const time = parse(iso);
      if (time.hasSame(DateTime.now(), 'day')) {
        return time.toLocaleString(DateTime.TIME_SIMPLE);
      }
      return DateTime.now().diff(time, 'days').days < 6
        ? time.toLocaleString({ weekday: 'long' })
        : time.toLocaleString(DateTime.DATE_MED);
    },
    duration: (fromIso, toIso) => {
      const to = toIso ? parse(toIso) : DateTime.now();
      const minutes = Math.max(1, to.diff(parse(fromIso), 'minutes').minutes);
      const exact = Duration.fromObject(
        { minutes: Math.trunc(minutes) },
        { locale: language },
      ).shiftTo('days', 'hours', 'minutes');
      const largest = (['days', 'hours', 'minutes'] as const).filter(
        unit => exact[unit] > 0,
      );
      return exact
        .shiftTo(...largest.slice(0, 2))
        .mapUnits(Math.trunc)
        .toHuman();
    },
  };
}

/** A time as "4 min ago", with the exact one on hover. */
export function TimeAgo(props: { iso: string }) {
  const { iso } = props;
  const words = useTimeWords();
  const [, refresh] = useReducer((count: number) => count + 1, 0);
  useInterval(refresh, REFRESH_INTERVAL_MS);
  return (
    <time dateTime={iso} title={words.absolute(iso)}>
      {words.relative(iso)}
    </time>
  );
}
