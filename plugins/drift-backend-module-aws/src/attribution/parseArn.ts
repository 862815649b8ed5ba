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

/** Parts of an Amazon Resource Name. */
export interface Arn {
  service: string;
  region?: string;
  account?: string;
  /** Last part of it, as CloudTrail names most resources: `shop-db`. */
  name: string;
}

export function parseArn(text: string): Arn | undefined {
  const match =
    /^arn:aws[a-z-]*:([a-z0-9-]+):([a-z0-9-]*):(\d{12})?:(\S+)$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [, service, region, account, resource] = match;
  const name = resource.split(/[:/]/).at(-1) ?? '';
  return {
    service,
    ...(region !== '' && { region }),
    ...(account !== undefined && { account }),
    name: name === '' || name === '*' ? resource : name,
  };
}
