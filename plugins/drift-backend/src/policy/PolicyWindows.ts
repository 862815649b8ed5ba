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

import { InputError, toError } from '@backstage/errors';
import { PolicyWindow } from '@infra-hub/backstage-plugin-drift-common';
import { CronExpressionParser } from 'cron-parser';
import { DateTime, Duration, IANAZone } from 'luxon';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const MAX_DURATION_MS = 366 * DAY_MS;
/** A window that does not open within that many steps from one boundary to the next never does. */
const MAX_STEPS = 1_000;
const MAX_AHEAD_MS = 9 * 366 * DAY_MS;

/** Whether something may be applied as far as windows say. */
export type WindowState =
  | { open: true }
  | {
      open: false;
      /** A deny window is open; otherwise no allow window is. */
      denied: boolean;
      /** When it opens; absent when it never does. */
      opens?: Date;
      /** Of the window that stands in the way, for people. */
      timezone: string;
    };

/** A time span that begins at the times of a cron expression. */
class RecurringSpan {
  readonly timezone: string;
  readonly #cron: string;
  readonly #duration: Duration;
  /** Begins in order, all of them from the one time to the other. */
  #known: { from: number; to: number; starts: number[] } | undefined;

  static parse(window: PolicyWindow): RecurringSpan {
    const { cron, duration: text, timezone = 'UTC' } = window;
    if (!IANAZone.isValidZone(timezone)) {
      throw new InputError(
        `'${timezone}' is not a time zone such as Europe/Berlin`,
      );
    }
    const duration = Duration.fromISO(text.trim().toUpperCase());
    const durationMs = duration.isValid ? duration.toMillis() : NaN;
    if (!(durationMs >= MINUTE_MS && durationMs <= MAX_DURATION_MS)) {
      throw new InputError(
        `'${text}' is not an ISO 8601 duration such as PT4H, from a minute to a year`,
      );
    }
    // H is a random time, another one on every replica
    if (cron.trim().split(/\s+/).length !== 5 || /(^|[\s,])h/i.test(cron)) {
      throw new InputError(
        `'${cron}' is not a cron expression of five fields such as 0 22 * * 1-5`,
      );
    }
    const span = new RecurringSpan(cron.trim(), duration, timezone);
    try {
      CronExpressionParser.parse(span.#cron, { tz: timezone });
    } catch (error) {
      throw new InputError(
        `'${cron}' is not a valid cron expression: ${toError(error).message}`,
      );
    }
    return span;
  }

  private constructor(cron: string, duration: Duration, timezone: string) {
    this.#cron = cron;
    this.#duration = duration;
    this.timezone = timezone;
  }

  /** When it ends, if it is open at that time. */
  openUntil(time: number): number | undefined {
    const start = this.#latestStart(time);
    const end = start === undefined ? undefined : this.#endOf(start);
    return end !== undefined && end > time ? end : undefined;
  }

  /** The first begin after that time. */
  nextStart(time: number): number | undefined {
    return (
      this.#startsIn(time - DAY_MS, time).find(start => start > time) ??
      this.#iterate(noonBefore(time, this.timezone), start => start > time)
    );
  }

  /** The last begin at or before the time from which on it may still be open. */
  #latestStart(time: number): number | undefined {
    // A day more, since a day of a duration may have 25 hours
    const reach = this.#duration.toMillis() + DAY_MS;
    for (
      let back = Math.min(DAY_MS, reach);
      ;
      back = Math.min(back * 4, reach)
    ) {
      const start = this.#startsIn(time - back, time).findLast(
        candidate => candidate <= time,
      );
      if (start !== undefined || back === reach) {
        return start;
      }
    }
  }

  #endOf(start: number): number {
    return DateTime.fromMillis(start, { zone: this.timezone })
      .plus(this.#duration)
      .toMillis();
  }

  /** At least the begins between the times, and the one after them. */
  #startsIn(from: number, to: number): number[] {
    const known = this.#known;
    if (known && known.from <= from && to <= known.to) {
      return known.starts;
    }
    const begin = noonBefore(from, this.timezone);
    const starts: number[] = [];
    const end = to + DAY_MS;
    const after = this.#iterate(begin, start => {
      if (start <= end) {
        starts.push(start);
      }
      return start > end;
    });
    if (after !== undefined) {
      starts.push(after);
    }
    this.#known = { from, to: end, starts };
    return starts;
  }

  /**
   * The first begin that is wanted.
   *
   * @remarks
   * Only ever goes forward from a noon: where clocks are changed, cron-parser's
   * way back misses the begin in the hour that is left out and repeats the one in
   * the hour that comes twice, as its way forward does from within that hour.
   */
  #iterate(
    from: number,
    isWanted: (start: number) => boolean,
  ): number | undefined {
    const expression = CronExpressionParser.parse(this.#cron, {
      currentDate: new Date(from),
      tz: this.timezone,
    });
    for (;;) {
      let start: number;
      try {
        start = expression.next().getTime();
      } catch {
        // How the library says that there is none, such as for 31 April
        return undefined;
      }
      if (isWanted(start)) {
        return start;
      }
    }
  }
}

