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

import {
  Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Node,
  parseAllDocuments,
  YAMLMap,
} from 'yaml';
import { isBuiltIn, isClusterKind } from '../kubernetes/identity';
import { ImportedRules, RuleCollector } from './importedRules';
import { readJqPath } from './readJqPath';

const CUSTOMIZATION =
  /^resource\.customizations\.ignoreDifferences\.(?:(.*)_([^_]+)|(all))$/;
const MOST_DEPTH = 50;
const MOST_ALIASES = 100;
const KNOWN = new Set([
  'group',
  'kind',
  'name',
  'namespace',
  'jsonPointers',
  'jqPathExpressions',
  'managedFieldsManagers',
]);

/** Which objects an entry speaks of. */
interface Subject {
  group: string;
  kind: string;
  namespace: string;
  name: string;
}

interface Reading {
  collector: RuleCollector;
  lineOf: (node: Node | undefined) => number | undefined;
}

/**
 * Reads `ignoreDifferences` of Argo CD, from YAML or JSON: a list of entries, an
 * Application, an ApplicationSet, or the `argocd-cm` of a system.
 *
 * @remarks
 * Every pointer, every simple jq path and every manager becomes a rule of its own,
 * as Argo CD means them. What is no plain path is a problem and never a guess.
 *
 * @public
 */
export function importArgoIgnoreDifferences(
  text: string,
  scope: { client?: string; target?: string } = {},
): ImportedRules {
  const collector = new RuleCollector(scope);
  readText(collector, text, undefined, node => node);
  if (collector.rules.length === 0 && collector.problems.length === 0) {
    collector.refuse(
      undefined,
      text.slice(0, 100),
      "The text has no 'ignoreDifferences'.",
    );
  }
  return collector.done();
}

function readText(
  collector: RuleCollector,
  text: string,
  /** Line at which the text stands in another one. */
  base: number | undefined,
  onDocument: (node: Node | undefined) => Node | undefined | void,
): void {
  const lines = new LineCounter();
  if (countAliases(text) > MOST_ALIASES) {
    collector.refuse(base, text.slice(0, 100), 'There are too many aliases.');
    return;
  }
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    // Both take quadratic time
    prettyErrors: false,
    uniqueKeys: false,
  });
  const all: Document.Parsed[] = Array.isArray(documents) ? documents : [];
  for (const document of all) {
    const [error] = document.errors;
    if (error) {
      collector.refuse(
        base ?? lines.linePos(error.pos[0]).line,
        error.message.split('\n')[0].slice(0, 200),
        'This is neither YAML nor JSON.',
      );
      continue;
    }
    const reading: Reading = {
      collector,
      lineOf: node =>
        base ?? (node?.range ? lines.linePos(node.range[0]).line : undefined),
    };
    const root = onDocument(document.contents ?? undefined);
    if (root) {
      find(reading, root, 0);
    }
  }
}

function countAliases(text: string): number {
  return text.split(/[\s,[{:-]\*[A-Za-z0-9_]/).length - 1;
}

/** Looks for lists of entries, wherever a document keeps them. */
function find(reading: Reading, node: Node, depth: number): void {
  if (depth > MOST_DEPTH) {
    return;
  }
  if (isSeq(node)) {
    for (const item of node.items) {
      if (depth === 0 && isMap(item) && item.has('kind')) {
        if (item.has('spec') || item.has('data')) {
          find(reading, item, depth + 1);
        } else {
          readEntry(reading, item);
        }
      } else if (isMap(item) || isSeq(item)) {
        find(reading, item, depth + 1);
      }
    }
    return;
  }
  if (!isMap(node)) {
    return;
  }
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const customized = CUSTOMIZATION.exec(name);
    if (name === 'ignoreDifferences') {
      readList(reading, value as Node | null, key as Node);
    } else if (customized && isScalar(value)) {
      readCustomization(reading, {
        line: reading.lineOf(key as Node),
        text: String(value.value),
        subject: {
          group: customized[3] ? '*' : customized[1],
          kind: customized[3] ? '*' : customized[2],
          name: '*',
          namespace: '*',
        },
      });
    } else if (isMap(value) || isSeq(value)) {
      find(reading, value, depth + 1);
    }
  }
}

function readCustomization(
  reading: Reading,
  customization: { line: number | undefined; text: string; subject: Subject },
): void {
  const { line, text, subject } = customization;
  const { collector } = reading;
  readText(collector, text, line, node => {
    if (isMap(node)) {
      readPaths({ ...reading, lineOf: () => line }, node, subject);
    } else {
      collector.refuse(line, text, 'The customization is not an object.');
    }
  });
}

function readList(reading: Reading, list: Node | null, key: Node): void {
  if (!isSeq(list)) {
    reading.collector.refuse(
      reading.lineOf(key),
      'ignoreDifferences',
      "'ignoreDifferences' is not a list.",
    );
    return;
  }
  for (const item of list.items) {
    if (isMap(item)) {
      readEntry(reading, item);
    } else {
      reading.collector.refuse(
        reading.lineOf(item as Node),
        String(item),
        'The entry is not an object.',
      );
    }
  }
}

function readEntry(reading: Reading, entry: YAMLMap): void {
  const text = (name: string, fallback: string) => {
    const value = entry.get(name);
    return value === undefined || value === null || value === ''
      ? fallback
      : String(value);
  };
  const subject: Subject = {
    group: text('group', ''),
    kind: text('kind', ''),
    namespace: text('namespace', '*'),
    name: text('name', '*'),
  };
  if (subject.kind === '') {
    reading.collector.refuse(
      reading.lineOf(entry),
      JSON.stringify(entry),
      "The entry has no 'kind'.",
    );
    return;
  }
  const names = entry.items.map(({ key }) =>
    isScalar(key) ? String(key.value) : '',
  );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    reading.collector.refuse(
      reading.lineOf(entry),
      JSON.stringify(entry),
      `'${twice}' is there more than once.`,
    );
    return;
  }
  const unknown = names.find(name => !KNOWN.has(name));
  if (unknown !== undefined) {
    reading.collector.refuse(
      reading.lineOf(entry),
      JSON.stringify(entry),
      `'${unknown}' is not known, so the entry may mean less than it seems.`,
    );
    return;
  }
  readPaths(reading, entry, subject);
}

