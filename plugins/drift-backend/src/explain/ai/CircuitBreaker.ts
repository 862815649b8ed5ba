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

/**
 * Keeps callers away from a service that failed several times in a row: they
 * fail at once until some time has passed, then one call tries it again.
 */
export class CircuitBreaker {
  readonly #failuresToOpen: number;
  readonly #openMs: number;
  readonly #now: () => Date;
  #failures = 0;
  #openUntil = 0;
  #trying = false;

  static create(options: {
    /** Failures in a row that open it. */
    failuresToOpen: number;
    /** How long it stays open, in milliseconds. */
    openMs: number;
    now: () => Date;
  }): CircuitBreaker {
    return new CircuitBreaker(options);
  }

  private constructor(options: {
    failuresToOpen: number;
    openMs: number;
    now: () => Date;
  }) {
    this.#failuresToOpen = options.failuresToOpen;
    this.#openMs = options.openMs;
    this.#now = options.now;
  }

  /** Milliseconds until a call is let through again; 0 when it is closed. */
  get waitMs(): number {
    return Math.max(0, this.#openUntil - this.#now().getTime());
  }

  /** Asks to pass. Whoever passes must report what came of it. */
  enter(): boolean {
    if (this.#openUntil === 0) {
      return true;
    }
    if (this.waitMs > 0 || this.#trying) {
      return false;
    }
    this.#trying = true;
    return true;
  }

  succeeded(): void {
    this.#trying = false;
    this.#failures = 0;
    this.#openUntil = 0;
  }

  /** `retryAfterMs`: how long the service itself asked to be left alone; opens at once. */
  failed(options: { retryAfterMs?: number } = {}): void {
    this.#failures += 1;
    const { retryAfterMs } = options;
    if (
      this.#trying ||
      this.#failures >= this.#failuresToOpen ||
      retryAfterMs !== undefined
    ) {
      this.#openUntil =
        this.#now().getTime() + Math.max(retryAfterMs ?? this.#openMs, 1);
    }
    this.#trying = false;
  }

  /** The call neither worked nor failed, e.g. the caller gave up. */
  left(): void {
    this.#trying = false;
  }
}
