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

import { readFile } from 'node:fs/promises';
import type { PlanOrigin } from '@infra-hub/backstage-plugin-drift-common';
import { systemReason } from '../observe';

/** Wrong use of the options about the portal. */
export class PortalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'PortalError';
  }
}

/**
 * Where plans are sent to.
 *
 * @param base - base URL of the Backstage backend, also with `/api/drift`.
 * @throws PortalError when it is no address to send a token to.
 */
export function ingestUrl(
  base: string,
  options: { insecureHttp?: boolean },
): URL {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new PortalError('The --url is no http or https address.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new PortalError(
      'The --url must not hold a user or password; the token comes from DRIFT_TOKEN.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new PortalError('The --url must end with its path.');
  }
  if (
    url.protocol === 'http:' &&
    !isLoopback(url.hostname) &&
    !options.insecureHttp
  ) {
    throw new PortalError(
      'The --url is http, which would send the token readable; use https, or --insecure-http if you mean it.',
    );
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/api\/drift$/, '');
  url.pathname = `${path}/api/drift/ingest/plan`;
  return url;
}

/** The address that reports one module. */
export function ingestUrlOf(
  ingest: URL,
  report: PlanOrigin & { module: string; client?: string; exitCode?: number },
): URL {
  const url = new URL(ingest);
  for (const name of [
    'module',
    'client',
    'exitCode',
    'runUrl',
    'commit',
    'actor',
    'runId',
  ] as const) {
    const value = report[name];
    if (value !== undefined) {
      url.searchParams.set(name, String(value));
    }
  }
  return url;
}

/**
 * The token of the portal, which never is an argument: those are seen in lists of
 * processes and in logs.
 *
 * @throws PortalError when there is none.
 */
export async function readToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const token = (
    file === undefined
      ? environment.DRIFT_TOKEN ?? ''
      : await readTokenFile(file)
  ).trim();
  if (token === '') {
    throw new PortalError(
      file === undefined
        ? 'There is no token: set the environment variable DRIFT_TOKEN, or use --token-file.'
        : `The token file ${file} is empty.`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new PortalError(
      'The token holds characters that no token has; look for line breaks and quotes.',
    );
  }
  return token;
}

async function readTokenFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PortalError(
      `The token file ${file} could not be read: ${systemReason(error)}.`,
    );
  }
}

export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}
