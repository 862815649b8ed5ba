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

import { stripVTControlCharacters } from 'node:util';

/** One error as Terraform prints it. */
export interface Diagnostic {
  /** The line after "Error:". */
  summary: string;
  /** Where in the code, e.g. `main.tf line 3`. */
  place?: string;
  /** First paragraph of the explanation. The quoted line of code is left out: it may hold values. */
  detail?: string;
}

/** Says only that a better diagnostic follows. */
const PREAMBLE =
  /^(Terraform|OpenTofu) encountered problems during initiali[sz]ation/;

/**
 * Reads the errors out of what Terraform prints for people, without colours. Boxes
 * of line-drawing characters, as older versions print them, are seen through.
 */
export function readDiagnostics(text: string): Diagnostic[] {
  const lines = stripVTControlCharacters(text)
    .split(/\r?\n/)
    .map(line => line.replace(/^[│╷╵|] ?/, '').trimEnd());
  const blocks: string[][] = [];
  let block: string[] | undefined;
  for (const line of lines) {
    if (line.startsWith('Error: ')) {
      block = [line.slice('Error: '.length)];
      blocks.push(block);
    } else if (line.startsWith('Warning: ')) {
      block = undefined;
    } else {
      block?.push(line);
    }
  }
  const diagnostics = blocks.map(readBlock);
  const telling = diagnostics.filter(
    diagnostic => !PREAMBLE.test(diagnostic.summary),
  );
  return telling.length > 0 ? telling : diagnostics;
}

/** One sentence of at most 500 characters. */
export function diagnosticSentence(diagnostic: Diagnostic): string {
  const place = diagnostic.place ? ` (${diagnostic.place})` : '';
  const detail = diagnostic.detail ? `: ${diagnostic.detail}` : '';
  const sentence = `${diagnostic.summary}${place}${detail}`.replace(
    /\s+/g,
    ' ',
  );
  return sentence.length > 500 ? `${sentence.slice(0, 497)}...` : sentence;
}

function readBlock(lines: string[]): Diagnostic {
  const paragraphs = splitParagraphs(lines);
  const summary = paragraphs[0]?.join(' ') ?? '';
  const rest = paragraphs.slice(1);
  const isContext = (paragraph: string[]) => /^ {2}\S/.test(paragraph[0]);
  const context = rest.filter(isContext).flat();
  const detail = rest.find(paragraph => !isContext(paragraph));
  const on = context
    .map(line => /^ {2}on (.+? line \d+)/.exec(line)?.[1])
    .find(Boolean);
  return { summary, place: on, detail: detail?.join(' ') };
}

function splitParagraphs(lines: string[]): string[][] {
  const paragraphs: string[][] = [];
  let current: string[] = [];
  for (const line of [...lines, '']) {
    if (line.trim() !== '') {
      current.push(line);
    } else if (current.length > 0) {
      paragraphs.push(current);
      current = [];
    }
  }
  return paragraphs;
}
