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

import { useApi } from '@backstage/core-plugin-api';
import {
  StoredFinding,
  StoredIgnoreRule,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import TextField from '@material-ui/core/TextField';
import { useState } from 'react';
import { driftApiRef } from '../api';
import { LoadingBlock, Problem } from '../display';
import { useLoaded } from '../live';
import { useDriftTranslation } from '../useDriftTranslation';
import { IgnoreRuleForm } from './IgnoreRuleForm';
import { RuleDialog } from './RuleDialog';

/** Writes a rule that begins as the narrowest one that mutes a finding, or a field of it. */
export function MuteLikeThisDialog(props: {
  finding: StoredFinding;
  onClose(): void;
  onSaved(rule: StoredIgnoreRule): void;
}) {
  const { finding, onClose, onSaved } = props;
  const { id, targetId, address, fields } = finding;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const [path, setPath] = useState('');
  const suggestion = useLoaded({
    key: path,
    scope: path,
    load: () =>
      driftApi.suggestIgnoreRule(targetId, id, { path: path || undefined }),
  });
  const choice = fields.length > 1 && (
    <TextField
      select
      fullWidth
      id="drift-mute-what"
      size="small"
      variant="outlined"
      label={t('ignoreRules.muteWhat')}
      value={path}
      SelectProps={{ native: true }}
      InputLabelProps={{ shrink: true }}
      onChange={event => setPath(event.target.value)}
    >
      <option value="">{t('ignoreRules.muteAll')}</option>
      {fields.map(field => (
        <option key={field.path} value={field.path}>
          {t('ignoreRules.muteField', { field: field.label ?? field.path })}
        </option>
      ))}
    </TextField>
  );
  return (
    <RuleDialog
      title={t('ignoreRules.muteTitle', { address })}
      onClose={onClose}
    >
      {suggestion.value ? (
        <IgnoreRuleForm
          key={path}
          initial={suggestion.value.rule}
          notes={suggestion.value.notes}
          exists={false}
          taken={[]}
          above={choice}
          onClose={onClose}
          onSaved={onSaved}
        />
      ) : (
        <>
          <DialogContent dividers>
            {choice}
            {suggestion.error ? (
              <Problem error={suggestion.error} onRetry={suggestion.reload} />
            ) : (
              <LoadingBlock label={t('ignoreRules.suggesting')} />
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>{t('ignoreRules.cancel')}</Button>
          </DialogActions>
        </>
      )}
    </RuleDialog>
  );
}
