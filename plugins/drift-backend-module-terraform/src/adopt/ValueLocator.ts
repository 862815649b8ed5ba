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

import { JsonValue } from '@backstage/types';
import {
  HclBlock,
  HclBody,
  HclAttribute,
  HclExpression,
  hclLiteralValue,
  HclObject,
  HclObjectItem,
  HclReference,
  HclTuple,
  referencesIn,
  referencesInBody,
} from '@infra-hub/drift-engine';
import { attributeOf, blocksOf, CodeFile, CodeModule } from './CodeTree';
import { sameValue } from './sameValue';

const MAX_HOPS = 12;

/** A step into a value: a name, or any element of a list or of what is iterated. */
export type PathStep = string | typeof ANY;
export const ANY = Symbol('any element');

/** One module as it is called. */
export interface ModuleInstance {
  module: CodeModule;
  /** Absent for the root module. */
  call?: {
    file: CodeFile;
    block: HclBlock;
    parent: ModuleInstance;
    key?: string | number;
  };
}

/** Where the value of the root module's variables comes from. */
export interface RootVariables {
  /** Last one wins. */
  files: CodeFile[];
  /** Names that the environment of the tool sets. */
  environment: ReadonlySet<string>;
}

/** A place in the code that decides a value. */
export interface Place {
  file: CodeFile;
  /** Absent when the code says nothing there. */
  expression?: HclExpression;
  /** It is not in the block of the resource itself. */
  followed: boolean;
  parent:
    | { kind: 'body'; body: HclBody; name: string; attribute?: HclAttribute }
    | { kind: 'object'; object: HclObject; key: string; item?: HclObjectItem }
    | { kind: 'tuple'; tuple: HclTuple; index: number };
}

/** Why there is no such place. `reason` goes on after "since". */
export interface NoPlace {
  /** `main.tf:12` */
  where: string;
  reason: string;
}

interface Iteration {
  collection: HclExpression;
  file: CodeFile;
  step: PathStep;
  /** What is shared no more once the iteration is followed to one element. */
  ends?: string;
  scope: Scope;
}

/** What names mean at some place. */
interface Scope {
  instance: ModuleInstance;
  iterations: ReadonlyMap<string, Iteration>;
}

class Dead extends Error {
  constructor(readonly where: string, readonly reason: string) {
    super(reason);
  }
}

/**
 * Finds the literal that decides one value of one resource instance, and nothing
 * else: through variables, locals and arguments of modules, as long as nobody else
 * uses them. What the code says there now must be what was desired, so a guess can
 * never hit the wrong place.
 */
export class ValueLocator {
  readonly #desired: JsonValue | undefined;
  readonly #root: RootVariables;
  /** Why others would change, too; by what makes it so. */
  readonly #shared: Map<string, string>;
  /** References on the way here. */
  readonly #via: { file: CodeFile; reference: HclReference }[] = [];
  #owner: { file: CodeFile; block: HclBlock };
  #hops = 0;

  private constructor(options: {
    desired: JsonValue | undefined;
    root: RootVariables;
    shared: ReadonlyMap<string, string>;
    owner: { file: CodeFile; block: HclBlock };
  }) {
    this.#desired = options.desired;
    this.#root = options.root;
    this.#shared = new Map(options.shared);
    this.#owner = options.owner;
  }

