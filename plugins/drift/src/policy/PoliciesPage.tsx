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
import { isError } from '@backstage/errors';
import { BackstageTheme } from '@backstage/theme';
import {
  RemediationPolicies,
  RemediationPolicy,
  StoredRemediationPolicy,
} from '@infra-hub/backstage-plugin-drift-common';
import Paper from '@material-ui/core/Paper';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import AddIcon from '@material-ui/icons/Add';
import InfoIcon from '@material-ui/icons/InfoOutlined';
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
  PageFoot,
  Problem,
  problemSentence,
  RecordColumn,
  RecordTable,
  RefreshProblem,
  Stack,
} from '../display';
import { useLive, useLoaded } from '../live';
import {
  RuleButtons,
  RuleName,
  RuleOrigin,
  RuleScopeText,
} from '../muting/RuleCells';
import { RuleDialog } from '../muting/RuleDialog';
import { useMayWritePolicies } from '../muting/useMay';
import { SubPage } from '../page/SubPage';
import { useDriftTranslation } from '../useDriftTranslation';
import { ModeMark } from './ModeMark';
import { mostSpecificFirst } from './mostSpecificFirst';
import { PolicyForm } from './PolicyForm';
import { withoutOrigin } from './policyForm';
import { StopSwitch } from './StopSwitch';
import { usePolicyWords } from './usePolicyWords';
import { POLICY_PARAMETER } from './WhyNotAutomatic';

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
      '& > :first-child': { flex: '1 1 320px', minWidth: 0 },
    },
    second: { marginTop: theme.spacing(0.5) },
    limits: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      '& li + li': { marginTop: theme.spacing(0.5) },
    },
    default: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(1.5, 2),
    },
  }),
  { name: 'DriftPoliciesPage' },
);

function isConflict(error: unknown): boolean {
  return (
    isError(error) &&
    (error.statusCode === 409 || error.name === 'ConflictError')
  );
}

function Limits(props: { policy: StoredRemediationPolicy }) {
  const { windows = [], limitPerDay } = props.policy;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = usePolicyWords();
  const limits = [
    ...windows.map(words.window),
    ...(limitPerDay === undefined
      ? []
      : [t('policies.limit', { count: limitPerDay })]),
  ];
  return limits.length === 0 ? (
    <>{t('policies.noLimits')}</>
  ) : (
    <ul className={classes.limits}>
      {limits.map(limit => (
        <li key={limit}>{limit}</li>
      ))}
    </ul>
  );
}

function useColumns(): RecordColumn<StoredRemediationPolicy>[] {
  const classes = useStyles();
  const theme = useTheme<BackstageTheme>();
  const { t } = useDriftTranslation();
  const words = usePolicyWords();
  return [
    {
      title: t('policies.policy'),
      cell: ({ id, reason }) => <RuleName id={id} reason={reason} />,
    },
    {
      title: t('policies.scope'),
      cell: policy => <RuleScopeText>{words.scope(policy)}</RuleScopeText>,
    },
    {
      title: t('policies.mode'),
      width: 116,
      cell: ({ mode, dryRun }) => (
        <>
          <ModeMark mode={mode} />
          {dryRun && (
            <div className={classes.second}>
              <Mark
                color={theme.palette.status.aborted}
                icon={<InfoIcon aria-hidden />}
                hint={t('policies.dryRunHint')}
              >
                {t('policies.dryRun')}
              </Mark>
            </div>
          )}
        </>
      ),
    },
    {
      title: t('policies.limits'),
      cell: policy => <Limits policy={policy} />,
    },
    {
      title: t('policies.origin'),
      width: 140,
      cell: ({ origin, updatedBy, updatedAt }) => (
        <RuleOrigin
          words="policies"
          origin={origin}
          who={updatedBy}
          when={updatedAt}
        />
      ),
    },
  ];
}

type Shown =
  | { kind: 'create' }
  | { kind: 'edit' | 'delete'; policy: StoredRemediationPolicy };

/** Writes the policies of origin `api` as a whole, unless somebody else did meanwhile. */
function useSave(options: {
  policies: RemediationPolicies;
  /** The policies are other ones than those that are shown. */
  onChanged(): void;
}) {
  const { policies, onChanged } = options;
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  return async (
    change: (old: RemediationPolicy[]) => RemediationPolicy[],
  ): Promise<void> => {
    const written = policies.policies
      .filter(({ origin }) => origin === 'api')
      .map(withoutOrigin);
    try {
      await driftApi.setRemediationPolicies({
        policies: change(written),
        expectedRevision: policies.revision,
      });
    } catch (error) {
      if (isConflict(error)) {
        onChanged();
        throw new Error(t('policies.conflict'));
      }
      throw new Error(
        t('policies.saveFailed', { reason: problemSentence(error) }),
      );
    }
    onChanged();
  };
}

