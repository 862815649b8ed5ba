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

import type { IngestResult } from '@infra-hub/backstage-plugin-drift-common';
import { version } from '../../package.json';
import { Console, Surroundings } from '../Console';
import { visible } from '../formatReport';
import { codeOf } from '../observe';
import { isLoopback } from './portal';
import { Answer, post } from './post';
import { Parcel } from './prepareParcel';
import { Progress } from './Progress';

/** How to send. */
export interface Delivery {
  url: URL;
  token: string;
  parcel: Pick<Parcel, 'file' | 'bytes' | 'contentType'>;
  /** Attempts after the first one. */
  retries: number;
  idleTimeoutMs: number;
}

/** The portal did not take the plan. The message is one sentence for people. */
export class DeliveryError extends Error {
  /** @param refused - whether sending it again would give the same. */
  constructor(message: string, readonly refused: boolean) {
    super(message);
    this.name = 'DeliveryError';
  }
}

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** What asks for more patience is told as a failure: a job is paid by the minute. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;
const MOST_REDIRECTS = 3;
const LONGEST_SAYING = 400;

const REDIRECTS = [301, 302, 303, 307, 308];
const PASSING_STATUSES = [408, 425, 429, 502, 503, 504];

/** Codes of Node.js and OpenSSL for a certificate whose issuer is not known. */
const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
];

/** Codes of connections that will not work the next time either. */
const HOPELESS: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate was made for another host name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  EPROTO: 'it does not speak TLS there; is the port right, or the URL http?',
};

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'it did not answer in time',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no network',
};

type Outcome =
  | { kind: 'taken'; result: IngestResult }
  | { kind: 'moved'; url: URL }
  | { kind: 'failed'; error: DeliveryError; retryAfterMs?: number };

/**
 * Sends a parcel until the portal has taken it, with growing pauses. The run id
 * in the address keeps an attempt whose answer was lost from counting twice.
 *
 * @throws DeliveryError
 */
export async function deliver(
  delivery: Delivery,
  console: Console,
  surroundings: Surroundings,
): Promise<IngestResult> {
  let { url } = delivery;
  let redirects = 0;
  for (let attempt = 0; ; ) {
    const outcome = await attemptOnce({ ...delivery, url }, console);
    if (outcome.kind === 'taken') {
      return outcome.result;
    }
    if (outcome.kind === 'moved') {
      if (++redirects > MOST_REDIRECTS) {
        throw new DeliveryError('The portal redirects without end.', true);
      }
      url = outcome.url;
      continue;
    }
    const { error, retryAfterMs } = outcome;
    if (error.refused || attempt >= delivery.retries) {
      throw error;
    }
    const pause = pauseMs(attempt, surroundings.random());
    if ((retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) {
      throw new DeliveryError(
        `${error.message} It asks to wait ${Math.ceil(
          retryAfterMs! / 60_000,
        )} minutes, which is too long for a pipeline.`,
        false,
      );
    }
    const wait = Math.max(pause, retryAfterMs ?? 0);
    attempt++;
    console.stderr.write(
      `${error.message} Trying again in ${Math.ceil(
        wait / 1000,
      )} s (${attempt} of ${delivery.retries}).\n`,
    );
    await surroundings.wait(wait);
  }
}

/** Doubles, and spreads what would else come back at the same moment: half to whole. */
function pauseMs(attempt: number, random: number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return Math.round(whole * (0.5 + random / 2));
}

async function attemptOnce(
  { url, token, parcel, idleTimeoutMs }: Delivery,
  console: Console,
): Promise<Outcome> {
  const progress = Progress.create({
    out: console.stderr,
    doing: 'Sending',
    total: parcel.bytes,
  });
  let answer: Answer;
  try {
    answer = await post({
      url,
      file: parcel.file,
      idleTimeoutMs,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type':
          parcel.contentType === 'application/json'
            ? parcel.contentType
            : `${parcel.contentType}; charset=utf-8`,
        'content-encoding': 'gzip',
        'content-length': parcel.bytes,
        accept: 'application/json',
        'user-agent': `infra-hub-drift/${version}`,
      },
      onSent: bytes => progress.add(bytes),
    });
  } catch (error) {
    return { kind: 'failed', error: networkError(error, url) };
  }
  if (answer.status === 200 || answer.status === 202) {
    return taken(answer, url);
  }
  return REDIRECTS.includes(answer.status)
    ? moved(answer, url)
    : refusal(answer, url);
}

