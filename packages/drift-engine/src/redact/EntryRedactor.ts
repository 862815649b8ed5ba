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

import { createHmac } from 'node:crypto';
import { PlanResourceEntry, PlanValue, RawNumber } from '../plan/PlanDocument';
import { planJson } from './planJson';
import { looksSecretAt, looksSecretName, maskSecretValues } from './secrets';
import { SecretTexts } from './SecretTexts';

type Members = { [key: string]: PlanValue };
type Step = string | number;

const PLACEHOLDER = '(sensitive)';
const MARKER_DIGITS = 12;

function isMembers(value: PlanValue | undefined): value is Members {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof RawNumber)
  );
}

function own(value: PlanValue | undefined, step: Step): PlanValue | undefined {
  if (Array.isArray(value)) {
    return typeof step === 'number' ? value[step] : undefined;
  }
  return isMembers(value) && Object.hasOwn(value, String(step))
    ? value[String(step)]
    : undefined;
}

/** The masks one level down; `true` stands for everything below. */
function below(masks: PlanValue[], step: Step): PlanValue[] {
  const found: PlanValue[] = [];
  for (const mask of masks) {
    const child = mask === true ? true : own(mask, step);
    if (child !== undefined && child !== false && child !== null) {
      found.push(child);
    }
  }
  return found;
}

/** `{ name: 'DB_PASSWORD', value: … }` makes the value a secret. */
function namesSecret(value: Members): boolean {
  return ['name', 'key'].some(key => {
    const name = own(value, key);
    return typeof name === 'string' && looksSecretName(name);
  });
}

const VALUE_KEYS = new Set(['value', 'values', 'default_value']);