  /**
   * @param options - `path` below the resource; `desired` is what the code says
   *   now; `shared` says who else the block of the resource is for.
   */
  static locate(options: {
    instance: ModuleInstance;
    file: CodeFile;
    block: HclBlock;
    key?: string | number;
    path: readonly string[];
    desired: JsonValue | undefined;
    root: RootVariables;
    shared: ReadonlyMap<string, string>;
  }): Place | NoPlace {
    const { instance, file, block, key, path } = options;
    const locator = new ValueLocator({ ...options, owner: { file, block } });
    const forEach = attributeOf(block, 'for_each');
    const outer: Scope = { instance, iterations: new Map() };
    const scope: Scope = {
      instance,
      iterations: new Map(
        forEach && key !== undefined
          ? [
              [
                'each',
                {
                  collection: forEach,
                  file,
                  step: String(key),
                  ends: 'resource',
                  scope: outer,
                },
              ],
            ]
          : [],
      ),
    };
    try {
      const place = locator.#inBody(file, block.body, path, scope);
      const shared = [...locator.#shared.values()].at(0);
      if (shared !== undefined) {
        throw new Dead(
          place.file.at(place.expression?.start ?? block.start),
          shared,
        );
      }
      return place;
    } catch (error) {
      if (error instanceof Dead) {
        return { where: error.where, reason: error.reason };
      }
      throw error;
    }
  }

  #inBody(
    file: CodeFile,
    body: HclBody,
    path: readonly string[],
    scope: Scope,
  ): Place {
    const [name, ...rest] = path;
    const attribute = body.attributes.find(each => each.name === name);
    if (attribute) {
      return this.#inValue(
        file,
        attribute.value,
        rest.map(asStep),
        { kind: 'body', body, name, attribute },
        scope,
      );
    }
    const blocks = body.blocks.filter(block => block.type === name);
    const dynamic = body.blocks.filter(
      block => block.type === 'dynamic' && block.labels[0] === name,
    );
    if (blocks.length + dynamic.length > 0) {
      return this.#inBlocks(file, { name, blocks, dynamic }, rest, scope);
    }
    if (rest.length === 0 && /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
      return {
        file,
        followed: this.#via.length > 0,
        parent: { kind: 'body', body, name },
      };
    }
    throw new Dead(
      file.at(body.start),
      `the code does not set ${name} there, so what it should look like is not known`,
    );
  }

  #inBlocks(
    file: CodeFile,
    named: { name: string; blocks: HclBlock[]; dynamic: HclBlock[] },
    path: readonly string[],
    scope: Scope,
  ): Place {
    const { name, blocks, dynamic } = named;
    const inner = isIndex(path.at(0)) ? path.slice(1) : path;
    const first = blocks.at(0) ?? dynamic[0];
    if (inner.length === 0) {
      throw new Dead(
        file.at(first.start),
        `a whole ${name} block was added or removed`,
      );
    }
    if (blocks.length === 1 && dynamic.length === 0) {
      return this.#inBody(file, blocks[0].body, inner, scope);
    }
    const fitting = blocks.filter(block =>
      this.#mayHave(literalInBody(block.body, inner)),
    );
    if (fitting.length === 1 && dynamic.length === 0) {
      return this.#inBody(file, fitting[0].body, inner, scope);
    }
    if (blocks.length === 0 && dynamic.length === 1) {
      return this.#inDynamic(file, dynamic[0], inner, scope);
    }
    throw new Dead(
      file.at(first.start),
      `there are several ${name} blocks, and which of them it is cannot be told for certain`,
    );
  }

  #inDynamic(
    file: CodeFile,
    block: HclBlock,
    path: readonly string[],
    scope: Scope,
  ): Place {
    const collection = attributeOf(block, 'for_each');
    const content = block.body.blocks.find(each => each.type === 'content');
    const iterator = attributeOf(block, 'iterator');
    const name =
      iterator?.kind === 'reference' ? iterator.root : block.labels[0];
    if (!collection || !content) {
      throw new Dead(file.at(block.start), 'a dynamic block is not complete');
    }
    const value = content.body.attributes.find(each => each.name === path[0]);
    if (value && hclLiteralValue(value.value) !== undefined) {
      throw new Dead(
        file.at(value.start),
        'a dynamic block gives every element the same value',
      );
    }
    return this.#inBody(file, content.body, path, {
      ...scope,
      iterations: new Map([
        ...scope.iterations,
        [name, { collection, file, step: ANY, scope }],
      ]),
    });
  }

  #inValue(
    file: CodeFile,
    expression: HclExpression,
    path: readonly PathStep[],
    parent: Place['parent'],
    scope: Scope,
  ): Place {
    if (expression.kind === 'reference') {
      return this.#follow(file, expression, path, scope);
    }
    if (path.length === 0) {
      if (hclLiteralValue(expression) === undefined) {
        throw new Dead(file.at(expression.start), whyNot(expression));
      }
      return { file, expression, followed: this.#via.length > 0, parent };
    }
    if (expression.kind === 'object') {
      return this.#inObject(file, expression, path, scope);
    }
    if (expression.kind === 'tuple') {
      return this.#inTuple(file, expression, path, scope);
    }
    throw new Dead(file.at(expression.start), whyNot(expression));
  }

  #inObject(
    file: CodeFile,
    object: HclObject,
    path: readonly PathStep[],
    scope: Scope,
  ): Place {
    const [step, ...rest] = path;
    if (step === ANY) {
      const fitting = object.items.filter(item =>
        this.#mayHave(literalIn(item.value, rest)),
      );
      const item = this.#only(file, object, fitting);
      return this.#inValue(
        file,
        item.value,
        rest,
        { kind: 'object', object, key: item.key ?? '', item },
        scope,
      );
    }
    const items = object.items.filter(each => each.key === step);
    if (items.length > 1 || object.items.some(each => each.key === undefined)) {
      throw new Dead(
        file.at(object.start),
        'the keys there are only known when they are evaluated',
      );
    }
    const item = items.at(0);
    if (item) {
      return this.#inValue(
        file,
        item.value,
        rest,
        { kind: 'object', object, key: step, item },
        scope,
      );
    }
    if (rest.length > 0) {
      throw new Dead(file.at(object.start), `there is no ${step} there`);
    }
    return {
      file,
      followed: this.#via.length > 0,
      parent: { kind: 'object', object, key: step },
    };
  }

  #inTuple(
    file: CodeFile,
    tuple: HclTuple,
    path: readonly PathStep[],
    scope: Scope,
  ): Place {
    const [step, ...rest] = path;
    const index = step === ANY ? 0 : Number(step);
    if (rest.length === 0 && this.#desired === undefined) {
      return {
        file,
        followed: this.#via.length > 0,
        parent: { kind: 'tuple', tuple, index },
      };
    }
    const exact = tuple.items.filter(each => this.#has(literalIn(each, rest)));
    // In a set, too, no other element has the value of this one
    const isAtItsPlace =
      rest.length === 0 &&
      exact.length === 1 &&
      exact[0] === tuple.items.at(index);
    const item = this.#only(
      file,
      tuple,
      isAtItsPlace
        ? exact
        : tuple.items.filter(each => this.#mayHave(literalIn(each, rest))),
    );
    return this.#inValue(
      file,
      item,
      rest,
      { kind: 'tuple', tuple, index: tuple.items.indexOf(item) },
      scope,
    );
  }

  #has(literal: JsonValue | undefined): boolean {
    return sameValue(literal, this.#desired);
  }

  /**
   * What is no literal, or not there and so by default, may have the value that is
   * wanted, too.
   */
  #mayHave(literal: JsonValue | undefined): boolean {
    return literal === undefined || literal === null || this.#has(literal);
  }

  #only<T>(file: CodeFile, where: HclExpression, fitting: readonly T[]): T {
    if (fitting.length !== 1) {
      throw new Dead(
        file.at(where.start),
        fitting.length === 0
          ? 'nothing there is written as the value that the code wants'
          : 'more than one element there may have this value, and which of them it is cannot be told for certain',
      );
    }
    return fitting[0];
  }

  #follow(
    file: CodeFile,
    reference: HclReference,
    path: readonly PathStep[],
    scope: Scope,
  ): Place {
    this.#hops += 1;
    const where = file.at(reference.start);
    if (this.#hops > MAX_HOPS) {
      throw new Dead(where, 'it goes through too many references');
    }
    const [name, ...steps] = reference.steps;
    if (reference.steps.includes(undefined)) {
      throw new Dead(
        where,
        'which element it is, is only known when evaluated',
      );
    }
    const on: PathStep[] = [...steps.map(String), ...path];
    this.#via.push({ file, reference });
    const iteration = scope.iterations.get(reference.root);
    if (iteration && name === 'value') {
      if (iteration.ends !== undefined) {
        this.#shared.delete(iteration.ends);
      }
      return this.#inValue(
        iteration.file,
        iteration.collection,
        [iteration.step, ...on],
        // A collection has elements, so this is never where it ends.
        { kind: 'body', body: this.#owner.block.body, name: 'for_each' },
        iteration.scope,
      );
    }
    if (reference.root === 'var' && typeof name === 'string') {
      return this.#variable(where, name, on, scope);
    }
    if (reference.root === 'local' && typeof name === 'string') {
      return this.#local(where, name, on, scope);
    }
    throw new Dead(
      where,
      `it comes from ${textOf(file, reference)}, which is no literal`,
    );
  }

  #local(
    where: string,
    name: string,
    path: readonly PathStep[],
    scope: Scope,
  ): Place {
    const { module } = scope.instance;
    assertNotInJson(where, 'local', name, module);
    const found = blocksOf(module, 'locals').flatMap(({ file, block }) =>
      block.body.attributes
        .filter(attribute => attribute.name === name)
        .map(attribute => ({ file, block, attribute })),
    );
    if (found.length !== 1) {
      throw new Dead(where, `local.${name} is not defined in one place`);
    }
    this.#assertUnshared(where, 'local', name, path, scope);
    const [{ file, block, attribute }] = found;
    return this.#inValue(
      file,
      attribute.value,
      path,
      { kind: 'body', body: block.body, name, attribute },
      { ...scope, iterations: new Map() },
    );
  }

  #variable(
    where: string,
    name: string,
    path: readonly PathStep[],
    scope: Scope,
  ): Place {
    const { instance } = scope;
    assertNotInJson(where, 'var', name, instance.module);
    const declared = blocksOf(instance.module, 'variable', name);
    if (declared.length !== 1) {
      throw new Dead(where, `var.${name} is not declared in one place`);
    }
    const [{ file, block }] = declared;
    const sensitive = attributeOf(block, 'sensitive');
    if (sensitive && hclLiteralValue(sensitive) !== false) {
      throw new Dead(where, `var.${name} is secret`);
    }
    this.#assertUnshared(where, 'var', name, path, scope);
    const given = instance.call
      ? this.#argument(instance.call, name)
      : this.#given(where, name);
    if (given) {
      return this.#inValue(
        given.file,
        given.attribute.value,
        path,
        {
          kind: 'body',
          body: given.body,
          name,
          attribute: given.attribute,
        },
        given.scope ?? { instance, iterations: new Map() },
      );
    }
    const fallback = block.body.attributes.find(
      each => each.name === 'default',
    );
    if (!fallback) {
      throw new Dead(where, `the value of var.${name} is not in the code`);
    }
    return this.#inValue(
      file,
      fallback.value,
      path,
      {
        kind: 'body',
        body: block.body,
        name: 'default',
        attribute: fallback,
      },
      { instance, iterations: new Map() },
    );
  }

  /** The argument of a call, seen from where the call is. */
  #argument(
    call: NonNullable<ModuleInstance['call']>,
    name: string,
  ):
    | {
        file: CodeFile;
        body: HclBody;
        attribute: HclAttribute;
        scope?: Scope;
      }
    | undefined {
    const { file, block, parent, key } = call;
    const attribute = block.body.attributes.find(each => each.name === name);
    if (!attribute) {
      return undefined;
    }
    // Code that is shared is left behind; that all instances of the call share it is not.
    this.#shared.delete(codeOf(call));
    this.#owner = { file, block };
    const collection = attributeOf(block, 'for_each');
    const scope: Scope = { instance: parent, iterations: new Map() };
    return {
      file,
      body: block.body,
      attribute,
      scope:
        collection && key !== undefined
          ? {
              instance: parent,
              iterations: new Map([
                [
                  'each',
                  {
                    collection,
                    file,
                    step: String(key),
                    ends: instancesOf(call),
                    scope,
                  },
                ],
              ]),
            }
          : scope,
    };
  }

  /** What sets a variable of the root module. */
  #given(
    where: string,
    name: string,
  ):
    | { file: CodeFile; body: HclBody; attribute: HclAttribute; scope?: Scope }
    | undefined {
    for (const file of [...this.#root.files].reverse()) {
      if (file.path.endsWith('.json')) {
        if (file.text.includes(JSON.stringify(name))) {
          throw new Dead(
            where,
            `var.${name} is set in ${file.path}, and JSON is not patched`,
          );
        }
        continue;
      }
      const { body, error } = file.hcl;
      if (error) {
        throw new Dead(
          `${file.path}:${error.line}`,
          'the variable file cannot be read',
        );
      }
      const attribute = body.attributes.find(each => each.name === name);
      if (attribute) {
        return { file, body, attribute };
      }
    }
    if (this.#root.environment.has(`TF_VAR_${name}`)) {
      throw new Dead(
        where,
        `var.${name} is set by TF_VAR_${name} in the configuration of drift.terraform`,
      );
    }
    return undefined;
  }

  /** @throws Dead naming who else reads this part of a variable or local. */
  #assertUnshared(
    where: string,
    root: 'var' | 'local',
    name: string,
    path: readonly PathStep[],
    scope: Scope,
  ): void {
    const users = new Set<string>();
    for (const file of scope.instance.module.files) {
      for (const block of file.hcl.body.blocks) {
        if (block.type === 'variable' && block.labels[0] === name) {
          continue;
        }
        for (const reference of readersIn(block.body, root, name, path)) {
          if (!this.#cameBy(file, reference)) {
            users.add(this.#nameOf(file, block, reference));
          }
        }
      }
    }
    if (users.size > 0) {
      throw new Dead(
        where,
        `${root}.${name} is used elsewhere, too: ${[...users].join(', ')}`,
      );
    }
  }

  #cameBy(file: CodeFile, reference: HclReference): boolean {
    return this.#via.some(
      each => each.file === file && each.reference.start === reference.start,
    );
  }

  #nameOf(file: CodeFile, block: HclBlock, reference: HclReference): string {
    const isOwn =
      this.#owner.file === file && this.#owner.block.start === block.start;
    const name = isOwn
      ? 'another argument of the same block'
      : nameOfBlock(block);
    return `${name} (${file.at(reference.start)})`;
  }
}

