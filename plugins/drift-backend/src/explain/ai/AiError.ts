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

/** Why a model gave nothing, as metrics count it. */
export type AiFailureReason =
  | 'authentication'
  | 'rate-limit'
  | 'timeout'
  | 'connection'
  | 'server'
  | 'refused'
  | 'too-large'
  | 'unusable'
  | 'budget'
  | 'circuit-open';

/**
 * A model gave nothing usable. The message is a sentence for people: it names
 * neither prompt nor answer nor key.
 */
export class AiError extends Error {
  readonly reason: AiFailureReason;
  /** HTTP status that the provider answered with. */
  readonly status?: number;
  /** How long the provider asked to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;

  constructor(
    reason: AiFailureReason,
    message: string,
    options: { status?: number; retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = 'AiError';
    this.reason = reason;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
  }
}
