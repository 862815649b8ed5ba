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

import { join } from 'node:path';
import { toError } from '@backstage/errors';
import { JsonValue } from '@backstage/types';
import {
  FieldDifference,
  RemediationInstruction,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import {
  AdoptionProposal,
  CodeAdopter,
  PlannedChange,
  RemediationContext,
  RemediationFailure,
  RemediationRequest,
  ScanTarget,
} from '@infra-hub/backstage-plugin-drift-node';
import {
  formatHclValue,
  fromPointer,
  HclEdit,
  hclLiteralValue,
  maskSecretShapes,
} from '@infra-hub/drift-engine';
import { SecretRedactor } from '../secrets/SecretRedactor';
import { secretLiterals } from '../secrets/secretLiterals';
import { locationFromJson, ModuleLocation } from '../targets/ModuleLocation';
import { TerraformParts } from '../TerraformParts';
import { codeIsKnown } from '../remediate/TerraformRemediator';
import {
  attributeOf,
  blocksOf,
  CodeFile,
  CodeTree,
  FoundBlock,
  sourceDirOf,
} from './CodeTree';
import { placeEdits } from './placeEdits';
import { parseResourceAddress, ResourceAddress } from './resourceAddress';
import { sameValue } from './sameValue';
import {
  codeOf,
  instancesOf,
  isRepeated,
  ModuleInstance,
  Place,
  RootVariables,
  ValueLocator,
} from './ValueLocator';

/** How far from a change the context of a diff reaches, in lines, at most. */
const CONTEXT_LINES = 8;

const MAX_SHOWN = 200;

/** One proposal in the making. */
class Adoption {
  readonly #tree: CodeTree;
  readonly #location: ModuleLocation;
  readonly #request: RemediationRequest;
  readonly #root: RootVariables;
  readonly #redactor: SecretRedactor;
  readonly #instructions: RemediationInstruction[] = [];

  constructor(options: {
    tree: CodeTree;
    location: ModuleLocation;
    request: RemediationRequest;
    root: RootVariables;
    redactor: SecretRedactor;
  }) {
    this.#tree = options.tree;
    this.#location = options.location;
    this.#request = options.request;
    this.#root = options.root;
    this.#redactor = options.redactor;
  }

  proposal(commit: string | undefined): AdoptionProposal {
    const { addresses, findings } = this.#request;
    const asked = findings.filter(
      finding =>
        finding.state === 'open' &&
        finding.class === 'drift' &&
        (addresses
          ? addresses.includes(finding.address)
          : !finding.suppressedBy),
    );
    for (const finding of asked) {
      this.#adopt(finding);
    }
    const files = this.#tree.changedFiles();
    const { type, root } = this.#location;
    return {
      files: files.map(({ path, before, text }) => ({
        path,
        before,
        after: text,
      })),
      changes: asked.map(plannedChange),
      instructions: this.#instructions,
      warnings: this.#warnings(files, asked),
      ...(type === 'url'
        ? { root: { url: root, ...(commit === undefined ? {} : { commit }) } }
        : {}),
    };
  }

  #warnings(
    files: readonly CodeFile[],
    asked: readonly StoredFinding[],
  ): string[] {
    const { workspace, varFiles } = this.#location;
    const warnings: string[] = [];
    if (asked.length === 0) {
      warnings.push('There is no open drift that the code could take over.');
    }
    if (files.length > 0 && workspace !== undefined) {
      warnings.push(
        `The code may be used with other workspaces than ${workspace}, too; they take the change over with their next apply.`,
      );
    }
    if (files.length > 0 && (varFiles ?? []).length > 0) {
      warnings.push(
        'The module is planned with variable files of its own; whoever plans it with other ones takes the change over, too.',
      );
    }
    if (!this.#tree.isWhole) {
      warnings.push(
        'There is more code beside the module than was looked at, so somebody else may use what is changed.',
      );
    }
    return warnings;
  }

  #adopt(finding: StoredFinding): void {
    const address = parseResourceAddress(finding.address);
    const found = address && this.#find(address);
    if (!address || !found) {
      this.#instruct(
        finding,
        undefined,
        `There is no block for ${finding.address} in the HCL files of the module, so change the code that makes it.`,
      );
      return;
    }
    if ('reason' in found) {
      this.#instruct(finding, undefined, found.reason);
      return;
    }
    if (finding.change === 'create') {
      this.#instructRemoval(finding, found);
      return;
    }
    if (finding.change !== 'update' && finding.change !== 'replace') {
      this.#instruct(
        finding,
        undefined,
        `The code cannot take over that ${finding.address} is to ${
          finding.change
        }; see ${found.file.at(found.block.start)}.`,
      );
      return;
    }
    if (finding.fields.length === 0) {
      this.#instruct(
        finding,
        undefined,
        `What differs is not known field by field; compare ${found.file.at(
          found.block.start,
        )} with what really is.`,
      );
    }
    for (const field of finding.fields) {
      this.#adoptField(finding, field, address);
    }
  }

  #adoptField(
    finding: StoredFinding,
    field: FieldDifference,
    address: ResourceAddress,
  ): void {
    // Patches before this one may have moved everything.
    const found = this.#find(address);
    if (!found || 'reason' in found) {
      return;
    }
    const { file, block } = found;
    const hidden = this.#isSecret(field);
    const problem = hidden
      ? 'its value is secret and not shown here'
      : unusable(field);
    const where = file.at(block.start);
    if (problem !== undefined) {
      this.#instruct(
        finding,
        field,
        `${where}: ${fieldName(
          field,
        )} must be changed by hand, since ${problem}.`,
      );
      return;
    }
    const place = ValueLocator.locate({
      ...found,
      key: address.key,
      path: fromPointer(field.path),
      desired: field.desired ?? undefined,
      root: this.#root,
    });
    if ('reason' in place) {
      this.#instruct(
        finding,
        field,
        `${place.where}: ${changeSentence(
          field,
        )} It must be changed by hand, since ${place.reason}.`,
      );
      return;
    }
    const start = place.expression?.start ?? startOf(place.parent);
    const at = place.file.at(start);
    const refuse = (reason: string) =>
      this.#instruct(
        finding,
        field,
        `${at}: ${changeSentence(
          field,
        )} It must be changed by hand, since ${reason}.`,
      );
    const written =
      place.expression && (hclLiteralValue(place.expression) ?? undefined);
    if (
      place.expression
        ? !sameValue(written, field.desired ?? undefined)
        : place.parent.kind !== 'body' && isFilled(field.desired)
    ) {
      refuse('the code says something else there than what the last scan saw');
      return;
    }
    const edits = placeEdits(place, field.actual);
    if (edits === undefined) {
      refuse('something stands in the way, such as a comment or another value');
      return;
    }
    if (edits.some(edit => this.#isBesideSecret(place.file, edit))) {
      refuse('a secret is written beside it, which a diff would show');
      return;
    }
    if (!place.file.edit(edits)) {
      refuse('changing it here would change more than that');
    }
  }

  /** The block of a resource, the modules on the way to it, and who shares it. */
  #find(address: ResourceAddress):
    | (FoundBlock & {
        instance: ModuleInstance;
        shared: ReadonlyMap<string, string>;
      })
    | { reason: string }
    | undefined {
    const module = this.#tree.module(this.#location.dir);
    if (!module) {
      return undefined;
    }
    let instance: ModuleInstance = { module };
    const shared = new Map<string, string>();
    for (const { name, key } of address.modules) {
      const calls = blocksOf(instance.module, 'module', name);
      if (calls.length !== 1) {
        return undefined;
      }
      const [{ file, block }] = calls;
      const dir = sourceDirOf(block, instance.module.dir);
      const child = dir === undefined ? undefined : this.#tree.module(dir);
      if (dir === undefined || !child) {
        return {
          reason: `${file.at(
            block.start,
          )}: module.${name} comes from somewhere else, so its code cannot be changed here. Give it other arguments, or change it where it comes from.`,
        };
      }
      const call = { file, block, parent: instance, key };
      const others = this.#tree
        .callers(dir)
        .filter(each => each.file !== file || each.block.start !== block.start);
      const users = [
        ...others.map(each => each.file.at(each.block.start)),
        ...this.#tree.jsonCallers(dir).map(each => each.path),
      ];
      if (users.length > 0) {
        shared.set(
          codeOf(call),
          `the code of module.${name} is used elsewhere, too: ${users.join(
            ', ',
          )}`,
        );
      }
      if (isRepeated(block)) {
        shared.set(
          instancesOf(call),
          `all instances of module.${name} share it`,
        );
      }
      instance = { module: child, call };
    }
    const broken = instance.module.files.find(file => file.hcl.error);
    if (broken) {
      return {
        reason: `${broken.path}:${broken.hcl.error?.line}: the file cannot be read as HCL, so nothing in this module is changed.`,
      };
    }
    const found = blocksOf(
      instance.module,
      'resource',
      address.type,
      address.name,
    );
    if (found.length === 0) {
      return undefined;
    }
    const [{ file, block }] = found;
    const places = [
      ...found.map(each => each.file.at(each.block.start)),
      ...instance.module.json
        .filter(
          ({ text }) =>
            text.includes(JSON.stringify(address.type)) &&
            text.includes(JSON.stringify(address.name)),
        )
        .map(({ path }) => path),
    ];
    if (places.length > 1) {
      return {
        reason: `${places.join(
          ' and ',
        )}: the resource is written in more than one place, so change it by hand.`,
      };
    }
    if (isRepeated(block)) {
      shared.set(
        'resource',
        `all instances of ${address.type}.${address.name} share it`,
      );
    }
    return { file, block, instance, shared };
  }

  #instructRemoval(
    finding: StoredFinding,
    found: FoundBlock & { instance: ModuleInstance },
  ): void {
    const { file, block } = found;
    const [type, name] = block.labels;
    const where = `${file.at(block.start)}`;
    const isOneOfMany =
      attributeOf(block, 'for_each') ?? attributeOf(block, 'count');
    this.#instruct(
      finding,
      undefined,
      isOneOfMany
        ? `${where}: ${
            finding.address
          } is gone. To accept that, take this instance out of the ${
            attributeOf(block, 'for_each') ? 'for_each' : 'count'
          } of the resource, and remove what refers to it; nothing is destroyed by that.`
        : `${where}: ${finding.address} is gone. To accept that, remove the block resource "${type}" "${name}" and what refers to it; nothing is destroyed by that. If it was made anew under another id, keep the block, add an import block with that id, and remove the old one from the state with a removed block.`,
    );
  }

  #isSecret(field: FieldDifference): boolean {
    const texts = [field.desired, field.actual]
      .filter(value => value !== undefined)
      .map(value =>
        typeof value === 'string' ? value : JSON.stringify(value),
      );
    return (
      field.sensitive === true ||
      texts.some(
        text => this.#redactor.isIn(text) || maskSecretShapes(text) !== text,
      )
    );
  }

  #isBesideSecret(file: CodeFile, { start, end }: HclEdit): boolean {
    const lineOf = (offset: number) =>
      file.text.slice(0, offset).split('\n').length - 1;
    const near = file.text
      .split('\n')
      .slice(
        Math.max(0, lineOf(start) - CONTEXT_LINES),
        lineOf(end) + CONTEXT_LINES + 1,
      )
      .join('\n');
    const own = secretLiterals(file.text);
    return (
      own.some(secret => near.includes(secret)) ||
      this.#redactor.isIn(near) ||
      maskSecretShapes(near) !== near
    );
  }

  #instruct(
    finding: StoredFinding,
    field: FieldDifference | undefined,
    text: string,
  ): void {
    this.#instructions.push({
      address: finding.address,
      ...(field ? { path: field.path } : {}),
      text: maskSecretShapes(this.#redactor.redact(text)),
    });
  }
}

