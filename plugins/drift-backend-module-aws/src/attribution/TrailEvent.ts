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

import type { Event } from '@aws-sdk/client-cloudtrail';
import type { JsonObject } from '@backstage/types';
import { z } from 'zod';

const record = z.record(z.string(), z.json());

/** As far as it is needed, of an event of CloudTrail. */
const trailRecord = z.object({
  awsRegion: z.string().optional(),
  errorCode: z.string().optional(),
  eventID: z.string(),
  eventName: z.string(),
  eventSource: z.string().optional(),
  eventTime: z.string(),
  readOnly: z.union([z.boolean(), z.string()]).optional(),
  requestParameters: record.nullish(),
  sessionCredentialFromConsole: z.union([z.boolean(), z.string()]).optional(),
  userAgent: z.string().nullish(),
  userIdentity: z
    .object({
      type: z.string().optional(),
      arn: z.string().optional(),
      accountId: z.string().optional(),
      userName: z.string().optional(),
      invokedBy: z.string().optional(),
      sessionContext: z
        .object({
          sessionIssuer: z
            .object({ userName: z.string().optional() })
            .nullish(),
        })
        .nullish(),
    })
    .optional(),
});

/** Something that was changed, by whom and how. */
export interface TrailEvent {
  id: string;
  name: string;
  /** The service that was asked, e.g. `rds`, where the event tells it. */
  service?: string;
  time: Date;
  who: string;
  how: string;
  parameters: JsonObject;
}

/**
 * A change that really happened; undefined for what only read, what was refused,
 * and what cannot be understood.
 */
export function readTrailEvent(event: Event): TrailEvent | undefined {
  const parsed = trailRecord.safeParse(parse(event.CloudTrailEvent));
  if (!parsed.success) {
    return undefined;
  }
  const { data } = parsed;
  const time = new Date(data.eventTime);
  if (
    String(data.readOnly ?? event.ReadOnly) === 'true' ||
    data.errorCode !== undefined ||
    Number.isNaN(time.getTime())
  ) {
    return undefined;
  }
  return {
    id: data.eventID,
    name: data.eventName,
    service: data.eventSource?.replace(/\.amazonaws\.com(?:\.cn)?$/, ''),
    time,
    who: whoOf(data.userIdentity, event.Username),
    how: `${data.eventName} ${toolOf(data)}`,
    parameters: data.requestParameters ?? {},
  };
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

type Identity = z.infer<typeof trailRecord>['userIdentity'];

function whoOf(identity: Identity, username: string | undefined): string {
  const { type, arn, userName, accountId, invokedBy } = identity ?? {};
  if (type === 'AssumedRole' && arn !== undefined) {
    // arn:aws:sts::<account>:assumed-role/<role>/<session>
    const [role, session] = arn.split('assumed-role/').at(-1)?.split('/') ?? [];
    return session === undefined ? arn : `${session} as ${role}`;
  }
  if (type === 'Root') {
    return `root user of account ${accountId ?? 'unknown'}`;
  }
  return userName ?? arn ?? username ?? invokedBy ?? 'unknown';
}

const TOOLS: readonly { sign: RegExp; words: string }[] = [
  { sign: /cloudformation\.amazonaws\.com/i, words: 'by CloudFormation' },
  {
    sign: /infra-hub-drift/i,
    words: 'by a repair of this drift plugin',
  },
  { sign: /opentofu/i, words: 'by OpenTofu' },
  { sign: /terraform/i, words: 'by Terraform' },
  { sign: /pulumi/i, words: 'by Pulumi' },
  { sign: /cloudcontrolapi?\.amazonaws\.com/i, words: 'by Cloud Control' },
  { sign: /aws-cli|aws-shell|cloudshell/i, words: 'by the AWS CLI' },
  {
    sign: /console\.amazonaws\.com|signin\.amazonaws\.com|^S3Console|^Mozilla\//i,
    words: 'in the console',
  },
  {
    sign: /boto3?\/|aws-sdk|aws-sdk-go|amazon-sdk/i,
    words: 'by a program',
  },
];

function toolOf({
  userAgent,
  userIdentity,
  sessionCredentialFromConsole,
}: z.infer<typeof trailRecord>): string {
  const agent = `${userIdentity?.invokedBy ?? ''} ${userAgent ?? ''}`.trim();
  const service = userIdentity?.invokedBy;
  const known = TOOLS.find(({ sign }) => sign.test(agent));
  if (
    service === undefined &&
    String(sessionCredentialFromConsole) === 'true'
  ) {
    return 'in the console';
  }
  if (known) {
    return known.words;
  }
  return service === undefined
    ? 'by an unknown tool'
    : `by ${service.replace(/[^\w.-]/g, '').slice(0, 100)}`;
}
