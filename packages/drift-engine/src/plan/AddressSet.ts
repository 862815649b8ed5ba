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

/**
 * A set of addresses that remembers 64 bits of each, so that a million of them
 * cost 16 MB however long they are. The chance that any two of a million are
 * taken for one is below one in ten million.
 */
export class AddressSet {
  /** Pairs of words; a zero in the first marks a free slot. The length is a power of two. */
  #slots = new Uint32Array(2 * 1024);
  #size = 0;
  #first = 0;
  #second = 0;

  get size(): number {
    return this.#size;
  }

  add(address: string): void {
    this.#hash(address);
    const slot = this.#find(this.#first, this.#second);
    if (this.#slots[slot] === 0) {
      this.#slots[slot] = this.#first;
      this.#slots[slot + 1] = this.#second;
      this.#size++;
      if (this.#size * 4 > this.#slots.length) {
        this.#grow();
      }
    }
  }

  has(address: string): boolean {
    this.#hash(address);
    return this.#hasHash(this.#first, this.#second);
  }

  /** Number of members that are in none of the other sets. */
  countOutside(...others: AddressSet[]): number {
    let count = 0;
    for (let slot = 0; slot < this.#slots.length; slot += 2) {
      const first = this.#slots[slot];
      const second = this.#slots[slot + 1];
      if (first !== 0 && !others.some(set => set.#hasHash(first, second))) {
        count++;
      }
    }
    return count;
  }

  #hasHash(first: number, second: number): boolean {
    return this.#slots[this.#find(first, second)] !== 0;
  }

  /** The slot of the hash, or the free slot where it belongs. */
  #find(first: number, second: number): number {
    const slots = this.#slots;
    const last = slots.length - 1;
    let slot = (first << 1) & last;
    while (
      slots[slot] !== 0 &&
      (slots[slot] !== first || slots[slot + 1] !== second)
    ) {
      slot = (slot + 2) & last;
    }
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    for (let slot = 0; slot < old.length; slot += 2) {
      if (old[slot] !== 0) {
        const target = this.#find(old[slot], old[slot + 1]);
        this.#slots[target] = old[slot];
        this.#slots[target + 1] = old[slot + 1];
      }
    }
  }

  /** cyrb53's mixing of two 32-bit lanes, kept in full (public domain). */
  #hash(address: string): void {
    let first = 0xdeadbeef;
    let second = 0x41c6ce57;
    for (let i = 0; i < address.length; i++) {
      const unit = address.charCodeAt(i);
      first = Math.imul(first ^ unit, 2654435761);
      second = Math.imul(second ^ unit, 1597334677);
    }
    first = Math.imul(first ^ (first >>> 16), 2246822507);
    first ^= Math.imul(second ^ (second >>> 13), 3266489909);
    second = Math.imul(second ^ (second >>> 16), 2246822507);
    second ^= Math.imul(first ^ (first >>> 13), 3266489909);
    this.#first = first >>> 0 || 1;
    this.#second = second >>> 0;
  }
}
