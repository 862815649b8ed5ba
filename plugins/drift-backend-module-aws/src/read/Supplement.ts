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

import {
  CloudContext,
  CloudDocument,
} from '@infra-hub/backstage-plugin-drift-node';
import { AwsClients, AwsDoor } from '../client/AwsClients';
import { AwsFailure } from '../client/awsFailure';

/** A resource as Cloud Control tells it, and how its service can be asked for more. */
export interface Incomplete {
  clients: AwsClients;
  door: AwsDoor;
  looked: CloudDocument;
  context: CloudContext;
  /**
   * What a failed request comes to.
   *
   * @throws CloudFailure when the account as a whole cannot be used
   */
  judge(error: unknown): Promise<AwsFailure>;
}

/** Adds to a document what only the service itself tells, or why it does not. */
export type Supplement = (incomplete: Incomplete) => Promise<CloudDocument>;

/** Why something was not read: one sentence. */
export function tellUnread(
  { title, permission }: { title: string; permission: string },
  { kind, sentence }: AwsFailure,
): string {
  return kind === 'forbidden'
    ? `${title} could not be read: that takes the permission ${permission}.`
    : `${title} could not be read. ${sentence}`;
}
