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

import { awsKinds } from '@infra-hub/backstage-plugin-drift-backend-module-aws';
import { azureKinds } from '@infra-hub/backstage-plugin-drift-backend-module-azure';
import { gcpKinds } from '@infra-hub/backstage-plugin-drift-backend-module-gcp';
import {
  assess,
  CloudKind,
  CloudProperty,
  compareCloud,
  DesiredCloudResource,
} from '@infra-hub/drift-engine';
import { JsonObject, JsonValue } from '@backstage/types';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const DOCUMENT = resolve(__dirname, '../../../docs/clouds.md');

/** Wanted, and what really is, as a careless hand would leave it. */
const EXAMPLES: Readonly<
  Record<CloudProperty['name'], readonly [JsonValue, JsonValue]>
> = {
  engine: ['postgres', 'mysql'],
  version: ['15.4', '14.1'],
  size: ['small', 'large'],
  storageGiB: [100, 200],
  storageMaxGiB: [500, 900],
  storageType: ['gp3', 'io2'],
  replicas: [2, 1],
  highAvailability: [true, false],
  backupRetentionDays: [14, 1],
  'encryption/enabled': [true, false],
  'encryption/keyId': ['one', 'other'],
  publicAccess: [false, true],
  deletionProtection: [true, false],
  capacityGiB: [100, 200],
  tier: ['gp3', 'io2'],
  redundancy: ['GRS', 'LRS'],
  versioning: [true, false],
  throughputMiBps: [250, 125],
  iops: [6000, 3000],
  lifecycle: [[{ days: 30 }], [{ days: 1 }]],
};

function propertiesOf(name: string, value: JsonValue): JsonObject {
  const [property, part] = name.split('/');
  return { [property]: part === undefined ? value : { [part]: value } };
}

/** What a difference of this property counts, by the built-in rules. */
function severityOf({ kind, resourceType }: CloudKind, name: string): string {
  const [wanted, actual] = EXAMPLES[name as CloudProperty['name']];
  const resource = { resourceType, provider: 'any', kind, id: 'one' };
  const report = assess(
    compareCloud({
      desired: [
        {
          ...resource,
          name: 'one',
          properties: propertiesOf(name, wanted),
        } as DesiredCloudResource,
      ],
      live: [{ ...resource, properties: propertiesOf(name, actual) }],
    }),
  );
  return report.findings[0]?.severity.toUpperCase() ?? 'none';
}

function rowOf(kind: CloudKind, property: CloudProperty): string {
  const { name, field, unit, write, fixed, effect } = property;
  const repaired = write ? ['yes', fixed, effect] : ['no', fixed];
  const cells = [
    `\`${name.replace('/', '.')}\``,
    `\`${field}\``,
    unit ?? '',
    severityOf(kind, name),
    repaired.filter(Boolean).join('; '),
  ];
  return `| ${cells
    .map(cell => cell.replaceAll('|', '\\|').replaceAll('\n', ' '))
    .join(' | ')} |`;
}

function tableOf(kind: CloudKind): string {
  return [
    `#### \`${kind.kind}\``,
    '',
    `${kind.title}, a ${kind.resourceType}.`,
    '',
    '| property | field of the API | unit | severity | can be repaired |',
    '| --- | --- | --- | --- | --- |',
    ...kind.properties.map(property => rowOf(kind, property)),
  ].join('\n');
}

/** The document before, within and after the tables of a cloud. */
function partsOf(cloud: string): [string, string, string] {
  const text = readFileSync(DOCUMENT, 'utf8');
  const begin = `<!-- kinds of ${cloud}: written by packages/backend/src/cloudsDoc.test.ts -->\n`;
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf(`\n<!-- end of kinds of ${cloud} -->`);
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

/** Tables are written with columns of equal width. */
function unpadded(markdown: string): string {
  return markdown.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim();
}

/** Run with UPDATE_DOCS=1, the document is written. */
describe('docs/clouds.md', () => {
  it.each<[string, readonly CloudKind[]]>([
    ['aws', awsKinds],
    ['azure', azureKinds],
    ['gcp', gcpKinds],
  ])('says what is compared on %s', (cloud, kinds) => {
    const written = kinds.map(tableOf).join('\n\n');
    if (process.env.UPDATE_DOCS) {
      const [before, , after] = partsOf(cloud);
      writeFileSync(DOCUMENT, `${before}\n${written}\n${after}`);
    }
    const [, tables] = partsOf(cloud);
    expect(unpadded(tables)).toBe(unpadded(written));
  });
});
