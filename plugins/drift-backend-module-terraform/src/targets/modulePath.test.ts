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

import { parseClient, parseModulePath, parseWorkspace } from './modulePath';

const WHERE = 'annotation infra-hub.io/terraform-dir';

describe('parseModulePath', () => {
  it.each([
    ['.', '.'],
    ['./', '.'],
    ['infra', 'infra'],
    [' infra/aks/ ', 'infra/aks'],
    ['./infra//aks', 'infra/aks'],
    ['infra/../other', 'other'],
    ['infra/..', '.'],
    ['infra/with space', 'infra/with space'],
    ['...', '...'],
    // A directory called "file:" below the location, not an address.
    ['file:///etc', 'file:/etc'],
    ['infra/..hidden', 'infra/..hidden'],
  ])('takes %j as %j', (text, expected) => {
    expect(parseModulePath(text, WHERE)).toBe(expected);
  });

  it.each([
    ['', 'is empty'],
    ['   ', 'is empty'],
    ['/etc', 'must be relative'],
    ['//etc', 'must be relative'],
    ['~/infra', 'must be relative'],
    ['C:/infra', 'must be relative'],
    ['..', 'must not lead out'],
    ['../other', 'must not lead out'],
    ['infra/../../other', 'must not lead out'],
    ['./../x', 'must not lead out'],
    ['infra\\..\\..\\x', 'must use /'],
    ['-chdir=/etc', 'starts with -'],
    ['infra/-out=x', 'starts with -'],
    ['infra\u0000', 'control or invisible'],
    ['infra\naks', 'control or invisible'],
    ['infra\u202eska', 'control or invisible'],
    ['infra\u200b', 'control or invisible'],
    ['x'.repeat(1025), 'longer than 1024'],
  ])('refuses %j and names the annotation', (text, reason) => {
    expect(() => parseModulePath(text, WHERE)).toThrow(
      expect.objectContaining({
        name: 'InputError',
        message: expect.stringMatching(new RegExp(reason)),
      }),
    );
    expect(() => parseModulePath(text, WHERE)).toThrow(WHERE);
  });
});

describe('parseWorkspace', () => {
  it.each(['default', 'prod', 'eu-west.1', 'a_b', '~x'])('takes %j', name => {
    expect(parseWorkspace(name, 'workspace')).toBe(name);
  });

  it.each(['', '-x', '--', '..', '.', 'a/b', 'a b', 'a\nb', 'x'.repeat(91)])(
    'refuses %j',
    name => {
      expect(() => parseWorkspace(name, 'workspace')).toThrow(
        /not the name of a Terraform workspace/,
      );
    },
  );
});

describe('parseClient', () => {
  it('takes what can be part of a target id', () => {
    expect(parseClient(' acme corp ', 'client')).toBe('acme corp');
  });

  it.each(['', '-', 'a/b', 'a\u0007', 'x'.repeat(101)])(
    'refuses %j',
    client => {
      expect(() => parseClient(client, 'client')).toThrow('client');
    },
  );
});
