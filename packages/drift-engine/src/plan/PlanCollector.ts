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

import { CapturedBytes } from './JsonByteScanner';
import { AddressSet } from './AddressSet';
import { configuredAttributes, referencesByName } from './configuredAttributes';
import { parseExactJson } from './exactJson';
import {
  jsonPointer,
  objectKey,
  pathStep,
  withoutInstanceKeys,
} from './planAddress';
import { PlanDocument, PlanResourceEntry, PlanValue } from './PlanDocument';
import { PlanReadError } from './PlanReadError';
import { toEntry } from './toEntry';

export interface CollectorLimits {
  maxElementBytes: number;
  maxEntries: number;
  maxStringLength: number;
}

/** What can be told of an entry without parsing it. */
export interface EntryOutline {
  address: string | undefined;
  mode: string | undefined;
  deposed: string | undefined;
  previousAddress: string | undefined;
  /** `actions` is exactly `["no-op"]`, and nothing else makes the entry matter. */
  plainNoOp: boolean;
  /** `actions` is exactly `["read"]`. */
  read: boolean;
}

/** Sees the addresses that the document only counts. Used for redaction. */
export interface PlanCensus {
  /** An instance in `prior_state` that is managed and not deposed. */
  stateInstance(address: string): void;
  /** A managed entry of `resource_changes` that is not kept. */
  unchanged(entry: { address: string; deposed?: string }): void;
}

/**
 * Retained unparsed no-op entries while it is not known yet whether
 * `resource_drift` follows. Terraform writes it before `resource_changes`; a
 * document sorted by key has it behind.
 */
const RETAINED_BYTES_IN_NATIVE_ORDER = 16 * 1024 * 1024;
const RETAINED_BYTES_IN_OTHER_ORDER = 256 * 1024 * 1024;

interface RetainedEntry {
  key: string;
  position: number;
  bytes: Buffer;
  members: number;
  inexactNumbers: boolean;
}

/** Gathers a {@link PlanDocument} from the pieces in whatever order they come. */
export class PlanCollector {
  readonly #limits: CollectorLimits;
  readonly #census: PlanCensus | undefined;

  readonly #drift: PlanResourceEntry[] = [];
  readonly #driftKeys = new Set<string>();
  readonly #changes: { position: number; entry: PlanResourceEntry }[] = [];
  #position = 0;
  #kept = 0;

  /** Addresses of entries of either list, and of prior state, and the former addresses of moved ones. */
  readonly #named = new AddressSet();
  readonly #recorded = new AddressSet();
  readonly #movedFrom = new AddressSet();

  #driftSeen = false;
  #changesSeen = false;
  #retainedLimit = 0;
  #retainedBytes = 0;
  #retained: RetainedEntry[] = [];
  #retainedDropped = false;

  /** Addresses without instance keys whose configuration is wanted. */
  readonly #configAddresses = new Set<string>();
  readonly #configuredPaths = new Map<string, Set<string>>();
  readonly #references = new Map<string, Map<string, string[]>>();
  /** Configuration was left out that entries of a later list would need. */
  #configurationFiltered = false;
  readonly #filteredFor = new Set<string>();

  formatVersion: string | undefined;
  toolVersion: string | undefined;
  toolName: 'terraform' | 'tofu' = 'terraform';
  timestamp: string | undefined;
  complete: boolean | undefined;
  errored: boolean | undefined;
  applyable: boolean | undefined;
  readonly #changedOutputs = new Set<string>();
  actionInvocations = 0;
  #dataReads = 0;
  readonly #deferredChanges: PlanDocument['deferredChanges'] = [];
  readonly #relevantAttributes: PlanDocument['relevantAttributes'] = [];
  readonly #failedChecks: PlanDocument['failedChecks'] = [];
  readonly warnings: string[] = [];

  constructor(limits: CollectorLimits, census?: PlanCensus) {
    this.#limits = limits;
    this.#census = census;
  }

  beginDrift(): void {
    this.#driftSeen = true;
    if (this.#retainedDropped) {
      throw new PlanReadError(
        'too-large',
        'resource_drift comes after a large resource_changes; write it before, as Terraform does.',
      );
    }
  }

  /** @param nativeOrder - the keys so far stand in the order in which Terraform writes them. */
  beginChanges(nativeOrder: boolean): void {
    this.#changesSeen = true;
    this.#retainedLimit = nativeOrder
      ? RETAINED_BYTES_IN_NATIVE_ORDER
      : RETAINED_BYTES_IN_OTHER_ORDER;
  }

