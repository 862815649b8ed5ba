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
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
} from '@aws-sdk/client-elasticache';
import { CloudDocument } from '@infra-hub/backstage-plugin-drift-node';
import { applyCloudWrites } from '@infra-hub/drift-engine';
import { takeTurns } from '../client/takeTurns';
import { NODE_VERSION } from '../kinds/elasticache';
import { Incomplete, tellUnread } from './Supplement';

const GROUP = {
  title: 'Which nodes the group has',
  permission: 'elasticache:DescribeReplicationGroups',
};
const NODE = {
  title: 'The version of its nodes',
  permission: 'elasticache:DescribeCacheClusters',
};

/**
 * Adds to the document of a replication group the version of its nodes, which all
 * have the same one but during an upgrade.
 */
export async function readGroupVersion(
  incomplete: Incomplete,
): Promise<CloudDocument> {
  const { looked, judge } = incomplete;
  let asked = GROUP;
  try {
    const node = await firstNode(incomplete);
    asked = NODE;
    const version = node && (await versionOf(node, incomplete));
    return version === undefined
      ? untold(
          looked,
          `${asked.title} could not be read: AWS answered without it.`,
        )
      : {
          ...looked,
          document: applyCloudWrites(looked.document, [
            { pointer: NODE_VERSION, value: version },
          ]),
        };
  } catch (error) {
    return untold(looked, tellUnread(asked, await judge(error)));
  }
}

async function firstNode({
  clients,
  door,
  looked,
  context: { signal, turn },
}: Incomplete): Promise<string | undefined> {
  const answer = await clients
    .elastiCache(door)
    .send(
      takeTurns(
        new DescribeReplicationGroupsCommand({ ReplicationGroupId: looked.id }),
        turn,
      ),
      { abortSignal: signal },
    );
  return answer.ReplicationGroups?.[0]?.MemberClusters?.[0];
}

async function versionOf(
  node: string,
  { clients, door, context: { signal, turn } }: Incomplete,
): Promise<string | undefined> {
  const answer = await clients
    .elastiCache(door)
    .send(
      takeTurns(
        new DescribeCacheClustersCommand({ CacheClusterId: node }),
        turn,
      ),
      { abortSignal: signal },
    );
  return answer.CacheClusters?.[0]?.EngineVersion;
}

function untold(looked: CloudDocument, reason: string): CloudDocument {
  return { ...looked, untoldBecause: { version: reason } };
}
