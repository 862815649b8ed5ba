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

/** When a cron expression opens, as far as it can be said in words. */
export type CronWords =
  | { kind: 'everyDay'; time: string }
  /** Days of the week, 1 is Monday and 7 is Sunday. */
  | { kind: 'onDays'; days: number[]; time: string }
  | { kind: 'onDayOfMonth'; day: number; time: string }
  | { kind: 'atCron'; cron: string };

const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Whether a text has the form of a cron expression; the backend looks closer. */
export function looksLikeCron(text: string): boolean {
  const fields = text.trim().split(/\s+/);
  return (
    fields.length === 5 && fields.every(field => /^[\w*?/,#-]+$/.test(field))
  );
}

function numberOf(text: string, from: number, to: number): number | undefined {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : undefined;
  return value !== undefined && value >= from && value <= to
    ? value
    : undefined;
}

function dayOf(text: string): number | undefined {
  const named = DAY_NAMES.indexOf(text.toUpperCase());
  const day = named >= 0 ? named : numberOf(text, 0, 7);
  return day === 0 ? 7 : day;
}

/** Days of a list of days and ranges, such as `1-5` or `sat,sun`. */
function daysOf(text: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [first, last, ...more] = part.split('-').map(dayOf);
    const end = part.includes('-') ? last : first;
    if (
      first === undefined ||
      end === undefined ||
      more.length > 0 ||
      end < first
    ) {
      return undefined;
    }
    for (let day = first; day <= end; day++) {
      days.add(day);
    }
  }
  return [...days].sort((a, b) => a - b);
}

/** Reads the usual cron expressions; the others stay what they are. */
export function readCron(cron: string): CronWords {
  const asIs: CronWords = { kind: 'atCron', cron: cron.trim() };
  const [minuteText, hourText, monthDay, month, weekDay, ...more] = cron
    .trim()
    .split(/\s+/);
  if (weekDay === undefined || more.length > 0 || month !== '*') {
    return asIs;
  }
  const minute = numberOf(minuteText, 0, 59);
  const hour = numberOf(hourText, 0, 23);
  if (minute === undefined || hour === undefined) {
    return asIs;
  }
  const time = [hour, minute]
    .map(part => String(part).padStart(2, '0'))
    .join(':');
  if (monthDay === '*' && weekDay === '*') {
    return { kind: 'everyDay', time };
  }
  if (monthDay === '*') {
    const days = daysOf(weekDay);
    return days ? { kind: 'onDays', days, time } : asIs;
  }
  const day = weekDay === '*' ? numberOf(monthDay, 1, 31) : undefined;
  return day ? { kind: 'onDayOfMonth', day, time } : asIs;
}
