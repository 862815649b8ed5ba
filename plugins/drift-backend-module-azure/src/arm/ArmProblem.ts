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

import { isError } from '@backstage/errors';
import { maskSecretShapes } from '@infra-hub/drift-engine';

/** Codes that are about the subscription or the identity as a whole. */
const ACCOUNT_CODES = new Set([
  'SubscriptionNotFound',
  'InvalidSubscriptionId',
  'InvalidAuthenticationToken',
  'InvalidAuthenticationTokenTenant',
  'ExpiredAuthenticationToken',
  'AuthenticationFailed',
  'NoCredentials',
]);

/** Why a request came to nothing. */
export class ArmProblem extends Error {
  name = 'ArmProblem';

  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** Code of Azure or of the system, e.g. `AuthorizationFailed`, `ECONNRESET`. */
  readonly code?: string;
  /** Whether the request surely never reached Azure. */
  readonly unsent: boolean;

  /** @param message - One sentence for people, without secrets. */
  constructor(
    message: string,
    facts: { status?: number; code?: string; unsent?: boolean } = {},
  ) {
    super(message);
    this.status = facts.status;
    this.code = facts.code;
    this.unsent = facts.unsent ?? false;
  }

  /** Whether nothing of the subscription can be used, not only one resource. */
  get concernsAccount(): boolean {
    return (
      this.status === 401 ||
      ACCOUNT_CODES.has(this.code ?? '') ||
      (this.status === undefined && this.unsent)
    );
  }
}

/** What Azure's codes mean here; Azure's own words follow. */
const MEANINGS: Readonly<Record<string, string>> = {
  AuthorizationFailed: 'The identity lacks a permission.',
  LinkedAuthorizationFailed:
    'The identity lacks a permission for a resource that is linked to it.',
  DenyAssignmentAuthorizationFailed:
    'A deny assignment, for instance of a deployment stack, forbids it.',
  RequestDisallowedByPolicy: 'A policy of Azure forbids it.',
  ScopeLocked: 'A lock protects the resource.',
  SubscriptionNotFound:
    'There is no such subscription, or the identity may not see it.',
  InvalidSubscriptionId: 'This is not the id of a subscription.',
  InvalidAuthenticationToken: 'Azure does not accept the credentials.',
  ExpiredAuthenticationToken: 'Azure does not accept the credentials any more.',
  InvalidAuthenticationTokenTenant:
    'The credentials are of another tenant than the subscription.',
  ReadOnlyDisabledSubscription:
    'The subscription is disabled, so that nothing can be changed.',
  DisabledSubscription: 'The subscription is disabled.',
  NoRegisteredProviderFound:
    'Azure does not know this type of resource in this version of its API.',
  InvalidApiVersionParameter:
    'Azure does not know this version of its API: set apiVersions of the account.',
  InvalidResourceType:
    'Azure does not know this type of resource in this version of its API.',
  MissingSubscriptionRegistration:
    'The resource provider is not registered in the subscription.',
};

/** An answer that is not a success. */
export function problemOfAnswer(answer: {
  status: number;
  bodyAsText?: string | null;
  headers?: { get(name: string): string | undefined };
}): ArmProblem {
  const { status } = answer;
  const { code, message } = readArmError(answer.bodyAsText);
  const meaning =
    (code !== undefined && Object.hasOwn(MEANINGS, code)
      ? MEANINGS[code]
      : undefined) ?? meaningOfStatus(status);
  const words = [
    meaning,
    code === undefined
      ? `Azure answered with HTTP ${status}.`
      : `Azure answered with ${plain(code)} (HTTP ${status})${
          message === undefined ? '.' : `: ${ended(plain(message))}`
        }`,
  ];
  return new ArmProblem(words.filter(word => word !== undefined).join(' '), {
    status,
    code,
  });
}

function meaningOfStatus(status: number): string | undefined {
  switch (status) {
    case 401:
      return 'Azure does not accept the credentials.';
    case 403:
      return 'The identity lacks a permission.';
    case 412:
      return 'The resource was changed meanwhile.';
    case 429:
      return 'Azure asks for fewer requests.';
    default:
      return undefined;
  }
}

const CREDENTIAL_ERRORS = new Set([
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

/** Errors of the system before anything was sent. */
const UNSENT_CODES = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What the client threw: no answer, an answer that cannot be read, no token. */
export function problemOfError(error: unknown): ArmProblem {
  if (error instanceof ArmProblem) {
    return error;
  }
  if (!isError(error)) {
    return new ArmProblem('The request failed for an unknown reason.');
  }
  if (CREDENTIAL_ERRORS.has(error.name)) {
    return new ArmProblem(
      `There are no usable credentials: ${ended(plain(error.message))}`,
      { code: 'NoCredentials', unsent: true },
    );
  }
  const { statusCode, response } = error as {
    statusCode?: unknown;
    response?: { status?: unknown; bodyAsText?: unknown };
  };
  const code = typeof error.code === 'string' ? error.code : undefined;
  if (code === 'PARSE_ERROR') {
    return new ArmProblem(
      'Azure gave an answer that cannot be read: it is not whole, or no JSON.',
      { code },
    );
  }
  if (typeof statusCode === 'number') {
    return problemOfAnswer({
      status: statusCode,
      bodyAsText:
        typeof response?.bodyAsText === 'string'
          ? response.bodyAsText
          : undefined,
    });
  }
  if (error.name === 'AbortError') {
    return new ArmProblem('Azure did not answer in time.', {
      code: 'Timeout',
    });
  }
  const unsent = code !== undefined && UNSENT_CODES.has(code);
  return new ArmProblem(
    unsent
      ? `Azure cannot be reached (${code}).`
      : `The connection to Azure broke${
          code === undefined ? '' : ` (${code})`
        }.`,
    { code, unsent },
  );
}

/** `{"error": {"code", "message", "details"}}`; older services leave `error` out. */
export function readArmError(body: string | null | undefined): {
  code?: string;
  message?: string;
} {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body ?? '');
  } catch {
    return {}; // A proxy's page, or nothing at all.
  }
  const outer = memberOf(parsed, 'error') ?? parsed;
  const [code, message] = [memberOf(outer, 'code'), memberOf(outer, 'message')];
  const details = memberOf(outer, 'details');
  const first: unknown = Array.isArray(details) ? details[0] : undefined;
  const more = memberOf(first, 'message');
  return {
    ...(typeof code === 'string' && code !== '' && { code }),
    ...(typeof message === 'string' &&
      message !== '' && {
        message:
          typeof more === 'string' && !message.includes(more)
            ? `${ended(message)} ${more}`
            : message,
      }),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const MOST_CHARACTERS = 500;

/** One line without secrets. */
export function plain(text: string): string {
  const line = maskSecretShapes(text).replace(/\s+/g, ' ').trim();
  return line.length > MOST_CHARACTERS
    ? `${line.slice(0, MOST_CHARACTERS)}…`
    : line;
}

function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
