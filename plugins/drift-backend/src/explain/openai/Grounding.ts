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

import {
  FAMILIAR_CAPITALS,
  FAMILIAR_COMPOUNDS,
  JUDGING_WORDS,
  NUMBER_WORDS,
  REFUSED_PATTERNS,
  UNNAMED,
} from './vocabulary';

const QUOTED =
  /(?<![\p{L}\p{N}])(?:'([^'\n]+)'(?![\p{L}\p{N}])|"([^"\n]+)"|`([^`\n]+)`|“([^”\n]+)”|‘([^’\n]+)’|«([^»\n]+)»)/gu;
const TOKEN = /[\p{L}\p{N}_$@#/\\~][\p{L}\p{N}\p{M}_$@#/\\~.,:+\-[\]]*/gu;
/** Somebody at the start of a sentence, where every word has a capital, who does something. */
const DOER =
  /(?:^|[.!?:]["'”’)]?\s+)(\p{Lu}[\p{L}\p{M}]+)(?:\s+\p{Lu}[\p{L}\p{M}]+)?\s+(?:(?:has|had|probably|likely|manually|apparently)\s+)*(?:added|broke|caused|changed|closed|created|deleted|did|disabled|edited|enabled|increased|made|modified|moved|opened|raised|reduced|removed|renamed|replaced|resized|scaled|set|switched|touched|updated)\s+(?:an?|all|it|its|that|the|these|this|\S*[._]\S*)(?!\p{L})/gu;
const NUMBER = /^[+-]?\d[\d.,]*$/;

/**
 * Decides whether a text says only what its sources say: every number, quoted
 * value, name and identifier in it must stand in one of them. Strict on purpose:
 * whoever is refused is replaced by the rules' text, which loses little.
 */
export class Grounding {
  readonly #source: string;
  readonly #numbers: Set<string>;
  readonly #judgements: Set<string>;

  static of(options: {
    sources: Iterable<string>;
    /** Those that follow from the sources. */
    numbers: Iterable<number>;
    /** Judging words that the verdict itself uses. Sources cannot vouch for one: anybody can write "clean" into a tag. */
    judgements: Iterable<string>;
  }): Grounding {
    return new Grounding(options);
  }

  private constructor(options: {
    sources: Iterable<string>;
    numbers: Iterable<number>;
    judgements: Iterable<string>;
  }) {
    const sources = [...options.sources];
    const numbers = [...options.numbers];
    this.#judgements = new Set(options.judgements);
    this.#source = normalise(sources.join('\n'));
    this.#numbers = new Set([
      ...(this.#source.match(/\d+(?:[.,]\d+)*/g) ?? []).map(toNumber),
      ...numbers.map(String),
    ]);
  }

  /** Whether it may stand in an explanation; expects plain text: one line without invisible characters. */
  supports(text: string): boolean {
    return (
      !REFUSED_PATTERNS.some(({ pattern }) => pattern.test(text)) &&
      this.bearsOut(text)
    );
  }

  /** Whether the sources say what the text says; how it says it does not matter. */
  bearsOut(text: string): boolean {
    for (const [, ...groups] of text.matchAll(QUOTED)) {
      if (!this.#source.includes(normalise(groups.find(Boolean) ?? ''))) {
        return false;
      }
    }
    for (const [, doer] of text.matchAll(DOER)) {
      const word = normalise(doer);
      if (!UNNAMED.has(word) && !this.#mentions(word)) {
        return false;
      }
    }
    // A single word between quotes is a value, whatever it means
    const spoken = text.replace(QUOTED, quoted =>
      /\s/.test(quoted) ? quoted : "''",
    );
    for (const match of spoken.matchAll(TOKEN)) {
      const token = match[0].replace(/[.,:\-+]+$/, '');
      if (token && !this.#knows(token, isSentenceStart(spoken, match.index))) {
        return false;
      }
    }
    return true;
  }

  #knows(token: string, startsSentence: boolean): boolean {
    const word = normalise(token);
    if (JUDGING_WORDS.has(word)) {
      return this.#judgements.has(word);
    }
    if (NUMBER.test(token)) {
      return this.#numbers.has(toNumber(token));
    }
    const number = NUMBER_WORDS.get(word);
    if (number !== undefined) {
      return this.#numbers.has(number) || this.#mentions(word);
    }
    if (!isSuspicious(token, startsSentence)) {
      return true;
    }
    return (
      FAMILIAR_COMPOUNDS.has(word) ||
      FAMILIAR_CAPITALS.has(token.replace(/s$/, '')) ||
      FAMILIAR_CAPITALS.has(token) ||
      this.#mentions(word)
    );
  }

  /** As a whole: `prod` does not prove `production`. */
  #mentions(word: string): boolean {
    let at = this.#source.indexOf(word);
    while (at >= 0) {
      const before = this.#source[at - 1] ?? ' ';
      const after = this.#source[at + word.length] ?? ' ';
      if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) {
        return true;
      }
      at = this.#source.indexOf(word, at + 1);
    }
    return false;
  }
}

/** Whether a word is more than plain English, so that it needs a source. */
function isSuspicious(token: string, startsSentence: boolean): boolean {
  return (
    // Identifiers, paths, addresses, compounds, values with units
    /[^\p{L}]/u.test(token) ||
    // Letters of other scripts may look like Latin ones
    /[^\p{Script=Latin}]/u.test(token) ||
    /\p{Ll}\p{Lu}/u.test(token) ||
    /^\p{Lu}{2,}/u.test(token) ||
    (/^\p{Lu}/u.test(token) && !startsSentence)
  );
}

function isSentenceStart(text: string, index: number): boolean {
  return /(?:^|[.!?:]["'”’)]?\s+)["'“‘(]?$/.test(text.slice(0, index));
}

function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[’‘]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLocaleLowerCase('en-US');
}

/** One form for 1,024 and 1024, and for 5 and 5.0. */
function toNumber(text: string): string {
  const plain = text.replace(/,(?=\d{3}(?!\d))/g, '').replace(/^[+-]/, '');
  return /^\d+(?:\.\d+)?$/.test(plain) ? String(Number(plain)) : plain;
}