/** @throws Dead when code in JSON uses a variable or local, or sets it. */
function assertNotInJson(
  where: string,
  root: 'var' | 'local',
  name: string,
  { json }: CodeModule,
): void {
  const used = new RegExp(`\\b${root}\\.${name}(?![\\w-])|"${name}"\\s*:`);
  const file = json.find(({ text }) => used.test(text));
  if (file) {
    throw new Dead(
      where,
      `${root}.${name} is in ${file.path}, too, and JSON is not looked into`,
    );
  }
}

/** Key of "the code of this module is used by others" in what is shared. */
export function codeOf(call: NonNullable<ModuleInstance['call']>): string {
  return `code of ${call.file.path}:${call.block.start}`;
}

/** Key of "the call has several instances" in what is shared. */
export function instancesOf(call: NonNullable<ModuleInstance['call']>): string {
  return `instances of ${call.file.path}:${call.block.start}`;
}

/** Whether a block stands for more than one instance, as far as can be told. */
export function isRepeated(block: HclBlock): boolean {
  if (attributeOf(block, 'for_each')) {
    return true;
  }
  const count = attributeOf(block, 'count');
  if (!count) {
    return false;
  }
  const atMostOne = (expression: HclExpression) => {
    const value = hclLiteralValue(expression);
    return typeof value === 'number' && value <= 1;
  };
  return count.kind === 'conditional'
    ? !count.children.slice(1).every(atMostOne)
    : !atMostOne(count);
}

