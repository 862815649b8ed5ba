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
import { EntryBatch } from './EntryBatch';
import { JsonPiece, parseExactJson, withoutPrototypes } from './exactJson';
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

/** What a retained entry that was parsed already is taken to cost. */
const PARSED_ENTRY_BYTES = 16 * 1024;

interface RetainedEntry {
  key: string;
  position: number;
  entry: CapturedBytes | PlanResourceEntry;
}

/** Gathers a {@link PlanDocument} from the pieces in whatever order they come. */
export class PlanCollector {
  readonly #limits: CollectorLimits;
  readonly #census: PlanCensus | undefined;

  readonly #drift: PlanResourceEntry[] = [];
  readonly #driftKeys = new Set<string>();
  readonly #changes: { position: number; entry: PlanResourceEntry }[] = [];
  #position = 0;
  #inheritedNames = false;
  readonly #batch = new EntryBatch();
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

  /** An entry of `resource_drift`; nearly all of these are kept. */
  driftEntry(captured: CapturedBytes): void {
    this.#wait(captured, () => this.endDrift());
  }

  endDrift(): void {
    for (const entry of this.#takeBatch()) {
      const outline = outlineOf(entry);
      if (outline.mode === 'managed') {
        this.#count(outline);
        if (!outline.plainNoOp) {
          this.#countKept();
          this.#drift.push(entry);
          this.#driftKeys.add(objectKey(entry));
          this.#configAddresses.add(withoutInstanceKeys(entry.address));
        }
      }
    }
  }

  /**
   * An entry of `resource_changes` that was looked into.
   *
   * @returns whether it has to be parsed.
   */
  changeEntry(outline: EntryOutline, captured: CapturedBytes): boolean {
    const isKept = this.#judgeChange(outline, captured);
    if (isKept) {
      this.#keepChange(this.#position, toEntry(this.#parse(captured)));
    }
    this.#position++;
    return isKept;
  }

  /**
   * An entry of `resource_changes` that will probably be kept.
   *
   * @returns false when some of the last such entries turned out not to be.
   */
  likelyChange(captured: CapturedBytes): boolean {
    return this.#wait(captured, () => this.endChanges());
  }

  /** @returns whether all waiting entries had to be parsed. */
  endChanges(): boolean {
    let allKept = true;
    for (const entry of this.#takeBatch()) {
      if (this.#judgeChange(outlineOf(entry), entry)) {
        this.#keepChange(this.#position, entry);
      } else {
        allKept = false;
      }
      this.#position++;
    }
    return allKept;
  }

  #wait(captured: CapturedBytes, flush: () => boolean | void): boolean {
    if (captured.overflow) {
      throw this.#elementTooLarge();
    }
    this.#batch.add(captured);
    return !this.#batch.isFull || flush() !== false;
  }

  #takeBatch(): PlanResourceEntry[] {
    const piece = this.#batch.take();
    if (!piece) {
      return [];
    }
    const elements = this.#parsePiece(piece);
    const entries = (elements as PlanValue[]).map(toEntry);
    for (const { providerName } of entries) {
      if (providerName !== undefined) {
        this.provider(providerName);
      }
    }
    return entries;
  }

  /**
   * Counts the entry, and tells whether it is one that matters.
   *
   * @param keep - what to remember of it in case that a later `resource_drift` needs it.
   */
  #judgeChange(
    outline: EntryOutline,
    keep: CapturedBytes | PlanResourceEntry,
  ): boolean {
    if (outline.mode === 'data') {
      if (outline.read) {
        this.#dataReads++;
      }
      return false;
    }
    this.#count(outline);
    if (!outline.plainNoOp || outline.address === undefined) {
      return true;
    }
    const named = { address: outline.address, deposed: outline.deposed };
    const key = objectKey(named);
    if (this.#driftKeys.has(key)) {
      return true;
    }
    if (!this.#driftSeen) {
      this.#retain(key, keep);
    }
    if (outline.mode === 'managed') {
      this.#census?.unchanged(named);
    }
    return false;
  }

  provider(name: string): void {
    if (name.startsWith('registry.opentofu.org/')) {
      this.toolName = 'tofu';
    }
  }

  #keepChange(position: number, entry: PlanResourceEntry): void {
    this.#countKept();
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

  #retain(key: string, keep: CapturedBytes | PlanResourceEntry): void {
    if (this.#retainedDropped) {
      return;
    }
    const isParsed = 'actions' in keep;
    this.#retainedBytes += isParsed
      ? PARSED_ENTRY_BYTES
      : keep.end - keep.start;
    if (
      this.#retainedBytes > this.#retainedLimit ||
      (!isParsed && keep.overflow)
    ) {
      this.#retained = [];
      this.#retainedDropped = true;
      return;
    }
    this.#retained.push({
      key,
      position: this.#position,
      entry: isParsed
        ? keep
        : {
            ...keep,
            bytes: Buffer.from(keep.bytes.subarray(keep.start, keep.end)),
            start: 0,
            end: keep.end - keep.start,
          },
    });
  }

  stateInstance(address: string): void {
    this.#recorded.add(address);
    this.#census?.stateInstance(address);
  }

  /** Whether the configuration of the resource has to be read. */
  wantsConfiguration(address: string): boolean {
    // A list that is still to come may name any resource.
    const listsSeen = this.#changesSeen && this.#driftSeen;
    return !listsSeen || this.#configAddresses.has(address);
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
    for (const { key, position, entry } of this.#retained) {
      if (this.#driftKeys.has(key)) {
        this.#keepChange(
          position,
          'actions' in entry ? entry : toEntry(this.#parse(entry)),
        );
      }
    }
    this.#changes.sort((one, other) => one.position - other.position);
    this.#pruneConfiguration();
    if (this.#inheritedNames) {
      this.#takePrototypes();
    }
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

  #takePrototypes(): void {
    const changes = this.#changes.map(({ entry }) => entry);
    for (const entry of [...this.#drift, ...changes]) {
      [
        entry.before,
        entry.after,
        entry.afterUnknown,
        entry.beforeSensitive,
        entry.afterSensitive,
      ].forEach(withoutPrototypes);
    }
  }

  /** Configuration that came before the entries was read in full; keep what they need. */
  #pruneConfiguration(): void {
    for (const address of this.#configuredPaths.keys()) {
      if (!this.#configAddresses.has(address)) {
        this.#configuredPaths.delete(address);
        this.#references.delete(address);
      }
    }
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
      throw this.#elementTooLarge();
    }
    return this.#parsePiece({
      text: captured.bytes.toString('utf8', captured.start, captured.end),
      members: captured.members,
      inexactNumbers: captured.inexactNumbers,
    });
  }

  #parsePiece(piece: JsonPiece): PlanValue {
    const { value, inheritedNames } = parseExactJson(piece, this.#limits);
    this.#inheritedNames ||= inheritedNames;
    return value;
  }

  #elementTooLarge(): PlanReadError {
    return new PlanReadError(
      'too-large',
      `One entry of the document is larger than the limit of ${
        this.#limits.maxElementBytes
      } bytes.`,
    );
  }
}

function outlineOf(entry: PlanResourceEntry): EntryOutline {
  const only = entry.actions.length === 1 ? entry.actions[0] : undefined;
  return {
    address: entry.address,
    mode: entry.mode,
    deposed: entry.deposed,
    previousAddress: entry.previousAddress,
    plainNoOp:
      only === 'no-op' &&
      !entry.importing &&
      entry.previousAddress === undefined,
    read: only === 'read',
  };
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
