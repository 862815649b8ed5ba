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
import { EntryOutline } from './PlanCollector';
import { PlanReadError } from './PlanReadError';

const ENTRY_TEXT_KEYS = [
  'address',
  'mode',
  'deposed',
  'previous_address',
  'provider_name',
];
const ENTRY_TEXTS = new Set(ENTRY_TEXT_KEYS);
const ENTRY_KEYS = keyLengths(...ENTRY_TEXT_KEYS, 'change');
const CHANGE_KEYS = keyLengths('actions', 'importing');

class ActionsFrame extends Frame {
  readonly wantsScalars = true;
  #count = 0;
  #first: string | undefined;

  get only(): string | undefined {
    return this.#count === 1 ? this.#first : undefined;
  }

  enter(): void {
    this.#count = 0;
    this.#first = undefined;
  }

  scalar(scalar: Scalar): void {
    this.#first = scalar.word;
    this.#count++;
  }

  open(): typeof SKIP {
    this.#count += 2;
    return SKIP;
  }
}

/** A `change` object: only its `actions` and whether it imports. */
export class ChangeFrame extends Frame {
  readonly keyLengths = CHANGE_KEYS;
  readonly #where: string;
  readonly #actions = new ActionsFrame();
  readonly #seen = new SeenKeys();
  #key = '';
  #hasActions = false;
  importing = false;

  constructor(where: string) {
    super();
    this.#where = where;
  }

  enter(): void {
    this.#seen.clear();
    this.#hasActions = false;
    this.importing = false;
    this.wantsScalars = false;
  }

  /** The action, when there is exactly one. */
  get onlyAction(): string | undefined {
    return this.#hasActions ? this.#actions.only : undefined;
  }

  key(name: string): void {
    this.#key = name;
    this.wantsScalars = name === 'importing';
    if (name === 'actions' || name === 'importing') {
      this.#seen.add(name, this.#where);
    }
  }

  scalar(scalar: Scalar): void {
    this.importing = !scalar.isNull;
  }

  open(isArray: boolean): Frame | typeof SKIP {
    if (this.#key === 'actions' && isArray) {
      this.#hasActions = true;
      return this.#actions;
    }
    if (this.#key === 'importing') {
      this.importing = true;
    }
    return SKIP;
  }
}

class EntryFrame extends Frame {
  readonly captured = true;
  readonly keyLengths = ENTRY_KEYS;
  readonly #receive: (outline: EntryOutline, captured: CapturedBytes) => void;
  readonly #provider: (name: string) => void;
  readonly #change = new ChangeFrame('a change');
  readonly #seen = new SeenKeys();
  #key = '';
  #changes = 0;
  #address: string | undefined;
  #mode: string | undefined;
  #deposed: string | undefined;
  #previousAddress: string | undefined;

  constructor(
    receive: (outline: EntryOutline, captured: CapturedBytes) => void,
    provider: (name: string) => void,
  ) {
    super();
    this.#receive = receive;
    this.#provider = provider;
  }

  enter(): void {
    this.#seen.clear();
    this.#changes = 0;
    this.#address = undefined;
    this.#mode = undefined;
    this.#deposed = undefined;
    this.#previousAddress = undefined;
    this.wantsScalars = false;
  }

  key(name: string): void {
    this.#key = name;
    this.wantsScalars = ENTRY_TEXTS.has(name);
    if (this.wantsScalars || name === 'change') {
      this.#seen.add(name, 'an entry');
    }
  }

  scalar(scalar: Scalar): void {
    switch (this.#key) {
      case 'address':
        this.#address = scalar.text;
        break;
      case 'mode':
        this.#mode = scalar.word;
        break;
      case 'deposed':
        this.#deposed = scalar.text || undefined;
        break;
      case 'previous_address':
        this.#previousAddress = scalar.text || undefined;
        break;
      default:
        if (scalar.isString) {
          this.#provider(scalar.word ?? '');
        }
    }
  }

  open(isArray: boolean): Frame | typeof SKIP {
    if (this.#key !== 'change' || isArray) {
      return SKIP;
    }
    this.#changes++;
    return this.#change;
  }

  leave(captured: CapturedBytes | undefined): void {
    const change = this.#changes === 1 ? this.#change : undefined;
    this.#receive(
      {
        address: this.#address,
        mode: this.#mode ?? 'managed',
        deposed: this.#deposed,
        previousAddress: this.#previousAddress,
        plainNoOp:
          change !== undefined &&
          change.onlyAction === 'no-op' &&
          !change.importing &&
          this.#previousAddress === undefined,
        read: change !== undefined && change.onlyAction === 'read',
      },
      captured!,
    );
  }
}

