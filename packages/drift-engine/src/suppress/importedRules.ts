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

import { IgnoreRule } from './IgnoreRule';
import { slugOf } from './suggestIgnoreRule';

/**
 * What was read of a foreign file.
 *
 * @public
 */
export interface ImportedRules {
  rules: IgnoreRule[];
  /** What has no equal here and was left out. */
  problems: ImportProblem[];
}

/**
 * Something that was not taken over.
 *
 * @public
 */
export interface ImportProblem {
  /** From 1. */
  line?: number;
  text: string;
  /** One sentence. */
  message: string;
}

const MOST_TEXT = 200;

/** Collects what is read, with ids that differ. */
export class RuleCollector implements ImportedRules {
  readonly rules: IgnoreRule[] = [];
  readonly problems: ImportProblem[] = [];
  readonly #ids = new Set<string>();
  /** Last number behind a name, since many rules may have the same one. */
  readonly #numbers = new Map<string, number>();
  readonly #scope: { client?: string; target?: string };

  constructor(scope: { client?: string; target?: string }) {
    this.#scope = scope;
  }

  add(name: string, rule: Omit<IgnoreRule, 'id'>): void {
    const base = slugOf(name);
    let id = base;
    let number = this.#numbers.get(base) ?? 1;
    while (this.#ids.has(id)) {
      number += 1;
      id = `${base}-${number}`;
    }
    this.#ids.add(id);
    this.#numbers.set(base, number);
    const { client, target } = this.#scope;
    const { reason, ...limits } = rule;
    this.rules.push({
      id,
      reason,
      ...(client !== undefined && { client }),
      ...(target !== undefined && { target }),
      ...limits,
    });
  }

  refuse(line: number | undefined, text: string, message: string): void {
    this.problems.push({
      ...(line !== undefined && { line }),
      text: text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text,
      message,
    });
  }

  done(): ImportedRules {
    return { rules: this.rules, problems: this.problems };
  }
}