function nameOfBlock(block: HclBlock): string {
  switch (block.type) {
    case 'resource':
      return block.labels.join('.');
    case 'locals':
      return 'a local';
    default:
      return [block.type, ...block.labels].join('.');
  }
}

/** References to a part of a variable or local, also through what iterates over it. */
function readersIn(
  body: HclBody,
  root: string,
  name: string,
  path: readonly PathStep[],
  elements: readonly HclReference[] = elementsIn(body, 'each'),
): HclReference[] {
  const readers: HclReference[] = [];
  const read = (expression: HclExpression) => {
    for (const reference of referencesIn(expression)) {
      const [first, ...steps] = reference.steps;
      if (reference.root === root && first === name && !diverges(steps, path)) {
        readers.push(reference);
      }
    }
  };
  for (const attribute of body.attributes) {
    if (attribute.name !== 'for_each') {
      read(attribute.value);
    }
  }
  const forEach = body.attributes.find(each => each.name === 'for_each')?.value;
  if (forEach) {
    readers.push(...readersOfElements(forEach, root, name, path, elements));
  }
  for (const block of body.blocks) {
    const isDynamic = block.type === 'dynamic';
    const iterator = isDynamic ? attributeOf(block, 'iterator') : undefined;
    const element =
      iterator?.kind === 'reference' ? iterator.root : block.labels.at(0);
    readers.push(
      ...readersIn(
        block.body,
        root,
        name,
        path,
        isDynamic ? elementsIn(block.body, element ?? '') : undefined,
      ),
    );
  }
  return readers;
}

