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
import { isObject, valueAt } from './valueAt';

interface Sign {
  /** Key of a tag, in lower case and without separators. */
  key: RegExp;
  /** Its value; every one counts when absent. */
  value?: RegExp;
  tool: string;
  /** Whether the value names what of the tool looks after the resource. */
  named?: boolean;
}

/**
 * Tags by which tools say that a resource is theirs. Those of AWS itself cannot be
 * set by people; all others are habits and only a hint. First come, first served.
 */
const SIGNS: readonly Sign[] = [
  {
    key: /^aws:cloudformation:stack-?name$/,
    tool: 'CloudFormation',
    named: true,
  },
  {
    key: /^aws:servicecatalog:provisionedproductarn$/,
    tool: 'AWS Service Catalog',
    named: true,
  },
  {
    key: /^aws:elasticmapreduce:|^elasticbeanstalk:/,
    tool: 'another AWS service',
  },
  {
    key: /^kubernetes\.io\/createdfor\/pvc\/name$/,
    tool: 'Kubernetes',
    named: true,
  },
  { key: /^ebs\.csi\.aws\.com\/cluster$/, tool: 'Kubernetes' },
  { key: /^pulumi:project$/, tool: 'Pulumi', named: true },
  {
    key: /^(?:managedby|provisioner|provisionedby|createdby|deployedby|iac|iactool|tool)$/,
    value: /terraform/i,
    tool: 'Terraform',
  },
  {
    key: /^(?:managedby|provisioner|provisionedby|createdby|deployedby|iac|iactool|tool)$/,
    value: /opentofu|\btofu\b/i,
    tool: 'OpenTofu',
  },
  {
    key: /^(?:managedby|provisioner|provisionedby|createdby|deployedby|iac|iactool|tool)$/,
    value: /pulumi/i,
    tool: 'Pulumi',
  },
  { key: /^terraform$/, value: /^(?:true|yes|1)$/i, tool: 'Terraform' },
  {
    key: /^(?:terraformworkspace|terraformmodule|tfworkspace|tfmodule)$/,
    tool: 'Terraform',
    named: true,
  },
];

/** A tool that the tags of a resource name, if any. */
export function managedBy(
  document: JsonObject,
  tagsPointer: string,
): { tool: string; id?: string } | undefined {
  const tags = tagsOf(document, tagsPointer).map(({ key, value }) => ({
    key: key.toLowerCase().replace(/[\s_-]/g, ''),
    value,
  }));
  for (const sign of SIGNS) {
    const tag = tags.find(
      ({ key, value }) =>
        sign.key.test(key) && (sign.value?.test(value) ?? true),
    );
    if (tag) {
      return sign.named === true && tag.value !== ''
        ? { tool: sign.tool, id: tag.value }
        : { tool: sign.tool };
    }
  }
  return undefined;
}

/** Value of the tag `Name`, which consoles show. */
export function nameTag(
  document: JsonObject,
  tagsPointer: string,
): string | undefined {
  const tag = tagsOf(document, tagsPointer).find(({ key }) => key === 'Name');
  return tag?.value === '' ? undefined : tag?.value;
}

function tagsOf(
  document: JsonObject,
  pointer: string,
): { key: string; value: string }[] {
  const tags = valueAt(document, pointer);
  return (Array.isArray(tags) ? tags : []).flatMap(tag =>
    isObject(tag) && typeof tag.Key === 'string'
      ? { key: tag.Key, value: typeof tag.Value === 'string' ? tag.Value : '' }
      : [],
  );
}
