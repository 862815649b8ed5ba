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

import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import {
  driftRemediatorsExtensionPoint,
  Remediator,
} from '@infra-hub/backstage-plugin-drift-node';
import { requestOf } from './__testUtils__/requests';
import driftModuleGithub from '.';

function start(remediation: object[] | undefined) {
  const remediators: Remediator[] = [];
  const backend = startTestBackend({
    extensionPoints: [
      [
        driftRemediatorsExtensionPoint,
        {
          addRemediator: (remediator: Remediator) =>
            remediators.push(remediator),
          addAdopter: () => {},
        },
      ],
    ],
    features: [
      driftModuleGithub,
      mockServices.rootConfig.factory({
        data: {
          integrations: {
            github: [
              { host: 'github.com', token: 'the-token' },
              { host: 'ghe.example', token: 'the-token' },
            ],
          },
          ...(remediation ? { drift: { github: { remediation } } } : {}),
        },
      }),
    ],
  });
  return { backend, remediators };
}

const route = {
  targets: [
    { client: 'acme', name: 'net*' },
    { client: '-', name: 'shared' },
  ],
  repository: 'acme/infra',
};

describe('driftModuleGithub', () => {
  it('adds a remediator that repairs what its configuration names', async () => {
    const { backend, remediators } = start([route]);
    const running = await backend;
    const [remediator] = remediators;
    expect(remediator.id).toBe('github');
    expect(remediator.actionsFor('terraform')).toEqual(['revert']);
    expect(remediator.actionsFor('kubernetes')).toEqual([]);
    const { target } = requestOf();
    const supported = (parts: object) =>
      remediator.supports({ ...target, ...parts }, 'revert').supported;
    expect(supported({})).toBe(true);
    expect(supported({ name: 'cluster' })).toBe(false);
    expect(supported({ client: 'other' })).toBe(false);
    expect(supported({ client: undefined })).toBe(false);
    expect(supported({ client: undefined, name: 'shared' })).toBe(true);
    expect(supported({ client: 'acme', name: 'shared' })).toBe(false);
    expect(supported({ source: 'kubernetes' })).toBe(false);
    expect(remediator.supports(target, 'refresh-state')).toEqual({
      supported: false,
      reason: 'Pipelines apply the code, and do nothing else.',
    });
    await running.stop();
  });

  it('does nothing without configuration', async () => {
    const { backend, remediators } = start(undefined);
    const running = await backend;
    expect(remediators[0].actionsFor('terraform')).toEqual([]);
    expect(remediators[0].supports(requestOf().target, 'revert')).toEqual({
      supported: false,
      reason: 'drift.github.remediation names no pipeline for this target.',
    });
    await running.stop();
  });

  it('shows what the last scan stored, and what is not bound', async () => {
    const { backend, remediators } = start([route]);
    const running = await backend;
    const request = requestOf({
      lastScan: { evidence: 'plan-json', commit: 'c0ffee' },
    });
    request.findings = [
      ...request.findings,
      {
        ...request.findings[0],
        address: 'a.muted',
        class: 'pending',
        suppressedBy: { ruleId: 'r', reason: 'Known.' },
        fields: [{ path: '/key', sensitive: true }],
        normalised: [
          {
            path: '/tags',
            normaliser: 'ignore-rule:r',
            reason: 'Known.',
            muted: { path: '/tags', actual: 'a', desired: 'b' },
          },
        ],
      },
      { ...request.findings[0], address: 'a.done', state: 'resolved' },
      { ...request.findings[0], address: 'a.left', class: 'absorbed' },
    ];
    const context = {} as never;
    const plan = await remediators[0].preview(request, context);
    expect(plan).toMatchObject({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      evidence: 'plan-json',
      commit: 'c0ffee',
      warnings: [
        expect.stringContaining('workflow drift-remediate.yml of acme/infra'),
        expect.stringContaining('Secret values'),
      ],
    });
    expect(
      plan.changes.map(({ address, fields }) => [address, fields]),
    ).toEqual([
      [
        'sandbox_storage_bucket.assets',
        [{ path: '/public_access', actual: true, desired: false }],
      ],
      [
        'a.muted',
        [
          { path: '/key', sensitive: true },
          { path: '/tags', actual: 'a', desired: 'b' },
        ],
      ],
    ]);
    await expect(
      remediators[0].preview({ ...request, findings: [] }, context),
    ).rejects.toMatchObject({
      name: 'RemediationFailure',
      message: 'The last scan shows no drift; scan again.',
    });
    await expect(
      remediators[0].preview(
        { ...request, lastScan: { evidence: 'plan-text' } },
        context,
      ),
    ).rejects.toThrow('as JSON');
    await expect(
      remediators[0].preview(
        {
          ...request,
          findings: request.findings,
          addresses: [
            request.findings[0].address,
            ...Array(500).fill('x'.repeat(200)),
          ],
        },
        context,
      ),
    ).rejects.toThrow('choose fewer');
    await running.stop();
  });

  it.each<[string, object, string]>([
    ['repository', { repository: 'infra' }, 'remediation[0].repository'],
    ['repository', { repository: 'acme/../x' }, 'remediation[0].repository'],
    ['repository', { repository: 'acme/..' }, 'remediation[0].repository'],
    ['workflow', { workflow: '../x.yml' }, 'remediation[0].workflow'],
    ['host', { host: 'evil.example' }, 'remediation[0].host'],
    ['host', { host: 'ghe.example' }, 'address of the API'],
    ['targets', { targets: [] }, 'remediation[0].targets'],
    ['timeout', { timeout: { seconds: 1 } }, 'remediation[0].timeout'],
    ['timeout', { timeout: 'soon' }, 'timeout'],
  ])('does not start with a wrong %s', async (_what, parts, message) => {
    await expect(start([{ ...route, ...parts }]).backend).rejects.toThrow(
      message,
    );
  });
});
