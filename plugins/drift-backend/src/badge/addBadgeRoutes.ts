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
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  HttpRouterService,
} from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import { Request, Response, Router } from 'express';
import { DriftService } from '../service/DriftService';
import { RISK_SCORES, STATUS_RANKS } from '../store/ranks';
import { BadgeState, renderBadge } from './renderBadge';

const TARGET_PATH = '/targets/:targetId/badge.svg';
const ENTITY_PATH = '/entities/:kind/:namespace/:name/badge.svg';
/** An entity has few targets; whoever has more sees what the worst of them are. */
const MAX_TARGETS = 200;
const FRESH_SECONDS = 60;

/** Badges that anybody may see, or only who may see the target. */
export interface BadgeAccess {
  /** Checks the permissions of the caller. */
  service: Pick<DriftService, 'getTarget' | 'listResults'>;
  credentials(request: Request): Promise<BackstageCredentials>;
  isPublic: boolean;
}

/**
 * Access to badges; opens their paths, and no other, to everybody when the
 * configuration says so.
 */
export function createBadgeAccess(options: {
  isPublic: boolean;
  authorizedService: DriftService;
  /** Knows nothing of permissions. */
  service: DriftService;
  auth: AuthService;
  httpAuth: HttpAuthService;
  httpRouter: Pick<HttpRouterService, 'addAuthPolicy'>;
}): BadgeAccess {
  const { isPublic, auth, httpAuth, httpRouter } = options;
  if (!isPublic) {
    return {
      isPublic,
      service: options.authorizedService,
      credentials: request => httpAuth.credentials(request),
    };
  }
  for (const path of [TARGET_PATH, ENTITY_PATH]) {
    httpRouter.addAuthPolicy({ path, allow: 'unauthenticated' });
  }
  return {
    isPublic,
    service: options.service,
    credentials: () => auth.getOwnServiceCredentials(),
  };
}

/** Adds the badges of targets and of entities. */
export function addBadgeRoutes(
  router: Router,
  options: { badges: BadgeAccess },
): void {
  const { badges } = options;

  router.get(TARGET_PATH, async (request, response) => {
    const credentials = await badges.credentials(request);
    const { status, risk, driftedResources } = await badges.service.getTarget({
      targetId: request.params.targetId,
      credentials,
    });
    answer(
      { request, response, badges },
      { status, risk, drifted: driftedResources },
    );
  });

  router.get(ENTITY_PATH, async (request, response) => {
    const credentials = await badges.credentials(request);
    const { kind, namespace, name } = request.params;
    const { items } = await badges.service.listResults({
      query: {
        entityRef: stringifyEntityRef({ kind, namespace, name }),
        limit: MAX_TARGETS,
      },
      credentials,
    });
    if (items.length === 0) {
      throw new NotFoundError('This entity has no targets');
    }
    answer({ request, response, badges }, combine(items));
  });
}

/** Drift counts more than a failed scan beside it; a failed scan more than the rest. */
function combine(
  targets: {
    status: BadgeState['status'];
    risk: BadgeState['risk'];
    driftedResources: number;
  }[],
): BadgeState {
  const worst = targets.reduce((a, b) =>
    STATUS_RANKS[b.status] > STATUS_RANKS[a.status] ? b : a,
  );
  const riskiest = targets.reduce((a, b) =>
    RISK_SCORES[b.risk] > RISK_SCORES[a.risk] ? b : a,
  );
  const isDrifted = targets.some(({ status }) => status === 'drifted');
  return {
    status: isDrifted ? 'drifted' : worst.status,
    risk: riskiest.risk,
    drifted: targets.reduce((sum, target) => sum + target.driftedResources, 0),
  };
}

function answer(
  to: { request: Request; response: Response; badges: BadgeAccess },
  state: BadgeState,
): void {
  const { request, response, badges } = to;
  const { svg, etag } = renderBadge(state);
  response
    .setHeader(
      'Cache-Control',
      `${badges.isPublic ? 'public' : 'private'}, max-age=${FRESH_SECONDS}`,
    )
    .setHeader('ETag', etag)
    .setHeader(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'",
    )
    .setHeader('X-Content-Type-Options', 'nosniff');
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  response.type('image/svg+xml').send(svg);
}
