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

import type { JsonObject, JsonValue } from '@backstage/types';
import {
  FieldDifference,
  SENSITIVE_DESIRED_VALUE,
} from '@infra-hub/backstage-plugin-drift-common';
import { fromPointer, toPointer } from '../diff/pointer';
import type {
  CloudFieldWrite,
  CloudKind,
  CloudPropertyName,
} from './CloudKind';
import type { DesiredCloudResource, LiveCloudResource } from './CloudResource';
import {
  applyCloudWrites,
  holds,
  isBelow,
  isEqual,
  mergeCloudWrites,
  valueAt,
} from './cloudWrites';
import { CloudFieldPair, compareCloudInDetail } from './compareCloud';
import { holdsSecret } from '../redact/holdsSecret';
import { mergeWanted } from './mergeWanted';
import { noWayToChange, refuseChange, refusePointer } from './unrepairable';
import { worstFirst } from './worstFirst';

const PROVIDER_PROPERTIES = '/providerProperties';

/** @public */
export interface PlanCloudRepairOptions {
  desired: DesiredCloudResource;
  live: LiveCloudResource;
  kind: CloudKind;
  /** What `live` was made of. */
  document: JsonObject;
  /** Fields to be left as they are: paths as differences have them. */
  leaveAlone?: readonly string[];
  /** What sentences call the resource; its kind and id when absent. */
  address?: string;
}

/**
 * What repairs a resource of a cloud, as far as that goes.
 *
 * @public
 */
export interface CloudRepair {
  /** Each place once, below a parent that is there. Empty when there is nothing to do. */
  writes: CloudFieldWrite[];
  /** The fields that are repaired by them: the worst first, then by path. */
  changes: FieldDifference[];
  /**
   * Fields that go on differing after it, in the same order: those that are refused,
   * and those that the provider makes not quite what is desired.
   */
  remaining: RemainingField[];
  /** Fields that stay as they are, one or two sentences each. */
  refusals: string[];
  /** What it does beside, one sentence each. */
  effects: string[];
}

/**
 * A field that a repair leaves differing.
 *
 * @public
 */
export interface RemainingField {
  /** With the value that it will have. */
  field: FieldDifference;
  /** Why: one or two sentences. */
  reason: string;
}

interface Step {
  field: CloudFieldPair;
  writes: CloudFieldWrite[];
  effect?: string;
}

class RepairPlanner {
  readonly #options: PlanCloudRepairOptions;
  /** Why which field stays as it is, by path. */
  readonly #refused = new Map<string, string>();

  constructor(options: PlanCloudRepairOptions) {
    this.#options = options;
  }

