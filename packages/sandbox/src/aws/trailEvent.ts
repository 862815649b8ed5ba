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

import { randomUUID } from 'node:crypto';
import { JsonObject } from '../cloud/json';
import { AwsIdentity, StoredAwsEvent } from './AwsState';

/** An event as CloudTrail keeps it. */
export function trailEvent(options: {
  accountId: string;
  region: string;
  at: Date;
  user: AwsIdentity;
  /** The service that sent the request on somebody's behalf. */
  invokedBy?: string;
  source: string;
  name: string;
  parameters: JsonObject;
  resources: StoredAwsEvent['resources'];
}): StoredAwsEvent {
  const { accountId, region, at, user, invokedBy, source, name, resources } =
    options;
  const id = randomUUID();
  // The log knows seconds and nothing smaller.
  const time = Math.floor(at.getTime() / 1000) * 1000;
  const isConsole = user.accessKeyId === undefined;
  const browser = isConsole ? 'Mozilla/5.0' : 'aws-sdk-js/3';
  return {
    id,
    region,
    time,
    source,
    name,
    readOnly: false,
    identity: user,
    resources,
    record: {
      eventVersion: '1.09',
      userIdentity: {
        type: 'IAMUser',
        principalId: `AIDA${user.userName.toUpperCase().replace(/\W/g, '')}`,
        arn: `arn:aws:iam::${accountId}:user/${user.userName}`,
        accountId,
        ...(user.accessKeyId !== undefined && {
          accessKeyId: user.accessKeyId,
        }),
        userName: user.userName,
        ...(invokedBy !== undefined && { invokedBy }),
      },
      eventTime: new Date(time).toISOString().replace('.000Z', 'Z'),
      eventSource: source,
      eventName: name,
      awsRegion: region,
      sourceIPAddress: invokedBy ?? '127.0.0.1',
      userAgent: invokedBy ?? browser,
      requestParameters: options.parameters,
      responseElements: null,
      requestID: randomUUID(),
      eventID: id,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: accountId,
      eventCategory: 'Management',
      ...(isConsole && { sessionCredentialFromConsole: 'true' }),
    },
  };
}
