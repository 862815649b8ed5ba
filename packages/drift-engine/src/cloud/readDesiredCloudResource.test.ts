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

import { JsonObject, JsonValue } from '@backstage/types';
import { SENSITIVE_DESIRED_VALUE } from '@infra-hub/backstage-plugin-drift-common';
import { readDesiredCloudResource } from './readDesiredCloudResource';

const spec = {
  provider: 'aws',
  account: 'prod',
  region: 'eu-central-1',
  kind: 'AWS::RDS::DBInstance',
  id: 'orders-db',
  properties: { version: '15', size: 'db.t4g.medium', storageGiB: 100 },
};

function read(changes: JsonObject = {}, resourceType = 'database') {
  return readDesiredCloudResource({
    resourceType,
    name: 'orders',
    spec: { ...spec, ...changes },
  });
}

const problemsOf = (changes: JsonObject, resourceType?: string) =>
  read(changes, resourceType).problems;

describe('reading a desired database or storage', () => {
  it('reads a bare spec', () => {
    expect(read()).toEqual({
      resource: { resourceType: 'database', name: 'orders', ...spec },
      problems: [],
    });
  });

  it('reads a whole manifest', () => {
    expect(
      readDesiredCloudResource({
        resourceType: 'database',
        name: 'orders',
        spec: {
          apiVersion: 'infra-hub.io/v1',
          kind: 'Database',
          metadata: { name: 'orders' },
          spec: { ...spec, providerProperties: { Tags: null } },
        },
      }),
    ).toEqual({
      resource: {
        resourceType: 'database',
        name: 'orders',
        ...spec,
        providerProperties: { Tags: null },
      },
      problems: [],
    });
  });

  it.each<[string, JsonValue, string]>([
    ['a text', 'x', 'The spec must be an object.'],
    ['a list', [], 'The spec must be an object.'],
    [
      'another apiVersion',
      { apiVersion: 'v1', kind: 'Database', spec },
      'The apiVersion "v1" is not known; it must be infra-hub.io/v1.',
    ],
    [
      'no apiVersion',
      { kind: 'Database', metadata: {}, spec },
      'The manifest has no apiVersion; it must be infra-hub.io/v1.',
    ],
    [
      'another kind',
      { apiVersion: 'infra-hub.io/v1', kind: 'Storage', spec },
      'The kind "Storage" does not fit; it must be Database.',
    ],
    [
      'no spec',
      { apiVersion: 'infra-hub.io/v1', kind: 'Database' },
      "The manifest has no object 'spec'.",
    ],
  ])('takes %s for nothing', (_what, value, problem) => {
    expect(
      readDesiredCloudResource({
        resourceType: 'database',
        name: 'orders',
        spec: value,
      }),
    ).toEqual({ problems: [problem] });
  });

  it('does not read other types', () => {
    expect(read({}, 'Deployment')).toEqual({
      problems: ['The type "Deployment" is neither database nor storage.'],
    });
  });

  it.each<[JsonObject, string]>([
    [
      { provider: undefined },
      "There is no 'provider'; it must be aws, azure or gcp.",
    ],
    [{ provider: 3 }, "'provider' must be a text (aws, azure or gcp)"],
    [{ kind: '' }, "'kind' is empty; it must be the provider's own type."],
    [
      { id: '   ' },
      "'id' is empty; it must be the provider's id of the resource.",
    ],
    [
      { account: 123456789012 },
      "'account' must be a text (an account, subscription or project); put the number in quotes.",
    ],
    [
      { region: ['eu'] },
      "'region' must be a text (the provider's name of a region).",
    ],
    [{ id: ' a' }, "'id' must not begin or end with spaces"],
    [{ id: 'a\u0000b' }, "'id' must not begin or end with spaces, or hold"],
    [{ id: 'x'.repeat(2_000) }, "'id' is longer than 1024 characters."],
    [
      { id: 'https://user:planted@x.test/db' },
      "'id' looks as if it held a credential.",
    ],
  ])('does not know where to look with %j', (changes, problem) => {
    const { resource, problems } = read(changes);
    expect(resource).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems[0]).toMatch(/\.$/);
    expect(problems[0]).not.toContain('planted');
  });

  it.each<[string, JsonObject, string]>([
    [
      'database',
      { verison: '15' },
      "'properties' has no 'verison'; did you mean 'version'?",
    ],
    [
      'database',
      { storageGB: 1 },
      "'properties' has no 'storageGB'; did you mean 'storageGiB'?",
    ],
    [
      'database',
      { high_availability: true },
      "'properties' has no 'high_availability'; did you mean 'highAvailability'?",
    ],
    [
      'storage',
      { version: '1' },
      "'properties' has no 'version'; did you mean 'versioning'?",
    ],
    [
      'storage',
      { colour: 'red' },
      "'properties' has no 'colour'; known are capacityGiB, tier, ",
    ],
    ['database', { storageGiB: '100' }, 'a number of GiB, not a text.'],
    [
      'database',
      { storageGiB: -1 },
      "'properties.storageGiB' must not be negative.",
    ],
    ['database', { replicas: 1.5 }, 'must be a whole number of replicas.'],
    [
      'database',
      { backupRetentionDays: null },
      "'properties.backupRetentionDays' is empty; leave it out where nothing is wanted.",
    ],
    [
      'database',
      { publicAccess: 'no' },
      "'properties.publicAccess' must be true or false.",
    ],
    ['database', { version: 15.1 }, 'put it in quotes, or 15.10 becomes 15.1.'],
    ['database', { size: '' }, "'properties.size' is empty"],
    ['database', { size: ['a'] }, "'properties.size' must be a text"],
    [
      'database',
      { storageGiB: 100, storageMaxGiB: 50 },
      "'properties.storageMaxGiB' must not be less than 'properties.storageGiB'.",
    ],
    [
      'storage',
      { encryption: true },
      "'properties.encryption' must be an object.",
    ],
    [
      'storage',
      { encryption: { enable: true } },
      "'properties.encryption' has no 'enable'; did you mean 'enabled'?",
    ],
    [
      'storage',
      { lifecycle: [1] },
      "'properties.lifecycle' must be a list of objects.",
    ],
    [
      'storage',
      { lifecycle: {} },
      "'properties.lifecycle' must be a list of objects.",
    ],
    [
      'storage',
      { lifecycle: [{ password: 'planted' }] },
      'looks as if it held a credential',
    ],
  ])('leaves out of a %s what is wrong: %j', (type, properties, problem) => {
    const { resource, problems } = read({ properties }, type);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(JSON.stringify(resource)).not.toContain('planted');
    const [name] = Object.keys(properties).slice(-1);
    expect(resource?.properties).not.toHaveProperty([name]);
  });

  it('says of names that are none of the spec which ones are meant', () => {
    expect(problemsOf({ acount: 'x', propertys: {} })).toEqual([
      "The spec has no 'acount'; did you mean 'account'?",
      "The spec has no 'propertys'; did you mean 'properties'?",
    ]);
    expect(problemsOf({ properties: [] })).toEqual([
      "'properties' must be an object.",
    ]);
    expect(problemsOf({ providerProperties: 'x' })).toEqual([
      "'providerProperties' must be an object.",
    ]);
  });

  it('takes the key of the provider, zero and false for something that is wanted', () => {
    expect(
      read({
        properties: {
          backupRetentionDays: 0,
          publicAccess: false,
          encryption: { enabled: false, keyId: '' },
        },
      }),
    ).toMatchObject({
      problems: [],
      resource: {
        properties: {
          backupRetentionDays: 0,
          publicAccess: false,
          encryption: { enabled: false, keyId: '' },
        },
      },
    });
  });

  it('never keeps a credential', () => {
    const { resource, problems } = read({
      providerProperties: {
        MasterUserPassword: 'planted-1',
        ManageMasterUserPassword: true,
        MasterUserSecret: { SecretArn: 'arn:aws:secretsmanager:eu:1:secret:x' },
        KmsKeyId: 'arn:aws:kms:eu-central-1:1:key/a',
        Tags: [{ Key: 'api_key', Value: 'planted-2' }],
        Nested: { list: ['ok', 'postgres://u:planted-3@h/db'] },
        pin: { adminPassword: 12345678 },
      },
    });
    expect(problems).toHaveLength(4);
    expect(problems).toContain(
      "'providerProperties.pin.adminPassword' looks like a credential and was not kept; leave it out, or refer to a secret of the provider.",
    );
    expect(JSON.stringify({ resource, problems })).not.toMatch(
      /planted|12345678/,
    );
    expect(resource?.providerProperties).toEqual({
      MasterUserPassword: SENSITIVE_DESIRED_VALUE,
      ManageMasterUserPassword: true,
      MasterUserSecret: { SecretArn: 'arn:aws:secretsmanager:eu:1:secret:x' },
      KmsKeyId: 'arn:aws:kms:eu-central-1:1:key/a',
      Tags: [{ Key: 'api_key', Value: SENSITIVE_DESIRED_VALUE }],
      Nested: { list: ['ok', SENSITIVE_DESIRED_VALUE] },
      pin: { adminPassword: SENSITIVE_DESIRED_VALUE },
    });
  });

  it('has no problem with what was taken out before', () => {
    expect(
      read({ providerProperties: { Password: SENSITIVE_DESIRED_VALUE } })
        .problems,
    ).toEqual([]);
  });

  it('is not misled by names of the language', () => {
    const hostile = JSON.parse(
      '{"__proto__": {"size": "x"}, "constructor": "y"}',
    );
    const { resource, problems } = read({
      properties: hostile,
      providerProperties: hostile,
    });
    expect(problems).toEqual([
      "The name '__proto__' is not allowed.",
      "The name 'constructor' is not allowed.",
    ]);
    expect(resource?.properties).toEqual({});
    expect(resource?.providerProperties).toEqual({});
  });

  it('reads nothing that is nested without end, and not all that is wrong', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 10_000; level++) {
      deep = { a: deep };
    }
    expect(read({ providerProperties: deep })).toEqual({
      problems: ['More than 32 levels of lists and maps are too many.'],
    });
    const many = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`wrong${index}`, 1]),
    );
    expect(problemsOf({ properties: many })).toHaveLength(50);
  });
});
