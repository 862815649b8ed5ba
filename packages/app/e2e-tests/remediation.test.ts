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
import { Browser, expect, Page, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';

const portal = 'http://localhost:7071';
const backend = 'http://localhost:7007';
const shop = '7f2c1f0a-5c1e-4b7e-9f43-0d6f0f5a2b11';
/** Drifted from the start; nobody remediates it here. */
const aiPlatform = '550e8400-e29b-41d4-a716-446655440000';

const hasTerraform = ['terraform', 'tofu'].some(
  tool => spawnSync(tool, ['version']).status === 0,
);

test.describe.configure({ mode: 'serial' });

const pageOf = (targetId: string) =>
  `/drift/targets/${encodeURIComponent(targetId)}`;

async function open(page: Page, address: string) {
  await page.goto(address);
  await expect(
    page.getByRole('main').or(page.getByRole('article')).first(),
  ).toBeVisible();
}

/** A page of the demo's second person. */
async function openAs(browser: Browser, provider: string): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(
    chosen => window.localStorage.setItem('drift-demo-person', chosen),
    provider,
  );
  return context.newPage();
}

async function openDark(browser: Browser): Promise<Page> {
  const context = await browser.newContext();
  await context.addInitScript(() =>
    window.localStorage.setItem('theme', 'dark'),
  );
  return context.newPage();
}

/** In what is in front: the dialog where there is one, else the page. */
async function expectNoViolations(page: Page, where: string) {
  const dialog = page.getByRole('dialog');
  if (await dialog.isVisible()) {
    // Colours are mixed while it fades in.
    await expect(page.locator('.MuiDialog-container')).toHaveCSS(
      'opacity',
      '1',
    );
  }
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .include((await dialog.isVisible()) ? '[role="dialog"]' : 'main, article')
    .analyze();
  expect(
    violations.map(
      ({ id, nodes }) => `${where}: ${id} at ${nodes[0].target.join(' ')}`,
    ),
  ).toEqual([]);
}

