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

import type { JsonValue } from '@backstage/types';
import { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import { AttributionQuery } from '@infra-hub/backstage-plugin-drift-node';
import { isObject } from '../document/valueAt';
import { kindsOfAws } from '../kinds/awsKinds';
import { parseArn } from './parseArn';
import { TrailEvent } from './TrailEvent';

export interface ChosenEvent {
  event: TrailEvent;
  confidence: NonNullable<Attribution['confidence']>;
}

/** Shorter words, such as `id`, are in everything. */
const LEAST_LETTERS = 4;

/**
 * The event that explains the difference: the last one that speaks of a field which
 * differs, else the last one. Confidence as {@link Attribution} has it, and one
 * step less where the change may have happened any time before. Where several people
 * changed the field, none of them is sure to be the one.
 */
export function chooseEvent(
  events: readonly TrailEvent[],
  query: Pick<
    AttributionQuery,
    'address' | 'after' | 'fields' | 'resourceType'
  >,
): ChosenEvent | undefined {
  const newest = [...events].sort(
    (left, right) => right.time.getTime() - left.time.getTime(),
  );
  const words = wordsOf(query);
  const speaking = newest.find(event => speaksOf(event, words));
  const event = speaking ?? newest[0];
  if (!event) {
    return undefined;
  }
  const isSure = query.after !== undefined;
  if (speaking) {
    const people = new Set(
      newest.filter(each => speaksOf(each, words)).map(({ who }) => who),
    );
    if (people.size > 1) {
      return { event, confidence: 'low' };
    }
    return { event, confidence: isSure ? 'high' : 'medium' };
  }
  return {
    event,
    confidence: newest.length === 1 && isSure ? 'medium' : 'low',
  };
}

/** Whether an event is about one of the fields: for pages that are not read yet. */
export function speaksOfFields(
  event: TrailEvent,
  query: Pick<AttributionQuery, 'address' | 'fields' | 'resourceType'>,
): boolean {
  return speaksOf(event, wordsOf(query));
}

/** Services whose resources have names that others may have as well. */
const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB: 'dynamodb',
  EC2: 'ec2',
  EFS: 'elasticfilesystem',
  ElastiCache: 'elasticache',
  RDS: 'rds',
  S3: 's3',
};

/** Services that change resources of others. */
const OTHERS = ['backup', 'cloudcontrolapi', 'cloudformation', 'tagging'];

/** Whether an event may be about the resource, and not another one of its name. */
export function isOfService(
  { service }: TrailEvent,
  { address, resourceIds }: Pick<AttributionQuery, 'address' | 'resourceIds'>,
): boolean {
  const said = [
    SERVICES[kindOf(address)?.kind.split('::')[1] ?? ''],
    ...resourceIds.map(id => parseArn(id)?.service),
  ].find(each => each !== undefined && Object.values(SERVICES).includes(each));
  return (
    said === undefined ||
    service === undefined ||
    service === said ||
    OTHERS.includes(service)
  );
}

function kindOf(address: string) {
  return kindsOfAws.find(({ kind }) => address.startsWith(`${kind}/`));
}

function wordsOf({
  address,
  fields,
  resourceType,
}: Pick<AttributionQuery, 'address' | 'fields' | 'resourceType'>): Set<string> {
  const kind = kindOf(address);
  const words = fields.flatMap(field => {
    const segments = field.split('/').filter(segment => segment !== '');
    const name = segments.join('/');
    const property = kind?.properties.find(each => each.name === name);
    return [
      ...segments.filter(segment => segment !== 'providerProperties'),
      ...(property?.field.split('/') ?? []),
      ...(kind?.eventWords[name] ?? []),
      ...(kind?.eventWords[segments[0]] ?? []),
    ];
  });
  // Terraform has a type of its own for each part of a bucket: aws_s3_bucket_versioning.
  const part = /^aws_s3_bucket_(.+)$/.exec(resourceType)?.[1];
  return new Set(
    [...words, ...(part === undefined ? [] : [part])]
      .map(wordKey)
      .filter(word => word.length >= LEAST_LETTERS),
  );
}

function speaksOf(event: TrailEvent, words: ReadonlySet<string>): boolean {
  const name = wordKey(event.name);
  return (
    [...words].some(word => name.includes(word)) ||
    keysOf(event.parameters).some(key => words.has(wordKey(key)))
  );
}

/** `dBInstanceClass`, `DBInstanceClass` and `db_instance_class` are one word. */
function wordKey(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function keysOf(value: JsonValue | undefined, depth = 0): string[] {
  if (depth > 5 || typeof value !== 'object' || value === null) {
    return [];
  }
  return isObject(value)
    ? Object.entries(value).flatMap(([key, member]) => [
        key,
        ...keysOf(member, depth + 1),
      ])
    : value.flatMap(member => keysOf(member, depth + 1));
}
