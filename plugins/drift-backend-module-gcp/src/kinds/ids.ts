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

/** Which resource is meant. */
export interface GcpName {
  /** Id of the project; absent where the name does not say. */
  project?: string;
  /** Zone or region, where it is part of the name. */
  location?: string;
  name: string;
}

/** How the ids of a kind look. */
export interface IdForms {
  /** For people, an example. */
  example: string;
  /** Undefined when it is not an id of this kind. */
  parse(id: string): GcpName | undefined;
  /** The one form of all these. */
  format(name: GcpName & { project: string }): string;
}

const PROJECT = '(?:[a-z0-9.-]+\\.[a-z]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]';
const LOCATION = '[a-z]+(?:-[a-z0-9]+)*';
const NAME = '[a-z](?:[a-z0-9-]{0,96}[a-z0-9])?';
const BUCKET = '[a-z0-9](?:[a-z0-9._-]{1,220})[a-z0-9]';

/** Ids such as `projects/acme/zones/europe-west1-b/disks/data`. */
export function pathIds(options: {
  /** Hosts of the service, without `.googleapis.com`. */
  services: readonly string[];
  locations?: 'zones' | 'regions' | 'locations';
  collection: string;
  /** Other ways to write it, with the groups project, location and name. */
  short: readonly string[];
}): IdForms {
  const { services, locations, collection, short } = options;
  const place = locations ? `${locations}/(?<location>${LOCATION})/` : '';
  const path = `projects/(?<project>${PROJECT})/${place}${collection}/(?<name>${NAME})`;
  const forms = [
    path,
    `//(?:${services.join('|')})\\.googleapis\\.com/${path}`,
    `https://(?:www|${services.join(
      '|',
    )})\\.googleapis\\.com/(?:[a-z0-9]+/){0,2}${path}`,
    ...(locations ? [`${place}${collection}/(?<name>${NAME})`] : []),
    ...short,
  ].map(form => new RegExp(`^${form}$`));
  return {
    example: `projects/my-project/${
      locations
        ? `${locations}/europe-west1${locations === 'zones' ? '-b' : ''}/`
        : ''
    }${collection}/my-name`,
    parse: id => firstMatch(forms, id),
    format: ({ project, location, name }) =>
      `projects/${project}/${
        locations ? `${locations}/${location}/` : ''
      }${collection}/${name}`,
  };
}

/** `<project>/<location>/<name>`, as Terraform's imports and people write it. */
export const PLACED_SHORT = [
  `(?<project>${PROJECT})/(?<location>${LOCATION})/(?<name>${NAME})`,
  `(?<location>${LOCATION})/(?<name>${NAME})`,
] as const;

/** The connection name, the same with slashes, and the bare name of a database instance. */
export const INSTANCE_SHORT = [
  `(?<project>${PROJECT})[:/]${LOCATION}[:/](?<name>${NAME})`,
  `(?<name>${NAME})`,
] as const;

/** Names of buckets are unique in the world. */
export const BUCKET_IDS: IdForms = {
  example: 'my-bucket',
  parse: id =>
    firstMatch(
      [
        new RegExp(`^(?:gs://)?(?<name>${BUCKET})/?$`),
        new RegExp(
          `^(?://storage\\.googleapis\\.com/)?(?:projects/_/buckets/)?(?<name>${BUCKET})$`,
        ),
        new RegExp(
          `^https://(?:www|storage)\\.googleapis\\.com/storage/v1/b/(?<name>${BUCKET})$`,
        ),
      ],
      id,
    ),
  format: ({ name }) => name,
};

function firstMatch(forms: readonly RegExp[], id: string): GcpName | undefined {
  const groups = forms
    .map(form => form.exec(id)?.groups)
    .find(match => match !== undefined);
  return groups
    ? {
        project: groups.project,
        location: groups.location,
        name: groups.name,
      }
    : undefined;
}
