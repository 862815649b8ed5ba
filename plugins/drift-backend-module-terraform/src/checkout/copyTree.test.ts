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

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyTree, removeEscapingLinks } from './copyTree';

describe('copies of code', () => {
  let base: string;
  let from: string;
  let to: string;

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'drift-copy-'));
    from = join(base, 'from');
    to = join(base, 'to');
    for (const file of [
      'from/aks/main.tf',
      'from/aks/terraform.tfstate',
      'from/aks/.terraform/providers/big',
      'from/aks/.terraform.lock.hcl',
      'from/aks/.terraform.tfstate.lock.info',
      'from/modules/net/net.tf',
      'from/.git/config',
      'from/node_modules/x/index.js',
      'secret.txt',
    ]) {
      mkdirSync(join(base, file, '..'), { recursive: true });
      writeFileSync(join(base, file), file);
    }
  });

  afterEach(() => rmSync(base, { recursive: true, force: true }));

  const copy = (limits = { maxFiles: 100, maxBytes: 10_000 }) =>
    copyTree({ from, to, limits, signal: new AbortController().signal });

  it('take state and lock files along and leave downloads and history out', async () => {
    await expect(copy()).resolves.toEqual({ skippedLinks: 0 });
    for (const kept of [
      'aks/main.tf',
      'aks/terraform.tfstate',
      'aks/.terraform.lock.hcl',
      'modules/net/net.tf',
    ]) {
      expect(readFileSync(join(to, kept), 'utf8')).toBe(`from/${kept}`);
    }
    for (const left of [
      'aks/.terraform',
      'aks/.terraform.tfstate.lock.info',
      '.git',
      'node_modules',
    ]) {
      expect(existsSync(join(to, left))).toBe(false);
    }
  });

  it('keep links that stay inside and no others', async () => {
    symlinkSync('../modules/net', join(from, 'aks/net'));
    symlinkSync(join(from, 'aks/main.tf'), join(from, 'aks/absolute.tf'));
    symlinkSync('../../secret.txt', join(from, 'aks/escape'));
    symlinkSync('/etc', join(from, 'aks/etc'));
    symlinkSync('etc/passwd', join(from, 'aks/chain'));
    symlinkSync('nowhere', join(from, 'aks/dangling'));
    symlinkSync('loop', join(from, 'aks/loop'));
    await expect(copy()).resolves.toEqual({ skippedLinks: 5 });
    expect(readFileSync(join(to, 'aks/net/net.tf'), 'utf8')).toBe(
      'from/modules/net/net.tf',
    );
    expect(readlinkSync(join(to, 'aks/absolute.tf'))).toBe('main.tf');
    for (const left of ['escape', 'etc', 'chain', 'dangling', 'loop']) {
      expect(existsSync(join(to, 'aks', left))).toBe(false);
    }
  });

  it('refuse to grow without bounds', async () => {
    await expect(copy({ maxFiles: 3, maxBytes: 10_000 })).rejects.toThrow(
      'more than 3 files (drift.terraform.limits.maxFiles)',
    );
    await expect(copy({ maxFiles: 100, maxBytes: 20 })).rejects.toThrow(
      'drift.terraform.limits.maxMegabytes',
    );
  });

  it('say when there is no such directory', async () => {
    from = join(base, 'missing');
    await expect(copy()).rejects.toThrow('does not exist');
  });

  it('lose the escaping links that an archive brought', async () => {
    symlinkSync('/etc/passwd', join(from, 'aks/escape'));
    symlinkSync('escape', join(from, 'aks/chain'));
    symlinkSync('main.tf', join(from, 'aks/fine.tf'));
    await expect(removeEscapingLinks(from)).resolves.toBe(2);
    expect(readFileSync(join(from, 'aks/fine.tf'), 'utf8')).toBe(
      'from/aks/main.tf',
    );
  });
});
