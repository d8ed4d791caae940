// The redirect URI is not registered: the signals, remedies and page of oidc-redirect-uri-mismatch.
import { setRedirectUri } from '../../remedies/set-redirect-uri.ts';
import { trustForwardedHeaders } from '../../remedies/trust-forwarded-headers.ts';
import { defineCause } from '../cause.ts';

/** The provider does not know the redirect URI that Kong sends. */
export const oidcRedirectUriMismatch = defineCause({
  name: 'oidc-redirect-uri-mismatch',
  title: 'The redirect URI is not registered',
  looksAt: ['phrases'],
  signals: [],
  yieldsTo: [],
  remedies: [setRedirectUri, trustForwardedHeaders],
  checks: ['Paste the Location header of the redirect to the provider.'],
  page: {
    what: 'The provider does not know the redirect URI that Kong sends.',
    why: 'It is not registered letter by letter: http against https, a port, another host or path, often because TLS ends before Kong.',
    confirm: ['Read redirect_uri in the Location header of the login redirect.'],
    fix: ['Register that URI, or set redirect_uri; make Kong see https by trusting X-Forwarded-Proto.'],
  },
  example: `type="LOGIN_ERROR", realmId="shop", clientId="kong", userId="null", ipAddress="10.0.0.7", error="invalid_redirect_uri", redirect_uri="http://api.example.com/orders"
Invalid parameter: redirect_uri`,
});
