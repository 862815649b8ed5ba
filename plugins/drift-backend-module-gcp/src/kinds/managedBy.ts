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

import { JsonObject } from '@backstage/types';
import { isObject, objectAt } from '../read/json';
import { GcpKind } from './GcpKind';

interface Mark {
  label: string;
  tool: string;
  /** The value must be that; else the value is the id of what looks after it. */
  value?: string;
}

/** Labels by which tools mark what they made. */
const MARKS: readonly Mark[] = [
  // The Google provider adds it to what it makes, by itself from version 6 on
  { label: 'goog-terraform-provisioned', tool: 'Terraform', value: 'true' },
  { label: 'goog-pulumi-provisioned', tool: 'Pulumi', value: 'true' },
  { label: 'managed-by-cnrm', tool: 'Config Connector', value: 'true' },
  { label: 'goog-dm', tool: 'Deployment Manager' },
  // Disks of volume claims
  { label: 'goog-k8s-cluster-name', tool: 'Kubernetes Engine' },
  { label: 'goog-gke-volume', tool: 'Kubernetes Engine', value: '' },
  { label: 'goog-dataproc-cluster-name', tool: 'Dataproc' },
  { label: 'goog-composer-environment', tool: 'Cloud Composer' },
];

/** A tool that says by a label that it looks after a resource. */
export function readManagedBy(
  { labels }: GcpKind,
  document: JsonObject,
): { tool: string; id?: string } | undefined {
  const given = objectAt(document, labels);
  if (!isObject(given)) {
    return undefined;
  }
  const mark = MARKS.find(
    ({ label, value }) =>
      Object.hasOwn(given, label) &&
      (value === undefined || given[label] === value),
  );
  const id = mark && mark.value === undefined ? given[mark.label] : undefined;
  return mark
    ? { tool: mark.tool, ...(typeof id === 'string' && { id }) }
    : undefined;
}
