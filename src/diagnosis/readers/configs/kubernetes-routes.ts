// Routes as manifests write them: rules of Ingress and HTTPRoute, with Kong's annotations as route fields.
import type { EntityObservation } from '../observation.ts';
import { isRecord, type StructuredDocument, textOf } from './document.ts';
import type { EntityDraft } from './entity.ts';

const ROUTE_LIMIT = 200;

/** Annotations `konghq.com/...` and the route fields they set. Source: Kong Ingress Controller 3.x, annotations. */
const BOOLEANS: Readonly<Record<string, string>> = {
  'strip-path': 'strip_path',
  'preserve-host': 'preserve_host',
  'request-buffering': 'request_buffering',
  'response-buffering': 'response_buffering',
};
const LISTS: Readonly<Record<string, string>> = { protocols: 'protocols', methods: 'methods', snis: 'snis' };

type Kubernetes = NonNullable<EntityObservation['kubernetes']>;

/** The routes that a manifest makes; none for kinds without rules. */
export function routesOf(
  kind: string,
  value: Readonly<Record<string, unknown>>,
  path: string,
  document: StructuredDocument,
  kubernetes: Kubernetes,
  resource: string,
): readonly EntityDraft[] {
  const spec = isRecord(value.spec) ? value.spec : {};
  const rules = Array.isArray(spec.rules) ? spec.rules : [];
  const at = (own: string): string => (path === '' ? own : `${path}.${own}`);
  const found =
    kind === 'Ingress'
      ? rules.flatMap((rule, index) => ingressRoutes(rule, `spec.rules.${index}`))
      : kind === 'HTTPRoute'
        ? rules.flatMap((rule, index) => httpRoutes(rule, `spec.rules.${index}`, spec.hostnames))
        : [];
  const annotated = annotatedFields(kubernetes.annotations);
  return found.slice(0, ROUTE_LIMIT).map(({ fields, places, service }): EntityDraft => {
    const all = { ...annotated.places, ...places };
    return {
      type: 'route',
      notation: 'kubernetes',
      value: { name: resource, ...annotated.fields, ...fields, resource },
      path,
      document,
      name: resource,
      kubernetes,
      ...(service === undefined ? {} : { scope: { service } }),
      fieldAt: (field) => {
        const [head = ''] = field.split('.');
        const place = all[field] ?? all[head];
        return at(place ?? (head === 'name' || head === 'resource' ? 'metadata.name' : 'spec.rules'));
      },
    };
  });
}

interface Found {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Field to its path in the manifest. */
  readonly places: Readonly<Record<string, string>>;
  readonly service?: string;
}

function ingressRoutes(rule: unknown, base: string): readonly Found[] {
  if (!isRecord(rule) || !isRecord(rule.http) || !Array.isArray(rule.http.paths)) return [];
  const host = textOf(rule.host);
  return rule.http.paths.filter(isRecord).map((item, index): Found => {
    const place = `${base}.http.paths.${index}`;
    const backend = isRecord(item.backend) ? item.backend : {};
    const service = isRecord(backend.service) ? textOf(backend.service.name) : textOf(backend.serviceName);
    return {
      fields: { paths: [textOf(item.path) ?? '/'], ...(host === undefined ? {} : { hosts: [host] }) },
      places: { paths: `${place}.path`, hosts: `${base}.host` },
      ...(service === undefined ? {} : { service }),
    };
  });
}

function httpRoutes(rule: unknown, base: string, hostnames: unknown): readonly Found[] {
  if (!isRecord(rule)) return [];
  const matches = Array.isArray(rule.matches) ? rule.matches.filter(isRecord) : [];
  const paths = matches.flatMap((match) => (isRecord(match.path) ? (textOf(match.path.value) ?? []) : []));
  const methods = matches.flatMap((match) => textOf(match.method) ?? []);
  const [backend] = Array.isArray(rule.backendRefs) ? rule.backendRefs.filter(isRecord) : [];
  const service = textOf(backend?.name);
  return [
    {
      fields: {
        paths: paths.length === 0 ? ['/'] : paths,
        ...(methods.length === 0 ? {} : { methods }),
        ...(Array.isArray(hostnames) ? { hosts: hostnames } : {}),
      },
      places: { paths: `${base}.matches`, methods: `${base}.matches`, hosts: 'spec.hostnames' },
      ...(service === undefined ? {} : { service }),
    },
  ];
}

function annotatedFields(annotations: Readonly<Record<string, string>>): Found {
  const fields: Record<string, unknown> = {};
  const places: Record<string, string> = {};
  for (const [annotation, text] of Object.entries(annotations)) {
    const name = /^(?:configuration\.)?konghq\.com\/(.{1,60})$/.exec(annotation)?.[1] ?? '';
    const field = BOOLEANS[name] ?? LISTS[name];
    if (field === undefined) continue;
    fields[field] =
      name in BOOLEANS
        ? text === 'true'
        : text
            .split(',')
            .map((item) => item.trim())
            .filter((item) => item !== '');
    places[field] = `metadata.annotations.${annotation}`;
  }
  return { fields, places };
}
