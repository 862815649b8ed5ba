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

import { JsonObject } from '@backstage/types';
import { RemediationOutcome } from '@infra-hub/backstage-plugin-drift-common';
import {
  PipelineAnswer,
  PipelineDriver,
  PipelineHttp,
  PipelineInputs,
  PipelineLook,
  PipelineResponse,
  PipelineStart,
  readPipelineAnswer,
  readPipelineStart,
  signMessage,
} from '@infra-hub/backstage-plugin-drift-node';
import { z } from 'zod';
import { WebhookRoute } from './config/readWebhookRoutes';

const TAKEN = z.object({ statusUrl: z.string().optional() });
const STATUS = z.object({
  state: z.enum([
    'queued',
    'running',
    'succeeded',
    'failed',
    'partial',
    'superseded',
    'unknown',
  ]),
  /** Page of the run, for people. */
  url: z.string().optional(),
  /** When applying ended. ISO 8601. */
  appliedAt: z.string().optional(),
});
const RUN = z.object({ path: z.string().startsWith('/'), mark: z.string() });

const OUTCOMES: Readonly<
  Record<
    Exclude<z.infer<typeof STATUS>['state'], 'queued' | 'running'>,
    RemediationOutcome
  >
> = {
  succeeded: { kind: 'applied', message: 'The receiver applied the plan.' },
  failed: {
    kind: 'failed',
    message: 'The receiver says that it failed and nothing was applied.',
  },
  partial: {
    kind: 'partial',
    message: 'The receiver says that only a part was applied.',
  },
  superseded: {
    kind: 'superseded',
    message:
      "The receiver's own plan is not what was approved; nothing was applied.",
  },
  unknown: {
    kind: 'unknown',
    message: 'The receiver does not know how far it went.',
  },
};

/**
 * Hands remediations to a receiver, signed as https://www.standardwebhooks.com
 * describes it, and asks the receiver how it goes where it says how to ask.
 */
export class WebhookDriver implements PipelineDriver<WebhookRoute> {
  readonly #timeoutMs: number | undefined;

  static create(
    options: {
      /** Of one request. */
      timeoutMs?: number;
    } = {},
  ): WebhookDriver {
    return new WebhookDriver(options.timeoutMs);
  }

  private constructor(timeoutMs: number | undefined) {
    this.#timeoutMs = timeoutMs;
  }

  async start(
    route: WebhookRoute,
    inputs: PipelineInputs,
    signal: AbortSignal,
  ): Promise<PipelineStart> {
    const answer = await this.#send(route, {
      method: 'POST',
      path: `${route.url.pathname}${route.url.search}`,
      mark: inputs.remediation,
      body: JSON.stringify({
        type: 'drift.remediation',
        timestamp: new Date().toISOString(),
        data: inputs,
      }),
      signal,
    });
    return readPipelineStart(answer, {
      system: receiverOf(route),
      isBusy,
      read: response => readTaken(route, inputs.remediation, response),
      explain: response => explainRefusal(route, response),
    });
  }

  async look(
    route: WebhookRoute,
    run: JsonObject,
    signal: AbortSignal,
  ): Promise<PipelineLook> {
    const { path, mark } = RUN.parse(run);
    const read = readPipelineAnswer(
      await this.#send(route, { method: 'GET', path, mark, body: '', signal }),
      {
        system: receiverOf(route),
        isBusy,
        parse: json => STATUS.safeParse(json).data,
      },
    );
    if (!read.ok) {
      return read.look;
    }
    const { state, url, appliedAt } = read.value;
    if (state === 'queued' || state === 'running') {
      return { kind: 'waiting', note: `The receiver says: ${state}.` };
    }
    const link = linkTo(url);
    return {
      kind: 'ended',
      outcome: {
        ...OUTCOMES[state],
        ...(link ? { link } : {}),
        ...(Number.isNaN(Date.parse(appliedAt ?? ''))
          ? {}
          : { appliedAt: new Date(appliedAt ?? '').toISOString() }),
      },
    };
  }

  async #send(
    route: WebhookRoute,
    request: {
      method: 'GET' | 'POST';
      path: string;
      mark: string;
      body: string;
      signal: AbortSignal;
    },
  ): Promise<PipelineAnswer> {
    const { mark, body } = request;
    return PipelineHttp.create({
      baseUrl: route.url.origin,
      timeoutMs: this.#timeoutMs,
    }).send({
      method: request.method,
      path: request.path,
      signal: request.signal,
      headers: {
        ...route.headers,
        accept: 'application/json',
        'webhook-id': mark,
        ...signMessage({ id: mark, body, key: route.key, now: new Date() }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body } : {}),
    });
  }
}

function receiverOf({ id }: WebhookRoute): string {
  return `The receiver of webhook ${id}`;
}

function isBusy({ status }: PipelineResponse): boolean {
  return status === 429;
}

function readTaken(
  route: WebhookRoute,
  mark: string,
  { json }: PipelineResponse,
): PipelineStart {
  const statusUrl = TAKEN.safeParse(json).data?.statusUrl;
  const handedOver = (message: string): PipelineStart => ({
    kind: 'handed-over',
    waitMs: route.settleMs,
    message,
  });
  if (statusUrl === undefined) {
    return handedOver(
      `${receiverOf(
        route,
      )} took it and does not tell how it ends; a scan decides.`,
    );
  }
  const url = URL.canParse(statusUrl) ? new URL(statusUrl) : undefined;
  return url?.origin === route.url.origin && !url.username && !url.password
    ? { kind: 'started', run: { path: `${url.pathname}${url.search}`, mark } }
    : handedOver(
        `${receiverOf(
          route,
        )} took it, but its statusUrl is not on the host of the webhook and is not asked; a scan decides.`,
      );
}

function explainRefusal(route: WebhookRoute, response: PipelineResponse) {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return `${receiverOf(
      route,
    )} answers with a redirect (${status}), which is not followed; put its present address into the configuration.`;
  }
  switch (status) {
    case 401:
    case 403:
      return `${receiverOf(
        route,
      )} does not accept the signature or the headers (${status}); the secret must be the same on both sides.`;
    case 404:
    case 410:
      return `${receiverOf(
        route,
      )} is not at the configured address (${status}).`;
    default:
      return `${receiverOf(route)} refused it (${status}).`;
  }
}

/** Without what may be a credential. */
function linkTo(text: string | undefined): RemediationOutcome['link'] {
  const url = text && URL.canParse(text) ? new URL(text) : undefined;
  return url && ['http:', 'https:'].includes(url.protocol)
    ? { title: 'Run', url: `${url.origin}${url.pathname}` }
    : undefined;
}
