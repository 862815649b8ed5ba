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

/**
 * What people call the targets of a source: a module of code, a tenant's
 * environment, or neither.
 */
export type TargetKind = 'module' | 'tenant' | 'target';

/** How people write the name of a source, and what they call its targets. */
const SOURCES: Record<
  string,
  { label: string; kind: TargetKind; isCloud?: boolean }
> = {
  terraform: { label: 'Terraform', kind: 'module' },
  kubernetes: { label: 'Kubernetes', kind: 'tenant' },
  aws: { label: 'AWS', kind: 'tenant', isCloud: true },
  azure: { label: 'Azure', kind: 'tenant', isCloud: true },
  gcp: { label: 'Google Cloud', kind: 'tenant', isCloud: true },
};

/** The name of a source as people write it; its id for one that is not known here. */
export function sourceLabel(source: string): string {
  return SOURCES[source]?.label ?? source;
}

/** What the targets of a source are. */
export function kindOfSource(source: string): TargetKind {
  return SOURCES[source]?.kind ?? 'target';
}

/** Whether its targets are databases and storage in a cloud, not objects in a cluster. */
export function isCloudSource(source: string): boolean {
  return SOURCES[source]?.isCloud ?? false;
}

/** What a target is, by its id `<source>:<client or ->/<name>`. */
export function kindOfTargetId(targetId: string): TargetKind {
  return kindOfSource(targetId.slice(0, targetId.indexOf(':')));
}

/** The tool behind a target, e.g. `Terraform (tofu 1.10.2)`, `Kubernetes v1.36.2`. */
export function sourceAndTool(target: {
  source: string;
  tool?: { name: string; version?: string };
}): string {
  const { source, tool } = target;
  const label = sourceLabel(source);
  if (!tool) {
    return label;
  }
  return tool.name.toLowerCase() === label.toLowerCase()
    ? [label, tool.version].filter(Boolean).join(' ')
    : `${label} (${[tool.name, tool.version].filter(Boolean).join(' ')})`;
}
