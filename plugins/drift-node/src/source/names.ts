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

import { InputError } from '@backstage/errors';

/**
 * The id of a tenant, which is part of URLs and target ids.
 *
 * @param where - Begins the sentence about what is wrong, e.g. the key of the configuration.
 * @throws InputError when it cannot be one
 *
 * @public
 */
export function parseTenantId(text: string, where: string): string {
  const id = text.trim();
  if (!/^[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/.test(id)) {
    throw new InputError(
      `${where} must have 1 to 100 letters, digits, ".", "_" and "-" and begin and end with a letter or digit`,
    );
  }
  return id;
}

/**
 * The name of a client, which is part of target ids.
 *
 * @param where - Begins the sentence about what is wrong.
 * @throws InputError when it cannot be one
 *
 * @public
 */
export function parseClient(text: string, where: string): string {
  const client = text.trim();
  if (
    client === '' ||
    client.length > 100 ||
    client === '-' ||
    /[/\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(client)
  ) {
    throw new InputError(
      `${where} must have 1 to 100 characters, must not be "-" and must not hold / or control characters`,
    );
  }
  return client;
}
