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

import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';
import { DynamicValue } from './messages';

/** A value that is known only after apply. */
export class Unknown {
  static readonly value = new Unknown();
  private constructor() {}
}

/** A value of Terraform's type system; null is absent. */
export type TerraformValue =
  | string
  | number
  | boolean
  | null
  | Unknown
  | TerraformValue[]
  | TerraformObject;

export type TerraformObject = { [key: string]: TerraformValue };

const UNKNOWN_TYPE = 0;
const REFINED_UNKNOWN_TYPE = 12;

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: UNKNOWN_TYPE,
  encode: value => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => Unknown.value,
});
extensionCodec.register({
  type: REFINED_UNKNOWN_TYPE,
  encode: () => null,
  decode: () => Unknown.value,
});

export function encodeValue(value: TerraformValue): DynamicValue {
  return { msgpack: encode(value, { extensionCodec }) };
}

export function decodeValue(
  value: DynamicValue | null | undefined,
): TerraformValue {
  if (value?.msgpack?.length) {
    return decode(value.msgpack, { extensionCodec }) as TerraformValue;
  }
  if (value?.json?.length) {
    return JSON.parse(Buffer.from(value.json).toString('utf8'));
  }
  return null;
}

export function decodeObject(
  value: DynamicValue | null | undefined,
): TerraformObject | undefined {
  const decoded = decodeValue(value);
  return isTerraformObject(decoded) ? decoded : undefined;
}

export function isTerraformObject(
  value: TerraformValue | undefined,
): value is TerraformObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown)
  );
}

export function sameValue(
  a: TerraformValue | undefined,
  b: TerraformValue | undefined,
): boolean {
  if (a instanceof Unknown || b instanceof Unknown) {
    return false;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (isTerraformObject(a) && isTerraformObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every(key => sameValue(a[key], b[key]));
  }
  return (a ?? null) === (b ?? null);
}
