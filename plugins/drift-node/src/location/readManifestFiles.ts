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

import { UrlReaderService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { ANNOTATION_DESIRED_STATE } from '@infra-hub/backstage-plugin-drift-common';
import { posix } from 'node:path';
import { LocationPolicy, SourceLocation } from './LocationPolicy';
import { readDirectory } from './readDirectory';
import { readEntitySource } from './readEntitySource';

const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * A file with manifests.
 *
 * @public
 */
export interface ManifestFile {
  /**
   * As it is told to people: below the source for files of this machine and for
   * single files, else below the directory that was named.
   */
  path: string;
  bytes: Buffer;
}

/**
 * Where the manifests of a tenant are.
 *
 * @public
 */
export interface ManifestPlace {
  source: SourceLocation;
  /** A directory or a file below the source, in normal form. */
  path: string;
}

/**
 * Where an entity says that the manifests of its tenant are.
 *
 * @throws InputError when it may not be read, or is no path below the entity.
 * @public
 */
export function manifestPlaceOf(options: {
  entity: Entity;
  integrations: ScmIntegrationRegistry;
  policy: LocationPolicy;
}): ManifestPlace {
  const { entity, integrations, policy } = options;
  return {
    path: manifestPath(
      entity.metadata.annotations?.[ANNOTATION_DESIRED_STATE] ?? '',
    ),
    source: readEntitySource({
      entity,
      annotation: ANNOTATION_DESIRED_STATE,
      integrations,
      policy,
    }),
  };
}

/**
 * Reads the manifests at a place; nothing is run.
 *
 * @throws NotModifiedError when they still have the etag
 * @throws NotFoundError when there is no such place
 * @throws InputError when they are too many
 * @public
 */
export async function readManifestFiles(options: {
  place: ManifestPlace;
  urlReader: UrlReaderService;
  integrations: ScmIntegrationRegistry;
  maxBytes: number;
  etag?: string;
}): Promise<{ files: ManifestFile[]; etag?: string }> {
  const { place, urlReader, integrations, maxBytes, etag } = options;
  const { source, path } = place;
  if (source.type === 'file') {
    const files = await readDirectory({
      root: source.root,
      path,
      matches: MANIFEST,
      maxBytes,
    });
    return { files };
  }
  const isFile = MANIFEST.test(path);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = integrations.resolveUrl({
    url: path === '.' ? './' : `./${encoded}${isFile ? '' : '/'}`,
    base: source.root,
  });
  if (isFile) {
    const response = await urlReader.readUrl(url, { etag });
    return {
      files: [{ path, bytes: await response.buffer() }],
      etag: response.etag,
    };
  }
  let announced = 0;
  const tree = await urlReader.readTree(url, {
    etag,
    // Must not throw: the reader of zip archives would never settle.
    filter: (file, info) => {
      if (!MANIFEST.test(file)) {
        return false;
      }
      announced += info?.size ?? 0;
      return announced <= maxBytes;
    },
  });
  if (announced > maxBytes) {
    throw new InputError(
      `the files are larger than ${maxBytes} bytes (drift.tenants.maxDesiredStateBytes)`,
    );
  }
  const files: ManifestFile[] = [];
  for (const file of await tree.files()) {
    files.push({ path: file.path, bytes: await file.content() });
  }
  return { files: files.sort(byPath), etag: tree.etag };
}

/** @throws InputError for everything that is not plainly a path below the source. */
function manifestPath(text: string): string {
  const path = text.trim();
  const normal = posix.normalize(path).replace(/\/+$/, '');
  if (
    path === '' ||
    path.length > 1024 ||
    /[\p{C}\\]/u.test(path) ||
    /^(?:\/|~|[a-z]:)/i.test(path) ||
    normal === '..' ||
    normal.startsWith('../')
  ) {
    throw new InputError(
      `The annotation ${ANNOTATION_DESIRED_STATE} must be a path below the location of the entity`,
    );
  }
  return normal;
}

function byPath(one: ManifestFile, other: ManifestFile): number {
  return one.path < other.path ? -1 : 1;
}
