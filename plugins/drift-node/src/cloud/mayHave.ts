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

import { CloudProvider, CloudRef } from './CloudProvider';
import { TenantName } from './CloudPolicy';
import { matchesParts } from './names';

/**
 * Whether a resource may be one of the tenant, by the bare name that was given or
 * by the canonical form of its id. Whoever writes its desired state
 * names ids, and other tenants may have theirs in the same account.
 */
export function mayHave(
  tenant: TenantName,
  options: {
    provider: Pick<CloudProvider, 'canonicalId'>;
    /** Of the account; undefined where all of it is open. */
    allowedIds: readonly string[] | undefined;
    ref: CloudRef;
  },
): boolean {
  const { provider, allowedIds, ref } = options;
  if (allowedIds === undefined) {
    return true;
  }
  const formOf = (id: string) => provider.canonicalId?.({ ...ref, id }) ?? id;
  const canonical = formOf(ref.id);
  const ignoresCase = formOf(ref.id.toLocaleUpperCase('en-US')) === canonical;
  const inCase = (text: string) =>
    ignoresCase ? text.toLocaleLowerCase('en-US') : text;
  const whole = inCase(canonical);
  const given = inCase(ref.id);
  // Other forms may begin with what is not the name, e.g. acme-1:europe:name
  const isName = given === whole.split('/').at(-1);
  const forms = isName ? [whole, given] : [whole];
  return allowedIds.some(pattern => {
    const parts = partsOf(pattern, tenant)?.map(inCase);
    return parts !== undefined && forms.some(id => matchesParts(parts, id));
  });
}

/** What stands between the `*` of a pattern; a `*` in a name stands for itself. */
function partsOf(
  pattern: string,
  { name, client }: TenantName,
): string[] | undefined {
  if (client === undefined && pattern.includes('{client}')) {
    return undefined;
  }
  return pattern
    .split('*')
    .map(part =>
      part.replace(/\{(tenant|client)\}/g, (_all, which) =>
        which === 'tenant' ? name : client ?? '',
      ),
    );
}
