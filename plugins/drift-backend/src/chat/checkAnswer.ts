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

import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { plainText } from '@infra-hub/drift-engine';
import { MOST_CHARACTERS } from './Answerer';
import { groundAnswer } from './groundAnswer';

const LONGEST_LINE = 1_000;
const MOST_LINES = 60;

/** Markup by what is left of it. */
const MARKUP: [RegExp, string][] = [
  [/!\[[^\]]*\](\([^)]*\)|\[[^\]]*\])?/g, ''],
  [/\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/\[([^\]]*)\]\[[^\]]*\]/g, '$1'],
  [/<\/?[a-z!][^>]*>?/gi, ''],
  [/\b[a-z][a-z0-9+.-]*:\/\/\S*/gi, ''],
  [/\b(www\.|mailto:|javascript:|data:)\S*/gi, ''],
  [/&(#x?[0-9a-f]+|[a-z]+);/gi, ''],
  [/^\s*(#{1,6}|>|\d{1,2}[.)])\s+/, ''],
  [/[*`]+/g, ''],
];

const CLEAN =
  /\b(clean|healthy|in sync|no drift|false (alarm|positive)|not drifted|nothing (has )?(drifted|changed|is wrong))\b/i;
const NOT_CLEAN =
  /\b(not|isn['’]t|aren['’]t|never|no longer|cannot|can['’]t)\b[^.;,]*\b(clean|healthy|in sync)\b|(?<!\b(no|not|nothing has|nothing) )\bdrifted\b|\bha(s|ve) drift\b/i;

/** What may be shown of a model's answer. */
export interface CheckedAnswer {
  /** Empty when nothing may be shown. */
  text: string;
  /** Targets that the text names. */
  targets: DriftTarget[];
  /** Whether sentences were left out. */
  shortened: boolean;
}

/**
 * Makes plain text of what a model said, without the sentences that name or count
 * what it was not told of or that call clean what is not. Nothing is left when the
 * first sentence is one of them, or most are.
 */
export function checkAnswer(options: {
  text: string;
  question: string;
  /** What the model was told of. */
  targets: DriftTarget[];
  told: string[];
  /** Names of other targets, which the model was not told of. */
  otherNames: string[];
  now: Date;
}): CheckedAnswer {
  const { targets } = options;
  const grounding = groundAnswer(options);
  const sources = [options.question, ...options.told]
    .join('\n')
    .toLocaleLowerCase('en-US');
  const others = options.otherNames
    .map(name => name.toLocaleLowerCase('en-US'))
    .filter(name => !mentions(sources, name));

  const kept: boolean[] = [];
  const lines: string[] = [];
  for (const raw of options.text.normalize('NFKC').split(/\r?\n/)) {
    const line = plainText(withoutMarkup(raw), LONGEST_LINE);
    const sentences = sentencesOf(line).filter(sentence => {
      const lower = sentence.toLocaleLowerCase('en-US');
      const isTrue =
        grounding.bearsOut(sentence) &&
        !others.some(name => mentions(lower, name)) &&
        !contradicts(sentence, targets);
      kept.push(isTrue);
      return isTrue;
    });
    const text = sentences.join(' ').trim();
    if (/[\p{L}\p{N}]/u.test(text)) {
      lines.push(text);
    }
  }
  const left = kept.filter(Boolean).length;
  const text = kept[0] && left * 2 >= kept.length ? bounded(lines) : '';
  return {
    text,
    targets: namedIn(text, targets),
    shortened: left < kept.length,
  };
}

function withoutMarkup(line: string): string {
  let plain = line;
  for (let before = ''; before !== plain; ) {
    before = plain;
    for (const [pattern, left] of MARKUP) {
      plain = plain.replace(pattern, left);
    }
  }
  return plain;
}

function sentencesOf(line: string): string[] {
  return line.split(/(?<=[.!?])\s+/).filter(Boolean);
}

/** Whether a sentence calls clean what is not. */
function contradicts(sentence: string, targets: DriftTarget[]): boolean {
  if (!CLEAN.test(sentence) || NOT_CLEAN.test(sentence)) {
    return false;
  }
  const named = namedIn(sentence, targets);
  return (named.length > 0 ? named : targets).some(
    ({ status }) => status === 'drifted' || status === 'error',
  );
}

/** Targets that a text names; of equal names those whose client it names, too. */
function namedIn(text: string, targets: DriftTarget[]): DriftTarget[] {
  const lower = text.toLocaleLowerCase('en-US');
  const has = (name: string) =>
    mentions(lower, plainText(name, 200).toLocaleLowerCase('en-US'));
  const named = targets.filter(({ id, name }) => has(id) || has(name));
  return named.filter(
    target =>
      has(target.id) ||
      (target.client !== undefined && has(target.client)) ||
      !named.some(
        other =>
          other.name === target.name &&
          other.client !== undefined &&
          has(other.client),
      ),
  );
}

/** As a whole word. */
function mentions(lower: string, name: string): boolean {
  if (name === '') {
    return false;
  }
  for (
    let at = lower.indexOf(name);
    at >= 0;
    at = lower.indexOf(name, at + 1)
  ) {
    const before = lower[at - 1] ?? ' ';
    const after = lower[at + name.length] ?? ' ';
    if (!/[\p{L}\p{N}]/u.test(before) && !/[\p{L}\p{N}]/u.test(after)) {
      return true;
    }
  }
  return false;
}

function bounded(lines: string[]): string {
  let text = '';
  for (const line of lines.slice(0, MOST_LINES)) {
    const longer = text === '' ? line : `${text}\n${line}`;
    if (longer.length > MOST_CHARACTERS) {
      return text;
    }
    text = longer;
  }
  return text;
}
