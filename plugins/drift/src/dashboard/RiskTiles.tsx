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

import { BackstageTheme } from '@backstage/theme';
import {
  DriftOverview,
  Risk,
  Severity,
} from '@infra-hub/backstage-plugin-drift-common';
import ButtonBase from '@material-ui/core/ButtonBase';
import Paper from '@material-ui/core/Paper';
import { alpha, makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { readableOn, RISK_ICONS, riskColor } from '../display';
import { useDriftTranslation } from '../useDriftTranslation';

const SEVERITIES: Severity[] = ['critical', 'high', 'medium', 'low'];

const useTileStyles = makeStyles<
  BackstageTheme,
  { color: string; empty: boolean }
>(
  theme => ({
    tile: {
      width: '100%',
      height: '100%',
      minHeight: 104,
      flexDirection: 'column',
      alignItems: 'flex-start',
      justifyContent: 'space-between',
      padding: theme.spacing(1.5, 1),
      borderRadius: theme.shape.borderRadius,
      borderTop: props =>
        `4px solid ${
          props.empty ? theme.palette.divider : readableEdge(theme, props.color)
        }`,
      textAlign: 'left',
      '&:hover': { backgroundColor: theme.palette.action.hover },
      '&:focus-visible': {
        outline: `2px solid ${theme.palette.primary.main}`,
        outlineOffset: 2,
      },
      '&[aria-pressed="true"]': {
        backgroundColor: props => alpha(props.color, 0.14),
        boxShadow: props =>
          `inset 0 0 0 2px ${readableEdge(theme, props.color)}`,
      },
    },
    name: {
      display: 'flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      fontSize: theme.typography.pxToRem(14),
      fontWeight: 600,
      maxWidth: '100%',
      '& svg': { fontSize: theme.typography.pxToRem(18), flexShrink: 0 },
      color: props =>
        props.empty
          ? theme.palette.text.secondary
          : readableEdge(theme, props.color),
    },
    count: {
      fontSize: theme.typography.pxToRem(36),
      fontWeight: 700,
      lineHeight: 1.1,
      color: props =>
        props.empty ? theme.palette.text.secondary : theme.palette.text.primary,
    },
  }),
  { name: 'DriftRiskTile' },
);

const useStyles = makeStyles(
  theme => ({
    root: {
      display: 'grid',
      height: '100%',
      gap: theme.spacing(1),
      gridTemplateColumns: 'repeat(4, minmax(0, 1fr))',
      [theme.breakpoints.down('xs')]: {
        gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
      },
    },
  }),
  { name: 'DriftRiskTiles' },
);

function readableEdge(theme: BackstageTheme, color: string): string {
  return readableOn(theme.palette.background.paper, color);
}

function RiskTile(props: {
  risk: Severity;
  count: number;
  pressed: boolean;
  onClick(): void;
}) {
  const { risk, count, pressed, onClick } = props;
  const theme = useTheme<BackstageTheme>();
  const classes = useTileStyles({
    color: riskColor(theme, risk),
    empty: count === 0,
  });
  const { t } = useDriftTranslation();
  const name = t(`risk.${risk}`);
  return (
    <Paper elevation={1}>
      <ButtonBase
        className={classes.tile}
        aria-pressed={pressed}
        aria-label={t('dashboard.riskTile', { risk: name, count })}
        onClick={onClick}
      >
        <Typography component="span" className={classes.name}>
          {RISK_ICONS[risk]}
          {name}
        </Typography>
        <span className={classes.count}>{count.toLocaleString()}</span>
      </ButtonBase>
    </Paper>
  );
}

/** Drifted targets by risk; a click filters. */
export function RiskTiles(props: {
  byRisk: DriftOverview['byRisk'];
  chosen: Risk[];
  onChange(chosen: Risk[]): void;
}) {
  const { byRisk, chosen, onChange } = props;
  const classes = useStyles();
  const { t } = useDriftTranslation();
  return (
    <div
      className={classes.root}
      role="group"
      aria-label={t('dashboard.risks')}
    >
      {SEVERITIES.map(risk => (
        <RiskTile
          key={risk}
          risk={risk}
          count={byRisk[risk]}
          pressed={chosen.includes(risk)}
          onClick={() =>
            onChange(
              chosen.includes(risk)
                ? chosen.filter(other => other !== risk)
                : [...chosen, risk],
            )
          }
        />
      ))}
    </div>
  );
}
