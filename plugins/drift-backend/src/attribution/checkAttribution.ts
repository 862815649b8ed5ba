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

import { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import {
  looksSecretValue,
  maskSecretShapes,
  plainText,
} from '@infra-hub/drift-engine';

const MAX_WHO = 255;
const MAX_HOW = 255;
const MAX_EVIDENCE = 120;
const MAX_URL = 2_048;
/** More than any of the texts, so that a mask never cuts a secret in half. */
const MAX_READ = 4_000;

const CONFIDENCES = ['high', 'medium', 'low'] as const;

/** A date, or a date with a time and its zone. */
const ISO_TIME =
  /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?$/;

/**
 * What an audit log says, in a form that may be stored and shown: one line each,
 * bounded, free of what looks like a secret. Undefined when it names nobody.
 *
 * @remarks
 * Whoever can change a resource can write most of these texts: the name of a
 * session, a user agent, an event. What is not as it should be is dropped.
 */
export function checkAttribution(
  answer: unknown,
  options: {
    /** Stands in where the evidence is not named. */
    attributorId: string;
  },
): Attribution | undefined {
  if (typeof answer !== 'object' || answer === null) {
    return undefined;
  }
  const given: { [Key in keyof Attribution]?: unknown } = answer;
  const who = lineOf(given.who, MAX_WHO);
  if (!who) {
    return undefined;
  }
  const when = timeOf(given.when);
  const how = lineOf(given.how, MAX_HOW);
  const url = urlOf(given.url);
  const confidence = confidenceOf(given.confidence);
  return {
    who,
    ...(when && { when }),
    ...(how && { how }),
    evidence: lineOf(given.evidence, MAX_EVIDENCE) || options.attributorId,
    ...(confidence && { confidence }),
    ...(url && { url }),
  };
}

/** One sentence on why a log could not be read, for people. */
export function checkReason(reason: unknown): string {
  return lineOf(reason, 500) || 'The log could not be read.';
}

function lineOf(text: unknown, maxLength: number): string | undefined {
  return typeof text === 'string'
    ? plainText(maskSecretShapes(plainText(text, MAX_READ)), maxLength)
    : undefined;
}

function timeOf(when: unknown): string | undefined {
  if (typeof when !== 'string' || !ISO_TIME.test(when)) {
    return undefined;
  }
  const time = new Date(when.replace(',', '.'));
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

/** What is given and unknown is the least sure. */
function confidenceOf(confidence: unknown): Attribution['confidence'] {
  return confidence === undefined
    ? undefined
    : CONFIDENCES.find(known => known === confidence) ?? 'low';
}

function urlOf(text: unknown): string | undefined {
  if (
    typeof text !== 'string' ||
    text.length > MAX_URL ||
    !URL.canParse(text) ||
    plainText(text, MAX_URL) !== text
  ) {
    return undefined;
  }
  const url = new URL(text);
  const isSafe =
    /^https?:$/.test(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    url.href.length <= MAX_URL &&
    !looksSecretValue(url.href);
  return isSafe ? url.href : undefined;
}
