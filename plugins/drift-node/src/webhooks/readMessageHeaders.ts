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

import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

const OWN_HEADERS = /^(?:webhook-.*|content-.*|host|connection|user-agent)$/i;

/**
 * Reads the `headers` that an operator adds to the messages of a webhook.
 *
 * @param key - where the webhook stands in the configuration, for messages
 *
 * @throws InputError that names the header, never its value
 *
 * @public
 */
export function readMessageHeaders(
  config: Config,
  key: string,
): Record<string, string> {
  const headers: Record<string, string> = {};
  const section = config.getOptionalConfig('headers');
  for (const name of section?.keys() ?? []) {
    const value = section?.getString(name) ?? '';
    if (OWN_HEADERS.test(name) || !canBeSent(name, value)) {
      throw new InputError(
        `The configuration '${key}.headers.${name}' is not a header that can be set`,
      );
    }
    headers[name] = value;
  }
  return headers;
}

function canBeSent(name: string, value: string): boolean {
  try {
    return new Headers({ [name]: value }).has(name);
  } catch {
    return false;
  }
}
