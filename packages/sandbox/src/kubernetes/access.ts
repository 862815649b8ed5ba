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

import { StatusError } from './StatusError';

/**
 * What the bearer of a token may do.
 *
 * @public
 */
export interface KubernetesUser {
  /** Bearer token. */
  token: string;
  /** E.g. `system:serviceaccount:drift:reader`. */
  user: string;
  /** Allowed is what any rule allows. */
  rules: KubernetesRule[];
}

/**
 * Like a rule of a role; `*` stands for everything.
 *
 * @public
 */
export interface KubernetesRule {
  /** E.g. `get`, `list`, `watch`, `patch`. */
  verbs: string[];
  /** E.g. `deployments`, `deployments/scale`. */
  resources: string[];
  /** Everywhere when left out; then also what has no namespace. */
  namespaces?: string[];
}

/** What somebody wants to do. */
export interface AccessRequest {
  verb: string;
  group: string;
  /** With subresource, e.g. `deployments/scale`. */
  resource: string;
  namespace: string | undefined;
  name: string | undefined;
}

/** @throws StatusError 401 */
export function authenticate(
  users: readonly KubernetesUser[],
  authorization: string | undefined,
): KubernetesUser {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const found = users.find(user => user.token === token);
  if (!found) {
    throw StatusError.unauthorized();
  }
  return found;
}

export function isAllowed(
  user: KubernetesUser,
  { verb, resource, namespace }: AccessRequest,
): boolean {
  return user.rules.some(
    rule =>
      covers(rule.verbs, verb) &&
      covers(rule.resources, resource) &&
      (rule.namespaces === undefined ||
        (namespace !== undefined && covers(rule.namespaces, namespace))),
  );
}

/** @throws StatusError 403 */
export function authorize(user: KubernetesUser, request: AccessRequest): void {
  if (!isAllowed(user, request)) {
    throw StatusError.forbidden({ user: user.user, ...request });
  }
}

function covers(allowed: string[], wanted: string): boolean {
  return allowed.includes('*') || allowed.includes(wanted);
}