function networkError(error: unknown, url: URL): DeliveryError {
  const code = codeOf(error);
  if (UNTRUSTED.includes(code)) {
    return new DeliveryError(
      `The certificate of ${url.host} is not signed by an authority that Node.js knows; set NODE_EXTRA_CA_CERTS to the file of your own authority.`,
      true,
    );
  }
  const hopeless = HOPELESS[code];
  return new DeliveryError(
    `The portal at ${url.host} could not be reached: ${
      hopeless ?? NETWORK[code] ?? code
    }.`,
    hopeless !== undefined,
  );
}

function taken(answer: Answer, url: URL): Outcome {
  const result = parsed(answer.text);
  if (
    typeof result.scanId === 'string' &&
    typeof result.targetId === 'string'
  ) {
    return {
      kind: 'taken',
      result: {
        scanId: result.scanId,
        targetId: result.targetId,
        replayed: result.replayed === true,
      },
    };
  }
  const isJson = /json/.test(answer.headers['content-type'] ?? '');
  return {
    kind: 'failed',
    error: isJson
      ? new DeliveryError(
          `The answer of ${url.host} was cut off, so it is not certain that the plan arrived.`,
          false,
        )
      : new DeliveryError(
          `${url.host} answered, but not as a Backstage backend; --url must be the base URL of the backend, not of the web pages.`,
          true,
        ),
  };
}

/** The token goes nowhere else: the same host, and never from https to http. */
function moved(answer: Answer, from: URL): Outcome {
  const location = answer.headers.location ?? '';
  const to = URL.canParse(location, from.href)
    ? new URL(location, from)
    : undefined;
  const isSame =
    to !== undefined && to.protocol === from.protocol && to.host === from.host;
  const isUpgrade =
    to?.protocol === 'https:' &&
    from.protocol === 'http:' &&
    to.hostname === from.hostname &&
    !isLoopback(from.hostname);
  if (to && (isSame || isUpgrade) && to.pathname.endsWith('/ingest/plan')) {
    to.search = from.search;
    return { kind: 'moved', url: to };
  }
  return {
    kind: 'failed',
    error: new DeliveryError(
      to === undefined || isSame
        ? `The portal at ${from.host} redirects to another page, as for a login; --url must be the base URL of the backend.`
        : `The portal at ${from.host} redirects to ${visible(
            to.origin,
          )}, where the token is not sent; set --url to the right address.`,
      true,
    ),
  };
}

function refusal(answer: Answer, url: URL): Outcome {
  const { status } = answer;
  const retryAfterMs = retryAfter(answer.headers['retry-after'], Date.now());
  return {
    kind: 'failed',
    error: new DeliveryError(
      refusalText(status, said(answer.text), url),
      !PASSING_STATUSES.includes(status),
    ),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function refusalText(status: number, saying: string, url: URL): string {
  const module = `module ${visible(url.searchParams.get('module') ?? '')}`;
  const client = url.searchParams.get('client');
  const target = client ? `${module} of client ${visible(client)}` : module;
  switch (status) {
    case 400:
      return `The portal does not accept the request for ${target} (400)${saying}`;
    case 401:
      return `The portal does not accept the token (401); check DRIFT_TOKEN and the external access of the backend${saying}`;
    case 403:
      return `The token may not report ${target} (403)${saying}`;
    case 404:
      return `${url.origin} has no drift plugin at ${url.pathname} (404); --url must be the base URL of the backend${saying}`;
    case 413:
      return `The plan of ${target} is larger than the portal accepts (413); raise its limit, also in a proxy before it${saying}`;
    case 415:
      return `The portal does not read this kind of plan (415)${saying}`;
    case 422:
      return `The portal cannot use the plan of ${target} (422)${saying}`;
    case 429:
      return `The portal is asked too much at the moment (429)${saying}`;
    default:
      return `The portal answered with status ${status}${saying}`;
  }
}

/** What the portal says about it, in Backstage's shape or not at all: an HTML page helps nobody. */
function said(text: string): string {
  const { error } = parsed(text);
  const message =
    typeof error === 'object' && error !== null && 'message' in error
      ? error.message
      : error;
  if (typeof message !== 'string' || message.trim() === '') {
    return '.';
  }
  const shown = visible(message.trim());
  return `: ${
    shown.length > LONGEST_SAYING
      ? `${shown.slice(0, LONGEST_SAYING)}…`
      : shown.replace(/\.?$/, '.')
  }`;
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** Seconds or a date, as in RFC 9110, section 10.2.3. */
export function retryAfter(
  header: string | undefined,
  now: number,
): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\d{1,9}$/.test(header.trim())) {
    return Number(header) * 1000;
  }
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
