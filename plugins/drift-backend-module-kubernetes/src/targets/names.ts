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

/** @throws InputError when no cluster can have this name. */
export function parseClusterName(text: string, where: string): string {
  const name = text.trim();
  if (
    !/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,252}$/.test(name) ||
    name.includes('//')
  ) {
    throw new InputError(
      `The ${where} must be the name of a configured cluster, never its address`,
    );
  }
  return name;
}

/** @throws InputError when Kubernetes would not accept it. */
export function parseNamespace(text: string, where: string): string {
  const name = text.trim();
  // RFC 1123 label, as in the Kubernetes documentation of namespaces
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new InputError(
      `The ${where} holds what is not the name of a namespace: ${JSON.stringify(
        name.slice(0, 100),
      )}`,
    );
  }
  return name;
}