function Dialogs(props: {
  shown: Shown;
  policies: RemediationPolicies;
  forbidden: string | undefined;
  onClose(): void;
  onChanged(): void;
  onDone(text: string): void;
}) {
  const { shown, policies, forbidden, onClose, onChanged, onDone } = props;
  const { t } = useDriftTranslation();
  const save = useSave({ policies, onChanged });
  if (shown.kind === 'delete') {
    const { id } = shown.policy;
    return (
      <ConfirmDialog
        title={t('policies.deleteTitle', { id })}
        text={t('policies.deleteText')}
        cancelLabel={t('policies.cancel')}
        confirmLabel={t('policies.delete')}
        onClose={onClose}
        onConfirm={async () => {
          await save(old => old.filter(each => each.id !== id));
          onDone(t('policies.deleted', { id }));
        }}
      />
    );
  }
  const policy = shown.kind === 'edit' ? shown.policy : undefined;
  return (
    <RuleDialog
      title={
        policy
          ? t('policies.editTitle', { id: policy.id })
          : t('policies.createTitle')
      }
      onClose={onClose}
    >
      <PolicyForm
        initial={policy ?? {}}
        exists={policy !== undefined}
        taken={policies.policies
          .map(({ id }) => id)
          .filter(id => id !== policy?.id)}
        forbidden={forbidden}
        onClose={onClose}
        onSave={async written => {
          await save(old => [
            ...old.filter(({ id }) => id !== written.id),
            written,
          ]);
          onDone(t('policies.saved', { id: written.id }));
        }}
      />
    </RuleDialog>
  );
}

function PolicyTable(props: {
  policies: RemediationPolicies;
  forbidden: string | undefined;
  onShow(shown: Shown): void;
}) {
  const { policies, forbidden, onShow } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const columns = useColumns();
  const [params] = useSearchParams();
  const wanted = params.get(POLICY_PARAMETER) ?? undefined;
  const sorted = mostSpecificFirst(policies.policies);
  const place = sorted.findIndex(({ id }) => id === wanted);
  // Opens where the policy is that somebody came to see
  const [page, setPage] = useState(Math.floor(Math.max(0, place) / PAGE_SIZE));
  const lastPage = Math.max(0, Math.ceil(sorted.length / PAGE_SIZE) - 1);
  const shownPage = Math.min(page, lastPage);
  return (
    <>
      {wanted && place < 0 && (
        <Alert severity="info">{t('policies.missing', { id: wanted })}</Alert>
      )}
      <Paper>
        <div className={classes.bar}>
          <Typography variant="body2" color="textSecondary">
            {t('policies.hint')}
          </Typography>
          <GuardedButton
            variant="contained"
            color="primary"
            startIcon={<AddIcon aria-hidden />}
            label={t('policies.create')}
            forbidden={forbidden}
            onClick={() => onShow({ kind: 'create' })}
          />
        </div>
        {sorted.length === 0 ? (
          <EmptyList
            title={t('policies.emptyTitle')}
            text={t('policies.emptyText')}
          />
        ) : (
          <RecordTable
            caption={t('policies.caption')}
            columns={columns}
            records={sorted.slice(
              shownPage * PAGE_SIZE,
              (shownPage + 1) * PAGE_SIZE,
            )}
            keyOf={({ id }) => id}
            chosen={wanted}
            actionsTitle={t('policies.actions')}
            actionsWidth={172}
            actions={policy => (
              <RuleButtons
                words="policies"
                rule={policy}
                forbidden={forbidden}
                onShow={kind => onShow({ kind, policy })}
              />
            )}
          />
        )}
        <PageFoot
          page={shownPage}
          pageSize={PAGE_SIZE}
          totalItems={sorted.length}
          onChange={setPage}
        />
        <div className={classes.default}>
          <Typography variant="body2">
            {t('policies.defaultMode', {
              mode: <ModeMark mode={policies.defaultMode} />,
            })}
          </Typography>
        </div>
      </Paper>
    </>
  );
}

function Policies() {
  const driftApi = useApi(driftApiRef);
  const { t } = useDriftTranslation();
  const may = useMayWritePolicies();
  const [shown, setShown] = useState<Shown>();
  const [notice, setNotice] = useState<string>();
  const policies = useLoaded({
    key: '',
    load: signal => driftApi.getRemediationPolicies({ signal }),
  });
  const status = useLoaded({
    key: '',
    load: signal => driftApi.getRemediationStatus({ signal }),
  });
  const refresh = () => {
    policies.reload();
    status.reload();
  };
  useLive({ refresh, active: false });

  if (policies.error && !policies.value) {
    return <Problem error={policies.error} onRetry={refresh} />;
  }
  if (!policies.value) {
    return <LoadingBlock label={t('policies.loading')} />;
  }
  return (
    <Stack aria-busy={policies.loading}>
      <Hidden live>{policies.loading ? t('table.refreshing') : ''}</Hidden>
      {policies.error && (
        <RefreshProblem error={policies.error} onRetry={refresh} />
      )}
      {may.forbidden && (
        <Alert severity="info" variant="outlined">
          {t('policies.readOnly')} {may.forbidden}
        </Alert>
      )}
      {notice && (
        <Alert severity="success" onClose={() => setNotice(undefined)}>
          {notice}
        </Alert>
      )}
      {status.value && (
        <StopSwitch
          status={status.value}
          forbidden={may.forbidden}
          onChanged={refresh}
        />
      )}
      {status.error && !status.value && (
        <Alert severity="warning">
          {t('policies.statusFailed', {
            reason: problemSentence(status.error),
          })}
        </Alert>
      )}
      <PolicyTable
        policies={policies.value}
        forbidden={may.forbidden}
        onShow={setShown}
      />
      {shown && (
        <Dialogs
          shown={shown}
          policies={policies.value}
          forbidden={may.forbidden}
          onClose={() => setShown(undefined)}
          onChanged={policies.reload}
          onDone={text => {
            setShown(undefined);
            setNotice(text);
          }}
        />
      )}
    </Stack>
  );
}

/** What is remediated without a person and what is not, and the switch that stops it all. */
export function PoliciesPage() {
  const { t } = useDriftTranslation();
  return (
    <SubPage title={t('policies.title')} subtitle={t('policies.subtitle')}>
      <Policies />
    </SubPage>
  );
}
