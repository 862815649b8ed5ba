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
  IgnoreRuleTest,
  Severity,
} from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { RiskMark, TargetLink, TimeAgo } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low'];

/** A rule that mutes more of all drift than that is too broad, */
const BROAD_SHARE = 0.5;
/** but not where there was hardly any. */
const BROAD_FROM = 10;

const useStyles = makeStyles(
  theme => ({
    root: { display: 'grid', gap: theme.spacing(1), minWidth: 0 },
    marks: {
      display: 'flex',
      flexWrap: 'wrap',
      gap: theme.spacing(0.5, 2),
      margin: 0,
      padding: 0,
      listStyle: 'none',
    },
    examples: {
      listStyle: 'none',
      margin: 0,
      padding: 0,
      maxHeight: 320,
      overflowY: 'auto',
      border: `1px solid ${theme.palette.divider}`,
      borderRadius: theme.shape.borderRadius,
    },
    example: {
      padding: theme.spacing(1, 1.5),
      overflowWrap: 'anywhere',
      fontSize: theme.typography.pxToRem(13),
      '& + &': { borderTop: `1px solid ${theme.palette.divider}` },
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5, 1),
    },
    address: { fontFamily: 'monospace', fontWeight: 600 },
    facts: { color: theme.palette.text.secondary },
  }),
  { name: 'DriftBackTest' },
);

function isBroad({ examined, muted, partlyMuted }: IgnoreRuleTest): boolean {
  return examined >= BROAD_FROM && muted + partlyMuted > examined * BROAD_SHARE;
}

function Warnings(props: { test: IgnoreRuleTest }) {
  const { test } = props;
  const { t } = useDriftTranslation();
  const severe = test.bySeverity.critical + test.bySeverity.high;
  return (
    <>
      {severe > 0 && (
        <Alert severity="warning">
          {t('ignoreRules.testSevere', { count: severe })}
        </Alert>
      )}
      {isBroad(test) && (
        <Alert severity="warning">
          {t('ignoreRules.testBroad', {
            percent: Math.round(
              ((test.muted + test.partlyMuted) / test.examined) * 100,
            ).toLocaleString(),
          })}
        </Alert>
      )}
      {test.muted + test.partlyMuted === 0 && (
        <Alert severity="info">{t('ignoreRules.testNothing')}</Alert>
      )}
    </>
  );
}

/** What a rule would have muted of the stored history. */
export function BackTest(props: { test: IgnoreRuleTest }) {
  const { test } = props;
  const { bySeverity, examples } = test;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  const shown = SEVERITIES.filter(severity => bySeverity[severity] > 0);
  return (
    <div className={classes.root}>
      <Typography>
        <strong>
          {t('ignoreRules.testSummary', {
            summary: test.summary.replace(/\.$/, ''),
          })}
        </strong>
      </Typography>
      {shown.length > 0 && (
        <ul
          className={classes.marks}
          aria-label={t('ignoreRules.testBySeverity')}
        >
          {shown.map(severity => (
            <li key={severity}>
              <RiskMark risk={severity} />{' '}
              {bySeverity[severity].toLocaleString()}
            </li>
          ))}
        </ul>
      )}
      <Typography variant="body2" color="textSecondary">
        {[
          t('ignoreRules.testExamined', { count: test.examined }),
          t('ignoreRules.testOpen', { count: test.openMuted }),
          test.partlyMuted > 0 &&
            t('ignoreRules.testPartly', { count: test.partlyMuted }),
          t('ignoreRules.testTargets', { count: test.targets }),
        ]
          .filter(Boolean)
          .join(' · ')}
      </Typography>
      {test.truncated && (
        <Typography variant="body2" color="textSecondary">
          {t('ignoreRules.testTruncated')}
        </Typography>
      )}
      <Warnings test={test} />
      {examples.length > 0 && (
        <>
          <Typography variant="subtitle2" component="h3">
            {t('ignoreRules.testExamples')}
          </Typography>
          <ul className={classes.examples}>
            {examples.map(({ targetId, finding, mutedPaths }) => (
              <li key={`${targetId} ${finding.id}`} className={classes.example}>
                <div className={classes.head}>
                  <RiskMark risk={finding.severity} />
                  <span className={classes.address}>{finding.address}</span>
                </div>
                <div className={classes.facts}>
                  <TargetLink targetId={targetId} />
                  {' · '}
                  {finding.state === 'open'
                    ? t('ignoreRules.exampleOpen', {
                        when: <TimeAgo iso={finding.firstSeenAt} />,
                      })
                    : t('ignoreRules.exampleResolved', {
                        when: (
                          <TimeAgo
                            iso={finding.resolvedAt ?? finding.lastSeenAt}
                          />
                        ),
                      })}
                </div>
                <div>
                  {mutedPaths.length === 0
                    ? t('ignoreRules.exampleWhole')
                    : t('ignoreRules.examplePaths', {
                        paths: mutedPaths.join(', '),
                      })}
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
