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

import { PlanValue, RawNumber } from '../plan/PlanDocument';

/** Shorter texts occur by chance. */
const MIN_LENGTH = 6;
/** Leading characters by which a text is looked up. */
const GRAM = 6;

/** The spellings under which a copy of the text may stand in a document. */
function spellingsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  const spellings = [
    text,
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    encodeURI(text),
    encodeURIComponent(text).replace(/%20/g, '+'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
  ];
  // Base64 of a text that starts at the first, second or third byte of a group,
  // without the characters that also depend on its neighbours.
  for (const [lead, dependent] of [
    [0, 0],
    [1, 2],
    [2, 3],
  ]) {
    const padded = Buffer.concat([Buffer.alloc(lead), bytes]);
    const whole = Math.floor((padded.length * 8) / 6);
    const encoded = padded.toString('base64').slice(dependent, whole);
    spellings.push(encoded, encoded.replace(/\+/g, '-').replace(/\//g, '_'));
  }
  return spellings.filter(spelling => spelling.length >= MIN_LENGTH);
}

/**
 * Texts that stand behind a sensitivity mask somewhere in a plan, found again in
 * other texts whether they are copied raw, escaped for JSON or URLs, or encoded
 * in hexadecimal or base64.
 */
export class SecretTexts {
  readonly #spellings = new Set<string>();
  readonly #byGram = new Map<string, string[]>();

  /** Remembers every text and number that the mask hides. */
  addMasked(value: PlanValue | undefined, mask: PlanValue | undefined): void {
    if (value === undefined || mask === undefined) {
      return;
    }
    if (mask === true) {
      this.#addAll(value);
    } else if (Array.isArray(mask) && Array.isArray(value)) {
      mask.forEach((below, index) => this.addMasked(value[index], below));
    } else if (isMembers(mask) && isMembers(value)) {
      for (const key of Object.keys(mask)) {
        if (Object.hasOwn(value, key)) {
          this.addMasked(value[key], mask[key]);
        }
      }
    }
  }

  isIn(text: string): boolean {
    return this.#find(text, 0) !== undefined;
  }

  /** The text with every remembered one replaced. */
  scrub(text: string, replacement: string): string {
    let scrubbed = '';
    let from = 0;
    for (;;) {
      const found = this.#find(text, from);
      if (!found) {
        return scrubbed + text.slice(from);
      }
      scrubbed += text.slice(from, found.start) + replacement;
      from = found.end;
    }
  }

  /** The first place from there, and at that place the longest spelling. */
  #find(
    text: string,
    from: number,
  ): { start: number; end: number } | undefined {
    if (this.#spellings.size === 0) {
      return undefined;
    }
    for (let start = from; start + GRAM <= text.length; start++) {
      const candidates = this.#byGram.get(text.slice(start, start + GRAM));
      let end = 0;
      for (const candidate of candidates ?? []) {
        if (text.startsWith(candidate, start)) {
          end = Math.max(end, start + candidate.length);
        }
      }
      if (end > 0) {
        return { start, end };
      }
    }
    return undefined;
  }

  #addAll(value: PlanValue): void {
    if (typeof value === 'string') {
      this.#add(value);
    } else if (typeof value === 'number') {
      this.#add(String(value));
    } else if (value instanceof RawNumber) {
      this.#add(value.text);
    } else if (Array.isArray(value)) {
      value.forEach(element => this.#addAll(element));
    } else if (isMembers(value)) {
      Object.values(value).forEach(member => this.#addAll(member));
    }
  }

  #add(text: string): void {
    if (text.length < MIN_LENGTH || this.#spellings.has(text)) {
      return;
    }
    for (const spelling of spellingsOf(text)) {
      if (!this.#spellings.has(spelling)) {
        this.#spellings.add(spelling);
        const gram = spelling.slice(0, GRAM);
        const same = this.#byGram.get(gram);
        if (same) {
          same.push(spelling);
        } else {
          this.#byGram.set(gram, [spelling]);
        }
      }
    }
  }
}

function isMembers(value: PlanValue): value is { [key: string]: PlanValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RawNumber)
  );
}
