// Names of kong.conf, so that Kong's settings are told from those of others. Source: kong.conf of 3.9.3 and of Enterprise 3.15.

const NAMES: ReadonlySet<string> = new Set(
  `admin_access_log admin_approved_email admin_error_log admin_gui_access_log admin_gui_api_url admin_gui_auth
  admin_gui_auth_conf admin_gui_error_log admin_gui_listen admin_gui_path admin_gui_session_conf admin_gui_ssl_cert
  admin_gui_ssl_cert_key admin_gui_url admin_listen admin_ssl_cert admin_ssl_cert_key allow_debug_header
  anonymous_reports audit_log client_body_buffer_size client_max_body_size client_ssl client_ssl_cert client_ssl_cert_key
  cluster_allowed_common_names cluster_ca_cert cluster_cert cluster_cert_key cluster_control_plane
  cluster_data_plane_purge_delay cluster_dp_labels cluster_listen cluster_max_payload cluster_mtls cluster_ocsp cluster_rpc
  cluster_server_name cluster_telemetry_endpoint cluster_telemetry_listen cluster_telemetry_server_name cluster_use_proxy
  cassandra_contact_points cassandra_keyspace custom_plugins data_plane_config_cache_mode database db_cache_ttl
  db_cache_warmup_entities db_resurrect_ttl db_update_frequency db_update_propagation declarative_config
  declarative_config_string dns_cache_size dns_error_ttl dns_hostsfile dns_no_sync dns_not_found_ttl dns_order dns_resolver
  dns_stale_ttl dns_valid_ttl enforce_rbac error_default_type error_template_html error_template_json fips headers
  headers_upstream host_ports keyring_enabled keyring_strategy konnect_mode license_data lmdb_environment_path
  lmdb_map_size log_level lua_max_post_args lua_max_req_headers lua_max_resp_headers lua_max_uri_args lua_package_cpath
  lua_package_path lua_socket_pool_size lua_ssl_protocols lua_ssl_trusted_certificate lua_ssl_verify_depth mem_cache_size
  new_dns_client nginx_daemon nginx_optimizations nginx_user nginx_worker_processes password pg_database pg_host
  pg_max_concurrent_queries pg_password pg_port pg_schema pg_semaphore_timeout pg_ssl pg_ssl_required pg_ssl_verify
  pg_timeout pg_user plugins pluginserver_names port_maps portal portal_auth portal_gui_host portal_session_conf prefix
  proxy_access_log proxy_error_log proxy_listen proxy_server proxy_server_ssl_verify proxy_stream_access_log rbac_auth_header
  real_ip_header real_ip_recursive request_debug request_debug_token resolver_address resolver_family role router_consistency
  router_flavor router_update_frequency smtp_host ssl_cert ssl_cert_key ssl_cipher_suite ssl_ciphers ssl_dhparam
  ssl_prefer_server_ciphers ssl_protocols ssl_session_cache_size ssl_session_tickets ssl_session_timeout status_access_log
  status_error_log status_listen status_ssl_cert status_ssl_cert_key stream_listen tls_certificate_verify
  tracing_instrumentations tracing_sampling_rate trusted_ips untrusted_lua untrusted_lua_sandbox_environment
  untrusted_lua_sandbox_requires upstream_keepalive upstream_keepalive_idle_timeout upstream_keepalive_max_requests
  upstream_keepalive_pool_size vaults vitals wasm wasm_filters worker_consistency worker_events_max_payload
  worker_state_update_frequency`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Families with names of the user's own: nginx directives, vaults, plugin servers, read-only replicas. */
const FAMILIES = [
  'nginx_http_',
  'nginx_proxy_',
  'nginx_admin_',
  'nginx_main_',
  'nginx_events_',
  'nginx_stream_',
  'nginx_status_',
  'nginx_upstream_',
  'nginx_supstream_',
  'nginx_location_',
  'nginx_sproxy_',
  'nginx_debug_',
  'nginx_wasm_',
  'vault_',
  'pg_ro_',
  'pg_iam_',
  'pluginserver_',
  'resolver_',
  'portal_',
  'smtp_',
  'keyring_',
  'admin_gui_',
  'cassandra_',
  'redis_',
  'audit_log_',
  'cluster_telemetry_',
  'cluster_fallback_',
];
/** Words that are settings of many other programs too: one of them alone does not tell that a file is Kong's. */
const COMMON: ReadonlySet<string> = new Set([
  'database',
  'headers',
  'log_level',
  'password',
  'plugins',
  'portal',
  'prefix',
  'role',
  'vaults',
  'vitals',
  'wasm',
  'audit_log',
  'ssl_cert',
  'ssl_protocols',
  'ssl_ciphers',
  'client_max_body_size',
  'real_ip_header',
  'real_ip_recursive',
]);

/** Whether kong.conf has a setting of this name (lower case). */
export function isConfName(name: string): boolean {
  return NAMES.has(name) || FAMILIES.some((family) => name.startsWith(family) && name.length > family.length);
}

/** Whether a setting of this name can only be Kong's. */
export function isTellingConfName(name: string): boolean {
  return isConfName(name) && !COMMON.has(name) && !name.startsWith('smtp_') && !name.startsWith('redis_');
}

const VERSION =
  /(?:^|\/)(?:kong|kong-gateway|kong-enterprise-edition|kong-gateway-dev|kong-ee)(?::| )v?(\d{1,2}\.\d{1,3}(?:\.\d{1,3}){0,2})/;

/** The Kong version that a container image names (`kong:3.9.1-ubuntu`, `kong/kong-gateway:3.14.0.2`). */
export function versionOfImage(image: string): string | undefined {
  return VERSION.exec(image.slice(0, 300))?.[1];
}
