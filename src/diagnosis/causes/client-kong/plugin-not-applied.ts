// The plugin does not cover the request: the signals, remedies and page of plugin-not-applied.
import type { Facts, PluginMet } from '../../facts/facts.ts';
import { danglingAnnotations } from '../../facts/kubernetes-attachments.ts';
import { AUTH_PLUGINS } from '../../facts/plugin-defaults.ts';
import { failures, textsOf } from '../../facts/questions.ts';
import { matchingRoutes } from '../../facts/route-match.ts';
import { attachPlugin } from '../../remedies/attach-plugin.ts';
import { defineCause, type Weighed } from '../cause.ts';

function scopedToConsumer({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return config.plugins
    .filter((plugin) => AUTH_PLUGINS.includes(plugin.name) && plugin.entity.scope.consumer !== undefined)
    .map((plugin) => ({
      weight: 3.8,
      says: `${plugin.name} is bound to a consumer: it runs only once that consumer is known, so it never asks anybody.`,
      sighting: plugin.entity.sighting,
    }));
}

function disabled({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return config.plugins
    .filter((plugin) => AUTH_PLUGINS.includes(plugin.name) && !plugin.enabled)
    .map((plugin) => ({
      weight: 3.6,
      says: `${plugin.name} is disabled.`,
      sighting: plugin.entity.lines.enabled ?? plugin.entity.sighting,
    }));
}

/** The service is the same, the caller is the same; through the route that works the upstream gets a credential header more. */
function otherRouteHasIt({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const logged = exchanges.filter(({ form }) => form === 'serializer');
  return logged
    .filter(({ failed, answered }) => failed && answered.by === 'upstream')
    .flatMap((refused) => {
      const passed = logged.find(
        (other) =>
          !other.failed &&
          other.logged?.service === refused.logged?.service &&
          other.logged?.consumer === refused.logged?.consumer &&
          other.logged?.route !== refused.logged?.route,
      );
      const names = new Set(refused.request?.headers.map(({ name }) => name));
      const missing = passed?.request?.headers.find(({ name }) => CREDENTIAL_HEADER.test(name) && !names.has(name));
      return passed === undefined || missing === undefined
        ? []
        : [
            {
              weight: 4.6,
              says: `Through route ${passed.logged?.route} the upstream gets ${missing.name} and accepts; through ${refused.logged?.route} it does not get it.`,
              sighting: refused.sighting,
            },
          ];
    });
}

const CREDENTIAL_HEADER = /^(?:authorization|proxy-authorization|cookie|x-api-key|api-?key|x-auth[\w-]*|[\w-]*token)$/;

/** A transformer that would set the credential is switched off. */
function transformerDisabled({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return config.plugins
    .filter((plugin) => !plugin.enabled && plugin.name.startsWith('request-transformer') && setsCredential(plugin))
    .map((plugin) => ({
      weight: 4.6,
      says: `${plugin.name} would set the credential for the upstream, and it is disabled.`,
      sighting: plugin.entity.lines.enabled ?? plugin.entity.sighting,
    }));
}

/** KongPlugins that manifests mean to name: under another annotation, or under another name than they have. */
function annotationNamesNobody({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  return danglingAnnotations(config.entities).map(({ annotation, plugin, why, sighting }) => ({
    weight: why === 'misnamed' ? 4.6 : 3.4,
    says:
      why === 'misnamed'
        ? `The annotation ${annotation} is none of the controller’s, it must read konghq.com/plugins: ${plugin} is bound to nothing.`
        : `The annotation names the KongPlugin ${plugin}, which is not among the pasted ones.`,
    sighting,
  }));
}

/** Kong's oauth2 plugin answers its own endpoints with OAuth errors (`error`, `error_description`), never with a bare message. */
function oauthEndpointUnknown({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  if (config.pluginsNamed('oauth2').length > 0) return [];
  return exchanges
    .filter(
      ({ request, response, answered }) =>
        [0, 401, 403, 404].includes(response?.status ?? 500) &&
        answered.by !== 'upstream' &&
        answered.by !== 'admin-api' &&
        /\/oauth2\/(?:token|authorize)$/.test(request?.path ?? '') &&
        isBareMessage(response?.json),
    )
    .map((exchange) => ({
      weight: 4.2,
      says: 'An oauth2 plugin answers this path with an OAuth error; a bare message comes from another plugin, so oauth2 is not on this route.',
      sighting: exchange.messageAt ?? exchange.sighting,
    }));
}

/** acl has nobody to look at: the plugin that should make the caller known stands elsewhere. */
function aclWithoutAuthentication({ exchanges, config }: Pick<Facts, 'exchanges' | 'config'>): readonly Weighed[] {
  const refused = failures({ exchanges }, 401).find(
    ({ answered, response }) => answered.by === 'kong' && response?.challenges.length === 0,
  );
  if (refused === undefined) return [];
  const authenticating = config.plugins.filter(({ name, enabled }) => enabled && AUTH_PLUGINS.includes(name));
  return config.pluginsNamed('acl').flatMap(({ entity: { scope } }) => {
    const route = config
      .ofType('route')
      .find(({ id, name }) => scope.route !== undefined && [id, name].includes(scope.route));
    if (route?.scope.service === undefined) return [];
    const elsewhere = authenticating.filter(
      ({ entity }) =>
        entity.scope.route === undefined &&
        entity.scope.service !== undefined &&
        entity.scope.service !== route.scope.service,
    );
    return elsewhere.length === 0 || elsewhere.length < authenticating.length
      ? []
      : elsewhere.slice(0, 1).map(({ name, entity }) => ({
          weight: 5.2,
          says: `acl is on the route ${route.name ?? route.id}, and ${name} is on another service: nobody is authenticated before acl looks.`,
          sighting: entity.sighting,
        }));
  });
}

function isBareMessage(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'message' in json && !('error' in json);
}

/** The request reached the upstream by a route that the plugin is not on. */
function otherRouteMatches({ config, exchanges }: Pick<Facts, 'config' | 'exchanges'>): readonly Weighed[] {
  return exchanges
    .filter(({ answered, response }) => answered.by === 'upstream' || (response?.status ?? 500) < 400)
    .flatMap((exchange): readonly Weighed[] => {
      const [route] = exchange.request === undefined ? [] : matchingRoutes(exchange.request, config);
      if (route === undefined) return [];
      const names = [route.name, route.id];
      const elsewhere = config.plugins.filter(
        ({ name, entity: { scope } }) =>
          AUTH_PLUGINS.includes(name) && scope.route !== undefined && !names.includes(scope.route),
      );
      const covered = config.plugins.some(
        ({ name, entity: { scope } }) =>
          AUTH_PLUGINS.includes(name) &&
          (names.includes(scope.route) ||
            (scope.route === undefined && (scope.service === undefined || scope.service === route.scope.service))),
      );
      if (covered || config.ofType('route').length < 2) return [];
      return elsewhere.slice(0, 3).flatMap(({ name, entity }) => [
        {
          weight: 3.8,
          says: `${exchange.request?.method} ${exchange.request?.path} matches the route ${route.name ?? route.id}; ${name} is on the route ${entity.scope.route}.`,
          sighting: exchange.requestAt ?? exchange.sighting,
        },
        { weight: 0.8, says: 'This plugin does not cover the request.', sighting: entity.sighting },
      ]);
    });
}

/** The same path without a credential: refused at one host, served at another, where another route matches. */
function otherHostIsOpen({ exchanges }: Pick<Facts, 'exchanges'>): readonly Weighed[] {
  const bare = exchanges.filter(
    ({ request, response }) =>
      request !== undefined && response !== undefined && (request.credentials ?? []).length === 0,
  );
  return bare
    .filter(({ failed, answered, response }) => failed && answered.by === 'kong' && response?.status === 401)
    .flatMap((refused) => {
      const open = bare.find(
        ({ failed, answered, request }) =>
          !failed &&
          answered.by === 'upstream' &&
          request?.path === refused.request?.path &&
          request?.host !== refused.request?.host,
      );
      return open === undefined
        ? []
        : [
            {
              weight: 5.4,
              says: `${open.request?.host} serves the path without a credential that ${refused.request?.host} refuses: another route matches there.`,
              sighting: open.requestAt ?? open.sighting,
            },
          ];
    });
}

/** Of one plugin on route and service only the most specific instance runs (all Kong versions). */
function routeReplacesService({ config }: Pick<Facts, 'config'>): readonly Weighed[] {
  const transformers = config.plugins.filter(({ enabled, name }) => enabled && name.startsWith('request-transformer'));
  return transformers
    .filter((plugin) => plugin.entity.scope.route === undefined && setsCredential(plugin))
    .flatMap((wide) => {
      const narrow = transformers.find(({ name, entity }) => name === wide.name && entity.scope.route !== undefined);
      return narrow === undefined || setsCredential(narrow)
        ? []
        : [
            {
              weight: 5,
              says: `The route has a ${narrow.name} of its own, so that of the service, which sets the credential, does not run there.`,
              sighting: narrow.entity.sighting,
            },
          ];
    });
}

function setsCredential(plugin: PluginMet): boolean {
  return ['add', 'replace', 'append'].some((action) =>
    textsOf(plugin.field(`${action}.headers`).value).some((entry) =>
      CREDENTIAL_HEADER.test(entry.split(':')[0]?.trim().toLowerCase() ?? ''),
    ),
  );
}

/** The plugin stands at a scope that does not cover the request. */
export const pluginNotApplied = defineCause({
  name: 'plugin-not-applied',
  title: 'The plugin does not cover the request',
  looksAt: ['config', 'exchanges'],
  signals: [
    scopedToConsumer,
    disabled,
    transformerDisabled,
    aclWithoutAuthentication,
    otherHostIsOpen,
    routeReplacesService,
    otherRouteHasIt,
    annotationNamesNobody,
    oauthEndpointUnknown,
    otherRouteMatches,
  ],
  yieldsTo: ['auth-plugins-combined'],
  remedies: [attachPlugin],
  checks: ['Paste the JSON log of the request and `/routes/NAME/plugins`.'],
  page: {
    what: 'The plugin stands at a scope that does not cover the request.',
    why: 'It is on another route or service, bound to a consumer, disabled, or a more specific route matched. `protocols` tells http from stream only, not http from https.',
    confirm: [
      'Find the route that matched (Kong-Debug: 1 where allowed, or the JSON log’s route) and list its plugins.',
    ],
    fix: ['Attach the plugin to the route or service that matched, or make it global.'],
  },
  example: `{"name":"key-auth","enabled":false,"config":{"key_names":["apikey"]},"route":{"id":"a559234b-32f8-42d7-846d-b6b377f0b5c2"},"id":"85496787-94a7-459b-af9f-1a6b73a49ebf"}

the plugin has no effect, requests pass without credentials`,
});
