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

import { DateTime, DurationUnit } from 'luxon';

/** A time that a question speaks of, in UTC. */
export interface Period {
  since: Date;
  /** Exclusive; until now when absent. */
  until?: Date;
  /** For the answer, such as `since Friday 2026-11-20`. */
  words: string;
}

/** What was read, and how many words it took. */
interface Match {
  period: Period;
  words: number;
}

type Reader = (words: string[], now: DateTime) => Match | undefined;

const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
];

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  couple: 2,
  two: 2,
  few: 3,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
};

const UNITS: Record<string, DurationUnit> = {
  minute: 'minutes',
  min: 'minutes',
  hour: 'hours',
  h: 'hours',
  day: 'days',
  week: 'weeks',
  month: 'months',
};

/** How far back a question may look, so that no date is out of range. */
const MOST_UNITS = 1_000;

/** Ways to speak of a time, at the beginning of some words; the first that fits is taken. */
const READERS: Reader[] = [
  readIsoDate,
  readMonthDay,
  readUnitsAgo,
  readLastUnits,
  readNamedPeriod,
  readWeekday,
];

/**
 * Finds the time that a question speaks of, such as "since Friday",
 * "in the last 3 days" or "after 2026-11-20".
 *
 * @returns the period and the words that are left, if there is one
 */
export function readPeriod(
  words: string[],
  now: Date,
): { period: Period; rest: string[] } | undefined {
  const today = DateTime.fromJSDate(now, { zone: 'utc' });
  for (let start = 0; start < words.length; start++) {
    for (const read of READERS) {
      const match = read(words.slice(start), today);
      if (match) {
        const before = words.slice(0, start);
        const open = /^(since|after|from)$/.test(before.at(-1) ?? '');
        return {
          period: open ? { ...match.period, until: undefined } : match.period,
          rest: [...before, ...words.slice(start + match.words)],
        };
      }
    }
  }
  return undefined;
}

function readIsoDate(words: string[]): Match | undefined {
  const [first, second = ''] = words;
  if (!/^\d{4}-\d\d-\d\d(t\d\d:\d\d(:\d\d)?z?)?$/.test(first)) {
    return undefined;
  }
  const hasTime = /^\d\d:\d\d$/.test(second);
  const text = (hasTime ? `${first}t${second}` : first).toLocaleUpperCase(
    'en-US',
  );
  const date = DateTime.fromISO(text, { zone: 'utc' });
  if (!date.isValid) {
    return undefined;
  }
  return {
    period: {
      since: date.toJSDate(),
      words: `since ${date.toFormat(
        hasTime || first.length > 10 ? "yyyy-MM-dd HH:mm 'UTC'" : 'yyyy-MM-dd',
      )}`,
    },
    words: hasTime ? 2 : 1,
  };
}

/** "20 November", "Nov 20", "November 20th"; the last one that has been. */
function readMonthDay(words: string[], now: DateTime): Match | undefined {
  const [first, second = ''] = words;
  const [month, day] =
    monthOf(first) === undefined
      ? [monthOf(second), dayOf(first)]
      : [monthOf(first), dayOf(second)];
  if (month === undefined || day === undefined) {
    return undefined;
  }
  const thisYear = DateTime.utc(now.year, month, day);
  const date = thisYear > now ? thisYear.minus({ years: 1 }) : thisYear;
  return date.isValid ? { period: sinceDay(date), words: 2 } : undefined;
}

/** "3 days ago". */
function readUnitsAgo(words: string[], now: DateTime): Match | undefined {
  const [first, second = '', third = ''] = words;
  const count = numberOf(first);
  const unit = unitOf(second);
  return count !== undefined && unit && third === 'ago'
    ? { period: rolling(now, count, unit), words: 3 }
    : undefined;
}

