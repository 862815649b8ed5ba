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

import { NamespaceRule } from '../config/KubernetesConfig';

/**
 * Rules that grant more than an operator is likely to mean, because everybody
 * who writes annotations can use them: what they grant, in words. Ids of tenants
 * are written by the same people, so that a placeholder alone limits nothing.
 */
export function openRules(rules: readonly NamespaceRule[]): string[] {
  return rules.flatMap(rule => {
    const isForEverybody =
      isOpen(rule.tenants ?? ['*']) && isOpen(rule.clients ?? ['*']);
    return rule.namespaces
      .filter(
        pattern =>
          pattern === '*' ||
          (isForEverybody && !/^[a-z0-9-]+\{(tenant|client)\}/.test(pattern)),
      )
      .map(pattern =>
        pattern === '*' ? 'every namespace' : `the namespaces ${pattern}`,
      );
  });
}

function isOpen(patterns: readonly string[]): boolean {
  return patterns.includes('*');
}
