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

import { CloudPlace } from '@infra-hub/backstage-plugin-drift-node';

/** Names such as `eu-central-1`, `us-gov-west-1`, `ap-southeast-7`, `us-iso-east-1`. */
const REGION = /^[a-z]{2,4}(?:-[a-z]+){1,3}-\d{1,2}$/;

/** The region to ask, or one sentence why there is none. */
export function checkPlace({
  account,
  region: wanted,
}: CloudPlace):
  | { region: string; refusal?: undefined }
  | { region?: undefined; refusal: string } {
  const region = wanted ?? account.regions[0];
  if (region === undefined) {
    return {
      refusal: `No region is said, and the AWS account ${account.name} has no default one.`,
    };
  }
  if (!REGION.test(region)) {
    return { refusal: `${region} is not the name of an AWS region.` };
  }
  return account.regions.length > 0 && !account.regions.includes(region)
    ? {
        refusal: `The region ${region} may not be looked at in the AWS account ${account.name}.`,
      }
    : { region };
}
