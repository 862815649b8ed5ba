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

import { Content } from '@backstage/core-components';
import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { BreadcrumbEntry } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useLocation } from 'react-router-dom';
import useTitle from 'react-use/esm/useTitle';
import { DriftRoutes } from './DriftRoutes';
import { PageFrameProps, PageFrameProvider } from './PageFrame';

const useStyles = makeStyles(
  theme => ({
    content: {
      // The header of the new frontend system has its own distance below.
      paddingTop: 0,
    },
    head: {
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'flex-end',
      justifyContent: 'space-between',
      gap: theme.spacing(1, 2),
      marginBottom: theme.spacing(2),
    },
    words: { minWidth: 0 },
    title: {
      margin: 0,
      fontSize: theme.typography.pxToRem(24),
      fontWeight: 700,
      overflowWrap: 'anywhere',
    },
    actions: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) },
  }),
  { name: 'DriftNfsPage' },
);

function NfsFrame(props: PageFrameProps) {
  const { title, subtitle, parent, actions, children } = props;
  const { pathname } = useLocation();
  const classes = useStyles();
  const appTitle =
    useApi(configApiRef).getOptionalString('app.title') ?? 'Backstage';
  useTitle(`${title} | ${appTitle}`);
  const page = (
    <main>
      <Content className={classes.content}>
        <div className={classes.head}>
          <div className={classes.words}>
            <Typography variant="h2" className={classes.title}>
              {title}
            </Typography>
            {subtitle && <Typography>{subtitle}</Typography>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
        {children}
      </Content>
    </main>
  );
  return parent ? (
    <BreadcrumbEntry entry={{ label: title, href: pathname }}>
      {page}
    </BreadcrumbEntry>
  ) : (
    page
  );
}

/** All drift pages below the plugin header that the new frontend system draws. */
export function NfsDriftPage() {
  return (
    <PageFrameProvider value={NfsFrame}>
      <DriftRoutes />
    </PageFrameProvider>
  );
}
