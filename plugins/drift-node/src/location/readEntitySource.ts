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

import { statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import {
  ANNOTATION_LOCATION,
  Entity,
  getEntitySourceLocation,
  parseLocationRef,
} from '@backstage/catalog-model';
import { InputError, toError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { LocationPolicy, parseHttpUrl, SourceLocation } from './LocationPolicy';

/**
 * The directory that an entity was read from, for an annotation whose paths are
 * relative to it.
 *
 * @throws InputError naming the annotation, when there is none or it may not be read.
 * @public
 */
export function readEntitySource(options: {
  entity: Entity;
  /** Whose paths are to be followed. */
  annotation: string;
  integrations: ScmIntegrationRegistry;
  policy: LocationPolicy;
}): SourceLocation {
  const { entity, annotation, integrations, policy } = options;
  const refuse = (reason: string) =>
    new InputError(
      `The annotation ${annotation} cannot be followed: ${reason}`,
    );
  let location: { type: string; target: string };
  try {
    location = getEntitySourceLocation(entity);
  } catch (error) {
    throw refuse(toError(error).message);
  }

  let source: SourceLocation;
  if (location.type === 'file') {
    // The source location is written by the author of the entity, the location
    // is not: only an operator who registered a file may have files read.
    const managedBy = entity.metadata.annotations?.[ANNOTATION_LOCATION] ?? '';
    if (!managedBy.startsWith('file:')) {
      throw refuse(
        'an entity that was not read from a file cannot point at files of this machine',
      );
    }
    source = { type: 'file', root: directoryOf(location.target, managedBy) };
  } else if (location.type === 'url') {
    const url = withInputError(() => parseHttpUrl(location.target), refuse);
    source = { type: 'url', root: directoryUrl(url, integrations) };
  } else {
    throw refuse(`locations of type ${location.type} cannot be read`);
  }
  withInputError(() => policy.assertAllowed(source), refuse);
  return source;
}

function directoryOf(target: string, managedBy: string): string {
  const path = isAbsolute(target)
    ? target
    : // Relative source locations count from the file that the entity is in.
      `${dirname(parseLocationRef(managedBy).target)}/${target}`;
  const isDirectory =
    path.endsWith('/') ||
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory ? resolve(path) : dirname(resolve(path));
}

/** A file's directory; a directory is one that ends with a slash, as everywhere in the catalog. */
function directoryUrl(url: URL, integrations: ScmIntegrationRegistry): string {
  return integrations.resolveUrl({ url: './', base: url.toString() });
}

function withInputError<T>(work: () => T, wrap: (reason: string) => Error): T {
  try {
    return work();
  } catch (error) {
    const cause = toError(error);
    throw cause.name === 'InputError' ? wrap(cause.message) : cause;
  }
}