function notAnEntry(where: string): PlanReadError {
  return new PlanReadError(
    'not-a-plan',
    `An element of ${where} is not an object.`,
  );
}

/** What receives the entries of `resource_drift`. */
export interface DriftReceiver {
  driftEntry(captured: CapturedBytes): void;
  endDrift(): void;
}

/** The array `resource_drift`: every entry is parsed. */
export class DriftFrame extends Frame {
  readonly wantsScalars = true;
  readonly #receiver: DriftReceiver;

  constructor(receiver: DriftReceiver) {
    super();
    this.#receiver = receiver;
  }

  scalar(): void {
    throw notAnEntry('resource_drift');
  }

  open(isArray: boolean): typeof CAPTURE {
    if (isArray) {
      throw notAnEntry('resource_drift');
    }
    return CAPTURE;
  }

  piece(captured: CapturedBytes): void {
    this.#receiver.driftEntry(captured);
  }

  leave(): void {
    this.#receiver.endDrift();
  }
}

/** What receives the entries of `resource_changes`. */
export interface ChangesReceiver {
  /** @returns whether the entry had to be parsed. */
  changeEntry(outline: EntryOutline, captured: CapturedBytes): boolean;
  /** @returns false when entries given this way did not have to be parsed. */
  likelyChange(captured: CapturedBytes): boolean;
  endChanges(): void;
  provider(name: string): void;
}

/** After so many entries in a row that had to be parsed, the next ones are not looked into before. */
const PARSED_IN_A_ROW = 16;

/**
 * The array `resource_changes`: looks into each entry to see whether it must be
 * parsed, unless nearly all have to be.
 */
export class ChangesFrame extends Frame {
  readonly wantsScalars = true;
  readonly #entry: EntryFrame;
  readonly #receiver: ChangesReceiver;
  #parsedInARow = 0;

  constructor(receiver: ChangesReceiver) {
    super();
    this.#receiver = receiver;
    this.#entry = new EntryFrame(
      (outline, captured) =>
        this.#note(receiver.changeEntry(outline, captured)),
      name => receiver.provider(name),
    );
  }

  scalar(): void {
    throw notAnEntry('resource_changes');
  }

  open(isArray: boolean): Frame | typeof CAPTURE {
    if (isArray) {
      throw notAnEntry('resource_changes');
    }
    return this.#parsedInARow < PARSED_IN_A_ROW ? this.#entry : CAPTURE;
  }

  piece(captured: CapturedBytes): void {
    this.#note(this.#receiver.likelyChange(captured));
  }

  leave(): void {
    this.#receiver.endChanges();
  }

  #note(wasParsed: boolean): void {
    this.#parsedInARow = wasParsed ? this.#parsedInARow + 1 : 0;
  }
}

class OutputFrame extends ChangeFrame {
  readonly #left: () => void;

  constructor(left: () => void) {
    super('an output');
    this.#left = left;
  }

  leave(): void {
    this.#left();
  }
}

/** The object `output_changes`: names whose actions are not exactly `no-op`. */
export class OutputsFrame extends Frame {
  readonly wantsScalars = true;
  readonly #output: ChangeFrame;
  readonly #changed: (name: string) => void;
  #name = '';

  constructor(changed: (name: string) => void) {
    super();
    this.#changed = changed;
    this.#output = new OutputFrame(() => this.#finishOutput());
  }

  key(name: string): void {
    this.#name = name;
  }

  scalar(): void {
    this.#changed(this.#name);
  }

  open(isArray: boolean): Frame | typeof SKIP {
    if (isArray) {
      this.#changed(this.#name);
      return SKIP;
    }
    return this.#output;
  }

  #finishOutput(): void {
    if (this.#output.onlyAction !== 'no-op') {
      this.#changed(this.#name);
    }
  }
}

/** An array whose object elements are parsed one by one. */
export class PiecesFrame extends Frame {
  readonly #receive: (captured: CapturedBytes) => void;

  constructor(receive: (captured: CapturedBytes) => void) {
    super();
    this.#receive = receive;
  }

  open(isArray: boolean): typeof SKIP | typeof CAPTURE {
    return isArray ? SKIP : CAPTURE;
  }

  piece(captured: CapturedBytes): void {
    this.#receive(captured);
  }
}

/** An array whose elements are only counted. */
export class CountingFrame extends Frame {
  readonly #count: () => void;

  constructor(count: () => void) {
    super();
    this.#count = count;
  }

  open(): typeof SKIP {
    this.#count();
    return SKIP;
  }
}
