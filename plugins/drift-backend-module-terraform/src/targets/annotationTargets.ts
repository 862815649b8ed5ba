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

import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import {
  ANNOTATION_CLIENT,
  ANNOTATION_SCAN_SCHEDULE,
  ANNOTATION_TERRAFORM_DIR,
  ANNOTATION_TERRAFORM_WORKSPACE,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  LocationPolicy,
  readEntitySource,
  SourceLocation,
  TargetDefinition,
} from '@infra-hub/backstage-plugin-drift-node';
import { locationToJson } from './ModuleLocation';
import {
  parseClient,
  parseModuleName,
  parseModulePath,
  parseWorkspace,
} from './modulePath';

const MAX_MODULES = 100;

export interface AnnotationTargetsOptions {
  entity: Entity;
  integrations: ScmIntegrationRegistry;
  policy: LocationPolicy;
}

/**
 * The modules that an entity declares.
 *
 * @throws InputError naming the annotation that is wrong.
 */
export function annotationTargets(
  options: AnnotationTargetsOptions,
): TargetDefinition[] {
  const annotations = options.entity.metadata.annotations ?? {};
  const declared = annotations[ANNOTATION_TERRAFORM_DIR];
  if (declared === undefined) {
    return [];
  }
  const dirs = parseDirs(declared);
  const client = optional(annotations[ANNOTATION_CLIENT], text =>
    parseClient(text, `annotation ${ANNOTATION_CLIENT}`),
  );
  const workspace = optional(
    annotations[ANNOTATION_TERRAFORM_WORKSPACE],
    text =>
      parseWorkspace(text, `annotation ${ANNOTATION_TERRAFORM_WORKSPACE}`),
  );
  const schedule = annotations[ANNOTATION_SCAN_SCHEDULE]?.trim() || undefined;
  const source = readEntitySource({
    ...options,
    annotation: ANNOTATION_TERRAFORM_DIR,
  });
  const names = moduleNames(dirs, options.entity.metadata.name, workspace);

  return dirs.map((dir, index) => ({
    name: names[index],
    client,
    schedule,
    location: locationToJson({
      ...source,
      dir,
      workspace: workspace === 'default' ? undefined : workspace,
    }),
    codeUrl: codeUrl(source, dir, options.integrations),
  }));
}

function parseDirs(text: string): string[] {
  const where = `annotation ${ANNOTATION_TERRAFORM_DIR}`;
  const dirs = new Set(
    text
      .split(',')
      .filter(part => part.trim() !== '')
      .map(part => parseModulePath(part, where)),
  );
  if (dirs.size === 0) {
    throw new InputError(`The ${where} is empty`);
  }
  if (dirs.size > MAX_MODULES) {
    throw new InputError(`The ${where} names more than ${MAX_MODULES} modules`);
  }
  return [...dirs];
}

/** Last part of the path; the whole path where two modules of the entity would share it. */
function moduleNames(
  dirs: string[],
  entityName: string,
  workspace: string | undefined,
): string[] {
  const short = dirs.map(dir =>
    dir === '.' ? entityName : dir.slice(dir.lastIndexOf('/') + 1),
  );
  const suffix =
    workspace === undefined || workspace === 'default' ? '' : `@${workspace}`;
  const where = `annotation ${ANNOTATION_TERRAFORM_DIR}`;
  const names = dirs.map((dir, index) => {
    const shared = short.filter(name => name === short[index]).length > 1;
    const name =
      shared && dir !== '.' ? dir.replaceAll('/', '-') : short[index];
    return parseModuleName(`${name}${suffix}`, `module name in ${where}`);
  });
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw new InputError(
      `The ${where} names two modules that would both be called ${JSON.stringify(
        repeated,
      )}`,
    );
  }
  return names;
}

function codeUrl(
  source: SourceLocation,
  dir: string,
  integrations: ScmIntegrationRegistry,
): string | undefined {
  if (source.type === 'file') {
    return undefined;
  }
  return integrations.resolveUrl({
    url: dir === '.' ? './' : `./${encodePath(dir)}`,
    base: source.root,
  });
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function optional<T>(
  text: string | undefined,
  parse: (text: string) => T,
): T | undefined {
  return text === undefined ? undefined : parse(text);
}
