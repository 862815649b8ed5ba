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
  DriftAnalysis,
  FindingClass,
  FindingsPage,
  Severity,
  StoredFinding,
} from '@infra-hub/backstage-plugin-drift-common';
import Accordion from '@material-ui/core/Accordion';
import AccordionDetails from '@material-ui/core/AccordionDetails';
import AccordionSummary from '@material-ui/core/AccordionSummary';
import Button from '@material-ui/core/Button';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import ExpandMoreIcon from '@material-ui/icons/ExpandMore';
import { useState } from 'react';
import { Section } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';
import { FindingCard } from './FindingCard';

/** So few findings all show their fields at once; of more, only the worst does. */
const FEW = 3;

const useStyles = makeStyles(
  theme => ({
    folded: {
      marginTop: theme.spacing(1),
      border: `1px solid ${theme.palette.divider}`,
      '&::before': { display: 'none' },
    },
    details: { display: 'block', paddingTop: 0 },
    overview: { marginTop: theme.spacing(1) },
    more: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(1),
      marginTop: theme.spacing(1),
    },
  }),
  { name: 'DriftFindings' },
);

type FoldedGroup =
  | Exclude<FindingClass, 'drift'>
  | 'acknowledged'
  | 'suppressed';

const FOLDED_GROUPS: FoldedGroup[] = [
  'acknowledged',
  'absorbed',
  'pending',
  'expected',
  'noise',
  'suppressed',
];

const SEVERITY_RANK: Record<Severity, number> = {
  critical: 3,
  high: 2,
  medium: 1,
  low: 0,
};

function groupOf(finding: StoredFinding): FoldedGroup | 'drift' {
  if (finding.acknowledgement) {
    return 'acknowledged';
  }
  return finding.suppressedBy ? 'suppressed' : finding.class;
}

function worstFirst(findings: StoredFinding[]): StoredFinding[] {
  return [...findings].sort(
    (a, b) => SEVERITY_RANK[b.severity] - SEVERITY_RANK[a.severity],
  );
}

function FoldedFindings(props: {
  group: FoldedGroup;
  findings: StoredFinding[];
}) {
  const { group, findings } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Accordion
      className={classes.folded}
      elevation={0}
      expanded={open}
      onChange={(_event, expanded) => setOpen(expanded)}
      TransitionProps={{ unmountOnExit: true, timeout: 0 }}
    >
      <AccordionSummary expandIcon={<ExpandMoreIcon aria-hidden />}>
        <div>
          <Typography component="span">
            <strong>
              {t(`findings.${group}`, { amount: findings.length })}
            </strong>
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t(`findings.${group}Hint`)}
          </Typography>
        </div>
      </AccordionSummary>
      <AccordionDetails className={classes.details}>
        {findings.map(finding => (
          <FindingCard key={finding.id} finding={finding} unfolded={false} />
        ))}
      </AccordionDetails>
    </Accordion>
  );
}

/** Findings by class: drift open, everything else folded with its count. */
export function Findings(props: {
  page: FindingsPage;
  /** Explains those of class drift. */
  analysis: DriftAnalysis | undefined;
  loadingMore: boolean;
  onLoadMore(): void;
}) {
  const { page, analysis, loadingMore, onLoadMore } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const words = new Map(
    analysis?.findings.map(finding => [finding.fingerprint, finding]),
  );
  const sorted = worstFirst(page.items);
  const drift = sorted.filter(finding => groupOf(finding) === 'drift');
  const worstWithFields = drift.find(({ fields }) => fields.length > 0);
  const folded = FOLDED_GROUPS.map(group => ({
    group,
    findings: sorted.filter(finding => groupOf(finding) === group),
  })).filter(({ findings }) => findings.length > 0);

  if (page.items.length === 0) {
    return null;
  }
  return (
    <Section
      title={
        drift.length > 0
          ? t('findings.drift', {
              count: new Set(drift.map(finding => finding.address)).size,
            })
          : t('findings.title')
      }
    >
      {drift.map(finding => (
        <FindingCard
          key={finding.id}
          finding={finding}
          words={words.get(finding.fingerprint)}
          unfolded={drift.length <= FEW || finding === worstWithFields}
        />
      ))}
      {folded.length > 1 && (
        <Typography
          variant="body2"
          color="textSecondary"
          className={classes.overview}
        >
          {folded
            .map(({ group, findings }) =>
              t(`findings.${group}`, { amount: findings.length }),
            )
            .join(' · ')}
        </Typography>
      )}
      {folded.map(({ group, findings }) => (
        <FoldedFindings key={group} group={group} findings={findings} />
      ))}
      {page.totalItems > page.items.length && (
        <div className={classes.more}>
          <Typography variant="body2">
            {t('findings.shown', {
              shown: page.items.length.toLocaleString(),
              total: page.totalItems.toLocaleString(),
            })}
          </Typography>
          <Button
            size="small"
            variant="outlined"
            disabled={loadingMore}
            onClick={onLoadMore}
          >
            {t('findings.loadMore')}
          </Button>
        </div>
      )}
    </Section>
  );
}
