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

import { posix } from 'node:path';
import { InputError } from '@backstage/errors';

/**
 * A path below a location root, in normal form (`.` for the root itself).
 *
 * @param where - What holds the path, for the message, e.g. `annotation infra-hub.io/terraform-dir`.
 * @throws InputError for everything that is not plainly a path below the root.
 */
export function parseModulePath(text: string, where: string): string {
  const path = text.trim();
  const refuse = (reason: string) =>
    new InputError(`The ${where} ${reason}: ${JSON.stringify(path)}`);

  if (path === '') {
    throw new InputError(`The ${where} is empty`);
  }
  if (path.length > 1024) {
    throw new InputError(`The ${where} is longer than 1024 characters`);
  }
  if (hasInvisibleCharacters(path)) {
    throw refuse('holds control or invisible characters');
  }
  if (path.includes('\\')) {
    throw refuse('must use / between directories');
  }
  if (path.startsWith('/') || path.startsWith('~') || /^[a-z]:/i.test(path)) {
    throw refuse('must be relative to the location of the entity');
  }
  const normal = posix.normalize(path).replace(/\/+$/, '');
  if (normal === '..' || normal.startsWith('../')) {
    throw refuse('must not lead out of the location of the entity');
  }
  if (normal.split('/').some(segment => segment.startsWith('-'))) {
    throw refuse('must not have a part that starts with -');
  }
  return normal;
}

/** @throws InputError when it is not a name that Terraform would accept. */
export function parseWorkspace(text: string, where: string): string {
  const workspace = text.trim();
  if (
    !/^[A-Za-z0-9_.~][A-Za-z0-9_.~-]*$/.test(workspace) ||
    /^\.+$/.test(workspace) ||
    workspace.length > 90
  ) {
    throw new InputError(
      `The ${where} is not the name of a Terraform workspace: ${JSON.stringify(
        workspace,
      )}`,
    );
  }
  return workspace;
}

/** @throws InputError when it cannot be part of a target id. */
export function parseClient(text: string, where: string): string {
  const client = text.trim();
  if (client === '' || client.length > 100) {
    throw new InputError(`The ${where} must have 1 to 100 characters`);
  }
  if (
    client === '-' ||
    client.includes('/') ||
    hasInvisibleCharacters(client)
  ) {
    throw new InputError(
      `The ${where} must not be "-" and must not hold / or control characters: ${JSON.stringify(
        client,
      )}`,
    );
  }
  return client;
}

/** @throws InputError when it cannot be part of a target id. */
export function parseModuleName(text: string, where: string): string {
  const name = text.trim();
  if (name === '' || name.length > 255 || hasInvisibleCharacters(name)) {
    throw new InputError(
      `The ${where} must have 1 to 255 characters, none of them invisible`,
    );
  }
  return name;
}

function hasInvisibleCharacters(text: string): boolean {
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}
