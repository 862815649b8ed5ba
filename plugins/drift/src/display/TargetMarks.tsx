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

import { DriftTarget } from '@infra-hub/backstage-plugin-drift-common';
import { makeStyles } from '@material-ui/core/styles';
import { EvidenceMark } from './EvidenceMark';
import { RiskMark } from './RiskMark';
import { StaleMark, StatusMark } from './StatusMark';

const useStyles = makeStyles(
  theme => ({
    root: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5, 0.75) },
  }),
  { name: 'DriftTargetMarks' },
);

/** Status and risk of a target, and how far to trust them. */
export function TargetMarks(props: { target: DriftTarget }) {
  const { target } = props;
  const classes = useStyles();
  return (
    <div className={classes.root}>
      <StatusMark status={target.status} />
      {target.risk !== 'none' && <RiskMark risk={target.risk} />}
      {target.stale && <StaleMark />}
      <EvidenceMark evidence={target.evidence} />
    </div>
  );
}
