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

import AxeBuilder from '@axe-core/playwright';
import { expect, Page, test } from '@playwright/test';

const portal = 'http://localhost:7071';
const backend = 'http://localhost:7007';
/** On the sandbox's AWS: a drifted database and a clean bucket from the start. */
const billing = '3d1c7a52-9b0e-4f6d-8a57-2c94e1b0d6f3';
const targetPage = `/drift/targets/${encodeURIComponent(
  `aws:initech/${billing}`,
)}`;
const databasePage = '/aws/eu-central-1/databases/invoices-db';
const bucketPage = '/aws/eu-central-1/buckets/initech-invoice-archive';

test.describe.configure({ mode: 'serial' });

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

async function tenantApi(page: Page, method: 'get' | 'post', path: string) {
  const guest = await page.request.get(`${backend}/api/auth/guest/refresh`);
  const { token } = (await guest.json()).backstageIdentity;
  return page.request[method](
    `${backend}/api/drift/v1/infrastructure/tenants/${billing}/${path}`,
    { headers: { authorization: `Bearer ${token}` } },
  );
}

/** Sets a switch in the sandbox's portal, as jane. */
async function setSwitch(
  page: Page,
  address: string,
  label: string,
  on: boolean,
) {
  await page.goto(`${portal}${address}`);
  await page.getByLabel('Acting as').fill('jane@initech');
  const input = page.getByLabel(label, { exact: true });
  await input.setChecked(on);
  await page
    .locator('form')
    .filter({ has: input })
    .getByRole('button', { name: /^Save/ })
    .click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await expect(input).toBeChecked({ checked: on });
}

const scanNow = (page: Page) =>
  page.getByRole('button', { name: /^Scan .*now$/ }).click();

async function expectNoViolations(page: Page, where: string) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .include('main, article')
    .analyze();
  expect(
    violations.map(
      ({ id, nodes }) => `${where}: ${id} at ${nodes[0].target.join(' ')}`,
    ),
  ).toEqual([]);
}

test('a tenant on AWS has a drifted database, by whom CloudTrail says, and a clean bucket', async ({
  page,
}) => {
  // The catalog may not have been read yet.
  await expect(async () => {
    const checked = await tenantApi(page, 'post', 'drift-check');
    expect(checked.status()).toBe(200);
  }).toPass({ timeout: 120_000 });

  const answer = await tenantApi(page, 'get', 'drift-report');
  expect(answer.status()).toBe(200);
  expect(await answer.json()).toEqual({
    tenantId: billing,
    scanTimestamp: expect.any(String),
    hasDrift: true,
    driftItems: expect.arrayContaining([
      {
        resourceType: 'database',
        resourceName: 'invoices',
        field: 'size',
        desiredValue: 'db.t4g.medium',
        actualValue: 'db.t4g.large',
        severity: 'CRITICAL',
      },
      {
        resourceType: 'database',
        resourceName: 'invoices',
        field: 'publicAccess',
        desiredValue: 'false',
        actualValue: 'true',
        severity: 'CRITICAL',
      },
    ]),
    summary: { totalResources: 2, driftedResources: 1, healthyResources: 1 },
  });

  await open(page, targetPage);
  await expect(
    page.getByRole('heading', { name: 'Billing platform' }),
  ).toBeVisible();
  await expect(page.getByText('1 drifted resource')).toBeVisible();
  const database = page.getByRole('article', { name: /invoices-db/ });
  await expect(database).toContainText('by sam@initech', { timeout: 60_000 });
  await expect(database).toContainText('CloudTrail');
  const field = database.getByRole('row').filter({ hasText: 'Public access' });
  await expect(field).toContainText('false');
  await expect(field).toContainText('true');
  await expect(page.getByRole('article', { name: /archive/ })).toHaveCount(0);
  await expectNoViolations(page, 'tenant on AWS');
});

test('one click makes the database as it is wanted, and the page clean', async ({
  page,
}) => {
  await open(page, targetPage);
  await page
    .getByRole('button', { name: /^Remediate/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /Make reality match/ }).check();
  await dialog.getByRole('button', { name: 'Show what would change' }).click();
  await expect(
    dialog.getByRole('heading', { name: 'What would change', exact: true }),
  ).toBeVisible({ timeout: 60_000 });
  await expect(dialog.getByText('1 change that was asked for')).toBeVisible();
  await expect(dialog.getByText('Public access').first()).toBeVisible();
  await expect(dialog.getByText('db.t4g.medium').first()).toBeVisible();
  await dialog.getByRole('button', { name: 'Apply now' }).click();
  await expect(dialog.getByText('Done: the drift is gone')).toBeVisible({
    timeout: 90_000,
  });

  await open(page, targetPage);
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible();
  const report = await tenantApi(page, 'get', 'drift-report');
  expect(await report.json()).toMatchObject({ hasDrift: false });

  await page.goto(`${portal}${databasePage}`);
  await expect(page.getByLabel('Instance class')).toHaveValue('db.t4g.medium');
  await expect(page.getByLabel('Publicly accessible')).not.toBeChecked();
  await expect(page.getByLabel('Multi-AZ standby')).toBeChecked();
  await expect(
    page.getByRole('row').filter({ hasText: 'drift-remediator' }).first(),
  ).toBeVisible();
});

test('a bucket changed in the portal is drift of whoever did it, and clean when undone', async ({
  page,
}) => {
  const versions = 'Keep old versions of objects';
  await setSwitch(page, bucketPage, versions, false);
  await open(page, targetPage);
  await scanNow(page);
  const bucket = page.getByRole('article', { name: /archive/ });
  await expect(bucket).toBeVisible({ timeout: 60_000 });
  await expect(bucket).toContainText('Versioning');
  await expect(bucket).toContainText('by jane@initech', { timeout: 60_000 });

  await setSwitch(page, bucketPage, versions, true);
  await open(page, targetPage);
  await scanNow(page);
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
});
