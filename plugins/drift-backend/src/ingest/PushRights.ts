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
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { driftReportIngestPermission } from '@infra-hub/backstage-plugin-drift-common';
import { RefusedRequest } from '../http/RefusedRequest';
import { TokenEntry } from './readIngestConfig';

const NO_CLIENT = '-';

/** What a push is about. */
export interface PushedModule {
  module: string;
  client?: string;
}

/**
 * Who may push what.
 *
 * @remarks
 * The permission says who may push at all; entries narrow a principal to the
 * clients and modules that are its own, so that one team's token cannot write
 * another's module.
 */
export class PushRights {
  readonly #permissions: PermissionsService;
  readonly #entries: TokenRule[];
  readonly #requireEntry: boolean;
  readonly #clients: ReadonlySet<string> | undefined;

  constructor(options: {
    permissions: PermissionsService;
    tokens: TokenEntry[];
    requireTokenEntry: boolean;
    clients?: string[];
  }) {
    this.#permissions = options.permissions;
    this.#entries = options.tokens.map(entry => ({
      subject: toMatcher([entry.subject]),
      client: toMatcher(entry.clients ?? ['*']),
      module: toMatcher(entry.modules ?? ['*']),
    }));
    this.#requireEntry = options.requireTokenEntry;
    this.#clients = options.clients && new Set(options.clients);
  }

  /** @throws NotAllowedError when the caller may push nothing at all */
  async requirePush(credentials: BackstageCredentials): Promise<void> {
    const [decision] = await this.#permissions.authorize(
      [{ permission: driftReportIngestPermission }],
      { credentials },
    );
    if (decision?.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError('You are not allowed to push plans');
    }
  }

  /**
   * @throws NotAllowedError when the module is not the caller's
   * @throws RefusedRequest when nobody knows the client
   */
  requireModule(
    credentials: BackstageCredentials,
    { module, client = NO_CLIENT }: PushedModule,
  ): void {
    const subject = subjectOf(credentials) ?? '';
    const entries = this.#entries.filter(entry => entry.subject(subject));
    const whose =
      client === NO_CLIENT
        ? `module '${module}' without a client`
        : `module '${module}' of client '${client}'`;
    if (entries.length === 0 ? this.#requireEntry : !entries.some(allows)) {
      throw new NotAllowedError(
        `This token is not allowed to push plans of ${whose}`,
      );
    }
    if (client !== NO_CLIENT && this.#clients && !this.#clients.has(client)) {
      throw new RefusedRequest(
        422,
        `The client '${client}' is not known here; the administrator keeps the list in drift.ingest.clients`,
      );
    }

    function allows(entry: TokenRule): boolean {
      return entry.client(client) && entry.module(module);
    }
  }
}

type Matcher = (text: string) => boolean;

interface TokenRule {
  subject: Matcher;
  client: Matcher;
  module: Matcher;
}

/** Entity ref of the user, or subject of the service. */
export function subjectOf(
  credentials: BackstageCredentials,
): string | undefined {
  const principal = credentials.principal as {
    userEntityRef?: string;
    subject?: string;
  };
  return principal.userEntityRef ?? principal.subject;
}

/** `*` stands for any text. */
function toMatcher(globs: string[]): Matcher {
  const patterns = globs.map(
    glob =>
      new RegExp(
        `^${glob
          .split('*')
          .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
          .join('.*')}$`,
        's',
      ),
  );
  return text => patterns.some(pattern => pattern.test(text));
}
