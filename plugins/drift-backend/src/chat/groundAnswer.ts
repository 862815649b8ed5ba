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
import { Grounding, JUDGING_WORDS, textsOf } from '../explain';

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z/g;
const PERIOD = /\b(\d{1,4})\s*(?:minutes?|hours?|days?|weeks?|months?)\b/gi;

/** Words that every answer may have, in any case. */
const SPOKEN =
  'backstage ci code drift drifted error utc high-risk medium-risk low-risk';

/** Properties by which people count. */
const COUNTED = ['status', 'risk', 'severity', 'client', 'change', 'stale'];

/**
 * What an answer may say: what stands in the results of tools, what can be
 * counted in them, their times in other words, and names that the asker used. The
 * judgement that is in an answer is checked elsewhere, with the targets it names.
 */
export function groundAnswer(options: {
  question: string;
  /** JSON texts. */
  told: string[];
  now: Date;
}): Grounding {
  const { question, told, now } = options;
  const results = told.map(text => {
    const { reminder, ...result } = JSON.parse(text) as { reminder?: string };
    return result;
  });
  const texts = results.flatMap(textsOf);
  const times = [...texts.join('\n').matchAll(ISO_TIME)].map(([time]) =>
    DateTime.fromISO(time, { zone: 'utc' }),
  );
  const today = DateTime.fromJSDate(now, { zone: 'utc' });
  return Grounding.of({
    sources: [
      ...texts,
      ...[...times, today].map(time =>
        time.setLocale('en-US').toFormat('yyyy-MM-dd HH:mm HH:mm:ss cccc LLLL'),
      ),
      ...[...question.matchAll(PERIOD)].map(([period]) => period),
      // Numbers of a question prove nothing: it may be asked whether they are right
      question.replace(/\p{N}+(?:[.,:]\p{N}+)*(?![\p{L}\p{N}_-])/gu, ' '),
      SPOKEN,
    ],
    numbers: [
      ...results.flatMap(countsIn),
      ...times.flatMap(time => agesOf(time, today)),
    ],
    judgements: JUDGING_WORDS,
  });
}

/** Lengths of lists, also of what is alike in them, and differences of values. */
function countsIn(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const inside = Object.values(value).flatMap(countsIn);
  if (!Array.isArray(value)) {
    const { actual, desired } = value as Record<string, unknown>;
    return typeof actual === 'number' && typeof desired === 'number'
      ? [...inside, Math.abs(actual - desired)]
      : inside;
  }
  const alike = new Map<string, number>();
  for (const item of value) {
    for (const name of COUNTED) {
      const kind = `${name}=${(item as Record<string, unknown>)?.[name]}`;
      alike.set(kind, (alike.get(kind) ?? 0) + 1);
    }
  }
  return [...inside, value.length, ...alike.values()];
}

/** In minutes, hours and days, rounded either way. */
function agesOf(time: DateTime, now: DateTime): number[] {
  return (['minutes', 'hours', 'days'] as const).flatMap(unit => {
    const age = Math.abs(now.diff(time, unit)[unit]);
    return [Math.floor(age), Math.ceil(age)];
  });
}
