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

import { sourceLabel } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { RuleScope } from './ruleForm';

/** Says in words what a rule mutes. */
export function useRuleWords(): (scope: RuleScope) => string {
  const { t } = useDriftTranslation();
  return scope => {
    const { path, value, manager, resourceType, address } = scope;
    const { target, client, source } = scope;
    const attribute = [path, value, manager].some(each => each !== undefined);
    let what: string = t('ignoreRules.wordsEverything');
    if (path !== undefined) {
      what = t('ignoreRules.wordsPath', { path });
    } else if (attribute) {
      what = t('ignoreRules.wordsFields');
    }
    return [
      what,
      value !== undefined &&
        t('ignoreRules.wordsValue', { value: JSON.stringify(value) }),
      manager !== undefined && t('ignoreRules.wordsManager', { manager }),
      resourceType !== undefined &&
        t('ignoreRules.wordsType', { type: resourceType }),
      address !== undefined && t('ignoreRules.wordsAddress', { address }),
      target !== undefined && t('ignoreRules.wordsTarget', { target }),
      client !== undefined && t('ignoreRules.wordsClient', { client }),
      source !== undefined &&
        t('ignoreRules.wordsSource', { source: sourceLabel(source) }),
    ]
      .filter(Boolean)
      .join(', ');
  };
}
