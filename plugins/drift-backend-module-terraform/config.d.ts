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

import { HumanDuration } from '@backstage/types';

export interface Config {
  drift?: {
    /** Scanning of Terraform and OpenTofu modules. */
    terraform?: {
      /**
       * Name or absolute path of the program. Default: the first of `terraform`
       * and `tofu` on the PATH of the backend.
       */
      binary?: string;

      /**
       * Directories below which entities that were read from files may have
       * modules. Relative paths count from the working directory of the backend.
       * Default: none.
       */
      allowedRoots?: string[];

      /**
       * URL prefixes below which entities may have modules, e.g.
       * `https://github.com/acme/`. Planning runs the code of a module, so name
       * what you trust. Default: everything that the configured integrations read.
       */
      allowedUrls?: string[];

      /** Modules that no catalog entity declares. */
      modules?: Array<{
        /** Name of the module, unique for its client. */
        name: string;
        /** Client that the infrastructure belongs to. */
        client?: string;
        /** URL of a directory in a repository that an integration can read. */
        url?: string;
        /**
         * Directory of this machine up to which the module needs code, e.g. for
         * `../modules/x`; `dir` is then relative to it.
         */
        root?: string;
        /**
         * Directory of the module: below `url` or `root` when one of them is
         * given, a directory of this machine otherwise.
         */
        dir?: string;
        /** Terraform workspace. Default: `default`. */
        workspace?: string;
        /** Files for `-var-file`, relative to the module. */
        varFiles?: string[];
        /** Files for `-backend-config`, relative to the module. */
        backendConfigFiles?: string[];
        /** Cron expression or ISO 8601 duration. Default: the schedule of the drift plugin. */
        schedule?: string;
        /** Catalog entities that the module belongs to. */
        entityRefs?: string[];
        /** Link to the code, shown with the module. Default: `url`. */
        codeUrl?: string;
      }>;

      /**
       * What scans and remediations of a client may use. Grant reading only, and
       * writing in an entry with `use: apply`.
       */
      credentials?: Array<{
        /** Name of the client; `*` for every client and for modules without one. */
        client: string;
        /**
         * `plan`: only scans and previews get these, give them reading only.
         * `apply`: only a remediation gets them, when it applies a plan that was
         * approved. Default: both.
         */
        use?: 'plan' | 'apply';
        /**
         * Environment variables with secrets. Their values are taken out of
         * every text and observation.
         * @deepVisibility secret
         */
        env?: { [name: string]: string };
        /**
         * Environment variables without secrets, e.g. a region or `TF_VAR_` values.
         */
        settings?: { [name: string]: string };
        /** Secrets that tools want as a file. */
        files?: Array<{
          /** Environment variable that gets the path, e.g. `GOOGLE_APPLICATION_CREDENTIALS`. */
          variable: string;
          /**
           * Content of the file.
           * @visibility secret
           */
          content: string;
        }>;
        /**
         * URL prefixes and absolute directories whose code may use these
         * credentials. The code chooses its client by an annotation, so set this
         * wherever not everybody may use them. Default: all.
         */
        allowedLocations?: string[];
      }>;

      /**
       * Environment variables of every scan, e.g. `HTTPS_PROXY` or
       * `SSL_CERT_FILE`. Their values are treated as secrets. Nothing else of the
       * environment of the backend is passed on.
       * @deepVisibility secret
       */
      env?: { [name: string]: string };

      /** How long one scan may take in all. Default: 20 minutes. */
      timeout?: HumanDuration | string;

      /** Number of operations that Terraform does at once. Default: that of Terraform, 10. */
      parallelism?: number;

      /** Terraform CLI configuration file, e.g. with a provider mirror. Default: an empty one. */
      cliConfigFile?: string;

      /**
       * Directory in which scans share provider packages. Replicas must not share
       * one. Default: a directory below `backend.workingDirectory`, or below the
       * directory for temporary files.
       */
      pluginCacheDir?: string;

      /**
       * Directory with recorded plans `<client or ->--<module>.json` that are
       * shown, marked as recorded, while neither terraform nor tofu is installed.
       */
      recordedPlans?: string;

      /**
       * User and group that the tool runs as, so that modules cannot read what
       * the backend can. Needs a backend that may change users.
       */
      runAs?: {
        /** Number of the user. */
        uid: number;
        /** Number of the group. */
        gid: number;
      };

      /**
       * Program and arguments put before the tool, e.g. a sandbox. The first is an
       * absolute path; `{workDir}` stands for the private directory of the scan.
       */
      wrapper?: string[];

      /** How approved plans are applied. Whether they are is decided by `drift.remediation`. */
      remediation?: {
        /** How long applying may take, without the plan before it. Default: 60 minutes. */
        timeout?: HumanDuration | string;
        /** How long applying waits while somebody else holds the lock of the state. Default: 1 minute. */
        lockTimeout?: HumanDuration | string;
      };

      /** How much code one scan may copy. */
      limits?: {
        /** Default: 20000. */
        maxFiles?: number;
        /** Default: 200. */
        maxMegabytes?: number;
      };
    };
  };
}
