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

import { DONE, JSON_GRAMMAR } from './jsonGrammar';
import { JSON_SCANNER_MODULE } from './jsonScannerModule';

/** Results of {@link JsonScannerMachine.scan}. */
export const INVALID = -1;
export const END_OF_BYTES = 0;
export const KEY_EVENT = 1;
export const STRING_EVENT = 2;
export const OBJECT_EVENT = 3;
export const ARRAY_EVENT = 4;
export const CLOSE_EVENT = 5;
export const NUMBER_EVENT = 6;
export const LITERAL_EVENT = 7;
export const TOO_DEEP = 8;

/** Indices into {@link JsonScannerMachine.registers}. */
export const POSITION = 0;
export const END = 1;
export const STATE = 2;
export const DEPTH = 3;
export const MAX_DEPTH = 4;
export const WATCH = 5;
export const CAPTURE_DEPTH = 6;
export const WANTS_SCALARS = 7;
export const MEMBERS = 8;
export const INEXACT = 9;
export const TOKEN_START = 10;
export const TOKEN_END = 11;
export const KEY_LENGTHS = 12;
export const KEY_ESCAPED = 13;
/** Above, and `keyPassed`, which only the machine itself uses. */
export const REGISTERS = 15;

const GRAMMAR_AT = 4096;
const STACK_AT = 16384;
/** Where the bytes to scan begin. */
export const BYTES_AT = 65536;
/** How many bytes fit at once. */
export const SLICE = 128 * 1024;
/** The deepest nesting that the memory has room for. */
export const DEEPEST = BYTES_AT - STACK_AT - 1;
/** Behind the bytes: stops the last step of sixteen. */
const STOP = Buffer.alloc(16, '"');

/** The compiled inner loop and its memory, see jsonScanner.wat. */
export class JsonScannerMachine {
  readonly scan: () => number;
  readonly registers: Int32Array;
  /** The whole memory; offsets in registers are offsets in here. */
  readonly bytes: Buffer;
  /** By depth, the state after a complete value. */
  readonly stack: Uint8Array;

  constructor() {
    const module = new WebAssembly.Module(
      Buffer.from(JSON_SCANNER_MODULE, 'base64'),
    );
    const { exports } = new WebAssembly.Instance(module);
    const memory = exports.memory as WebAssembly.Memory;
    this.scan = exports.scan as () => number;
    this.registers = new Int32Array(memory.buffer, 0, REGISTERS);
    this.bytes = Buffer.from(memory.buffer);
    this.stack = new Uint8Array(memory.buffer, STACK_AT, DEEPEST + 1);
    this.bytes.set(JSON_GRAMMAR, GRAMMAR_AT);
    this.stack[0] = DONE;
  }

  /** Puts bytes in place, at most {@link SLICE} of them. */
  load(source: Uint8Array): void {
    this.bytes.set(source, BYTES_AT);
    this.bytes.set(STOP, BYTES_AT + source.length);
    this.registers[POSITION] = BYTES_AT;
    this.registers[END] = BYTES_AT + source.length;
  }
}
