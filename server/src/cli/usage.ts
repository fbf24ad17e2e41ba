/** What `--help` prints. */

export const HELP = `Checks Istio egress YAML: whether calls through an egress gateway would arrive.

Usage
  istio-egress check DIR [options]     check every YAML file of a folder together
  istio-egress check - [options]       check what comes on standard input, for example
                                       kustomize build overlay | istio-egress check -
  istio-egress check --explain CODE    tell what a rule finds, why, and what to do
  istio-egress trace DIR --from NAMESPACE[,label=value...] [options] URL
                                       follow one call: http://, https://, tcp:// or tls://

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

  -h, --help              print this
  -V, --version           print the version

Settings are read from .istio-egress.yaml in DIR.
Colours: only in a terminal; FORCE_COLOR=1 and NO_COLOR=1 decide otherwise.

Exit codes
  0  nothing found (of the severity that --fail-on says)
  1  something found; with --fix what remains, with --dry-run what would remain
  2  could not run
  trace: 0 routed to the outside, 1 blocked or failed, 2 not known or could not run
`;
