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

import { CAPTURE, CapturedBytes, keyLengths, SKIP } from './JsonByteScanner';
import { Frame, Scalar, SeenKeys } from './Frame';

/** What the frames of `configuration` ask and tell. */
export interface ConfigurationReceiver {
  /** @param address - with module path, without instance keys. */
  wantsConfiguration(address: string): boolean;
  configuration(address: string, expressions: CapturedBytes | undefined): void;
  moduleArguments(address: string, expressions: CapturedBytes): void;
  moduleOutputs(address: string, outputs: CapturedBytes): void;
  provider(fullName: string): void;
}

class ProviderFrame extends Frame {
  readonly #receiver: ConfigurationReceiver;

  constructor(receiver: ConfigurationReceiver) {
    super();
    this.#receiver = receiver;
  }

  key(name: string): void {
    this.wantsScalars = name === 'full_name';
  }

  scalar(scalar: Scalar): void {
    this.#receiver.provider(scalar.text ?? '');
  }
}

/** `provider_config`: the full names tell OpenTofu from Terraform. */
class ProvidersFrame extends Frame {
  readonly #provider: Frame;

  constructor(receiver: ConfigurationReceiver) {
    super();
    this.#provider = new ProviderFrame(receiver);
  }

  open(isArray: boolean): Frame | typeof SKIP {
    return isArray ? SKIP : this.#provider;
  }
}

class ConfigResourceFrame extends Frame {
  readonly keyLengths = keyLengths('address', 'mode', 'expressions');
  readonly #receiver: ConfigurationReceiver;
  readonly #prefix: string;
  readonly #seen = new SeenKeys();
  #key = '';
  #address: string | undefined;
  #mode: string | undefined;
  #captured: CapturedBytes | undefined;
  #received = false;

  constructor(receiver: ConfigurationReceiver, prefix: string) {
    super();
    this.#receiver = receiver;
    this.#prefix = prefix;
  }

  enter(): void {
    this.#seen.clear();
    this.#address = undefined;
    this.#mode = undefined;
    this.#captured = undefined;
    this.#received = false;
    this.wantsScalars = false;
  }

  key(name: string): void {
    this.#key = name;
    this.wantsScalars = name === 'address' || name === 'mode';
    if (this.wantsScalars || name === 'expressions') {
      this.#seen.add(name, 'a resource of configuration');
    }
  }

  scalar(scalar: Scalar): void {
    if (this.#key === 'address') {
      this.#address = scalar.text;
    } else {
      this.#mode = scalar.word;
    }
  }

  open(isArray: boolean): typeof SKIP | typeof CAPTURE {
    if (this.#key !== 'expressions' || isArray) {
      return SKIP;
    }
    const unwanted =
      (this.#mode !== undefined && this.#mode !== 'managed') ||
      (this.#address !== undefined &&
        !this.#receiver.wantsConfiguration(this.#absoluteAddress()));
    return unwanted ? SKIP : CAPTURE;
  }

  piece(captured: CapturedBytes): void {
    if (this.#address !== undefined) {
      this.#receive(captured);
      return;
    }
    // `expressions` stands before `address`: keep a copy until that is known.
    this.#captured = captured.overflow
      ? captured
      : {
          ...captured,
          bytes: Buffer.from(
            captured.bytes.subarray(captured.start, captured.end),
          ),
          start: 0,
          end: captured.end - captured.start,
        };
  }

  leave(): void {
    if (
      !this.#received &&
      this.#address !== undefined &&
      this.#receiver.wantsConfiguration(this.#absoluteAddress())
    ) {
      this.#receive(this.#captured);
    }
  }

  #receive(captured: CapturedBytes | undefined): void {
    this.#received = true;
    if (this.#mode === undefined || this.#mode === 'managed') {
      this.#receiver.configuration(this.#absoluteAddress(), captured);
    }
  }

  #absoluteAddress(): string {
    return `${this.#prefix}${this.#address}`;
  }
}

class ConfigResourcesFrame extends Frame {
  readonly #resource: Frame;

  constructor(receiver: ConfigurationReceiver, prefix: string) {
    super();
    this.#resource = new ConfigResourceFrame(receiver, prefix);
  }

