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

import { mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UrlReaderService } from '@backstage/backend-plugin-api';
import { InputError, toError } from '@backstage/errors';
import {
  isBelow,
  LocationPolicy,
} from '@infra-hub/backstage-plugin-drift-node';
import { ModuleLocation } from '../targets/ModuleLocation';
import { parseModulePath } from '../targets/modulePath';
import { abortable } from '../runner/Mutex';
import {
  copyTree,
  LEFT_OUT,
  removeEscapingLinks,
  TreeLimits,
  TreeMeter,
} from './copyTree';

export interface CheckedOutModule {
  /** Absolute path of the root module in the private copy. */
  moduleDir: string;
  /** Whole sentences for people. */
  warnings: string[];
  /** Commit of the code, where its host tells. */
  commit?: string;
}

/** The hosts of integrations give the commit that they packed as the ETag. */
const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

interface Fetched {
  skippedLinks: number;
  commit?: string;
}

/** Gets a private copy of the code of a module. */
export class CodeCheckout {
  readonly #urlReader: UrlReaderService;
  readonly #policy: LocationPolicy;
  readonly #limits: TreeLimits;

  constructor(options: {
    urlReader: UrlReaderService;
    policy: LocationPolicy;
    limits: TreeLimits;
  }) {
    this.#urlReader = options.urlReader;
    this.#policy = options.policy;
    this.#limits = options.limits;
  }

  /**
   * @param directory - Where the copy goes; does not exist yet.
   * @throws InputError or NotAllowedError when there is no such code or it may not be read.
   */
  async checkOut(
    location: ModuleLocation,
    directory: string,
    signal: AbortSignal,
  ): Promise<CheckedOutModule> {
    // Stored locations may be older than the configuration: ask again.
    this.#policy.assertAllowed(location);
    const dir = parseModulePath(location.dir, 'directory of the module');
    await mkdir(directory, { mode: 0o700 });
    const { skippedLinks, commit }: Fetched =
      location.type === 'url'
        ? await this.#download(location.root, directory, signal)
        : await copyTree({
            from: location.root,
            to: directory,
            limits: this.#limits,
            signal,
          });
    const warnings =
      skippedLinks > 0
        ? [
            `${skippedLinks} symbolic ${
              skippedLinks === 1 ? 'link that leads' : 'links that lead'
            } out of the code or nowhere ${
              skippedLinks === 1 ? 'was' : 'were'
            } left out.`,
          ]
        : [];
    return {
      moduleDir: await moduleDirectory(directory, dir),
      warnings,
      ...(commit === undefined ? {} : { commit }),
    };
  }

  async #download(
    url: string,
    directory: string,
    signal: AbortSignal,
  ): Promise<Fetched> {
    const meter = new TreeMeter(this.#limits);
    const read = async () => {
      const tree = await this.#urlReader.readTree(url, {
        signal,
        // Must not throw: the reader of zip archives would never settle.
        filter: (path, info) => {
          if (path.split('/').some(part => LEFT_OUT.has(part))) {
            return false;
          }
          meter.add(info?.size ?? 0);
          return meter.problem === undefined;
        },
      });
      await tree.dir({ targetDir: directory });
      return tree.etag;
    };
    const etag = await abortable(read(), signal);
    if (meter.problem) {
      throw new InputError(meter.problem);
    }
    return {
      skippedLinks: await removeEscapingLinks(directory),
      ...(COMMIT.test(etag) ? { commit: etag } : {}),
    };
  }
}

async function moduleDirectory(root: string, dir: string): Promise<string> {
  const missing = () =>
    new InputError(`There is no directory ${JSON.stringify(dir)} in the code`);
  const realRoot = await realpath(root);
  let path: string;
  try {
    path = await realpath(join(realRoot, dir));
  } catch (error) {
    throw (toError(error) as NodeJS.ErrnoException).code === 'ENOENT'
      ? missing()
      : error;
  }
  if (!isBelow(realRoot, path) || !(await stat(path)).isDirectory()) {
    throw missing();
  }
  return path;
}
