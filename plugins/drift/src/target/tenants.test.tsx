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

import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeDriftApi } from '../__testUtils__/FakeDriftApi';
import { renderDrift } from '../__testUtils__/renderDrift';
import {
  sampleDesired,
  sampleTenant,
  sampleTenantFinding,
} from '../__testUtils__/samples';

const TENANT_ID = '550e8400-e29b-41d4-a716-446655440000';
const PATH = `/drift/targets/${encodeURIComponent(
  `kubernetes:-/${TENANT_ID}`,
)}`;

const drifted = sampleTenant({
  status: 'drifted',
  risk: 'high',
  driftedResources: 2,
  summary: 'ai-service was scaled from 3 to 5 replicas.',
  blindSpots: [
    { scope: 'Secrets', reason: 'The cluster forbids to list them (403).' },
  ],
});

const desired = {
  tenantId: TENANT_ID,
  revision: 7,
  resources: [
    sampleDesired('Deployment', 'ai-service'),
    sampleDesired('ConfigMap', 'ai-config'),
    sampleDesired('ConfigMap', 'ai-flags'),
  ],
};

function factsOf(section: HTMLElement): Record<string, string | null> {
  const names = within(section).getAllByRole('term');
  const values = within(section).getAllByRole('definition');
  return Object.fromEntries(
    names.map((name, index) => [name.textContent, values[index].textContent]),
  );
}

async function desiredState() {
  return screen.findByRole('region', { name: 'Desired state' });
}