/** Puts what really is into the literals of a module, and changes nothing else. */
export class TerraformAdopter implements CodeAdopter {
  static create(parts: TerraformParts): TerraformAdopter {
    return new TerraformAdopter(parts);
  }

  readonly source = 'terraform';
  readonly #parts: TerraformParts;

  private constructor(parts: TerraformParts) {
    this.#parts = parts;
  }

  supports(
    target: ScanTarget & { source: string },
  ): { supported: true } | { supported: false; reason: string } {
    return target.source === this.source
      ? codeIsKnown(target)
      : { supported: false, reason: 'This is not a Terraform module.' };
  }

  async propose(
    request: RemediationRequest,
    context: RemediationContext,
  ): Promise<AdoptionProposal> {
    const location = locationFromJson(request.target.location);
    const codeRoot = join(context.workDir, 'code');
    context.log('Reading the code');
    let commit: string | undefined;
    try {
      ({ commit } = await this.#parts.checkout.checkOut(
        location,
        codeRoot,
        context.signal,
      ));
    } catch (error) {
      context.signal.throwIfAborted();
      const cause = toError(error) as NodeJS.ErrnoException;
      // Messages of the file system name paths of this machine; their code says enough.
      throw new RemediationFailure(
        `The code could not be read: ${
          cause.syscall ? cause.code : cause.message
        }`,
      );
    }
    const tree = await CodeTree.read(codeRoot);
    return new Adoption({
      tree,
      location,
      request,
      root: {
        files: variableFiles(tree, location),
        environment: this.#environmentOf(request.target.client),
      },
      redactor: this.#redactor(),
    }).proposal(commit);
  }

  #environmentOf(client: string | undefined): Set<string> {
    const { env, credentials } = this.#parts.config;
    return new Set([
      ...Object.keys(env),
      ...credentials
        .filter(entry => entry.client === '*' || entry.client === client)
        .flatMap(entry => [
          ...Object.keys(entry.env),
          ...Object.keys(entry.settings),
        ]),
    ]);
  }

  #redactor(): SecretRedactor {
    const { env, credentials } = this.#parts.config;
    return SecretRedactor.create([
      ...Object.values(env),
      ...credentials.flatMap(entry => [
        ...Object.values(entry.env),
        ...entry.files.map(file => file.content),
      ]),
    ]);
  }
}

