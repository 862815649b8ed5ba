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

import type { JsonObject } from '@backstage/types';
import { isObject, valueAt } from '../document/valueAt';

/** The bucket's own block, as Cloud Control tells it. */
export const BUCKET_BLOCK = '/PublicAccessBlockConfiguration';

/** Where what only S3 tells is put beside it. */
export const ACCOUNT_BLOCK = '/AccountPublicAccessBlockConfiguration';
export const POLICY_STATUS = '/PolicyStatus';
export const ACCESS_LIST = '/AccessControlList';

/** The whole world, and everybody with any account of AWS. */
const EVERYBODY = new Set([
  'http://acs.amazonaws.com/groups/global/AllUsers',
  'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
]);

/**
 * Whether everybody on the internet may read a bucket, by its policy or its access
 * list; undefined where the document does not tell. Of the blocks of the bucket
 * and of its account, the stricter one holds.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function isPublicBucket(document: JsonObject): boolean | undefined {
  if (letsEverybodyIn(document)) {
    return valueAt(document, ACCOUNT_BLOCK) === undefined ? undefined : true;
  }
  return waysIn(document).includes(undefined) ? undefined : false;
}

/** Whether everybody may read a bucket, unless a block that is not told keeps them out. */
export function letsEverybodyIn(document: JsonObject): boolean {
  return waysIn(document).includes(true);
}

/** Whether a policy that lets everybody in has no effect. */
export function restrictsPolicy(document: JsonObject): boolean {
  return isBlocked(document, 'RestrictPublicBuckets');
}

/** Whether access lists, of objects as well, let nobody in. */
export function ignoresAccessLists(document: JsonObject): boolean {
  const rules = valueAt(document, '/OwnershipControls/Rules');
  return (
    isBlocked(document, 'IgnorePublicAcls') ||
    (Array.isArray(rules) &&
      rules.some(
        rule =>
          isObject(rule) && rule.ObjectOwnership === 'BucketOwnerEnforced',
      ))
  );
}

function waysIn(document: JsonObject): (boolean | undefined)[] {
  return [isOpenByPolicy(document), isOpenByAccessList(document)];
}

function isOpenByPolicy(document: JsonObject): boolean | undefined {
  if (restrictsPolicy(document)) {
    return false;
  }
  const isPublic = valueAt(document, `${POLICY_STATUS}/IsPublic`);
  return typeof isPublic === 'boolean' ? isPublic : undefined;
}

/** Never false for lists that count: those of single objects are not looked at. */
function isOpenByAccessList(document: JsonObject): boolean | undefined {
  if (ignoresAccessLists(document)) {
    return false;
  }
  const grants = valueAt(document, `${ACCESS_LIST}/Grants`);
  return Array.isArray(grants) &&
    grants.some(
      grant =>
        isObject(grant) &&
        isObject(grant.Grantee) &&
        EVERYBODY.has(String(grant.Grantee.URI)),
    )
    ? true
    : undefined;
}

function isBlocked(document: JsonObject, setting: string): boolean {
  return [BUCKET_BLOCK, ACCOUNT_BLOCK].some(
    block => valueAt(document, `${block}/${setting}`) === true,
  );
}
