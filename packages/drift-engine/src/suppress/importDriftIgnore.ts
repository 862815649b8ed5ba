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

import { toPointer } from '../diff/pointer';
import { ImportedRules, RuleCollector } from './importedRules';

/** Of Terraform: `aws_iam_role`, `google_*`. */
const TYPE = /^[a-z][a-z0-9]*_[a-z0-9_*]+$/;
/** What a resource can be called in code, with globs. */
const NAME = /^[A-Za-z_*][A-Za-z0-9_*-]*$/;

/**
 * Reads the lines of a `.driftignore` of driftctl: `type.id` and
 * `type.id.path.of.field`, with `*` for any.
 *
 * @remarks
 * driftctl names resources by their id in the cloud, rules by their address in the
 * code; an id that can be a name is taken for it. A line that mutes more or less
 * here than there is a problem.
 *
 * @public
 */
export function importDriftIgnore(
  text: string,
  scope: { client?: string; target?: string } = {},
): ImportedRules {
  const collector = new RuleCollector(scope);
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .forEach((line, index) => readLine(collector, line, index + 1));
  return collector.done();
}

function readLine(
  collector: RuleCollector,
  written: string,
  number: number,
): void {
  const line = written.trim();
  if (line === '' || line.startsWith('#')) {
    return;
  }
  const problem = (message: string) => collector.refuse(number, line, message);
  if (line.startsWith('!')) {
    problem(
      'A rule cannot take back what another one mutes; narrow the other one.',
    );
    return;
  }
  if (/[?[\]]|^\/|\/$|\*\*/.test(line)) {
    problem('Of the patterns only * is known.');
    return;
  }
  const [type, id, ...path] = splitAtDots(line);
  if (type === '*' || (type === '' && id === undefined)) {
    problem(
      'A rule for every resource would mute everything; name resource types.',
    );
    return;
  }
  if (!TYPE.test(type)) {
    problem(`'${type}' is no resource type of Terraform.`);
    return;
  }
  if (path.some(segment => segment === '')) {
    problem('The path has an empty part.');
    return;
  }
  const anyId = id === undefined || id === '*';
  if (!anyId && !NAME.test(id)) {
    problem(
      `'${id}' is an id of the cloud; name the resource by its address in the code.`,
    );
    return;
  }
  if (!anyId && type.includes('*')) {
    problem('A resource that is named needs its whole type.');
    return;
  }
  collector.add(`driftignore-${line}`, {
    reason: `Taken from .driftignore: ${line}`,
    source: 'terraform',
    ...(anyId ? { resourceType: type } : { address: `${type}.${id}` }),
    ...(path.length > 0 && { path: toPointer(path) }),
  });
}

/** A backslash takes the meaning from the next character. */
function splitAtDots(line: string): string[] {
  const parts = [''];
  for (let at = 0; at < line.length; at++) {
    const last = parts.length - 1;
    if (line[at] === '\\' && at + 1 < line.length) {
      at++;
      parts[last] += line[at];
    } else if (line[at] === '.') {
      parts.push('');
    } else {
      parts[last] += line[at];
    }
  }
  return parts;
}