async function api<T>(page: Page, path: string): Promise<T> {
  const guest = await page.request.get(`${backend}/api/auth/guest/refresh`);
  const { token } = (await guest.json()).backstageIdentity;
  const answer = await page.request.get(`${backend}/api/drift${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(answer.ok()).toBe(true);
  return answer.json();
}

async function save(page: Page, address: string, label: string, value: string) {
  await page.goto(`${portal}${address}`);
  const input = page.getByLabel(label, { exact: true });
  await input.fill(value);
  await page
    .locator('form')
    .filter({ has: input })
    .getByRole('button')
    .first()
    .click();
  await expect(input).toHaveValue(value);
}

async function valueOf(page: Page, address: string, label: string) {
  await page.goto(`${portal}${address}`);
  return page.getByLabel(label, { exact: true }).inputValue();
}

async function preview(page: Page) {
  await page
    .getByRole('button', { name: /^Remediate/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('radio', { name: /Make reality match the code/ })
    .check();
  await dialog.getByRole('button', { name: 'Show what would change' }).click();
  await expect(
    dialog.getByRole('heading', { name: 'What would change', exact: true }),
  ).toBeVisible({ timeout: 120_000 });
  return dialog;
}

test("one click returns acme's node pool to what the code wants, and the page to clean", async ({
  page,
  browser,
}) => {
  test.skip(!hasTerraform, 'skipped: terraform not installed');
  const aks = pageOf('terraform:acme/tf-sandbox-aks');
  await open(page, aks);
  await expect(page.getByText('1 drifted resource')).toBeVisible({
    timeout: 150_000,
  });

  // With the keyboard alone
  const dialog = page.getByRole('dialog');
  const remediate = page.getByRole('button', { name: /^Remediate/ }).first();
  await remediate.focus();
  await page.keyboard.press('Enter');
  await expect(
    dialog.getByRole('heading', { name: 'What should be done?' }),
  ).toBeFocused();
  await expectNoViolations(page, 'choose');
  await page.keyboard.press('Escape');
  await expect(remediate).toBeFocused();
  await page.keyboard.press('Enter');
  await dialog
    .getByRole('radio', { name: /Make reality match the code/ })
    .press('Space');
  await dialog
    .getByRole('button', { name: 'Show what would change' })
    .press('Enter');
  await expect(dialog.getByText('1 change that was asked for')).toBeVisible({
    timeout: 120_000,
  });
  await expect(
    dialog.getByRole('heading', { name: /Waiting for confirmation/ }),
  ).toBeFocused();
  await expect(dialog.getByText(/node_count/).first()).toBeVisible();
  await expectNoViolations(page, 'preview');

  const address = page.url();
  const dark = await openDark(browser);
  await dark.goto(address);
  await expect(
    dark.getByRole('dialog').getByText('1 change that was asked for'),
  ).toBeVisible();
  await expectNoViolations(dark, 'preview, dark');

  await dialog.getByRole('button', { name: 'Apply now' }).press('Enter');
  await expect(dialog.getByRole('list', { name: 'Progress' })).toBeVisible();
  await expectNoViolations(page, 'progress');
  for (const each of [page, dark]) {
    await expect(
      each.getByRole('dialog').getByText('Done: the drift is gone'),
    ).toBeVisible({ timeout: 150_000 });
  }
  await expectNoViolations(page, 'result');
  await expectNoViolations(dark, 'result, dark');
  await dark.context().close();

  await open(page, aks);
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible();
  const clusters = await page.request.get(`${portal}/api/resources`);
  if (clusters.ok()) {
    expect(JSON.stringify(await clusters.json())).toContain('"node_count":3');
  }
});

test('what policy wants reviewed waits; a second person approves; history names both', async ({
  page,
  browser,
}) => {
  test.skip(!hasTerraform, 'skipped: terraform not installed');

  // The policy has prepared it, and it waits
  await open(page, '/drift/remediations');
  const prepared = page.getByRole('row').filter({ hasText: 'tf-sandbox-sql' });
  await expect(prepared.first()).toBeVisible({ timeout: 120_000 });
  await prepared.first().getByRole('link').first().click();
  await page.getByRole('button', { name: 'Reject' }).click();
  const rejection = page.getByRole('form', {
    name: 'Reject this remediation?',
  });
  await rejection.getByLabel(/^Reason/).fill('Asked for by hand instead');
  await rejection.getByRole('button', { name: 'Reject' }).click();
  await expect(
    page.getByText('Rejected: nothing was applied').first(),
  ).toBeVisible();

  // The guest asks, and may not approve
  await open(page, pageOf('terraform:globex/tf-sandbox-sql'));
  const dialog = await preview(page);
  await dialog.getByRole('button', { name: 'Request approval' }).click();
  await expect(dialog.getByText('Waiting for approval').first()).toBeVisible();
  await expect(
    dialog.getByRole('button', { name: 'Approve and apply' }),
  ).toBeDisabled();

  // Alice looks and approves
  const alice = await openAs(browser, 'demo-alice');
  await open(alice, '/drift/remediations');
  await alice
    .getByRole('row')
    .filter({ hasText: 'tf-sandbox-sql' })
    .first()
    .getByRole('link')
    .first()
    .click();
  await alice.getByRole('button', { name: 'Approve and apply' }).click();
  await expect(alice.getByText('Done: the drift is gone').first()).toBeVisible({
    timeout: 150_000,
  });
  await expect(alice.getByText(/guest/i).first()).toBeVisible();
  await expect(alice.getByText(/alice/i).first()).toBeVisible();
  await alice.context().close();

  await open(page, pageOf('terraform:globex/tf-sandbox-sql'));
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible();
});

test('drift that changed after it was looked at is refused', async ({
  page,
  context,
}) => {
  test.skip(!hasTerraform, 'skipped: terraform not installed');
  const network = '/clients/acme/virtual-networks/vnet-prod-acme';
  const vnet = pageOf('terraform:acme/tf-sandbox-vnet');
  await save(page, network, 'tag owner', 'somebody-else');
  await open(page, vnet);
  await page.getByRole('button', { name: /^Scan .*now$/ }).click();
  await expect(page.getByText('1 drifted resource')).toBeVisible({
    timeout: 60_000,
  });

  const dialog = await preview(page);
  const meanwhile = await context.newPage();
  await save(meanwhile, network, 'tag owner', 'a-third-one');
  await dialog.getByRole('button', { name: 'Apply now' }).click();
  await expect(
    dialog.getByText('Nothing was applied: something changed meanwhile'),
  ).toBeVisible({ timeout: 120_000 });
  expect(await valueOf(meanwhile, network, 'tag owner')).toBe('a-third-one');

  await save(meanwhile, network, 'tag owner', 'platform-team');
  await meanwhile.close();
  await open(page, vnet);
  await page.getByRole('button', { name: /^Scan .*now$/ }).click();
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
});

test('a ConfigMap that a policy looks after heals by itself', async ({
  page,
}) => {
  const configMap = '/tenants/tenant-shop/configmaps/cart-config';
  const label = 'log.level';
  const wanted = await valueOf(page, configMap, label);
  await save(page, configMap, label, 'trace');

  await open(page, pageOf(`kubernetes:-/${shop}`));
  await page.getByRole('button', { name: /^Scan .*now$/ }).click();

  await expect(async () => {
    expect(await valueOf(page, configMap, label)).toBe(wanted);
  }).toPass({ timeout: 90_000 });
  await expect(async () => {
    const { items } = await api<{ items: { state: string; by: string }[] }>(
      page,
      `/remediations?targetId=${encodeURIComponent(`kubernetes:-/${shop}`)}`,
    );
    expect(items[0]).toMatchObject({
      state: 'succeeded',
      origin: 'policy',
      requestedBy: 'policy:shop-config-maps',
    });
  }).toPass({ timeout: 90_000 });
  await open(page, pageOf(`kubernetes:-/${shop}`));
  await expect(page.getByText('Clean', { exact: true }).first()).toBeVisible({
    timeout: 60_000,
  });
});

for (const theme of ['light', 'dark']) {
  test(`queue, policies, rules and acknowledgements are accessible in the ${theme} theme`, async ({
    page,
  }) => {
    await page.addInitScript(
      chosen => window.localStorage.setItem('theme', chosen),
      theme,
    );

    await open(page, '/drift/remediations?tab=all');
    await expect(
      page.getByRole('row').filter({ hasText: 'Succeeded' }).first(),
    ).toBeVisible();
    await expectNoViolations(page, 'queue');
    await page
      .getByRole('link', { name: /^Open the/ })
      .first()
      .click();
    await expect(page.getByRole('region', { name: 'History' })).toBeVisible();
    await expectNoViolations(page, 'page of a remediation');

    await open(page, '/drift/policies');
    await expect(page.getByText('globex-four-eyes')).toBeVisible();
    await expectNoViolations(page, 'policies');
    await page.getByRole('button', { name: 'New policy' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectNoViolations(page, 'policy form');

    await open(page, '/drift/ignore-rules');
    await expect(page.getByText('There are no ignore rules')).toBeVisible();
    await expectNoViolations(page, 'ignore rules');
    await open(page, '/drift/acknowledgements');
    await expect(page.getByText('Nothing is acknowledged')).toBeVisible();
    await expectNoViolations(page, 'acknowledgements');

    await open(page, pageOf(`kubernetes:-/${aiPlatform}`));
    const finding = page.getByRole('article', { name: /ai-service$/ });
    await finding
      .getByRole('button', { name: 'Why is this not automatic?' })
      .click();
    await expect(finding.getByText('Policies that match')).toBeVisible();
    await expectNoViolations(page, 'why not automatic');
    const actions = finding.getByRole('button', { name: /^Actions on/ });
    await actions.press('Enter');
    await page.getByRole('menuitem', { name: /^Acknowledge/ }).press('Enter');
    await expect(
      page.getByRole('dialog', { name: 'Acknowledge drift' }),
    ).toBeVisible();
    await expectNoViolations(page, 'acknowledge');
    await page.keyboard.press('Escape');
    await expect(actions).toBeFocused();
    await actions.press('Enter');
    await page.getByRole('menuitem', { name: /^Mute like/ }).press('Enter');
    const rule = page.getByRole('dialog');
    await rule.getByLabel(/^Reason/).fill('Scaled by hand before the launch');
    await rule.getByRole('button', { name: 'Test against history' }).click();
    await expect(rule.getByText(/This rule would have muted/)).toBeVisible();
    await expectNoViolations(page, 'ignore rule with its back-test');
  });
}
