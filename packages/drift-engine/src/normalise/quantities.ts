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

const BINARY: Record<string, bigint> = {
  Ki: 1024n,
  Mi: 1024n ** 2n,
  Gi: 1024n ** 3n,
  Ti: 1024n ** 4n,
  Pi: 1024n ** 5n,
  Ei: 1024n ** 6n,
};

const DECIMAL_EXPONENT: Record<string, number> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/**
 * A Kubernetes quantity in nano-units, exactly; `1000m` = `1`, `1Gi` = `1024Mi`
 * but not `1G`. Undefined for anything else.
 *
 * Source: k8s.io/apimachinery/pkg/api/resource/quantity.go.
 */
export function parseQuantity(text: string): bigint | undefined {
  const match =
    /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:([eE])([+-]?\d{1,2})|([KMGTPE]i|[numkMGTPE]))?$/.exec(
      text.trim(),
    );
  if (!match || (!match[2] && !match[3])) {
    return undefined;
  }
  const [, sign, whole, fraction = '', , exponentText, suffix = ''] = match;
  const digits = BigInt(`${whole}${fraction}` || '0');
  const binary = BINARY[suffix];
  const exponent =
    9 -
    fraction.length +
    (binary ? 0 : DECIMAL_EXPONENT[suffix]) +
    Number(exponentText ?? 0);
  const scaled = digits * (binary ?? 1n);
  if (exponent < 0) {
    const divisor = 10n ** BigInt(-exponent);
    if (scaled % divisor !== 0n) {
      return undefined;
    }
    return sign === '-' ? -(scaled / divisor) : scaled / divisor;
  }
  const value = scaled * 10n ** BigInt(exponent);
  return sign === '-' ? -value : value;
}

const UNIT_MICROSECONDS: Record<string, number> = {
  us: 1,
  µs: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
};

/**
 * A Go duration in microseconds; `60s` = `1m0s`. Undefined for text without a
 * unit.
 *
 * Source: time.ParseDuration.
 */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:us|µs|ms|s|m|h))+$/.test(text)) {
    return undefined;
  }
  let total = 0;
  for (const [, amount, unit] of text.matchAll(
    /(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)/g,
  )) {
    total += Number(amount) * UNIT_MICROSECONDS[unit];
  }
  return Math.round(total);
}
