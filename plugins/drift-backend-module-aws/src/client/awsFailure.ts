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

import { AwsCredentialError } from './AwsCredentialError';

/**
 * What a failed request comes to. `credentials`: nothing of the account can be
 * asked with them; `absent`: the resource is not there; `lost`: the connection
 * failed, and whether the request arrived is not known.
 */
export interface AwsFailure {
  kind:
    | 'absent'
    | 'answer'
    | 'credentials'
    | 'forbidden'
    | 'lost'
    | 'refused'
    | 'server'
    | 'throttled'
    | 'unreached'
    | 'unsupported';
  /** Name of the error. */
  name: string;
  /** One sentence for people, without secrets. */
  sentence: string;
  /** What AWS says beside, for people who may see the resource. */
  said?: string;
}

interface Row {
  names: readonly string[];
  kind: AwsFailure['kind'];
  sentence: string;
  /** Whether what AWS says is told, too. It never holds credentials, but may be long. */
  tell?: boolean;
}

const ROWS: readonly Row[] = [
  {
    names: ['ResourceNotFoundException'],
    kind: 'absent',
    sentence: 'AWS knows no such resource.',
  },
  {
    names: ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    kind: 'credentials',
    sentence: 'The credentials have expired.',
  },
  {
    names: [
      'AuthFailure',
      'IncompleteSignature',
      'IncompleteSignatureException',
      'InvalidAccessKeyId',
      'InvalidClientTokenId',
      'InvalidSignatureException',
      'MissingAuthenticationToken',
      'MissingAuthenticationTokenException',
      'SignatureDoesNotMatch',
      'UnrecognizedClientException',
    ],
    kind: 'credentials',
    sentence: 'AWS does not accept the credentials.',
  },
  {
    names: ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'],
    kind: 'forbidden',
    sentence: 'AWS does not permit it.',
    tell: true,
  },
  {
    names: [
      'BandwidthLimitExceeded',
      'LimitExceededException',
      'PriorRequestNotComplete',
      'ProvisionedThroughputExceededException',
      'RequestLimitExceeded',
      'RequestThrottled',
      'RequestThrottledException',
      'SlowDown',
      'ThrottledException',
      'Throttling',
      'ThrottlingException',
      'TooManyRequestsException',
      'TransactionInProgressException',
    ],
    kind: 'throttled',
    sentence:
      'AWS throttles the requests of the account, and kept on doing so.',
  },
  {
    names: [
      'PrivateTypeException',
      'TypeNotFoundException',
      'UnsupportedActionException',
    ],
    kind: 'unsupported',
    sentence: 'Cloud Control cannot do that with this type in this region.',
  },
  {
    names: [
      'GeneralServiceException',
      'InvalidCredentialsException',
      'InvalidRequestException',
      'NotUpdatableException',
      'ResourceConflictException',
      'ServiceLimitExceededException',
      'ValidationException',
    ],
    kind: 'refused',
    sentence: 'The service behind Cloud Control could not do it.',
    tell: true,
  },
  {
    names: [
      'HandlerFailureException',
      'HandlerInternalFailureException',
      'NetworkFailureException',
      'NotStabilizedException',
    ],
    kind: 'server',
    sentence: 'The service behind Cloud Control could not do it.',
    tell: true,
  },
  {
    names: [
      'InternalFailure',
      'InternalServerError',
      'ServiceInternalErrorException',
      'ServiceUnavailable',
      'ServiceUnavailableException',
    ],
    kind: 'server',
    sentence: 'AWS failed by itself.',
  },
];

/** Nothing was ever sent: there was no connection. */
const UNREACHED = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);

const LOST = new Set(['ECONNABORTED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);

export function describeFailure(error: unknown): AwsFailure {
  const name = nameOf(error);
  if (error instanceof AwsCredentialError) {
    return { kind: 'credentials', name, sentence: error.message };
  }
  const code = codeOf(error);
  const row = ROWS.find(({ names }) => names.includes(name));
  if (row) {
    const said = row.tell === true ? saidBy(error) : '';
    return {
      kind: row.kind,
      name,
      sentence: row.sentence,
      ...(said !== '' && { said }),
    };
  }
  if (UNREACHED.has(code) || UNREACHED.has(name)) {
    return {
      kind: 'unreached',
      name,
      sentence: `The endpoint of AWS could not be reached (${
        code === '' ? name : code
      }).`,
    };
  }
  if (name === 'TimeoutError' || LOST.has(code) || LOST.has(name)) {
    return {
      kind: 'lost',
      name,
      sentence: 'AWS did not answer in time, or the connection was lost.',
    };
  }
  const status = statusOf(error);
  if (status !== undefined && status >= 500) {
    return {
      kind: 'server',
      name,
      sentence: `AWS failed by itself (HTTP ${status}).`,
    };
  }
  if (status === 429) {
    return {
      kind: 'throttled',
      name,
      sentence: 'AWS throttles the requests of the account.',
    };
  }
  if (status === 401 || status === 403) {
    return {
      kind: 'forbidden',
      name,
      sentence: `AWS does not permit it (HTTP ${status}).`,
    };
  }
  return {
    kind: status !== undefined && status >= 400 ? 'refused' : 'answer',
    name,
    sentence:
      status === undefined
        ? `The answer of AWS could not be read (${name}).`
        : `AWS answered with something unexpected (${name}, HTTP ${status}).`,
  };
}

/** The sentence, and what AWS says beside. */
export function tellFailure({ sentence, said }: AwsFailure): string {
  return said === undefined ? sentence : `${sentence} It says: ${said}`;
}

export function nameOf(error: unknown): string {
  const name = textOf(error, 'name');
  return /^[A-Za-z0-9_.]{1,100}$/.test(name) ? name : 'Error';
}

/** A short piece of what AWS says, in one line and without what only machines read. */
export function tidyMessage(text: string): string {
  const line = text
    .replace(/Encoded authorization failure message:.*/s, '')
    .replace(/\((?:[^()]*\b(?:Request ID|RequestToken)\b[^()]*)\)/gi, '')
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, '[access key]')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function saidBy(error: unknown): string {
  const text = textOf(error, 'message') || textOf(error, 'Message');
  // What the SDK says of an answer without a message.
  return text === 'UnknownError' ? '' : tidyMessage(text);
}

/**
 * The SDK wraps errors of another realm, as in tests, and leaves the code only in
 * the message.
 */
function codeOf(error: unknown): string {
  const code = textOf(error, 'code');
  return code === ''
    ? /^AWS SDK error wrapper for .*\b(E[A-Z_]{4,})\b/.exec(
        textOf(error, 'message'),
      )?.[1] ?? ''
    : code;
}

function textOf(error: unknown, key: string): string {
  const value =
    typeof error === 'object' && error !== null
      ? (error as Record<string, unknown>)[key]
      : undefined;
  return typeof value === 'string' ? value : '';
}

function statusOf(error: unknown): number | undefined {
  const metadata =
    typeof error === 'object' && error !== null && '$metadata' in error
      ? error.$metadata
      : undefined;
  const status =
    typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === 'number' ? status : undefined;
}
