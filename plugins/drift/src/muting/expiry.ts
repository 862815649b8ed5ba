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

import { DateTime } from 'luxon';

/** How long something is accepted: a preset, or up to a day in the calendar. */
export const EXPIRY_CHOICES = ['day', 'week', 'month', 'date'] as const;

/** See {@link EXPIRY_CHOICES}. */
export type ExpiryChoice = (typeof EXPIRY_CHOICES)[number];

const PRESETS: Record<Exclude<ExpiryChoice, 'date'>, object> = {
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
};

/** The backend accepts nothing further away. */
const MOST: object = { years: 1 };

/** The first and the last day that can be chosen, as `YYYY-MM-DD`. */
export function dayRange(now: Date): { first: string; last: string } {
  const today = DateTime.fromJSDate(now);
  return {
    first: today.toISODate() ?? '',
    last: today.plus(MOST).minus({ days: 1 }).toISODate() ?? '',
  };
}

/**
 * When it ends; a day counts up to its last second here.
 *
 * @returns undefined for a day that is none, has passed or is too far away
 */
export function expiryOf(
  choice: ExpiryChoice,
  day: string,
  now: Date,
): string | undefined {
  const start = DateTime.fromJSDate(now);
  const end =
    choice === 'date'
      ? DateTime.fromFormat(day, 'yyyy-MM-dd').endOf('day')
      : start.plus(PRESETS[choice]);
  if (!end.isValid || end <= start || end > start.plus(MOST)) {
    return undefined;
  }
  return end.toUTC().toISO() ?? undefined;
}
