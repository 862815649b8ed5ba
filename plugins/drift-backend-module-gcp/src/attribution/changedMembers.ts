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

import { fromPointer } from '@infra-hub/drift-engine';
import { AttributionQuery } from '@infra-hub/backstage-plugin-drift-node';
import { GCP_KINDS } from '../kinds/gcpKinds';
import { AuditEntry } from './auditLog';

/** Methods whose name says what they change. */
const METHODS: readonly { method: RegExp; members: readonly string[] }[] = [
  { method: /resize$/i, members: ['sizegb'] },
  { method: /setLabels$/i, members: ['labels', 'userlabels'] },
  {
    method: /setIamPermissions$|setIamPolicy$/i,
    members: ['publicaccessprevention', 'iampolicy', 'binding', 'member'],
  },
];

/** Names that many requests have somewhere: what they are of is said above them. */
const COMMON = ['enabled', 'name', 'rule', 'type', 'value'];

/**
 * Names in Google's words of what differs: where the neutral property stands in
 * the document, or what Terraform's attribute is called there. Small letters.
 */
export function changedMembers({
  fields,
  address,
}: Pick<AttributionQuery, 'fields' | 'address'>): Set<string> {
  const kind = GCP_KINDS.find(each => address.includes(`${each.kind.kind}/`));
  return new Set(
    fields.flatMap(field => {
      const segments = field.split(/[/.[\]]/).filter(Boolean);
      const name = segments.join('/');
      const property = kind?.kind.properties.find(
        each => each.name === name || each.name === segments[0],
      );
      const path = property ? fromPointer(property.field) : segments;
      const [parent, last] = [
        undefined,
        ...path.filter(each => !/^\d+$/.test(each)),
      ].slice(-2);
      const telling =
        last !== undefined && COMMON.includes(last) ? parent ?? last : last;
      return telling === undefined ? [] : [plain(telling)];
    }),
  );
}

/** Whether the request or the method of an event speaks of one of these. */
export function mentions(
  { protoPayload }: AuditEntry,
  members: ReadonlySet<string>,
): boolean {
  const { request, methodName = '' } = protoPayload;
  return (
    METHODS.some(
      ({ method, members: changed }) =>
        method.test(methodName) && changed.some(each => members.has(each)),
    ) || hasMember(request, members)
  );
}

function hasMember(value: unknown, members: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) {
    return value.some(each => hasMember(each, members));
  }
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).some(
      ([name, each]) => members.has(plain(name)) || hasMember(each, members),
    )
  );
}

/** `disk_size` and `diskSize` are the same. */
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
