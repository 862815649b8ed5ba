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
import { BackstageTheme } from '@backstage/theme';
import { StoredIgnoreRule } from '@infra-hub/backstage-plugin-drift-common';
import Paper from '@material-ui/core/Paper';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Alert from '@material-ui/lab/Alert';
import AddIcon from '@material-ui/icons/Add';
import InputIcon from '@material-ui/icons/Input';
import WarningIcon from '@material-ui/icons/Warning';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { driftApiRef } from '../api';
import {
  ConfirmDialog,
  EmptyList,
  GuardedButton,
  Hidden,
  LoadingBlock,
  Mark,
  Moment,
  PageFoot,
  Problem,
  RecordColumn,
  RecordTable,
  RefreshProblem,
  Stack,
  TimeAgo,
} from '../display';
import { useLive, useLoaded } from '../live';
import { SubPage } from '../page/SubPage';
import { useDriftTranslation } from '../useDriftTranslation';
import { IgnoreRuleForm } from './IgnoreRuleForm';
import { ImportRulesDialog } from './ImportRulesDialog';
import { RULE_PARAMETER } from './MutedNote';
import { RuleButtons, RuleName, RuleOrigin, RuleScopeText } from './RuleCells';
import { RuleDialog } from './RuleDialog';
import { useMayWritePolicies } from './useMay';
import { useRuleWords } from './useRuleWords';

const PAGE_SIZE = 25;

const useStyles = makeStyles(
  theme => ({
    bar: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      justifyContent: 'space-between',
      gap: theme.spacing(1, 2),
      padding: theme.spacing(2),
    },
    buttons: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) },
    search: { flex: '0 1 320px', minWidth: 0 },
    hint: {
      marginTop: theme.spacing(0.5),
      fontSize: theme.typography.pxToRem(12.5),
      color: theme.palette.text.secondary,
    },
  }),
  { name: 'DriftIgnoreRulesPage' },
);

function Usage(props: { rule: StoredIgnoreRule }) {
  const { mutedNow, mutedTotal, lastMutedAt, deadHint } = props.rule;
  const classes = useStyles();
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  return (
    <>
      <div>{t('ignoreRules.mutesNow', { count: mutedNow })}</div>
      <div className={classes.hint}>
        {t('ignoreRules.mutedTotal', { count: mutedTotal })}
        {', '}
        {lastMutedAt
          ? t('ignoreRules.lastMuted', { when: <TimeAgo iso={lastMutedAt} /> })
          : t('ignoreRules.neverMuted')}
      </div>
      {deadHint && (
        <>
          <Mark
            color={theme.palette.status.warning}
            icon={<WarningIcon aria-hidden />}
          >
            {t('ignoreRules.dead')}
          </Mark>
          <div className={classes.hint}>{deadHint}</div>
        </>
      )}
    </>
  );
}

function Expires(props: { iso: string | undefined }) {
  const { iso } = props;
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  if (!iso) {
    return <>{t('ignoreRules.neverExpires')}</>;
  }
  return (
    <>
      {Date.parse(iso) <= Date.now() && (
        <div>
          <Mark
            color={theme.palette.status.aborted}
            icon={<WarningIcon aria-hidden />}
            hint={t('ignoreRules.expiredHint')}
          >
            {t('ignoreRules.expired')}
          </Mark>
        </div>
      )}
      <Moment iso={iso} />
    </>
  );
}

function useColumns(): RecordColumn<StoredIgnoreRule>[] {
  const { t } = useDriftTranslation();
  const ruleWords = useRuleWords();
  return [
    {
      title: t('ignoreRules.rule'),
      cell: ({ id, reason }) => <RuleName id={id} reason={reason} />,
    },
    {
      title: t('ignoreRules.scope'),
      cell: rule => <RuleScopeText>{ruleWords(scopeOf(rule))}</RuleScopeText>,
    },
    {
      title: t('ignoreRules.usage'),
      width: '19%',
      cell: rule => <Usage rule={rule} />,
    },
    {
      title: t('ignoreRules.expires'),
      width: 132,
      cell: ({ expires }) => <Expires iso={expires} />,
    },
    {
      title: t('ignoreRules.origin'),
      width: 140,
      cell: ({ origin, createdBy, createdAt, updatedBy, updatedAt }) => (
        <RuleOrigin
          words="ignoreRules"
          origin={origin}
          who={updatedBy ?? createdBy}
          when={updatedAt ?? createdAt}
        />
      ),
    },
  ];
}

/** What a stored rule mutes, without its use. */
function scopeOf(rule: StoredIgnoreRule) {
  const { client, source, target, resourceType } = rule;
  const { address, path, value, manager, expires } = rule;
  return {
    client,
    source,
    target,
    resourceType,
    address,
    path,
    value,
    manager,
    expires,
  };
}

type Shown =
  | { kind: 'create' | 'import' }
  | { kind: 'edit' | 'delete'; rule: StoredIgnoreRule };

