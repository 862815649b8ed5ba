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

import { Link } from '@backstage/core-components';
import {
  Attribution,
  ResourceChange,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import Button from '@material-ui/core/Button';
import Collapse from '@material-ui/core/Collapse';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useState } from 'react';
import {
  CopyButton,
  kindOfTargetId,
  RiskMark,
  TimeAgo,
  UnfoldButton,
  UnmanagedMark,
  useTimeWords,
  webAddress,
} from '../display';
import { FindingMenu, IgnoreRuleLink, isAlarming, MutedNote } from '../muting';
import { useHasPolicyExplanations, WhyNotAutomatic } from '../policy';
import { useDriftTranslation } from '../useDriftTranslation';
import { FieldDiff } from './FieldDiff';
import { FindingText, FindingWords } from './FindingText';

const useStyles = makeStyles(
  theme => ({
    root: {
      padding: theme.spacing(1.5, 0),
      borderTop: `1px solid ${theme.palette.divider}`,
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1.5),
    },
    address: {
      display: 'flex',
      alignItems: 'center',
      minWidth: 0,
      margin: 0,
      fontFamily: 'monospace',
      fontSize: theme.typography.pxToRem(14),
      fontWeight: 700,
      overflowWrap: 'anywhere',
    },
    meta: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0, 1.5),
      color: theme.palette.text.secondary,
      fontSize: theme.typography.pxToRem(13),
    },
    menu: { marginLeft: 'auto' },
    toggles: { marginLeft: theme.spacing(-0.5) },
    reason: { margin: theme.spacing(0.5, 0) },
    toggle: { textTransform: 'none', marginRight: theme.spacing(1) },
    why: {
      margin: theme.spacing(0.5, 0, 0),
      padding: theme.spacing(1, 1.5),
      borderRadius: theme.shape.borderRadius,
      backgroundColor: theme.palette.action.hover,
      fontSize: theme.typography.pxToRem(13),
      '& dt': { fontWeight: 700 },
      '& dd': { margin: 0, marginBottom: theme.spacing(0.5) },
      '& ul': { margin: 0, paddingLeft: theme.spacing(2.5) },
      overflowWrap: 'anywhere',
    },
  }),
  { name: 'DriftFindingCard' },
);

type ChangeKey =
  | 'changeUpdate'
  | 'changeCreate'
  | 'changeDelete'
  | 'changeReplace'
  | 'changeUnmanaged'
  | 'changeMove'
  | 'changeImport'
  | 'changeRead'
  | 'changeForget'
  | 'changeUnknown'
  | 'pendingCreate'
  | 'pendingUpdate'
  | 'pendingDelete'
  | 'pendingReplace'
  | 'pendingImport'
  | 'pendingForget'
  | 'expectedUpdate'
  | 'expectedUnmanaged';

const CHANGE_WORDS: Record<ResourceChange, ChangeKey> = {
  update: 'changeUpdate',
  create: 'changeCreate',
  delete: 'changeDelete',
  replace: 'changeReplace',
  move: 'changeMove',
  import: 'changeImport',
  read: 'changeRead',
  forget: 'changeForget',
  unknown: 'changeUnknown',
};

const PENDING_WORDS: Partial<Record<ResourceChange, ChangeKey>> = {
  create: 'pendingCreate',
  update: 'pendingUpdate',
  delete: 'pendingDelete',
  replace: 'pendingReplace',
  import: 'pendingImport',
  forget: 'pendingForget',
};

function changeKey(finding: StoredFinding): ChangeKey {
  if (finding.class === 'expected') {
    return finding.unmanaged ? 'expectedUnmanaged' : 'expectedUpdate';
  }
  if (finding.unmanaged) {
    return 'changeUnmanaged';
  }
  // An object of a tenant that is wanted is either there or not.
  if (
    finding.change === 'delete' &&
    kindOfTargetId(finding.targetId) === 'tenant'
  ) {
    return 'changeCreate';
  }
  const pending =
    finding.class === 'pending' ? PENDING_WORDS[finding.change] : undefined;
  return pending ?? CHANGE_WORDS[finding.change];
}

const CLASS_WORDS = {
  drift: 'findings.classDrift',
  absorbed: 'findings.classAbsorbed',
  pending: 'findings.classPending',
  expected: 'findings.classExpected',
  noise: 'findings.classNoise',
} as const;

const MANAGED_FIELDS = 'managedFields';

function evidenceKey({ confidence }: Attribution) {
  switch (confidence) {
    case 'medium':
      return 'findings.evidenceMedium';
    case 'low':
      return 'findings.evidenceLow';
    default:
      return 'findings.evidence';
  }
}

/** Where it is known from, with a link to it where there is a page. */
function Evidence(props: { attribution: Attribution }) {
  const { evidence, url } = props.attribution;
  const address = webAddress(url);
  return address ? (
    <Link to={address} underline="always">
      {evidence}
    </Link>
  ) : (
    <>{evidence}</>
  );
}

