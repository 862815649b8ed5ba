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

import type { CloudKind } from '@infra-hub/drift-engine';
import { AwsKind } from './AwsKind';
import { dynamoDbTable } from './dynamodb';
import { cacheCluster, replicationGroup, serverlessCache } from './elasticache';
import { dbCluster, dbInstance } from './rds';
import { bucket, fileSystem, volume } from './storage';

/** Types that Cloud Control reads, lists and updates, with what only AWS has. */
export const kindsOfAws: readonly AwsKind[] = [
  dbInstance,
  dbCluster,
  dynamoDbTable,
  replicationGroup,
  cacheCluster,
  serverlessCache,
  volume,
  bucket,
  fileSystem,
];

/**
 * Types of databases and storages on AWS, and where their properties stand in the
 * documents of Cloud Control.
 *
 * @public
 */
export const awsKinds: readonly CloudKind[] = kindsOfAws;
