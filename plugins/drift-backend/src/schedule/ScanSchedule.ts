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

import { InputError } from '@backstage/errors';
import { createHash } from 'crypto';
import { CronExpressionParser } from 'cron-parser';
import { Duration } from 'luxon';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIN_INTERVAL_MS = MINUTE_MS;
const MAX_INTERVAL_MS = 366 * 24 * 60 * MINUTE_MS;
const MAX_JITTER_MS = 5 * MINUTE_MS;
/** Enough for the widest gap of "weekdays at six" and of "first of the month". */
const CRON_SAMPLES = 24;

/**
 * When a target is scanned: a cron expression of five fields, or an ISO 8601
 * duration.
 *
 * @remarks
 *
 * Every time is a pure function of the schedule, the target and the clock, so
 * that a restart or a second replica gets the same ones. A duration divides all
 * time into steps; each target has its own place in the step, given by a hash of
 * its id, so that a large fleet is spread evenly. A cron expression is meant
 * literally; its targets are only spread over a tenth of the step, at most five
 * minutes, after each of its times.
 */
export class ScanSchedule {
  /** As it was written. */
  readonly text: string;
  /** Longest usual time between two scans, in milliseconds. */
  readonly intervalMs: number;
  readonly #timeZone: string | undefined;
  readonly #kind: 'cron' | 'duration';
  /** Occurrences of a cron expression after a time, as far as they were asked for. */
  #window: { start: number; times: number[]; next: () => number } | undefined;

  /**
   * @throws InputError for anything that is not understood, or shorter than a minute.
   */
  static parse(
    text: string,
    options: {
      /** IANA time zone of cron expressions, default UTC. */
      timeZone?: string;
      /** For cron: the gaps after this time are measured. */
      now: Date;
    },
  ): ScanSchedule {
    const trimmed = text.trim();
    return /^[-+]?P/i.test(trimmed)
      ? ScanSchedule.#fromDuration(trimmed)
      : ScanSchedule.#fromCron(trimmed, options);
  }

  static #fromDuration(text: string): ScanSchedule {
    const duration = Duration.fromISO(text.toUpperCase());
    const intervalMs = duration.isValid ? duration.toMillis() : NaN;
    if (!Number.isFinite(intervalMs)) {
      throw new InputError(
        `The schedule '${text}' is not an ISO 8601 duration such as PT30M`,
      );
    }
    assertInterval(text, intervalMs);
    return new ScanSchedule(text, 'duration', intervalMs, undefined);
  }

  static #fromCron(
    text: string,
    options: { timeZone?: string; now: Date },
  ): ScanSchedule {
    if (text.split(/\s+/).length !== 5) {
      throw new InputError(
        `The schedule '${text}' is neither a cron expression of five fields nor an ISO 8601 duration such as PT30M`,
      );
    }
    const timeZone = options.timeZone ?? 'UTC';
    const gaps: number[] = [];
    try {
      const expression = CronExpressionParser.parse(text, {
        currentDate: options.now,
        tz: timeZone,
      });
      let previous = expression.next().getTime();
      for (let i = 0; i < CRON_SAMPLES; i++) {
        const next = expression.next().getTime();
        gaps.push(next - previous);
        previous = next;
      }
    } catch (error) {
      throw new InputError(
        `The schedule '${text}' is not a valid cron expression: ${
          error instanceof Error ? error.message : error
        }`,
      );
    }
    const intervalMs = Math.max(...gaps);
    assertInterval(text, intervalMs);
    return new ScanSchedule(text, 'cron', intervalMs, timeZone);
  }

  private constructor(
    text: string,
    kind: 'cron' | 'duration',
    intervalMs: number,
    timeZone: string | undefined,
  ) {
    this.text = text;
    this.intervalMs = intervalMs;
    this.#kind = kind;
    this.#timeZone = timeZone;
  }

  /** The first time of the target after the given one. */
  nextAfter(targetId: string, after: Date): Date {
    return this.#kind === 'duration'
      ? this.#nextOfDuration(targetId, after)
      : this.#nextOfCron(targetId, after);
  }

  #nextOfDuration(targetId: string, after: Date): Date {
    const phase = Math.floor(fractionOf(targetId) * this.intervalMs);
    const steps = Math.floor((after.getTime() - phase) / this.intervalMs) + 1;
    return new Date(steps * this.intervalMs + phase);
  }

  #nextOfCron(targetId: string, after: Date): Date {
    const fraction = fractionOf(targetId);
    for (const { at, stepMs } of this.#occurrencesAround(after)) {
      const jitter = Math.min(stepMs / 10, MAX_JITTER_MS);
      const time = at + Math.floor(fraction * jitter);
      if (time > after.getTime()) {
        return new Date(time);
      }
    }
    throw new InputError(`The schedule '${this.text}' never comes`);
  }

  /**
   * Occurrences from the longest jitter before the time on, each with the step
   * to the one that follows. Kept for the next target, which asks for much the
   * same time.
   */
  *#occurrencesAround(time: Date): Generator<{ at: number; stepMs: number }> {
    const start = time.getTime() - MAX_JITTER_MS;
    let window = this.#window;
    if (!window || start < window.start || start > window.start + HOUR_MS) {
      const expression = CronExpressionParser.parse(this.text, {
        currentDate: new Date(start),
        tz: this.#timeZone,
      });
      window = { start, times: [], next: () => expression.next().getTime() };
      this.#window = window;
    }
    const { times, next } = window;
    for (let i = 0; ; i++) {
      while (times.length < i + 2) {
        times.push(next());
      }
      if (times[i] > start) {
        yield { at: times[i], stepMs: times[i + 1] - times[i] };
      }
    }
  }
}

/** A number from 0 up to 1 that belongs to the id, the same everywhere and always. */
export function fractionOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
}

function assertInterval(text: string, intervalMs: number) {
  if (intervalMs < MIN_INTERVAL_MS) {
    throw new InputError(
      `The schedule '${text}' is too frequent; the shortest is one minute`,
    );
  }
  if (intervalMs > MAX_INTERVAL_MS) {
    throw new InputError(
      `The schedule '${text}' is too rare; the longest is one year`,
    );
  }
}
