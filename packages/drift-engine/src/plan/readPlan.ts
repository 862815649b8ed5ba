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

import { DocumentFrame } from './rootFrame';
import { FrameVisitor } from './Frame';
import { JsonByteScanner } from './JsonByteScanner';
import { PlanCensus, PlanCollector } from './PlanCollector';
import { PlanDocument } from './PlanDocument';
import { PlanLimits } from './PlanLimits';
import { PlanReadError } from './PlanReadError';

const MIB = 1024 * 1024;

/** Longest first bytes that tell a document's kind. */
const SIGNATURE_LENGTH = 4;

/**
 * Reads `terraform show -json` output as a stream of bytes.
 *
 * @remarks
 *
 * Every byte is checked to be well-formed JSON and UTF-8, also in the parts
 * that are not needed; only entries that differ are parsed and kept. A byte
 * order mark is accepted with a warning.
 *
 * @throws PlanReadError when the document cannot be trusted as a plan.
 * @public
 */
export async function readPlan(
  input: AsyncIterable<Uint8Array>,
  options: PlanLimits = {},
): Promise<PlanDocument> {
  return readPlanWithCensus(input, options);
}

/** {@link readPlan} that also shows the addresses which are only counted. */
export async function readPlanWithCensus(
  input: AsyncIterable<Uint8Array>,
  options: PlanLimits,
  census?: PlanCensus,
): Promise<PlanDocument> {
  const limits = {
    maxBytes: options.maxBytes ?? Number.MAX_SAFE_INTEGER,
    maxElementBytes: options.maxElementBytes ?? 64 * MIB,
    maxDepth: options.maxDepth ?? 200,
    maxEntries: options.maxEntries ?? 200_000,
    maxStringLength: options.maxStringLength ?? 4 * MIB,
  };
  const collector = new PlanCollector(limits, census);
  const document = new DocumentFrame(collector);
  const scanner = new JsonByteScanner(new FrameVisitor(document), limits);

  let head: Uint8Array | undefined = new Uint8Array(0);
  let blank = true;
  for await (const chunk of input) {
    blank &&= isBlank(chunk);
    if (head === undefined) {
      scanner.write(chunk);
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length >= SIGNATURE_LENGTH) {
      scanner.write(withoutSignature(head, collector.warnings));
      head = undefined;
    }
  }
  if (head !== undefined) {
    scanner.write(withoutSignature(head, collector.warnings));
  }
  if (blank) {
    throw new PlanReadError('empty', 'The document is empty.');
  }
  scanner.end();
  document.requirePlan();
  return collector.finish();
}

function isBlank(chunk: Uint8Array): boolean {
  return chunk.every(
    byte => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09,
  );
}

/** Names the things that people send instead of a JSON plan; takes a byte order mark off. */
function withoutSignature(head: Uint8Array, warnings: string[]): Uint8Array {
  const [first, second, third] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    warnings.push('The document starts with a byte order mark.');
    return head.subarray(3);
  }
  if (
    (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff)
  ) {
    throw new PlanReadError(
      'invalid-utf8',
      'The document is UTF-16; write it as UTF-8.',
    );
  }
  if (first === 0x1f && second === 0x8b) {
    throw new PlanReadError(
      'not-a-plan',
      'The document is compressed with gzip; decompress it first.',
    );
  }
  if (first === 0x50 && second === 0x4b) {
    throw new PlanReadError(
      'not-a-plan',
      'The document is a binary plan file; run "terraform show -json" on it.',
    );
  }
  return head;
}