function elementsIn(body: HclBody, root: string): HclReference[] {
  return referencesInBody(body).filter(each => each.root === root);
}

/**
 * Who reads a part through an iteration: nobody, where only keys and other parts of
 * the elements are read.
 */
function readersOfElements(
  forEach: HclExpression,
  root: string,
  name: string,
  path: readonly PathStep[],
  elements: readonly HclReference[],
): HclReference[] {
  if (
    forEach.kind !== 'reference' ||
    forEach.root !== root ||
    forEach.steps[0] !== name
  ) {
    return referencesIn(forEach).filter(
      reference =>
        reference.root === root &&
        reference.steps[0] === name &&
        !diverges(reference.steps.slice(1), path),
    );
  }
  const steps = forEach.steps.slice(1);
  if (diverges(steps, path)) {
    return [];
  }
  if (steps.length >= path.length) {
    return [forEach];
  }
  const below = path.slice(steps.length + 1);
  return elements.filter(
    element =>
      element.steps[0] !== 'key' && !diverges(element.steps.slice(1), below),
  );
}

/** Whether two ways into a value lead to different parts of it. */
function diverges(
  steps: readonly (string | number | undefined)[],
  path: readonly PathStep[],
): boolean {
  return steps.some((step, index) => {
    const other = path.at(index);
    return (
      index < path.length &&
      step !== undefined &&
      other !== ANY &&
      other !== String(step)
    );
  });
}