/** "the last 24 hours", "past week"; but "last week" is the one on the calendar. */
function readLastUnits(words: string[], now: DateTime): Match | undefined {
  const [first, second = '', third = ''] = words;
  if (!/^(last|past|previous)$/.test(first)) {
    return undefined;
  }
  const count = numberOf(second);
  const unit = unitOf(count === undefined ? second : third);
  if (!unit) {
    return undefined;
  }
  const calendarUnit = calendarUnitOf(second);
  if (first !== 'past' && calendarUnit) {
    const until = now.startOf(calendarUnit);
    const since = until.minus({ [calendarUnit]: 1 });
    return {
      period: {
        since: since.toJSDate(),
        until: until.toJSDate(),
        words: `from ${since.toISODate()} to ${until
          .minus({ days: 1 })
          .toISODate()}`,
      },
      words: 2,
    };
  }
  return {
    period: rolling(now, count ?? 1, unit),
    words: count === undefined ? 2 : 3,
  };
}

function readNamedPeriod(words: string[], now: DateTime): Match | undefined {
  const [first, second = ''] = words;
  const today = now.startOf('day');
  if (first === 'today' || first === 'tonight') {
    return { period: sinceDay(today, 'today'), words: 1 };
  }
  if (first === 'yesterday') {
    const day = today.minus({ days: 1 });
    return {
      period: { ...sinceDay(day, 'yesterday'), until: today.toJSDate() },
      words: 1,
    };
  }
  if (first === 'this') {
    if (/^(morning|afternoon|evening)$/.test(second)) {
      return { period: sinceDay(today, 'today'), words: 2 };
    }
    const unit = calendarUnitOf(second);
    if (unit) {
      return { period: sinceDay(now.startOf(unit)), words: 2 };
    }
  }
  if (first === 'weekend') {
    const saturday = lastWeekday(now, 5);
    return {
      period: {
        ...sinceDay(saturday),
        until: saturday.plus({ days: 2 }).toJSDate(),
      },
      words: 1,
    };
  }
  return undefined;
}

/** The last one before today. */
function readWeekday(words: string[], now: DateTime): Match | undefined {
  const named = /^(last|on|this)$/.test(words[0]) ? words[1] ?? '' : words[0];
  const weekday = WEEKDAYS.findIndex(
    name => name === named || (named.length === 3 && name.startsWith(named)),
  );
  if (weekday < 0) {
    return undefined;
  }
  const day = lastWeekday(now, weekday);
  return {
    period: {
      ...sinceDay(day),
      until: words[0] === 'on' ? day.plus({ days: 1 }).toJSDate() : undefined,
    },
    words: named === words[0] ? 1 : 2,
  };
}

function lastWeekday(now: DateTime, weekday: number): DateTime {
  const today = now.startOf('day');
  const back = (today.weekday - 1 - weekday + 7) % 7 || 7;
  return today.minus({ days: back });
}

function sinceDay(day: DateTime, name?: string): Period {
  return {
    since: day.toJSDate(),
    words: `since ${
      name ?? day.toFormat('cccc', { locale: 'en' })
    } ${day.toISODate()}`,
  };
}

function rolling(now: DateTime, count: number, unit: DurationUnit): Period {
  const since = now.minus({ [unit]: Math.min(count, MOST_UNITS) });
  return {
    since: since.toJSDate(),
    words: `since ${since.toFormat("yyyy-MM-dd HH:mm 'UTC'")}`,
  };
}

function numberOf(word: string): number | undefined {
  return /^\d{1,6}$/.test(word) ? Number(word) : NUMBERS[word];
}

function unitOf(word: string): DurationUnit | undefined {
  return UNITS[word] ?? UNITS[word.replace(/s$/, '')];
}

/** Weeks and months have a beginning on the calendar. */
function calendarUnitOf(word: string): 'week' | 'month' | undefined {
  return word === 'week' || word === 'month' ? word : undefined;
}

function monthOf(word: string): number | undefined {
  const index = MONTHS.findIndex(
    name => name === word || (word.length === 3 && name.startsWith(word)),
  );
  return index < 0 ? undefined : index + 1;
}

function dayOf(word: string): number | undefined {
  const match = /^(\d{1,2})(st|nd|rd|th)?$/.exec(word);
  const day = Number(match?.[1]);
  return day >= 1 && day <= 31 ? day : undefined;
}
