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
  AuditorService,
  BackstageCredentials,
  HttpAuthService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { InputError } from '@backstage/errors';
import { IngestResult } from '@infra-hub/backstage-plugin-drift-common';
import {
  ErrorRequestHandler,
  Request,
  RequestHandler,
  Response,
  Router,
} from 'express';
import PromiseRouter from 'express-promise-router';
import { audited } from '../http/audited';
import { limitRate } from '../http/limitRate';
import { RefusedRequest } from '../http/RefusedRequest';
import { describeInTime } from './describeInTime';
import { collect, observePush } from './observePush';
import { discardRest, PlanBody } from './PlanBody';
import { PlanIngest, ReceivedPush } from './PlanIngest';
import { PushLine } from './PushLine';
import { PushRights, subjectOf } from './PushRights';
import { readAnalyzeRequest } from './readAnalyzeRequest';
import { IngestConfig } from './readIngestConfig';
import { PushRequest, readPushRequest } from './readPushRequest';
import { toAnalyzeAnswer } from './toAnalyzeAnswer';

const RETRY_AFTER_SECONDS = 10;

/** What the routes for pipelines need. */
export interface IngestRouterOptions {
  ingest: PlanIngest;
  rights: PushRights;
  config: IngestConfig;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
  logger: LoggerService;
  now?: () => Date;
}

/**
 * The routes by which pipelines push plans. They stand before every reader of
 * bodies, because plans are too large for those, and check everything that needs
 * no body before they read it.
 */
export function createIngestRouter(options: IngestRouterOptions): Router {
  const { ingest, rights, config, logger } = options;
  const { httpAuth, auditor, now = () => new Date() } = options;
  const line = new PushLine(config);
  const router: Router = PromiseRouter();

  const identify: RequestHandler = async (request, response, next) => {
    response.locals.credentials = await httpAuth.credentials(request);
    next();
  };
  const limit = limitRate({
    perMinute: config.requestsPerMinute,
    callerOf: (_request, response) => subjectOf(credentialsOf(response)) ?? '',
    refusal: `More than ${config.requestsPerMinute} plans a minute are too many, send this one again later`,
  });
  const authorize: RequestHandler = async (_request, response, next) => {
    await rights.requirePush(credentialsOf(response));
    next();
  };
  router.post(['/analyze', '/ingest/plan'], identify, limit, authorize);

  /** Stores one plan and tells the auditor of it. */
  async function receive(
    httpRequest: Request,
    response: Response,
    push: PushRequest,
    observe: () => ReturnType<typeof observePush>,
    receivedAt: Date,
  ): Promise<ReceivedPush> {
    return audited(
      auditor,
      {
        eventId: 'plan-ingest',
        severityLevel: 'medium',
        request: httpRequest,
        meta: { targetId: ingest.targetIdOf(push) },
      },
      async () =>
        ingest.receive({
          request: push,
          observation: await observe(),
          requestedBy: subjectOf(credentialsOf(response)),
          receivedAt,
        }),
      ({ scanId, replayed, report }) => ({
        scanId,
        replayed,
        status: report.status,
      }),
    );
  }

  router.post('/analyze', async (request, response) => {
    const receivedAt = now();
    const body = PlanBody.of(request);
    if (body.kind !== 'plan-json') {
      throw new RefusedRequest(
        415,
        'The content type must be application/json',
      );
    }
    body.requireSize(config.maxRequestSize);
    const push = await line.take(async () => {
      const { document, ...said } = readAnalyzeRequest(
        await collect(body.read(config.maxRequestSize)),
      );
      rights.requireModule(credentialsOf(response), said);
      return receive(
        request,
        response,
        said,
        () =>
          observePush(once(document.bytes), {
            kind: document.kind,
            exitCode: said.exitCode,
          }),
        receivedAt,
      );
    });
    const analysis = await describeInTime({
      explanations: ingest,
      targetId: push.targetId,
      report: push.report,
      waitMs: config.analyzeWaitMs,
      logger,
    });
    response.json(toAnalyzeAnswer(push, analysis));
  });

  router.post('/ingest/plan', async (request, response) => {
    const receivedAt = now();
    const push = readPushRequest(readQuery(request), parameter);
    rights.requireModule(credentialsOf(response), push);
    const body = PlanBody.of(request);
    const maxSize =
      body.kind === 'plan-json' ? config.maxPlanSize : config.maxTextSize;
    body.requireSize(maxSize);

    const known = await ingest.findRun(push);
    const result: IngestResult =
      known === undefined
        ? await line.take(() =>
            receive(
              request,
              response,
              push,
              () =>
                observePush(body.read(maxSize), {
                  kind: body.kind,
                  exitCode: push.exitCode,
                }),
              receivedAt,
            ),
          )
        : {
            scanId: known,
            targetId: ingest.targetIdOf(push),
            replayed: true,
          };
    const { scanId, targetId, replayed } = result;
    response.status(202).json({ scanId, targetId, replayed });
    discardRest(request);
  });

  router.use(letAnswerBeRead());
  return router;
}

/** A sender whose upload is refused is still sending. */
function letAnswerBeRead(): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (
      error instanceof RefusedRequest &&
      error.statusCode === 429 &&
      !response.hasHeader('Retry-After')
    ) {
      response.set('Retry-After', String(RETRY_AFTER_SECONDS));
    }
    response.once('finish', () => discardRest(request));
    next(error);
  };
}

function credentialsOf(response: Response): BackstageCredentials {
  return response.locals.credentials;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function parameter(name: string): string {
  return `Parameter '${name}'`;
}

/** Express' own reader makes objects of brackets and lists of repeats. */
function readQuery(request: Request): Map<string, string> {
  const start = request.url.indexOf('?');
  const query = new URLSearchParams(
    start < 0 ? '' : request.url.slice(start + 1),
  );
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    if (values.has(name)) {
      throw new InputError(`${parameter(name)} is there twice`);
    }
    values.set(name, value);
  }
  return values;
}