function literalInBody(
  body: HclBody,
  path: readonly string[],
): JsonValue | undefined {
  const [name, ...rest] = path;
  const attribute = body.attributes.find(each => each.name === name);
  return attribute && literalIn(attribute.value, rest.map(asStep));
}

/** The literal at a path of a literal, without following anything. */
function literalIn(
  expression: HclExpression,
  path: readonly PathStep[],
): JsonValue | undefined {
  if (path.length === 0) {
    return hclLiteralValue(expression);
  }
  const [step, ...rest] = path;
  if (expression.kind === 'object') {
    const item = expression.items.find(each => each.key === step);
    return item && literalIn(item.value, rest);
  }
  if (expression.kind === 'tuple' && step !== ANY) {
    const item = expression.items.at(Number(step));
    return item && literalIn(item, rest);
  }
  return undefined;
}

function asStep(segment: string): PathStep {
  return segment;
}

function isIndex(segment: string | undefined): boolean {
  return segment !== undefined && /^\d+$/.test(segment);
}

function textOf(file: CodeFile, reference: HclReference): string {
  const text = file.text.slice(reference.start, reference.end);
  return text.length > 100 ? `${text.slice(0, 97)}...` : text;
}

function whyNot(expression: HclExpression): string {
  switch (expression.kind) {
    case 'template':
      return 'it is a text with templates';
    case 'heredoc':
      return 'it is a heredoc';
    case 'call':
      return `it is made by ${expression.name}()`;
    case 'conditional':
      return 'it depends on a condition';
    case 'for':
      return 'it is made by a for expression';
    case 'operation':
      return 'it is calculated';
    default:
      return 'it is not a literal of that shape';
  }
}