function parseDocument(text: string): PlanValue | undefined {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same text for values that differ in spelling only. */
function canonical(value: PlanValue): string {
  if (typeof value === 'string') {
    const document = parseDocument(value);
    return document === undefined ? value : canonical(document);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join(',')}]`;
  }
  if (isMembers(value)) {
    return `{${Object.keys(value)
      .sort()
      .map(key => `${JSON.stringify(key)}:${canonical(value[key])}`)
      .join(',')}}`;
  }
  return planJson(value);
}

/** Marks places of a mask, copying what it marks. */
class MarkedPlaces {
  readonly #places: Step[][] = [];

  add(path: readonly Step[]): void {
    this.#places.push([...path]);
  }

  /** @param shape - the value that the mask belongs to; only places in it are marked. */
  addTo(
    mask: PlanValue | undefined,
    shape: PlanValue | undefined,
  ): PlanValue | undefined {
    return this.#places.reduce(
      (marked, path) => this.#mark(marked, shape, path, 0),
      mask,
    );
  }

  #mark(
    mask: PlanValue | undefined,
    shape: PlanValue | undefined,
    path: Step[],
    depth: number,
  ): PlanValue | undefined {
    if (mask === true || shape === undefined || shape === null) {
      return mask;
    }
    if (depth === path.length) {
      return true;
    }
    const step = path[depth];
    const next = own(shape, step);
    const marked = this.#mark(own(mask, step), next, path, depth + 1);
    if (marked === undefined) {
      return mask;
    }
    if (Array.isArray(shape)) {
      const list = Array.isArray(mask) ? [...mask] : [];
      while (list.length < Number(step)) {
        list.push(false);
      }
      list[Number(step)] = marked;
      return list;
    }
    const members: Members = Object.create(null);
    Object.assign(members, isMembers(mask) ? mask : {});
    members[String(step)] = marked;
    return members;
  }
}

/**
 * Takes the secrets out of entries. What is secret becomes a marker that is
 * equal for equal values at one place of one resource and tells nothing else,
 * so that every difference stays visible.
 */
export class EntryRedactor {
  readonly #texts: SecretTexts;
  readonly #salt: Buffer;
  /** Placeholders of instance keys and member names, numbered so that different ones stay different. */
  readonly #placeholders = new Map<string, string>();

  constructor(texts: SecretTexts, salt: Buffer) {
    this.#texts = texts;
    this.#salt = salt;
  }

  /** An address whose instance keys repeat no secret. */
  address(address: string): string {
    return address.includes('["')
      ? address.replace(
          /\["((?:[^"\\]|\\.)*)"\]/g,
          (_, key: string) => `["${this.name(key)}"]`,
        )
      : address;
  }

  /** An instance key or member name that repeats no secret. */
  name(name: string): string {
    const scrubbed = this.#scrub(name);
    if (scrubbed === name) {
      return name;
    }
    const known = this.#placeholders.get(name);
    if (known !== undefined) {
      return known;
    }
    const taken = new Set(this.#placeholders.values());
    let placeholder = scrubbed;
    for (let number = 2; taken.has(placeholder); number++) {
      placeholder = scrubbed.replace(PLACEHOLDER, `(sensitive ${number})`);
    }
    this.#placeholders.set(name, placeholder);
    return placeholder;
  }

  /**
   * One entry without secrets.
   *
   * @param siblings - the entries about the same object, in either list; what is
   * masked in one is secret in all.
   */
  entry(entry: PlanResourceEntry, siblings: PlanResourceEntry[]): Members {
    return present({
      address: this.address(entry.address),
      module_address: mapText(entry.moduleAddress, one => this.address(one)),
      previous_address: mapText(entry.previousAddress, one =>
        this.address(one),
      ),
      mode: entry.mode,
      type: entry.type,
      name: entry.name,
      index:
        typeof entry.index === 'string' ? this.name(entry.index) : entry.index,
      provider_name: entry.providerName,
      deposed: mapText(entry.deposed, one => this.name(one)),
      change: this.#change(entry, siblings),
      action_reason: mapText(entry.actionReason, word),
    });
  }

  #change(entry: PlanResourceEntry, siblings: PlanResourceEntry[]): Members {
    const actions = entry.actions.map(action => word(action) ?? 'unknown');
    const importing = entry.importing ? {} : undefined;
    if (comparesNothing(siblings)) {
      return present({ actions, importing });
    }
    const masks = siblings
      .flatMap(one => [one.beforeSensitive, one.afterSensitive])
      .filter((mask): mask is PlanValue => mask !== undefined);
    const named = this.#secretByNeighbour(siblings);
    const found = new MarkedPlaces();
    const value = (side: PlanValue | undefined) =>
      side === undefined
        ? undefined
        : this.#value(side, [], {
            address: entry.address,
            masks,
            named,
            found,
          });
    // Both sides first: what one shows to be secret is marked on both.
    const before = value(entry.before);
    const after = value(entry.after);
    return present({
      actions,
      before,
      after,
      after_unknown: this.#mask(entry.afterUnknown, 0),
      before_sensitive: found.addTo(
        this.#mask(entry.beforeSensitive, 0),
        before,
      ),
      after_sensitive: found.addTo(this.#mask(entry.afterSensitive, 0), after),
      replace_paths: entry.replacePaths?.map(path => this.#named(path)),
      importing,
    });
  }

  #scrub(text: string): string {
    return maskSecretValues(this.#texts.scrub(text, PLACEHOLDER), PLACEHOLDER);
  }

  /** Paths of values that some version of the surrounding object names as secret. */
  #secretByNeighbour(siblings: PlanResourceEntry[]): Set<string> {
    const named = new Set<string>();
    const walk = (value: PlanValue | undefined, path: Step[]) => {
      if (Array.isArray(value)) {
        value.forEach((element, index) => walk(element, [...path, index]));
      } else if (isMembers(value)) {
        if (namesSecret(value)) {
          named.add(JSON.stringify(path));
        }
        for (const key of Object.keys(value)) {
          walk(value[key], [...path, key]);
        }
      }
    };
    for (const sibling of siblings) {
      walk(sibling.before, []);
      walk(sibling.after, []);
    }
    return named;
  }

  #value(value: PlanValue, path: Step[], context: Context): PlanValue {
    return this.#masked(value, path, context.masks, context);
  }

  #masked(
    value: PlanValue,
    path: Step[],
    masks: PlanValue[],
    context: Context,
  ): PlanValue {
    const hidden = masks.includes(true);
    if (Array.isArray(value)) {
      return value.map((element, index) =>
        this.#masked(element, [...path, index], below(masks, index), context),
      );
    }
    if (isMembers(value)) {
      const copy: Members = Object.create(null);
      const secretValue =
        namesSecret(value) || context.named.has(JSON.stringify(path));
      for (const key of Object.keys(value)) {
        const name = this.#member(key, path.length);
        const inside = [...path, key];
        const child = below(masks, key);
        const byNeighbour = secretValue && VALUE_KEYS.has(key);
        if (byNeighbour && !child.includes(true) && !isBlank(value[key])) {
          context.found.add(this.#named(inside));
        }
        copy[name] = this.#masked(
          value[key],
          inside,
          byNeighbour ? [true] : child,
          context,
        );
      }
      return copy;
    }
    if (isBlank(value)) {
      return value;
    }
    if (hidden) {
      return this.#marker(value, path, context);
    }
    if (this.#isSecret(value, path)) {
      context.found.add(this.#named(path));
      return this.#marker(value, path, context);
    }
    return value;
  }

  #isSecret(value: PlanValue, path: Step[]): boolean {
    if (typeof value === 'string') {
      return (
        path.some((_, index) =>
          looksSecretAt(path.slice(0, index + 1), value),
        ) ||
        this.#texts.isIn(value) ||
        this.#documentIsSecret(parseDocument(value))
      );
    }
    if (typeof value === 'number' || value instanceof RawNumber) {
      return this.#texts.isIn(
        typeof value === 'number' ? String(value) : value.text,
      );
    }
    return false;
  }

  /** A document inside a text, e.g. container definitions with a password in the environment. */
  #documentIsSecret(document: PlanValue | undefined): boolean {
    if (Array.isArray(document)) {
      return document.some(element =>
        typeof element === 'string'
          ? this.#isSecret(element, [])
          : this.#documentIsSecret(element),
      );
    }
    if (!isMembers(document)) {
      return false;
    }
    const secretValue = namesSecret(document);
    return Object.keys(document).some(key => {
      const value = document[key];
      if (this.#scrub(key) !== key) {
        return true;
      }
      return typeof value === 'string'
        ? value !== '' &&
            ((secretValue && VALUE_KEYS.has(key)) ||
              this.#isSecret(value, [key]))
        : this.#documentIsSecret(value);
    });
  }

  /** Equal for equal values at one place of one resource; list positions are one place. */
  #marker(value: PlanValue, path: Step[], context: Context): string {
    const place = path.map(step => (typeof step === 'number' ? '*' : step));
    return `redacted-${createHmac('sha256', this.#salt)
      .update(JSON.stringify([context.address, place]))
      .update(canonical(value))
      .digest('hex')
      .slice(0, MARKER_DIGITS)}`;
  }

  #named(path: Step[]): Step[] {
    return path.map((step, depth) =>
      typeof step === 'string' ? this.#member(step, depth) : step,
    );
  }

  /** Members of a resource are attributes of its schema; further down they may be keys that people made. */
  #member(name: string, depth: number): string {
    return depth === 0 ? name : this.name(name);
  }

  /** Masks have the names of the members that they hide. */
  #mask(mask: PlanValue | undefined, depth: number): PlanValue | undefined {
    if (Array.isArray(mask)) {
      return mask.map(element => this.#mask(element, depth + 1) ?? false);
    }
    if (isMembers(mask)) {
      const copy: Members = Object.create(null);
      for (const key of Object.keys(mask)) {
        copy[this.#member(key, depth)] =
          this.#mask(mask[key], depth + 1) ?? false;
      }
      return copy;
    }
    return typeof mask === 'boolean' ? mask : undefined;
  }
}

interface Context {
  address: string;
  masks: PlanValue[];
  named: Set<string>;
  found: MarkedPlaces;
}

/** The object stays, comes or leaves the state as a whole; none of its values is compared. */
function comparesNothing(siblings: PlanResourceEntry[]): boolean {
  const actions = siblings.map(one => one.actions.join());
  return (
    actions.every(action => action === 'no-op') ||
    (actions.length === 1 && ['create', 'forget'].includes(actions[0]))
  );
}

/** Says nothing, so there is nothing to hide. */
function isBlank(value: PlanValue): boolean {
  return (
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (isMembers(value) && Object.keys(value).length === 0)
  );
}

function mapText(
  text: string | undefined,
  map: (text: string) => string | undefined,
): string | undefined {
  return text === undefined ? undefined : map(text);
}

/** A word of the format's own vocabulary, or undefined when it cannot be one. */
export function word(text: string): string | undefined {
  return /^[a-z][a-z_-]{0,80}$/.test(text) ? text : undefined;
}

function present(members: { [key: string]: PlanValue | undefined }): Members {
  const copy: Members = {};
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member !== undefined) {
      copy[key] = member;
    }
  }
  return copy;
}