  plan(): CloudRepair {
    const { document, live, leaveAlone = [] } = this.#options;
    const drift = driftOf(this.#options, live);
    const known = new Set(drift.map(({ path }) => path));
    let fields = this.#inOrder(
      drift.filter(({ path }) => !leaveAlone.includes(path)),
    );
    for (;;) {
      const steps = this.#draft(fields);
      const contradictory = this.#contradictions(steps, known);
      if (contradictory.length === 0) {
        const all = steps.flatMap(({ writes }) => writes);
        const repaired = new Set(steps.map(({ field }) => field.path));
        const after = applyCloudWrites(document, all);
        const approximated = this.#approximated(after, repaired);
        const ordered = this.#forReaders(drift);
        return {
          writes: mergeCloudWrites(document, all),
          changes: ordered
            .filter(({ path }) => repaired.has(path))
            .map(({ shown }) => shown),
          remaining: ordered.flatMap(
            field =>
              this.#remaining(field) ?? approximated.get(field.path) ?? [],
          ),
          refusals: [...this.#refused].map(([path, sentence]) =>
            this.#describeRefusal(path, sentence),
          ),
          effects: unique([
            ...steps.flatMap(({ effect }) => effect ?? []),
            ...[...approximated.values()].map(({ reason }) => reason),
            ...this.#alongside(after, repaired),
          ]),
        };
      }
      for (const { field } of contradictory) {
        this.#refuse(
          field.path,
          'What it would take contradicts something else that is desired of the same resource.',
        );
      }
      const refused = new Set(contradictory.map(({ field }) => field));
      fields = steps
        .map(({ field }) => field)
        .filter(each => !refused.has(each));
    }
  }

  /** As the tables have them, so that a part of a setting comes after the whole. */
  #inOrder(fields: readonly CloudFieldPair[]): CloudFieldPair[] {
    const { properties } = this.#options.kind;
    const rank = ({ property }: CloudFieldPair) => {
      const index = properties.findIndex(({ name }) => name === property);
      return index === -1 ? properties.length : index;
    };
    return [...fields].sort((left, right) => rank(left) - rank(right));
  }

  /** Leaves out what is refused. */
  #draft(fields: readonly CloudFieldPair[]): Step[] {
    const steps: Step[] = [];
    let { document } = this.#options;
    for (const field of fields) {
      const drafted =
        field.pointer !== undefined
          ? this.#draftOwn(field)
          : this.#draftNeutral(field, document);
      const refusal =
        'refusal' in drafted ? drafted.refusal : this.#refuseWrites(drafted);
      if (refusal !== undefined) {
        this.#refuse(field.path, refusal);
      } else if (!('refusal' in drafted)) {
        steps.push(drafted);
        document = applyCloudWrites(document, drafted.writes);
      }
    }
    return steps;
  }

  #draftNeutral(
    field: CloudFieldPair,
    document: JsonObject,
  ): Step | { refusal: string } {
    const { desired, live, kind } = this.#options;
    const { property: name, desired: to, actual: from } = field;
    const property = kind.properties.find(each => each.name === name);
    if (name === undefined || to === undefined || !property) {
      return { refusal: 'There is no way to change it in place.' };
    }
    const { engine } = live.properties as { engine?: string };
    const change = { from, to, resourceType: desired.resourceType, engine };
    const refusal =
      property.fixed ??
      refuseChange(name, change) ??
      property.refuse?.(from, to);
    if (refusal !== undefined) {
      return { refusal };
    }
    const writes = property.write?.(to, document) ?? [];
    return writes.length === 0
      ? { refusal: noWayToChange(name, change) }
      : {
          field,
          writes,
          ...(property.effect !== undefined && { effect: property.effect }),
        };
  }

  #draftOwn({ pointer = '', ...field }: CloudFieldPair): Step {
    const before = valueAt(this.#options.document, pointer);
    return {
      field,
      writes: [{ pointer, value: mergeWanted(before, field.desired) }],
    };
  }

  #refuseWrites({ writes }: Step): string | undefined {
    const { kind, document } = this.#options;
    return writes
      .map(({ pointer, value }) =>
        holdsUnkept(value)
          ? 'It holds a secret value, which is not kept.'
          : refusePointer(kind, pointer, document),
      )
      .find(refusal => refusal !== undefined);
  }

  #refuse(path: string, sentence: string): void {
    this.#refused.set(path, sentence);
  }

  #describeRefusal(path: string, sentence: string): string {
    return `${labelOf(path)} of ${
      this.#address
    } cannot be changed back. ${sentence}`;
  }

  #remaining({ path, shown }: CloudFieldPair): RemainingField | undefined {
    const reason = this.#refused.get(path);
    return reason === undefined ? undefined : { field: shown, reason };
  }

  get #address(): string {
    const { desired, address = `${desired.kind}/${desired.id}` } =
      this.#options;
    return address;
  }

  /** The worst first, then by path. */
  #forReaders(fields: readonly CloudFieldPair[]): CloudFieldPair[] {
    const { resourceType, name } = this.#options.desired;
    return worstFirst(
      { address: this.#address, resourceType, resourceName: name },
      [...fields].sort((one, other) => (one.path < other.path ? -1 : 1)),
    );
  }

  /** Steps that undo each other, or change what is as it should be. */
  #contradictions(steps: readonly Step[], known: ReadonlySet<string>): Step[] {
    const { document } = this.#options;
    const result = applyCloudWrites(
      document,
      steps.flatMap(({ writes }) => writes),
    );
    const undone = steps.filter(({ writes }) =>
      writes.some(
        ({ pointer, value }) => !holds(valueAt(result, pointer), value),
      ),
    );
    if (undone.length > 0) {
      return steps.filter(step =>
        undone.some(other => other === step || overlap(other, step)),
      );
    }
    const breaks = (after: JsonObject) =>
      driftOf(this.#options, this.#liveOf(after)).some(
        ({ path }) => !known.has(path),
      );
    if (steps.length === 0 || !breaks(result)) {
      return [];
    }
    const alone = steps.filter(({ writes }) =>
      breaks(applyCloudWrites(document, writes)),
    );
    return alone.length > 0 ? alone : [...steps];
  }

  /** The resource as it would be, as far as reading tells. */
  #liveOf(after: JsonObject): LiveCloudResource {
    const { live, kind, document } = this.#options;
    const writes = kind.properties.flatMap(property => {
      const value = property.read(after);
      return isEqual(value, property.read(document))
        ? []
        : { pointer: `/${property.name}`, value };
    });
    return {
      ...live,
      properties: applyCloudWrites(live.properties as JsonObject, writes),
      providerProperties: after,
    };
  }

  /** What would be changed, and not quite become what is wanted, by path. */
  #approximated(
    after: JsonObject,
    repaired: ReadonlySet<string>,
  ): Map<string, RemainingField> {
    const live = this.#liveOf(after);
    return new Map(
      driftOf(this.#options, live)
        .filter(
          ({ path, actual }) =>
            repaired.has(path) &&
            !isEqual(
              actual,
              valueAt(this.#options.live.properties as JsonObject, path),
            ),
        )
        .map(({ path, actual, shown }) => [
          path,
          {
            field: shown,
            reason: `The provider makes ${labelOf(path)} ${show(
              path,
              actual,
            )}, which is not exactly what is desired.`,
          },
        ]),
    );
  }

  /** Sentences on what else would read differently. */
  #alongside(after: JsonObject, repaired: ReadonlySet<string>): string[] {
    const { kind, document } = this.#options;
    return kind.properties
      .filter(
        ({ name, field }) =>
          !repaired.has(`${PROVIDER_PROPERTIES}${field}`) &&
          ![...repaired].some(path => isBelow(`/${outerOf(name)}`, path)),
      )
      .flatMap(property => {
        const [from, to] = [property.read(document), property.read(after)];
        return isEqual(from, to)
          ? []
          : `Along with it, ${labelOf(`/${property.name}`)} changes from ${show(
              `/${property.name}`,
              from,
            )} to ${show(`/${property.name}`, to)}.`;
      });
  }
}

