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

import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { InputError, toError } from '@backstage/errors';

/**
 * Where code or manifests are.
 *
 * @public
 */
export interface SourceLocation {
  /** `url`: read through the UrlReader service. `file`: a directory of this machine. */
  type: 'url' | 'file';
  /** URL of a directory, or absolute path. */
  root: string;
}

/**
 * What {@link LocationPolicy} allows.
 *
 * @public
 */
export interface LocationPolicyOptions {
  /** Where the configuration says it, such as `drift.terraform`; for messages. */
  configKey: string;
  /** Directories below which `file:` locations may be. */
  allowedRoots: readonly string[];
  /** URL prefixes below which `url:` locations may be; all that the integrations can read when absent. */
  allowedUrls?: readonly string[];
  /** Directories that the configuration itself names. */
  configuredRoots?: readonly string[];
}

/**
 * Decides which code or manifests may be read. Some sources run what they read,
 * so this is a question of trust, not of tidiness.
 *
 * @public
 */
export class LocationPolicy {
  readonly #options: LocationPolicyOptions;

  constructor(options: LocationPolicyOptions) {
    this.#options = options;
  }

  /** @throws InputError when the location may not be read. */
  assertAllowed(location: SourceLocation): void {
    if (location.type === 'url') {
      this.#assertUrl(location.root);
    } else {
      this.#assertFile(location.root);
    }
  }

  #assertUrl(text: string): void {
    const url = parseHttpUrl(text);
    const prefixes = this.#options.allowedUrls;
    if (prefixes && !prefixes.some(prefix => isBelowUrl(prefix, url))) {
      throw new InputError(
        `${url.origin}${url.pathname} is not below any URL in ${
          this.#options.configKey
        }.allowedUrls`,
      );
    }
  }

  #assertFile(root: string): void {
    if (!isAbsolute(root)) {
      throw new InputError('A file location must be an absolute path');
    }
    const real = realPath(root);
    const allowed = [
      ...this.#options.allowedRoots,
      ...(this.#options.configuredRoots ?? []),
    ];
    if (!allowed.some(directory => isBelow(realPath(directory), real))) {
      throw new InputError(
        `The directory is not below any directory in ${
          this.#options.configKey
        }.allowedRoots`,
      );
    }
  }
}

/**
 * Reads an address.
 *
 * @throws InputError when it is not a URL that may be stored and shown.
 * @public
 */
export function parseHttpUrl(text: string): URL {
  if (!URL.canParse(text)) {
    throw new InputError('The location is not a URL');
  }
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InputError(`A ${url.protocol} URL cannot be scanned`);
  }
  if (url.username || url.password) {
    throw new InputError('The URL must not hold credentials');
  }
  return url;
}

/**
 * Same origin, and the same path or one below it.
 *
 * @public
 */
export function isBelowUrl(prefix: string, url: URL): boolean {
  const allowed = new URL(prefix);
  const base = allowed.pathname.endsWith('/')
    ? allowed.pathname
    : `${allowed.pathname}/`;
  return (
    allowed.origin === url.origin &&
    (`${url.pathname}/`.startsWith(base) || url.pathname === allowed.pathname)
  );
}

/**
 * Whether a path is a directory or something below it. Both absolute and without symbolic links.
 *
 * @public
 */
export function isBelow(directory: string, path: string): boolean {
  const way = relative(directory, path);
  return (
    way === '' ||
    (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
  );
}

function realPath(path: string): string {
  try {
    return realpathSync(resolve(path));
  } catch (error) {
    // What does not exist cannot be scanned, which the scan says better; only the place is judged here.
    if ((toError(error) as NodeJS.ErrnoException).code === 'ENOENT') {
      return resolve(path);
    }
    throw error;
  }
}
