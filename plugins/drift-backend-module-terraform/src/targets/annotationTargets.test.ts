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

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Entity } from '@backstage/catalog-model';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { LocationPolicy } from '@infra-hub/backstage-plugin-drift-node';
import { annotationTargets } from './annotationTargets';

const integrations = ScmIntegrations.fromConfig(new ConfigReader({}));
const GITHUB =
  'url:https://github.com/acme/infra/blob/main/services/pay/catalog-info.yaml';

function entityWith(annotations: Record<string, string>): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'payments',
      annotations: {
        'backstage.io/managed-by-location': GITHUB,
        ...annotations,
      },
    },
  };
}

function targetsOf(
  annotations: Record<string, string>,
  policy: Partial<ConstructorParameters<typeof LocationPolicy>[0]> = {},
) {
  return annotationTargets({
    entity: entityWith(annotations),
    integrations,
    policy: new LocationPolicy({
      configKey: 'drift.terraform',
      allowedRoots: [],
      configuredRoots: [],
      ...policy,
    }),
  });
}

describe('annotationTargets', () => {
  it('knows no module of an entity without the annotation', () => {
    expect(targetsOf({})).toEqual([]);
  });

  it('finds the modules beside the file of the entity, with client, workspace, schedule and code', () => {
    expect(
      targetsOf({
        'infra-hub.io/terraform-dir': 'infra/aks, ./infra/sql/ ,',
        'infra-hub.io/client': 'acme',
        'infra-hub.io/terraform-workspace': 'prod',
        'infra-hub.io/scan-schedule': ' PT15M ',
      }),
    ).toEqual([
      {
        name: 'aks@prod',
        client: 'acme',
        schedule: 'PT15M',
        location: {
          type: 'url',
          root: 'https://github.com/acme/infra/tree/main/services/pay/',
          dir: 'infra/aks',
          workspace: 'prod',
        },
        codeUrl:
          'https://github.com/acme/infra/tree/main/services/pay/infra/aks',
      },
      expect.objectContaining({
        name: 'sql@prod',
        location: expect.objectContaining({ dir: 'infra/sql' }),
      }),
    ]);
  });

  it('prefers the source location', () => {
    expect(
      targetsOf({
        'infra-hub.io/terraform-dir': '.',
        'infra-hub.io/terraform-workspace': 'default',
        'backstage.io/source-location':
          'url:https://github.com/acme/code/tree/dev/tf/',
      }),
    ).toEqual([
      expect.objectContaining({
        name: 'payments',
        location: {
          type: 'url',
          root: 'https://github.com/acme/code/tree/dev/tf/',
          dir: '.',
        },
      }),
    ]);
  });

  it('follows hosts whose paths are in the query', () => {
    const [target] = targetsOf({
      'infra-hub.io/terraform-dir': 'aks',
      'backstage.io/managed-by-location':
        'url:https://dev.azure.com/acme/p/_git/r?path=%2Fsvc%2Fcatalog-info.yaml',
    });
    expect(target.location.root).toBe(
      'https://dev.azure.com/acme/p/_git/r?path=%2Fsvc%2F',
    );
  });

  it('tells modules with the same last part apart by their whole path', () => {
    expect(
      targetsOf({
        'infra-hub.io/terraform-dir': 'eu/aks,us/aks,sql,sql/',
      }).map(target => target.name),
    ).toEqual(['eu-aks', 'us-aks', 'sql']);
  });

  it('refuses modules that cannot be told apart', () => {
    expect(() =>
      targetsOf({ 'infra-hub.io/terraform-dir': '., payments' }),
    ).toThrow(/infra-hub.io\/terraform-dir names two modules/);
  });

  it.each([
    ['infra-hub.io/terraform-dir', '../../other'],
    ['infra-hub.io/terraform-dir', 'ok,/etc'],
    ['infra-hub.io/terraform-dir', ' , '],
    ['infra-hub.io/client', 'a/b'],
    ['infra-hub.io/client', ''],
    ['infra-hub.io/terraform-workspace', '-lock=true'],
  ])('names the annotation %s when it is %j', (annotation, value) => {
    expect(() =>
      targetsOf({ 'infra-hub.io/terraform-dir': 'infra', [annotation]: value }),
    ).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(annotation),
      }),
    );
  });

  it.each([
    'file:/etc/',
    'file:///etc/',
    'url:file:///etc/',
    'url:ftp://github.com/acme/',
    'url:https://user:hunter22@github.com/acme/infra/',
    'url:not a url',
    'bootstrap:bootstrap',
    'url:javascript:alert(1)',
  ])('refuses the source location %s', location => {
    const attempt = () =>
      targetsOf({
        'infra-hub.io/terraform-dir': '.',
        'backstage.io/source-location': location,
      });
    expect(attempt).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining('infra-hub.io/terraform-dir'),
      }),
    );
    expect(attempt).not.toThrow('hunter22');
  });

  describe('with allowed URLs', () => {
    const allowedUrls = ['https://github.com/acme', 'https://git.example/x/'];

    it.each([
      'https://github.com/acme/infra/tree/main/',
      'https://git.example/x/y/',
    ])('takes %s', url => {
      expect(
        targetsOf(
          {
            'infra-hub.io/terraform-dir': '.',
            'backstage.io/source-location': `url:${url}`,
          },
          { allowedUrls },
        ),
      ).toHaveLength(1);
    });

    it.each([
      'https://github.com/acme-evil/infra/',
      'https://github.com/acme/../evil/infra/',
      'https://github.com/acme/%2e%2e/evil/infra/',
      'http://github.com/acme/infra/',
      'https://github.com.evil.example/acme/infra/',
      'https://github.com:8443/acme/infra/',
      'http://169.254.169.254/latest/meta-data/',
    ])('refuses %s', url => {
      expect(() =>
        targetsOf(
          {
            'infra-hub.io/terraform-dir': '.',
            'backstage.io/source-location': `url:${url}`,
          },
          { allowedUrls },
        ),
      ).toThrow('drift.terraform.allowedUrls');
    });
  });

  describe('with files of this machine', () => {
    let base: string;

    beforeEach(() => {
      base = mkdtempSync(join(tmpdir(), 'drift-locations-'));
      mkdirSync(join(base, 'allowed/service'), { recursive: true });
      mkdirSync(join(base, 'allowed-not'), { recursive: true });
      symlinkSync(join(base, 'allowed-not'), join(base, 'allowed/link'));
    });

    afterEach(() => rmSync(base, { recursive: true, force: true }));

    const inFile = (path: string, source?: string) =>
      targetsOf(
        {
          'infra-hub.io/terraform-dir': 'aks',
          'backstage.io/managed-by-location': `file:${path}`,
          ...(source && { 'backstage.io/source-location': source }),
        },
        { allowedRoots: [join(base, 'allowed')] },
      );

    it('finds modules beside the file of the entity', () => {
      expect(inFile(join(base, 'allowed/service/catalog-info.yaml'))).toEqual([
        {
          name: 'aks',
          location: {
            type: 'file',
            root: join(base, 'allowed/service'),
            dir: 'aks',
          },
        },
      ]);
    });

    it('follows a relative source location', () => {
      const [target] = inFile(
        join(base, 'allowed/catalog-info.yaml'),
        'file:./service',
      );
      expect(target.location.root).toBe(join(base, 'allowed/service'));
    });

    it('refuses everything outside of the allowed directories', () => {
      const refusal = 'drift.terraform.allowedRoots';
      const entity = join(base, 'allowed/service/catalog-info.yaml');
      expect(() => inFile(join(base, 'allowed-not/c.yaml'))).toThrow(refusal);
      expect(() => inFile(join(base, 'c.yaml'))).toThrow(refusal);
      expect(() => inFile(join(base, 'allowed/link/c.yaml'))).toThrow(refusal);
      expect(() => inFile(entity, 'file:/etc/')).toThrow(refusal);
      expect(() => inFile(entity, 'file:../../..')).toThrow(refusal);
      expect(() =>
        targetsOf({
          'infra-hub.io/terraform-dir': '.',
          'backstage.io/managed-by-location': `file:${entity}`,
        }),
      ).toThrow(refusal);
    });

    it('does not let an entity from a repository point at them', () => {
      expect(() =>
        targetsOf(
          {
            'infra-hub.io/terraform-dir': '.',
            'backstage.io/source-location': `file:${join(base, 'allowed')}/`,
          },
          { allowedRoots: [join(base, 'allowed')] },
        ),
      ).toThrow('cannot point at files of this machine');
    });
  });
});
