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

import { isJsonObject, JsonObject } from '../cloud/json';

/**
 * A set of field paths, as `fieldsV1` of managed fields writes them: nested
 * objects whose keys are path elements (`f:spec`, `k:{"name":"main"}`,
 * `v:"x"`), `.` meaning the path itself.
 */
export class FieldSet {
  #member = false;
  readonly #children = new Map<string, FieldSet>();

  static fromJson(json: JsonObject): FieldSet {
    const set = new FieldSet();
    for (const [key, value] of Object.entries(json)) {
      if (key === '.') {
        set.#member = true;
      } else if (isJsonObject(value)) {
        const child = FieldSet.fromJson(value);
        if (Object.keys(value).length === 0) {
          child.#member = true;
        }
        set.#children.set(key, child);
      }
    }
    return set;
  }

  get isMember(): boolean {
    return this.#member;
  }

  get children(): ReadonlyMap<string, FieldSet> {
    return this.#children;
  }

  isEmpty(): boolean {
    return (
      !this.#member && [...this.#children.values()].every(set => set.isEmpty())
    );
  }

  insert(path: readonly string[]): void {
    if (path.length === 0) {
      this.#member = true;
      return;
    }
    const [element, ...rest] = path;
    const child = this.#children.get(element) ?? new FieldSet();
    this.#children.set(element, child);
    child.insert(rest);
  }

  has(path: readonly string[]): boolean {
    return this.at(path)?.isMember ?? false;
  }

  at(path: readonly string[]): FieldSet | undefined {
    if (path.length === 0) {
      return this;
    }
    const [element, ...rest] = path;
    return this.#children.get(element)?.at(rest);
  }

  union(other: FieldSet): FieldSet {
    const result = this.#copy();
    result.#member ||= other.#member;
    for (const [key, child] of other.#children) {
      result.#children.set(
        key,
        (result.#children.get(key) ?? new FieldSet()).union(child),
      );
    }
    return result;
  }

  difference(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine && !theirs);
  }

  intersection(other: FieldSet): FieldSet {
    return this.#combine(other, (mine, theirs) => mine && theirs);
  }

  /** Without the paths below any of the given ones. */
  without(paths: readonly (readonly string[])[]): FieldSet {
    const result = this.#copy();
    for (const path of paths) {
      const parent = result.at(path.slice(0, -1));
      if (parent) {
        parent.#children.delete(path[path.length - 1]);
      }
    }
    return result;
  }

  equals(other: FieldSet): boolean {
    return this.difference(other).isEmpty() && other.difference(this).isEmpty();
  }

  /** Every path of the set. */
  paths(): string[][] {
    const below = [...this.#children].flatMap(([key, child]) =>
      child.paths().map(path => [key, ...path]),
    );
    return this.#member ? [[], ...below] : below;
  }

  toJson(): JsonObject {
    const entries = [...this.#children]
      .filter(([, child]) => !child.isEmpty())
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]): [string, JsonObject] => [key, child.toJson()]);
    return Object.fromEntries(
      this.#member && entries.length > 0 ? [['.', {}], ...entries] : entries,
    );
  }

  #copy(): FieldSet {
    const result = new FieldSet();
    result.#member = this.#member;
    for (const [key, child] of this.#children) {
      result.#children.set(key, child.#copy());
    }
    return result;
  }

  #combine(
    other: FieldSet,
    keep: (mine: boolean, theirs: boolean) => boolean,
  ): FieldSet {
    const result = new FieldSet();
    result.#member = keep(this.#member, other.#member);
    for (const [key, child] of this.#children) {
      const combined = child.#combine(
        other.children.get(key) ?? new FieldSet(),
        keep,
      );
      if (!combined.isEmpty()) {
        result.#children.set(key, combined);
      }
    }
    return result;
  }
}

/** As conflict messages write a path: `.spec.template.spec.containers[name="main"].image`. */
export function pathText(path: readonly string[]): string {
  return path
    .map(element => {
      const content = element.slice(2);
      switch (element[0]) {
        case 'k':
          return `[${Object.entries(JSON.parse(content))
            .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
            .join(',')}]`;
        case 'v':
          return `[=${content}]`;
        case 'i':
          return `[${content}]`;
        default:
          return `.${content}`;
      }
    })
    .join('');
}
