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
  Severity,
  TargetStatus,
} from '@infra-hub/backstage-plugin-drift-common';
import { Period, readPeriod } from './readPeriod';
import { isFiller, Meaning, meaningOf } from './vocabulary';

/** What a question wants to know. */
export type Intent =
  | 'advice'
  | 'changes'
  | 'count'
  | 'failing'
  | 'last-scan'
  | 'list'
  | 'state'
  | 'who'
  | 'worst';

/** Which targets a question asks for. */
export type Wanted = TargetStatus | 'stale' | 'not-clean';

/** A question as far as it was understood. */
export interface Question {
  /** Absent when the words say nothing of what is wanted. */
  intent?: Intent;
  wanted: Wanted;
  risks: Severity[];
  period?: Period;
  /** What is left: names of clients, owners, targets and things, lower case. */
  terms: string[];
}

/** The first row of which all words are in the question decides. */
const INTENTS: { intent: Intent; meanings: Meaning[] }[] = [
  { intent: 'who', meanings: ['who'] },
  { intent: 'last-scan', meanings: ['when', 'scan'] },
  { intent: 'failing', meanings: ['fail'] },
  // "last" asks for the time of a scan unless it is about what a scan found
  { intent: 'last-scan', meanings: ['last', 'scan'] },
  { intent: 'last-scan', meanings: ['how', 'stale'] },
  { intent: 'advice', meanings: ['advise'] },
  { intent: 'advice', meanings: ['explain'] },
  { intent: 'worst', meanings: ['worst'] },
  { intent: 'count', meanings: ['how', 'many'] },
  { intent: 'count', meanings: ['count'] },
  { intent: 'changes', meanings: ['change'] },
  { intent: 'changes', meanings: ['resolved'] },
  { intent: 'changes', meanings: ['period'] },
  { intent: 'list', meanings: ['which'] },
  { intent: 'list', meanings: ['list'] },
  { intent: 'list', meanings: ['what', 'drift'] },
  { intent: 'list', meanings: ['all', 'drift'] },
  { intent: 'list', meanings: ['never', 'scan'] },
  { intent: 'list', meanings: ['stale'] },
  { intent: 'list', meanings: ['pending'] },
  { intent: 'state', meanings: ['clean'] },
  { intent: 'state', meanings: ['status'] },
  { intent: 'state', meanings: ['drift'] },
  { intent: 'state', meanings: ['is', 'all'] },
];

/** The first row of which all words are in the question decides. */
const WANTED: { wanted: Wanted; meanings: Meaning[] }[] = [
  { wanted: 'unknown', meanings: ['never', 'scan'] },
  { wanted: 'unknown', meanings: ['not', 'scan'] },
  { wanted: 'error', meanings: ['fail'] },
  { wanted: 'stale', meanings: ['stale'] },
  { wanted: 'pending', meanings: ['pending'] },
  { wanted: 'not-clean', meanings: ['not', 'clean'] },
  { wanted: 'clean', meanings: ['clean'] },
  { wanted: 'clean', meanings: ['not', 'drift'] },
];

/** Phrases whose words mean something else together. */
const PHRASES: [RegExp, string][] = [
  // "What should I do about it", "what to do with it"
  [/\b(should|to|can|must) (i|we|you|one )?\s*do\b/g, ' advise '],
  [/\bwhat should\b/g, ' advise '],
  [/\bhow bad\b/g, ' worst '],
  [/\bmost (critical|risky|at risk)\b/g, ' worst '],
  [/\bhow (old|fresh|recent)\b/g, ' how old '],
  [/\bup[ -]to[ -]date\b/g, ' clean '],
  [/\bin sync\b/g, ' sync '],
  [/\bout of sync\b/g, ' drifted '],
  [/\bset up\b/g, ' '],
];

/** More is no question. */
const MOST_WORDS = 100;

const SEVERITIES: readonly string[] = ['low', 'medium', 'high', 'critical'];

/** Reads a question, without knowing what exists. */
export function readQuestion(text: string, now: Date): Question {
  const spoken = splitWords(text);
  const dated = readPeriod(spoken, now);
  const words = dated?.rest ?? spoken;

  const meanings = new Set(words.map(meaningOf));
  if (dated) {
    meanings.add('period');
  }
  const says = (row: { meanings: Meaning[] }) =>
    row.meanings.every(meaning => meanings.has(meaning));
  return {
    intent: INTENTS.find(says)?.intent,
    wanted: WANTED.find(says)?.wanted ?? 'drifted',
    risks: words.filter((word): word is Severity => SEVERITIES.includes(word)),
    period: dated?.period,
    terms: [
      ...new Set(
        words.filter(
          word =>
            !meaningOf(word) && !isFiller(word) && !SEVERITIES.includes(word),
        ),
      ),
    ],
  };
}

function splitWords(text: string): string[] {
  let spoken = text
    .normalize('NFKC')
    .toLocaleLowerCase('en-US')
    .replace(/n['’]t\b/g, ' not')
    .replace(/['’](s|re|ve|ll|d|m)?(?![\p{L}\p{N}])/gu, ' ');
  for (const [pattern, meaning] of PHRASES) {
    spoken = spoken.replace(pattern, meaning);
  }
  return (spoken.match(/[\p{L}\p{N}][\p{L}\p{N}_.:/@-]*/gu) ?? [])
    .map(word => word.replace(/[.:/@-]+$/, ''))
    .slice(0, MOST_WORDS);
}
