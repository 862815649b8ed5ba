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
import { annotationTargets } from './annotationTargets';
import { locationFromJson } from './TenantLocation';

describe('annotationTargets', () => {
  const entity = (annotations: Record<string, string>): Entity => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'System',
    metadata: { name: 'acme', annotations },
  });
  const tenant = (annotations: Record<string, string> = {}) =>
    entity({
      'infra-hub.io/tenant-id': 'acme',
      'infra-hub.io/kubernetes-cluster': 'prod-eu',
      'infra-hub.io/kubernetes-namespaces': 'tenant-acme',
      ...annotations,
    });

  it('reads where a tenant lives', () => {
    const targets = annotationTargets(
      tenant({
        'infra-hub.io/kubernetes-namespaces':
          ' tenant-acme, jobs ,tenant-acme,',
        'infra-hub.io/client': 'umbrella',
        'infra-hub.io/scan-schedule': 'PT15M',
      }),
    );
    expect(targets).toEqual([
      {
        name: 'acme',
        client: 'umbrella',
        schedule: 'PT15M',
        location: { cluster: 'prod-eu', namespaces: ['tenant-acme', 'jobs'] },
      },
    ]);
    expect(locationFromJson(targets[0].location)).toEqual({
      cluster: 'prod-eu',
      namespaces: ['tenant-acme', 'jobs'],
    });
  });

  it('leaves the cluster to the configuration where there is only one', () => {
    expect(
      annotationTargets(
        entity({
          'infra-hub.io/tenant-id': 'acme',
          'infra-hub.io/kubernetes-namespaces': 'tenant-acme',
        }),
      )[0].location,
    ).toEqual({ namespaces: ['tenant-acme'] });
  });

  it('finds nothing in tenants that are elsewhere than on Kubernetes', () => {
    expect(
      annotationTargets(entity({ 'infra-hub.io/tenant-id': 'acme' })),
    ).toEqual([]);
    expect(annotationTargets(entity({}))).toEqual([]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['an empty tenant', { 'infra-hub.io/tenant-id': ' ' }, 'tenant-id'],
    ['a path', { 'infra-hub.io/tenant-id': '../admin' }, 'tenant-id'],
    [
      'an address for a cluster',
      { 'infra-hub.io/kubernetes-cluster': 'https://evil.example' },
      'never its address',
    ],
    [
      'no namespace',
      { 'infra-hub.io/kubernetes-namespaces': ' , ' },
      'kubernetes-namespaces is empty',
    ],
    [
      'a way out of a namespace',
      { 'infra-hub.io/kubernetes-namespaces': 'a/../../kube-system' },
      'kubernetes-namespaces',
    ],
    [
      'a pattern for namespaces',
      { 'infra-hub.io/kubernetes-namespaces': '*' },
      'kubernetes-namespaces',
    ],
    [
      'too many namespaces',
      {
        'infra-hub.io/kubernetes-namespaces': Array.from(
          { length: 101 },
          (_, index) => `n-${index}`,
        ).join(),
      },
      'more than 100',
    ],
    ['a client that breaks ids', { 'infra-hub.io/client': 'a/b' }, 'client'],
  ])('refuses %s', (_name, annotations, message) => {
    expect(() => annotationTargets(tenant(annotations))).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringContaining(message),
      }),
    );
  });

  it.each(['tenant-id', 'kubernetes-namespaces'])(
    'asks for %s beside a cluster',
    missing => {
      const { annotations = {} } = tenant().metadata;
      delete annotations[`infra-hub.io/${missing}`];
      expect(() => annotationTargets(entity(annotations))).toThrow(
        `needs the annotation infra-hub.io/${missing} beside it`,
      );
    },
  );
});