/**
 * Finds out what has to be written where, so that a resource is as desired again:
 * the fields that {@link compareCloud} takes for drift, and no others. What cannot
 * be changed in place is left out and said.
 *
 * @public
 */
export function planCloudRepair(options: PlanCloudRepairOptions): CloudRepair {
  return new RepairPlanner(options).plan();
}

function driftOf(
  { desired }: PlanCloudRepairOptions,
  live: LiveCloudResource,
): CloudFieldPair[] {
  const { account, region, provider, kind, id } = desired;
  // Who calls says that they are the same
  const same = { account, region: region ?? live.region, provider, kind, id };
  return compareCloudInDetail({
    desired: [desired],
    live: [{ ...live, ...same }],
  }).pairs.flatMap(({ fields }) =>
    fields.filter(({ class: is }) => is === 'drift'),
  );
}

/** Parts of one setting go together, as a key does with the encryption. */
function outerOf(name: CloudPropertyName): string {
  return name.split('/')[0];
}

function holdsUnkept(value: JsonValue | undefined): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).some(holdsUnkept);
  }
  return value === SENSITIVE_DESIRED_VALUE;
}

function overlap(left: Step, right: Step): boolean {
  return left.writes.some(a =>
    right.writes.some(
      b => isBelow(a.pointer, b.pointer) || isBelow(b.pointer, a.pointer),
    ),
  );
}

function labelOf(path: string): string {
  const segments = fromPointer(path);
  return isBelow(PROVIDER_PROPERTIES, path)
    ? toPointer(segments.slice(1)).slice(1)
    : segments.join('.');
}

/** Sentences are stored and sent to people, so that they hold no secrets. */
function show(path: string, value: JsonValue | undefined): string {
  if (value === undefined) {
    return 'nothing';
  }
  return holdsSecret(fromPointer(path), value)
    ? 'a value that may be a secret'
    : JSON.stringify(value);
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
