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

import { keyLengths, SKIP } from './JsonByteScanner';
import { Frame, Scalar, SeenKeys } from './Frame';

/** An array of objects that are all watched by one frame. */
class ListFrame extends Frame {
  readonly #element: Frame;

  constructor(element: Frame) {
    super();
    this.#element = element;
  }

  open(isArray: boolean): Frame | typeof SKIP {
    return isArray ? SKIP : this.#element;
  }
}

class OneKeyFrame extends Frame {
  readonly #wanted: string;
  readonly #where: string;
  readonly #next: Frame;
  readonly #seen = new SeenKeys();
  #key = '';

  constructor(wanted: string, where: string, next: Frame) {
    super();
    this.#wanted = wanted;
    this.#where = where;
    this.#next = next;
  }

  enter(): void {
    this.#seen.clear();
  }

  key(name: string): void {
    this.#key = name;
    if (name === this.#wanted) {
      this.#seen.add(name, this.#where);
    }
  }

  open(isArray: boolean): Frame | typeof SKIP {
    return this.#key === this.#wanted && !isArray ? this.#next : SKIP;
  }
}

class StateResourceFrame extends Frame {
  readonly keyLengths = keyLengths('address', 'mode', 'deposed_key');
  readonly #instance: (address: string) => void;
  readonly #seen = new SeenKeys();
  #key = '';
  #address: string | undefined;
  #managed = false;
  #deposed = false;

  constructor(instance: (address: string) => void) {
    super();
    this.#instance = instance;
  }

  enter(): void {
    this.#seen.clear();
    this.#address = undefined;
    this.#managed = false;
    this.#deposed = false;
    this.wantsScalars = false;
  }

  key(name: string): void {
    this.#key = name;
    this.wantsScalars =
      name === 'address' || name === 'mode' || name === 'deposed_key';
    if (this.wantsScalars) {
      this.#seen.add(name, 'a resource of prior_state');
    }
  }

  scalar(scalar: Scalar): void {
    if (this.#key === 'address') {
      this.#address = scalar.text;
    } else if (this.#key === 'mode') {
      this.#managed = scalar.word === 'managed';
    } else {
      this.#deposed = !!scalar.word;
    }
  }

  leave(): void {
    if (this.#managed && !this.#deposed && this.#address !== undefined) {
      this.#instance(this.#address);
    }
  }
}

class ModuleFrame extends Frame {
  readonly #resource: StateResourceFrame;
  #key = '';
  #resources: Frame | undefined;
  #children: Frame | undefined;
  readonly #seen = new SeenKeys();

  constructor(resource: StateResourceFrame) {
    super();
    this.#resource = resource;
  }

  enter(): void {
    this.#seen.clear();
  }

  key(name: string): void {
    this.#key = name;
    if (name === 'resources' || name === 'child_modules') {
      this.#seen.add(name, 'a module of prior_state');
    }
  }

  open(isArray: boolean): Frame | typeof SKIP {
    if (this.#key === 'resources' && isArray) {
      this.#resources ??= new ListFrame(this.#resource);
      return this.#resources;
    }
    if (this.#key === 'child_modules' && isArray) {
      this.#children ??= new ListFrame(new ModuleFrame(this.#resource));
      return this.#children;
    }
    return SKIP;
  }
}

/**
 * `prior_state`: `values.root_module` with `resources` and `child_modules`,
 * nested. Tells the addresses of managed instances that are not deposed.
 *
 * Source: terraform internal/command/jsonstate/state.go. Addresses are absolute.
 */
export class StateFrame extends Frame {
  readonly #values: Frame;

  constructor(instance: (address: string) => void) {
    super();
    this.#values = new OneKeyFrame(
      'root_module',
      'prior_state',
      new ModuleFrame(new StateResourceFrame(instance)),
    );
  }

  readonly #seen = new SeenKeys();
  #key = '';

  enter(): void {
    this.#seen.clear();
  }

  key(name: string): void {
    this.#key = name;
    if (name === 'values') {
      this.#seen.add(name, 'prior_state');
    }
  }

  open(isArray: boolean): Frame | typeof SKIP {
    return this.#key === 'values' && !isArray ? this.#values : SKIP;
  }
}
