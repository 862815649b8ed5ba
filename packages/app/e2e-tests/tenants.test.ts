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

import { expect, Page, test } from '@playwright/test';

const portal = 'http://localhost:7071';
const backend = 'http://localhost:7007';
/** Drifted from the start, as in the first description of the product. */
const aiPlatform = '550e8400-e29b-41d4-a716-446655440000';
/** Clean from the start. */
const shop = '7f2c1f0a-5c1e-4b7e-9f43-0d6f0f5a2b11';

/** Enters as guest where Backstage asks. */
async function open(page: Page, address: string) {
  await page.goto(address);
  const enter = page.getByRole('button', { name: 'Enter' });
  const content = page.getByRole('main').or(page.getByRole('article')).first();
  await expect(enter.or(content).first()).toBeVisible();
  if (await enter.isVisible()) {
    await enter.click();
  }
}

const targetPage = (tenantId: string) =>
  `/drift/targets/${encodeURIComponent(`kubernetes:-/${tenantId}`)}`;

async function tenantApi(page: Page, method: 'get' | 'post', path: string) {
  const guest = await page.request.get(`${backend}/api/auth/guest/refresh`);
  const { token } = (await guest.json()).backstageIdentity;
  return page.request[method](
    `${backend}/api/drift/v1/infrastructure/tenants/${path}`,
    { headers: { authorization: `Bearer ${token}` } },
  );
}

async function scale(page: Page, deployment: string, replicas: number) {
  await page.goto(`${portal}/tenants/${deployment}`);
  const input = page.getByLabel(/replicas/i);
  await input.fill(String(replicas));
  await page
    .locator('form')
    .filter({ has: input })
    .getByRole('button')
    .first()
    .click();
  await expect(input).toHaveValue(String(replicas));
}

test('the tenant of the first description is drifted, with the report it asked for', async ({
  page,
}) => {
  // The catalog may not have been read yet.
  await expect(async () => {
    const checked = await tenantApi(page, 'post', `${aiPlatform}/drift-check`);
    expect(checked.status()).toBe(200);
  }).toPass({ timeout: 120_000 });

  const answer = await tenantApi(page, 'get', `${aiPlatform}/drift-report`);
  expect(answer.status()).toBe(200);
  const report = await answer.json();
  expect(Object.keys(report).sort()).toEqual([
    'driftItems',
    'hasDrift',
    'scanTimestamp',
    'summary',
    'tenantId',
  ]);
  expect(report).toMatchObject({ tenantId: aiPlatform, hasDrift: true });
  expect(report.driftItems).toEqual(
    expect.arrayContaining([
      {
        resourceType: 'deployment',
        resourceName: 'ai-service',
        field: 'replicas',
        desiredValue: '3',
        actualValue: '2',
        severity: 'HIGH',
      },
      {
        resourceType: 'configmap',
        resourceName: 'ai-service-config',
        field: 'query.timeout',
        desiredValue: '60s',
        actualValue: '30s',
        severity: 'MEDIUM',
      },
    ]),
  );
  expect(report.summary.driftedResources).toBe(2);
  expect(report.summary.healthyResources).toBe(
    report.summary.totalResources - 2,
  );

  await open(page, targetPage(aiPlatform));
  await expect(page.getByText('2 drifted resources')).toBeVisible();
  await expect(page.getByText(/kubectl-edit/).first()).toBeVisible();
});

test('a Deployment scaled by hand is drift, says who did it, and is clean when undone', async ({
  page,
}) => {
  await open(page, targetPage(shop));
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible({
    timeout: 90_000,
  });

  await scale(page, 'tenant-shop/deployments/cart', 7);
  const checked = await tenantApi(page, 'post', `${shop}/drift-check`);
  expect(checked.status()).toBe(200);
  expect((await checked.json()).driftItems).toEqual([
    {
      resourceType: 'deployment',
      resourceName: 'cart',
      field: 'replicas',
      desiredValue: '2',
      actualValue: '7',
      severity: 'HIGH',
    },
  ]);

  await open(page, targetPage(shop));
  await page.getByRole('button', { name: /^Scan .*now$/ }).click();
  await expect(page.getByText('1 drifted resource')).toBeVisible({
    timeout: 60_000,
  });
  const field = page.getByRole('row').filter({ hasText: 'replicas' }).first();
  await expect(field).toContainText('7');
  await expect(page.getByText(/portal/).first()).toBeVisible();

  await open(page, '/catalog/default/resource/shop-platform');
  await expect(page.getByText(/1 of \d+ resources? drifted/)).toBeVisible();

  await scale(page, 'tenant-shop/deployments/cart', 2);
  await open(page, targetPage(shop));
  await page.getByRole('button', { name: /^Scan .*now$/ }).click();
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
});
