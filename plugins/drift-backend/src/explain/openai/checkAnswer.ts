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
  Finding,
  FindingExplanation,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  Explanation,
  ExplanationRequest,
} from '@infra-hub/backstage-plugin-drift-node';
import { FindingsDigest, plainText } from '@infra-hub/drift-engine';
import { ModelAnswer } from './answerSchema';
import { Grounding } from './Grounding';
import { textsOf } from './textsOf';

const MAX_TEXT = 1_000;
const MAX_SUMMARY = 2_000;

/**
 * Makes an explanation of a model's answer: what may be shown is the model's,
 * the rest is the rules'. Undefined when nothing of it may be shown.
 */
export function checkAnswer(options: {
  answer: ModelAnswer;
  model: string;
  request: ExplanationRequest;
  /** What the model saw. */
  digest: FindingsDigest;
  /** The findings that it was asked for. */
  asked: Finding[];
  /** What the rules say on the same findings. */
  rules: Explanation;
}): Explanation | undefined {
  const { answer, model, request, digest, asked, rules } = options;
  const explainedBy = { kind: 'ai' as const, model };
  const addresses = digest.included.map(({ address }) => address);
  const entries = readEntries(digest);

  const findings: Explanation['findings'] = [];
  for (const finding of asked) {
    const said = answer.findings.find(
      ({ address }) => address === plainText(finding.address, 500),
    );
    const byRules = rules.findings.find(
      ({ fingerprint }) => fingerprint === finding.fingerprint,
    );
    if (!said || !byRules) {
      continue;
    }
    const grounding = Grounding.of({
      sources: [
        ...addresses,
        ...textsOf(entries[digest.included.indexOf(finding)]),
        ...ruleTexts(byRules),
      ],
      numbers: changesOf(finding),
      judgements: [finding.severity],
    });
    const checked = checkFinding({ said, byRules, grounding });
    if (checked) {
      findings.push({ ...checked, explainedBy });
    }
  }

  const summary = checkText(answer.summary, {
    grounding: Grounding.of({
      sources: [
        ...textsOf(entries),
        rules.summary,
        ...rules.findings.flatMap(ruleTexts),
      ],
      numbers: [
        ...countsOf(request),
        ...digest.included.flatMap(finding => changesOf(finding)),
      ],
      judgements: digest.included.map(({ severity }) => severity),
    }),
    maxLength: MAX_SUMMARY,
  });
  if (summary === undefined && findings.length === 0) {
    return undefined;
  }
  const refused = asked.filter(
    ({ fingerprint }) =>
      !findings.some(finding => finding.fingerprint === fingerprint),
  );
  return {
    ...(summary === undefined
      ? rules
      : { summary, explainedBy, recommendation: answer.recommendation }),
    findings: [
      ...findings,
      // Known as refused, so that nobody pays for them again
      ...rules.findings.filter(({ fingerprint }) =>
        refused.some(finding => finding.fingerprint === fingerprint),
      ),
    ],
  };
}

/** The description decides who speaks; what else is refused comes from the rules. */
function checkFinding(options: {
  said: ModelAnswer['findings'][number];
  byRules: FindingExplanation;
  grounding: Grounding;
}): FindingExplanation | undefined {
  const { said, byRules, grounding } = options;
  const check = (text: string | null) =>
    text === null
      ? undefined
      : checkText(text, { grounding, maxLength: MAX_TEXT });
  const description = check(said.description);
  if (description === undefined) {
    return undefined;
  }
  const advice = check(said.advice);
  return {
    address: byRules.address,
    fingerprint: byRules.fingerprint,
    description,
    consequence: check(said.consequence) ?? byRules.consequence,
    // The rules name a cause exactly when there is evidence of one.
    likelyCause:
      byRules.likelyCause && (check(said.likelyCause) ?? byRules.likelyCause),
    ...(advice === undefined
      ? { recommendation: byRules.recommendation, advice: byRules.advice }
      : { recommendation: said.recommendation, advice }),
  };
}

function checkText(
  text: string,
  options: { grounding: Grounding; maxLength: number },
): string | undefined {
  const plain = plainText(text.normalize('NFKC'), options.maxLength);
  if (!options.grounding.supports(plain)) {
    return undefined;
  }
  return (
    plainText(plain.replace(/\*\*|`/g, ''), options.maxLength) || undefined
  );
}

function readEntries(digest: FindingsDigest): unknown[] {
  const { findings } = JSON.parse(digest.json) as { findings: unknown[] };
  return findings;
}

function ruleTexts(explanation: FindingExplanation): string[] {
  const { description, consequence, likelyCause, advice } = explanation;
  return [description, consequence ?? '', likelyCause ?? '', advice];
}

/** Numbers that follow from the findings without standing in them. */
function countsOf(request: ExplanationRequest): number[] {
  const { target, findings } = request;
  const bySeverity = new Map<string, number>();
  for (const { severity } of findings) {
    bySeverity.set(severity, (bySeverity.get(severity) ?? 0) + 1);
  }
  return [
    target.driftedResources,
    target.totalResources,
    findings.length,
    ...bySeverity.values(),
  ];
}

function changesOf(finding: Finding): number[] {
  return [
    finding.fields.length,
    ...finding.fields.flatMap(({ actual, desired, recorded }) =>
      [desired, recorded].flatMap(other =>
        typeof actual === 'number' && typeof other === 'number'
          ? [Math.abs(actual - other)]
          : [],
      ),
    ),
  ];
}
