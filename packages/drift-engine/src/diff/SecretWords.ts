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

import { RawNumber } from '../plan/PlanDocument';
import { maskSecretValues } from '../redact/secrets';
import { isObject, property, State } from './values';

/** Shorter texts occur by chance. */
const MIN_LENGTH = 6;
/** Texts that are looked for inside other texts, per resource. */
const MAX_SEARCHED = 200;

/**
 * Texts that stand behind a sensitivity mask somewhere in a plan. A provider
 * that copies one into an unmarked attribute, or a module that makes an instance
 * key of one, must not leak it.
 */
export class SecretWords {
  readonly #words = new Set<string>();
  readonly #searched: string[] = [];

  /** Remembers every text that the mask hides. */
  addMasked(value: State, mask: State): void {
    if (mask === true) {
      this.#addAll(value);
    } else if (Array.isArray(mask) && Array.isArray(value)) {
      mask.forEach((below, index) => this.addMasked(value[index], below));
    } else if (isObject(mask) && isObject(value)) {
      for (const key of Object.keys(mask)) {
        this.addMasked(property(value, key), mask[key]);
      }
    }
  }

  /** Whether the text is or contains a remembered one. */
  isIn(text: string): boolean {
    return (
      text.length >= MIN_LENGTH &&
      (this.#words.has(text) ||
        this.#searched.some(word => text.includes(word)))
    );
  }

  /** Replaces remembered texts, and texts that have the form of a secret. */
  scrub(text: string): string {
    if (text.length < MIN_LENGTH) {
      return text;
    }
    let scrubbed = maskSecretValues(text, '(sensitive)');
    if (!this.isIn(scrubbed)) {
      return scrubbed;
    }
    for (const word of [...this.#words].sort((a, b) => b.length - a.length)) {
      scrubbed = scrubbed.replaceAll(word, '(sensitive)');
    }
    return scrubbed;
  }

  #addAll(value: State): void {
    if (typeof value === 'string' || value instanceof RawNumber) {
      this.#add(typeof value === 'string' ? value : value.text);
    } else if (typeof value === 'number') {
      this.#add(String(value));
    } else if (Array.isArray(value)) {
      value.forEach(each => this.#addAll(each));
    } else if (isObject(value)) {
      Object.keys(value).forEach(key => this.#addAll(value[key]));
    }
  }

  #add(word: string): void {
    if (word.length < MIN_LENGTH || this.#words.has(word)) {
      return;
    }
    this.#words.add(word);
    if (this.#searched.length < MAX_SEARCHED) {
      this.#searched.push(word);
    }
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
