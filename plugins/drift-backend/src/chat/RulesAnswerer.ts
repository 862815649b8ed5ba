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

import { Answer, DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { DriftService } from '../service/DriftService';
import {
  Answerer,
  AskedQuestion,
  MOST_CHARACTERS,
  MOST_TARGETS,
} from './Answerer';
import { INTENT_ANSWERS, Inquiry, tellState } from './intentAnswers';
import { readQuestion } from './readQuestion';
import { resolveScope } from './resolveScope';
import { boundedLines, nameText, toAnswerTarget } from './words';

const EXAMPLES = [
  'Which modules have drift?',
  'Is ACME’s AKS clean?',
  'What changed since Friday?',
  'Who changed the firewall?',
  'What is the worst drift?',
  'What should I do about tf-aks?',
  'How many modules drifted this week?',
  'When was the last scan of tf-aks?',
  'Which scans fail?',
];

/** Answers common questions by rules alone. The same data gives the same answer. */
export class RulesAnswerer implements Answerer {
  readonly #service: DriftService;
  readonly #now: () => Date;

  static create(options: {
    /** One that narrows to what the asker may see. */
    service: DriftService;
    now?: () => Date;
  }): RulesAnswerer {
    return new RulesAnswerer(options.service, options.now);
  }

  private constructor(service: DriftService, now = () => new Date()) {
    this.#service = service;
    this.#now = now;
  }

  async answer(asked: AskedQuestion): Promise<Answer> {
    const { client, credentials } = asked;
    const service = this.#service;
    const now = this.#now();
    const question = readQuestion(asked.question, now);
    const scope = await resolveScope({
      terms: question.terms,
      client,
      service,
      credentials,
    });
    if (scope.everything.totalItems === 0) {
      return toAnswer(
        [
          client === undefined
            ? 'There are no targets that you may see.'
            : `There are no targets of ${nameText(client)} that you may see.`,
        ],
        [],
      );
    }
    const inquiry: Inquiry = { question, scope, service, credentials, now };
    if (!question.intent && !scope.isNamed) {
      return toAnswer(
        [
          'I did not understand the question. I answer from stored scans, for example:',
          ...EXAMPLES.map(example => `- ${example}`),
        ],
        [],
      );
    }
    const answer = question.intent
      ? INTENT_ANSWERS[question.intent]
      : tellState;
    const { lines, targets, usedTerms } = await answer(inquiry);
    const strangers = usedTerms ? [] : scope.unknown;
    return toAnswer(
      [
        ...(strangers.length > 0
          ? [
              `Nothing that you may see is called ${strangers
                .map(name => `'${nameText(name)}'`)
                .join(' or ')}. As for the rest of the question:`,
            ]
          : []),
        ...lines,
      ],
      targets,
    );
  }
}

function toAnswer(lines: string[], targets: DriftTarget[]): Answer {
  return {
    text: boundedLines(lines, MOST_CHARACTERS),
    targets: [...new Map(targets.map(target => [target.id, target])).values()]
      .slice(0, MOST_TARGETS)
      .map(toAnswerTarget),
    answeredBy: { kind: 'rules' },
  };
}
