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

import { z } from 'zod';

/** A well-formed answer of a service that says no. */
export interface Refusal {
  status: number;
  /** What the service calls the reason, e.g. `notAuthorized` or `SERVICE_DISABLED`. */
  reasons: readonly string[];
  /** Of the service, for people. */
  message: string;
  /** The service that is meant, where the refusal names one. */
  service?: string;
  /** The permission that is missing, where the refusal names one. */
  permission?: string;
}

const LONGEST_MESSAGE = 300;

/** @see https://cloud.google.com/apis/design/errors */
const ERROR = z.looseObject({
  error: z.looseObject({
    code: z.number(),
    message: z.string().optional(),
    status: z.string().optional(),
    errors: z
      .array(z.looseObject({ reason: z.string().optional() }))
      .optional(),
    details: z
      .array(
        z.looseObject({
          reason: z.string().optional(),
          metadata: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .optional(),
  }),
});

/** Undefined when it is not a service of Google that speaks, e.g. a proxy. */
export function readRefusal(
  status: number,
  body: unknown,
): Refusal | undefined {
  const read = ERROR.safeParse(body);
  if (!read.success || read.data.error.code !== status) {
    return undefined;
  }
  const { message, status: name, errors = [], details = [] } = read.data.error;
  const metadata = details.map(detail => detail.metadata ?? {});
  return {
    status,
    reasons: [
      ...details.map(({ reason }) => reason),
      ...errors.map(({ reason }) => reason),
      name,
    ].filter(reason => reason !== undefined),
    message: shorten(message ?? name ?? `HTTP status ${status}`),
    service: textOf(metadata, 'service'),
    permission: textOf(metadata, 'permission'),
  };
}

/** What a refusal means to somebody who can do something about it. */
export function explainRefusal(refusal: Refusal, project: string): string {
  const { status, reasons, message, service, permission } = refusal;
  const is = (reason: string) => reasons.includes(reason);
  if (is('SERVICE_DISABLED') || is('accessNotConfigured')) {
    return `The API ${
      service ?? 'that is needed'
    } is not enabled in the project ${project}: enable it and try again in some minutes.`;
  }
  if (is('BILLING_DISABLED') || is('billingDisabled')) {
    return `Billing is disabled for the project ${project}, so that Google Cloud does not tell what is in it.`;
  }
  if (is('CONSUMER_INVALID') || is('CONSUMER_SUSPENDED')) {
    return `Google Cloud knows no usable project ${project}: it says "${message}".`;
  }
  if (isThrottled(refusal)) {
    return `Google Cloud asks to be asked less often in the project ${project}: it says "${message}".`;
  }
  if (status === 403) {
    return `The credentials for the project ${project} do not suffice${
      permission === undefined ? '' : ` (${permission} is missing)`
    }: Google Cloud says "${message}".`;
  }
  return `Google Cloud answered with ${status} in the project ${project}: "${message}".`;
}

/** Nothing was done, and later it may be. */
export function isThrottled({ status, reasons }: Refusal): boolean {
  return (
    status === 429 ||
    (status === 403 &&
      [
        'rateLimitExceeded',
        'userRateLimitExceeded',
        'RATE_LIMIT_EXCEEDED',
      ].some(reason => reasons.includes(reason)))
  );
}

function textOf(
  metadata: readonly Record<string, unknown>[],
  name: string,
): string | undefined {
  return metadata
    .map(each => each[name])
    .find(value => typeof value === 'string');
}

function shorten(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_MESSAGE
    ? `${line.slice(0, LONGEST_MESSAGE)}…`
    : line;
}
