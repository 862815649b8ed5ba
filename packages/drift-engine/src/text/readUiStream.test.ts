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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inChunks } from '../plan/__testUtils__/plans';
import { readUiStream } from './readUiStream';

const STREAM = readFileSync(
  join(__dirname, '..', '__fixtures__', 'terraform', 'plan-stream-ui.jsonl'),
).toString();

const read = (text: string) => readUiStream(inChunks(Buffer.from(text)));
const events = (...all: object[]) =>
  read(all.map(event => JSON.stringify(event)).join('\n'));

describe('readUiStream', () => {
  it('reads what drifted and what is planned from a recorded stream', async () => {
    const plan = await read(STREAM);
    const names = {
      resourceType: 'drift_database',
      resourceName: 'replica',
    };
    expect(plan).toEqual({
      evidence: 'ui-stream',
      complete: true,
      toolName: 'terraform',
      toolVersion: '1.11.4',
      noChanges: false,
      outputsOnly: false,
      refreshOnly: false,
      summary: { add: 2, change: 1, destroy: 1, import: 0 },
      errors: [],
      warnings: [],
      drift: [
        {
          address: 'drift_database.main',
          ...names,
          resourceName: 'main',
          action: 'update',
        },
        { address: 'drift_database.replica[0]', ...names, action: 'update' },
        { address: 'drift_database.replica[1]', ...names, action: 'delete' },
      ],
      changes: [
        {
          address: 'drift_database.main',
          ...names,
          resourceName: 'main',
          action: 'update',
        },
        {
          address: 'drift_database.replica[0]',
          ...names,
          action: 'replace',
          actionReason: 'replace_because_cannot_update',
        },
        { address: 'drift_database.replica[1]', ...names, action: 'create' },
      ],
    });
  });

  it('is not complete when it is cut, between lines or inside one', async () => {
    const lines = STREAM.trim().split('\n');
    const summary = lines.findIndex(line => line.includes('change_summary'));
    const cut = lines.slice(0, summary).join('\n');
    expect((await read(cut)).complete).toBe(false);
    expect((await read(STREAM.trim().slice(0, -5))).complete).toBe(false);
  });

  it('reads errors without secrets, moves, forgotten and unknown actions', async () => {
    const resource = (addr: string) => ({ resource: { addr } });
    const plan = await events(
      { type: 'version', tofu: '1.9.0' },
      {
        type: 'resource_drift',
        change: {
          ...resource('t.new'),
          previous_resource: { addr: 't.old' },
          action: 'noop',
        },
      },
      {
        type: 'resource_drift',
        change: { ...resource('t.x'), action: 'noop' },
      },
      {
        type: 'planned_change',
        change: { ...resource('module.m["a.b"].t.y[0]'), action: 'remove' },
      },
      {
        type: 'planned_change',
        change: { ...resource('t.z'), action: 'lift' },
      },
      {
        type: 'planned_change',
        change: { ...resource('data.t.q'), action: 'read' },
      },
      {
        type: 'diagnostic',
        diagnostic: {
          severity: 'error',
          summary: 'Login failed',
          detail: 'dial postgres://app:hunter22@db.local/x',
        },
      },
      { type: 'diagnostic', diagnostic: { severity: 'warning', summary: 'w' } },
      { type: 'change_summary', changes: { operation: 'plan' } },
    );
    expect(plan).toMatchObject({
      toolName: 'tofu',
      toolVersion: '1.9.0',
      complete: false,
      drift: [{ address: 't.new', previousAddress: 't.old', action: 'move' }],
      changes: [
        {
          address: 'module.m["a.b"].t.y[0]',
          moduleAddress: 'module.m["a.b"]',
          resourceType: 't',
          resourceName: 'y',
          action: 'forget',
        },
        { address: 't.z', action: 'unknown' },
      ],
    });
    expect(plan.drift).toHaveLength(1);
    expect(plan.errors).toEqual(['Login failed: dial (sensitive)db.local/x']);
  });

  it('tells nothing from outputs only', async () => {
    const summary = { type: 'change_summary', changes: { operation: 'plan' } };
    expect(await events(summary)).toMatchObject({
      noChanges: true,
      outputsOnly: false,
      complete: true,
    });
    expect(
      await events(summary, {
        type: 'outputs',
        outputs: { o: { action: 'update' } },
      }),
    ).toMatchObject({ noChanges: false, outputsOnly: true });
  });
});
