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

import { scanHcl } from '@infra-hub/drift-engine';

/** `module.a["x"].aws_instance.web[0]`, taken apart. */
export interface ResourceAddress {
  modules: { name: string; key?: string | number }[];
  type: string;
  name: string;
  /** Of the instance. */
  key?: string | number;
}

/** @returns undefined for what is no address of a managed resource. */
export function parseResourceAddress(
  address: string,
): ResourceAddress | undefined {
  // An address is written like a reference.
  const file = scanHcl(`x = ${address}`);
  const value = file.body.attributes.at(0)?.value;
  if (
    file.error ||
    value?.kind !== 'reference' ||
    value.steps.includes(undefined)
  ) {
    return undefined;
  }
  const steps = [value.root, ...value.steps];
  const modules: ResourceAddress['modules'] = [];
  const brackets = bracketsOf(address);
  let at = 0;
  const next = (): string | undefined => {
    const step = steps.at(at);
    at += 1;
    return typeof step === 'string' ? step : undefined;
  };
  const key = (): string | number | undefined => {
    if (!brackets.has(at)) {
      return undefined;
    }
    const step = steps.at(at);
    at += 1;
    return step;
  };
  while (steps[at] === 'module' && !brackets.has(at)) {
    at += 1;
    const name = next();
    if (name === undefined) {
      return undefined;
    }
    const moduleKey = key();
    modules.push({
      name,
      ...(moduleKey === undefined ? {} : { key: moduleKey }),
    });
  }
  const [type, name] = [next(), next()];
  if (type === undefined || name === undefined || type === 'data') {
    return undefined;
  }
  const instance = key();
  return at === steps.length
    ? {
        modules,
        type,
        name,
        ...(instance === undefined ? {} : { key: instance }),
      }
    : undefined;
}

/** Numbers of the steps that are written in brackets. */
function bracketsOf(address: string): Set<number> {
  const found = new Set<number>();
  let step = 0;
  let quoted = false;
  for (let index = 0; index < address.length; index++) {
    const character = address[index];
    if (quoted) {
      if (character === '\\') {
        index += 1;
      } else if (character === '"') {
        quoted = false;
      }
    } else if (character === '"') {
      quoted = true;
    } else if (character === '.' || character === '[') {
      step += 1;
      if (character === '[') {
        found.add(step);
      }
    }
  }
  return found;
}
