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
import { LowEvidencePlan } from './LowEvidencePlan';
import { readPlanText } from './readPlanText';

const FIXTURES = join(__dirname, '..', '__fixtures__', 'terraform');

const read = (text: string) => readPlanText(inChunks(Buffer.from(text)));
const recorded = (name: string) =>
  readFileSync(join(FIXTURES, name)).toString();

const fieldsOf = (plan: LowEvidencePlan, address: string) =>
  [...plan.drift, ...plan.changes].find(entry => entry.address === address)
    ?.fields;

describe('readPlanText', () => {
  it('reads planned actions with their attributes', async () => {
    const plan = await read(recorded('drift-delete-and-forced-replace.txt'));
    expect(plan).toMatchObject({
      complete: true,
      noChanges: false,
      outputsOnly: false,
      refreshOnly: false,
      summary: { add: 2, change: 1, destroy: 1 },
      drift: [],
      errors: [],
      warnings: [],
    });
    expect(plan.changes.map(entry => [entry.address, entry.action])).toEqual([
      ['drift_database.main', 'update'],
      ['drift_database.replica[0]', 'replace'],
      ['drift_database.replica[1]', 'create'],
    ]);
    expect(fieldsOf(plan, 'drift_database.main')).toEqual([
      { path: '/admin_password', sensitive: true },
      { path: '/node_count', before: 5, after: 3 },
      { path: '/size_gb', before: 50, after: 20 },
      { path: '/tags/incident', before: 'INC-4711' },
      { path: '/network_rule/0/cidr', before: '0.0.0.0/0' },
      { path: '/network_rule/0/port', before: 5432 },
    ]);
    expect(fieldsOf(plan, 'drift_database.replica[0]')).toContainEqual({
      path: '/name',
      before: 'renamed-by-hand',
      after: 'orders-replica-0',
      forcesReplacement: true,
    });
    expect(fieldsOf(plan, 'drift_database.replica[1]')).toContainEqual({
      path: '/id',
      afterUnknown: true,
    });
  });

  it('tells what changed outside from what is planned', async () => {
    const relevant = await read(recorded('drift-relevant-output.txt'));
    expect(relevant).toMatchObject({
      complete: true,
      outputsOnly: true,
      changes: [],
      drift: [
        {
          address: 'drift_database.main',
          action: 'update',
          fields: [
            {
              path: '/endpoint',
              before: 'db-7.db.local:5432',
              after: 'moved.db.local:5432',
            },
          ],
        },
      ],
    });
    const refreshOnly = await read(recorded('refresh-only-drift.txt'));
    expect(refreshOnly).toMatchObject({
      complete: true,
      refreshOnly: true,
      changes: [],
    });
    expect(fieldsOf(refreshOnly, 'drift_database.main')).toContainEqual({
      path: '/node_count',
      before: 3,
      after: 5,
    });
  });

  it('reads moves, taints and reasons', async () => {
    const moved = await read(recorded('moved-and-count-shrink.txt'));
    expect(moved.changes).toMatchObject([
      {
        address: 'drift_database.reader[0]',
        previousAddress: 'drift_database.replica[0]',
        action: 'move',
      },
      {
        address: 'drift_database.reader[1]',
        previousAddress: 'drift_database.replica[1]',
        action: 'delete',
        actionReason: 'delete_because_count_index',
      },
    ]);
    const outside = await read(recorded('moved-refresh-only.txt'));
    expect(outside.drift.map(entry => entry.action)).toEqual(['move', 'move']);
    const tainted = await read(recorded('tainted-replace.txt'));
    expect(tainted.changes[1]).toMatchObject({
      action: 'replace',
      actionReason: 'replace_because_tainted',
    });
  });

  it('knows the tool saying that nothing changes', async () => {
    for (const name of [
      'computed-only-drift-exit0.txt',
      'ignore-changes-drift-exit0.txt',
    ]) {
      expect(await read(recorded(name))).toMatchObject({
        complete: true,
        noChanges: true,
        changes: [],
      });
    }
  });

  it('reads coloured text, Windows line ends and any cut of bytes alike', async () => {
    const text = recorded('drift-update-sensitive-block.txt');
    const expected = await read(text);
    const coloured = text
      .replace(/^( *)([~+-])/gm, '$1\u001b[33m$2\u001b[0m')
      .replace(/Plan:/, '\u001b[1mPlan:\u001b[0m')
      .replace(/^ {2}# (.*)$/gm, '\u001b[1m  # $1\u001b[0m')
      .replace(/\n/g, '\r\n');
    expect(await read(coloured)).toEqual(expected);
    expect(
      await readPlanText(inChunks(Buffer.from(coloured), () => 3)),
    ).toEqual(expected);
  });

  it('is not complete without an end, or with a hole in the middle', async () => {
    const text = recorded('drift-delete-and-forced-replace.txt');
    const end = text.indexOf('\nPlan:');
    expect(await read(text.slice(0, end))).toMatchObject({ complete: false });
    const hole = text.slice(0, text.indexOf('  # drift_database.replica[1]'));
    const holed = await read(hole + text.slice(end));
    expect(holed.complete).toBe(false);
    expect(holed.warnings).toHaveLength(1);
    expect((await read('Initializing modules...\n')).complete).toBe(false);
  });

  it('reads errors, framed and bare, without secrets', async () => {
    const framed = await read(
      [
        '╷',
        '│ Error: Invalid credentials',
        '│ ',
        '│   with provider["x/y"],',
        '│   on main.tf line 3:',
        '│ ',
        '│ cannot log in with postgres://app:hunter22@db.local/x',
        '╵',
        '',
      ].join('\n'),
    );
    expect(framed.complete).toBe(false);
    expect(framed.errors).toHaveLength(1);
    expect(framed.errors[0]).toContain('Invalid credentials');
    expect(framed.errors[0]).not.toContain('hunter22');

    const bare = await read(
      'Error: No configuration files\n\nApply requires configuration.\n',
    );
    expect(bare).toMatchObject({
      complete: false,
      errors: ['No configuration files Apply requires configuration.'],
    });
  });

  it('reads modules, deposed objects, forgotten ones, lists, blocks and documents', async () => {
    const plan = await read(`
OpenTofu will perform the following actions:

  # module.a["x will be created"].module.b[0].aws_s3_bucket.logs will be updated in-place
  ~ resource "aws_s3_bucket" "logs" {
        id     = "b"
      ~ policy = jsonencode(
          ~ {
              ~ Statement = [
                  ~ {
                      ~ Effect = "Allow" -> "Deny"
                    },
                ]
            }
        )
      ~ zones  = [
            "a",
          - "b",
          + "c",
            # (1 unchanged element hidden)
        ]
      ~ script = <<-EOT
            one
          - two
          + three
        EOT
      + client_secret = "hunter22"
      ~ ids    = [] -> (known after apply)
      ~ text   = "a -> b \\"c\\"" -> "d"
      ~ big    = 9007199254740993 -> 2

      ~ rule {
          ~ port = 1 -> 2
        }
      ~ rule {
          ~ port = 3 -> 4
        }

      ~ secret_block {
          # At least one attribute in this block is (or was) sensitive,
          # so its contents will not be displayed.
        }
    }

  # aws_instance.old (deposed object 1a2b3c4d) will be destroyed
  # (left over from a partially-failed replacement of this instance)
  - resource "aws_instance" "old" {
      - id = "i-1" -> null
    }

  # aws_instance.kept will be removed from the OpenTofu state but will not be destroyed
  # aws_instance.levitating will be levitated
  ~ resource "aws_instance" "levitating" {
    }

  # data.aws_ami.x will be read during apply
 <= data "aws_ami" "x" {
      + id = (known after apply)
    }

Plan: 0 to add, 1 to change, 1 to destroy.
`);
    expect(plan.toolName).toBe('tofu');
    expect(plan.complete).toBe(true);
    expect(
      plan.changes.map(({ address, action, deposed, moduleAddress }) => ({
        address,
        action,
        deposed,
        moduleAddress,
      })),
    ).toEqual([
      {
        address: 'module.a["x will be created"].module.b[0].aws_s3_bucket.logs',
        moduleAddress: 'module.a["x will be created"].module.b[0]',
        action: 'update',
      },
      { address: 'aws_instance.old', action: 'delete', deposed: '1a2b3c4d' },
      { address: 'aws_instance.kept', action: 'forget' },
      { address: 'aws_instance.levitating', action: 'unknown' },
    ]);
    expect(plan.changes[0].fields).toEqual([
      { path: '/policy' },
      { path: '/zones/1', before: 'b' },
      { path: '/zones/2', after: 'c' },
      { path: '/script' },
      { path: '/client_secret', sensitive: true },
      { path: '/ids', before: [], afterUnknown: true },
      { path: '/text', before: 'a -> b "c"', after: 'd' },
      { path: '/big', before: '9007199254740993', after: 2 },
      { path: '/rule/0/port', before: 1, after: 2 },
      { path: '/rule/1/port', before: 3, after: 4 },
      { path: '/secret_block/0', sensitive: true },
    ]);
  });

  it('refuses nothing and too much', async () => {
    await expect(read(' \n')).rejects.toMatchObject({ code: 'empty' });
    await expect(
      readPlanText(inChunks(Buffer.from('x'.repeat(100))), { maxBytes: 99 }),
    ).rejects.toMatchObject({ code: 'too-large' });
  });
});