/**
 * The windows of one policy. With allow windows, it is open only inside of one;
 * a deny window always wins.
 *
 * @remarks
 * Everything is a function of the windows and the time that is asked for, so
 * that replicas agree and a clock that is set back does no harm.
 */
export class PolicyWindows {
  readonly #allow: RecurringSpan[];
  readonly #deny: RecurringSpan[];

  /** @throws InputError that says what is wrong with a window */
  static parse(windows: readonly PolicyWindow[]): PolicyWindows {
    return new PolicyWindows(windows);
  }

  private constructor(windows: readonly PolicyWindow[]) {
    const spansOf = (kind: PolicyWindow['kind']) =>
      windows
        .filter(window => window.kind === kind)
        .map(window => RecurringSpan.parse(window));
    this.#allow = spansOf('allow');
    this.#deny = spansOf('deny');
  }

  at(now: Date): WindowState {
    const hindrance = this.#hindrance(now.getTime());
    if (!hindrance) {
      return { open: true };
    }
    return {
      open: false,
      denied: hindrance.denied,
      opens: nextOpening([this], now),
      timezone: hindrance.timezone,
    };
  }

  /** The first time at or after the given one at which what stands in the way then is gone. */
  skipHindrance(time: Date): Date | undefined {
    const hindrance = this.#hindrance(time.getTime());
    if (!hindrance) {
      return time;
    }
    return hindrance.until === undefined
      ? undefined
      : new Date(hindrance.until);
  }

  #hindrance(
    time: number,
  ): { denied: boolean; until?: number; timezone: string } | undefined {
    for (const span of this.#deny) {
      const until = span.openUntil(time);
      if (until !== undefined) {
        return { denied: true, until, timezone: span.timezone };
      }
    }
    if (
      this.#allow.length === 0 ||
      this.#allow.some(span => span.openUntil(time) !== undefined)
    ) {
      return undefined;
    }
    const [first] = this.#allow
      .flatMap(span => {
        const at = span.nextStart(time);
        return at === undefined ? [] : { at, timezone: span.timezone };
      })
      .sort((a, b) => a.at - b.at);
    return {
      denied: false,
      until: first?.at,
      timezone: (first ?? this.#allow[0]).timezone,
    };
  }
}

/** The first time from now on at which all are open; undefined when there is none. */
export function nextOpening(
  all: readonly PolicyWindows[],
  now: Date,
): Date | undefined {
  let time = now;
  for (let step = 0; step < MAX_STEPS; step++) {
    const next = skipHindrances(all, time);
    if (!next || next.getTime() - now.getTime() > MAX_AHEAD_MS) {
      return undefined;
    }
    if (next.getTime() === time.getTime()) {
      return time;
    }
    time = next;
  }
  return undefined;
}

/** The same time when nothing stands in the way; undefined when something does for ever. */
function skipHindrances(
  all: readonly PolicyWindows[],
  time: Date,
): Date | undefined {
  let latest = time;
  for (const windows of all) {
    const at = windows.skipHindrance(time);
    if (!at) {
      return undefined;
    }
    if (at > latest) {
      latest = at;
    }
  }
  return latest;
}

/** Noon, at least half a day before; no clock is ever changed at that time. */
function noonBefore(time: number, zone: string): number {
  return DateTime.fromMillis(time, { zone })
    .minus({ days: 1 })
    .set({ hour: 12, minute: 0, second: 0, millisecond: 0 })
    .toMillis();
}
