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

import { maskSecretValues } from '../redact/secrets';
import { LowEvidenceEntry, LowEvidencePlan } from './LowEvidencePlan';
import { PlanBody } from './PlanBody';
import { addHeaderDetail, parsePlanHeader, PlanHeader } from './planHeaders';
import { readText, TextLimits } from './readText';
import { maskAddress, parseResourceAddress } from './resourceAddress';

const LONGEST_ERROR = 500;

/** `│`, `╷` and `╵` frame diagnostics in a terminal. */
const FRAME = /^[\s│╷╵|]*/;

type Section = 'none' | 'drift' | 'plan' | 'outputs';

/** Lines that begin a part of a plan. */
const SECTIONS: readonly { wording: RegExp; section: Section }[] = [
  { wording: /^Note: Objects have changed outside of /, section: 'drift' },
  {
    wording: /^(?:Terraform|OpenTofu) will perform the following actions:/,
    section: 'plan',
  },
  {
    wording: /^(?:Terraform|OpenTofu) (?:used|planned) /,
    section: 'plan',
  },
  { wording: /^An execution plan has been generated/, section: 'plan' },
  { wording: /^Changes to Outputs:/, section: 'outputs' },
];

/** Source: terraform internal/terraform/context_plan.go. */
const TARGETING = /^(?:│ *)?Warning: Resource targeting is in effect/m;

class PlanTextReader {
  readonly #drift: LowEvidenceEntry[] = [];
  readonly #changes: LowEvidenceEntry[] = [];
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  #section: Section = 'none';
  #header: PlanHeader | undefined;
  #body: PlanBody | undefined;
  #error: string[] | undefined;
  #noChanges = false;
  #refreshOnly = false;
  #outputs = false;
  #ended = false;
  #summary: LowEvidencePlan['summary'];
  #toolName: LowEvidencePlan['toolName'] = 'terraform';
  #unread = 0;