/** Files that set variables of the root module, the last one wins. */
function variableFiles(tree: CodeTree, location: ModuleLocation): CodeFile[] {
  return [
    ...tree.variableFileNames(location.dir),
    ...(location.varFiles ?? []),
  ].flatMap(name => tree.variableFile(location.dir, name) ?? []);
}

function plannedChange(finding: StoredFinding): PlannedChange {
  return {
    address: finding.address,
    resourceType: finding.resourceType,
    resourceName: finding.resourceName,
    change: finding.change,
    class: finding.class,
    severity: finding.severity,
    fields: finding.fields,
  };
}

function startOf(parent: Place['parent']): number {
  switch (parent.kind) {
    case 'object':
      return parent.object.start;
    case 'tuple':
      return parent.tuple.start;
    default:
      return parent.body.start;
  }
}

/** Why the values of a field cannot be written into code, if so. */
function unusable(field: FieldDifference): string | undefined {
  if (field.desiredUnknown) {
    return 'what the code wants is only known after it was applied';
  }
  const isShortened = [field.desired, field.actual].some(value =>
    /… \(shortened; /.test(JSON.stringify(value ?? null)),
  );
  return isShortened
    ? 'it is too long to be kept in full with the finding'
    : undefined;
}

/** `node_pool[1].node_count` */
function fieldName(field: FieldDifference): string {
  return fromPointer(field.path)
    .map((segment, index) => {
      if (/^\d+$/.test(segment)) {
        return `[${segment}]`;
      }
      return index === 0 ? segment : `.${segment}`;
    })
    .join('');
}

function changeSentence(field: FieldDifference): string {
  const name = fieldName(field);
  if (!isFilled(field.actual)) {
    return `${name} (${shown(field.desired)}) is not there in reality.`;
  }
  return isFilled(field.desired)
    ? `${name} is ${shown(field.desired)} in the code and ${shown(
        field.actual,
      )} in reality.`
    : `${name} is ${shown(field.actual)} in reality and not in the code.`;
}

function shown(value: JsonValue | undefined): string {
  return clip(formatHclValue(value ?? null));
}

function clip(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN - 3)}...` : text;
}

function isFilled(value: JsonValue | undefined): value is JsonValue {
  return value !== undefined && value !== null;
}