function Meta(props: { finding: StoredFinding }) {
  const { finding } = props;
  const { attribution } = finding;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = useTimeWords();
  // Who manages a field says how it was written; the rest is in the reasons.
  const byManager = attribution?.evidence === MANAGED_FIELDS;
  return (
    <div className={classes.meta}>
      {attribution && (
        <span>
          {attribution.how && !byManager
            ? t('findings.byHow', {
                who: attribution.who,
                how: attribution.how,
              })
            : t('findings.by', { who: attribution.who })}
          {attribution.when && (
            <>
              {', '}
              <TimeAgo iso={attribution.when} />
            </>
          )}
          {!byManager && (
            <>
              {' ('}
              {t(evidenceKey(attribution), {
                evidence: <Evidence attribution={attribution} />,
              })}
              )
            </>
          )}
        </span>
      )}
      <span>
        {t('findings.firstSeen', {
          when: <TimeAgo iso={finding.firstSeenAt} />,
        })}
      </span>
      {finding.resolvedAt && (
        <span>
          {t('findings.resolved', {
            when: <TimeAgo iso={finding.resolvedAt} />,
            duration: words.duration(finding.firstSeenAt, finding.resolvedAt),
          })}
        </span>
      )}
      {finding.recurrences > 0 && (
        <span>{t('findings.recurrences', { count: finding.recurrences })}</span>
      )}
      {finding.cascadeOf && (
        <span>{t('findings.cascadeOf', { address: finding.cascadeOf })}</span>
      )}
      {finding.previousAddress && (
        <span>
          {t('findings.movedFrom', { address: finding.previousAddress })}
        </span>
      )}
      {finding.deposed && (
        <span>{t('findings.deposed', { key: finding.deposed })}</span>
      )}
    </div>
  );
}

/** Begins what stands for an ignore rule among the normalisers. */
const BY_IGNORE_RULE = 'ignore-rule:';

function Normaliser(props: { id: string }) {
  const { id } = props;
  return id.startsWith(BY_IGNORE_RULE) ? (
    <IgnoreRuleLink ruleId={id.slice(BY_IGNORE_RULE.length)} />
  ) : (
    <code>{id}</code>
  );
}

function Why(props: { finding: StoredFinding }) {
  const { finding } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <dl className={classes.why}>
      <dt>{t('findings.rule')}</dt>
      <dd>
        <code>{finding.rule}</code>: {finding.reason}
      </dd>
      {finding.severityRule && (
        <>
          <dt>{t('findings.severityRule')}</dt>
          <dd>
            <code>{finding.severityRule}</code>
          </dd>
        </>
      )}
      {finding.suppressedBy && !finding.acknowledgement && (
        <>
          <dt>{t('findings.ignoreRule')}</dt>
          <dd>
            <IgnoreRuleLink ruleId={finding.suppressedBy.ruleId} />:{' '}
            {finding.suppressedBy.reason}
          </dd>
        </>
      )}
      {finding.attribution?.evidence === MANAGED_FIELDS && (
        <>
          <dt>{t('findings.manager')}</dt>
          <dd>
            <code>{finding.attribution.who}</code>
            {finding.attribution.how && ` (${finding.attribution.how})`}
            {`, ${t('findings.evidence', { evidence: MANAGED_FIELDS })}`}
          </dd>
        </>
      )}
      {finding.normalised && finding.normalised.length > 0 && (
        <>
          <dt>{t('findings.normalised')}</dt>
          <dd>
            <ul>
              {finding.normalised.map(field => (
                <li key={`${field.path} ${field.normaliser}`}>
                  <code>{field.path}</code>: {field.reason} (
                  <Normaliser id={field.normaliser} />)
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
    </dl>
  );
}

/** One differing resource: how bad, which, what, who, why; unfolds to its fields. */
export function FindingCard(props: {
  finding: StoredFinding;
  /** What an explainer says of it; the reason of the rule stands in for it. */
  words?: FindingWords;
  unfolded: boolean;
}) {
  const { finding, words } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [unfolded, setUnfolded] = useState(props.unfolded);
  const [whyShown, setWhyShown] = useState(false);
  const [policyShown, setPolicyShown] = useState(false);
  const policyTells = useHasPolicyExplanations() && isAlarming(finding);
  const kind = kindOfTargetId(finding.targetId);
  const fieldsLabel = t('findings.detailsOf', { address: finding.address });
  return (
    <article className={classes.root} aria-label={finding.address}>
      <div className={classes.head}>
        <RiskMark risk={finding.severity} />
        {finding.unmanaged && <UnmanagedMark />}
        <h4 className={classes.address}>
          {finding.address}
          <CopyButton
            text={finding.address}
            label={t('findings.copyAddress', { address: finding.address })}
            done={t('findings.copiedAddress')}
          />
        </h4>
        <Typography variant="body2">
          {t(`findings.${changeKey(finding)}`)}
        </Typography>
        <div className={classes.menu}>
          <FindingMenu finding={finding} />
        </div>
      </div>
      {words ? (
        <FindingText words={words} kind={kind} />
      ) : (
        <Typography variant="body1" className={classes.reason}>
          {finding.reason}
        </Typography>
      )}
      <Meta finding={finding} />
      <MutedNote finding={finding} />
      <div className={classes.toggles}>
        {finding.fields.length > 0 && (
          <UnfoldButton
            className={classes.toggle}
            label={t('findings.details', { count: finding.fields.length })}
            unfolded={unfolded}
            onChange={setUnfolded}
          />
        )}
        <Button
          size="small"
          className={classes.toggle}
          aria-expanded={whyShown}
          onClick={() => setWhyShown(!whyShown)}
        >
          {t('findings.why', { class: t(CLASS_WORDS[finding.class]) })}
        </Button>
        {policyTells && (
          <Button
            size="small"
            className={classes.toggle}
            aria-expanded={policyShown}
            onClick={() => setPolicyShown(!policyShown)}
          >
            {t('policies.why')}
          </Button>
        )}
      </div>
      <Collapse in={whyShown} unmountOnExit timeout={0}>
        <Why finding={finding} />
      </Collapse>
      <Collapse in={policyTells && policyShown} unmountOnExit timeout={0}>
        <WhyNotAutomatic finding={finding} />
      </Collapse>
      <Collapse
        in={unfolded && finding.fields.length > 0}
        unmountOnExit
        timeout={0}
      >
        <FieldDiff
          fields={finding.fields}
          resourceType={finding.resourceType}
          label={fieldsLabel}
          kind={kind}
        />
      </Collapse>
    </article>
  );
}