describe('the page of a tenant', () => {
  it('is named after the entity and shows the id beside', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [sampleTenantFinding()],
      }),
      path: PATH,
    });

    expect(
      await screen.findByRole('heading', { name: 'acme-production' }),
    ).toBeInTheDocument();
    expect(screen.getByText('Tenant id').nextSibling).toHaveTextContent(
      TENANT_ID,
    );
    expect(screen.getByText('Kubernetes v1.36.2')).toBeInTheDocument();
    expect(screen.getByText('1 part')).toBeInTheDocument();
    expect(
      screen.getByRole('region', { name: 'Not checked' }),
    ).toHaveTextContent('Secrets: The cluster forbids to list them (403).');
  });

  it('keeps its name without an entity', async () => {
    await renderDrift({
      api: new FakeDriftApi({ targets: [{ ...drifted, entityRefs: [] }] }),
      path: PATH,
    });

    expect(
      await screen.findByRole('heading', { name: TENANT_ID }),
    ).toBeInTheDocument();
  });

  it('compares what the platform wants with what is, by readable names, and says who wrote it', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleTenantFinding({
            fields: [
              {
                path: '/spec/template/spec/containers/0/env/2/value',
                label: 'containers[main].env[MODE]',
                desired: 'safe',
                actual: 'fast',
              },
            ],
          }),
        ],
      }),
      path: PATH,
    });

    const diff = await screen.findByRole('table', {
      name: 'Fields of tenant-ai/Deployment/ai-service',
    });
    expect(
      within(diff)
        .getAllByRole('columnheader')
        .map(header => header.textContent),
    ).toEqual(['Field', 'Platform wants', 'Really is']);
    const [, row] = within(diff).getAllByRole('row');
    expect(row).toHaveTextContent('containers[main].env[MODE]"safe""fast"');

    const finding = screen.getByRole('article', {
      name: 'tenant-ai/Deployment/ai-service',
    });
    expect(finding).toHaveTextContent('by kubectl-edit, 3 hours ago');
    expect(finding).not.toHaveTextContent('managedFields');
    await userEvent.click(
      within(finding).getByRole('button', { name: 'Why is this drift?' }),
    );
    expect(finding).toHaveTextContent(
      'Written bykubectl-edit (Update), known from managedFields',
    );
  });

  it('marks objects that nobody wants, names missing ones, and folds expected ones with their reasons', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        findings: [
          sampleTenantFinding({
            address: 'tenant-ai/Job/debug',
            change: 'create',
            unmanaged: true,
            fields: [],
          }),
          sampleTenantFinding({
            address: 'tenant-ai/Service/ai',
            change: 'delete',
            fields: [],
          }),
          sampleTenantFinding({
            address: 'tenant-ai/Deployment/web',
            class: 'expected',
            reason: 'An autoscaler sets replicas between 2 and 10.',
          }),
        ],
      }),
      path: PATH,
    });

    expect(
      await screen.findByRole('article', { name: 'tenant-ai/Job/debug' }),
    ).toHaveTextContent('Unmanaged');
    const missing = screen.getByRole('article', {
      name: 'tenant-ai/Service/ai',
    });
    expect(missing).toHaveTextContent('Missing in reality');
    expect(missing).not.toHaveTextContent('Unmanaged');
    const reason = 'An autoscaler sets replicas between 2 and 10.';
    expect(screen.queryByText(reason)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /^1 expected/ }));
    expect(screen.getByText(reason)).toBeInTheDocument();
    expect(
      screen.getByRole('article', { name: 'tenant-ai/Deployment/web' }),
    ).toHaveTextContent('Changed as expected');
  });

  it('says how much is desired, since when, by whom and from where', async () => {
    await renderDrift({
      api: new FakeDriftApi({ targets: [drifted], desiredStates: [desired] }),
      path: PATH,
    });

    const section = await desiredState();
    await within(section).findByText('2 ConfigMap');
    expect(factsOf(section)).toEqual({
      Revision: '7',
      Resources: '3',
      Origin: 'Written to the API',
      'Last change': '2 hours ago by jo',
    });
    expect(
      within(section)
        .getAllByRole('listitem')
        .map(item => item.textContent),
    ).toEqual(['2 ConfigMap', '1 Deployment']);

    await userEvent.click(
      within(section).getByRole('button', { name: 'How to update it' }),
    );
    const put = within(section).getByText(/^curl -X PUT/);
    expect(put).toHaveTextContent(
      `/api/drift/v1/infrastructure/tenants/${TENANT_ID}/desired-state?dryRun=true'`,
    );
    expect(put).toHaveTextContent(`'If-Match: "7"'`);
  });

  it('offers three ways to a first desired state', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [sampleTenant({ status: 'unknown' })],
      }),
      path: PATH,
    });

    const section = await desiredState();
    await within(section).findByText(
      'Nobody has said yet what this tenant should look like',
    );
    expect(
      within(section)
        .getAllByRole('heading', { level: 4 })
        .map(heading => heading.textContent),
    ).toEqual([
      'Manifests beside the entity',
      'Send manifests to the API',
      'Capture from live',
    ]);
    expect(
      within(section).getByRole('button', { name: 'Capture from live' }),
    ).toBeInTheDocument();
  });

  it('captures what is live after showing what that changes', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      desiredStates: [desired],
      live: {
        [TENANT_ID]: [
          sampleDesired('Deployment', 'ai-service', {
            spec: { kind: 'Deployment', spec: { replicas: 5 } },
          }),
          desired.resources[1],
          sampleDesired('Job', 'debug'),
        ],
      },
    });
    await renderDrift({ api, path: PATH });

    await userEvent.click(
      await screen.findByRole('button', { name: 'Capture from live' }),
    );
    const dialog = await screen.findByRole('dialog');
    const listed = async (name: string) =>
      within(await within(dialog).findByRole('list', { name }))
        .getAllByRole('listitem')
        .map(item => item.textContent);
    expect(await listed('1 resource is added')).toEqual([
      'job/tenant-ai/debug',
    ]);
    expect(await listed('1 resource is changed')).toEqual([
      'deployment/tenant-ai/ai-service',
    ]);
    expect(await listed('1 resource is removed')).toEqual([
      'configmap/tenant-ai/ai-flags',
    ]);
    expect(dialog).toHaveTextContent('1 resource stays as it is.');
    expect(dialog).toHaveTextContent('what acme-production should look like');
    expect(api.desiredStates.get(TENANT_ID)?.revision).toBe(7);

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Take it over' }),
    );
    expect(
      await screen.findByText('The desired state is now revision 8.'),
    ).toBeInTheDocument();
    await waitFor(() =>
      expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
    );
    expect(
      api.desiredStates.get(TENANT_ID)?.resources.map(({ name }) => name),
    ).toEqual(['ai-service', 'ai-config', 'debug']);
  });

  it('overwrites nobody who was faster, and shows the difference anew', async () => {
    const api = new FakeDriftApi({
      targets: [drifted],
      desiredStates: [desired],
      live: { [TENANT_ID]: [sampleDesired('Job', 'debug')] },
    });
    await renderDrift({ api, path: PATH });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Capture from live' }),
    );
    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText('3 resources are removed');
    api.desiredStates.set(TENANT_ID, {
      ...desired,
      revision: 8,
      resources: desired.resources.slice(0, 1),
    });

    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Take it over' }),
    );
    expect(
      await within(dialog).findByText(/has revision 8, not 7/),
    ).toBeInTheDocument();
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Read again' }),
    );
    expect(
      await within(dialog).findByText('1 resource is removed'),
    ).toBeInTheDocument();
  });

  it('does not offer to take over what is the same', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        desiredStates: [desired],
        live: { [TENANT_ID]: desired.resources },
      }),
      path: PATH,
    });
    await userEvent.click(
      await screen.findByRole('button', { name: 'Capture from live' }),
    );

    const dialog = await screen.findByRole('dialog');
    await within(dialog).findByText(/nothing would change/);
    expect(
      within(dialog).getByRole('button', {
        name: /^Take it over\. .*nothing would change/,
      }),
    ).toHaveAttribute('aria-disabled', 'true');
  });

  it('leaves a desired state alone that manifests give', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [drifted],
        desiredStates: [
          {
            ...desired,
            resources: [
              sampleDesired('Deployment', 'ai-service', { origin: 'manifest' }),
            ],
          },
        ],
      }),
      path: PATH,
    });

    const button = await screen.findByRole('button', {
      name: 'Capture from live. The desired state comes from the manifests beside the entity: change it there.',
    });
    await userEvent.click(button);
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('has no desired state section for a module', async () => {
    await renderDrift({
      api: new FakeDriftApi({
        targets: [{ ...drifted, source: 'terraform' }],
      }),
      path: PATH,
    });

    await screen.findByRole('heading', { name: TENANT_ID });
    expect(
      screen.queryByRole('region', { name: 'Desired state' }),
    ).not.toBeInTheDocument();
  });
});