function Dialogs(props: {
  shown: Shown;
  rules: StoredIgnoreRule[];
  onClose(): void;
  onDone(text: string): void;
}) {
  const { shown, rules, onClose, onDone } = props;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  switch (shown.kind) {
    case 'import':
      return (
        <ImportRulesDialog
          onClose={onClose}
          onImported={count => onDone(t('ignoreRules.imported', { count }))}
        />
      );
    case 'delete':
      return (
        <ConfirmDialog
          title={t('ignoreRules.deleteTitle', { id: shown.rule.id })}
          text={t('ignoreRules.deleteText', { count: shown.rule.mutedNow })}
          cancelLabel={t('ignoreRules.cancel')}
          confirmLabel={t('ignoreRules.delete')}
          onClose={onClose}
          onConfirm={async () => {
            await driftApi.deleteIgnoreRule(shown.rule.id);
            onDone(t('ignoreRules.deleted', { id: shown.rule.id }));
          }}
        />
      );
    default: {
      const rule = shown.kind === 'edit' ? shown.rule : undefined;
      return (
        <RuleDialog
          title={
            rule
              ? t('ignoreRules.editTitle', { id: rule.id })
              : t('ignoreRules.createTitle')
          }
          onClose={onClose}
        >
          <IgnoreRuleForm
            initial={rule ?? {}}
            exists={rule !== undefined}
            taken={rules.map(({ id }) => id).filter(id => id !== rule?.id)}
            onClose={onClose}
            onSaved={saved => onDone(t('ignoreRules.saved', { id: saved.id }))}
          />
        </RuleDialog>
      );
    }
  }
}

function RuleTable(props: {
  rules: StoredIgnoreRule[];
  forbidden: string | undefined;
  onShow(shown: Shown): void;
}) {
  const { rules, forbidden, onShow } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const ruleWords = useRuleWords();
  const columns = useColumns();
  const [params, setParams] = useSearchParams();
  const [page, setPage] = useState(0);
  const wanted = params.get(RULE_PARAMETER) ?? '';
  const text = wanted.toLowerCase();
  const found = rules.filter(rule =>
    [rule.id, rule.reason, ruleWords(scopeOf(rule))].some(each =>
      each.toLowerCase().includes(text),
    ),
  );
  const lastPage = Math.max(0, Math.ceil(found.length / PAGE_SIZE) - 1);
  const shownPage = Math.min(page, lastPage);

  return (
    <Paper>
      <div className={classes.bar}>
        <TextField
          id="drift-rules-search"
          type="search"
          className={classes.search}
          size="small"
          variant="outlined"
          label={t('ignoreRules.search')}
          value={wanted}
          onChange={event => {
            setParams(
              event.target.value
                ? { [RULE_PARAMETER]: event.target.value }
                : {},
              { replace: true },
            );
            setPage(0);
          }}
        />
        <div className={classes.buttons}>
          <GuardedButton
            variant="outlined"
            startIcon={<InputIcon aria-hidden />}
            label={t('ignoreRules.import')}
            forbidden={forbidden}
            onClick={() => onShow({ kind: 'import' })}
          />
          <GuardedButton
            variant="contained"
            color="primary"
            startIcon={<AddIcon aria-hidden />}
            label={t('ignoreRules.create')}
            forbidden={forbidden}
            onClick={() => onShow({ kind: 'create' })}
          />
        </div>
      </div>
      {found.length === 0 ? (
        <EmptyList
          title={
            rules.length === 0
              ? t('ignoreRules.emptyTitle')
              : t('ignoreRules.noMatch', { text: wanted })
          }
          text={
            rules.length === 0
              ? t('ignoreRules.emptyText')
              : t('ignoreRules.noMatchText')
          }
        />
      ) : (
        <RecordTable
          caption={t('ignoreRules.caption')}
          columns={columns}
          records={found.slice(
            shownPage * PAGE_SIZE,
            (shownPage + 1) * PAGE_SIZE,
          )}
          keyOf={({ id }) => id}
          chosen={wanted}
          actionsTitle={t('ignoreRules.actions')}
          actionsWidth={172}
          actions={rule => (
            <RuleButtons
              words="ignoreRules"
              rule={rule}
              forbidden={forbidden}
              onShow={kind => onShow({ kind, rule })}
            />
          )}
        />
      )}
      <PageFoot
        page={shownPage}
        pageSize={PAGE_SIZE}
        totalItems={found.length}
        onChange={setPage}
      />
    </Paper>
  );
}

function IgnoreRules() {
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const may = useMayWritePolicies();
  const [shown, setShown] = useState<Shown>();
  const [notice, setNotice] = useState<string>();
  const { value, error, loading, reload } = useLoaded({
    key: '',
    load: signal => driftApi.getIgnoreRules({ signal }),
  });
  useLive({ refresh: reload, active: false });

  if (!value) {
    return error ? (
      <Problem error={error} onRetry={reload} />
    ) : (
      <LoadingBlock label={t('ignoreRules.loading')} />
    );
  }
  return (
    <Stack aria-busy={loading}>
      <Hidden live>{loading ? t('table.refreshing') : ''}</Hidden>
      {error && <RefreshProblem error={error} onRetry={reload} />}
      {may.forbidden && (
        <Alert severity="info" variant="outlined">
          {t('ignoreRules.readOnly')} {may.forbidden}
        </Alert>
      )}
      {notice && (
        <Alert severity="success" onClose={() => setNotice(undefined)}>
          {notice}
        </Alert>
      )}
      <RuleTable
        rules={value.rules}
        forbidden={may.forbidden}
        onShow={setShown}
      />
      {shown && (
        <Dialogs
          shown={shown}
          rules={value.rules}
          onClose={() => setShown(undefined)}
          onDone={text => {
            setShown(undefined);
            setNotice(text);
            reload();
          }}
        />
      )}
    </Stack>
  );
}

/** Rules for drift that alarms nobody: what they mute, how often, and whether they are still of use. */
export function IgnoreRulesPage() {
  const { t } = useDriftTranslation();
  return (
    <SubPage
      title={t('ignoreRules.title')}
      subtitle={t('ignoreRules.subtitle')}
    >
      <IgnoreRules />
    </SubPage>
  );
}
