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

import { SecretTexts } from '../redact/SecretTexts';
import { maskSecretValues } from '../redact/secrets';
import { State } from './values';

const PLACEHOLDER = '(sensitive)';
const MAX_REMEMBERED = 10_000;
/** Longer texts hardly repeat. */
const MAX_REPEATED = 64;

/**
 * Texts that stand behind a sensitivity mask somewhere in a plan. A provider
 * that copies one into an unmarked attribute, be it encoded, or a module that
 * makes an instance key of one, must not leak it.
 */
export class SecretWords {
  readonly #texts = new SecretTexts();
  /** Paths, names and short values occur again and again. */
  readonly #scrubbed = new Map<string, string>();
  readonly #secret = new Map<string, boolean>();

  /** Remembers every text that the mask hides. */
  addMasked(value: State, mask: State): void {
    this.#texts.addMasked(value, mask);
    this.#scrubbed.clear();
  }

  /** Whether the text is or contains a remembered one, in any spelling. */
  isIn(text: string): boolean {
    return this.#texts.isIn(text);
  }

  /** What `judge` says of a text at an attribute, asked once for each pair. */
  isSecretAt(
    segments: readonly (string | number)[],
    text: string,
    judge: () => boolean,
  ): boolean {
    if (text.length > MAX_REPEATED) {
      return judge();
    }
    const names = segments.filter(segment => typeof segment === 'string');
    const key = `${names.join('/')} ${text}`;
    let answer = this.#secret.get(key);
    if (answer === undefined) {
      answer = judge();
      if (this.#secret.size < MAX_REMEMBERED) {
        this.#secret.set(key, answer);
      }
    }
    return answer;
  }

  /** Replaces remembered texts, and texts that have the form of a secret. */
  scrub(text: string): string {
    let scrubbed = this.#scrubbed.get(text);
    if (scrubbed === undefined) {
      scrubbed = this.#texts.scrub(
        maskSecretValues(text, PLACEHOLDER),
        PLACEHOLDER,
      );
      if (this.#scrubbed.size < MAX_REMEMBERED) {
        this.#scrubbed.set(text, scrubbed);
      }
    }
    return scrubbed;
  }
}

/** Cleans an address; instance keys are the only part of it that comes from values. */
export function scrubKeys(address: string, words: SecretWords): string {
  return address.includes('["')
    ? address.replace(
        /\["((?:[^"\\]|\\.)*)"\]/g,
        (_, key) => `["${words.scrub(key)}"]`,
      )
    : address;
}
