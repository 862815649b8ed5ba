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
import { AzureKind } from '../kinds/AzureKind';
import { isObject, textAt } from '../kinds/values';

/** Tags by which tools mark what they look after. */
const MARKS: readonly {
  tag: RegExp;
  /** Only with this value. */
  value?: RegExp;
  /** The value of the tag when absent. */
  tool?: string;
}[] = [
  // Disks of persistent volumes, by the Azure drivers of Kubernetes.
  {
    tag: /^(kubernetes\.io-created-for-pv-name|k8s-azure-created-by|aks-managed-.*)$/i,
    tool: 'Kubernetes',
  },
  // azd provisions with Bicep or Terraform.
  { tag: /^azd-env-name$/i, tool: 'Azure Developer CLI' },
  { tag: /^crossplane-(name|kind|providerconfig)$/i, tool: 'Crossplane' },
  // Custom that many modules of Terraform and Bicep follow; nobody has to.
  {
    tag: /^(managed[-_ ]?by|provisioned[-_ ]?by|provisioner|deployed[-_ ]?by|created[-_ ]?by|iac([-_ ]?tool)?)$/i,
    value:
      /^(terraform|opentofu|tofu|terragrunt|bicep|arm( template)?|pulumi|ansible|crossplane|deployment stacks?)$/i,
  },
  { tag: /^terraform$/i, value: /^(true|yes|1)$/i, tool: 'terraform' },
];

/**
 * What says that it looks after a resource: its property `managedBy` and tags.
 * Most resources of Terraform and Bicep bear no mark, and whether a deployment
 * stack has them is not asked.
 */
export function findManager(
  kind: AzureKind,
  document: JsonObject,
): { tool: string; id?: string } | undefined {
  const manager = textAt(document, '/managedBy');
  if (manager !== undefined && !kind.managedByIsUser) {
    return { tool: 'another Azure resource', id: manager };
  }
  const tags = isObject(document.tags) ? Object.entries(document.tags) : [];
  for (const mark of MARKS) {
    const found = tags.find(
      ([tag, value]) =>
        mark.tag.test(tag) &&
        (mark.value === undefined || mark.value.test(String(value))),
    );
    if (found) {
      const [tag, value] = found;
      return { tool: mark.tool ?? String(value), id: `tag ${tag}` };
    }
  }
  return undefined;
}