  driftEntry(outline: EntryOutline, captured: CapturedBytes): void {
    if (outline.mode !== 'managed') {
      return;
    }
    this.#count(outline);
    if (outline.plainNoOp) {
      return;
    }
    const entry = this.#parseEntry(captured);
    this.#drift.push(entry);
    this.#driftKeys.add(objectKey(entry));
    this.#configAddresses.add(withoutInstanceKeys(entry.address));
  }

  changeEntry(outline: EntryOutline, captured: CapturedBytes): void {
    const position = this.#position++;
    if (outline.mode === 'data') {
      if (outline.read) {
        this.#dataReads++;
      }
      return;
    }
    this.#count(outline);
    if (!outline.plainNoOp || outline.address === undefined) {
      this.#keepChange(position, this.#parseEntry(captured));
      return;
    }
    const named = { address: outline.address, deposed: outline.deposed };
    const key = objectKey(named);
    if (this.#driftKeys.has(key)) {
      this.#keepChange(position, this.#parseEntry(captured));
      return;
    }
    if (!this.#driftSeen) {
      this.#retain(key, position, captured);
    }
    if (outline.mode === 'managed') {
      this.#census?.unchanged(named);
    }
  }

  #keepChange(position: number, entry: PlanResourceEntry): void {
    this.#changes.push({ position, entry });
    this.#configAddresses.add(withoutInstanceKeys(entry.address));
  }

  #count(outline: EntryOutline): void {
    if (outline.mode !== 'managed' || outline.address === undefined) {
      return;
    }
    if (outline.deposed === undefined) {
      this.#named.add(outline.address);
    }
    if (
      outline.previousAddress !== undefined &&
      outline.previousAddress !== outline.address
    ) {
      this.#movedFrom.add(outline.previousAddress);
    }
  }

  #retain(key: string, position: number, captured: CapturedBytes): void {
    if (this.#retainedDropped) {
      return;
    }
    const size = captured.end - captured.start;
    this.#retainedBytes += size;
    if (captured.overflow || this.#retainedBytes > this.#retainedLimit) {
      this.#retained = [];
      this.#retainedDropped = true;
      return;
    }
    this.#retained.push({
      key,
      position,
      bytes: Buffer.from(captured.bytes.subarray(captured.start, captured.end)),
      members: captured.members,
      inexactNumbers: captured.inexactNumbers,
    });
  }

  stateInstance(address: string): void {
    this.#recorded.add(address);
    this.#census?.stateInstance(address);
  }

  /** Whether the configuration of the resource has to be read. */
  wantsConfiguration(address: string): boolean {
    if (!this.#changesSeen && !this.#driftSeen) {
      return true;
    }
    if (this.#configAddresses.has(address)) {
      return true;
    }
    if (!this.#configurationFiltered) {
      this.#configurationFiltered = true;
      this.#configAddresses.forEach(known => this.#filteredFor.add(known));
    }
    return false;
  }

  /** @param captured - the expressions, or undefined when the resource sets nothing. */
  configuration(address: string, captured: CapturedBytes | undefined): void {
    const { paths, references } = configuredAttributes(
      captured && this.#parse(captured),
    );
    this.#configuredPaths.set(address, paths);
    if (references.size > 0) {
      this.#references.set(address, references);
    }
    this.#countKept();
  }

  /** @param address - `module.a`, whose arguments these are. */
  moduleArguments(address: string, captured: CapturedBytes): void {
    this.#moduleReferences(`${address}.var`, captured, 'itself');
  }

  /** @param address - `module.a`, whose outputs these are. */
  moduleOutputs(address: string, captured: CapturedBytes): void {
    this.#moduleReferences(`${address}.output`, captured, 'expression');
  }

  #moduleReferences(
    key: string,
    captured: CapturedBytes,
    expressionOf: 'itself' | 'expression',
  ): void {
    const references = referencesByName(this.#parse(captured), expressionOf);
    if (references.size > 0) {
      this.#references.set(key, references);
      this.#countKept();
    }
  }

  changedOutput(name: string): void {
    this.#changedOutputs.add(name);
    this.#countKept();
  }

  deferredChange(captured: CapturedBytes): void {
    const element = this.#parse(captured);
    this.#deferredChanges.push({
      address:
        textAt(element, 'resource_change', 'address') ?? 'an unnamed resource',
      reason: textAt(element, 'reason') ?? 'unknown',
    });
    this.#countKept();
  }

  relevantAttribute(captured: CapturedBytes): void {
    const element = this.#parse(captured);
    const resource = textAt(element, 'resource');
    const steps = at(element, 'attribute');
    if (resource !== undefined && Array.isArray(steps)) {
      this.#relevantAttributes.push({
        resource,
        pointer: jsonPointer(steps.map(pathStep)),
      });
      this.#countKept();
    }
  }

  check(captured: CapturedBytes): void {
    const element = this.#parse(captured);
    const status = textAt(element, 'status');
    if (status === 'fail' || status === 'error') {
      this.#failedChecks.push({
        address: textAt(element, 'address', 'to_display') ?? 'an unnamed check',
        status,
      });
      this.#countKept();
    }
  }

  finish(): PlanDocument {
    for (const retained of this.#retained) {
      if (this.#driftKeys.has(retained.key)) {
        this.#keepChange(
          retained.position,
          this.#parseEntry({
            bytes: retained.bytes,
            start: 0,
            end: retained.bytes.length,
            members: retained.members,
            inexactNumbers: retained.inexactNumbers,
            overflow: false,
          }),
        );
      }
    }
    this.#changes.sort((one, other) => one.position - other.position);
    this.#pruneConfiguration();
    return {
      formatVersion: this.formatVersion ?? '',
      toolVersion: this.toolVersion,
      toolName: this.toolName,
      drift: this.#drift,
      changes: this.#changes.map(({ entry }) => entry),
      hasResourceChanges: this.#changesSeen,
      totalResources:
        this.#named.size +
        this.#recorded.countOutside(this.#named, this.#movedFrom),
      changedOutputs: [...this.#changedOutputs],
      actionInvocations: this.actionInvocations,
      deferredChanges: this.#deferredChanges,
      relevantAttributes: this.#relevantAttributes,
      failedChecks: this.#failedChecks,
      dataReads: this.#dataReads,
      timestamp: this.timestamp,
      complete: this.complete,
      errored: this.errored,
      applyable: this.applyable,
      configuredPaths: this.#configuredPaths,
      references: this.#references,
      warnings: this.warnings,
    };
  }

  /** Configuration that came before the entries was read in full; keep what they need. */
  #pruneConfiguration(): void {
    for (const address of this.#configuredPaths.keys()) {
      if (!this.#configAddresses.has(address)) {
        this.#configuredPaths.delete(address);
        this.#references.delete(address);
      }
    }
    if (!this.#configurationFiltered) {
      return;
    }
    for (const address of this.#configAddresses) {
      if (!this.#filteredFor.has(address)) {
        throw new PlanReadError(
          'not-a-plan',
          'configuration stands between resource_drift and resource_changes, an order that cannot be read in one pass.',
        );
      }
    }
  }

  #parseEntry(captured: CapturedBytes): PlanResourceEntry {
    const entry = toEntry(this.#parse(captured));
    this.#countKept();
    return entry;
  }

  #countKept(): void {
    this.#kept++;
    if (this.#kept > this.#limits.maxEntries) {
      throw new PlanReadError(
        'too-large',
        `The document has more than ${
          this.#limits.maxEntries
        } entries that differ.`,
      );
    }
  }

  #parse(captured: CapturedBytes): PlanValue {
    if (captured.overflow) {
      throw new PlanReadError(
        'too-large',
        `One entry of the document is larger than the limit of ${
          this.#limits.maxElementBytes
        } bytes.`,
      );
    }
    return parseExactJson(
      {
        text: captured.bytes.toString('utf8', captured.start, captured.end),
        members: captured.members,
        inexactNumbers: captured.inexactNumbers,
      },
      this.#limits,
    );
  }
}

function at(value: PlanValue | undefined, key: string): PlanValue | undefined {
  return typeof value === 'object' &&
    value !== null &&
    Object.hasOwn(value, key)
    ? (value as { [key: string]: PlanValue })[key]
    : undefined;
}

function textAt(value: PlanValue, ...path: string[]): string | undefined {
  const found = path.reduce<PlanValue | undefined>(at, value);
  return typeof found === 'string' ? found : undefined;
}
