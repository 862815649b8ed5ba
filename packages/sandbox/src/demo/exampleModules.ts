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

import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEFAULT_ENDPOINT } from '../cloud/startCloud';

/**
 * One of the example modules: a root module of a client.
 *
 * @public
 */
export interface ExampleModule {
  client: string;
  /** E.g. `tf-sandbox-aks`. */
  name: string;
  /** Below the repository, e.g. `examples/clients/acme/tf-sandbox-aks`. */
  path: string;
}

const modules: readonly [client: string, name: string][] = [
  ['acme', 'tf-sandbox-vnet'],
  ['acme', 'tf-sandbox-aks'],
  ['acme', 'tf-sandbox-storage'],
  ['globex', 'tf-sandbox-sql'],
];

/**
 * The modules of the demonstration, in the order in which they are applied.
 *
 * @public
 */
export const exampleModules: readonly ExampleModule[] = modules.map(
  ([client, name]) => ({
    client,
    name,
    path: `examples/clients/${client}/${name}`,
  }),
);

/**
 * Root of the repository that this package is part of.
 *
 * @public
 */
export function repositoryRoot(): string {
  const manifest = require.resolve('@infra-hub/drift-sandbox/package.json');
  return dirname(dirname(dirname(manifest)));
}

/**
 * Copies the `examples` directory and makes the copy speak to another address
 * than {@link DEFAULT_ENDPOINT}.
 *
 * @public
 */
export async function copyExamples(options: {
  /** Becomes the copy of `examples`. */
  to: string;
  /** E.g. `http://127.0.0.1:41234`. */
  endpoint: string;
  /** Defaults to {@link repositoryRoot}. */
  rootDir?: string;
}): Promise<void> {
  const { to, endpoint, rootDir = repositoryRoot() } = options;
  await cp(join(rootDir, 'examples'), to, {
    recursive: true,
    filter: source => !/[/\\]\.terraform(\.lock\.hcl)?$/.test(source),
  });
  await retarget(to, endpoint);
}

/** Copies one module, ready to be planned and applied against a cloud. */
export async function copyModule(options: {
  rootDir: string;
  module: ExampleModule;
  to: string;
  endpoint: string;
}): Promise<void> {
  const { rootDir, module, to, endpoint } = options;
  await cp(join(rootDir, module.path), to, {
    recursive: true,
    filter: source => !/[/\\]\.terraform(\.lock\.hcl)?$/.test(source),
  });
  await retarget(to, endpoint);
}

async function retarget(dir: string, endpoint: string): Promise<void> {
  if (endpoint === DEFAULT_ENDPOINT) {
    return;
  }
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && entry.name.endsWith('.tf')) {
      const file = join(entry.parentPath, entry.name);
      const content = await readFile(file, 'utf8');
      await writeFile(file, content.replaceAll(DEFAULT_ENDPOINT, endpoint));
    }
  }
}