  open(isArray: boolean): Frame | typeof SKIP {
    return isArray ? SKIP : this.#resource;
  }
}

/** One of `module_calls`; its `module` is watched by the frame that was asked for. */
class ModuleCallFrame extends Frame {
  readonly #receiver: ConfigurationReceiver;
  readonly #address: string;
  readonly #module: Frame;
  #key = '';

  constructor(receiver: ConfigurationReceiver, address: string, module: Frame) {
    super();
    this.#receiver = receiver;
    this.#address = address;
    this.#module = module;
  }

  key(name: string): void {
    this.#key = name;
  }

  open(isArray: boolean): Frame | typeof SKIP | typeof CAPTURE {
    if (isArray) {
      return SKIP;
    }
    if (this.#key === 'expressions') {
      return CAPTURE;
    }
    return this.#key === 'module' ? this.#module : SKIP;
  }

  piece(captured: CapturedBytes): void {
    this.#receiver.moduleArguments(this.#address, captured);
  }
}

class ModuleCallsFrame extends Frame {
  readonly #callOf: (name: string) => Frame;
  #name = '';

  constructor(callOf: (name: string) => Frame) {
    super();
    this.#callOf = callOf;
  }

  key(name: string): void {
    this.#name = name;
  }

  open(isArray: boolean): Frame | typeof SKIP {
    return isArray ? SKIP : this.#callOf(this.#name);
  }
}

class ConfigModuleFrame extends Frame {
  readonly #resources: Frame;
  readonly #receiver: ConfigurationReceiver;
  readonly #address: string | undefined;
  readonly #prefix: string;
  readonly #seen = new SeenKeys();
  #key = '';

  /** @param address - undefined for the root module. */
  constructor(receiver: ConfigurationReceiver, address: string | undefined) {
    super();
    this.#receiver = receiver;
    this.#address = address;
    this.#prefix = address === undefined ? '' : `${address}.`;
    this.#resources = new ConfigResourcesFrame(receiver, this.#prefix);
  }

  enter(): void {
    this.#seen.clear();
  }

  key(name: string): void {
    this.#key = name;
    if (name === 'resources' || name === 'module_calls') {
      this.#seen.add(name, 'a module of configuration');
    }
  }

  open(isArray: boolean): Frame | typeof SKIP | typeof CAPTURE {
    if (this.#key === 'resources' && isArray) {
      return this.#resources;
    }
    if (isArray) {
      return SKIP;
    }
    if (this.#key === 'outputs' && this.#address !== undefined) {
      return CAPTURE;
    }
    return this.#key === 'module_calls'
      ? new ModuleCallsFrame(name => this.#call(name))
      : SKIP;
  }

  piece(captured: CapturedBytes): void {
    this.#receiver.moduleOutputs(this.#address!, captured);
  }

  #call(name: string): Frame {
    const address = `${this.#prefix}module.${name}`;
    return new ModuleCallFrame(
      this.#receiver,
      address,
      new ConfigModuleFrame(this.#receiver, address),
    );
  }
}

/**
 * `configuration`: `root_module` with `resources` and `module_calls`, nested.
 *
 * Source: terraform internal/command/jsonconfig/config.go. Addresses of
 * resources are relative to their module.
 */
export class ConfigurationFrame extends Frame {
  readonly #root: Frame;
  readonly #providers: Frame;
  readonly #seen = new SeenKeys();
  #key = '';

  constructor(receiver: ConfigurationReceiver) {
    super();
    this.#root = new ConfigModuleFrame(receiver, undefined);
    this.#providers = new ProvidersFrame(receiver);
  }

  enter(): void {
    this.#seen.clear();
  }

  key(name: string): void {
    this.#key = name;
    if (name === 'root_module' || name === 'provider_config') {
      this.#seen.add(name, 'configuration');
    }
  }

  open(isArray: boolean): Frame | typeof SKIP {
    if (isArray) {
      return SKIP;
    }
    if (this.#key === 'root_module') {
      return this.#root;
    }
    return this.#key === 'provider_config' ? this.#providers : SKIP;
  }
}
