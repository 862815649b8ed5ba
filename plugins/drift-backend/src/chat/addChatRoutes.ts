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
} from '@backstage/backend-plugin-api';
import { Router } from 'express';
import { audited } from '../http/audited';
import { limitRate } from '../http/limitRate';
import { DriftService } from '../service/DriftService';
import { Answerer } from './Answerer';
import { describeDriftStatus } from './describeDriftStatus';

const QUESTIONS_PER_MINUTE = 20;

/** Adds the routes for chats: the drift status as text, and questions. */
export function addChatRoutes(
  router: Router,
  options: {
    service: DriftService;
    answerer: Answerer;
    httpAuth: HttpAuthService;
    auditor: AuditorService;
    now?: () => Date;
  },
): void {
  const { service, answerer, httpAuth, auditor } = options;
  const now = options.now ?? (() => new Date());
  const limit = limitRate({
    perMinute: QUESTIONS_PER_MINUTE,
    callerOf: async request => callerOf(await httpAuth.credentials(request)),
    refusal: `At most ${QUESTIONS_PER_MINUTE} questions a minute are answered, ask again later`,
  });

  router.get('/context', async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { client } = request.query as { client?: string[] };
    const text = await describeDriftStatus({
      client,
      service,
      credentials,
      now: now(),
    });
    response.vary('Accept');
    if (request.accepts(['application/json', 'text/plain']) === 'text/plain') {
      response.type('text/plain').send(text);
    } else {
      response.json({ text });
    }
  });

  router.post('/ask', limit, async (request, response) => {
    const credentials = await httpAuth.credentials(request);
    const { question, client } = request.body as {
      question: string;
      client?: string;
    };
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    // Questions are not kept: people paste what should not be kept.
    const answer = await audited(
      auditor,
      {
        eventId: 'question-ask',
        severityLevel: 'low',
        request,
        meta: { ...(client !== undefined && { client }) },
      },
      () =>
        answerer.answer({ question, client, credentials, signal: gone.signal }),
      ({ answeredBy, targets }) => ({
        answeredBy: answeredBy.kind,
        targetIds: targets.map(({ id }) => id),
      }),
    );
    response.json(answer);
  });
}

/** Entity ref of the user, or name of the service. */
function callerOf(credentials: BackstageCredentials): string {
  const principal = credentials.principal as {
    type?: string;
    userEntityRef?: string;
    subject?: string;
  };
  return `${principal.type}:${principal.userEntityRef ?? principal.subject}`;
}