  read(text: string): LowEvidencePlan {
    const partial = TARGETING.test(text) || undefined;
    for (const line of text.split('\n')) {
      this.#line(line);
    }
    this.#endError();
    this.#endResource();
    this.#checkSummary();
    if (this.#unread > 0) {
      this.#warnings.push(
        `${
          this.#unread === 1 ? 'One resource' : `${this.#unread} resources`
        } of the text could not be understood.`,
      );
    }
    return {
      evidence: 'plan-text',
      drift: this.#drift,
      changes: this.#changes,
      errors: this.#errors,
      complete: this.#ended && this.#errors.length === 0,
      toolName: this.#toolName,
      noChanges: this.#noChanges && this.#changes.length === 0,
      outputsOnly: this.#outputs && this.#changes.length === 0,
      refreshOnly: this.#refreshOnly,
      ...(partial ? { partial } : {}),
      ...(this.#summary ? { summary: this.#summary } : {}),
      warnings: this.#warnings,
    };
  }

  #line(line: string): void {
    if (this.#body) {
      if (this.#body.addLine(line)) {
        return;
      }
      this.#endResource();
      return;
    }
    if (this.#errorLine(line)) {
      return;
    }
    const comment = /^ {2}# (.*)$/.exec(line)?.[1].trimEnd();
    if (comment !== undefined) {
      this.#comment(comment);
    } else if (this.#header && /^.{0,4}(?:resource|data) "/.test(line)) {
      this.#body = new PlanBody(line);
    } else if (/^\S/.test(line)) {
      this.#sentence(line);
    }
  }

  #comment(comment: string): void {
    if (comment.startsWith('(')) {
      if (this.#header) {
        addHeaderDetail(this.#header, comment);
      }
      return;
    }
    this.#endResource();
    this.#header = parsePlanHeader(comment);
    if (!this.#header) {
      const address = comment.split(' ')[0];
      if (parseResourceAddress(address)) {
        this.#header = { address, action: 'unknown' };
      }
    }
  }

  #sentence(line: string): void {
    if (line.includes('OpenTofu')) {
      this.#toolName = 'tofu';
    }
    const section = SECTIONS.find(({ wording }) => wording.test(line));
    if (section) {
      this.#endResource();
      this.#section = section.section;
      this.#outputs ||= section.section === 'outputs';
    } else if (/^No changes\./.test(line)) {
      this.#noChanges = true;
      this.#ended = true;
    } else if (/^This is a refresh-only plan/.test(line)) {
      this.#refreshOnly = true;
      this.#ended = true;
    } else if (/^You can apply this plan to save these new output/.test(line)) {
      this.#outputs = true;
      this.#ended = true;
    } else if (/^(?:─|-){20,}$/.test(line)) {
      this.#endResource();
      this.#section = 'plan';
    } else if (/^Planning failed\./.test(line)) {
      this.#errors.push('Planning failed; the plan is not complete.');
    } else {
      this.#summaryLine(line);
    }
  }

  #summaryLine(line: string): void {
    const match =
      /^Plan: (?:(\d+) to import, )?(\d+) to add, (\d+) to change, (\d+) to destroy\b/.exec(
        line,
      );
    if (match) {
      this.#endResource();
      this.#ended = true;
      this.#summary = {
        add: Number(match[2]),
        change: Number(match[3]),
        destroy: Number(match[4]),
        ...(match[1] === undefined ? {} : { import: Number(match[1]) }),
      };
    }
  }

  /** @returns whether the line belongs to an error. */
  #errorLine(line: string): boolean {
    const text = line.replace(FRAME, '').trimEnd();
    if (/^Error: /.test(text)) {
      this.#endError();
      this.#error = [text.slice('Error: '.length)];
      return true;
    }
    if (!this.#error) {
      return false;
    }
    const framed = /^\s*[│|]/.test(line);
    if (
      /^\s*╵/.test(line) ||
      (!framed && /^(?:\S+:|Plan:|No changes)/.test(line))
    ) {
      this.#endError();
      return framed || /^\s*╵/.test(line);
    }
    if (text !== '' && this.#error.join(' ').length < LONGEST_ERROR) {
      this.#error.push(text);
    }
    return framed || text === '' || /^ /.test(line) || this.#error.length < 6;
  }

  #endError(): void {
    if (this.#error) {
      const text = maskSecretValues(this.#error.join(' '), '(sensitive)');
      this.#errors.push(
        text.length > LONGEST_ERROR ? `${text.slice(0, LONGEST_ERROR)}…` : text,
      );
    }
    this.#error = undefined;
  }

  #endResource(): void {
    const header = this.#header;
    const body = this.#body;
    this.#header = undefined;
    this.#body = undefined;
    if (!header) {
      return;
    }
    header.address = maskAddress(header.address);
    const parts = parseResourceAddress(header.address);
    if (!parts) {
      this.#unread++;
      return;
    }
    if (parts.isData || header.action === 'read') {
      return;
    }
    const { isData: _isData, ...names } = parts;
    const list = this.#section === 'drift' ? this.#drift : this.#changes;
    list.push({
      ...header,
      ...(header.previousAddress === undefined
        ? {}
        : { previousAddress: maskAddress(header.previousAddress) }),
      ...names,
      ...(body ? { fields: body.fields } : {}),
    });
  }

  /** Fewer entries than the tool counted: a part of the text is missing. */
  #checkSummary(): void {
    const summary = this.#summary;
    if (!summary) {
      return;
    }
    const count = (...actions: string[]) =>
      this.#changes.filter(entry => actions.includes(entry.action)).length;
    if (
      count('create', 'replace', 'unknown') < summary.add ||
      count('update', 'unknown') < summary.change ||
      count('delete', 'replace', 'unknown') < summary.destroy
    ) {
      this.#ended = false;
      this.#warnings.push(
        'The text names fewer resources than its own summary counts; a part of it is missing.',
      );
    }
  }
}

/**
 * Reads the human output of `terraform plan`, with or without colours.
 *
 * @remarks
 *
 * The text is lower evidence: Terraform prints outside changes only where they
 * matter to the plan, hides unchanged attributes, and names no counts of
 * resources. Values of attributes that hold secrets are dropped, also where the
 * tool printed them.
 *
 * @throws PlanReadError `empty` or `too-large`
 * @public
 */
export async function readPlanText(
  input: AsyncIterable<Uint8Array>,
  limits: TextLimits = {},
): Promise<LowEvidencePlan> {
  return new PlanTextReader().read(await readText(input, limits));
}
