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

import { createHash } from 'node:crypto';
import type {
  FieldDifference,
  Finding,
  ResourceChange,
} from '@infra-hub/backstage-plugin-drift-common';
import { canonicalJson, compareTexts } from '../fingerprint/canonicalJson';

/**
 * What an approval looks at in a finding.
 *
 * @public
 */
export type ApprovableFinding = Pick<
  Finding,
  'address' | 'deposed' | 'class' | 'change' | 'fields' | 'normalised'
>;

/**
 * One change that applying the code makes.
 *
 * @public
 */
export interface ApprovableChange {
  address: string;
  deposed?: string;
  class: 'drift' | 'pending';
  change: ResourceChange;
  /** From `actual` to `desired`, those that an ignore rule muted included. */
  fields: FieldDifference[];
  /** SHA-256 over all of it, in lower-case hex. */
  digest: string;
}

/**
 * How what a plan does differs from what was approved.
 *
 * @public
 */
export interface ApprovalComparison {
  /** The plan does what was approved: nothing else, nothing more, nothing less. */
  same: boolean;
  /** Changes of the plan that were not approved in this form. */
  unexpected: ApprovableChange[];
  /** Changes of the plan of what nobody asked for. */
  untargeted: ApprovableChange[];
  /** How many approved changes the plan does not make in this form, where known. */
  missing?: number;
}

/**
 * What was given as an approval is none.
 *
 * @public
 */
export class ApprovalTextError extends Error {
  name = 'ApprovalTextError';
}

/** Bytes by which an approval names each of its changes, for the message only. */
const MARK_BYTES = 6;
/** More than that would not fit through the inputs of a pipeline. */
const MAX_MARKS = 1_000;
const APPROVAL = /^([0-9a-f]{64})(?:\.([A-Za-z0-9_-]*))?$/;

/**
 * What applying the code would do, as far as the findings tell: everything that
 * it would revert or bring, muted and acknowledged ones included, since applying
 * does not stop at them.
 *
 * @returns by address; the order of the findings does not count
 *
 * @public
 */
export function approvableChanges(
  findings: readonly ApprovableFinding[],
): ApprovableChange[] {
  return findings
    .flatMap(finding => {
      const { class: findingClass } = finding;
      return findingClass === 'drift' || findingClass === 'pending'
        ? [toChange(finding, findingClass)]
        : [];
    })
    .sort(
      (one, other) =>
        compareTexts(one.address, other.address) ||
        compareTexts(one.deposed ?? '', other.deposed ?? '') ||
        compareTexts(one.class, other.class) ||
        compareTexts(one.digest, other.digest),
    );
}

/**
 * Identifies exactly what applying would do: SHA-256 over address, deposed key,
 * class, change and fields of every drift and pending finding, with what really
 * is and what is wanted. Free of order, severity, wording and of what was only
 * recorded. It comes out the same from stored findings and from a plan of the same
 * infrastructure, redacted or not.
 *
 * Secret values are not in findings and so not in the digest: two plans that
 * differ in them alone have the same one.
 *
 * @returns 64 lower-case hexadecimal digits
 *
 * @public
 */
export function approvalDigest(findings: readonly ApprovableFinding[]): string {
  return digestOfChanges(approvableChanges(findings));
}

/**
 * An approval as it goes to a pipeline: the digest, a dot, and marks by which
 * {@link compareWithApproval} can tell which changes differ. Only the digest
 * decides.
 *
 * @public
 */
export function approvalText(findings: readonly ApprovableFinding[]): string {
  const changes = approvableChanges(findings);
  const digest = digestOfChanges(changes);
  return changes.length > MAX_MARKS
    ? digest
    : `${digest}.${Buffer.concat(
        changes.map(change =>
          Buffer.from(change.digest, 'hex').subarray(0, MARK_BYTES),
        ),
      ).toString('base64url')}`;
}

/**
 * Whether findings of a fresh plan are what was approved.
 *
 * @param approval - of {@link approvalText} or {@link approvalDigest}
 * @param targets - addresses to which the plan had to keep; all when absent
 *
 * @throws ApprovalTextError
 *
 * @public
 */
export function compareWithApproval(
  findings: readonly ApprovableFinding[],
  approval: string,
  targets?: readonly string[],
): ApprovalComparison {
  const { digest, marks } = readApproval(approval);
  const changes = approvableChanges(findings);
  const untargeted = targets
    ? changes.filter(change => !isTargeted(change.address, targets))
    : [];
  if (digestOfChanges(changes) === digest) {
    return { same: untargeted.length === 0, unexpected: [], untargeted };
  }
  if (marks === undefined) {
    return { same: false, unexpected: changes, untargeted };
  }
  const left = new Map<string, number>();
  for (const mark of marks) {
    left.set(mark, (left.get(mark) ?? 0) + 1);
  }
  const unexpected = changes.filter(change => {
    const mark = change.digest.slice(0, 2 * MARK_BYTES);
    const count = left.get(mark) ?? 0;
    left.set(mark, count - 1);
    return count <= 0;
  });
  return {
    same: false,
    unexpected,
    untargeted,
    missing: marks.length - (changes.length - unexpected.length),
  };
}

/**
 * Whether an address is one of the targets, an instance of one, or in a module
 * that is one, as `-target` means it.
 *
 * @public
 */
export function isTargeted(
  address: string,
  targets: readonly string[],
): boolean {
  return targets.some(
    target =>
      address === target ||
      (address.startsWith(target) && '[.'.includes(address[target.length])),
  );
}

function toChange(
  finding: ApprovableFinding,
  findingClass: ApprovableChange['class'],
): ApprovableChange {
  const { address, deposed, change } = finding;
  const muted = (finding.normalised ?? []).flatMap(field => field.muted ?? []);
  const fields = [...finding.fields, ...muted].sort((one, other) =>
    compareTexts(one.path, other.path),
  );
  const digest = sha256(
    JSON.stringify([
      'change-v1',
      address,
      deposed ?? '',
      findingClass,
      change,
      fields.map(fieldText).sort(compareTexts),
    ]),
  );
  return {
    address,
    ...(deposed === undefined ? {} : { deposed }),
    class: findingClass,
    change,
    fields,
    digest,
  };
}

function fieldText(field: FieldDifference): string {
  const { sensitive, desiredUnknown, forcesReplacement } = field;
  return JSON.stringify([
    field.path,
    Boolean(sensitive),
    Boolean(desiredUnknown),
    Boolean(forcesReplacement),
    sensitive ? '' : canonicalJson(field.actual),
    sensitive ? '' : canonicalJson(field.desired),
  ]);
}

function digestOfChanges(changes: readonly ApprovableChange[]): string {
  return sha256(
    JSON.stringify([
      'approval-v1',
      changes.map(({ digest }) => digest).sort(compareTexts),
    ]),
  );
}

function readApproval(text: string): { digest: string; marks?: string[] } {
  const [, digest, packed] = APPROVAL.exec(text) ?? [];
  if (digest === undefined) {
    throw new ApprovalTextError(
      'The approval is neither a digest of 64 hexadecimal digits nor one with marks behind a dot.',
    );
  }
  if (packed === undefined) {
    return { digest };
  }
  const bytes = Buffer.from(packed, 'base64url');
  if (bytes.length % MARK_BYTES !== 0) {
    throw new ApprovalTextError('The marks of the approval are cut off.');
  }
  const marks = [];
  for (let start = 0; start < bytes.length; start += MARK_BYTES) {
    marks.push(bytes.toString('hex', start, start + MARK_BYTES));
  }
  return { digest, marks };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
