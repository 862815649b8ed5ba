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
  GetBucketAclCommand,
  GetBucketPolicyStatusCommand,
} from '@aws-sdk/client-s3';
import { GetPublicAccessBlockCommand } from '@aws-sdk/client-s3-control';
import type { JsonObject } from '@backstage/types';
import { CloudDocument } from '@infra-hub/backstage-plugin-drift-node';
import { applyCloudWrites } from '@infra-hub/drift-engine';
import { takeTurns } from '../client/takeTurns';
import {
  ACCESS_LIST,
  ACCOUNT_BLOCK,
  ignoresAccessLists,
  isPublicBucket,
  letsEverybodyIn,
  POLICY_STATUS,
  restrictsPolicy,
} from '../kinds/publicBucket';
import { Incomplete, tellUnread } from './Supplement';

/** One question to S3. */
interface Question {
  /** Where the answer stands in the document. */
  pointer: string;
  /** Whether the answer would make a difference, by what is known. */
  matters(document: JsonObject): boolean;
  /** What is asked for, after "… could not be read". */
  title: string;
  /** What asking takes. */
  permission: string;
  /** Error by which S3 says that there is none, and what that means. */
  none?: { name: string; means: JsonObject };
  ask(of: Incomplete): Promise<JsonObject | undefined>;
}

const QUESTIONS: readonly Question[] = [
  {
    pointer: ACCOUNT_BLOCK,
    matters: () => true,
    title: 'The block of public access of the account',
    permission: 's3:GetAccountPublicAccessBlock',
    none: { name: 'NoSuchPublicAccessBlockConfiguration', means: {} },
    ask: async ({ clients, door, context: { signal, turn } }) => {
      const answer = await clients
        .s3Control(door)
        .send(
          takeTurns(
            new GetPublicAccessBlockCommand({ AccountId: door.account.id }),
            turn,
          ),
          { abortSignal: signal },
        );
      return (
        answer.PublicAccessBlockConfiguration && {
          ...answer.PublicAccessBlockConfiguration,
        }
      );
    },
  },
  {
    pointer: POLICY_STATUS,
    matters: document => !restrictsPolicy(document),
    title: 'Whether its policy lets everybody in',
    permission: 's3:GetBucketPolicyStatus',
    none: { name: 'NoSuchBucketPolicy', means: { IsPublic: false } },
    ask: async ({ clients, door, looked, context: { signal, turn } }) => {
      const answer = await clients.s3(door).send(
        takeTurns(
          new GetBucketPolicyStatusCommand({
            Bucket: looked.id,
            ExpectedBucketOwner: door.account.id,
          }),
          turn,
        ),
        { abortSignal: signal },
      );
      const isPublic = answer.PolicyStatus?.IsPublic;
      return isPublic === undefined ? undefined : { IsPublic: isPublic };
    },
  },
  {
    pointer: ACCESS_LIST,
    matters: document => !ignoresAccessLists(document),
    title: 'Its access list',
    permission: 's3:GetBucketAcl',
    ask: async ({ clients, door, looked, context: { signal, turn } }) => {
      const answer = await clients.s3(door).send(
        takeTurns(
          new GetBucketAclCommand({
            Bucket: looked.id,
            ExpectedBucketOwner: door.account.id,
          }),
          turn,
        ),
        { abortSignal: signal },
      );
      return (
        answer.Grants && {
          Grants: answer.Grants.map(({ Grantee, Permission }) => ({
            Grantee: { Type: Grantee?.Type, URI: Grantee?.URI },
            Permission,
          })),
        }
      );
    },
  },
];

const SINGLE_OBJECTS =
  'Access lists count for this bucket, so that single objects may be public; nobody looks at those.';

const UNLESS_BLOCKED =
  'It lets everybody in, unless that block keeps them out.';

/**
 * Adds to the document of a bucket what only S3 itself tells of who may read it,
 * as far as the document leaves that open.
 */
export async function readBucketAccess(
  incomplete: Incomplete,
): Promise<CloudDocument> {
  const { looked, judge } = incomplete;
  let { document } = looked;
  const reasons: string[] = [];
  for (const question of QUESTIONS) {
    if (isPublicBucket(document) === undefined && question.matters(document)) {
      const { pointer, title } = question;
      try {
        const value = await question.ask(incomplete);
        if (value === undefined) {
          reasons.push(`${title} could not be read: AWS answered without it.`);
        }
        document = applyCloudWrites(document, [{ pointer, value }]);
      } catch (error) {
        const failure = await judge(error);
        if (failure.name === question.none?.name) {
          const value = question.none.means;
          document = applyCloudWrites(document, [{ pointer, value }]);
        } else {
          reasons.push(tellUnread(question, failure));
        }
      }
    }
  }
  if (letsEverybodyIn(document)) {
    reasons.push(UNLESS_BLOCKED);
  }
  return {
    ...looked,
    document,
    ...(isPublicBucket(document) === undefined && {
      untoldBecause: {
        publicAccess: reasons.join(' ') || SINGLE_OBJECTS,
      },
    }),
  };
}
