/** What `--help` prints. */

export const HELP = `Checks Istio egress YAML: whether calls through an egress gateway would arrive.

Usage
  istio-egress check DIR [options]     check every YAML file of a folder together
  istio-egress check - [options]       check what comes on standard input, for example
                                       kustomize build overlay | istio-egress check -
  istio-egress check --explain CODE    tell what a rule finds, why, and what to do
  istio-egress trace DIR --from NAMESPACE[,label=value...] [options] URL
                                       follow one call: http://, https://, tcp:// or tls://
  istio-egress create --host HOST --pattern PATTERN [options]
                                       write the YAML of a route to HOST, proved by a trace

Options
  --format text|json      text for people (default), json for programs
  --fix                   write the fixes that are preferred and safe
  --fix --dry-run         print them as a diff, and write nothing
  --only FILES...         report on these files of DIR; everything up to the next flag
  --fail-on SEVERITY      the lowest severity that gives exit code 1:
                          error (default), warning, information, hint, never

Options of trace
  --method METHOD         GET unless told
  --header NAME=VALUE     as often as needed
  --address IP            the address that the application's DNS gives
  --set NAME              the apply set to follow the call in, where DIR holds several

Options of create
  --host HOST             as the application calls it
  --pattern PATTERN       http                    plain HTTP through the gateway
                          tls-passthrough         the application's own TLS through the gateway
                          tls-origination         http:// from the application, TLS from the gateway
                          tls-origination-mutual  the same, with the gateway's client certificate
                          tcp                     any bytes; needs --port
                          wildcard                every host under a domain: --host '*.example.com'
                          sidecar-only            no gateway
                          sidecar-tls-origination no gateway, TLS from the sidecar
  --form istio|gateway-api
                          the API it is written in (the one that the workspace has routes in)
  --port N                the port of HOST, where it is not the pattern's own
  --gateway NS/NAME       the Service of the egress gateway, or its Gateway of Gateway API
  --namespace NS          where ServiceEntry and VirtualService go
  --for NS,NS|all         who may use the route (the namespace of --namespace, else all)
  --mtls-hop              mutual TLS between sidecar and gateway
  --credential NAME       the Secret with the gateway's certificate
  --address IP,IP         the addresses of HOST (tcp)
  --server HOST           the server that answers for a wildcard (www. unless told)
  --workspace DIR         what the route is fitted into; the output folder unless told
  --output DIR|-          where files are written; - prints the YAML (default)
  --dry-run               print a diff, and write nothing
  --hop-port N, --subset NAME, --extend NAME, --write-to NS,NS, --set NAME
                          ways out of conflicts, as they are told

  -h, --help              print this
  -V, --version           print the version

Settings are read from .istio-egress.yaml in DIR.
Colours: only in a terminal; FORCE_COLOR=1 and NO_COLOR=1 decide otherwise.

Exit codes
  0  nothing found (of the severity that --fail-on says)
  1  something found; with --fix what remains, with --dry-run what would remain
  2  could not run
  trace: 0 routed to the outside, 1 blocked or failed, 2 not known or could not run
  create: 0 created or there already, 1 cannot be created as asked, 2 could not run
`;