/** One rule for each pointer, path and manager of an entry. */
function readPaths(reading: Reading, entry: YAMLMap, subject: Subject): void {
  const { collector, lineOf } = reading;
  const limits = limitsOf(subject);
  let found = 0;
  const each = (
    key: string,
    read: (text: string, line: number | undefined) => void,
  ) => {
    const list = entry.get(key, true) as Node | undefined;
    if (list === undefined) {
      return;
    }
    const items = isSeq(list) ? (list.items as Node[]) : [];
    if (!isSeq(list)) {
      collector.refuse(lineOf(list), key, `'${key}' is not a list.`);
      found += 1;
    }
    for (const item of items) {
      found += 1;
      const text = isScalar(item) ? String(item.value) : '';
      if (typeof limits === 'string') {
        collector.refuse(lineOf(item), text, limits);
      } else if (text.trim() === '') {
        collector.refuse(lineOf(item), String(item), 'It is not a text.');
      } else {
        read(text.trim(), lineOf(item));
      }
    }
  };
  const add = (written: string, rule: { path?: string; manager?: string }) => {
    if (typeof limits !== 'string') {
      collector.add(`argocd-${nameOf(subject)}-${written}`, {
        reason: `Taken from ignoreDifferences of Argo CD: ${written}`,
        source: 'kubernetes',
        ...limits,
        ...rule,
      });
    }
  };

  each('jsonPointers', (pointer, line) => {
    if (!pointer.startsWith('/')) {
      collector.refuse(line, pointer, 'A JSON pointer begins with a slash.');
    } else if (pointer.includes('*')) {
      collector.refuse(
        line,
        pointer,
        'In a JSON pointer * is itself, in a rule it stands for anything.',
      );
    } else {
      add(pointer, { path: pointer });
    }
  });
  each('jqPathExpressions', (expression, line) => {
    const path = readJqPath(expression);
    if (path === undefined) {
      collector.refuse(
        line,
        expression,
        'Only plain paths and the choice of an element by its name are taken over.',
      );
    } else {
      add(expression, { path });
    }
  });
  each('managedFieldsManagers', (manager, line) => {
    if (manager.includes('*')) {
      collector.refuse(line, manager, 'A manager with * is not taken over.');
    } else {
      add(manager, { manager });
    }
  });
  if (found === 0) {
    collector.refuse(
      lineOf(entry),
      nameOf(subject),
      'The entry names no path and no manager.',
    );
  }
}

/** The limits of a rule, or a sentence why there are none. */
function limitsOf(
  subject: Subject,
): { resourceType?: string; address?: string } | string {
  const { group, kind, namespace, name } = subject;
  if (isPattern(name) || isPattern(namespace)) {
    return 'Names with patterns are not taken over.';
  }
  const type = typeOf(group, kind);
  if (type === undefined) {
    return 'A group or a kind with a pattern other than * is not taken over.';
  }
  const typed = type === '*' ? {} : { resourceType: type };
  if (name === '*' && namespace === '*') {
    return typed;
  }
  if (namespace === '*' && isClusterKind(kind)) {
    return { ...typed, address: `${type}/${name}` };
  }
  if (name.includes('.') || namespace.includes('.') || type.includes('.')) {
    // A glob does not cross a dot
    return name !== '*' && namespace !== '*' && type !== '*'
      ? { ...typed, address: `${namespace}/${type}/${name}` }
      : 'An object whose name or type has a dot needs kind, name and namespace.';
  }
  return { ...typed, address: `${namespace}/${type}/${name}` };
}

function typeOf(group: string, kind: string): string | undefined {
  if (isPattern(group) || isPattern(kind)) {
    return undefined;
  }
  if (kind === '*') {
    return group === '*' ? '*' : undefined;
  }
  if (group === '*') {
    return kind;
  }
  return isBuiltIn(group) ? kind : `${group}/${kind}`;
}

/** Any is known, anything more is not. */
function isPattern(text: string): boolean {
  return text !== '*' && /[*?[\]]/.test(text);
}

function nameOf(subject: Subject): string {
  const { kind, namespace, name } = subject;
  return (
    [namespace, kind, name].filter(part => part !== '*').join('-') || 'all'
  );
}
