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

import { screen, within } from '@testing-library/react';
import { Attribution } from '@infra-hub/backstage-plugin-drift-common';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import {
  minutesAgo,
  sampleTarget,
  sampleTenantFinding,
} from '../__testUtils__/samples';

const target = (source: string) =>
  sampleTarget({
    id: `${source}:initech/billing`,
    source,
    client: 'initech',
    name: 'billing',
    entityRefs: ['resource:default/billing-platform'],
    status: 'drifted',
    risk: 'critical',
    driftedResources: 1,
    evidence: 'live-objects',
    tool: undefined,
  });

const byCloudTrail: Attribution = {
  who: 'sam@initech',
  when: minutesAgo(60),
  how: 'ModifyDBInstance',
  evidence: 'AWS CloudTrail',
  confidence: 'high',
  url: 'https://console.example.com/cloudtrail/events/1',
};

const finding = (attribution?: Attribution) =>
  sampleTenantFinding({
    targetId: target('aws').id,
    address: 'AWS::RDS::DBInstance/invoices-db',
    resourceType: 'database',
    resourceName: 'invoices',
    fields: [
      { path: '/publicAccess', desired: false, actual: true },
      { path: '/encryption/keyId', desired: 'a', actual: 'b' },
      {
        path: '/providerProperties/ProcessorFeatures/0/Value',
        desired: '1',
        actual: '2',
      },
    ],
    attribution,
  });

async function show(source: string, attribution?: Attribution) {
  await renderDrift({
    api: new FakeDriftApi({
      targets: [target(source)],
      findings: [finding(attribution)],
    }),
    path: `/drift/targets/${encodeURIComponent(target(source).id)}`,
  });
}

describe('the page of a tenant in a cloud', () => {
  it.each([
    ['aws', 'AWS'],
    ['azure', 'Azure'],
    ['gcp', 'Google Cloud'],
  ])('is the page of a tenant, on %s', async (source, label) => {
    await show(source);

    expect(
      await screen.findByRole('heading', { name: 'billing-platform' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Tenant id').nextSibling).toHaveTextContent(
      'billing',
    );
    expect(screen.getByText(label)).toBeInTheDocument();
    expect(
      await screen.findByRole('region', { name: 'Desired state' }),
    ).toBeInTheDocument();
  });

  it('says what its manifests look like', async () => {
    await show('aws');

    const desired = await screen.findByRole('region', {
      name: 'Desired state',
    });
    expect(
      await within(desired).findByText(
        /a document of kind Database or Storage/,
      ),
    ).toBeInTheDocument();
    expect(desired).not.toHaveTextContent('Helm');
  });

  it('names properties by words, and those of the provider as the provider does', async () => {
    await show('aws');

    const diff = await screen.findByRole('table', {
      name: 'Fields of AWS::RDS::DBInstance/invoices-db',
    });
    const [, ...rows] = within(diff).getAllByRole('row');
    expect(rows.map(row => row.textContent)).toEqual([
      'Public accessfalsetrue',
      'Encryption key"a""b"',
      'ProcessorFeatures[0].Value"1""2"',
    ]);
  });

  it.each([
    ['high', 'known from AWS CloudTrail'],
    ['medium', 'likely, by AWS CloudTrail'],
    ['low', 'one of several, by AWS CloudTrail'],
  ] as const)(
    'says who did it, how sure that is (%s) and where it stands',
    async (confidence, words) => {
      await show('aws', { ...byCloudTrail, confidence });

      const card = await screen.findByRole('article', {
        name: 'AWS::RDS::DBInstance/invoices-db',
      });
      expect(card).toHaveTextContent(
        `by sam@initech with ModifyDBInstance, 1 hour ago (${words}`,
      );
      expect(
        within(card).getByRole('link', { name: /AWS CloudTrail/ }),
      ).toHaveAttribute('href', byCloudTrail.url);
    },
  );

  it('links to no address that is not of the web', async () => {
    const url = ['javascript', 'alert(1)'].join(':');
    await show('aws', { ...byCloudTrail, url });

    const card = await screen.findByRole('article', {
      name: 'AWS::RDS::DBInstance/invoices-db',
    });
    expect(card).toHaveTextContent('known from AWS CloudTrail');
    expect(
      within(card).queryByRole('link', { name: /AWS CloudTrail/ }),
    ).toBeNull();
  });
});
