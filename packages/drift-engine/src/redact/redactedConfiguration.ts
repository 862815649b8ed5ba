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

import { PlanDocument, PlanValue } from '../plan/PlanDocument';

type Members = { [key: string]: PlanValue };

/** Takes secrets out of an address. */
type Scrub = (address: string) => string;

interface Module {
  resources: Members[];
  calls: Map<string, { expressions?: Members; module: Module }>;
  outputs?: Members;
}

function emptyModule(): Module {
  return { resources: [], calls: new Map() };
}

/** Splits `module.a.module.b.rest` into the module names and the rest. */
function splitAddress(address: string): { modules: string[]; rest: string } {
  const parts = address.split('.');
  const modules: string[] = [];
  while (parts.length > 2 && parts[0] === 'module') {
    modules.push(parts[1]);
    parts.splice(0, 2);
  }
  return { modules, rest: parts.join('.') };
}

function moduleAt(root: Module, path: string[]): Module {
  return path.reduce((module, name) => callAt(module, name).module, root);
}

function callAt(
  module: Module,
  name: string,
): { expressions?: Members; module: Module } {
  const known = module.calls.get(name);
  if (known) {
    return known;
  }
  const call = { module: emptyModule() };
  module.calls.set(name, call);
  return call;
}

function expression(references: string[] | undefined, scrub: Scrub): Members {
  return references === undefined
    ? {}
    : { references: references.map(one => scrub(one)) };
}

function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'));
}

/** Rebuilds `expressions` without any constant: attributes are empty expressions, blocks lists of one. */
function expressionsOf(
  paths: Set<string>,
  references: Map<string, string[]> | undefined,
  scrub: Scrub,
): Members {
  const expressions: Members = Object.create(null);
  // Shorter paths first, so that a block is known before what stands in it.
  const sorted = [...paths].sort((one, other) => one.length - other.length);
  for (const pointer of sorted) {
    const steps = stepsOf(pointer);
    let body = expressions;
    for (const step of steps.slice(0, -1)) {
      const block = body[step];
      if (Array.isArray(block)) {
        body = block[0] as Members;
      } else {
        const inside: Members = Object.create(null);
        body[step] = [inside];
        body = inside;
      }
    }
    body[steps[steps.length - 1]] = expression(references?.get(pointer), scrub);
  }
  return expressions;
}

function byName(
  references: Map<string, string[]>,
  scrub: Scrub,
): [string, Members][] {
  return [...references].map(([pointer, targets]) => [
    stepsOf(pointer)[0],
    expression(targets, scrub),
  ]);
}

function moduleJson(module: Module): Members {
  const json: Members = {};
  if (module.outputs) {
    json.outputs = module.outputs;
  }
  if (module.resources.length > 0) {
    json.resources = module.resources;
  }
  if (module.calls.size > 0) {
    json.module_calls = Object.fromEntries(
      [...module.calls].map(([name, call]) => [
        name,
        {
          ...(call.expressions ? { expressions: call.expressions } : {}),
          module: moduleJson(call.module),
        },
      ]),
    );
  }
  return json;
}

/**
 * A `root_module` of `configuration` that sets the same attributes and names the
 * same objects, without a single value.
 */
export function redactedConfiguration(
  plan: Pick<PlanDocument, 'configuredPaths' | 'references'>,
  scrub: Scrub,
): Members {
  const root = emptyModule();
  for (const [address, paths] of plan.configuredPaths) {
    const { modules, rest } = splitAddress(address);
    moduleAt(root, modules).resources.push({
      address: rest,
      mode: 'managed',
      expressions: expressionsOf(paths, plan.references?.get(address), scrub),
    });
  }
  for (const [key, references] of plan.references ?? []) {
    if (!plan.configuredPaths.has(key)) {
      const { modules, rest } = splitAddress(key);
      const caller = moduleAt(root, modules.slice(0, -1));
      const call = callAt(caller, modules[modules.length - 1]);
      if (rest === 'var') {
        call.expressions = Object.fromEntries(byName(references, scrub));
      } else {
        call.module.outputs = Object.fromEntries(
          byName(references, scrub).map(([name, target]) => [
            name,
            { expression: target },
          ]),
        );
      }
    }
  }
  return moduleJson(root);
}
